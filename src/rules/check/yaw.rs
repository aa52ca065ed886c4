//! `yaw`
//!
//! *What it checks:* that the head faces the camera and is not turned to a side.
//! *Why offices refuse it:* "正面": both ears and both cheeks must show alike.
//! *How it is measured:* how far the tip of the nose lies from the middle between the ear roots, along the line of the eyes, as a share of half the face's width. The nose
//! stands 1.54 half widths before the ear roots' line, so the angle is atan(share / 1.54): fitted to the depth of MediaPipe's mesh over 287 portraits, correlation 0.991.
//! *Source:* GA 461-2004, 正面免冠; ISO/IEC 39794-5 allows 5°; the limits are ours.
//! *Known weakness:* a crooked nose reads as 2–3°; hair over one ear root as much.

use super::axis::Axis;
use super::judge::turned;
use super::{Doubt, Evidence, Outcome, Rule};
use crate::vision::face::{Head, Landmark};

/// The rule.
pub const RULE: Rule = Rule { name: "yaw", measure, mend: None, doubt: Doubt::Seen };

/// How far the nose stands before the line of the ear roots, in half face widths.
const NOSE_DEPTH: f64 = 1.54;

fn measure(e: &Evidence<'_>) -> Outcome {
    let Some(head) = e.head else { return e.without_head() };
    turned(e, "yaw", degrees(head), ["yaw-to-left-hint", "yaw-to-right-hint"])
}

/// The turn to the image's right, in degrees.
fn degrees(head: &Head) -> f64 {
    let nose = head.landmarks[Landmark::NoseTip];
    let share = Axis::of_ears(head).map_or(0.0, |ears| ears.along(nose));
    libm::atan(share / NOSE_DEPTH).to_degrees()
}

#[cfg(test)]
mod tests {
    use super::super::Verdict;
    use super::super::bench::Bench;
    use super::*;
    use crate::base::geometry::Point;

    #[test]
    fn a_nose_beside_the_middle_is_a_turned_head() {
        let mut bench = Bench::card();
        assert_eq!(measure(&bench.evidence()).verdict, Verdict::Pass);
        bench.move_landmarks(
            |l, p| if l == Landmark::NoseTip { Point::new(p.x + 70.0, p.y) } else { p },
        );
        assert!(bench.head.as_ref().is_some_and(|h| degrees(h) > 20.0));
        assert_eq!(measure(&bench.evidence()).verdict, Verdict::Fail);
    }
}
