//! `sharpness`
//!
//! *What it checks:* that the face is in focus, not moved, and not enlarged.
//! *Why offices refuse it:* "图像清晰": a soft face is not recognised.
//! *How it is measured:* of the luma over the face, the energy finer than σ = 1 px as a share of that between σ = 1 and σ = 4 px, as decibels, at a face of 133–300 px.
//! Both bands see the same contrast, so neither light nor the tone of the skin counts, as they do in the Laplacian measures that ISO/IEC 29794-5 (7.3.6)
//! lists.
//! *Source:* GA 461-2004, 神态自然、图像清晰; the limits are ours.
//! *Known weakness:* noise and hard JPEG blocks are fine detail to it; a smooth young face measures about 2 dB less than an old one.

use super::filter::{blurred, energy};
use super::judge::{Bad, limited};
use super::region::ENOUGH;
use super::{Doubt, Evidence, Outcome, Rule};

/// The rule. Its doubts are advice: a clerk sees softness only where the rule fails.
pub const RULE: Rule = Rule { name: "sharpness", measure, mend: None, doubt: Doubt::Advice };

/// Narrower faces, in the picture's own pixels, show nothing finer than an eyelid.
const LEAST_FACE: f64 = 48.0;

fn measure(e: &Evidence<'_>) -> Outcome {
    let Some(face) = e.regions.face(e) else { return e.without_head() };
    let oval = face.oval();
    if oval.len() < ENOUGH || face.native_width < LEAST_FACE {
        return Outcome::unknown("unknown-face-too-small");
    }
    // The bands follow the face where it is larger than on a card.
    let scale = (face.width / 200.0).max(1.0);
    let (fine, coarse) = (blurred(&face.luma, scale), blurred(&face.luma, 4.0 * scale));
    let ratio = energy(&face.luma, &fine, &oval) / energy(&fine, &coarse, &oval).max(1e-9);
    let decibels = 10.0 * libm::log10(ratio.max(1e-6));
    limited(e, "sharpness", Bad::Below, decibels, "dB", 1)
}

#[cfg(test)]
mod tests {
    use super::super::Verdict;
    use super::super::bench::Bench;
    use super::*;

    fn decibels(bench: &Bench) -> f64 {
        match measure(&bench.evidence()).measured {
            Some(super::super::Measured::Number(v)) => v,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn a_blurred_face_fails_and_the_light_does_not_matter() {
        let sharp = Bench::card();
        assert_eq!(measure(&sharp.evidence()).verdict, Verdict::Pass);
        let dim = Bench::card().with_pixels(|_, _, p| p.map(|v| v / 2));
        assert!((decibels(&dim) - decibels(&sharp)).abs() < 1.0);
        let mut soft = Bench::card();
        soft.picture = image::imageops::blur(&soft.picture, 3.0);
        assert_eq!(measure(&soft.evidence()).verdict, Verdict::Fail);
    }
}
