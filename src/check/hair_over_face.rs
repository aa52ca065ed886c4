//! `hair-over-face`
//!
//! *What it checks:* that hair leaves brows and eyes free.
//! *Why offices refuse it:* "头发不得遮挡眉毛、眼睛".
//! *How it is measured:* how much darker than the cheeks, in L*, the skin just above the middle of each brow is (a disc of 0.03 face widths, 0.07 above the brow). A fringe that ends higher is no
//! fault; one that reaches there lies over the brow.
//! *Source:* GA 461-2004; the limit is ours.
//! *Known weakness:* hair as light as the skin is not seen, a deep furrow may be; so `doubtful` at most. Strands over one eye alone are not looked for.

use super::judge::{Bad, limited};
use super::region::median_colour;
use super::{Evidence, Outcome, Rule};
use crate::color::lab_from_srgb8;
use crate::face::Landmark as L;
use crate::geometry::Point;

/// The rule.
pub const RULE: Rule = Rule { name: "hair-over-face", measure };

/// Narrower faces have brows of a pixel or two.
const LEAST_FACE: f64 = 90.0;

fn measure(e: &Evidence<'_>) -> Outcome {
    let Some(face) = e.regions.face(e) else { return e.without_head() };
    let skin = face.skin_colour().map(lab_from_srgb8);
    let (Some([skin, _, _]), true) = (skin, face.width >= LEAST_FACE) else {
        return Outcome::unknown("unknown-face-too-small");
    };
    let down = face.down();
    let length = down.x.hypot(down.y).max(1e-6);
    let up = 0.07 * face.width / length;
    let mut darker = f64::NEG_INFINITY;
    for brow in [L::LeftBrowMiddle, L::RightBrowMiddle] {
        let p = face.at(brow);
        let disc = face.disc(Point::new(p.x - up * down.x, p.y - up * down.y), 0.03 * face.width);
        let Some(colour) = median_colour(&face.colours(&disc)) else {
            return Outcome::unknown("unknown-face-outside");
        };
        darker = darker.max(f64::from(skin - lab_from_srgb8(colour)[0]));
    }
    limited(e, "hair-over-face", Bad::Above, darker.max(0.0), "L*", 0)
}

#[cfg(test)]
mod tests {
    use super::super::Verdict;
    use super::super::bench::Bench;
    use super::*;

    #[test]
    fn a_fringe_over_the_brows_is_doubtful_and_one_above_them_is_not() {
        let fringe = |to: u32| {
            Bench::card().with_person(move |_, y, p| if y < to { [38, 30, 28] } else { p })
        };
        assert_eq!(measure(&Bench::card().evidence()).verdict, Verdict::Pass);
        assert_eq!(measure(&fringe(145).evidence()).verdict, Verdict::Pass);
        assert_eq!(measure(&fringe(185).evidence()).verdict, Verdict::Doubtful);
    }
}
