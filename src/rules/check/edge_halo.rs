//! `edge-halo`
//!
//! *What it checks:* that no rim of an old wall runs around the person.
//! *Why offices refuse it:* it gives the replaced background away, "抠图痕迹".
//! *How it is measured:* along the outline of neck and shoulders, the pixels 2–5 px outside the place where the matte falls below one half: the share of them that lie more than 25 levels beside
//! everything between the background's median colour and what their alpha of the person (its colour 4 px inside) would make of it. So strands, which are meant to be mixed, are no rim.
//! A thin line is told from the picture alone, by its one colour along skin, hair and cloth: the share of the outline of all that is not wall that wears it. An edge that light has eaten is told by how slowly
//! it goes from white to the sitter's colours where it goes fastest, at the quarter of the outline: hair and cloth out of focus fade, too, but not all round.
//! On a white card a critic besides ([`crate::vision::critic`]), a network that has no part in cutting anybody out, marks what is left of a room and what is missing of the sitter; the largest such
//! place counts, of what is left only where it is sure, in per cent of a squared face width; below the lower lip, where few strands lie apart, half as large a one does; and of small ones of which it is sure the third. So does what lies apart from the sitter above their chin, as letters and scraps of a wall do; a strand that seems to is smaller.
//! *Source:* ours.
//! *Known weakness:* a rim of nearly the background's colour is not seen, nor a line lighter than 190 levels or one that changes its colour as it goes round; the critic knows rooms, bites and holes that were drawn, and what this program
//! left of drawn rooms. Below the lip it takes the ends of long hair for a bit in one card of a hundred and forty, and epaulettes of white uniforms, whose cloth is gone, as often.

use super::judge::{Bad, limited};
use super::outline::Outline;
use super::parts::Parts;
use super::region::{ENOUGH, matte, median_colour};
use super::{Doubt, Evidence, Mend, Outcome, Rule};
use crate::vision::critic::Spot;

/// The rule.
pub const RULE: Rule =
    Rule { name: "edge-halo", measure, mend: Some(Mend::Background), doubt: Doubt::Seen };

/// Colour distance, in levels of the worst component, above which a pixel beside the person is not the background.
const OFF: u8 = 25;

/// So far inside the outline the person must be sure, or the place is hair: in pixels, and in alpha.
const INSIDE: i64 = 4;
const SURE: f32 = 0.9;

/// How sure the critic must be, at its surest place, of what is left: loose strands and fringes it takes for bits of a room as large as true ones, but seldom as surely.
const PLAIN: f32 = 0.82;

/// How many bits of a room there are where no one of them is large: an edge in stairs, wall between strands. The smallest of so many counts.
const MANY: usize = 3;

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
    let outline = parts.as_ref().and_then(|parts| Outline::of(e.frame, parts));
    let line = outline.as_ref().map(|outline| {
        limited(e, "edge-line", Bad::Above, 100.0 * outline.line(), "%", 0).told("edge-halo-line")
    });
    let finished = outline.filter(|_| e.critique.is_some());
    let fade = finished.and_then(|outline| outline.fade(wall)).map(|fade| {
        let share = 100.0 * fade / head.face_width().max(1.0);
        limited(e, "edge-fade", Bad::Above, share, "%", 2).told("edge-halo-fade")
    });
    let scraps = parts.filter(|_| e.critique.is_some()).map(|parts| {
        let (area, place) = parts.scraps(head);
        limited(e, "edge-scraps", Bad::Above, 100.0 * area, "%", 2).told("edge-halo-left").at(place)
    });
    let critic = e.critique.into_iter().flat_map(|said| {
        let spot = |spot: Option<&Spot>, limit, key| {
            let (area, place) = spot.map_or((0.0, [0.0; 4]), |s| (s.area, s.place));
            limited(e, limit, Bad::Above, 100.0 * area, "%", 2).told(key).at(place)
        };
        let plain = || said.left.iter().filter(|s| s.sure >= PLAIN);
        let lip = f64::midpoint(head.mouth().y, head.chin().y);
        let mut low = plain().filter(|s| s.middle().y > lip);
        [
            spot(said.lost.first(), "edge-lost", "edge-halo-lost"),
            spot(plain().nth(MANY - 1), "edge-bits", "edge-halo-bits"),
            spot(low.next(), "edge-left-low", "edge-halo-left"),
            spot(plain().next(), "edge-left", "edge-halo-left"),
        ]
    });
    // the worst of them, the rim where they agree
    let all = critic.chain(scraps).chain(line).chain(fade).chain(rim);
    let worse = all.max_by_key(|outcome| outcome.verdict);
    worse.unwrap_or_else(|| Outcome::unknown("unknown-no-outline"))
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
    fn three_small_bits_are_doubted_and_two_or_vague_ones_are_not() {
        use crate::vision::critic::Critique;
        let judged = |count: usize, sure: f32| {
            let bit = Spot { area: 0.002, sure, place: [10.0, 20.0, 14.0, 24.0] };
            let mut bench = Bench::card();
            bench.critique = Some(Critique { left: vec![bit; count], ..Critique::default() });
            measure(&bench.evidence()).verdict
        };
        assert_eq!(judged(2, 0.95), Verdict::Pass);
        assert_eq!(judged(3, 0.95), Verdict::Doubtful);
        assert_eq!(judged(5, 0.6), Verdict::Pass);
    }

    #[test]
    fn a_bit_of_a_room_counts_sooner_by_the_neck_than_in_the_hair() {
        use crate::vision::critic::Critique;
        let judged = |y: f64| {
            let bit = Spot { area: 0.005, sure: 0.9, place: [10.0, y, 25.0, y + 15.0] };
            let mut bench = Bench::card();
            bench.critique = Some(Critique { left: vec![bit], ..Critique::default() });
            measure(&bench.evidence()).verdict
        };
        assert_eq!(judged(60.0), Verdict::Pass);
        assert_eq!(judged(400.0), Verdict::Doubtful);
    }

    #[test]
    fn an_untouched_grey_wall_is_no_rim() {
        let wall = Bench::card().with_wall(|_, _| [150, 160, 150]);
        assert_eq!(measure(&wall.evidence()).verdict, Verdict::Pass);
    }
}
