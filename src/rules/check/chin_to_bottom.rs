//! `chin-to-bottom`
//!
//! *What it checks:* the room between the chin and the bottom edge.
//! *Why offices refuse it:* neck and shoulders have to show, and what is printed below the picture must not touch the chin.
//! *How it is measured:* the frame's height minus the chin's row.
//! *Source:* the spec's `[head.chin-to-bottom]`; Chinese passports give at least 7 mm of 48.
//! *Known weakness:* a beard hides the chin by up to 3 % of the head.

use super::judge::banded;
use super::{Doubt, Evidence, Mend, Outcome, Rule};
use crate::rules::spec::Along;

/// The rule.
pub const RULE: Rule =
    Rule { name: "chin-to-bottom", measure, mend: Some(Mend::Placement), doubt: Doubt::Seen };

fn measure(e: &Evidence<'_>) -> Outcome {
    let Some(band) = &e.spec.head.chin_to_bottom else {
        return Outcome::unknown("unknown-not-required");
    };
    let Some(head) = e.head else { return e.without_head() };
    banded(e, band, Along::Height, f64::from(e.frame.height()) - head.chin().y)
}

#[cfg(test)]
mod tests {
    use super::super::Verdict;
    use super::super::bench::Bench;
    use super::*;
    use crate::base::message::Message;
    use crate::rules::spec::{BandUnit, PhotoSpec};

    fn bench() -> Bench {
        let asks = PhotoSpec::builtin("passport-cn").expect("builtin").head.chin_to_bottom;
        let mut bench = Bench::card();
        // 7 mm of 48, in pixels of the bench's card.
        bench.spec.head.chin_to_bottom = asks.map(|band| crate::rules::spec::Band {
            unit: BandUnit::Share,
            min: band.min.map(|mm| mm / 48.0),
            ..band
        });
        bench
    }

    #[test]
    fn a_chin_64_px_above_the_bottom_is_the_least() {
        let chin = Bench::card().head.map_or(0.0, |h| h.chin().y);
        let at = |above: f64| measure(&bench().moved(0.0, 441.0 - above - chin).evidence());
        assert_eq!(at(66.0).verdict, Verdict::Pass, "{:?}", at(66.0));
        assert_eq!(at(64.0).verdict, Verdict::Doubtful, "{:?}", at(64.0));
        assert_eq!(at(60.0).verdict, Verdict::Fail, "{:?}", at(60.0));
    }

    #[test]
    fn a_spec_without_it_asks_for_nothing() {
        let outcome = measure(&Bench::card().evidence());
        assert_eq!(outcome.message, Some(Message::new("unknown-not-required")));
    }
}
