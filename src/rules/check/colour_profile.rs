//! `colour-profile`
//!
//! *What it checks:* that the picture's numbers are sRGB.
//! *Why offices refuse it:* portals and printers ignore profiles; a Display P3 picture loses its skin tones there.
//! *How it is measured:* the name of the embedded profile: none, or one that says sRGB, passes.
//! *Source:* IEC 61966-2-1; no office names it, so another profile is only `doubtful`.
//! *Known weakness:* a profile that calls itself sRGB is believed.

use super::{Doubt, Evidence, Mend, Outcome, Rule, Verdict};

/// The rule. Its doubts are advice: no clerk sees it.
pub const RULE: Rule =
    Rule { name: "colour-profile", measure, mend: Some(Mend::Encoding), doubt: Doubt::Advice };

fn measure(e: &Evidence<'_>) -> Outcome {
    let (verdict, name) = match e.facts.icc.as_deref() {
        None => (Verdict::Pass, "–"),
        Some(name) if name.to_ascii_lowercase().contains("srgb") => (Verdict::Pass, name),
        Some(name) => (Verdict::Doubtful, name),
    };
    Outcome::new(verdict).measured_text(name).required("sRGB").clause("IEC 61966-2-1")
}

#[cfg(test)]
mod tests {
    use super::super::bench::Bench;
    use super::*;

    #[test]
    fn display_p3_is_doubtful_and_srgb_passes() {
        let mut bench = Bench::card();
        for (icc, verdict) in [
            (None, Verdict::Pass),
            (Some("sRGB IEC61966-2.1"), Verdict::Pass),
            (Some("Display P3"), Verdict::Doubtful),
        ] {
            bench.facts.icc = icc.map(str::to_owned);
            assert_eq!(measure(&bench.evidence()).verdict, verdict, "{icc:?}");
        }
    }
}
