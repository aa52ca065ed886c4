//! `resolution`
//!
//! *What it checks:* the dots per inch written into the file.
//! *Why offices refuse it:* layout programs print at the size that the density says; validators compare it with 350.
//! *How it is measured:* from the JFIF density, or the format's own field; half a dot of rounding is allowed.
//! *Source:* the spec's `[resolution]`.
//! *Known weakness:* an EXIF resolution that contradicts the JFIF one is not looked at.

use super::{Doubt, Evidence, Measured, Mend, Outcome, Rule, Verdict};
use crate::base::message::Message;

/// The rule.
pub const RULE: Rule =
    Rule { name: "resolution", measure, mend: Some(Mend::Header), doubt: Doubt::Seen };

fn measure(e: &Evidence<'_>) -> Outcome {
    let Some(resolution) = &e.spec.resolution else {
        return Outcome::unknown("unknown-not-required");
    };
    let want = f64::from(resolution.dpi.to_dpi());
    let right = e.facts.dpi.is_some_and(|dpi| dpi.iter().all(|d| (d - want).abs() <= 0.5));
    let verdict = match (right, resolution.required) {
        (true, _) => Verdict::Pass,
        (false, true) => Verdict::Fail,
        (false, false) => Verdict::Doubtful,
    };
    let outcome = Outcome::new(verdict).required(format!("{want:.0}")).clause(&resolution.source);
    let outcome = Outcome { unit: Some("dpi".into()), ..outcome };
    match e.facts.dpi {
        Some([x, y]) if x == y => Outcome { measured: Some(Measured::Number(x)), ..outcome },
        Some(dpi) => Outcome { measured: Some(Measured::Pair(dpi)), ..outcome },
        None => outcome.message(Message::new("resolution-none")),
    }
}

#[cfg(test)]
mod tests {
    use super::super::bench::Bench;
    use super::*;

    #[test]
    fn another_density_or_none_fails() {
        let mut bench = Bench::card();
        assert_eq!(measure(&bench.evidence()).verdict, Verdict::Pass);
        for dpi in [Some([72.0, 72.0]), Some([350.0, 300.0]), None] {
            bench.facts.dpi = dpi;
            assert_eq!(measure(&bench.evidence()).verdict, Verdict::Fail, "{dpi:?}");
        }
        let silent = measure(&bench.evidence());
        assert_eq!(silent.message, Some(Message::new("resolution-none")));
    }
}
