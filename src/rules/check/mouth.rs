//! `mouth`
//!
//! *What it checks:* that the mouth is closed.
//! *Why offices refuse it:* "表情自然，嘴自然闭合": an open mouth or a laugh changes the face.
//! *How it is measured:* the gap between the lips' inner edges over the width of the mouth.
//! *Source:* ISO/IEC 29794-5, 7.4.5 (mouth closed); the limits are ours.
//! *Known weakness:* a smile with closed lips passes.

use super::axis::gap_over_width;
use super::judge::{Bad, limited};
use super::{Doubt, Evidence, Outcome, Rule};
use crate::vision::face::Landmark as L;

/// The rule. Its doubts are advice: a natural smile passes most counters.
pub const RULE: Rule = Rule { name: "mouth", measure, mend: None, doubt: Doubt::Advice };

fn measure(e: &Evidence<'_>) -> Outcome {
    let Some(head) = e.head else { return e.without_head() };
    let lips = [L::LipUpperInner, L::LipLowerInner];
    let gap = gap_over_width(head, lips, [L::MouthLeft, L::MouthRight]);
    limited(e, "mouth", Bad::Above, gap, "", 2)
}

#[cfg(test)]
mod tests {
    use super::super::Verdict;
    use super::super::bench::Bench;
    use super::*;
    use crate::base::geometry::Point;

    #[test]
    fn an_open_mouth_is_seen() {
        let mut bench = Bench::card();
        assert_eq!(measure(&bench.evidence()).verdict, Verdict::Pass);
        bench.move_landmarks(
            |l, p| if l == L::LipLowerInner { Point::new(p.x, p.y + 24.0) } else { p },
        );
        assert_ne!(measure(&bench.evidence()).verdict, Verdict::Pass);
    }
}
