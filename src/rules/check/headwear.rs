//! `headwear`
//!
//! *What it checks:* that the head is bare; religious cover is allowed where the office says so.
//! *Why offices refuse it:* "免冠".
//! *How it is measured:* two opinions, of which the worse counts. A network looks at the head and says place by place what is worn there ([`crate::vision::signs`]): its sum above the
//! brows, in per cent of a squared face measure. And the share of what lies above the forehead whose colour no hair has: a chroma C*ab above 22 in a green, blue, or violet hue (110–350°), or above 38
//! in red or pink. Nearly black pixels, whose hue means nothing, and those of the skin's own colour do not count. Hair that is dyed so is rare, and a clerk looks twice at it, too.
//! *Source:* GA 461-2004, 正面免冠; the colours and the limits are ours: with the network's, two of 142 cards of people that no network was trained on and of drawn ones are doubted; one wears a hat, the other's long hair is burnt black.
//! *Known weakness:* the network learned from hats that were drawn; a wide dark hat that the frame cuts, and a dark plain scarf that lies close, pass as hair; flat black hair and hair piled high have been doubted.

use super::judge::{Bad, limited};
use super::region::{ENOUGH, NOBODY, matte};
use super::{Doubt, Evidence, Outcome, Rule, Verdict};
use crate::base::color::lab_from_srgb8;
use crate::base::geometry::Point;
use crate::vision::face::Landmark as L;

/// The rule.
pub const RULE: Rule = Rule { name: "headwear", measure, mend: None, doubt: Doubt::Seen };

/// How far above the top of the forehead the region begins, and how far to each side it reaches, in face widths.
const REGION: (f64, f64) = (0.12, 0.45);

/// L* below which a colour is too dark to have a hue.
const DARK: f32 = 20.0;

/// How near the cheeks' a*, b* a colour is skin: a bald head, reddened or not.
const SKIN: f32 = 15.0;

fn measure(e: &Evidence<'_>) -> Outcome {
    let Some(head) = e.head else { return e.without_head() };
    let Some(matte) = matte(e) else { return e.without_matte() };
    let Some(skin) = e.regions.face(e).and_then(|f| f.skin_colour()) else {
        return Outcome::unknown("unknown-face-too-small");
    };
    let skin = lab_from_srgb8(skin);
    let (forehead, chin) = (head.landmarks[L::Forehead], head.chin());
    let (width, tall) = (head.face_width().max(1.0), forehead.distance(chin).max(1e-6));
    let up = ((forehead.x - chin.x) / tall, (forehead.y - chin.y) / tall);
    let (mut seen, mut strange) = (0usize, 0usize);
    // of a head that stands upright nothing lies lower than its forehead, but for the tilt
    let lowest = forehead.y + REGION.1 * width * up.0.abs();
    let rows = if up.1 < 0.0 { lowest.max(0.0) as usize + 1 } else { usize::MAX };
    for (x, y, pixel) in e.frame.enumerate_rows().take(rows).flat_map(|(_, row)| row) {
        let p = Point::new(f64::from(x) - forehead.x, f64::from(y) - forehead.y);
        let rise = (p.x * up.0 + p.y * up.1) / width;
        let aside = (p.y * up.0 - p.x * up.1).abs() / width;
        let person = matte.at(i64::from(x), i64::from(y)) > 1.0 - NOBODY;
        if rise < REGION.0 || aside > REGION.1 || !person {
            continue;
        }
        seen += 1;
        strange += usize::from(is_strange(lab_from_srgb8(pixel.0), skin));
    }
    let colours = (seen >= ENOUGH)
        .then(|| limited(e, "headwear", Bad::Above, 100.0 * strange as f64 / seen as f64, "%", 0));
    let worn = e.signs.map(|signs| {
        limited(e, "headwear-worn", Bad::Above, 100.0 * signs.headwear, "%", 0)
            .told("headwear-worn-doubtful")
    });
    match (colours, worn) {
        (Some(colours), _) if colours.verdict >= Verdict::Doubtful => colours,
        (_, Some(worn)) => worn,
        _ => Outcome::unknown("unknown-headwear"),
    }
}

/// Whether no hair has this colour, nor the skin.
fn is_strange([l, a, b]: [f32; 3], skin: [f32; 3]) -> bool {
    let chroma = libm::hypotf(a, b);
    let hue = libm::atan2f(b, a).to_degrees().rem_euclid(360.0);
    let red = !(40.0..350.0).contains(&hue);
    let cool = (110.0..350.0).contains(&hue);
    l > DARK
        && ((cool && chroma > 22.0) || (red && chroma > 38.0))
        && libm::hypotf(a - skin[1], b - skin[2]) > SKIN
}

#[cfg(test)]
mod tests {
    use super::super::bench::Bench;
    use super::*;
    use crate::vision::signs::Signs;

    /// The drawn card with another colour above the forehead.
    fn capped(colour: [u8; 3]) -> Outcome {
        let bench = Bench::card();
        measure(&bench.with_person(|_, y, p| if y < 118 { colour } else { p }).evidence())
    }

    #[test]
    fn a_cap_in_a_colour_that_no_hair_has_is_doubtful() {
        for colour in [[30, 80, 190], [200, 30, 50], [40, 150, 70]] {
            assert_eq!(capped(colour).verdict, Verdict::Doubtful, "{colour:?}");
        }
    }

    #[test]
    fn hair_of_any_colour_is_a_bare_head() {
        for hair in [[20, 18, 18], [90, 60, 40], [220, 190, 130], [180, 180, 182], [150, 70, 35]] {
            assert_eq!(capped(hair).verdict, Verdict::Pass, "{hair:?}");
        }
        assert_eq!(capped(super::super::bench::SKIN).verdict, Verdict::Pass, "bald");
    }

    #[test]
    fn what_the_network_sees_on_a_head_is_doubtful() {
        let mut bench = Bench::card();
        bench.signs = Some(Signs { headwear: 0.5, ..Signs::default() });
        assert_eq!(measure(&bench.evidence()).verdict, Verdict::Doubtful);
        bench.signs = None;
        assert_eq!(measure(&bench.evidence()).verdict, Verdict::Unknown);
    }
}
