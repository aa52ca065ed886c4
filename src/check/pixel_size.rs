//! `pixel-size`
//!
//! *What it checks:* width and height of the picture, upright.
//! *Why offices refuse it:* the portals' first test; "照片的宽度必须是 358 像素".
//! *How it is measured:* from the decoded picture, after the orientation tag.
//! *Source:* the spec's `[pixels]`.
//! *Known weakness:* none.

use super::{Evidence, Measured, Outcome, Rule, Verdict};

/// The rule.
pub const RULE: Rule = Rule { name: "pixel-size", measure };

fn measure(e: &Evidence<'_>) -> Outcome {
    let (width, height) = e.native.dimensions();
    let pixels = &e.spec.pixels;
    let min = pixels.accept_min.unwrap_or([pixels.width, pixels.height]);
    let max = pixels.accept_max.unwrap_or([pixels.width, pixels.height]);
    let inside = (min[0]..=max[0]).contains(&width) && (min[1]..=max[1]).contains(&height);
    let required = if min == max {
        format!("{}×{}", min[0], min[1])
    } else {
        format!("{}×{}–{}×{}", min[0], min[1], max[0], max[1])
    };
    Outcome {
        measured: Some(Measured::Pair([f64::from(width), f64::from(height)])),
        unit: Some("px"),
        ..Outcome::new(if inside { Verdict::Pass } else { Verdict::Fail })
    }
    .required(required)
    .clause(&pixels.source)
    .fixable()
}
