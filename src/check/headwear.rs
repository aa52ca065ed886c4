//! `headwear`
//!
//! *What it checks:* that the head is bare; religious cover is allowed where the spec says so.
//! *Why offices refuse it:* "免冠".
//! *How it is measured:* not yet. Telling a cap from dark hair needs more than landmarks and a matte, so the rule says `unknown`.
//! *Source:* GA 461-2004, 正面免冠.
//! *Known weakness:* all of it. Tried on the portraits and dropped: how much darker or more coloured the place above the forehead is than the cheeks (a fringe measures the same as a brim).

use super::{Evidence, Outcome, Rule};

/// The rule.
pub const RULE: Rule = Rule { name: "headwear", measure };

fn measure(e: &Evidence<'_>) -> Outcome {
    if e.head.is_none() {
        return e.without_head();
    }
    Outcome::unknown("unknown-headwear")
}

#[cfg(test)]
mod tests {
    use super::super::Verdict;
    use super::super::bench::Bench;
    use super::*;

    #[test]
    fn what_is_not_measured_does_not_pass() {
        assert_eq!(measure(&Bench::card().evidence()).verdict, Verdict::Unknown);
    }
}
