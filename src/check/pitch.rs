//! `pitch`
//!
//! *What it checks:* that the head is neither raised nor lowered.
//! *Why offices refuse it:* "头部端正": a raised chin or a bent forehead changes every proportion.
//! *How it is measured:* how far the tip of the nose lies below the line through the ear roots, across that line, as a share of half the face's width; raised heads
//! bring it up, lowered ones down. Compared with the middle of 574 portraits, and turned into an angle by the nose's 0.6 half widths of depth.
//! *Source:* ISO/IEC 39794-5 allows 5°; the limits are ours and wide.
//! *Known weakness:* noses and ears sit higher in one face than in another: ±6° is within nature, so only plain cases are `doubtful`, and none fails.

use super::judge::{Bad, limited};
use super::{Evidence, Measured, Outcome, Rule};
use crate::face::{Head, Landmark};

/// The rule.
pub const RULE: Rule = Rule { name: "pitch", measure };

/// How far the nose stands before the line of the ear roots, in half face widths.
const NOSE_DEPTH: f64 = 0.6;

/// How far the nose's tip lies below that line in a level head, in half face widths.
const LEVEL: f64 = 0.2;

fn measure(e: &Evidence<'_>) -> Outcome {
    let Some(head) = e.head else { return e.without_head() };
    let pitch = degrees(head);
    let outcome = limited(e, "pitch", Bad::Above, pitch.abs(), "°", 0);
    Outcome { measured: Some(Measured::Number(pitch)), ..outcome }
}

/// The nod downwards, in degrees.
fn degrees(head: &Head) -> f64 {
    let at = |l| head.landmarks[l];
    let (l, r, nose) =
        (at(Landmark::LeftEarRoot), at(Landmark::RightEarRoot), at(Landmark::NoseTip));
    let half = head.face_width() / 2.0;
    if half <= 0.0 {
        return 0.0;
    }
    let (middle, along) = (l.midpoint(r), ((r.x - l.x) / (2.0 * half), (r.y - l.y) / (2.0 * half)));
    let below = ((nose.y - middle.y) * along.0 - (nose.x - middle.x) * along.1) / half;
    ((below - LEVEL) / NOSE_DEPTH).atan().to_degrees()
}

#[cfg(test)]
mod tests {
    use super::super::Verdict;
    use super::super::bench::Bench;
    use super::*;
    use crate::face::Landmarks;
    use crate::geometry::Point;

    #[test]
    fn a_nose_far_below_the_ears_is_a_bent_head() {
        let mut bench = Bench::card();
        assert_eq!(measure(&bench.evidence()).verdict, Verdict::Pass);
        let head = bench.head.as_mut().expect("a card has a head");
        let points = Landmark::ALL
            .iter()
            .map(|l| {
                let p = head.landmarks[*l];
                if *l == Landmark::NoseTip { Point::new(p.x, p.y + 45.0) } else { p }
            })
            .collect();
        head.landmarks = Landmarks::new(points).expect("as many as before");
        assert_eq!(measure(&bench.evidence()).verdict, Verdict::Doubtful);
    }
}
