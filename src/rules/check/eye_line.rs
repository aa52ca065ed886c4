//! `eye-line`
//!
//! *What it checks:* the height of the eyes above the bottom edge.
//! *Why offices refuse it:* the chip and the print crop from the bottom edge; low eyes lose the chin.
//! *How it is measured:* from the midpoint between the iris centres to the bottom edge: the frame's height minus its row.
//! *Source:* the spec's `[head.eye-line]`; GA 461-2004 gives at least 207 px.
//! *Known weakness:* behind dark glasses the irises are a guess, about 2 px.

use super::judge::banded;
use super::{Doubt, Evidence, Mend, Outcome, Rule};
use crate::rules::spec::Along;

/// The rule.
pub const RULE: Rule =
    Rule { name: "eye-line", measure, mend: Some(Mend::Placement), doubt: Doubt::Seen };

fn measure(e: &Evidence<'_>) -> Outcome {
    let Some(band) = &e.spec.head.eye_line else {
        return Outcome::unknown("unknown-not-required");
    };
    let Some(head) = e.head else { return e.without_head() };
    let above = f64::from(e.frame.height()) - head.eyes().y;
    banded(e, band, Along::Height, above)
}

#[cfg(test)]
mod tests {
    use super::super::Verdict;
    use super::super::bench::Bench;
    use super::*;

    #[test]
    fn eyes_lower_than_207_px_fail() {
        let bench = Bench::card();
        let above = 441.0 - bench.head.as_ref().map_or(0.0, |h| h.eyes().y);
        assert_eq!(measure(&bench.evidence()).verdict, Verdict::Pass);
        let low = Bench::card().moved(0.0, above - 204.0);
        assert_eq!(measure(&low.evidence()).verdict, Verdict::Fail);
        let noisy = Bench::card().moved(0.0, above - 206.5);
        assert_eq!(measure(&noisy.evidence()).verdict, Verdict::Doubtful);
    }
}
