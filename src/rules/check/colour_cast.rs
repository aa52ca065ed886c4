//! `colour-cast`
//!
//! *What it checks:* that the skin has a colour that skin has: no blue, green, red, or yellow light.
//! *Why offices refuse it:* "颜色自然，无偏色".
//! *How it is measured:* the hue angle of the cheeks' median colour in CIE Lab, in degrees. From the palest to the darkest, skin lies between about 20° and 65°, since melanin and blood
//! move lightness and chroma along much the same hue (ISO/IEC 29794-5, 7.3.12, takes a* and b* themselves, which fall with dark skin).
//! Skin that has next to no colour in a picture that has some stands in blue light, which takes the orange out of it; where it has none because it is burnt white, nothing is said.
//! *Source:* GA 461-2004, 无明显偏色; the limits, as degrees from the middle of skin, are ours.
//! *Known weakness:* a cast along the skin's own hue, orange lamplight, hardly shows; make-up is skin.

use super::judge::{Bad, quantile, verdict};
use super::{Doubt, Evidence, Outcome, Rule, Verdict};
use crate::base::color::lab_from_srgb8;
use crate::base::message::Message;

/// The rule.
pub const RULE: Rule = Rule { name: "colour-cast", measure, mend: None, doubt: Doubt::Seen };

/// The middle of the hue of skin, in degrees: the median of 575 portraits is 43, their middle nine tenths lie between 24 and 58.
const SKIN_HUE: f64 = 44.0;

/// Below this chroma a colour has no hue to speak of; `black-and-white` judges it.
const LEAST_CHROMA: f32 = 4.0;

/// The chroma that the most coloured twentieth of a face, lips above all, reaches in a colour picture: 14 and more in 554 portraits, 9 at most with 92 % of the colour taken away.
const COLOURED: f32 = 12.0;

/// L* above which skin is burnt white.
const BURNT: f32 = 94.0;

fn measure(e: &Evidence<'_>) -> Outcome {
    let Some(face) = e.regions.face(e) else { return e.without_head() };
    let Some(limit) = e.spec.limit("colour-cast") else {
        return Outcome::unknown("unknown-no-limit");
    };
    let Some([l, a, b]) = face.skin_colour().map(lab_from_srgb8) else {
        return Outcome::unknown("unknown-face-too-small");
    };
    if libm::hypotf(a, b) < LEAST_CHROMA {
        let mut chroma: Vec<f32> = face
            .oval()
            .into_iter()
            .map(|i| lab_from_srgb8(face.colour(i)))
            .map(|[_, a, b]| libm::hypotf(a, b))
            .collect();
        let lips = quantile(&mut chroma, 0.95).unwrap_or(0.0);
        if l > BURNT || lips < COLOURED {
            return Outcome::unknown("unknown-no-colour");
        }
        return Outcome::new(Verdict::Doubtful)
            .measured(f64::from(libm::hypotf(a, b)), "C*")
            .required(format!("≥ {LEAST_CHROMA:.0}"))
            .clause(&limit.source)
            .message(Message::new("colour-cast-blue"));
    }
    let hue = f64::from(libm::atan2f(b, a).to_degrees());
    let away = (hue - SKIN_HUE + 540.0).rem_euclid(360.0) - 180.0;
    let outcome = Outcome::new(verdict(limit, Bad::Above, away.abs()))
        .measured(hue.rem_euclid(360.0), "°")
        .required(format!("{:.0}–{:.0}", SKIN_HUE - limit.doubtful, SKIN_HUE + limit.doubtful))
        .clause(&limit.source);
    if outcome.verdict == Verdict::Pass {
        return outcome;
    }
    // Which way the light leans, in words of the catalogue.
    let lean = if away < 0.0 { "colour-cast-red" } else { "colour-cast-green" };
    let lean = if b < 0.0 { "colour-cast-blue" } else { lean };
    outcome.message(Message::new(lean))
}

#[cfg(test)]
mod tests {
    use super::super::bench::Bench;
    use super::*;

    #[test]
    fn skin_of_any_lightness_passes_and_blue_light_does_not() {
        for share in [1.1, 0.8, 0.5, 0.3] {
            let skin = Bench::card()
                .with_person(|_, _, p| p.map(|v| (f64::from(v) * share).min(255.0) as u8));
            assert_eq!(measure(&skin.evidence()).verdict, Verdict::Pass, "{share}");
        }
        let blue =
            Bench::card().with_pixels(|_, _, [r, g, b]| [r / 2, (u32::from(g) * 3 / 4) as u8, b]);
        let outcome = measure(&blue.evidence());
        assert_eq!(outcome.verdict, Verdict::Fail, "{outcome:?}");
    }

    #[test]
    fn skin_without_colour_in_a_coloured_picture_stands_in_blue_light() {
        let skin = |p: [u8; 3]| p[0] > 150 && p[2] < 190 && p[1] > 120;
        let grey =
            |p: [u8; 3]| [((u32::from(p[0]) + u32::from(p[1]) + u32::from(p[2])) / 3) as u8; 3];
        let blue =
            Bench::card().with_person(|_, y, p| if skin(p) && y < 285 { grey(p) } else { p });
        let outcome = measure(&blue.evidence());
        assert_eq!(
            (outcome.verdict, outcome.message),
            (Verdict::Doubtful, Some(Message::new("colour-cast-blue")))
        );
        let none = Bench::card().with_person(|_, _, p| grey(p));
        assert_eq!(measure(&none.evidence()).verdict, Verdict::Unknown);
        let burnt =
            Bench::card().with_person(|_, y, p| if skin(p) && y < 285 { [252; 3] } else { p });
        assert_eq!(measure(&burnt.evidence()).verdict, Verdict::Unknown);
    }
}
