//! `file-name`
//!
//! *What it checks:* that the name fits the content, and that an ID number in it is a possible one.
//! *Why offices refuse it:* portals look at the ending before the content; where the file is named by ID number, a lower-case `x` or a slip of the finger is refused.
//! *How it is measured:* the ending of a JPEG must be `.jpg` or `.jpeg`. A stem that begins with seventeen digits and a digit or X must satisfy the check digit of
//! GB 11643-1999 (ISO 7064, MOD 11-2), the X in upper case.
//! *Source:* Wuhan `<ID number>.jpg`, Yantai `<ID><name>.jpg`; GB 11643-1999.
//! *Known weakness:* whether the portal wants the ID number at all is not in any spec; other names pass.

use super::{Evidence, Outcome, Rule, Verdict};
use crate::message::Message;

/// The rule.
pub const RULE: Rule = Rule { name: "file-name", measure, mend: None };

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
        Some(IdNumber::LowerCaseX) => {
            outcome(Verdict::Doubtful).message(Message::new("file-name-lower-case-x"))
        }
        Some(IdNumber::WrongCheckDigit) => {
            outcome(Verdict::Doubtful).message(Message::new("file-name-check-digit"))
        }
        Some(IdNumber::Sound) | None => outcome(Verdict::Pass),
    }
}

/// What is to be said of a citizen's number of eighteen places.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum IdNumber {
    Sound,
    LowerCaseX,
    WrongCheckDigit,
}

/// The number at the beginning of `stem`, `None` where there is none.
fn id_number(stem: &str) -> Option<IdNumber> {
    let number = stem.as_bytes().get(..18)?;
    let (digits, check) = number.split_at(17);
    let longer = stem.as_bytes().get(18).is_some_and(u8::is_ascii_digit);
    if longer || !digits.iter().all(u8::is_ascii_digit) {
        return None;
    }
    // GB 11643-1999: weight 2^(i-1) mod 11, the check digit makes the sum 1 mod 11.
    let sum: u32 = digits
        .iter()
        .enumerate()
        .map(|(i, d)| u32::from(d - b'0') * (2u32.pow(17 - i as u32) % 11))
        .sum();
    let wanted = match (12 - sum % 11) % 11 {
        10 => b'X',
        digit => b'0' + digit as u8,
    };
    match check[0] {
        b'x' if wanted == b'X' => Some(IdNumber::LowerCaseX),
        c if c == wanted => Some(IdNumber::Sound),
        c if c.is_ascii_digit() || c.eq_ignore_ascii_case(&b'x') => Some(IdNumber::WrongCheckDigit),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::super::bench::Bench;
    use super::*;

    #[test]
    fn the_check_digit_of_the_standards_own_example_holds() {
        // GB 11643-1999, Annex A.
        assert_eq!(id_number("11010519491231002X"), Some(IdNumber::Sound));
        assert_eq!(id_number("440524188001010014"), Some(IdNumber::Sound));
        assert_eq!(id_number("11010519491231002x张三"), Some(IdNumber::LowerCaseX));
        assert_eq!(id_number("110105194912310021"), Some(IdNumber::WrongCheckDigit));
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
