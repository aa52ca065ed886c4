//! `red-eye`
//!
//! *What it checks:* that no pupil glows red from the flash.
//! *Why offices refuse it:* "无红眼".
//! *How it is measured:* the share of each iris disc (0.03 face widths) that is red light and no pigment. The flash comes back from behind the pupil, so it is bright: its red is more than 0.6 of the
//! cheeks' red. A brown iris only reflects, a quarter of the light that skin does at most, whatever its hue. And it is red: more than 90, more than 1.9 times its green, more than 1.5 times its blue, and more
//! than 1.5 times as far above its green as the cheeks' red is, for warm light reddens all that it falls on. The worse eye counts.
//! *Source:* GA 461-2004, 无红眼; the limits are ours.
//! *Known weakness:* golden or white glow in light eyes is not looked for, nor a glow darker than 0.6 of the skin. Of 222 cards without red eyes none measures more than 2 %; without the look at brightness
//! three with brown eyes measure 32, 42 and 56. A drawn glow of radius 0.012 face widths and more is seen on all but two of them, at a red of 150 on all but six.

use super::judge::{Bad, limited};
use super::{Doubt, Evidence, Outcome, Rule};
use crate::vision::face::Landmark;

/// The rule.
pub const RULE: Rule = Rule { name: "red-eye", measure, mend: None, doubt: Doubt::Seen };

/// The red of a glow, of the cheeks' red: in linear light a third.
const GLOWS: f64 = 0.6;

/// Narrower faces have irises of a few pixels.
const LEAST_FACE: f64 = 90.0;

fn measure(e: &Evidence<'_>) -> Outcome {
    let Some(face) = e.regions.face(e) else { return e.without_head() };
    if face.width < LEAST_FACE {
        return Outcome::unknown("unknown-face-too-small");
    }
    let Some(skin) = face.skin_colour() else { return Outcome::unknown("unknown-face-too-small") };
    let bright = 90f64.max(GLOWS * f64::from(skin[0]));
    let least = 1.9f64.max(1.5 * f64::from(skin[0]) / f64::from(skin[1].max(1)));
    let share = [Landmark::LeftIris, Landmark::RightIris]
        .map(|iris| {
            let disc = face.disc(face.at(iris), 0.03 * face.width);
            let red = disc
                .iter()
                .map(|i| face.colour(*i).map(f64::from))
                .filter(|[r, g, b]| *r > bright && *r > least * g && *r > 1.5 * b)
                .count();
            100.0 * red as f64 / disc.len().max(1) as f64
        })
        .into_iter()
        .fold(0.0, f64::max);
    limited(e, "red-eye", Bad::Above, share, "%", 0)
}

#[cfg(test)]
mod tests {
    use super::super::Verdict;
    use super::super::bench::Bench;
    use super::*;

    fn with_iris(colour: [u8; 3]) -> Bench {
        Bench::card().with_person(|x, y, p| {
            let (dx, dy) = (f64::from(x) - 134.0, f64::from(y) - 201.0);
            if dx.hypot(dy) < 5.0 { colour } else { p }
        })
    }

    #[test]
    fn red_pupils_are_seen_and_brown_ones_are_not() {
        assert_eq!(measure(&Bench::card().evidence()).verdict, Verdict::Pass);
        assert_eq!(measure(&with_iris([200, 40, 40]).evidence()).verdict, Verdict::Fail);
    }

    #[test]
    fn an_iris_that_is_dark_is_brown_however_red_its_hue() {
        for colour in [[98, 36, 42], [104, 45, 36], [116, 50, 48]] {
            let outcome = measure(&with_iris(colour).evidence());
            assert_eq!(outcome.verdict, Verdict::Pass, "{colour:?}: {outcome:?}");
        }
    }
}
