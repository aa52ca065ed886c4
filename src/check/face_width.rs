//! `face-width`
//!
//! *What it checks:* the width of the face between the ear roots, ears excluded.
//! *Why offices refuse it:* the card's printer crops to it; too small or too large a head is the commonest geometric refusal.
//! *How it is measured:* the distance between the two ear-root landmarks, in frame pixels.
//! *Source:* the spec's `[head.face-width]`; GA 461-2004 gives 207 ± 14 px.
//! *Known weakness:* hair over both ears leaves the roots to the network's guess, about 2 % of the width.

use super::{Evidence, Outcome, Rule, Verdict};
use crate::spec::Along;

/// The rule.
pub const RULE: Rule = Rule { name: "face-width", measure };

fn measure(e: &Evidence<'_>) -> Outcome {
    let Some(band) = &e.spec.head.face_width else { return Outcome::unknown("not-required") };
    let Some(head) = e.head else { return Outcome::unknown(e.no_head.unwrap_or("no-head")) };
    let allowed = e.spec.px(band, Along::Width);
    let width = head.face_width();
    let verdict = match (allowed.contains(width), band.binding) {
        (true, _) => Verdict::Pass,
        (false, true) => Verdict::Fail,
        (false, false) => Verdict::Doubtful,
    };
    Outcome::new(verdict)
        .measured(width, "px")
        .required(format!("{:.0}–{:.0}", allowed.min, allowed.max))
        .clause(&band.source)
        .fixable()
}
