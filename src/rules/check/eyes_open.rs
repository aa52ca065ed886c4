//! `eyes-open`
//!
//! *What it checks:* that both eyes are open.
//! *Why offices refuse it:* "眼睛睁开": closed or half-closed eyes are not recognised.
//! *How it is measured:* a network looks at each eye in the photo and says how likely it is shut ([`crate::vision::face::eyes`]); the likelier one counts, and only where the other looks shut, too, the photo fails. The second opinion is the gap between the lids' edges over the width of the eye, corner to corner; there the more closed eye counts.
//! *Source:* ISO/IEC 29794-5, 7.4.4 (eyes open), the lid distance over the eye's own width so that narrow eyes are not punished for their face; the network's two limits are ours and were put down before anything was measured, not tuned; what they give on 118 portraits with open eyes stands beside them in `limits.toml`.
//! *Known weakness:* no shut eye was in the training but drawn ones; an eye behind hair, glare or a dark lens may look shut, one that looks far down, too; a broad smile narrows open eyes, and the landmarks know lids to a pixel or two only. Eyes narrower than 8 px in the photo are not judged.

use super::axis::gap_over_width;
use super::judge::{Bad, limited};
use super::{Doubt, Evidence, Outcome, Rule, Verdict};
use crate::base::message::Message;
use crate::vision::face::Landmark as L;
use crate::vision::face::eyes::{LEAST_EYE, corners};

/// The rule.
pub const RULE: Rule = Rule { name: "eyes-open", measure, mend: None, doubt: Doubt::Seen };

fn measure(e: &Evidence<'_>) -> Outcome {
    let Some(head) = e.head else { return e.without_head() };
    let in_photo = f64::from(e.native.height()) / f64::from(e.frame.height().max(1));
    if corners(head).iter().any(|[a, b]| a.distance(*b) * in_photo < LEAST_EYE) {
        return Outcome::unknown("unknown-face-too-small");
    }
    let left = [L::LeftLidUpper, L::LeftLidLower];
    let left = gap_over_width(head, left, [L::LeftEyeOuter, L::LeftEyeInner]);
    let right = [L::RightLidUpper, L::RightLidLower];
    let right = gap_over_width(head, right, [L::RightEyeOuter, L::RightEyeInner]);
    let lids = limited(e, "eyes-open", Bad::Below, left.min(right), "", 2);
    match e.eyes.map(|eyes| looks(e, eyes.shut)) {
        Some(looks) if looks.verdict > Verdict::Pass && looks.verdict >= lids.verdict => looks,
        _ => lids,
    }
}

/// What the network's word is worth.
fn looks(e: &Evidence<'_>, [left, right]: [f32; 2]) -> Outcome {
    let word = |p: f32| limited(e, "eyes-shut", Bad::Above, 100.0 * f64::from(p), "%", 0);
    let mut outcome = word(left.max(right));
    if outcome.verdict == Verdict::Fail && word(left.min(right)).verdict < Verdict::Doubtful {
        // one eye may well be behind hair, or in the shade
        outcome.verdict = Verdict::Doubtful;
    }
    let key = match outcome.verdict {
        Verdict::Fail => "eyes-shut-fail",
        _ => "eyes-shut-doubtful",
    };
    outcome.message(Message::new(key)).hint(Message::new("eyes-shut-hint"))
}

#[cfg(test)]
mod tests {
    use super::super::bench::Bench;
    use super::*;
    use crate::base::geometry::Point;
    use crate::vision::face::eyes::Eyes;

    #[test]
    fn one_closed_eye_fails() {
        let mut bench = Bench::card();
        assert_eq!(measure(&bench.evidence()).verdict, Verdict::Pass);
        bench.move_landmarks(
            |l, p| if l == L::LeftLidUpper { Point::new(p.x, p.y + 10.5) } else { p },
        );
        assert_eq!(measure(&bench.evidence()).verdict, Verdict::Fail);
    }

    #[test]
    fn eyes_that_look_shut_are_no_open_ones() {
        let mut bench = Bench::card();
        for (shut, verdict) in [
            ([0.01, 0.02], Verdict::Pass),
            ([0.01, 1.0], Verdict::Doubtful),
            ([1.0, 1.0], Verdict::Fail),
        ] {
            bench.eyes = Some(Eyes { shut, iris: [0.0; 2] });
            assert_eq!(measure(&bench.evidence()).verdict, verdict, "{shut:?}");
        }
    }
}
