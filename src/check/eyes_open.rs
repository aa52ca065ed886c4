//! `eyes-open`
//!
//! *What it checks:* that both eyes are open.
//! *Why offices refuse it:* "眼睛睁开": closed or half-closed eyes are not recognised.
//! *How it is measured:* the gap between the lids' edges over the width of the eye, corner to corner; the more closed eye counts.
//! *Source:* ISO/IEC 29794-5, 7.4.4 (eyes open), the lid distance over the eye's own width so that narrow eyes are not punished for their face; the limits are ours.
//! *Known weakness:* a broad smile narrows open eyes; the landmarks know lids to a pixel or two only.

use super::axis::gap_over_width;
use super::judge::{Bad, limited};
use super::{Evidence, Outcome, Rule};
use crate::face::Landmark as L;

/// The rule.
pub const RULE: Rule = Rule { name: "eyes-open", measure, mend: None };

fn measure(e: &Evidence<'_>) -> Outcome {
    let Some(head) = e.head else { return e.without_head() };
    let left = [L::LeftLidUpper, L::LeftLidLower];
    let left = gap_over_width(head, left, [L::LeftEyeOuter, L::LeftEyeInner]);
    let right = [L::RightLidUpper, L::RightLidLower];
    let right = gap_over_width(head, right, [L::RightEyeOuter, L::RightEyeInner]);
    limited(e, "eyes-open", Bad::Below, left.min(right), "", 2)
}

#[cfg(test)]
mod tests {
    use super::super::Verdict;
    use super::super::bench::Bench;
    use super::*;
    use crate::geometry::Point;

    #[test]
    fn one_closed_eye_fails() {
        let mut bench = Bench::card();
        assert_eq!(measure(&bench.evidence()).verdict, Verdict::Pass);
        bench.move_landmarks(
            |l, p| if l == L::LeftLidUpper { Point::new(p.x, p.y + 10.5) } else { p },
        );
        assert_eq!(measure(&bench.evidence()).verdict, Verdict::Fail);
    }
}
