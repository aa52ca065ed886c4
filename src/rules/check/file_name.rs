//! `file-name`
//!
//! *What it checks:* that the name fits the content, and that an ID number in it is a possible one.
//! *Why offices refuse it:* portals look at the ending before the content; where the file is named by ID number, a lower-case `x` or a slip of the finger is refused.
//! *How it is measured:* the ending of a JPEG must be `.jpg` or `.jpeg`. A stem that begins with seventeen digits and a digit or X must satisfy the check digit of
//! GB 11643-1999 (ISO 7064, MOD 11-2), the X in upper case.
//! *Source:* Wuhan `<ID number>.jpg`, Yantai `<ID><name>.jpg`; GB 11643-1999.
//! *Known weakness:* whether the portal wants the ID number at all is not in any spec; other names pass.

use super::{Doubt, Evidence, Outcome, Rule, Verdict};
use crate::base::message::Message;
use crate::rules::id_number::{IdNumber, NoId};

/// The rule. Its doubts are advice: the portal names the file anew, or says so at once.
pub const RULE: Rule = Rule { name: "file-name", measure, mend: None, doubt: Doubt::Advice };

fn measure(e: &Evidence<'_>) -> Outcome {
    let Some(name) = e.file_name else { return Outcome::unknown("unknown-no-file-name") };
    let (stem, ending) = name.rsplit_once('.').unwrap_or((name, ""));
    let ending = ending.to_ascii_lowercase();
    let outcome = |verdict| {
        Outcome::new(verdict).measured_text(name).required(".jpg").clause("GB 11643-1999")
    };
    let is_jpeg = e.facts.jpeg.is_some();
    if !matches!(ending.as_str(), "jpg" | "jpeg") || !is_jpeg {
        return outcome(Verdict::Fail);
    }
    match id_number(stem) {
        Some(Said::LowerCaseX) => {
            outcome(Verdict::Doubtful).message(Message::new("file-name-lower-case-x"))
        }
        Some(Said::WrongCheckDigit) => {
            outcome(Verdict::Doubtful).message(Message::new("file-name-check-digit"))
        }
        Some(Said::Sound) | None => outcome(Verdict::Pass),
    }
}

/// What is to be said of a citizen's number of eighteen places.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Said {
    Sound,
    LowerCaseX,
    WrongCheckDigit,
}

/// Of the number at the beginning of `stem`; `None` where there is none.
fn id_number(stem: &str) -> Option<Said> {
    let number = stem.get(..18)?;
    if stem.as_bytes().get(18).is_some_and(u8::is_ascii_digit) {
        return None;
    }
    match IdNumber::parse(number) {
        Ok(_) if number.ends_with('x') => Some(Said::LowerCaseX),
        Ok(_) => Some(Said::Sound),
        Err(NoId::CheckDigit { .. }) => Some(Said::WrongCheckDigit),
        Err(NoId::Form) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::super::bench::Bench;
    use super::*;

    #[test]
    fn the_check_digit_of_the_standards_own_example_holds() {
        // GB 11643-1999, Annex A.
        assert_eq!(id_number("11010519491231002X"), Some(Said::Sound));
        assert_eq!(id_number("440524188001010014"), Some(Said::Sound));
        assert_eq!(id_number("11010519491231002x张三"), Some(Said::LowerCaseX));
        assert_eq!(id_number("110105194912310021"), Some(Said::WrongCheckDigit));
        assert_eq!(id_number("IMG_20261122_101010"), None);
        assert_eq!(id_number("1234567890123456789012"), None);
        assert_eq!(id_number("身份证"), None);
    }

    #[test]
    fn an_ending_that_is_not_the_contents_fails() {
        let mut bench = Bench::card();
        for (name, verdict) in [
            (Some("a.jpg"), Verdict::Pass),
            (Some("A.JPEG"), Verdict::Pass),
            (Some("a.png"), Verdict::Fail),
            (Some("a"), Verdict::Fail),
            (Some("11010519491231002x.jpg"), Verdict::Doubtful),
            (None, Verdict::Unknown),
        ] {
            bench.file_name = name;
            assert_eq!(measure(&bench.evidence()).verdict, verdict, "{name:?}");
        }
    }
}
