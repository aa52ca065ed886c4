//! `trailing-data`
//!
//! *What it checks:* that the file ends where the picture ends.
//! *Why offices refuse it:* bytes after the end are how files are padded to size or carry something else; virus scanners and strict readers refuse them.
//! *How it is measured:* the bytes before the start-of-image and after the end-of-image marker.
//! *Source:* ISO/IEC 10918-1, Annex B.
//! *Known weakness:* formats other than JPEG are not looked at.

use super::{Doubt, Evidence, Mend, Outcome, Rule, Verdict};

/// The rule. Its doubts are advice: no clerk sees it.
pub const RULE: Rule =
    Rule { name: "trailing-data", measure, mend: Some(Mend::Encoding), doubt: Doubt::Advice };

fn measure(e: &Evidence<'_>) -> Outcome {
    let Some(jpeg) = &e.facts.jpeg else { return Outcome::unknown("unknown-not-jpeg") };
    let extra = jpeg.trailing_bytes + jpeg.leading_bytes;
    Outcome::new(if extra == 0 { Verdict::Pass } else { Verdict::Fail })
        .measured(extra as f64, "bytes")
        .required("0")
        .clause("ISO/IEC 10918-1")
}

#[cfg(test)]
mod tests {
    use super::super::bench::Bench;
    use super::*;

    #[test]
    fn one_byte_after_the_end_fails() {
        let mut bench = Bench::card();
        assert_eq!(measure(&bench.evidence()).verdict, Verdict::Pass);
        bench.facts.jpeg.as_mut().expect("a card is a JPEG").trailing_bytes = 1;
        assert_eq!(measure(&bench.evidence()).verdict, Verdict::Fail);
    }
}
