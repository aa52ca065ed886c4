//! `pitch`
//!
//! *What it checks:* that the head is neither raised nor lowered.
//! *Why offices refuse it:* "头部端正": a raised chin or a bent forehead changes every proportion.
//! *How it is measured:* a network sees the face in the photo ([`crate::vision::face::closeup`]) and says how far it nods, 0 for the middle one of a thousand portraits.
//! *Source:* ISO/IEC 39794-5 allows 5°; the limits are ours and wide.
//! *Known weakness:* on 118 people not trained on the network tells what is drawn of a nod to 0.97 and agrees with MediaPipe's mesh to 1.5 to 2.6° (one standard deviation, by set), and the
//! mesh errs, too; so heads are doubted at twice what the standard allows, and none fails.

use super::judge::turned;
use super::{Doubt, Evidence, Outcome, Rule};

/// The rule.
pub const RULE: Rule = Rule { name: "pitch", measure, mend: None, doubt: Doubt::Seen };

fn measure(e: &Evidence<'_>) -> Outcome {
    let (Some(_), Some(seen)) = (e.head, e.closeup) else { return e.without_head() };
    turned(e, "pitch", seen.nod, ["pitch-up-hint", "pitch-down-hint"])
}

#[cfg(test)]
mod tests {
    use super::super::Verdict;
    use super::super::bench::Bench;
    use super::*;
    use crate::base::message::Message;
    use crate::vision::face::closeup::Closeup;

    #[test]
    fn a_head_that_nods_is_told_the_other_way() {
        let mut bench = Bench::card();
        let mut said = |nod| {
            bench.closeup = Some(Closeup { nod, ..Closeup::ORDINARY });
            measure(&bench.evidence())
        };
        assert_eq!(said(4.0).verdict, Verdict::Pass);
        for (nod, hint) in [(15.0, "pitch-down-hint"), (-15.0, "pitch-up-hint")] {
            let outcome = said(nod);
            assert_eq!(outcome.verdict, Verdict::Doubtful);
            assert_eq!(outcome.hint, Some(Message::new(hint).number("degrees", 15.0, 0)));
        }
    }
}
