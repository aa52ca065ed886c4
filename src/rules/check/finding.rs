//! What a rule says.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

use super::{Evidence, Mend};
use crate::base::message::Message;
use crate::rules::spec::Editing;

/// How a photo fares under one rule, from best to worst.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
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
#[cfg_attr(test, derive(schemars::JsonSchema))]
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
    /// The least that `baidi fix` has to change to mend it; `None` where only another photo helps.
    pub mend: Option<Mend>,
    /// What a doubt of this rule is worth.
    pub doubt: Doubt,
}

/// What a doubt is worth.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Doubt {
    /// A clerk who looks at the photo sees what is doubted and may send it back: somebody should look first.
    Seen,
    /// Good to know for the next shot; nobody sends a photo back for it.
    Advice,
    /// Good to know, but for what these messages say, which is [`Self::Seen`].
    AdviceBut(&'static [&'static str]),
}

impl Doubt {
    /// Whether a clerk would see what `outcome`, which doubts, says.
    #[must_use]
    pub fn is_seen(self, outcome: &Outcome) -> bool {
        match self {
            Self::Seen => true,
            Self::Advice => false,
            Self::AdviceBut(seen) => {
                outcome.message.as_ref().is_some_and(|m| seen.contains(&m.key.as_str()))
            }
        }
    }
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
    pub unit: Option<Cow<'static, str>>,
    /// Whether `baidi fix` can mend it; follows from the rule's [`Mend`] and what the spec lets software change.
    pub fixable: bool,
    /// Whether only another photo helps, or only the office's word, though software mends what the rule finds otherwise.
    pub retake: bool,
    /// Where the requirement is from.
    pub clause: Option<String>,
    /// What to say; `None`: the default key.
    pub message: Option<Message>,
    /// Where in the frame, in pixels: left, top, right, bottom; `None` where the whole picture is meant or no place is known.
    pub place: Option<[f64; 4]>,
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
            retake: false,
            clause: None,
            message: None,
            place: None,
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
        self.unit = Some(Cow::Borrowed(unit));
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

    /// Beyond what software mends.
    #[must_use]
    pub fn retake(mut self) -> Self {
        self.retake = true;
        self
    }

    /// Mendable by `baidi fix` with `mend`, where `editing` allows it; where it does not, the hint says so.
    #[must_use]
    pub fn mended_by(mut self, mend: Option<Mend>, editing: Editing) -> Self {
        if self.retake {
            return self;
        }
        self.fixable = mend.is_some_and(|m| m.is_allowed(editing));
        if let Some(mend) = mend
            && !self.fixable
            && self.verdict >= Verdict::Doubtful
        {
            let key = match mend {
                Mend::Background => "hint-background-not-allowed",
                _ => "hint-placement-not-allowed",
            };
            self.hint = Some(Message::new(key));
        }
        self
    }

    /// With its own message.
    #[must_use]
    pub fn message(mut self, message: Message) -> Self {
        self.message = Some(message);
        self
    }

    /// With the message called `key` where it is doubtful or fails.
    #[must_use]
    pub fn told(self, key: &'static str) -> Self {
        if self.verdict < Verdict::Doubtful { self } else { self.message(Message::new(key)) }
    }

    /// With where it is, where it is doubtful or fails.
    #[must_use]
    pub fn at(self, place: [f64; 4]) -> Self {
        if self.verdict < Verdict::Doubtful { self } else { Self { place: Some(place), ..self } }
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
    /// What `rule` finds in the evidence.
    #[must_use]
    pub fn of(rule: &Rule, e: &Evidence<'_>) -> Self {
        let outcome = (rule.measure)(e).mended_by(rule.mend, e.spec.editing);
        Self { rule: rule.name, outcome, before: None }
    }

    /// How soon a person should hear of it, 0 first: what takes another photo before what software mends, what fails before what is in doubt.
    #[must_use]
    pub const fn turn(&self) -> u8 {
        match (self.outcome.verdict, self.outcome.fixable) {
            (Verdict::Fail, false) => 0,
            (Verdict::Fail, true) => 1,
            (Verdict::Doubtful, false) => 2,
            (Verdict::Doubtful, true) => 3,
            (Verdict::Unknown, _) => 4,
            (Verdict::Pass, _) => 5,
        }
    }
}
