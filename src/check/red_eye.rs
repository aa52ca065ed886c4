//! `red-eye`
//!
//! *What it checks:* that no pupil glows red from the flash.
//! *Why offices refuse it:* "无红眼".
//! *How it is measured:* the share of each iris disc (0.03 face widths) whose red is more than 90, more than 1.9 times its green, and more than 1.5 times as far above it as the cheeks' red is:
//! brown eyes in warm light are redder than they look. The worse eye counts.
//! *Source:* GA 461-2004, 无红眼; the limits are ours.
//! *Known weakness:* golden or white glow in light eyes is not looked for.

use super::judge::{Bad, limited};
use super::{Evidence, Outcome, Rule};
use crate::face::Landmark;

/// The rule.
pub const RULE: Rule = Rule { name: "red-eye", measure, mend: None };

/// Narrower faces have irises of a few pixels.
const LEAST_FACE: f64 = 90.0;

fn measure(e: &Evidence<'_>) -> Outcome {
    let Some(face) = e.regions.face(e) else { return e.without_head() };
    if face.width < LEAST_FACE {
        return Outcome::unknown("unknown-face-too-small");
    }
    let Some(skin) = face.skin_colour() else { return Outcome::unknown("unknown-face-too-small") };
    let skin = f64::from(skin[0]) / f64::from(skin[1].max(1));
    let least = 1.9f64.max(1.5 * skin);
    let share = [Landmark::LeftIris, Landmark::RightIris]
        .map(|iris| {
            let disc = face.disc(face.at(iris), 0.03 * face.width);
            let red = disc
                .iter()
                .map(|i| face.colour(*i).map(f64::from))
                .filter(|[r, g, b]| *r > 90.0 && *r > least * g && *r > 1.5 * b)
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

    #[test]
    fn red_pupils_are_seen_and_brown_ones_are_not() {
        assert_eq!(measure(&Bench::card().evidence()).verdict, Verdict::Pass);
        let red = Bench::card().with_person(|x, y, p| {
            let (dx, dy) = (f64::from(x) - 134.0, f64::from(y) - 201.0);
            if dx.hypot(dy) < 5.0 { [200, 40, 40] } else { p }
        });
        assert_eq!(measure(&red.evidence()).verdict, Verdict::Fail);
    }
}
