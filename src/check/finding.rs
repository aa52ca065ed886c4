//! What a rule says.

use serde::{Deserialize, Serialize};

use super::Evidence;
use crate::message::Message;

/// How a photo fares under one rule, from best to worst.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Verdict {
    /// Measured, and inside what is allowed.
    Pass,
    /// Not measured, for the reason the message gives.
    Unknown,
    /// Measured, and near enough to the limit, or the limit vague enough, that a clerk may refuse.
    Doubtful,
    /// Measured, and outside what is allowed.
    Fail,
}

/// What was measured: a number, or a word.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(untagged)]
pub enum Measured {
    /// A number, in the finding's unit.
    Number(f64),
    /// Two numbers, for example a width and a height.
    Pair([f64; 2]),
    /// A word or a form, for example `4:2:0`.
    Text(String),
}

/// A rule of compliance.
#[derive(Debug)]
pub struct Rule {
    /// The rule's name in reports, kebab-case, fixed.
    pub name: &'static str,
    /// Measures the evidence.
    pub measure: fn(&Evidence<'_>) -> Outcome,
}

/// What a rule measured and thinks of it.
///
/// The message's default key is `RULE-VERDICT` (`face-width-fail`), the hint's `RULE-hint`; both see `measured`, `required`, `unit` and the outcome's own arguments.
#[derive(Debug, Clone, PartialEq)]
pub struct Outcome {
    /// How the photo fares.
    pub verdict: Verdict,
    /// What was measured, if anything was.
    pub measured: Option<Measured>,
    /// What is allowed, as a short text without unit: `7–21`, `≥ 207`.
    pub required: Option<String>,
    /// The unit of both.
    pub unit: Option<&'static str>,
    /// Whether `baidi fix` can mend it.
    pub fixable: bool,
    /// Where the requirement is from.
    pub clause: Option<String>,
    /// What to say; `None`: the default key.
    pub message: Option<Message>,
    /// What to do; `None`: the default key when the verdict is `doubtful` or `fail` and the catalogue has one.
    pub hint: Option<Message>,
}

impl Outcome {
    /// An outcome with nothing but a verdict.
    #[must_use]
    pub const fn new(verdict: Verdict) -> Self {
        Self {
            verdict,
            measured: None,
            required: None,
            unit: None,
            fixable: false,
            clause: None,
            message: None,
            hint: None,
        }
    }

    /// Not measured, because of `reason` (catalogue key).
    #[must_use]
    pub fn unknown(reason: &str) -> Self {
        Self { message: Some(Message::new(reason)), ..Self::new(Verdict::Unknown) }
    }

    /// With the measured number in `unit`.
    #[must_use]
    pub fn measured(mut self, value: f64, unit: &'static str) -> Self {
        self.measured = Some(Measured::Number(value));
        self.unit = Some(unit);
        self
    }

    /// With what was measured in words.
    #[must_use]
    pub fn measured_text(mut self, value: impl Into<String>) -> Self {
        self.measured = Some(Measured::Text(value.into()));
        self
    }

    /// With what is allowed.
    #[must_use]
    pub fn required(mut self, text: impl Into<String>) -> Self {
        self.required = Some(text.into());
        self
    }

    /// With where the requirement is from.
    #[must_use]
    pub fn clause(mut self, text: impl Into<String>) -> Self {
        self.clause = Some(text.into());
        self
    }

    /// Mendable by `baidi fix`.
    #[must_use]
    pub const fn fixable(mut self) -> Self {
        self.fixable = true;
        self
    }

    /// With its own message.
    #[must_use]
    pub fn message(mut self, message: Message) -> Self {
        self.message = Some(message);
        self
    }

    /// With its own hint.
    #[must_use]
    pub fn hint(mut self, hint: Message) -> Self {
        self.hint = Some(hint);
        self
    }
}

/// An outcome under its rule's name.
#[derive(Debug, Clone, PartialEq)]
pub struct Finding {
    /// The rule's name.
    pub rule: &'static str,
    /// What it says.
    pub outcome: Outcome,
    /// What it said of the source, before `fix`; `None` where nothing was fixed.
    pub before: Option<Verdict>,
}

impl Finding {
    /// The finding of `rule`.
    #[must_use]
    pub const fn new(rule: &Rule, outcome: Outcome) -> Self {
        Self { rule: rule.name, outcome, before: None }
    }
}
