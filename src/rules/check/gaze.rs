//! `gaze`
//!
//! *What it checks:* that the eyes look at the camera.
//! *Why offices refuse it:* "双眼平视镜头".
//! *How it is measured:* how far the iris centres lie from the middle of their eyes, along the line from corner to corner, as a share of half the eye's width; the mean of both eyes.
//! *Source:* ISO/IEC 39794-5 (gaze); the limits are ours.
//! *Known weakness:* up and down is not measured: the lids follow the iris. A squint is averaged away.

use super::axis::Axis;
use super::judge::{Bad, limited};
use super::{Doubt, Evidence, Outcome, Rule};
use crate::vision::face::Landmark as L;

/// The rule.
pub const RULE: Rule = Rule { name: "gaze", measure, mend: None, doubt: Doubt::Seen };

fn measure(e: &Evidence<'_>) -> Outcome {
    let Some(head) = e.head else { return e.without_head() };
    let offset = |iris: L, a: L, b: L| {
        let at = |l| head.landmarks[l];
        Axis::between(at(a), at(b)).map_or(0.0, |eye| eye.along(at(iris)))
    };
    let left = offset(L::LeftIris, L::LeftEyeOuter, L::LeftEyeInner);
    let right = offset(L::RightIris, L::RightEyeInner, L::RightEyeOuter);
    limited(e, "gaze", Bad::Above, ((left + right) / 2.0).abs(), "", 2)
}

#[cfg(test)]
mod tests {
    use super::super::Verdict;
    use super::super::bench::Bench;
    use super::*;
    use crate::base::geometry::Point;

    #[test]
    fn eyes_turned_to_the_side_are_seen() {
        let mut bench = Bench::card();
        assert_eq!(measure(&bench.evidence()).verdict, Verdict::Pass);
        bench.move_landmarks(|l, p| {
            let iris = matches!(l, L::LeftIris | L::RightIris);
            if iris { Point::new(p.x + 9.0, p.y) } else { p }
        });
        assert_ne!(measure(&bench.evidence()).verdict, Verdict::Pass);
    }
}
