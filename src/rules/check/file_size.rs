//! `file-size`
//!
//! *What it checks:* the bytes of the file.
//! *Why offices refuse it:* "超过文件大小限定：9KB～20KB".
//! *How it is measured:* the file's length; both ends of the window are inside.
//! *Source:* the spec's `[file]`, chosen so that a KB of 1000 and one of 1024 bytes agree.
//! *Known weakness:* portals differ; the right spec must be chosen.

use super::judge::{between, contested};
use super::{Doubt, Evidence, Mend, Outcome, Rule, Verdict};
use crate::base::units::Bytes;
use crate::rules::spec::Claim;

/// The rule.
pub const RULE: Rule =
    Rule { name: "file-size", measure, mend: Some(Mend::Encoding), doubt: Doubt::Seen };

fn measure(e: &Evidence<'_>) -> Outcome {
    let window = &e.spec.file;
    let bytes = Bytes::new(e.facts.bytes);
    let inside = (window.min..=window.max).contains(&bytes);
    let required = range(Some(window.min), Some(window.max));
    let outcome = Outcome::new(if inside { Verdict::Pass } else { Verdict::Fail })
        .measured(e.facts.bytes as f64, "bytes")
        .required(required.clone())
        .clause(&window.source);
    if window.readings.is_empty() {
        return outcome;
    }
    let own = Claim { holds: inside, range: required, source: &window.source, grade: window.grade };
    let others = window
        .readings
        .iter()
        .map(|reading| reading.claim(reading.holds(bytes), range(reading.min, reading.max)));
    contested(outcome, own, others, window.leaves_room())
}

fn range(min: Option<Bytes>, max: Option<Bytes>) -> String {
    let min = min.filter(|min| *min > Bytes::default());
    between(min.map(|min| min.to_string()), max.map(|max| max.to_string()))
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

    #[test]
    fn a_file_between_two_readings_is_doubted_by_the_one_it_breaks() {
        let mut bench = Bench::card();
        bench.spec = crate::rules::spec::PhotoSpec::builtin("accounting").expect("builtin");
        let at = |bench: &mut Bench, bytes| {
            bench.facts.bytes = bytes;
            measure(&bench.evidence())
        };
        // One source says more than 10 KB, another 30–300 KB.
        assert_eq!(at(&mut bench, 40_000).verdict, Verdict::Pass);
        assert_eq!(at(&mut bench, 9_000).verdict, Verdict::Fail);
        let between = at(&mut bench, 20_000);
        assert_eq!(between.verdict, Verdict::Doubtful);
        let said = format!("{:?}", between.message);
        assert!(said.contains("≥ 10,240") && said.contains("30,720–300,000"), "{said}");
    }

    #[test]
    fn where_no_file_suits_all_sources_one_inside_the_window_passes_and_names_both_sides() {
        let mut bench = Bench::card();
        bench.spec = crate::rules::spec::PhotoSpec::builtin("personnel-exam").expect("builtin");
        let at = |bench: &mut Bench, bytes| {
            bench.facts.bytes = bytes;
            measure(&bench.evidence())
        };
        let inside = at(&mut bench, 40_000);
        assert_eq!(inside.verdict, Verdict::Pass);
        let said = format!("{:?}", inside.message);
        assert!(said.contains("30,720–100,000") && said.contains("≤ 20,000"), "{said}");
        assert_eq!(at(&mut bench, 19_000).verdict, Verdict::Doubtful);
        assert_eq!(at(&mut bench, 25_000).verdict, Verdict::Fail);
    }
}
