//! `face-light`
//!
//! *What it checks:* that both halves of the face are lit alike.
//! *Why offices refuse it:* "光线均匀，脸部无阴影": a half in shadow loses its features.
//! *How it is measured:* the median linear luminance of the brighter cheek over that of the darker one; a ratio, so the skin's own tone cancels.
//! *Source:* ISO/IEC 29794-5, 7.3.2 (illumination uniformity), raw measure replaced as its histogram intersection depends on the tone; the limits are ours.
//! *Known weakness:* a turned head shows one cheek at an angle and reads as up to 1.3.

use super::judge::{Bad, limited, quantile};
use super::region::ENOUGH;
use super::{Doubt, Evidence, Outcome, Rule, Verdict};
use crate::base::color::linear_from_srgb;
use crate::base::message::Message;

/// The rule.
pub const RULE: Rule = Rule { name: "face-light", measure, mend: None, doubt: Doubt::Seen };

fn measure(e: &Evidence<'_>) -> Outcome {
    let Some(face) = e.regions.face(e) else { return e.without_head() };
    let mut light = [0.0f64; 2];
    for (side, centre) in face.cheeks().into_iter().enumerate() {
        let pixels = face.disc(centre, 0.09 * face.width);
        if pixels.len() < ENOUGH {
            return Outcome::unknown("unknown-face-too-small");
        }
        let middle = quantile(&mut face.lumas(&pixels), 0.5).unwrap_or(0.0);
        light[side] = f64::from(linear_from_srgb(middle / 255.0));
    }
    let (dark, bright) = (light[0].min(light[1]), light[0].max(light[1]));
    let outcome = limited(e, "face-light", Bad::Above, bright / dark.max(1e-4), "×", 1);
    if outcome.verdict < Verdict::Doubtful {
        return outcome;
    }
    // The sitter's left is the image's right.
    let from_left = light[1] > light[0];
    let hint =
        Message::new(if from_left { "face-light-left-hint" } else { "face-light-right-hint" });
    outcome.hint(hint)
}

#[cfg(test)]
mod tests {
    use super::super::Verdict;
    use super::super::bench::Bench;
    use super::*;

    #[test]
    fn a_half_in_shadow_fails() {
        assert_eq!(measure(&Bench::card().evidence()).verdict, Verdict::Pass);
        let half = Bench::card()
            .with_person(|x, _, p| if x > 179 { p.map(|v| (f64::from(v) * 0.5) as u8) } else { p });
        assert_eq!(measure(&half.evidence()).verdict, Verdict::Fail);
    }
}
