//! `pixel-size`
//!
//! *What it checks:* width and height of the picture, upright.
//! *Why offices refuse it:* the portals' first test; "照片的宽度必须是 358 像素".
//! *How it is measured:* as the file's header says, after the orientation tag.
//! *Source:* the spec's `[pixels]`.
//! *Known weakness:* a picture that was stretched to the size is not told from a broad face. Tried on the labelled faces of 372 portraits that look into the camera: the width between the ear
//! roots over the height from forehead to chin, the steadiest of seven ratios, spreads by 4.3 % (standard deviation; the best mix of all seven by 3.9 %), and by how much peoples differ is not in that
//! set. The 13.7 % by which a 25×35 mm picture is stretched to 358×441 would, if that spread is a normal one, be caught in about seven cases of ten at a hundredth of false alarms, and those would fall on whoever has the broadest face.

use super::{Evidence, Measured, Mend, Outcome, Rule, Verdict};

/// The rule.
pub const RULE: Rule = Rule { name: "pixel-size", measure, mend: Some(Mend::Placement) };

fn measure(e: &Evidence<'_>) -> Outcome {
    let size = e.upright_size();
    let pixels = &e.spec.pixels;
    let (min, max) = pixels.range();
    let required = if min == max {
        format!("{}×{}", min[0], min[1])
    } else {
        format!("{}×{}–{}×{}", min[0], min[1], max[0], max[1])
    };
    Outcome {
        measured: Some(Measured::Pair([f64::from(size.width), f64::from(size.height)])),
        unit: Some("px".into()),
        ..Outcome::new(if e.spec.accepts(size) { Verdict::Pass } else { Verdict::Fail })
    }
    .required(required)
    .clause(&pixels.source)
}
