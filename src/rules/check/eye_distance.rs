//! `eye-distance`
//!
//! *What it checks:* the distance between the eyes, where a spec sizes the head by it.
//! *Why offices refuse it:* face recognition at the border is built for a range of distances; a head too small or too large for it is sent back.
//! *How it is measured:* from iris centre to iris centre, in frame pixels.
//! *Source:* the spec's `[head.eye-distance]`; the exit and entry documents give 0.23–0.33 of the width.
//! *Known weakness:* behind dark glasses the irises are a guess, about 2 px; a head that is turned brings them nearer.

use super::judge::banded;
use super::{Doubt, Evidence, Mend, Outcome, Rule};
use crate::rules::spec::Along;
use crate::vision::face::Landmark;

/// The rule.
pub const RULE: Rule =
    Rule { name: "eye-distance", measure, mend: Some(Mend::Placement), doubt: Doubt::Seen };

fn measure(e: &Evidence<'_>) -> Outcome {
    let Some(band) = &e.spec.head.eye_distance else {
        return Outcome::unknown("unknown-not-required");
    };
    let Some(head) = e.head else { return e.without_head() };
    let at = |l| head.landmarks[l];
    let apart = at(Landmark::LeftIris).distance(at(Landmark::RightIris));
    banded(e, band, Along::Width, apart)
}

#[cfg(test)]
mod tests {
    use super::super::Verdict;
    use super::super::bench::Bench;
    use super::*;
    use crate::base::message::Message;
    use crate::rules::spec::PhotoSpec;

    fn bench() -> Bench {
        let asks = PhotoSpec::builtin("exit-entry").expect("builtin");
        let mut bench = Bench::card();
        bench.spec.head.eye_distance = asks.head.eye_distance;
        bench
    }

    #[test]
    fn eyes_a_quarter_of_the_width_apart_pass_and_a_fifth_fails() {
        // The bench's irises are 90 px apart, of 358.
        let outcome = measure(&bench().evidence());
        assert_eq!(outcome.verdict, Verdict::Pass, "{outcome:?}");
        assert_eq!(outcome.required.as_deref(), Some("23–33"));
        let outcome = measure(&bench().scaled(0.8).evidence());
        assert_eq!(outcome.verdict, Verdict::Fail, "{outcome:?}");
    }

    #[test]
    fn a_tilt_changes_nothing_and_a_spec_without_it_asks_for_nothing() {
        assert_eq!(measure(&bench().turned(20.0).evidence()).verdict, Verdict::Pass);
        let outcome = measure(&Bench::card().evidence());
        assert_eq!(outcome.message, Some(Message::new("unknown-not-required")));
    }
}
