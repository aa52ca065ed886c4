//! `orientation-tag`
//!
//! *What it checks:* that no EXIF tag asks the reader to turn the picture.
//! *Why offices refuse it:* portals that ignore the tag show the sitter lying down.
//! *How it is measured:* the tag is absent or 1; a value that EXIF does not know is `doubtful`.
//! *Source:* CIPA DC-008 (EXIF), tag 274.
//! *Known weakness:* a picture that lies on its side without a tag is found by the face's tilt, not here.

use super::{Doubt, Evidence, Mend, Outcome, Rule, Verdict};

/// The rule. Its doubts are advice: no clerk sees it.
pub const RULE: Rule =
    Rule { name: "orientation-tag", measure, mend: Some(Mend::Encoding), doubt: Doubt::Advice };

fn measure(e: &Evidence<'_>) -> Outcome {
    let (verdict, tag) = match e.facts.orientation_tag {
        None => (Verdict::Pass, "–".to_owned()),
        Some(1) => (Verdict::Pass, "1".to_owned()),
        Some(tag @ 2..=8) => (Verdict::Fail, tag.to_string()),
        Some(tag) => (Verdict::Doubtful, tag.to_string()),
    };
    Outcome::new(verdict).measured_text(tag).required("1").clause("CIPA DC-008")
}

#[cfg(test)]
mod tests {
    use super::super::bench::Bench;
    use super::*;

    #[test]
    fn a_tag_that_turns_the_picture_fails() {
        let mut bench = Bench::card();
        for (tag, verdict) in [
            (None, Verdict::Pass),
            (Some(1), Verdict::Pass),
            (Some(6), Verdict::Fail),
            (Some(0), Verdict::Doubtful),
        ] {
            bench.facts.orientation_tag = tag;
            assert_eq!(measure(&bench.evidence()).verdict, verdict, "{tag:?}");
        }
    }
}
