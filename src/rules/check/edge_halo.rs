//! `edge-halo`
//!
//! *What it checks:* that no rim of an old wall runs around the person.
//! *Why offices refuse it:* it gives the replaced background away, "抠图痕迹".
//! *How it is measured:* along the outline of neck and shoulders, the pixels 2–5 px outside the place where the matte falls below one half: the share of them that lie more than 25 levels beside
//! everything between the background's median colour and what their alpha of the person (its colour 4 px inside) would make of it. So strands, which are meant to be mixed, are no rim.
//! A thin line that the matte takes for the person is told by its one colour along skin, hair and cloth: the share of the whole outline that wears it.
//! On a white card a critic besides ([`crate::vision::critic`]), a network that has no part in cutting anybody out, marks what is left of a room and what is missing of the sitter; the largest such
//! place counts, in per cent of a squared face width.
//! *Source:* ours.
//! *Known weakness:* a rim of nearly the background's colour is not seen, nor one that changes its colour as it goes round; the critic knows rooms, bites and holes that were drawn, and what this program
//! left of drawn rooms.

use super::judge::{Bad, limited};
use super::region::{ENOUGH, matte, median_colour};
use super::{Doubt, Evidence, Mend, Outcome, Rule};
use crate::base::raster::Plane;
use crate::vision::critic::Spot;

/// The rule.
pub const RULE: Rule =
    Rule { name: "edge-halo", measure, mend: Some(Mend::Background), doubt: Doubt::Seen };

/// Colour distance, in levels of the worst component, above which a pixel beside the person is not the background.
const OFF: u8 = 25;

/// Where a line lies, and where the person behind it, in pixels inside the outline.
const LINE: [i64; 2] = [1, 2];
const DEEP: [i64; 2] = [6, 8];

/// How unlike what lies behind it a line is, and how alike one of its places is the other, in levels of the worst component.
const APART: u8 = 30;
const ALIKE: u8 = 20;

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
    let line = line_share(matte, wall, &colour).map(|share| {
        limited(e, "edge-line", Bad::Above, 100.0 * share, "%", 0).told("edge-halo-line")
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
    let all = critic.chain(line).chain(rim);
    let worse = all.max_by_key(|outcome| outcome.verdict);
    worse.unwrap_or_else(|| Outcome::unknown("unknown-no-outline"))
}

/// How much of the whole outline, hair included, wears a line of one colour, 0 to 1: the two pixels inside the outline differ from what lies 6–8 px inside and from the wall, and all alike. Skin,
/// hair and cloth have edges of their own colours. `None` where too little outline is seen.
fn line_share(
    matte: &Plane,
    wall: [u8; 3],
    colour: &impl Fn(usize) -> Option<[u8; 3]>,
) -> Option<f64> {
    let (w, h) = (matte.width() as i64, matte.height() as i64);
    let inside =
        |x: i64, y: i64| (0..w).contains(&x) && (0..h).contains(&y) && matte.at(x, y) >= 0.5;
    let mean = |x: i64, y: i64, (dx, dy): (i64, i64), at: [i64; 2]| {
        let sum = at.iter().try_fold([0u16; 3], |sum, k| {
            let p = colour(((y + k * dy) * w + x + k * dx) as usize)?;
            Some([0, 1, 2].map(|c| sum[c] + u16::from(p[c])))
        });
        sum.map(|sum| sum.map(|v| (v / at.len() as u16) as u8))
    };
    let unlike = |a: [u8; 3], b: [u8; 3], by: u8| a.iter().zip(b).any(|(a, b)| a.abs_diff(b) > by);
    let (mut outline, mut lines) = (0usize, Vec::new());
    for y in 0..h {
        for x in 0..w {
            if inside(x, y) {
                continue;
            }
            for way in [(1, 0), (-1, 0), (0, 1)] {
                if !(1..=DEEP[1]).all(|k| inside(x + k * way.0, y + k * way.1)) {
                    continue;
                }
                outline += 1;
                let (Some(edge), Some(deep)) = (mean(x, y, way, LINE), mean(x, y, way, DEEP))
                else {
                    continue;
                };
                if unlike(edge, deep, APART) && unlike(edge, wall, OFF) {
                    lines.push(edge);
                }
            }
        }
    }
    if outline < ENOUGH {
        return None;
    }
    let Some(one) = median_colour(&lines) else { return Some(0.0) };
    let alike = lines.iter().filter(|edge| !unlike(**edge, one, ALIKE)).count();
    Some(alike as f64 / outline as f64)
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

    #[test]
    fn a_grey_rim_around_the_person_is_seen() {
        assert_eq!(measure(&Bench::card().evidence()).verdict, Verdict::Pass);
        let rim = Bench::card().with_ring(5, [150, 160, 150]);
        assert_ne!(measure(&rim.evidence()).verdict, Verdict::Pass);
    }

    #[test]
    fn a_line_of_one_colour_that_counts_as_the_person_is_seen() {
        let size = crate::base::geometry::Size::new(80, 80);
        let mut matte = Plane::filled(size, 0.0);
        let square = |i: usize| (20..60).contains(&(i % 80)) && (20..80).contains(&(i / 80));
        for (i, a) in matte.data_mut().iter_mut().enumerate() {
            *a = f32::from(u8::from(square(i)));
        }
        let edge = |i: usize| !((22..58).contains(&(i % 80)) && i / 80 >= 22);
        let inner = |i: usize| if i / 80 < 45 { [200, 150, 120] } else { [30, 40, 90] };
        let share = |line: Option<[u8; 3]>| {
            let colour = |i: usize| {
                Some(match line {
                    _ if !square(i) => [255; 3],
                    Some(line) if edge(i) => line,
                    _ => inner(i),
                })
            };
            line_share(&matte, [255; 3], &colour).expect("an outline")
        };
        assert!(share(Some([150; 3])) > 0.9);
        assert!(share(None) < 0.1);
    }

    #[test]
    fn an_untouched_grey_wall_is_no_rim() {
        let wall = Bench::card().with_wall(|_, _| [150, 160, 150]);
        assert_eq!(measure(&wall.evidence()).verdict, Verdict::Pass);
    }
}
