//! `baseline`
//!
//! *What it checks:* that the JPEG is baseline and interleaved in one scan.
//! *Why offices refuse it:* card printers and chip readers decode the baseline process only; progressive files come back as damaged.
//! *How it is measured:* from the frame marker (SOF0) and the number of scans.
//! *Source:* GA 461-2004, ISO/IEC 10918-1, quoted for the baseline process; several scans are legal there and rare, so only `doubtful`.
//! *Known weakness:* none.

use super::{Doubt, Evidence, Mend, Outcome, Rule, Verdict};

/// The rule. Its doubts are advice: portals take or refuse it; nobody looks.
pub const RULE: Rule =
    Rule { name: "baseline", measure, mend: Some(Mend::Encoding), doubt: Doubt::Advice };

fn measure(e: &Evidence<'_>) -> Outcome {
    let Some(jpeg) = &e.facts.jpeg else { return Outcome::unknown("unknown-not-jpeg") };
    let (verdict, process) = if jpeg.progressive {
        (Verdict::Fail, "progressive".to_owned())
    } else if jpeg.arithmetic {
        (Verdict::Fail, "arithmetic".to_owned())
    } else if !jpeg.baseline {
        (Verdict::Fail, format!("SOF{}", jpeg.sof))
    } else if jpeg.scans > 1 {
        (Verdict::Doubtful, format!("baseline, {} scans", jpeg.scans))
    } else {
        (Verdict::Pass, "baseline".to_owned())
    };
    Outcome::new(verdict).measured_text(process).required("baseline").clause("ISO/IEC 10918-1")
}

#[cfg(test)]
mod tests {
    use super::super::bench::Bench;
    use super::*;

    #[test]
    fn a_progressive_file_fails() {
        let mut bench = Bench::card();
        assert_eq!(measure(&bench.evidence()).verdict, Verdict::Pass);
        let jpeg = bench.facts.jpeg.as_mut().expect("a card is a JPEG");
        (jpeg.progressive, jpeg.baseline) = (true, false);
        assert_eq!(measure(&bench.evidence()).verdict, Verdict::Fail);
    }

    #[test]
    fn several_scans_are_doubtful() {
        let mut bench = Bench::card();
        bench.facts.jpeg.as_mut().expect("a card is a JPEG").scans = 3;
        assert_eq!(measure(&bench.evidence()).verdict, Verdict::Doubtful);
    }
}
