//! `hair-top`
//!
//! *What it checks:* the distance of the top of the hair from the top edge.
//! *Why offices refuse it:* the head is cut, or sits too low on the card.
//! *How it is measured:* the first row in which the matte shows the person within 0.9 face widths of the face's centre.
//! *Source:* the spec's `[head.hair-top]`; GA 461-2004 gives 7–21 px, hair included, and lets the eye line win: where the eyes stand at their lowest,
//! towering hair may be cut by the frame.
//! *Known weakness:* a tuft of a few hairs is less than half opaque and does not count; a hat counts as hair.

use super::judge::{NOISE_PX, banded};
use super::region::hair_top;
use super::{Doubt, Evidence, Mend, Outcome, Rule, Verdict};
use crate::base::message::Message;
use crate::rules::spec::Along;

/// The rule.
pub const RULE: Rule =
    Rule { name: "hair-top", measure, mend: Some(Mend::Placement), doubt: Doubt::Seen };

/// How near its limit the eye line must be to excuse cut hair, in pixels.
const BINDS_PX: f64 = 3.0;

fn measure(e: &Evidence<'_>) -> Outcome {
    let Some(band) = &e.spec.head.hair_top else {
        return Outcome::unknown("unknown-not-required");
    };
    let Some(head) = e.head else { return e.without_head() };
    let Some(top) = hair_top(e) else { return Outcome::unknown("unknown-no-matte") };
    let outcome = banded(e, band, Along::Height, top);
    let too_high = top < e.spec.px(band, Along::Height).min;
    let excused = e.spec.head.eye_line.as_ref().is_some_and(|eyes| {
        let above =
            f64::from(e.frame.height()) - head.eyes().y - e.spec.px(eyes, Along::Height).min;
        (-NOISE_PX..=BINDS_PX).contains(&above)
    });
    if too_high && excused {
        return Outcome { verdict: Verdict::Pass, ..outcome }
            .message(Message::new("hair-top-eye-line-wins"));
    }
    // hair in the first row: the picture's own edge cuts it, and "0 px" would be no measure of room
    if outcome.verdict >= Verdict::Doubtful && top < 0.5 {
        return outcome
            .message(Message::new("hair-top-cut-in-source"))
            .hint(Message::new("hair-top-cut-in-source-hint"));
    }
    outcome
}

#[cfg(test)]
mod tests {
    use super::super::bench::Bench;
    use super::*;

    #[test]
    fn hair_14_px_below_the_edge_passes_and_30_px_fails() {
        let outcome = measure(&Bench::card().evidence());
        assert_eq!(outcome.verdict, Verdict::Pass, "{outcome:?}");
        assert_eq!(measure(&Bench::card().moved(0.0, 16.0).evidence()).verdict, Verdict::Fail);
    }

    #[test]
    fn towering_hair_is_excused_when_the_eye_line_binds() {
        let mut bench = Bench::card();
        // The bench's eyes stand 240 px above the bottom edge; at 208 px the eye line binds.
        let above = 441.0 - bench.head.as_ref().map_or(0.0, |h| h.eyes().y);
        bench = bench.moved(0.0, above - 208.0);
        bench.paint_person(100..250, 0..100);
        let outcome = measure(&bench.evidence());
        assert_eq!(outcome.verdict, Verdict::Pass);
        assert_eq!(outcome.message, Some(Message::new("hair-top-eye-line-wins")));
        let mut high = Bench::card();
        high.paint_person(100..250, 0..100);
        let outcome = measure(&high.evidence());
        assert_eq!(outcome.verdict, Verdict::Fail);
        assert_eq!(outcome.message, Some(Message::new("hair-top-cut-in-source")));
        let low = measure(&Bench::card().moved(0.0, 16.0).evidence());
        assert_eq!((low.verdict, low.message), (Verdict::Fail, None));
    }
}
