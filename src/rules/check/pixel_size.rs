//! `pixel-size`
//!
//! *What it checks:* width and height of the picture, upright.
//! *Why offices refuse it:* the portals' first test; "照片的宽度必须是 358 像素".
//! *How it is measured:* as the file's header says, after the orientation tag.
//! *Source:* the spec's `[pixels]`.
//! *Known weakness:* a picture that was stretched to the size is not told from a broad face. Tried on the labelled faces of 372 portraits that look into the camera: the width between the ear
//! roots over the height from forehead to chin, the steadiest of seven ratios, spreads by 4.3 % (standard deviation; the best mix of all seven by 3.9 %), and by how much peoples differ is not in that
//! set. The 13.7 % by which a 25×35 mm picture is stretched to 358×441 would, if that spread is a normal one, be caught in about seven cases of ten at a hundredth of false alarms, and those would fall on whoever has the broadest face.

use super::judge::{between, contested};
use super::{Doubt, Evidence, Measured, Mend, Outcome, Rule, Verdict};
use crate::rules::spec::Claim;

/// The rule.
pub const RULE: Rule =
    Rule { name: "pixel-size", measure, mend: Some(Mend::Placement), doubt: Doubt::Seen };

fn measure(e: &Evidence<'_>) -> Outcome {
    let size = e.upright_size();
    let pixels = &e.spec.pixels;
    let (min, max) = pixels.range();
    let shape = pixels.ratio.map(|[width, height]| format!(", {width}:{height}"));
    let required = range(Some(min), Some(max)) + shape.as_deref().unwrap_or_default();
    let inside = e.spec.accepts(size);
    let outcome = Outcome {
        measured: Some(Measured::Pair([f64::from(size.width), f64::from(size.height)])),
        unit: Some("px".into()),
        ..Outcome::new(if inside { Verdict::Pass } else { Verdict::Fail })
    }
    .required(required.clone())
    .clause(&pixels.source);
    if pixels.readings.is_empty() {
        return outcome;
    }
    let own = Claim { holds: inside, range: required, source: &pixels.source, grade: pixels.grade };
    let others = pixels.readings.iter().map(|reading| {
        let holds = reading.holds([size.width, size.height]);
        reading.claim(holds, range(reading.min, reading.max))
    });
    contested(outcome, own, others, pixels.leaves_room())
}

fn range(min: Option<[u32; 2]>, max: Option<[u32; 2]>) -> String {
    let text = |[width, height]: [u32; 2]| format!("{width}×{height}");
    match (min.map(text), max.map(text)) {
        (Some(min), Some(max)) if min == max => min,
        (min, max) => between(min, max),
    }
}

#[cfg(test)]
mod tests {
    use super::super::bench::Bench;
    use super::*;
    use crate::base::geometry::Size;
    use crate::rules::spec::PhotoSpec;

    #[test]
    fn a_size_that_only_another_source_wants_is_doubted() {
        let mut bench = Bench::card();
        bench.spec = PhotoSpec::builtin("cet").expect("builtin");
        let at = |bench: &mut Bench, width, height| {
            bench.facts.stored = Size::new(width, height);
            measure(&bench.evidence())
        };
        assert_eq!(at(&mut bench, 100, 133).verdict, Verdict::Fail);
        for (width, height, verdict) in [(480, 640, Verdict::Doubtful), (240, 320, Verdict::Pass)] {
            let outcome = at(&mut bench, width, height);
            assert_eq!(outcome.verdict, verdict);
            let said = format!("{:?}", outcome.message);
            assert!(said.contains("144×192–240×320") && said.contains("480×640 ("), "{said}");
        }
        bench.spec = PhotoSpec::builtin("ncre").expect("builtin");
        assert_eq!(at(&mut bench, 480, 640).verdict, Verdict::Pass);
        assert_eq!(at(&mut bench, 240, 320).verdict, Verdict::Doubtful);
    }
}
