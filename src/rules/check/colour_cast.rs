//! `colour-cast`
//!
//! *What it checks:* that the skin has a colour that skin has: no blue, green, red, or yellow light.
//! *Why offices refuse it:* "颜色自然，无偏色".
//! *How it is measured:* the hue angle of the cheeks' median colour in CIE Lab, in degrees. From the palest to the darkest, skin lies between about 20° and 65°, since melanin and blood
//! move lightness and chroma along much the same hue (ISO/IEC 29794-5, 7.3.12, takes a* and b* themselves, which fall with dark skin). A hue outside that lies less than a just noticeable
//! difference from one inside is let pass, unless the skin has less chroma than all but the palest skin has: then light has taken it. Light of the skin's own hue, orange or pink, does not turn it: where a* or b* of
//! the cheeks is as strong as in no skin that the ISO calls natural, or nearly, the brightest fifth of the eyes' openings is looked at. The whites of the eyes have no melanin, whosever they are, and take the colour of the light.
//! Skin that has next to no colour in a picture that has some stands in blue light, which takes the orange out of it; where it has none because it is burnt white, nothing is said.
//! *Source:* GA 461-2004, 无明显偏色; the limits, as degrees from the middle of skin, are ours.
//! *Known weakness:* a weak cast along the skin's own hue, a warm lamp, does not show; make-up is skin.

use super::judge::{Bad, limited, quantile, verdict};
use super::region::FaceView;
use super::{Doubt, Evidence, Outcome, Rule, Verdict};
use crate::base::color::lab_from_srgb8;
use crate::base::message::Message;
use crate::vision::face::Landmark as L;

/// The rule.
pub const RULE: Rule = Rule { name: "colour-cast", measure, mend: None, doubt: Doubt::Seen };

/// The middle of the hue of skin, in degrees: the median of 575 portraits is 43, their middle nine tenths lie between 24 and 58.
const SKIN_HUE: f64 = 44.0;

/// Below this chroma a colour has no hue to speak of; `black-and-white` judges it.
const LEAST_CHROMA: f32 = 4.0;

/// The chroma that the most coloured twentieth of a face, lips above all, reaches in a colour picture: 14 and more in 554 portraits, 9 at most with 92 % of the colour taken away.
const COLOURED: f32 = 12.0;

/// A difference in CIE Lab that is just noticed (ΔE*ab 2.3, Mahy, van Eycken and Oosterlinck 1994).
const NOTICED: f64 = 2.3;

/// From which a* or b* of the cheeks on the eyes are looked at: about the most that ISO/IEC 29794-5 calls natural. One in twenty of 330 portraits has more, most of them dark skin in warm light.
const STRONG: f32 = 34.0;

/// The eyes' openings, corner by corner.
const OPENINGS: [[L; 4]; 2] = [
    [L::LeftEyeOuter, L::LeftLidUpper, L::LeftEyeInner, L::LeftLidLower],
    [L::RightEyeInner, L::RightLidUpper, L::RightEyeOuter, L::RightLidLower],
];

/// Fewest pixels of an opening that show any white.
const LEAST_OPENING: usize = 12;

/// The least chroma of skin in white light: 141 of 142 cards have more.
const PALEST: f32 = 12.0;

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
    // A hue that is off by so little that nobody sees it counts as one on the limit.
    let off = (away.abs() - limit.doubtful).clamp(0.0, 90.0).to_radians();
    let chroma = libm::hypotf(a, b);
    let seen = chroma < PALEST || f64::from(chroma) * libm::sin(off) > NOTICED;
    let counted = if seen { away.abs() } else { away.abs().min(limit.doubtful) };
    let outcome = Outcome::new(verdict(limit, Bad::Above, counted))
        .measured(hue.rem_euclid(360.0), "°")
        .required(format!("{:.0}–{:.0}", SKIN_HUE - limit.doubtful, SKIN_HUE + limit.doubtful))
        .clause(&limit.source);
    if outcome.verdict == Verdict::Pass {
        return strong_light(e, face, [a, b]).unwrap_or(outcome);
    }
    // Which way the light leans, in words of the catalogue.
    let lean = if away < 0.0 { "colour-cast-red" } else { "colour-cast-green" };
    let lean = if b < 0.0 { "colour-cast-blue" } else { lean };
    outcome.message(Message::new(lean))
}

/// What is to be said of skin of a strong colour, given as a* and b*, where the whites of the eyes have it, too.
fn strong_light(e: &Evidence<'_>, face: &FaceView, skin: [f32; 2]) -> Option<Outcome> {
    if skin.iter().all(|v| *v < STRONG) {
        return None;
    }
    let whites: Vec<[f32; 2]> = OPENINGS.iter().filter_map(|o| whites(face, *o)).collect();
    let mean = |k: usize| whites.iter().map(|w| f64::from(w[k])).sum::<f64>() / whites.len() as f64;
    [("colour-cast-orange", 1, "b*"), ("colour-cast-pink", 0, "a*")]
        .into_iter()
        .filter(|(_, k, _)| skin[*k] >= STRONG && !whites.is_empty())
        .map(|(key, k, unit)| (key, limited(e, key, Bad::Above, mean(k), unit, 0)))
        .find(|(_, outcome)| outcome.verdict > Verdict::Pass)
        .map(|(key, outcome)| outcome.message(Message::new(key)))
}

/// a* and b* of the brightest fifth of an eye's opening; `None` where it is shut or too small.
fn whites(face: &FaceView, opening: [L; 4]) -> Option<[f32; 2]> {
    let mut labs: Vec<[f32; 3]> = face
        .polygon(&opening.map(|l| face.at(l)))
        .into_iter()
        .map(|i| lab_from_srgb8(face.colour(i)))
        .collect();
    if labs.len() < LEAST_OPENING {
        return None;
    }
    labs.sort_by(|x, y| y[0].total_cmp(&x[0]));
    labs.truncate(labs.len().div_ceil(5));
    let middle = |k: usize| quantile(&mut labs.iter().map(|lab| lab[k]).collect::<Vec<_>>(), 0.5);
    Some([middle(1)?, middle(2)?])
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
    fn light_of_the_skins_own_hue_is_seen_by_its_strength() {
        let lit = |gains: [f64; 3]| {
            let bench = Bench::card().with_person(move |_, _, p| {
                let lit = |k: usize| (f64::from(p[k]) * gains[k]).min(255.0) as u8;
                [lit(0), lit(1), lit(2)]
            });
            let outcome = measure(&bench.evidence());
            (outcome.verdict, outcome.message)
        };
        assert_eq!(lit([1.05, 1.0, 0.9]).0, Verdict::Pass, "a warm room");
        let orange = (Verdict::Doubtful, Some(Message::new("colour-cast-orange")));
        assert_eq!(lit([1.19, 0.92, 0.6]), orange);
        let pink = (Verdict::Doubtful, Some(Message::new("colour-cast-pink")));
        assert_eq!(lit([1.15, 0.75, 0.8]), pink);
    }

    #[test]
    fn brown_skin_in_white_light_is_no_cast() {
        // As strong as under a lamp, while the whites of the eyes stay white.
        let brown = Bench::card().with_person(|_, _, p| {
            if p[0] > 150 && p[2] < 190 {
                [p[0] - 10, p[1] - 40, p[2].saturating_sub(72)]
            } else {
                p
            }
        });
        let face = |bench: &Bench| {
            let e = bench.evidence();
            e.regions.face(&e).and_then(FaceView::skin_colour).map(lab_from_srgb8)
        };
        assert!(face(&brown).is_some_and(|lab| lab[2] > STRONG));
        assert_eq!(measure(&brown.evidence()).verdict, Verdict::Pass);
    }

    #[test]
    fn a_hue_that_nobody_sees_is_no_cast() {
        // Hues of 16°, 7° and 4°, where skin begins at 20°, with chromas of 13, 30 and 6.
        let skin =
            |to: [u8; 3]| {
                let bench = Bench::card().with_person(move |_, y, p| {
                    if p[0] > 150 && p[2] < 190 && y < 345 { to } else { p }
                });
                measure(&bench.evidence()).verdict
            };
        assert_eq!(skin([216, 182, 184]), Verdict::Pass);
        assert_eq!(skin([225, 150, 165]), Verdict::Doubtful);
        assert_eq!(skin([205, 190, 193]), Verdict::Doubtful, "light has taken the skin's colour");
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
