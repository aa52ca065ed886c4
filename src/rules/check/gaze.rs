//! `gaze`
//!
//! *What it checks:* that the eyes look at the camera.
//! *Why offices refuse it:* "双眼平视镜头".
//! *How it is measured:* a network looks at each eye in the photo and says where its iris stands between the corners ([`crate::vision::face::eyes`]): 0 in the middle, 1 in a corner; the mean of both eyes, so that
//! what a turned head or a nose does to one and its opposite to the other does not count.
//! *Source:* ISO/IEC 39794-5 (gaze); the limits are ours.
//! *Known weakness:* up and down is not measured: the lids follow the iris. A squint is averaged away. The network learned from irises that were moved in pictures. Eyes narrower than 8 px in the photo are not
//! judged.

use super::judge::{Bad, limited};
use super::{Doubt, Evidence, Outcome, Rule};

/// The rule.
pub const RULE: Rule = Rule { name: "gaze", measure, mend: None, doubt: Doubt::Seen };

fn measure(e: &Evidence<'_>) -> Outcome {
    if e.head.is_none() {
        return e.without_head();
    }
    let Some(eyes) = e.eyes else { return Outcome::unknown("unknown-face-too-small") };
    let aside = f64::from(eyes.iris[0] + eyes.iris[1]) / 2.0;
    limited(e, "gaze", Bad::Above, aside.abs(), "", 2)
}

#[cfg(test)]
mod tests {
    use super::super::Verdict;
    use super::super::bench::Bench;
    use super::*;
    use crate::vision::face::eyes::Eyes;

    #[test]
    fn eyes_turned_to_one_side_are_seen_and_a_squint_is_not() {
        let mut bench = Bench::card();
        let mut with = |iris| {
            bench.eyes = Some(Eyes { shut: [0.0; 2], iris });
            measure(&bench.evidence()).verdict
        };
        assert_eq!(with([0.05, -0.02]), Verdict::Pass);
        assert_eq!(with([0.2, -0.2]), Verdict::Pass);
        assert_ne!(with([0.5, 0.4]), Verdict::Pass);
        assert_ne!(with([-0.5, -0.4]), Verdict::Pass);
    }

    #[test]
    fn without_eyes_nothing_is_said() {
        let mut bench = Bench::card();
        bench.eyes = None;
        assert_eq!(measure(&bench.evidence()).verdict, Verdict::Unknown);
    }
}
