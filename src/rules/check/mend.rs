//! What `baidi fix` can do about a broken rule, and how much it has to change for it.

use super::Verdict;
use crate::rules::spec::Editing;

/// The least change that mends a broken rule, from least to most.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Mend {
    /// A few bytes of the header; the coded picture stays as it is.
    Header,
    /// The same pixels, encoded anew.
    Encoding,
    /// Another background behind the same person, pixel for pixel.
    Background,
    /// A new place on the card: cropped, scaled, turned, and so resampled.
    Placement,
}

impl Mend {
    /// Whether an authority that grants `editing` lets software do it.
    #[must_use]
    pub const fn is_allowed(self, editing: Editing) -> bool {
        match editing {
            Editing::Any => true,
            Editing::NoBackground => !matches!(self, Self::Background),
            Editing::None => matches!(self, Self::Header | Self::Encoding),
        }
    }

    /// Whether a rule that says `verdict` is worth this change.
    ///
    /// The file's form costs the picture little or nothing, so a doubt is enough. A picture is cut out or resampled only where a rule is
    /// broken: a doubtful card that has been accepted is better left alone.
    #[must_use]
    pub const fn is_due(self, verdict: Verdict) -> bool {
        match self {
            Self::Header | Self::Encoding => matches!(verdict, Verdict::Doubtful | Verdict::Fail),
            Self::Background | Self::Placement => matches!(verdict, Verdict::Fail),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ALL: [Mend; 4] = [Mend::Header, Mend::Encoding, Mend::Background, Mend::Placement];

    #[test]
    fn each_permission_allows_what_it_says() {
        let allowed = |editing| ALL.map(|m| m.is_allowed(editing));
        assert_eq!(allowed(Editing::Any), [true; 4]);
        assert_eq!(allowed(Editing::NoBackground), [true, true, false, true]);
        assert_eq!(allowed(Editing::None), [true, true, false, false]);
    }

    #[test]
    fn a_doubt_is_reason_to_encode_but_not_to_crop() {
        let due = |verdict| ALL.map(|m| m.is_due(verdict));
        assert_eq!(due(Verdict::Pass), [false; 4]);
        assert_eq!(due(Verdict::Unknown), [false; 4]);
        assert_eq!(due(Verdict::Doubtful), [true, true, false, false]);
        assert_eq!(due(Verdict::Fail), [true; 4]);
    }
}
