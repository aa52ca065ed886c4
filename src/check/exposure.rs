//! `exposure`
//!
//! *What it checks:* that the face is neither too dark nor burnt out.
//! *Why offices refuse it:* "照片过暗/过亮": features drown in shadow or in white.
//! *How it is measured:* two numbers, neither of which knows the tone of the skin. *Dark:* the luma, 0–255, that the brightest 2 % of the face reach, or 1.2 times what the brightest twentieth of
//! the eyes' openings reaches, whichever is more: the shine of skin and the whites of the eyes, where mean luminance (ISO/IEC 29794-5, 7.3.3) would call dark skin underexposed. Of
//! 575 portraits, the darkest-skinned in good light measure 114–139, four truly dark pictures 101–105. *Bright:* the share of the face that the sensor clipped.
//! *Source:* GA 461-2004, 曝光…适中; the limits are ours.
//! *Known weakness:* a dim picture with a bright reflection on glasses passes for well lit.

use super::judge::{Bad, limited, quantile};
use super::region::ENOUGH;
use super::{Evidence, Outcome, Rule};
use crate::face::Landmark as L;
use crate::message::Message;

/// The rule.
pub const RULE: Rule = Rule { name: "exposure", measure, mend: None };

fn measure(e: &Evidence<'_>) -> Outcome {
    let Some(face) = e.regions.face(e) else { return e.without_head() };
    let oval = face.oval();
    if oval.len() < ENOUGH {
        return Outcome::unknown("unknown-face-too-small");
    }
    let clipped = oval.iter().filter(|i| face.colour(**i).iter().all(|v| *v >= 250)).count();
    let clipped = 100.0 * clipped as f64 / oval.len() as f64;
    let mut lumas = face.lumas(&oval);
    let skin = f64::from(quantile(&mut lumas, 0.98).unwrap_or(0.0));
    let eyes = [(L::LeftEyeOuter, L::LeftEyeInner), (L::RightEyeInner, L::RightEyeOuter)]
        .map(|(a, b)| {
            let (a, b) = (face.at(a), face.at(b));
            let opening = face.disc(a.midpoint(b), a.distance(b) / 2.0);
            f64::from(quantile(&mut face.lumas(&opening), 0.95).unwrap_or(0.0))
        })
        .into_iter()
        .fold(0.0, f64::max);
    let light = skin.max(1.2 * eyes).min(255.0);
    let bright = limited(e, "exposure-bright", Bad::Above, clipped, "%", 1);
    let dark = limited(e, "exposure-dark", Bad::Below, light, "/ 255", 0);
    if bright.verdict > dark.verdict {
        return bright
            .message(Message::new("exposure-bright"))
            .hint(Message::new("exposure-bright-hint"));
    }
    if dark.verdict > super::Verdict::Pass {
        return dark
            .message(Message::new("exposure-dark"))
            .hint(Message::new("exposure-dark-hint"));
    }
    dark
}

#[cfg(test)]
mod tests {
    use super::super::Verdict;
    use super::super::bench::Bench;
    use super::*;

    #[test]
    fn a_dark_and_a_burnt_face_fail() {
        assert_eq!(measure(&Bench::card().evidence()).verdict, Verdict::Pass);
        let dark = Bench::card().with_person(|_, _, p| p.map(|v| v / 4));
        let outcome = measure(&dark.evidence());
        assert_eq!(
            (outcome.verdict, outcome.message),
            (Verdict::Fail, Some(Message::new("exposure-dark")))
        );
        let burnt = Bench::card().with_person(|_, _, p| p.map(|v| v.saturating_mul(2)));
        let outcome = measure(&burnt.evidence());
        assert_eq!(
            (outcome.verdict, outcome.message),
            (Verdict::Fail, Some(Message::new("exposure-bright")))
        );
    }

    #[test]
    fn dark_skin_in_good_light_passes() {
        let dark_skin = Bench::card().with_person(|_, _, p| {
            // Skin to a third; eyes as they are.
            if p[0] > 200 && p[2] < 160 { [p[0] / 3, p[1] / 3, p[2] / 3] } else { p }
        });
        assert_eq!(measure(&dark_skin.evidence()).verdict, Verdict::Pass);
    }
}
