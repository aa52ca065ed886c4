//! `face-width`
//!
//! *What it checks:* the width of the face between the ear roots, ears excluded.
//! *Why offices refuse it:* the card's printer crops to it; too small or too large a head is the commonest geometric refusal.
//! *How it is measured:* the distance between the two ear-root landmarks, in frame pixels.
//! *Source:* the spec's `[head.face-width]`; GA 461-2004 gives 207 ± 14 px.
//! *Known weakness:* hair over both ears leaves the roots to the network's guess, about 2 % of the width.

use super::judge::banded;
use super::{Evidence, Mend, Outcome, Rule};
use crate::spec::Along;

/// The rule.
pub const RULE: Rule = Rule { name: "face-width", measure, mend: Some(Mend::Placement) };

fn measure(e: &Evidence<'_>) -> Outcome {
    let Some(band) = &e.spec.head.face_width else {
        return Outcome::unknown("unknown-not-required");
    };
    let Some(head) = e.head else { return e.without_head() };
    banded(e, band, Along::Width, head.face_width())
}

#[cfg(test)]
mod tests {
    use super::super::Verdict;
    use super::super::bench::Bench;
    use super::*;

    #[test]
    fn a_face_of_207_px_passes_and_one_of_170_fails() {
        assert_eq!(measure(&Bench::card().evidence()).verdict, Verdict::Pass);
        let outcome = measure(&Bench::card().scaled(170.0 / 200.0).evidence());
        assert_eq!(outcome.verdict, Verdict::Fail);
        assert_eq!(outcome.required.as_deref(), Some("179–255"));
    }
}
