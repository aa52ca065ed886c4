//! `head-share`
//!
//! *What it checks:* how much of the picture's height the head takes.
//! *Why offices refuse it:* "头部占照片尺寸的 2/3": too small a head cannot be recognised, too large a one has no shoulders.
//! *How it is measured:* from the top of the hair to the chin, along the height.
//! *Source:* the spec's `[head.head-share]`, a popular restatement for GA 461 and a binding number elsewhere.
//! *Known weakness:* towering hair is head; a beard hides the chin by up to 3 % of the head.

use super::judge::banded;
use super::region::hair_top;
use super::{Doubt, Evidence, Mend, Outcome, Rule};
use crate::rules::spec::Along;

/// The rule. Its doubts are advice: nobody measures it.
pub const RULE: Rule =
    Rule { name: "head-share", measure, mend: Some(Mend::Placement), doubt: Doubt::Advice };

fn measure(e: &Evidence<'_>) -> Outcome {
    let Some(band) = &e.spec.head.head_share else {
        return Outcome::unknown("unknown-not-required");
    };
    let Some(head) = e.head else { return e.without_head() };
    let Some(top) = hair_top(e) else { return Outcome::unknown("unknown-no-matte") };
    banded(e, band, Along::Height, head.chin().y - top)
}

#[cfg(test)]
mod tests {
    use super::super::bench::Bench;
    use super::super::{Measured, Verdict};
    use super::*;

    #[test]
    fn a_head_of_half_the_height_is_doubtful_as_the_number_only_advises() {
        let outcome = measure(&Bench::card().evidence());
        assert_eq!(outcome.verdict, Verdict::Pass, "{outcome:?}");
        assert!(matches!(outcome.measured, Some(Measured::Number(p)) if (60.0..82.0).contains(&p)));
        assert_eq!(measure(&Bench::card().scaled(0.7).evidence()).verdict, Verdict::Doubtful);
    }
}
