//! What is to be said, not yet in any language: a sentence's name and its values. [`crate::words::catalogue`] has the sentences.

use crate::base::units::Bytes;

/// A value put into a message.
#[derive(Debug, Clone, PartialEq)]
pub enum Arg {
    /// A number and how many decimals to print.
    Number(f64, u8),
    /// A text that is the same in every language: a file name, a range.
    Text(String),
    /// A word of the catalogue, under `word-` and the text with hyphens for all but letters and digits; the text itself where the catalogue has none.
    Word(String),
    /// A size in bytes, printed with its thousands apart.
    Bytes(u64),
    /// Why something went wrong, in English, as the code or a decoder words it. Other languages say it under `reason-` and its words with hyphens, its numbers apart; where they have
    /// no sentence for it, they say `reason-other`.
    Reason(String),
}

/// A message of the catalogue with its values, not yet in any language.
#[derive(Debug, Clone, PartialEq)]
pub struct Message {
    /// The catalogue's key.
    pub key: String,
    /// The values, by the names the catalogue uses.
    pub args: Vec<(&'static str, Arg)>,
}

impl Message {
    /// The message called `key`, without values.
    #[must_use]
    pub fn new(key: impl Into<String>) -> Self {
        Self { key: key.into(), args: Vec::new() }
    }

    /// With the number `value` as `name`, printed with `decimals` decimals.
    #[must_use]
    pub fn number(mut self, name: &'static str, value: impl Into<f64>, decimals: u8) -> Self {
        self.args.push((name, Arg::Number(value.into(), decimals)));
        self
    }

    /// With the text `value` as `name`.
    #[must_use]
    pub fn text(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.args.push((name, Arg::Text(value.into())));
        self
    }

    /// With the size `value` as `name`.
    #[must_use]
    pub fn bytes(mut self, name: &'static str, value: Bytes) -> Self {
        self.args.push((name, Arg::Bytes(value.to_bytes())));
        self
    }

    /// With the reason `value` as `name`.
    #[must_use]
    pub fn reason(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.args.push((name, Arg::Reason(value.into())));
        self
    }

    /// The name of what is said, the same in every language and version: the key without the word for its kind, `no-face` for `error-no-face`.
    #[must_use]
    pub fn code(&self) -> &str {
        let kinds = ["error-", "note-", "edit-"];
        kinds.iter().find_map(|kind| self.key.strip_prefix(kind)).unwrap_or(&self.key)
    }

    /// With `value` as `name`, said in the reader's language where the catalogue has it as a word.
    #[must_use]
    pub fn word(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.args.push((name, Arg::Word(value.into())));
        self
    }
}
