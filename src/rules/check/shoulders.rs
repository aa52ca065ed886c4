//! `shoulders`
//!
//! *What it checks:* that both shoulders are level, and that they are dressed.
//! *Why offices refuse it:* "双肩平齐" and "不得穿吊带、露肩": the sitter faces the camera, and the card is an official one.
//! *How it is measured:* two numbers. *Level:* in pairs of columns as far left as right of the face's middle, how much higher the body's upper edge lies on one side than on the other; the middle of all pairs, as an
//! angle. *Bare:* beside the neck and below the chin, how much of the person has the hue and the chroma of the cheeks or, where that is skin, of the throat, which sees less sun and less light.
//! *Source:* GA 461-2004 (着装, 双肩等高 in the offices' own words); the limits are ours.
//! *Known weakness:* long hair that lies on one shoulder lifts it, so that a slope is doubted and never fails; a top of the colour of skin is taken for skin.

use super::judge::{Bad, limited, quantile};
use super::region::{ENOUGH, NOBODY, apart, matte, median_colour};
use super::{Doubt, Evidence, Outcome, Rule, Verdict};
use crate::base::color::lab_from_srgb8;
use crate::base::message::Message;
use crate::base::raster::Plane;
use crate::vision::face::Head;

/// The rule.
pub const RULE: Rule = Rule { name: "shoulders", measure, mend: None, doubt: Doubt::Advice };

/// Where shoulders are looked at, in face widths from the face's middle: outside the neck, inside the frame.
const FROM: f64 = 0.5;
const TO: f64 = 0.95;
/// How far below the chin, and how far beside it, bare skin is no neck any more, in face widths.
const BELOW: f64 = 0.1;
const BESIDE: f64 = 0.45;
/// How near to the hue and chroma of cheeks or throat skin comes, in the plane of a* and b*.
const HUE: f32 = 8.0;
/// How much darker than the cheeks, in L*, shoulders are at most, and how much lighter.
const DARKER: f32 = 35.0;
const LIGHTER: f32 = 12.0;
/// Where the throat is looked at, below the chin, and in what radius, in face widths.
const THROAT: (f64, f64) = (0.13, 0.07);
/// How far the throat's hue and chroma may lie from the cheeks'; what is farther off is a collar.
const NO_SKIN: f32 = 14.0;
/// How far above the chin a shoulder may stand on a card that shows little below it, in face widths: about the mouth.
const MOUTH: f64 = 0.3;
/// Rows at the bottom in which a matte may fade out.
const FADES: i64 = 12;
/// Fewest pairs of columns from which a slope is told.
const PAIRS: usize = 12;

fn measure(e: &Evidence<'_>) -> Outcome {
    let Some(head) = e.head else { return e.without_head() };
    let Some(matte) = matte(e) else { return e.without_matte() };
    let level = slope(matte, head)
        .map(|degrees| limited(e, "shoulders-level", Bad::Above, degrees.abs(), "°", 0));
    let bare = bare(e, matte, head)
        .map(|share| limited(e, "shoulders-bare", Bad::Above, 100.0 * share, "%", 0));
    match (level, bare) {
        (_, Some(bare)) if bare.verdict >= Verdict::Doubtful => {
            bare.told("shoulders-bare").hint(Message::new("shoulders-bare-hint"))
        }
        (Some(level), _) => level,
        (None, Some(bare)) => bare,
        (None, None) => Outcome::unknown("unknown-no-outline"),
    }
}

/// By how many degrees the line of the shoulders falls to the right; `None` where too little of them is seen.
fn slope(matte: &Plane, head: &Head) -> Option<f64> {
    let (w, h) = (matte.width() as i64, matte.height() as i64);
    let (centre, width) = (head.middle().x, head.face_width());
    let mouth = head.chin().y - MOUTH * width;
    // the upper edge of what reaches the lower edge of the picture; nothing where hair or a hand comes down to it from beside the face
    let top = |x: i64| {
        let body = |y: &i64| matte.at(x, *y) > 0.5;
        let end = (h - FADES..h).rev().find(body).map_or(h, |y| y + 1);
        let top = end - (0..end).rev().take_while(body).count() as i64;
        ((0..w).contains(&x) && top as f64 > mouth).then_some(top as f64)
    };
    let mut slopes: Vec<f32> = Vec::new();
    for d in (FROM * width) as i64..(TO * width) as i64 {
        let at = d as f64;
        let pair = (top((centre - at).round() as i64), top((centre + at).round() as i64));
        if let (Some(left), Some(right)) = pair
            && left.min(right) < h as f64 - 1.0
        {
            slopes.push(((right - left) / (2.0 * at)) as f32);
        }
    }
    if slopes.len() < PAIRS {
        return None;
    }
    quantile(&mut slopes, 0.5).map(|slope| libm::atan(f64::from(slope)).to_degrees())
}

/// How much of the person beside and below the neck is skin, 0 to 1; `None` where too little is seen or the face's colour is not known.
fn bare(e: &Evidence<'_>, matte: &Plane, head: &Head) -> Option<f64> {
    let cheeks = lab_from_srgb8(e.regions.face(e)?.skin_colour()?);
    let skins = [Some(cheeks), throat(e, matte, head, cheeks)];
    let (chin, width) = (head.chin(), head.face_width());
    let from = (chin.y + BELOW * width).max(0.0) as usize;
    let (mut person, mut bare) = (0usize, 0usize);
    for y in from..matte.height() {
        for (x, alpha) in matte.row(y).iter().enumerate() {
            if (x as f64 - chin.x).abs() < BESIDE * width || *alpha < 1.0 - NOBODY {
                continue;
            }
            let lab = lab_from_srgb8(e.frame.get_pixel(x as u32, y as u32).0);
            let lit = lab[0] > cheeks[0] - DARKER && lab[0] < cheeks[0] + LIGHTER;
            person += 1;
            bare += usize::from(lit && skins.iter().flatten().any(|skin| apart(lab, *skin) < HUE));
        }
    }
    (person >= 10 * ENOUGH).then(|| bare as f64 / person as f64)
}

/// The colour of the throat as L*, a*, b*; `None` where it is not seen or covered.
fn throat(e: &Evidence<'_>, matte: &Plane, head: &Head, cheeks: [f32; 3]) -> Option<[f32; 3]> {
    let (width, chin) = (head.face_width(), head.chin());
    let (middle, radius) = (chin.y + THROAT.0 * width, THROAT.1 * width);
    let mut colours = Vec::new();
    for y in (middle - radius).max(0.0) as usize..((middle + radius) as usize).min(matte.height()) {
        for (x, alpha) in matte.row(y).iter().enumerate() {
            let off = libm::hypot(x as f64 - chin.x, y as f64 - middle);
            if off <= radius && *alpha >= 1.0 - NOBODY {
                colours.push(e.frame.get_pixel(x as u32, y as u32).0);
            }
        }
    }
    if colours.len() < ENOUGH {
        return None;
    }
    let lab = lab_from_srgb8(median_colour(&colours)?);
    (apart(lab, cheeks) < NO_SKIN).then_some(lab)
}

#[cfg(test)]
mod tests {
    use super::super::bench::Bench;
    use super::*;

    #[test]
    fn level_and_dressed_shoulders_pass() {
        let outcome = measure(&Bench::card().evidence());
        assert_eq!(outcome.verdict, Verdict::Pass, "{outcome:?}");
    }

    #[test]
    fn one_shoulder_much_higher_is_doubted() {
        let mut bench = Bench::card();
        bench.paint_person(250..358, 345..441);
        bench.erase_person(0..115, 340..425);
        let outcome = measure(&bench.evidence());
        assert_eq!(outcome.verdict, Verdict::Doubtful, "{outcome:?}");
    }

    #[test]
    fn bare_shoulders_are_doubted() {
        let skin = Bench::card().picture_at(140, 250);
        let bare = Bench::card().with_person(|_, y, p| if y > 340 { skin } else { p });
        let outcome = measure(&bare.evidence());
        assert_eq!(outcome.verdict, Verdict::Doubtful, "{outcome:?}");
        assert_eq!(outcome.message.map(|m| m.key).as_deref(), Some("shoulders-bare"));
    }

    #[test]
    fn shoulders_as_pale_as_the_throat_are_bare_and_a_collar_is_no_throat() {
        let below = |throat: [u8; 3], rest: [u8; 3]| {
            let bench = Bench::card().with_person(move |x, y, p| match (x, y) {
                (119..239, 312..) => throat,
                (_, 325..) => rest,
                _ => p,
            });
            measure(&bench.evidence()).verdict
        };
        let pale = [196, 164, 146];
        assert_eq!(below(pale, pale), Verdict::Doubtful);
        assert_eq!(below(pale, [70, 80, 120]), Verdict::Pass);
        assert_eq!(below([70, 80, 120], [70, 80, 120]), Verdict::Pass);
    }
}
