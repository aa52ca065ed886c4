//! `pitch`
//!
//! *What it checks:* that the head is neither raised nor lowered.
//! *Why offices refuse it:* "头部端正": a raised chin or a bent forehead changes every proportion.
//! *How it is measured:* how far the tip of the nose lies below the line through the ear roots, and that line below the eyes, as shares of half the face's width: a bent head brings
//! the first down and the second up. The angle is a plane fitted to the depth of MediaPipe's mesh over 287 portraits (standard error 2.7°), 0 for the middle one.
//! *Source:* ISO/IEC 39794-5 allows 5°; the limits are ours and wide.
//! *Known weakness:* noses and ears sit higher in one face than in another: ±6° is within nature, so only plain cases are `doubtful`, and none fails.

use super::axis::Axis;
use super::judge::turned;
use super::{Doubt, Evidence, Outcome, Rule};
use crate::vision::face::{Head, Landmark};

/// The rule.
pub const RULE: Rule = Rule { name: "pitch", measure, mend: None, doubt: Doubt::Seen };

/// Degrees per half face width, and the middle portrait's share, of the nose below the ear roots.
const NOSE: (f64, f64) = (30.8, 0.288);

/// The same of the ear roots below the eyes.
const EARS: (f64, f64) = (-29.7, 0.300);

fn measure(e: &Evidence<'_>) -> Outcome {
    let Some(head) = e.head else { return e.without_head() };
    turned(e, "pitch", degrees(head), ["pitch-up-hint", "pitch-down-hint"])
}

/// The nod downwards, in degrees.
fn degrees(head: &Head) -> f64 {
    let Some(ears) = Axis::of_ears(head) else { return 0.0 };
    let nose = ears.across(head.landmarks[Landmark::NoseTip]);
    NOSE.0 * (nose - NOSE.1) + EARS.0 * (-ears.across(head.eyes()) - EARS.1)
}

#[cfg(test)]
mod tests {
    use super::super::Verdict;
    use super::super::bench::Bench;
    use super::*;
    use crate::base::geometry::Point;

    #[test]
    fn a_nose_far_below_the_ears_is_a_bent_head() {
        let mut bench = Bench::card();
        assert_eq!(measure(&bench.evidence()).verdict, Verdict::Pass);
        bench.move_landmarks(
            |l, p| if l == Landmark::NoseTip { Point::new(p.x, p.y + 70.0) } else { p },
        );
        assert_eq!(measure(&bench.evidence()).verdict, Verdict::Doubtful);
    }
}
