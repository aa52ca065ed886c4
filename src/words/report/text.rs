//! Findings and edits in words.

use crate::base::message::{Arg, Message};
use crate::base::units::Bytes;
use crate::card::pipeline::Edit;
use crate::rules::check::{Finding, Measured, Verdict};
use crate::words::catalogue::Language;

/// A finding in one language.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FindingText {
    /// The rule's title.
    pub title: String,
    /// What was measured, with its unit; empty where nothing was.
    pub measured: String,
    /// What is required, with its unit; empty where nothing is.
    pub required: String,
    /// What the finding says.
    pub message: String,
    /// What to do, where something is to be done.
    pub hint: Option<String>,
}

impl FindingText {
    /// The finding in `language`.
    #[must_use]
    pub fn new(finding: &Finding, language: Language) -> Self {
        let outcome = &finding.outcome;
        let unit = outcome.unit.as_deref();
        let measured = outcome.measured.as_ref().map(|m| measured(m, unit, language));
        let required = outcome.required.as_ref().map(|r| with_unit(r, unit, language));
        let complete = |message: &Message| {
            let mut message = message.clone();
            let given = [
                ("measured", measured.clone().unwrap_or_else(|| "—".to_owned())),
                ("required", required.clone().unwrap_or_else(|| "—".to_owned())),
                ("unit", unit.map(|u| unit_word(u, language)).unwrap_or_default()),
            ];
            // These carry their unit; an outcome's own value of that name does not.
            message.args.retain(|(name, _)| given.iter().all(|(taken, _)| taken != name));
            message.args.extend(given.map(|(name, text)| (name, Arg::Text(text))));
            message
        };
        let message = match &outcome.message {
            Some(message) => complete(message).to_text(language),
            None => {
                let own =
                    Message::new(format!("{}-{}", finding.rule, verdict_name(outcome.verdict)));
                complete(&own).to_known_text(language).unwrap_or_else(|| {
                    language.text(&format!("verdict-{}", verdict_name(outcome.verdict)))
                })
            }
        };
        let hint = match &outcome.hint {
            Some(hint) => Some(complete(hint).to_text(language)),
            None if outcome.verdict >= Verdict::Doubtful => {
                let hint = |suffix: &str| {
                    let args = outcome.message.as_ref().map(|m| m.args.clone());
                    let key = format!("{}-{suffix}", finding.rule);
                    complete(&Message { key, args: args.unwrap_or_default() })
                        .to_known_text(language)
                };
                // A card that `fix` has just made is not sent to `fix` again.
                match (finding.before.is_some(), outcome.fixable) {
                    (true, true) => hint("hint-fixed"),
                    _ => hint("hint"),
                }
            }
            None => None,
        };
        Self {
            title: title(finding.rule, language),
            measured: measured.unwrap_or_default(),
            required: required.unwrap_or_default(),
            message,
            hint,
        }
    }
}

/// What people call a rule.
#[must_use]
pub fn title(rule: &str, language: Language) -> String {
    Message::new(format!("{rule}-title")).to_known_text(language).unwrap_or_else(|| rule.to_owned())
}

/// The verdict's word in reports and in catalogue keys.
#[must_use]
pub const fn verdict_name(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Pass => "pass",
        Verdict::Unknown => "unknown",
        Verdict::Doubtful => "doubtful",
        Verdict::Fail => "fail",
    }
}

fn measured(measured: &Measured, unit: Option<&str>, language: Language) -> String {
    let number = |v: f64| {
        if unit == Some("bytes") && v >= 0.0 {
            Bytes::new(v.round() as u64).to_string()
        } else {
            short(v)
        }
    };
    match measured {
        Measured::Number(v) => with_unit(&number(*v), unit, language),
        Measured::Pair([a, b]) => {
            with_unit(&format!("{}×{}", number(*a), number(*b)), unit, language)
        }
        Measured::Text(text) => text.clone(),
    }
}

/// A number as people write it: no more than three digits or two decimals that matter.
fn short(v: f64) -> String {
    let decimals = match v.abs() {
        a if a >= 99.95 => 0,
        a if a >= 9.995 => 1,
        _ => 2,
    };
    let text = format!("{v:.decimals$}");
    let text = match text.split_once('.') {
        Some((whole, part)) => match part.trim_end_matches('0') {
            "" => whole.to_owned(),
            part => format!("{whole}.{part}"),
        },
        None => text,
    };
    if text == "-0" { "0".to_owned() } else { text }
}

fn with_unit(text: &str, unit: Option<&str>, language: Language) -> String {
    match unit {
        None | Some("") => text.to_owned(),
        Some(u @ ("°" | "%" | "×")) => format!("{text}{u}"),
        Some(u) => format!("{text} {}", unit_word(u, language)),
    }
}

fn unit_word(unit: &str, language: Language) -> String {
    Message::new(format!("word-{unit}")).to_known_text(language).unwrap_or_else(|| unit.to_owned())
}

/// An edit as a message of the catalogue.
#[must_use]
pub fn edit(edit: &Edit) -> Message {
    match edit {
        Edit::Oriented => Message::new("edit-oriented"),
        Edit::Turned(degrees) => Message::new("edit-turned").number("degrees", *degrees, 0),
        Edit::ConvertedToSrgb => Message::new("edit-converted"),
        Edit::BackgroundReplaced => Message::new("edit-background"),
        Edit::Rotated(degrees) => Message::new("edit-rotated").number("degrees", *degrees, 1),
        Edit::Scaled(factor) => Message::new("edit-scaled").number("factor", *factor, 2),
        Edit::Cropped => Message::new("edit-cropped"),
        Edit::Extended => Message::new("edit-extended"),
        Edit::Encoded => Message::new("edit-encoded"),
        Edit::DensityPatched => Message::new("edit-density"),
        Edit::Copied => Message::new("edit-copied"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::check::Outcome;
    use crate::words::report::tests::{finding, sample};

    #[test]
    fn codes_of_edits_stay_what_they_are() {
        let edits = [
            Edit::Oriented,
            Edit::Turned(90),
            Edit::ConvertedToSrgb,
            Edit::BackgroundReplaced,
            Edit::Rotated(1.0),
            Edit::Scaled(0.5),
            Edit::Cropped,
            Edit::Extended,
            Edit::Encoded,
            Edit::DensityPatched,
            Edit::Copied,
        ];
        let codes = edits.map(|done| edit(&done).code().to_owned());
        assert_eq!(
            codes.join(" "),
            "oriented turned converted background rotated scaled cropped extended encoded density copied"
        );
    }

    #[test]
    fn numbers_carry_their_unit_in_the_readers_language() {
        let photo = sample();
        let text = FindingText::new(&photo.findings[0], Language::Zh);
        assert_eq!(
            (text.measured.as_str(), text.required.as_str()),
            ("1200×1600 像素", "358×441 像素")
        );
        assert!(text.message.contains("358×441 像素"), "{}", text.message);
        let text = FindingText::new(&photo.findings[2], Language::En);
        assert_eq!(text.measured, "19,873 bytes");
        assert_eq!(text.required, "15,360–20,000 bytes");
    }

    #[test]
    fn a_hint_comes_with_doubtful_and_fail_only() {
        let photo = sample();
        let hints: Vec<bool> = photo
            .findings
            .iter()
            .map(|f| FindingText::new(f, Language::En).hint.is_some())
            .collect();
        assert_eq!(hints, [true, true, false, false], "of one fail, one doubt");
    }

    #[test]
    fn a_card_that_was_just_fixed_is_not_sent_to_fix_again() {
        let mut found = finding("background-white", Verdict::Doubtful);
        found.outcome.fixable = true;
        let hint = |f: &Finding| FindingText::new(f, Language::En).hint.expect("a hint");
        assert!(hint(&found).contains("baidi fix"));
        found.before = Some(Verdict::Fail);
        assert!(!hint(&found).contains("baidi fix"));
        found.rule = "format";
        assert_eq!(FindingText::new(&found, Language::En).hint, None);
    }

    #[test]
    fn a_rule_without_words_shows_its_name_and_verdict() {
        let text = FindingText::new(&finding("moustache", Verdict::Fail), Language::Zh);
        assert_eq!((text.title.as_str(), text.message.as_str()), ("moustache", "不合格"));
        assert_eq!(text.hint, None);
    }

    #[test]
    fn an_outcomes_own_message_sees_what_was_measured() {
        let mut found = finding("exposure", Verdict::Doubtful);
        found.outcome = Outcome::new(Verdict::Doubtful)
            .measured(61.0, "%")
            .required("≥ 70")
            .message(Message::new("exposure-dark"));
        let text = FindingText::new(&found, Language::En);
        assert!(text.message.contains("61%") && text.message.contains("≥ 70%"), "{}", text.message);
    }

    #[test]
    fn numbers_stay_short() {
        let cases =
            [(192.345, "192"), (12.0, "12"), (12.34, "12.3"), (1.005, "1"), (0.127, "0.13")];
        for (value, text) in cases {
            assert_eq!(short(value), text);
        }
        assert_eq!(short(-0.001), "0");
    }
}
