//! `hair-over-face`
//!
//! *What it checks:* that hair leaves brows and eyes free.
//! *Why offices refuse it:* "头发不得遮挡眉毛、眼睛".
//! *How it is measured:* how much darker than the cheek below, in L*, the skin just above each brow is, in two discs of 0.03 face widths, 0.07 above the brow's inner end and its middle; the lighter of the
//! two, so that hair beside the brow does not count, and the worse brow. A fringe that ends higher is no fault; one that reaches there lies over the brow.
//! *Source:* GA 461-2004; the limit is ours.
//! *Known weakness:* hair as light as the skin is not seen, a deep furrow may be; so `doubtful` at most. Strands over one eye alone are not looked for.

use super::judge::{Bad, limited};
use super::region::median_colour;
use super::{Doubt, Evidence, Outcome, Rule};
use crate::base::color::lab_from_srgb8;
use crate::base::geometry::Point;
use crate::vision::face::Landmark as L;

/// The rule.
pub const RULE: Rule = Rule { name: "hair-over-face", measure, mend: None, doubt: Doubt::Seen };

/// Narrower faces have brows of a pixel or two.
const LEAST_FACE: f64 = 90.0;

fn measure(e: &Evidence<'_>) -> Outcome {
    let Some(face) = e.regions.face(e) else { return e.without_head() };
    if face.width < LEAST_FACE {
        return Outcome::unknown("unknown-face-too-small");
    }
    let down = face.down();
    let length = libm::hypot(down.x, down.y).max(1e-6);
    let up = 0.07 * face.width / length;
    let mut darker = f64::NEG_INFINITY;
    let brows = [[L::LeftBrowInner, L::LeftBrowMiddle], [L::RightBrowInner, L::RightBrowMiddle]];
    let lightness = |centre: Point, radius: f64| {
        median_colour(&face.colours(&face.disc(centre, radius))).map(|c| lab_from_srgb8(c)[0])
    };
    for (brow, cheek) in brows.into_iter().zip(face.cheeks()) {
        let above = brow.map(|l| {
            let p = face.at(l);
            lightness(Point::new(p.x - up * down.x, p.y - up * down.y), 0.03 * face.width)
        });
        let (Some(cheek), [Some(inner), Some(middle)]) =
            (lightness(cheek, 0.09 * face.width), above)
        else {
            return Outcome::unknown("unknown-face-outside");
        };
        darker = darker.max(f64::from(cheek - inner.max(middle)));
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
