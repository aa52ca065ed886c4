//! `black-and-white`
//!
//! *What it checks:* that the picture is a colour photograph.
//! *Why offices refuse it:* the card is printed in colour; a grey or sepia picture is refused as not current.
//! *How it is measured:* two numbers in CIE Lab over the face: the chroma that its upper quarter reaches, and by how much its reddest parts, lips above all, are redder (a*) than the rest of the same
//! lightness. A grey picture has none of the first, a tinted one none of the second, since its colour follows from lightness alone.
//! *Source:* 24-bit RGB colour of GA 461-2004; ISO/IEC 29794-5, 7.3.12 (natural colour); the limits are ours.
//! *Known weakness:* very pale skin in cold light comes near a tinted picture, so a tint alone is `doubtful`.

use super::judge::{Bad, limited, mean, quantile};
use super::region::ENOUGH;
use super::{Doubt, Evidence, Outcome, Rule, Verdict};
use crate::base::color::lab_from_srgb8;
use crate::base::message::Message;

/// The rule.
pub const RULE: Rule = Rule { name: "black-and-white", measure, mend: None, doubt: Doubt::Seen };

/// Which part of a face is less red than its reddest.
const REDDEST: f64 = 0.97;
/// Fewest pixels of like lightness that tell what they have in common.
const LEAST: usize = 8;

fn measure(e: &Evidence<'_>) -> Outcome {
    let Some(face) = e.regions.face(e) else { return e.without_head() };
    let oval = face.oval();
    if oval.len() < ENOUGH {
        return Outcome::unknown("unknown-face-too-small");
    }
    let labs: Vec<[f32; 3]> = oval
        .iter()
        .step_by(oval.len().div_ceil(8000))
        .map(|i| lab_from_srgb8(face.colour(*i)))
        .collect();
    let mut chroma: Vec<f32> = labs.iter().map(|[_, a, b]| libm::hypotf(*a, *b)).collect();
    let upper = f64::from(quantile(&mut chroma, 0.75).unwrap_or(0.0));
    let grey = limited(e, "black-and-white", Bad::Below, upper, "C*", 0);
    if grey.verdict > Verdict::Pass {
        return grey;
    }
    let tint = limited(e, "black-and-white-tint", Bad::Below, blush(&labs), "Δa*", 1);
    if tint.verdict > Verdict::Pass {
        return tint.message(Message::new("black-and-white-tint"));
    }
    grey
}

/// By how much a* of the reddest pixels is above the middle, once what pixels of like lightness have in common is taken off.
fn blush(labs: &[[f32; 3]]) -> f64 {
    let mut bins: Vec<Vec<f32>> = vec![Vec::new(); 25];
    for [l, a, _] in labs {
        if let Some(bin) = bins.get_mut((l / 4.0) as usize) {
            bin.push(*a);
        }
    }
    let own = |bin: &Vec<f32>| {
        let common = mean(bin);
        bin.iter().map(|a| a - common).collect::<Vec<f32>>()
    };
    let mut redder: Vec<f32> = bins.iter().filter(|bin| bin.len() >= LEAST).flat_map(own).collect();
    let [most, middle] = [REDDEST, 0.5].map(|q| quantile(&mut redder, q).unwrap_or(0.0));
    f64::from(most - middle)
}

#[cfg(test)]
mod tests {
    use super::super::bench::Bench;
    use super::*;

    #[test]
    fn a_grey_picture_fails_and_a_sepia_one_is_doubtful() {
        assert_eq!(measure(&Bench::card().evidence()).verdict, Verdict::Pass);
        let grey = Bench::card().with_pixels(|_, _, p| [crate::base::color::luma_601(p) as u8; 3]);
        assert_eq!(measure(&grey.evidence()).verdict, Verdict::Fail);
        let sepia = Bench::card().with_pixels(|_, _, p| {
            let y = crate::base::color::luma_601(p);
            [y.mul_add(0.8, 50.0) as u8, y.mul_add(0.75, 25.0) as u8, y.mul_add(0.7, 5.0) as u8]
        });
        let outcome = measure(&sepia.evidence());
        assert_eq!(outcome.verdict, Verdict::Doubtful, "{outcome:?}");
    }
}
