//! `colour-mode`
//!
//! *What it checks:* that the file holds three components of eight bits: 24-bit RGB.
//! *Why offices refuse it:* grey and CMYK files are rejected or shown inverted.
//! *How it is measured:* from the file's header: components, bits per component, alpha, palette.
//! *Source:* GA 461-2004, 24 位 RGB 真彩色.
//! *Known weakness:* a grey picture stored in three components is `black-and-white`'s to find.

use super::{Doubt, Evidence, Mend, Outcome, Rule, Verdict};

/// The rule.
pub const RULE: Rule =
    Rule { name: "colour-mode", measure, mend: Some(Mend::Encoding), doubt: Doubt::Seen };

fn measure(e: &Evidence<'_>) -> Outcome {
    let f = e.facts;
    let rgb = f.components == 3 && f.bits == 8 && !f.alpha && !f.palette;
    let kind = match (f.components, f.palette, f.alpha) {
        (_, true, _) => "palette",
        (1, _, false) => "grey",
        (1 | 2, _, true) => "grey + alpha",
        (3, _, false) => "RGB",
        (3 | 4, _, true) => "RGB + alpha",
        (4, _, false) => "CMYK",
        _ => "other",
    };
    Outcome::new(if rgb { Verdict::Pass } else { Verdict::Fail })
        .measured_text(format!("{kind}, {} bit", f.bits))
        .required("RGB, 8 bit")
        .clause("GA 461-2004：24 位 RGB 真彩色")
}

#[cfg(test)]
mod tests {
    use super::super::Measured;
    use super::super::bench::Bench;
    use super::*;

    #[test]
    fn a_grey_file_fails_and_says_what_it_is() {
        let mut bench = Bench::card();
        assert_eq!(measure(&bench.evidence()).verdict, Verdict::Pass);
        bench.facts.components = 1;
        let outcome = measure(&bench.evidence());
        assert_eq!(outcome.verdict, Verdict::Fail);
        assert_eq!(outcome.measured, Some(Measured::Text("grey, 8 bit".to_owned())));
    }
}
