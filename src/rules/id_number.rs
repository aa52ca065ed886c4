//! The citizen's number of eighteen places (GB 11643-1999), whose last one checks the others.

use std::fmt;

/// A number whose check digit is right, its X in upper case.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct IdNumber(String);

/// Why a text is no such number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NoId {
    /// It does not have the form: seventeen digits and a digit or X.
    Form,
    /// It has the form, and the check digit is another one.
    CheckDigit {
        /// What the other seventeen places ask for.
        wanted: char,
    },
}

impl IdNumber {
    /// The number in `text`, blanks around it aside.
    ///
    /// # Errors
    /// [`NoId`].
    pub fn parse(text: &str) -> Result<Self, NoId> {
        let text = text.trim();
        let (digits, check) = match text.split_at_checked(17) {
            Some((digits, check)) if digits.bytes().all(|b| b.is_ascii_digit()) => (digits, check),
            _ => return Err(NoId::Form),
        };
        let found = match check.as_bytes() {
            [c] if c.is_ascii_digit() || c.eq_ignore_ascii_case(&b'x') => c.to_ascii_uppercase(),
            _ => return Err(NoId::Form),
        };
        let wanted = check_digit(digits);
        if char::from(found) != wanted {
            return Err(NoId::CheckDigit { wanted });
        }
        Ok(Self(format!("{digits}{wanted}")))
    }

    /// The eighteen places.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// All places in `text` that look like such a number, right or wrong: seventeen digits and a digit or X, no digit before or after.
    #[must_use]
    pub fn candidates(text: &str) -> Vec<&str> {
        let mut found = Vec::new();
        let mut rest = text;
        while let Some(start) = rest.find(|c: char| c.is_ascii_digit()) {
            let run = rest.get(start..).unwrap_or_default();
            let digits = run.find(|c: char| !c.is_ascii_digit()).unwrap_or(run.len());
            let x = run.get(digits..).is_some_and(|r| r.starts_with(['x', 'X']));
            let length = match (digits, x) {
                (17, true) => 18,
                (18, _) => 18,
                _ => digits,
            };
            if length == 18 {
                found.extend(run.get(..18));
            }
            rest = run.get(length..).unwrap_or_default();
        }
        found
    }
}

impl fmt::Display for IdNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// ISO 7064, MOD 11-2, as GB 11643-1999 applies it: the places weigh 2^(i-1) mod 11, i counted from the right, and the sum is 1 mod 11.
fn check_digit(digits: &str) -> char {
    let product = digits.bytes().fold(0, |p, b| (p + u32::from(b - b'0')) * 2 % 11);
    match (12 - product) % 11 {
        10 => 'X',
        digit => char::from(b'0' + digit as u8),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn the_standards_own_examples_hold() {
        // GB 11643-1999, Annex A.
        for number in ["11010519491231002X", "440524188001010014"] {
            assert_eq!(IdNumber::parse(number).expect("sound").as_str(), number);
        }
        assert_eq!(
            IdNumber::parse(" 11010519491231002x ").expect("sound").as_str(),
            "11010519491231002X"
        );
        assert_eq!(IdNumber::parse("110105194912310021"), Err(NoId::CheckDigit { wanted: 'X' }));
        for text in [
            "",
            "11010519491231002",
            "1101051949123100211",
            "E23456789",
            "身份证号码身份证号码身份证号码",
        ] {
            assert_eq!(IdNumber::parse(text), Err(NoId::Form), "{text}");
        }
    }

    #[test]
    fn numbers_are_found_inside_names_and_longer_runs_are_none() {
        let found = IdNumber::candidates("张三_11010519491231002x(2)");
        assert_eq!(found, ["11010519491231002x"]);
        assert_eq!(IdNumber::candidates("IMG_20261122_101010"), Vec::<&str>::new());
        assert_eq!(IdNumber::candidates("1234567890123456789"), Vec::<&str>::new());
        assert_eq!(IdNumber::candidates("440524188001010014李四"), ["440524188001010014"]);
    }

    proptest! {
        #[test]
        fn a_slip_in_one_place_or_two_neighbours_swapped_is_noticed(digits in "[0-9]{17}", at in 0usize..17, to in 0u8..10) {
            let number = format!("{digits}{}", check_digit(&digits));
            prop_assert!(IdNumber::parse(&number).is_ok());
            let mut bytes = number.clone().into_bytes();
            bytes[at] = b'0' + to;
            let slip = String::from_utf8(bytes).expect("ASCII");
            prop_assert_eq!(IdNumber::parse(&slip).is_ok(), slip == number);
            let mut bytes = number.clone().into_bytes();
            bytes.swap(at.min(15), at.min(15) + 1);
            let swapped = String::from_utf8(bytes).expect("ASCII");
            prop_assert_eq!(IdNumber::parse(&swapped).is_ok(), swapped == number);
        }

        #[test]
        fn no_text_panics(text in ".*") {
            let _ = IdNumber::parse(&text);
            let _ = IdNumber::candidates(&text);
        }
    }
}
