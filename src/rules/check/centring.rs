//! `centring`
//!
//! *What it checks:* where the face stands across the picture.
//! *Why offices refuse it:* the person must be in the middle; a shift cuts one shoulder.
//! *How it is measured:* the midpoint between the iris centres from the left edge. A picture wider or narrower than the spec's is taken as if cropped or
//! extended about its middle.
//! *Source:* the spec's `[head.centring]`; GA 461-2004 and the social-security card give 162–196 px of 358.
//! *Known weakness:* a head turned a little to the side moves its eyes without moving itself.

use super::judge::banded;
use super::{Doubt, Evidence, Mend, Outcome, Rule};
use crate::rules::spec::Along;

/// The rule.
pub const RULE: Rule =
    Rule { name: "centring", measure, mend: Some(Mend::Placement), doubt: Doubt::Seen };

fn measure(e: &Evidence<'_>) -> Outcome {
    let Some(band) = &e.spec.head.centring else {
        return Outcome::unknown("unknown-not-required");
    };
    let Some(head) = e.head else { return e.without_head() };
    let surplus = f64::from(e.frame.width()) - f64::from(e.spec.pixels.width);
    banded(e, band, Along::Width, head.eyes().x - surplus / 2.0)
}

#[cfg(test)]
mod tests {
    use super::super::Verdict;
    use super::super::bench::Bench;
    use super::*;

    #[test]
    fn eyes_20_px_beside_the_middle_fail() {
        assert_eq!(measure(&Bench::card().evidence()).verdict, Verdict::Pass);
        assert_eq!(measure(&Bench::card().moved(20.0, 0.0).evidence()).verdict, Verdict::Fail);
    }

    #[test]
    fn a_wider_picture_is_judged_about_its_middle() {
        let bench = Bench::sized(758, 441).moved(200.0, 0.0);
        assert_eq!(measure(&bench.evidence()).verdict, Verdict::Pass);
    }
}
