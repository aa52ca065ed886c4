//! `pitch`
//!
//! *What it checks:* that the head is neither raised nor lowered.
//! *Why offices refuse it:* "头部端正": a raised chin or a bent forehead changes every proportion.
//! *How it is measured:* how far the tip of the nose lies below the line through the ear roots, and that line below the eyes, as shares of half the face's width: a bent head brings
//! the first down and the second up. The angle is a plane fitted to the depth of MediaPipe's mesh over 287 portraits (standard error 2.7°), 0 for the middle one.
//! *Source:* ISO/IEC 39794-5 allows 5°; the limits are ours and wide.
//! *Known weakness:* noses and ears sit higher in one face than in another: ±6° is within nature, so only plain cases are `doubtful`, and none fails.

use super::judge::{Bad, limited};
use super::{Evidence, Measured, Outcome, Rule};
use crate::face::{Head, Landmark};
use crate::geometry::Point;

/// The rule.
pub const RULE: Rule = Rule { name: "pitch", measure };

/// Degrees per half face width, and the middle portrait's share, of the nose below the ear roots.
const NOSE: (f64, f64) = (30.8, 0.288);

/// The same of the ear roots below the eyes.
const EARS: (f64, f64) = (-29.7, 0.300);

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
    let below = |p: Point, q: Point| ((p.y - q.y) * along.0 - (p.x - q.x) * along.1) / half;
    NOSE.0 * (below(nose, middle) - NOSE.1) + EARS.0 * (below(middle, head.eyes()) - EARS.1)
}

#[cfg(test)]
mod tests {
    use super::super::Verdict;
    use super::super::bench::Bench;
    use super::*;
    use crate::face::Landmarks;

    #[test]
    fn a_nose_far_below_the_ears_is_a_bent_head() {
        let mut bench = Bench::card();
        assert_eq!(measure(&bench.evidence()).verdict, Verdict::Pass);
        let head = bench.head.as_mut().expect("a card has a head");
        let points = Landmark::ALL
            .iter()
            .map(|l| {
                let p = head.landmarks[*l];
                if *l == Landmark::NoseTip { Point::new(p.x, p.y + 70.0) } else { p }
            })
            .collect();
        head.landmarks = Landmarks::new(points).expect("as many as before");
        assert_eq!(measure(&bench.evidence()).verdict, Verdict::Doubtful);
    }
}
