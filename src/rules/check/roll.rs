//! `roll`
//!
//! *What it checks:* whether the head is upright.
//! *Why offices refuse it:* "头部端正": face recognition and the eye want level eyes.
//! *How it is measured:* the angle of the line through the iris centres, positive clockwise.
//! *Source:* the limits are ours; ISO/IEC 39794-5 allows 8°, clerks see 3°.
//! *Known weakness:* eyes are not level in every face; 1° is within nature.

use super::judge::turned;
use super::{Doubt, Evidence, Mend, Outcome, Rule};

/// The rule.
pub const RULE: Rule =
    Rule { name: "roll", measure, mend: Some(Mend::Placement), doubt: Doubt::Seen };

fn measure(e: &Evidence<'_>) -> Outcome {
    let Some(head) = e.head else { return e.without_head() };
    let outcome = turned(e, "roll", head.roll_degrees(), [""; 2]);
    // The catalogue's own hint knows whether the card was just made.
    Outcome { hint: None, ..outcome }
}

#[cfg(test)]
mod tests {
    use super::super::bench::Bench;
    use super::super::{Measured, Verdict};
    use super::*;

    #[test]
    fn a_tilt_fails_in_either_direction() {
        assert_eq!(measure(&Bench::card().evidence()).verdict, Verdict::Pass);
        for tilt in [-6.0, 6.0] {
            let outcome = measure(&Bench::card().turned(tilt).evidence());
            assert_eq!(outcome.verdict, Verdict::Fail);
            assert!(
                matches!(outcome.measured, Some(Measured::Number(m)) if (m - tilt).abs() < 0.01)
            );
        }
    }
}
