//! The number that some offices want in place of a photo file (照片回执, 图像号).

use serde::{Deserialize, Serialize};

use super::{Grade, Title};

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

#[cfg(test)]
mod tests {
    use crate::rules::spec::{BUILTIN, PhotoSpec};

    #[test]
    fn cards_of_other_countries_and_examinations_name_none() {
        for name in ["visa-us", "schengen", "cet", "postgraduate", "one-inch"] {
            assert_eq!(PhotoSpec::builtin(name).expect("builtin").receipt, None, "{name}");
        }
        let with = BUILTIN.iter().filter(|(_, text)| text.contains("[receipt]")).count();
        assert!(with >= 5, "{with}");
    }
}
