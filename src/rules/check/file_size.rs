//! `file-size`
//!
//! *What it checks:* the bytes of the file.
//! *Why offices refuse it:* "超过文件大小限定：9KB～20KB".
//! *How it is measured:* the file's length; both ends of the window are inside.
//! *Source:* the spec's `[file]`, chosen so that a KB of 1000 and one of 1024 bytes agree.
//! *Known weakness:* portals differ; the right spec must be chosen.

use super::{Evidence, Mend, Outcome, Rule, Verdict};
use crate::base::units::Bytes;

/// The rule.
pub const RULE: Rule = Rule { name: "file-size", measure, mend: Some(Mend::Encoding) };

fn measure(e: &Evidence<'_>) -> Outcome {
    let window = &e.spec.file;
    let inside = (window.min..=window.max).contains(&Bytes::new(e.facts.bytes));
    let required = if window.min == Bytes::default() {
        format!("≤ {}", window.max)
    } else {
        format!("{}–{}", window.min, window.max)
    };
    Outcome::new(if inside { Verdict::Pass } else { Verdict::Fail })
        .measured(e.facts.bytes as f64, "bytes")
        .required(required)
        .clause(&window.source)
}

#[cfg(test)]
mod tests {
    use super::super::bench::Bench;
    use super::*;

    #[test]
    fn both_ends_of_the_window_are_inside() {
        let mut bench = Bench::card();
        for (bytes, verdict) in [
            (15_359, Verdict::Fail),
            (15_360, Verdict::Pass),
            (20_000, Verdict::Pass),
            (20_001, Verdict::Fail),
        ] {
            bench.facts.bytes = bytes;
            assert_eq!(measure(&bench.evidence()).verdict, verdict, "{bytes} bytes");
        }
    }
}
