//! An [`Error`] as people read it: what happened, what to do, and what the system said.

use std::error::Error as _;

use super::catalogue::Language;
use crate::base::error::{Error, SpecFault};
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
        // What went wrong inside and what the TOML reader said is not in the reader's language.
        let said = match error {
            Error::Internal { reason, .. } => Some(reason),
            Error::Spec { fault: SpecFault::NoToml { said, .. }, .. }
            | Error::Spec { fault: SpecFault::WrongValue { said, .. }, .. } => Some(said),
            _ => None,
        };
        failure.because.extend(said.cloned());
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
            Self::Spec { name, fault } => wrong_spec(name, fault),
            Self::Internal { stage, .. } => Message::new("error-internal").word("stage", *stage),
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
            Self::Spec { .. } => "error-spec-hint",
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

/// What is wrong with the spec called `spec`.
fn wrong_spec(spec: &str, fault: &SpecFault) -> Message {
    let say = |key: &str| Message::new(key).text("name", spec);
    let line = |key: &str, line: usize| say(key).number("line", line as f64, 0);
    match fault {
        SpecFault::NotBuiltIn { names } => {
            say("error-spec-not-built-in").text("names", names.as_str())
        }
        SpecFault::TooLong { bytes } => say("error-spec-too-long").bytes("bytes", *bytes),
        SpecFault::NoToml { line: at, text, .. } => {
            line("error-spec-no-toml", *at).text("text", text.as_str())
        }
        SpecFault::UnknownKey { line: at, key } => {
            line("error-spec-unknown-key", *at).text("key", key.as_str())
        }
        SpecFault::MissingKey { line: at, key } => {
            line("error-spec-missing-key", *at).text("key", key.as_str())
        }
        SpecFault::WrongValue { line: at, text, .. } => {
            line("error-spec-wrong-value", *at).text("text", text.as_str())
        }
        SpecFault::UnknownLimit { rule } => {
            say("error-spec-unknown-limit").text("rule", rule.as_str())
        }
        SpecFault::Name { name } => say("error-spec-name").text("wrong", name.as_str()),
        SpecFault::Side { key, pixels, min, max } => say("error-spec-side")
            .text("key", *key)
            .text("pixels", pixels.to_string())
            .text("min", min.to_string())
            .text("max", max.to_string()),
        SpecFault::OwnSize { width, height } => say("error-spec-own-size")
            .text("width", width.to_string())
            .text("height", height.to_string()),
        SpecFault::Window { min, max } => {
            say("error-spec-window").bytes("min", *min).bytes("max", *max)
        }
        SpecFault::TooFewBytes { max } => say("error-spec-too-few-bytes").bytes("max", *max),
        SpecFault::NoRange { key, origin } => {
            say("error-spec-no-range").text("key", key.as_str()).text("origin", origin.as_str())
        }
        SpecFault::Band { key, min, max } => say("error-spec-band")
            .text("key", key.as_str())
            .text("min", min.as_str())
            .text("max", max.as_str()),
        SpecFault::Prefer { key, low, high } => say("error-spec-prefer")
            .text("key", key.as_str())
            .text("low", low.as_str())
            .text("high", high.as_str()),
        SpecFault::Negative { key } => say("error-spec-negative").text("key", key.as_str()),
        SpecFault::NoScale { key } => say("error-spec-no-scale").text("key", key.as_str()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::units::Bytes;
    use crate::rules::spec::{BUILTIN, PhotoSpec};

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
            Error::Spec {
                name: "own.toml".to_owned(),
                fault: SpecFault::MissingKey { line: 1, key: "title".to_owned() },
            },
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
            "unsupported-format damaged too-large no-face several-faces window-unreachable spec-missing-key internal timed-out stopped io"
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
        for error in one_of_each().into_iter().chain(wrong_specs()) {
            let failure = Failure::from(&error);
            let said = failure.message.to_text(Language::En);
            // For a person what something else said stands below, as the cause.
            let whole = match (&error, failure.because.first()) {
                (Error::Internal { .. } | Error::Spec { .. }, Some(cause)) => {
                    format!("{said}: {cause}")
                }
                _ => said,
            };
            assert_eq!(whole, error.to_string());
        }
    }

    /// The error for a built-in spec in which `from` is replaced by `to`.
    fn wrong_spec(from: &str, to: &str) -> Error {
        let text = BUILTIN[0].1;
        assert!(text.contains(from), "{from}");
        let parsed = PhotoSpec::parse("own.toml", &text.replacen(from, to, 1));
        parsed.map(|_| ()).expect_err(to)
    }

    /// One for every [`SpecFault`].
    fn wrong_specs() -> Vec<Error> {
        let name = || "own.toml".to_owned();
        let reading = "[[file.readings]]\nsource = \"a page\"\ngrade = \"C\"\n[head.face-width]";
        vec![
            PhotoSpec::builtin("library-card").map(|_| ()).expect_err("none"),
            Error::Spec { name: name(), fault: SpecFault::TooLong { bytes: Bytes::new(1 << 21) } },
            wrong_spec("width = 358", "width = = 358"),
            wrong_spec("width = 358", "widht = 358"),
            wrong_spec("width = 358", ""),
            wrong_spec("width = 358", "width = \"wide\""),
            wrong_spec(
                "[head.face-width]",
                "[limits.beauty]\ndoubtful = 1\nsource = \"-\"\ngrade = \"C\"\n[head.face-width]",
            ),
            wrong_spec("name = \"shebao\"", "name = \"She Bao\""),
            wrong_spec("width = 358", "width = 5000"),
            wrong_spec("width = 358", "width = 358\nratio = [1, 1]"),
            wrong_spec("max = 20000", "max = 2000"),
            wrong_spec("min = 15360\nmax = 20000", "min = 0\nmax = 100"),
            wrong_spec("[head.face-width]", reading),
            wrong_spec("prefer = [186, 218]", "prefer = [1, 2]"),
            Error::Spec {
                name: name(),
                fault: SpecFault::Band {
                    key: "head.roll".to_owned(),
                    min: "2".to_owned(),
                    max: "1.5".to_owned(),
                },
            },
            Error::Spec {
                name: name(),
                fault: SpecFault::Negative { key: "head.eye-line".to_owned() },
            },
            Error::Spec {
                name: name(),
                fault: SpecFault::NoScale { key: "head.eye-line".to_owned() },
            },
        ]
    }

    #[test]
    fn what_is_wrong_with_a_spec_is_said_in_both_languages() {
        let errors = wrong_specs();
        let codes: Vec<String> = errors.iter().map(|e| e.message().code().to_owned()).collect();
        assert_eq!(
            codes.join(" "),
            "spec-not-built-in spec-too-long spec-no-toml spec-unknown-key spec-missing-key spec-wrong-value spec-unknown-limit spec-name spec-side \
             spec-own-size spec-window spec-too-few-bytes spec-no-range spec-prefer spec-band spec-negative spec-no-scale"
        );
        for error in errors {
            let failure = Failure::from(&error);
            let chinese = failure.message.to_text(Language::Zh);
            assert!(Language::Zh.has(&failure.message.key) && !chinese.contains("{$"), "{chinese}");
            // English are names, keys, and what stands in the file: no two words in a row that are prose.
            let values: Vec<&str> = match &error {
                Error::Spec { fault: SpecFault::NotBuiltIn { names }, .. } => vec![names],
                Error::Spec { fault: SpecFault::NoToml { text, .. }, .. }
                | Error::Spec { fault: SpecFault::WrongValue { text, .. }, .. } => vec![text],
                Error::Spec { fault: SpecFault::NoRange { origin, .. }, .. } => vec![origin],
                Error::Spec { fault: SpecFault::Name { name }, .. } => vec![name],
                _ => Vec::new(),
            };
            let prose = values.iter().fold(chinese.clone(), |said, value| said.replace(value, ""));
            let letters = |word: &str| word.chars().all(|c| c.is_ascii_lowercase());
            let words: Vec<&str> = prose.split(' ').collect();
            assert!(
                !words.windows(2).any(|w| w.iter().all(|w| !w.is_empty() && letters(w))),
                "{chinese}"
            );
            assert!(failure.hint.is_some_and(|hint| hint.key == "error-spec-hint"), "{chinese}");
        }
    }

    #[test]
    fn what_went_wrong_inside_stands_below_in_its_own_words() {
        let error = Error::Internal { stage: "matte", reason: "no cut-out".to_owned() };
        let failure = Failure::from(&error);
        assert_eq!(failure.message.to_text(Language::En), "internal error in matte");
        assert_eq!(failure.message.to_text(Language::Zh), "程序内部出错（抠图）");
        assert_eq!(failure.because, ["no cut-out"]);
    }

    #[test]
    fn every_stage_has_a_name_in_both_languages() {
        let src = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
        let mut seen = 0;
        for entry in walkdir::WalkDir::new(src).into_iter().filter_map(Result::ok) {
            let path = entry.path();
            if path.extension().is_none_or(|e| e != "rs") || path.ends_with("tests.rs") {
                continue;
            }
            let text = std::fs::read_to_string(path).expect("a source file");
            let code = text.split("#[cfg(test)]").next().unwrap_or_default();
            let loaded = code.split("loaded(&").skip(1).filter_map(|rest| rest.split_once(", \""));
            let stages = code.split("stage: \"").skip(1).chain(loaded.map(|(_, rest)| rest));
            for stage in stages.filter_map(|rest| rest.split('"').next()) {
                seen += 1;
                for language in [Language::En, Language::Zh] {
                    let key = format!("word-{}", stage.replace(' ', "-"));
                    assert!(language.has(&key), "{}: no {key}", path.display());
                }
            }
        }
        assert!(seen > 15, "only {seen} stages found");
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
