//! `source-size`
//!
//! *What it checks:* whether the picture has pixels enough for the card: a smaller face must be enlarged, which adds pixels and no detail.
//! *Why offices refuse it:* enlarged faces are soft; several portals refuse a source smaller than the card.
//! *How it is measured:* ear root to ear root in the file's own pixels, against the narrowest face that the spec allows.
//! *Source:* the spec's `[head.face-width]`, or 55 % of the card's width where it has none; the limits, as factors of enlargement, are ours.
//! *Known weakness:* a picture that somebody enlarged before has the pixels; then `sharpness` speaks.

use super::judge::{Bad, verdict};
use super::{Doubt, Evidence, Outcome, Rule};
use crate::rules::spec::Along;

/// The rule. Its doubts are advice: what matters is the card, and sharpness looks at that.
pub const RULE: Rule = Rule { name: "source-size", measure, mend: None, doubt: Doubt::Advice };

fn measure(e: &Evidence<'_>) -> Outcome {
    let Some(head) = e.head else { return e.without_head() };
    let Some(limit) = e.spec.limit("source-size") else {
        return Outcome::unknown("unknown-no-limit");
    };
    // From the file's own width, whatever size the picture was decoded at.
    let own = f64::from(e.upright_size().width) / f64::from(e.frame.width().max(1));
    let width = head.face_width() * own;
    let needed = e
        .spec
        .head
        .face_width
        .as_ref()
        .map(|band| e.spec.px(band, Along::Width).min)
        .filter(|min| min.is_finite())
        .unwrap_or(0.55 * f64::from(e.spec.pixels.width));
    Outcome::new(verdict(limit, Bad::Above, needed / width.max(1e-6)))
        .measured(width, "px")
        .required(format!("≥ {:.0}", needed / limit.doubtful))
        .clause(&limit.source)
}

#[cfg(test)]
mod tests {
    use super::super::Verdict;
    use super::super::bench::Bench;
    use super::*;

    #[test]
    fn a_face_of_half_the_needed_pixels_fails() {
        assert_eq!(measure(&Bench::card().evidence()).verdict, Verdict::Pass);
        let small = Bench::card().scaled(0.45);
        assert_eq!(measure(&small.evidence()).verdict, Verdict::Fail);
    }
}
