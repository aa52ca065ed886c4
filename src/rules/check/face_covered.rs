//! `face-covered`
//!
//! *What it checks:* that nothing lies before the face: no mask, no hand, no phone, no scarf over the mouth.
//! *Why offices refuse it:* "面部不得有遮挡"; the face is compared with others by machine.
//! *How it is measured:* a network looks at the face and says place by place what is not face ([`crate::vision::face::signs`]): its sum from the brows to the throat, in per cent of a face.
//! *Source:* ISO/IEC 29794-5, 7.4.10 (face occlusion); the limits are ours: of 139 cards of people that no network was trained on one measures more than 4, and is let pass.
//! *Known weakness:* the network learned from things that were drawn; a hand that lies along the jaw or under the chin in the skin's own light is taken for neck, and clear glass is not seen.

use super::judge::{Bad, limited};
use super::{Doubt, Evidence, Outcome, Rule};

/// The rule.
pub const RULE: Rule = Rule { name: "face-covered", measure, mend: None, doubt: Doubt::Seen };

fn measure(e: &Evidence<'_>) -> Outcome {
    let Some(signs) = e.head.and(e.signs) else { return e.without_head() };
    limited(e, "face-covered", Bad::Above, 100.0 * signs.covered, "%", 0)
}

#[cfg(test)]
mod tests {
    use super::super::Verdict;
    use super::super::bench::Bench;
    use super::*;
    use crate::vision::face::signs::Signs;

    #[test]
    fn a_free_face_passes_and_a_mask_does_not() {
        let mut bench = Bench::card();
        assert_eq!(measure(&bench.evidence()).verdict, Verdict::Pass);
        bench.signs = Some(Signs { covered: 0.12, headwear: 0.0 });
        assert_eq!(measure(&bench.evidence()).verdict, Verdict::Doubtful);
        bench.signs = Some(Signs { covered: 0.4, headwear: 0.0 });
        assert_eq!(measure(&bench.evidence()).verdict, Verdict::Fail);
    }

    #[test]
    fn without_a_head_nothing_is_said() {
        let mut bench = Bench::card();
        bench.head = None;
        assert_eq!(measure(&bench.evidence()).verdict, Verdict::Unknown);
    }
}
