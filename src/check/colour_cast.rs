//! `colour-cast`
//!
//! *What it checks:* that the skin has a colour that skin has: no blue, green, red, or yellow light.
//! *Why offices refuse it:* "颜色自然，无偏色".
//! *How it is measured:* the hue angle of the cheeks' median colour in CIE Lab, in degrees. From the palest to the darkest, skin lies between about 20° and 65°, since melanin and blood
//! move lightness and chroma along much the same hue (ISO/IEC 29794-5, 7.3.12, takes a* and b* themselves, which fall with dark skin).
//! *Source:* GA 461-2004, 无明显偏色; the limits, as degrees from the middle of skin, are ours.
//! *Known weakness:* a cast along the skin's own hue, orange lamplight, hardly shows; make-up is skin.

use super::judge::{Bad, verdict};
use super::{Evidence, Outcome, Rule, Verdict};
use crate::color::lab_from_srgb8;
use crate::message::Message;

/// The rule.
pub const RULE: Rule = Rule { name: "colour-cast", measure, mend: None };

/// The middle of the hue of skin, in degrees: the median of 575 portraits is 43, their middle nine tenths lie between 24 and 58.
const SKIN_HUE: f64 = 44.0;

/// Below this chroma a colour has no hue to speak of; `black-and-white` judges it.
const LEAST_CHROMA: f32 = 4.0;

fn measure(e: &Evidence<'_>) -> Outcome {
    let Some(face) = e.regions.face(e) else { return e.without_head() };
    let Some(limit) = e.spec.limit("colour-cast") else {
        return Outcome::unknown("unknown-no-limit");
    };
    let Some([_, a, b]) = face.skin_colour().map(lab_from_srgb8) else {
        return Outcome::unknown("unknown-face-too-small");
    };
    if a.hypot(b) < LEAST_CHROMA {
        return Outcome::unknown("unknown-no-colour");
    }
    let hue = f64::from(b.atan2(a).to_degrees());
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
}
