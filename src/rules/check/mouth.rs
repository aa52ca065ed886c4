//! `mouth`
//!
//! *What it checks:* that the mouth is closed.
//! *Why offices refuse it:* "表情自然，嘴自然闭合": an open mouth or a laugh changes the face.
//! *How it is measured:* the gap between the lips' inner edges over the width of the mouth; where less than three tenths of a narrow one show anything else than lips, teeth or the dark behind
//! them, the edges were put amiss, and the gap counts by that share.
//! *Source:* ISO/IEC 29794-5, 7.4.5 (mouth closed); the limits are ours.
//! *Known weakness:* a smile with closed lips passes.

use super::axis::gap_over_width;
use super::judge::{Bad, limited};
use super::region::{FaceView, median_colour, unlike};
use super::{Doubt, Evidence, Outcome, Rule};
use crate::base::color::lab_from_srgb8;
use crate::base::geometry::Point;
use crate::vision::face::Landmark as L;

/// The rule. Its doubts are advice: a natural smile passes most counters.
pub const RULE: Rule = Rule { name: "mouth", measure, mend: None, doubt: Doubt::Advice };

fn measure(e: &Evidence<'_>) -> Outcome {
    let Some(head) = e.head else { return e.without_head() };
    let lips = [L::LipUpperInner, L::LipLowerInner];
    let gap = gap_over_width(head, lips, [L::MouthLeft, L::MouthRight]);
    let shown = || e.regions.face(e).and_then(shown).filter(|shown| *shown < SHOWN);
    let gap = if gap < WIDE { gap * shown().unwrap_or(1.0) } else { gap };
    limited(e, "mouth", Bad::Above, gap, "", 2)
}

/// A gap over the mouth's width from which on a tongue may fill it, as pink as lips.
const WIDE: f64 = 0.15;
/// The share of a narrower one that must show something else than lips, or the lips' edges were put amiss.
const SHOWN: f64 = 0.3;
/// How far to both sides of the middle the gap is looked at, as a share of the mouth's width.
const ASIDE: f64 = 0.12;
/// Where lips are looked at, beyond their inner edges, in face widths.
const LIPS: (f64, f64) = (0.012, 0.03);
/// How unlike both lips teeth and the dark behind them are, in CIE Lab.
const UNLIKE: f32 = 11.0;

/// How much of the gap between the lips' inner edges looks like neither lip, 0 to 1; `None` where there is no gap to look at.
fn shown(face: &FaceView) -> Option<f64> {
    let (upper, lower) = (face.at(L::LipUpperInner), face.at(L::LipLowerInner));
    let gap = upper.distance(lower);
    let half = (ASIDE * face.at(L::MouthLeft).distance(face.at(L::MouthRight))) as i64;
    let colours = |from: Point, rows: (f64, f64)| -> Vec<[u8; 3]> {
        let rows = rows.0.round() as i64..=rows.1.round() as i64;
        rows.flat_map(|row| (-half..=half).map(move |aside| (aside as f64, row as f64)))
            .filter_map(|(right, down)| face.colour_from(from, right, down))
            .collect()
    };
    let (near, far) = (LIPS.0 * face.width, LIPS.1 * face.width);
    let lips = [colours(upper, (-far, -near)), colours(lower, (near, far))];
    let lips = [median_colour(&lips[0])?, median_colour(&lips[1])?].map(lab_from_srgb8);
    let between = colours(upper, (1.0, gap - 1.0));
    let no_lip = |p: [u8; 3]| {
        let lab = lab_from_srgb8(p);
        lips.iter().all(|lip| unlike(lab, *lip, UNLIKE))
    };
    let count = between.iter().filter(|p| no_lip(**p)).count();
    (!between.is_empty()).then(|| count as f64 / between.len() as f64)
}

#[cfg(test)]
mod tests {
    use super::super::Verdict;
    use super::super::bench::Bench;
    use super::*;

    #[test]
    fn an_open_mouth_is_seen_and_lips_that_were_found_amiss_are_not() {
        let closed = Bench::card();
        assert_eq!(measure(&closed.evidence()).verdict, Verdict::Pass);
        let judged = |mut bench: Bench| {
            bench.move_landmarks(|l, p| {
                if l == L::LipLowerInner { Point::new(p.x, p.y + 7.0) } else { p }
            });
            measure(&bench.evidence()).verdict
        };
        let between = |colour: [u8; 3]| {
            Bench::card().with_person(move |x, y, p| {
                let (x, y) = (f64::from(x) - 179.0, f64::from(y) - 275.0);
                let (gap, lips) = ((x / 28.0).hypot(y / 5.0), (x / 36.0).hypot(y / 16.0));
                if gap < 1.0 {
                    colour
                } else if lips < 1.0 {
                    [176, 96, 92]
                } else {
                    p
                }
            })
        };
        for inside in [[40, 20, 20], [235, 230, 220]] {
            assert_ne!(judged(between(inside)), Verdict::Pass, "{inside:?}");
        }
        assert_eq!(judged(between([170, 92, 90])), Verdict::Pass, "lips where the gap should be");
    }
}
