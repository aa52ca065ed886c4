//! `black-and-white`
//!
//! *What it checks:* that the picture is a colour photograph.
//! *Why offices refuse it:* the card is printed in colour; a grey or sepia picture is refused as not current.
//! *How it is measured:* two numbers in CIE Lab over the face: the chroma that its upper quarter reaches, and how far chroma strays from what lightness alone foretells. A
//! grey picture has none of the first, a tinted one none of the second.
//! *Source:* 24-bit RGB colour of GA 461-2004; ISO/IEC 29794-5, 7.3.12 (natural colour); the limits are ours.
//! *Known weakness:* very pale skin in cold light comes near a tinted picture, so a tint alone is `doubtful`.

use super::judge::{Bad, limited, mean, quantile};
use super::region::ENOUGH;
use super::{Doubt, Evidence, Outcome, Rule, Verdict};
use crate::base::color::lab_from_srgb8;
use crate::base::message::Message;

/// The rule.
pub const RULE: Rule = Rule { name: "black-and-white", measure, mend: None, doubt: Doubt::Seen };

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
    let tint = limited(e, "black-and-white-tint", Bad::Below, stray(&labs), "ΔC*", 1);
    if tint.verdict > Verdict::Pass {
        return tint.message(Message::new("black-and-white-tint"));
    }
    grey
}

/// How far, on average, a* and b* lie from their mean among pixels of like lightness.
fn stray(labs: &[[f32; 3]]) -> f64 {
    let mut bins: Vec<Vec<[f32; 2]>> = vec![Vec::new(); 25];
    for [l, a, b] in labs {
        if let Some(bin) = bins.get_mut((l / 4.0) as usize) {
            bin.push([*a, *b]);
        }
    }
    let (mut sum, mut count) = (0.0, 0usize);
    for bin in bins.iter().filter(|b| b.len() >= 8) {
        let centre = [0, 1].map(|c| mean(&bin.iter().map(|v| v[c]).collect::<Vec<_>>()));
        sum += bin
            .iter()
            .map(|v| f64::from(libm::hypotf(v[0] - centre[0], v[1] - centre[1])))
            .sum::<f64>();
        count += bin.len();
    }
    if count == 0 { 0.0 } else { sum / count as f64 }
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
