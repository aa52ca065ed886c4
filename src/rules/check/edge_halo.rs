//! `edge-halo`
//!
//! *What it checks:* that no rim of an old wall runs around the person.
//! *Why offices refuse it:* it gives the replaced background away, "抠图痕迹".
//! *How it is measured:* along the outline of neck and shoulders, the pixels 2–5 px outside the place where the matte falls below one half: the share of them that lie more than 25 levels beside
//! everything between the background's median colour and what their alpha of the person (its colour 4 px inside) would make of it. So strands, which are meant to be mixed, are no rim.
//! A thin line is told from the picture alone, by its one colour along skin, hair and cloth: the share of the outline of all that is not wall that wears it.
//! On a white card a critic besides ([`crate::vision::critic`]), a network that has no part in cutting anybody out, marks what is left of a room and what is missing of the sitter; the largest such
//! place counts, in per cent of a squared face width. So does what lies apart from the sitter above their chin, as letters and scraps of a wall do; a strand that seems to is smaller.
//! *Source:* ours.
//! *Known weakness:* a rim of nearly the background's colour is not seen, nor a line lighter than 190 levels or one that changes its colour as it goes round; the critic knows rooms, bites and holes that were drawn, and what this program
//! left of drawn rooms.

use std::collections::BTreeMap;

use image::RgbImage;

use super::judge::{Bad, limited};
use super::parts::Parts;
use super::region::{ENOUGH, matte, median_colour};
use super::{Doubt, Evidence, Mend, Outcome, Rule};
use crate::base::geometry::Size;
use crate::vision::critic::Spot;
use crate::vision::matte::trimap::distance_to;

/// The rule.
pub const RULE: Rule =
    Rule { name: "edge-halo", measure, mend: Some(Mend::Background), doubt: Doubt::Seen };

/// Colour distance, in levels of the worst component, above which a pixel beside the person is not the background.
const OFF: u8 = 25;

/// Where a line lies, and where the person behind it, in pixels inside the outline.
const LINE: std::ops::RangeInclusive<i32> = 0..=4;
const DEEP: std::ops::RangeInclusive<i32> = 7..=9;
/// How unlike what lies behind it a line is, and how alike one of its places is the other, in levels of the worst component.
const APART: u8 = 30;
const ALIKE: u8 = 20;
/// The darkest component of a line is below this; what is lighter are edges that fade into white.
const FAINT: u8 = 190;
/// So many of the commonest colours along the outline are tried, in cells of so many levels.
const TRIED: usize = 8;
const CELL: u8 = 16;
/// Which way is inward is told from the depths so many pixels to either side.
const ASIDE: i32 = 3;

/// So far inside the outline the person must be sure, or the place is hair: in pixels, and in alpha.
const INSIDE: i64 = 4;
const SURE: f32 = 0.9;

fn measure(e: &Evidence<'_>) -> Outcome {
    let Some(head) = e.head else { return e.without_head() };
    let (Some(matte), Some(background)) = (matte(e), e.regions.background(e)) else {
        return e.without_matte();
    };
    let raw = e.frame.as_raw();
    let colour = |i: usize| raw.get(3 * i..3 * i + 3).map(|p| [p[0], p[1], p[2]]);
    let wall: Vec<[u8; 3]> = background.iter().filter_map(|i| colour(*i)).collect();
    if wall.len() < ENOUGH {
        return Outcome::unknown("unknown-no-background");
    }
    let Some(wall) = median_colour(&wall) else { return e.without_matte() };
    let (w, h) = (matte.width() as i64, matte.height() as i64);
    // Below the mouth the outline is jaw, neck, and garment; long hair there is soft and is told by its soft matte.
    let from = head.chin().y.max(0.0) as i64;
    let (mut rim, mut off) = (0usize, 0usize);
    for y in from..h {
        for x in 0..w {
            if matte.at(x, y) >= 0.5 {
                continue;
            }
            for (dx, dy) in [(-1, 0), (1, 0), (0, 1)] {
                if matte.at(x + dx, y + dy) < 0.5
                    || matte.at(x + INSIDE * dx, y + INSIDE * dy) < SURE
                {
                    continue;
                }
                let inner =
                    (y + INSIDE * dy).clamp(0, h - 1) * w + (x + INSIDE * dx).clamp(0, w - 1);
                let Some(inner) = colour(inner as usize) else { continue };
                for out in 2..=5 {
                    let (px, py) = (x - out * dx, y - out * dy);
                    if !(0..w).contains(&px) || !(0..h).contains(&py) || matte.at(px, py) > 0.3 {
                        break;
                    }
                    let Some(p) = colour((py * w + px) as usize) else { break };
                    rim += 1;
                    off += usize::from(unexplained(p, wall, inner, matte.at(px, py)));
                }
            }
        }
    }
    let rim = (rim >= ENOUGH)
        .then(|| limited(e, "edge-halo", Bad::Above, 100.0 * off as f64 / rim as f64, "%", 0));
    let parts = Parts::of(e.frame, wall, &head.landmarks);
    let line = parts.as_ref().and_then(|parts| line_share(e.frame, parts)).map(|share| {
        limited(e, "edge-line", Bad::Above, 100.0 * share, "%", 0).told("edge-halo-line")
    });
    let scraps = parts.filter(|_| e.critique.is_some()).map(|parts| {
        let (area, place) = parts.scraps(head);
        limited(e, "edge-scraps", Bad::Above, 100.0 * area, "%", 2).told("edge-halo-left").at(place)
    });
    let critic = e.critique.into_iter().flat_map(|said| {
        let spot = |spots: &[Spot], limit, key| {
            let (area, place) = spots.first().map_or((0.0, [0.0; 4]), |s| (s.area, s.place));
            limited(e, limit, Bad::Above, 100.0 * area, "%", 1).told(key).at(place)
        };
        [
            spot(&said.lost, "edge-lost", "edge-halo-lost"),
            spot(&said.left, "edge-left", "edge-halo-left"),
        ]
    });
    // the worst of them, the rim where they agree
    let all = critic.chain(scraps).chain(line).chain(rim);
    let worse = all.max_by_key(|outcome| outcome.verdict);
    worse.unwrap_or_else(|| Outcome::unknown("unknown-no-outline"))
}

/// How much of the sitter's outline wears a line of one colour, 0 to 1, read off the picture alone: two pixels in a row, at most four inside the outline, have it, and what lies 7–9 px inside has
/// not. Edges of skin, hair and cloth go from white to their own colours and stay at none between. `None` where too little outline is seen.
fn line_share(picture: &RgbImage, parts: &Parts) -> Option<f64> {
    let size = Size::new(picture.width(), picture.height());
    let inside = distance_to(&parts.around(), size);
    let (w, h) = (size.width as i32, size.height as i32);
    let depth =
        |x: i32, y: i32| f64::from(inside[(y.clamp(0, h - 1) * w + x.clamp(0, w - 1)) as usize]);
    let far = *DEEP.end();
    let mut rays: Vec<([[u8; 3]; 5], [u8; 3])> = Vec::new();
    for y in far..h - far {
        for x in far..w - far {
            if !(0.5..1.2).contains(&depth(x, y)) {
                continue;
            }
            let slope = [
                depth(x + ASIDE, y) - depth(x - ASIDE, y),
                depth(x, y + ASIDE) - depth(x, y - ASIDE),
            ];
            let steep = libm::hypot(slope[0], slope[1]);
            if steep < 0.5 {
                continue;
            }
            let along = |k: i32| {
                let step =
                    |from: i32, slope: f64| from + (f64::from(k) * slope / steep).round() as i32;
                (step(x, slope[0]), step(y, slope[1]))
            };
            let (dx, dy) = along(far);
            // where the sitter is thinner, as a strand is, the other edge begins
            if depth(dx, dy) < 0.6 * f64::from(far) {
                continue;
            }
            let colour = |k: i32| {
                let (x, y) = along(k);
                picture.get_pixel(x as u32, y as u32).0
            };
            let deep: Vec<[u8; 3]> = DEEP.map(colour).collect();
            let mut edge = [[0; 3]; 5];
            edge.iter_mut().zip(LINE).for_each(|(edge, k)| *edge = colour(k));
            rays.push((edge, median_colour(&deep)?));
        }
    }
    if rays.len() < ENOUGH {
        return None;
    }
    let strong = |p: &[u8; 3]| p.iter().any(|v| *v < FAINT);
    let mut cells: BTreeMap<[u8; 3], (usize, [usize; 3])> = BTreeMap::new();
    for p in rays.iter().flat_map(|(edge, _)| edge).filter(|p| strong(p)) {
        let (count, sum) = cells.entry(p.map(|v| v / CELL)).or_default();
        *count += 1;
        sum.iter_mut().zip(p).for_each(|(sum, v)| *sum += usize::from(*v));
    }
    let mut cells: Vec<(usize, [usize; 3])> = cells.into_values().collect();
    cells.sort_by_key(|(count, _)| std::cmp::Reverse(*count));
    let unlike = |a: [u8; 3], b: [u8; 3], by: u8| a.iter().zip(b).any(|(a, b)| a.abs_diff(b) > by);
    let worn = |line: [u8; 3]| {
        let on = |p: &[u8; 3]| strong(p) && !unlike(*p, line, ALIKE);
        let wears = |(edge, deep): &&([[u8; 3]; 5], [u8; 3])| {
            unlike(*deep, line, APART) && edge.windows(2).any(|two| two.iter().all(on))
        };
        rays.iter().filter(wears).count()
    };
    let tried = cells.iter().take(TRIED);
    let most = tried.map(|(count, sum)| worn(sum.map(|sum| (sum / count) as u8))).max();
    Some(most.unwrap_or(0) as f64 / rays.len() as f64)
}

/// Whether a pixel is neither the wall nor what so much of the person before the wall would be: strands of hair and soft cloth are, a rim is not.
fn unexplained(pixel: [u8; 3], wall: [u8; 3], person: [u8; 3], alpha: f32) -> bool {
    let blend = |c: usize| {
        let (wall, person) = (f32::from(wall[c]), f32::from(person[c]));
        (wall + alpha * (person - wall), wall)
    };
    (0..3).any(|c| {
        let (mixed, wall) = blend(c);
        let (low, high) = (mixed.min(wall) - f32::from(OFF), mixed.max(wall) + f32::from(OFF));
        !(low..=high).contains(&f32::from(pixel[c]))
    })
}

#[cfg(test)]
mod tests {
    use super::super::Verdict;
    use super::super::bench::Bench;
    use super::*;
    use crate::base::geometry::Point;
    use crate::vision::face::Landmarks;

    #[test]
    fn a_grey_rim_around_the_person_is_seen() {
        assert_eq!(measure(&Bench::card().evidence()).verdict, Verdict::Pass);
        let rim = Bench::card().with_ring(5, [150, 160, 150]);
        assert_ne!(measure(&rim.evidence()).verdict, Verdict::Pass);
    }

    #[test]
    fn a_line_of_one_colour_round_skin_and_cloth_is_seen_whatever_its_width() {
        let square = |x: u32, y: u32, by: u32| (20 + by..60 - by).contains(&x) && y >= 20 + by;
        let share = |line: Option<([u8; 3], u32)>| {
            let picture = RgbImage::from_fn(80, 80, |x, y| {
                let inner = if y < 45 { [200, 150, 120] } else { [30, 40, 90] };
                image::Rgb(match line {
                    _ if !square(x, y, 0) => [255; 3],
                    Some((line, width)) if !square(x, y, width) => line,
                    _ => inner,
                })
            });
            let face = Landmarks::new(vec![Point::new(40.0, 40.0); 31]).expect("31 landmarks");
            let parts = Parts::of(&picture, [255; 3], &face).expect("a square");
            line_share(&picture, &parts).expect("an outline")
        };
        for width in 2..=4 {
            assert!(share(Some(([150; 3], width))) > 0.9, "{width}");
        }
        assert!(share(None) < 0.1);
    }

    #[test]
    fn a_scrap_of_wall_beside_the_head_is_seen_where_it_is() {
        let scrap = |x: u32, y: u32| (20..32).contains(&x) && (150..166).contains(&y);
        let bench = Bench::card().with_wall(|x, y| if scrap(x, y) { [225; 3] } else { [255; 3] });
        let outcome = measure(&bench.evidence());
        assert_eq!(outcome.verdict, Verdict::Doubtful, "{outcome:?}");
        assert_eq!(outcome.place, Some([20.0, 150.0, 32.0, 166.0]));
        let speck =
            Bench::card().with_wall(|x, y| if x == 25 && y == 155 { [0; 3] } else { [255; 3] });
        assert_eq!(measure(&speck.evidence()).verdict, Verdict::Pass);
    }

    #[test]
    fn an_untouched_grey_wall_is_no_rim() {
        let wall = Bench::card().with_wall(|_, _| [150, 160, 150]);
        assert_eq!(measure(&wall.evidence()).verdict, Verdict::Pass);
    }
}
