//! The number that some offices want in place of a photo file (照片回执, 图像号).

use serde::{Deserialize, Serialize};

use super::{Grade, Title};
use crate::message::{Language, Message};

/// A receipt: an accredited checker looks at the photo, keeps it, and gives the sitter a number for the office. baidi is no such checker and cannot issue one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Receipt {
    /// Where offices ask for it.
    pub places: Title,
    /// What it is called there.
    pub called: Title,
    /// Who takes the file and gives the number.
    pub from: Title,
    /// For how long it is valid, where that is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub valid: Option<Title>,
    /// Who says so.
    pub source: String,
    /// How far to trust it.
    pub grade: Grade,
}

impl Receipt {
    /// What a report says of it, in `language`.
    #[must_use]
    pub fn to_text(&self, language: Language) -> String {
        let say = |title: &Title| title.text(language).to_owned();
        let key = if self.valid.is_some() { "receipt-valid" } else { "receipt" };
        Message::new(key)
            .text("places", say(&self.places))
            .text("called", say(&self.called))
            .text("from", say(&self.from))
            .text("valid", self.valid.as_ref().map(say).unwrap_or_default())
            .to_text(language)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::spec::{BUILTIN, PhotoSpec};

    #[test]
    fn the_social_security_card_names_its_receipt_in_both_languages() {
        let spec = PhotoSpec::builtin("shebao").expect("builtin");
        let receipt = spec.receipt.expect("a receipt");
        let zh = receipt.to_text(Language::Zh);
        assert!(zh.contains("广东") && zh.contains("图像号") && zh.contains("不能出具"), "{zh}");
        let en = receipt.to_text(Language::En);
        assert!(en.contains("Guangdong") && en.contains("cannot issue"), "{en}");
    }

    #[test]
    fn cards_of_other_countries_and_examinations_name_none() {
        for name in ["visa-us", "schengen", "cet", "postgraduate", "one-inch"] {
            assert_eq!(PhotoSpec::builtin(name).expect("builtin").receipt, None, "{name}");
        }
        let with = BUILTIN.iter().filter(|(_, text)| text.contains("[receipt]")).count();
        assert!(with >= 5, "{with}");
    }
}
