//! An [`Error`] as people read it: what happened, what to do, and what the system said.

use std::error::Error as _;

use super::catalogue::Language;
use crate::base::error::Error;
use crate::base::message::Message;
use crate::input::decode::Format;

/// Why something could not be done, in messages of the catalogue.
#[derive(Debug, Clone, PartialEq)]
pub struct Failure {
    /// What happened: a lower-case fragment.
    pub message: Message,
    /// What somebody can do about it.
    pub hint: Option<Message>,
    /// The causes underneath, outermost first, as the system words them.
    pub because: Vec<String>,
}

impl Failure {
    /// A failure with the message called `key` and, where the catalogue has one, the hint called `key-hint`.
    #[must_use]
    pub fn new(key: &str) -> Self {
        Self::with(Message::new(key))
    }

    /// A failure with `message` and, where the catalogue has one, the hint of the same name and `-hint`, which sees the same values.
    #[must_use]
    pub fn with(message: Message) -> Self {
        let hint = format!("{}-hint", message.key);
        let hint =
            Language::En.has(&hint).then(|| Message { key: hint, args: message.args.clone() });
        Self { message, hint, because: Vec::new() }
    }

    /// With a cause, in the system's words.
    #[must_use]
    pub fn because(mut self, cause: impl Into<String>) -> Self {
        self.because.push(cause.into());
        self
    }
}

impl std::fmt::Display for Failure {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.message.to_text(Language::En))
    }
}

impl std::error::Error for Failure {}

impl From<&Error> for Failure {
    fn from(error: &Error) -> Self {
        let mut failure = Self::with(error.message());
        if let Some(hint) = error.hint() {
            failure.hint = Some(hint);
        }
        let mut cause = error.source();
        while let Some(inner) = cause {
            failure.because.push(inner.to_string());
            cause = inner.source();
        }
        failure
    }
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        Self::from(&error)
    }
}

impl Error {
    /// What happened, for people.
    #[must_use]
    pub fn message(&self) -> Message {
        match self {
            Self::UnsupportedFormat { what } => {
                Message::new("error-unsupported-format").word("what", what.as_str())
            }
            Self::Damaged { format, reason } => Message::new("error-damaged")
                .text("format", *format)
                .reason("reason", reason.as_str()),
            Self::TooLarge { what, actual, limit } => Message::new("error-too-large")
                .word("what", *what)
                .text("actual", actual.as_str())
                .text("limit", limit.as_str()),
            Self::NoFace { width, height } => Message::new("error-no-face")
                .number("width", *width, 0)
                .number("height", *height, 0),
            Self::SeveralFaces { count, first, second } => Message::new("error-several-faces")
                .number("count", *count as f64, 0)
                .number("first", *first, 0)
                .number("second", *second, 0),
            Self::WindowUnreachable { min, max, smallest } => {
                Message::new("error-window-unreachable")
                    .bytes("min", *min)
                    .bytes("max", *max)
                    .bytes("smallest", *smallest)
            }
            Self::Spec { name, reason } => Message::new("error-spec")
                .text("name", name.as_str())
                .text("reason", reason.as_str()),
            Self::Internal { stage, reason } => {
                Message::new("error-internal").text("stage", *stage).text("reason", reason.as_str())
            }
            Self::TimedOut { seconds } => {
                Message::new("error-timed-out").number("seconds", *seconds as f64, 0)
            }
            Self::Stopped { after } => Message::new("error-stopped").text("after", *after),
            Self::Io { action, path, .. } => Message::new("error-io")
                .word("action", *action)
                .text("path", path.display().to_string()),
        }
    }

    /// What somebody can do about it, where the kind of error says enough.
    #[must_use]
    pub fn hint(&self) -> Option<Message> {
        let key = match self {
            Self::UnsupportedFormat { what } => {
                let what = what.to_ascii_lowercase();
                let modern = ["heic", "heif", "avif", "jpeg xl", "raw"];
                if modern.iter().any(|m| what.contains(m)) {
                    "error-unsupported-format-hint-convert"
                } else if what.contains("empty") {
                    "error-unsupported-format-hint-empty"
                } else {
                    "error-unsupported-format-hint"
                }
            }
            Self::Io { source, .. } => match source.kind() {
                std::io::ErrorKind::NotFound => "error-io-hint-missing",
                std::io::ErrorKind::PermissionDenied | std::io::ErrorKind::ReadOnlyFilesystem => {
                    "error-io-hint-permission"
                }
                std::io::ErrorKind::StorageFull => "error-io-hint-full",
                _ => return None,
            },
            _ => {
                let mut message = self.message();
                message.key.push_str("-hint");
                return Language::En.has(&message.key).then_some(message);
            }
        };
        let hint = Message { key: key.to_owned(), args: self.message().args };
        Some(match self {
            Self::UnsupportedFormat { .. } => {
                hint.text("formats", Format::ALL.map(Format::display_name).join(" / "))
            }
            _ => hint,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::units::Bytes;

    fn one_of_each() -> Vec<Error> {
        vec![
            Error::UnsupportedFormat { what: "empty file".to_owned() },
            Error::Damaged { format: "JPEG", reason: "ends in the scan".to_owned() },
            Error::TooLarge {
                what: "the file",
                actual: "70 MiB".to_owned(),
                limit: "64 MiB".to_owned(),
            },
            Error::NoFace { width: 640, height: 480 },
            Error::SeveralFaces { count: 2, first: 120.4, second: 118.0 },
            Error::WindowUnreachable {
                min: Bytes::new(100),
                max: Bytes::new(2_000),
                smallest: Bytes::new(4_321),
            },
            Error::Spec { name: "own.toml".to_owned(), reason: "no title".to_owned() },
            Error::Internal { stage: "matte", reason: "odd".to_owned() },
            Error::TimedOut { seconds: 30 },
            Error::Stopped { after: "decode" },
            Error::Io {
                action: "read",
                path: "a.jpg".into(),
                source: std::io::ErrorKind::NotFound.into(),
            },
        ]
    }

    #[test]
    fn codes_of_errors_stay_what_they_are() {
        let codes: Vec<String> =
            one_of_each().iter().map(|error| error.message().code().to_owned()).collect();
        assert_eq!(
            codes.join(" "),
            "unsupported-format damaged too-large no-face several-faces window-unreachable spec internal timed-out stopped io"
        );
    }

    #[test]
    fn the_hint_on_formats_names_every_format_that_is_read() {
        let hint = Error::UnsupportedFormat { what: "text".to_owned() }.hint().expect("a hint");
        for language in [Language::Zh, Language::En] {
            let text = hint.to_text(language);
            for format in Format::ALL {
                assert!(text.contains(format.display_name()), "{text}: {format}");
            }
        }
    }

    #[test]
    fn the_english_catalogue_says_what_the_error_itself_says() {
        for error in one_of_each() {
            assert_eq!(error.message().to_text(Language::En), error.to_string());
        }
    }

    #[test]
    fn every_error_has_a_message_and_a_hint_in_both_languages() {
        for error in one_of_each() {
            let failure = Failure::from(&error);
            let hint = failure.hint.unwrap_or_else(|| panic!("no hint for {error}"));
            for language in [Language::Zh, Language::En] {
                for message in [&failure.message, &hint] {
                    assert!(language.has(&message.key), "{}", message.key);
                    let text = message.to_text(language);
                    assert!(!text.contains("{$") && !text.ends_with(['.', '。']), "{text}");
                }
            }
        }
    }

    #[test]
    fn what_the_system_said_is_the_cause() {
        let error = Error::Io {
            action: "write",
            path: "card.jpg".into(),
            source: std::io::Error::other("disk on fire"),
        };
        assert_eq!(Failure::from(&error).because, ["disk on fire"]);
    }
}
