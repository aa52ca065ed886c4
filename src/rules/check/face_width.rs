//! `face-width`
//!
//! *What it checks:* the width of the face between the ear roots, ears excluded; and that it is not a picture pulled wider.
//! *Why offices refuse it:* the card's printer crops to it; too small or too large a head is the commonest geometric refusal. A 25×35 mm photo pulled
//! to the card's shape is 14 % wider than the person: "照片变形".
//! *How it is measured:* the distance between the two ear-root landmarks, in frame pixels. *Pulled:* the stretch network ([`crate::vision::face::closeup`]) sees the face and tells by what factor its
//! picture was pulled sideways; the landmarks' network, which never saw a stretched face, finds half of a stretch.
//! *Source:* the spec's `[head.face-width]`; GA 461-2004 gives 207 ± 14 px; what is pulled, ISO/IEC 39794-5 (no distortion); the limits are ours.
//! *Known weakness:* hair over both ears leaves the roots to the network's guess, about 2 % of the width. People differ: 139 faces held out
//! measure 2.7 to 4.4 % (one standard deviation, by set) around what they were pulled by, however long the network learns, so a picture pulled by 6 % is seldom seen, one by 14 % in four photos of
//! five sideways and in a third upwards, where narrow faces are nearer to the limit.
//! Children's faces are wide for their height, up to 115 % as they are: where a face has a child's proportions, nothing is said of a stretch sideways.

use super::judge::{Bad, banded, limited};
use super::{Doubt, Evidence, Mend, Outcome, Rule, Verdict};
use crate::base::message::Message;
use crate::rules::spec::Along;
use crate::vision::face::{Head, Landmark as L};

/// The rule. Its doubts are advice: the range is a machine's, and the eye does not measure a pixel or two.
pub const RULE: Rule =
    Rule { name: "face-width", measure, mend: Some(Mend::Placement), doubt: Doubt::Advice };

/// What tells a child's face, as mean and spread over 118 adults: how narrow the jaw below the ears is for the face, how high the forehead and how low the mouth for the height from the eyes to the chin. Each compares
/// widths with widths or heights with heights, so a picture pulled either way has the same.
const ADULT: [(f64, f64); 3] = [(0.806, 0.021), (0.449, 0.025), (0.579, 0.039)];

/// From how many spreads in all a face counts as a child's. The five children measured have 5.3 to 8.4, those 118 adults 3.9 at most; pulled wider by 14 %, 4.8.
const CHILD: f64 = 3.5;

fn measure(e: &Evidence<'_>) -> Outcome {
    let band = e.spec.head.face_width.as_ref();
    let Some(head) = e.head else {
        return band.map_or_else(|| Outcome::unknown("unknown-not-required"), |_| e.without_head());
    };
    let width = band.map_or_else(
        || Outcome::unknown("unknown-not-required"),
        |band| banded(e, band, Along::Width, head.face_width()),
    );
    if width.verdict >= Verdict::Doubtful {
        return width;
    }
    let Some(seen) = e.closeup else { return width };
    let share = 100.0 * seen.pulled;
    let wide = limited(e, "face-width-pulled", Bad::Above, share, "%", 0);
    if wide.verdict >= Verdict::Doubtful && childlike(head) <= CHILD {
        return wide
            .told("face-width-pulled")
            .hint(Message::new("face-width-pulled-hint"))
            .retake();
    }
    let tall = limited(e, "face-width-squeezed", Bad::Below, share, "%", 0);
    if tall.verdict >= Verdict::Doubtful {
        return tall
            .told("face-width-squeezed")
            .hint(Message::new("face-width-squeezed-hint"))
            .retake();
    }
    width
}

/// How much more like a child's than like an adult's the face is shaped, in the spreads of [`ADULT`] added up.
fn childlike(head: &Head) -> f64 {
    let at = |l| head.landmarks[l];
    let eyes = head.eyes();
    let below = eyes.distance(head.chin()).max(1e-6);
    let jaw = at(L::LeftJawUpper).distance(at(L::RightJawUpper)) / head.face_width().max(1e-6);
    let narrow = (ADULT[0].0 - jaw) / ADULT[0].1;
    let high = (eyes.distance(at(L::Forehead)) / below - ADULT[1].0) / ADULT[1].1;
    let low = (eyes.distance(head.mouth()) / below - ADULT[2].0) / ADULT[2].1;
    narrow + high + low
}

#[cfg(test)]
mod tests {
    use super::super::Finding;
    use super::super::bench::Bench;
    use super::*;
    use crate::base::geometry::Point;
    use crate::vision::face::closeup::Closeup;

    #[test]
    fn a_face_of_207_px_passes_and_one_of_170_fails() {
        assert_eq!(measure(&Bench::card().evidence()).verdict, Verdict::Pass);
        let outcome = measure(&Bench::card().scaled(170.0 / 200.0).evidence());
        assert_eq!(outcome.verdict, Verdict::Fail);
        assert_eq!(outcome.required.as_deref(), Some("179–255"));
    }

    /// The bench with the middle adult's proportions; its own drawing is short below the eyes.
    fn adult() -> Bench {
        let mut bench = Bench::card();
        bench.move_landmarks(|l, p| {
            let (x, y) = match l {
                L::Forehead => (179.0, 127.0),
                L::Chin => (179.0, 366.0),
                L::MouthLeft => (139.0, 296.5),
                L::MouthRight => (219.0, 296.5),
                L::LeftJawUpper => (98.4, 280.0),
                L::RightJawUpper => (259.6, 280.0),
                _ => (p.x, p.y),
            };
            Point::new(x, y)
        });
        bench
    }

    /// What the rule says of a drawn card whose picture looks pulled sideways by `factor`.
    fn said(bench: &mut Bench, factor: f64) -> Outcome {
        bench.closeup = Some(Closeup { pulled: factor, ..Closeup::ORDINARY });
        measure(&bench.evidence())
    }

    #[test]
    fn a_picture_pulled_either_way_is_doubtful_and_no_crop_mends_it() {
        let mut bench = adult();
        for (factor, told) in
            [(1.0, None), (1.2, Some("face-width-pulled")), (0.82, Some("face-width-squeezed"))]
        {
            let outcome = said(&mut bench, factor);
            assert_eq!(outcome.verdict >= Verdict::Doubtful, told.is_some(), "{factor}");
            if told.is_some() {
                let found = Finding::of(&RULE, &bench.evidence()).outcome;
                assert_eq!(found.message, told.map(Message::new));
                assert!(!found.fixable);
            }
        }
    }

    #[test]
    fn a_child_is_not_called_pulled_wider() {
        let mut bench = adult();
        assert_eq!(said(&mut bench, 1.2).verdict, Verdict::Doubtful);
        let eyes = bench.head.as_ref().map_or(0.0, |h| h.eyes().y);
        // a narrow jaw, a high forehead, and what lies between mouth and chin is short
        bench.move_landmarks(|l, p| match l {
            L::Forehead => Point::new(p.x, eyes + 1.25 * (p.y - eyes)),
            L::LeftJawUpper | L::RightJawUpper => Point::new(179.0 + 0.9 * (p.x - 179.0), p.y),
            L::MouthLeft | L::MouthRight => Point::new(p.x, eyes + 1.1 * (p.y - eyes)),
            _ => p,
        });
        let head = bench.head.as_ref().expect("a card has a head");
        let before = childlike(head);
        assert!(before > CHILD, "{before}");
        assert_eq!(said(&mut bench, 1.2).verdict, Verdict::Pass);
        assert_eq!(said(&mut bench, 0.82).verdict, Verdict::Doubtful, "no child is so narrow");
        // the same face pulled either way is a child's still
        bench.move_landmarks(|_, p| Point::new(p.x, 1.2 * p.y));
        let after = childlike(bench.head.as_ref().expect("a card has a head"));
        assert!((after - before).abs() < 1e-9, "{before} {after}");
    }
}
