//! The page: the same files as on any other server, but that this one tells it to ask here instead of loading the module.

use axum::body::Body;
use axum::http::header::{CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE};
use axum::http::{HeaderMap, HeaderValue, Response};

/// What the page may do: nothing but ask here.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob:; connect-src 'self'; manifest-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/// Where the page is told; `web/page/app.js` looks for it.
const TOLD: &str = "<meta charset=\"utf-8\">\n<meta name=\"baidi-server\" content=\"v1\">";

macro_rules! files {
    ($($name:literal: $type:literal,)*) => {
        &[$(($name, $type, include_bytes!(concat!(env!("CARGO_MANIFEST_DIR"), "/web/page/", $name)))),*]
    };
}

/// Every file that the page asks for here: name, type, bytes.
const FILES: &[(&str, &str, &[u8])] = files! {
    "app.js": "text/javascript; charset=utf-8",
    "bitmap.js": "text/javascript; charset=utf-8",
    "camera.js": "text/javascript; charset=utf-8",
    "ended.js": "text/javascript; charset=utf-8",
    "icon.svg": "image/svg+xml",
    "manifest.webmanifest": "application/manifest+json",
    "ruler.js": "text/javascript; charset=utf-8",
    "server.js": "text/javascript; charset=utf-8",
    "sheet.js": "text/javascript; charset=utf-8",
    "style.css": "text/css; charset=utf-8",
    "turns.js": "text/javascript; charset=utf-8",
    "words.js": "text/javascript; charset=utf-8",
    "zip.js": "text/javascript; charset=utf-8",
};

const INDEX: &str = include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/web/page/index.html"));

/// The page itself.
pub(super) fn index() -> Response<Body> {
    file("text/html; charset=utf-8", INDEX.replacen("<meta charset=\"utf-8\">", TOLD, 1))
}

/// One of its files; `None` where there is none of the name.
pub(super) fn named(name: &str) -> Option<Response<Body>> {
    let (_, kind, bytes) = FILES.iter().find(|(known, ..)| *known == name)?;
    Some(file(kind, *bytes))
}

fn file(kind: &'static str, bytes: impl Into<Body>) -> Response<Body> {
    let mut response = Response::new(bytes.into());
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static(kind));
    headers.insert(CONTENT_SECURITY_POLICY, HeaderValue::from_static(POLICY));
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-cache"));
    headers.insert(
        "permissions-policy",
        HeaderValue::from_static("camera=(self), geolocation=(), microphone=()"),
    );
    response
}

/// What holds for every answer, where it does not say otherwise itself.
pub(super) fn guarded(headers: &mut HeaderMap) {
    let usual = [
        ("cache-control", "no-store"),
        ("content-security-policy", "default-src 'none'; frame-ancestors 'none'"),
        ("cross-origin-resource-policy", "same-origin"),
        ("referrer-policy", "no-referrer"),
        ("x-content-type-options", "nosniff"),
    ];
    for (name, value) in usual {
        headers.entry(name).or_insert(HeaderValue::from_static(value));
    }
}
