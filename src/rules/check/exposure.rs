//! `exposure`
//!
//! *What it checks:* that the face is neither too dark nor burnt out, and that no veil of light lies over it.
//! *Why offices refuse it:* "照片过暗/过亮": features drown in shadow or in white.
//! *How it is measured:* three numbers, none of which knows the tone of the skin (*bright* has two more for that). *Dark:* the luma, 0–255, that the brightest 2 % of the face reach, or 1.2 times what the brightest twentieth of
//! the eyes' openings reaches, whichever is more: the shine of skin and the whites of the eyes, where mean luminance (ISO/IEC 29794-5, 7.3.3) would call dark skin underexposed. Of
//! 575 portraits, the darkest-skinned in good light measure 114–139, four truly dark pictures 101–105. *Bright:* the share of the face that the sensor clipped, and of the less clipped eye's opening: dark skin
//! turns pale before it clips, the whites of its eyes do not; of 554 portraits none has more than 0.2 % of both clipped. Skin is red, so its red clips long before the rest, and with it go colour and modelling: the share of the
//! face that is bright, a luma of 225 and more, with one component clipped. Of 141 cards one measures more than 9 %, and its face is burnt out.
//! *Veil:* the luma that the darkest twentieth of an eye's opening stays under, or the darkest two-hundredth of the face: pupils, lashes, nostrils are nearly black in any face, unless a dirty lens, a reflection or a scanner's lid has lightened everything.
//! *Source:* GA 461-2004, 曝光…适中; the limits are ours.
//! *Known weakness:* a dim picture with a bright reflection on glasses passes for well lit.

use super::judge::{Bad, limited, quantile};
use super::region::ENOUGH;
use super::{Doubt, Evidence, Outcome, Rule};
use crate::base::message::Message;
use crate::vision::face::Landmark as L;

/// From which level on a component counts as clipped where the others are not: an encoder moves it by a level or two.
const CLIPPED: u8 = 252;
/// From which luma on a face with a clipped component is white to the eye.
const WHITE: f32 = 225.0;

/// The rule.
pub const RULE: Rule = Rule { name: "exposure", measure, mend: None, doubt: Doubt::Seen };

fn measure(e: &Evidence<'_>) -> Outcome {
    let Some(face) = e.regions.face(e) else { return e.without_head() };
    let oval = face.oval();
    if oval.len() < ENOUGH {
        return Outcome::unknown("unknown-face-too-small");
    }
    let clipped = |pixels: &[usize]| {
        let clipped = pixels.iter().filter(|i| face.colour(**i).iter().all(|v| *v >= 250)).count();
        100.0 * clipped as f64 / pixels.len().max(1) as f64
    };
    let mut lumas = face.lumas(&oval);
    let skin = f64::from(quantile(&mut lumas, 0.98).unwrap_or(0.0));
    let openings =
        [(L::LeftEyeOuter, L::LeftEyeInner), (L::RightEyeInner, L::RightEyeOuter)].map(|(a, b)| {
            let (a, b) = (face.at(a), face.at(b));
            face.disc(a.midpoint(b), a.distance(b) / 2.0)
        });
    let eyes = openings
        .iter()
        .map(|eye| f64::from(quantile(&mut face.lumas(eye), 0.95).unwrap_or(0.0)))
        .fold(0.0, f64::max);
    // A reflection on glasses burns one eye; too much light burns both.
    let whites = openings.iter().map(|eye| clipped(eye)).fold(f64::INFINITY, f64::min);
    let clipped = clipped(&oval);
    let pale = oval.iter().filter(|i| {
        face.luma.data()[**i] >= WHITE && face.colour(**i).iter().any(|v| *v >= CLIPPED)
    });
    let pale = 100.0 * pale.count() as f64 / oval.len() as f64;
    let light = skin.max(1.2 * eyes).min(255.0);
    let mut bright = limited(e, "exposure-bright", Bad::Above, clipped, "%", 1);
    if bright.verdict == super::Verdict::Pass {
        bright = limited(e, "exposure-bright-eyes", Bad::Above, whites, "%", 0);
        if bright.verdict > super::Verdict::Pass {
            return bright
                .message(Message::new("exposure-bright-eyes"))
                .hint(Message::new("exposure-bright-eyes-hint"));
        }
    }
    if bright.verdict == super::Verdict::Pass {
        bright = limited(e, "exposure-bright-skin", Bad::Above, pale, "%", 0);
    }
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
    let blackest = openings
        .iter()
        .map(|eye| f64::from(quantile(&mut face.lumas(eye), 0.05).unwrap_or(0.0)))
        .fold(f64::from(quantile(&mut lumas, 0.005).unwrap_or(0.0)), f64::min);
    let veil = limited(e, "exposure-veil", Bad::Above, blackest, "/ 255", 0);
    if veil.verdict > super::Verdict::Pass {
        return veil
            .message(Message::new("exposure-veil"))
            .hint(Message::new("exposure-veil-hint"));
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
    fn skin_whose_red_is_clipped_and_that_is_nearly_white_is_doubted() {
        let skin = |to: [u8; 3]| {
            let bench = Bench::card()
                .with_person(move |_, _, p| if p[0] > 150 && p[2] < 190 { to } else { p });
            measure(&bench.evidence()).verdict
        };
        assert_eq!(skin([255, 236, 228]), Verdict::Doubtful);
        assert_eq!(skin([255, 205, 180]), Verdict::Pass, "bright, and still skin");
        assert_eq!(skin([246, 232, 226]), Verdict::Pass, "pale, and nothing is clipped");
    }

    #[test]
    fn too_much_light_on_dark_skin_is_seen_in_the_eyes() {
        let bright = |gain: f64| {
            Bench::card().with_person(move |_, _, p| {
                let skin = p[0] > 150 && p[2] < 190;
                let own = if skin { p.map(|v| v / 3) } else { p };
                own.map(|v| (f64::from(v) * gain).min(255.0) as u8)
            })
        };
        assert_eq!(measure(&bright(1.0).evidence()).verdict, Verdict::Pass);
        let outcome = measure(&bright(2.0).evidence());
        assert_eq!(
            (outcome.verdict, outcome.message),
            (Verdict::Doubtful, Some(Message::new("exposure-bright-eyes")))
        );
    }

    #[test]
    fn a_veil_of_light_is_seen() {
        let veiled = Bench::card().with_person(|_, _, p| p.map(|v| 110 + v / 2));
        let outcome = measure(&veiled.evidence());
        assert_eq!(
            (outcome.verdict, outcome.message),
            (Verdict::Doubtful, Some(Message::new("exposure-veil")))
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
