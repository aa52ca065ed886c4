//! `one-face`
//!
//! *What it checks:* that one face is in the picture, and only one.
//! *Why offices refuse it:* a card shows its holder; a second face, even a small one, is an object in the background.
//! *How it is measured:* the width of the second face found as a share of the first one's; no face at all fails.
//! *Source:* GA 461-2004, 背景…无其他人或物; the limit on the share is ours.
//! *Known weakness:* a face on a poster or a shirt counts as a face; one turned away may be missed.

use super::judge::{Bad, verdict};
use super::{Doubt, Evidence, Outcome, Rule, Verdict};
use crate::base::message::Message;

/// The rule.
pub const RULE: Rule = Rule { name: "one-face", measure, mend: None, doubt: Doubt::Seen };

fn measure(e: &Evidence<'_>) -> Outcome {
    let Some(limit) = e.spec.limit("one-face") else { return Outcome::unknown("unknown-no-limit") };
    let outcome = |verdict: Verdict, faces: usize| {
        Outcome::new(verdict).measured(faces as f64, "faces").required("1").clause(&limit.source)
    };
    let (Some(first), Some(_)) = (e.face_widths.first(), e.head) else {
        // A head without a list of widths is one face.
        return match e.head {
            Some(_) => outcome(Verdict::Pass, 1),
            None => outcome(Verdict::Fail, e.face_widths.len())
                .message(Message::new("one-face-none"))
                .hint(Message::new("one-face-none-hint")),
        };
    };
    let share = e.face_widths.get(1).map_or(0.0, |second| second / first.max(1.0));
    let verdict = verdict(limit, Bad::Above, share);
    let faces = if verdict == Verdict::Pass { 1 } else { e.face_widths.len() };
    outcome(verdict, faces)
}

#[cfg(test)]
mod tests {
    use super::super::bench::Bench;
    use super::*;

    #[test]
    fn a_second_face_of_like_size_fails_and_a_speck_does_not() {
        let mut bench = Bench::card();
        bench.face_widths = vec![200.0, 150.0];
        assert_eq!(measure(&bench.evidence()).verdict, Verdict::Fail);
        bench.face_widths = vec![200.0, 12.0];
        assert_eq!(measure(&bench.evidence()).verdict, Verdict::Pass);
    }

    #[test]
    fn no_face_fails_with_its_own_words() {
        let mut bench = Bench::card();
        bench.head = None;
        bench.face_widths.clear();
        let outcome = measure(&bench.evidence());
        assert_eq!(outcome.verdict, Verdict::Fail);
        assert_eq!(outcome.message, Some(Message::new("one-face-none")));
    }
}
