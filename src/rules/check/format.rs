//! `format`
//!
//! *What it checks:* that the file is a JPEG, whatever its name says.
//! *Why offices refuse it:* every portal takes JPEG, most take nothing else.
//! *How it is measured:* from the file's first bytes.
//! *Source:* GA 461-2004, JPEG (ISO/IEC 10918-1).
//! *Known weakness:* none.

use super::{Doubt, Evidence, Mend, Outcome, Rule, Verdict};

/// The rule.
pub const RULE: Rule =
    Rule { name: "format", measure, mend: Some(Mend::Encoding), doubt: Doubt::Seen };

fn measure(e: &Evidence<'_>) -> Outcome {
    let verdict = if e.facts.jpeg.is_some() { Verdict::Pass } else { Verdict::Fail };
    Outcome::new(verdict)
        .measured_text(e.facts.format.name())
        .required("JPEG")
        .clause("GA 461-2004; ISO/IEC 10918-1")
}

#[cfg(test)]
mod tests {
    use super::super::bench::Bench;
    use super::*;

    #[test]
    fn a_png_fails() {
        let mut bench = Bench::card();
        assert_eq!(measure(&bench.evidence()).verdict, Verdict::Pass);
        bench.facts.jpeg = None;
        assert_eq!(measure(&bench.evidence()).verdict, Verdict::Fail);
    }
}
