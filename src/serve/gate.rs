//! Who may come in: requests under the server's own names, from its own page, with the token.
//!
//! A page of another site can make a browser send requests here. It cannot read answers, and where it has its own name point to this machine ("DNS rebinding") so that it could, the
//! name in `Host` is still its own. `Origin` tells where a script is from. The token keeps out other programs of other people on this machine.

use std::net::{IpAddr, SocketAddr};

use axum::http::header::{AUTHORIZATION, HOST, ORIGIN};
use axum::http::uri::Authority;
use axum::http::{HeaderMap, Uri};

/// Why a request was not let in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Refusal {
    /// It is addressed to somebody else.
    Host,
    /// It is from a page of somebody else.
    Origin,
    /// It does not show the token.
    Token,
}

/// What a request is compared with.
#[derive(Debug)]
pub(super) struct Gate {
    /// Whether any address of this machine is its own name, as where it listens on all of them: an address cannot be pointed elsewhere.
    any_address: bool,
    names: Vec<String>,
    token: String,
}

impl Gate {
    /// A gate of what listens on `address`, and is also called `names`.
    pub(super) fn new(address: SocketAddr, names: Vec<String>, token: String) -> Self {
        let ip = address.ip();
        let mut own: Vec<String> =
            names.into_iter().map(|name| name.to_ascii_lowercase()).collect();
        own.extend(["localhost", "127.0.0.1", "[::1]"].map(str::to_owned));
        own.push(match ip {
            IpAddr::V4(ip) => ip.to_string(),
            IpAddr::V6(ip) => format!("[{ip}]"),
        });
        Self { any_address: ip.is_unspecified(), names: own, token }
    }

    /// Whether the request is addressed to this server, by this server's page or by no page at all.
    pub(super) fn admits(&self, uri: &Uri, headers: &HeaderMap) -> Result<(), Refusal> {
        let mut hosts = headers.get_all(HOST).iter();
        let host = match (hosts.next(), hosts.next()) {
            (Some(host), None) => authority(host.as_bytes()).ok_or(Refusal::Host)?,
            _ => return Err(Refusal::Host),
        };
        let foreign = |named: &Authority| !self.is_own(named.host());
        if foreign(&host) || uri.authority().is_some_and(foreign) {
            return Err(Refusal::Host);
        }
        let mut origins = headers.get_all(ORIGIN).iter();
        match (origins.next(), origins.next()) {
            (None, _) => Ok(()),
            (Some(origin), None) if self.is_own_page(origin.as_bytes(), &host) => Ok(()),
            _ => Err(Refusal::Origin),
        }
    }

    /// Whether the request shows the token.
    pub(super) fn knows(&self, headers: &HeaderMap) -> Result<(), Refusal> {
        let shown = headers.get(AUTHORIZATION).and_then(|value| value.to_str().ok());
        let shown = shown.and_then(|value| value.split_once(' '));
        match shown {
            Some((scheme, token))
                if scheme.eq_ignore_ascii_case("bearer") && alike(token.trim(), &self.token) =>
            {
                Ok(())
            }
            _ => Err(Refusal::Token),
        }
    }

    fn is_own(&self, host: &str) -> bool {
        let is_address = || host.trim_matches(['[', ']']).parse::<IpAddr>().is_ok();
        self.names.iter().any(|name| name.eq_ignore_ascii_case(host))
            || (self.any_address && is_address())
    }

    /// Whether `origin` is what the page that came under `host` is from. A proxy that calls the server by another name keeps the page's, which is one of the server's own then.
    fn is_own_page(&self, origin: &[u8], host: &Authority) -> bool {
        let Some((scheme, rest)) =
            std::str::from_utf8(origin).ok().and_then(|origin| origin.split_once("://"))
        else {
            return false;
        };
        let usual = match scheme {
            "http" => 80,
            "https" => 443,
            _ => return false,
        };
        let Some(origin) = authority(rest.as_bytes()) else { return false };
        let same_host = origin.host().eq_ignore_ascii_case(host.host());
        let port = |of: &Authority| of.port_u16().unwrap_or(usual);
        let loopback = ["localhost", "127.0.0.1", "[::1]"];
        let named = !loopback.contains(&origin.host()) && self.is_own(origin.host());
        (same_host && port(&origin) == port(host)) || (named && !same_host)
    }
}

/// A host with or without a port, and nothing else.
fn authority(text: &[u8]) -> Option<Authority> {
    let found = Authority::try_from(text).ok()?;
    (!found.as_str().contains('@') && !found.host().is_empty()).then_some(found)
}

/// Whether two texts are alike, in a time that does not tell how far they are.
fn alike(one: &str, other: &str) -> bool {
    let pairs = one.bytes().zip(other.bytes());
    one.len() == other.len() && pairs.fold(0, |differ, (a, b)| differ | (a ^ b)) == 0
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;

    use super::*;

    fn gate(address: &str) -> Gate {
        let names = vec!["Photos.example.com".to_owned()];
        Gate::new(address.parse().expect("an address"), names, "secret".to_owned())
    }

    fn admitted(gate: &Gate, host: &[&str], origin: Option<&str>) -> Result<(), Refusal> {
        let mut headers = HeaderMap::new();
        for host in host {
            headers.append(HOST, HeaderValue::from_str(host).expect("a value"));
        }
        if let Some(origin) = origin {
            headers.insert(ORIGIN, HeaderValue::from_str(origin).expect("a value"));
        }
        gate.admits(&Uri::from_static("/v1/specs"), &headers)
    }

    #[test]
    fn only_its_own_names_are_served() {
        let own = gate("127.0.0.1:8642");
        for host in
            ["127.0.0.1:8642", "localhost:8642", "LOCALHOST", "[::1]:8642", "photos.example.com"]
        {
            assert_eq!(admitted(&own, &[host], None), Ok(()), "{host}");
        }
        let foreign = [
            "evil.example",
            "127.0.0.1.evil.example:8642",
            "192.168.1.5:8642",
            "u@localhost",
            "",
            "a b",
        ];
        for host in foreign {
            assert_eq!(admitted(&own, &[host], None), Err(Refusal::Host), "{host}");
        }
        assert_eq!(admitted(&own, &[], None), Err(Refusal::Host));
        assert_eq!(admitted(&own, &["localhost", "localhost"], None), Err(Refusal::Host));
        let all = gate("0.0.0.0:8642");
        assert_eq!(admitted(&all, &["192.168.1.5:8642"], None), Ok(()));
        assert_eq!(admitted(&all, &["[fe80::1]:8642"], None), Ok(()));
        assert_eq!(admitted(&all, &["evil.example"], None), Err(Refusal::Host));
        let mut headers = HeaderMap::new();
        headers.insert(HOST, HeaderValue::from_static("localhost"));
        let elsewhere = Uri::from_static("http://evil.example/v1/specs");
        assert_eq!(own.admits(&elsewhere, &headers), Err(Refusal::Host));
    }

    #[test]
    fn only_its_own_page_may_ask() {
        let own = gate("127.0.0.1:8642");
        let of = |host: &str, origin: &str| admitted(&own, &[host], Some(origin));
        assert_eq!(of("127.0.0.1:8642", "http://127.0.0.1:8642"), Ok(()));
        assert_eq!(of("photos.example.com", "https://photos.example.com"), Ok(()));
        assert_eq!(of("localhost:8642", "https://photos.example.com"), Ok(()), "behind a proxy");
        for origin in [
            "null",
            "http://evil.example",
            "http://localhost:3000",
            "http://127.0.0.1",
            "https://127.0.0.1:8643",
            "file://",
            "http://u@127.0.0.1:8642",
        ] {
            assert_eq!(of("127.0.0.1:8642", origin), Err(Refusal::Origin), "{origin}");
        }
    }

    #[test]
    fn the_token_is_wanted_whole() {
        let own = gate("127.0.0.1:8642");
        let knows = |value: Option<&str>| {
            let mut headers = HeaderMap::new();
            if let Some(value) = value {
                headers.insert(AUTHORIZATION, HeaderValue::from_str(value).expect("a value"));
            }
            own.knows(&headers).is_ok()
        };
        assert!(knows(Some("Bearer secret")) && knows(Some("bearer  secret")));
        for wrong in [
            None,
            Some("secret"),
            Some("Bearer"),
            Some("Bearer secre"),
            Some("Bearer secrets"),
            Some("Basic secret"),
        ] {
            assert!(!knows(wrong), "{wrong:?}");
        }
    }
}
