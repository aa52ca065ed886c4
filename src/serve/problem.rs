//! Answers that say why there is not what was asked for: problem documents (RFC 9457).

use axum::body::Body;
use axum::http::header::{ALLOW, CONNECTION, CONTENT_TYPE, RETRY_AFTER, WWW_AUTHENTICATE};
use axum::http::{HeaderMap, HeaderValue, Response, StatusCode};

use super::gate::Refusal;
use super::store::{LARGEST, Unread};
use super::workers::Undone;
use crate::base::message::Message;
use crate::base::units::Bytes;
use crate::counter::answer::Answer;
use crate::counter::wire::Problem;
use crate::words::catalogue::Language;
use crate::words::failure::Failure;

/// What is wrong, and the status it is answered with.
#[derive(Debug)]
pub(super) struct Trouble {
    pub(super) failure: Box<Failure>,
    pub(super) status: StatusCode,
    /// Seconds to stay away.
    retry: Option<u64>,
    /// What may be asked of the address instead.
    allow: Option<&'static str>,
}

impl Trouble {
    fn new(status: StatusCode, failure: Failure) -> Self {
        Self { failure: Box::new(failure), status, retry: None, allow: None }
    }

    /// A question that cannot be read or answered.
    pub(super) fn question(failure: Failure) -> Self {
        Self::new(StatusCode::BAD_REQUEST, failure)
    }

    /// There is nothing at the address.
    pub(super) fn nowhere() -> Self {
        Self::new(StatusCode::NOT_FOUND, Failure::new("error-no-such-address"))
    }

    /// The address is asked otherwise.
    pub(super) fn method(allow: &'static str) -> Self {
        let failure = Failure::with(Message::new("error-method").text("allow", allow));
        Self { allow: Some(allow), ..Self::new(StatusCode::METHOD_NOT_ALLOWED, failure) }
    }

    /// A photo that could not be processed.
    pub(super) fn photo(failure: Failure) -> Self {
        let status = match failure.message.code() {
            "unsupported-format" => StatusCode::UNSUPPORTED_MEDIA_TYPE,
            "too-large" => StatusCode::PAYLOAD_TOO_LARGE,
            "internal" => StatusCode::INTERNAL_SERVER_ERROR,
            "timed-out" | "stopped" => StatusCode::SERVICE_UNAVAILABLE,
            _ => StatusCode::UNPROCESSABLE_ENTITY,
        };
        Self::new(status, failure)
    }

    /// The document in `language`, with what else `answer` says of a photo.
    pub(super) fn answer(
        self,
        language: Language,
        about: Option<(Answer, Option<Vec<u8>>)>,
    ) -> Response<Body> {
        let status = self.status;
        let title = status.canonical_reason().unwrap_or_default();
        let mut problem = Problem::of(&self.failure, status.as_u16(), title, language);
        if let Some((answer, preview)) = about {
            problem = problem.about(answer, preview.as_deref());
        }
        let json = serde_json::to_vec(&problem).unwrap_or_default();
        let mut response = Response::new(Body::from(json));
        *response.status_mut() = status;
        let headers = response.headers_mut();
        headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
        if let Some(seconds) = self.retry {
            headers.insert(RETRY_AFTER, HeaderValue::from(seconds));
            // Nobody keeps a line open for as long.
            headers.insert(CONNECTION, HeaderValue::from_static("close"));
        }
        if let Some(allow) = self.allow {
            headers.insert(ALLOW, HeaderValue::from_static(allow));
        }
        if status == StatusCode::UNAUTHORIZED {
            let asked = HeaderValue::from_static("Bearer realm=\"baidi\"");
            headers.insert(WWW_AUTHENTICATE, asked);
        }
        response
    }
}

impl From<Refusal> for Trouble {
    fn from(refusal: Refusal) -> Self {
        let (status, key) = match refusal {
            Refusal::Host => (StatusCode::MISDIRECTED_REQUEST, "error-foreign-host"),
            Refusal::Origin => (StatusCode::FORBIDDEN, "error-foreign-origin"),
            Refusal::Token => (StatusCode::UNAUTHORIZED, "error-token"),
        };
        Self::new(status, Failure::new(key))
    }
}

impl From<Unread> for Trouble {
    fn from(unread: Unread) -> Self {
        match unread {
            Unread::TooLarge => {
                let limit = format!("{} bytes", Bytes::new(LARGEST as u64));
                let large = Message::new("error-body-too-large").text("limit", limit);
                Self::new(StatusCode::PAYLOAD_TOO_LARGE, Failure::with(large))
            }
            Unread::NoRoom => busy(2),
            Unread::Slow => Self::new(StatusCode::REQUEST_TIMEOUT, Failure::new("error-slow")),
            Unread::Broken => Self::question(Failure::new("error-body-broken")),
            Unread::Ending => ending(),
        }
    }
}

impl From<Undone> for Trouble {
    fn from(undone: Undone) -> Self {
        match undone {
            Undone::Busy(seconds) => busy(seconds),
            Undone::Ending => ending(),
            Undone::Failed(error) => Self::photo(Failure::from(&error)),
        }
    }
}

fn busy(seconds: u64) -> Trouble {
    let busy = Message::new("error-busy").number("seconds", seconds as f64, 0);
    let trouble = Trouble::new(StatusCode::TOO_MANY_REQUESTS, Failure::with(busy));
    Trouble { retry: Some(seconds), ..trouble }
}

fn ending() -> Trouble {
    Trouble::new(StatusCode::SERVICE_UNAVAILABLE, Failure::new("error-ending"))
}

/// The language that a browser or a program asks for first.
pub(super) fn language_of(headers: &HeaderMap) -> &str {
    let asked = headers.get(axum::http::header::ACCEPT_LANGUAGE);
    let asked = asked.and_then(|value| value.to_str().ok()).unwrap_or_default();
    asked.split([',', ';']).next().unwrap_or_default().trim()
}
