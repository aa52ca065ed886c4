//! `bust`
//!
//! *What it checks:* that the person reaches the bottom edge, with shoulders.
//! *Why offices refuse it:* "头像不全，头部大无肩部": a bust cut off in mid-air, or tilted so that a wedge of background shows below it, is no portrait.
//! *How it is measured:* on a card of the right size, rows between the edge and a straight line in which the person ends with nothing but background below it ([`super::Regions::cut_off`]), anywhere
//! between the two sides. On any other picture, rows in which the matte shows no person, over the columns within 0.45 face widths of the face's centre, of which nineteen of twenty must do better.
//! *Source:* GA 461-2004, 头像下沿 "just shows the collar-bone or the collar tip"; the limits in pixels are ours.
//! *Known weakness:* a body cut off in a bow, or before a wall that is not of the background's colour, is not seen on a finished card.

use super::judge::{Bad, limited, quantile};
use super::region::{columns, matte};
use super::{Doubt, Evidence, Outcome, Rule, Verdict};
use crate::base::message::Message;

/// The rule.
pub const RULE: Rule = Rule { name: "bust", measure, mend: None, doubt: Doubt::Seen };

/// How far below the chin a photo ends that ends at the neck, in face widths.
const NECK: f64 = 0.5;

fn measure(e: &Evidence<'_>) -> Outcome {
    let Some(head) = e.head else { return e.without_head() };
    let Some(matte) = matte(e) else { return e.without_matte() };
    let gap = if e.spec.accepts(e.upright_size()) {
        e.regions.cut_off(e).unwrap_or(0.0)
    } else {
        let h = matte.height();
        let mut gaps: Vec<f32> = columns(head, 0.45, matte.width())
            .map(|x| (0..h).rev().take_while(|y| matte.row(*y)[x] < 0.5).count() as f32)
            .collect();
        let Some(gap) = quantile(&mut gaps, 0.95) else {
            return Outcome::unknown("unknown-face-outside");
        };
        f64::from(gap)
    };
    let outcome = limited(e, "bust", Bad::Above, gap, "px", 0);
    let below_chin = f64::from(e.frame.height()) - gap - head.chin().y;
    if outcome.verdict == Verdict::Fail && below_chin < NECK * head.face_width() {
        return outcome.message(Message::new("bust-neck"));
    }
    outcome
}

#[cfg(test)]
mod tests {
    use super::super::Verdict;
    use super::super::bench::Bench;
    use super::*;

    #[test]
    fn a_bust_that_ends_above_the_edge_fails() {
        assert_eq!(measure(&Bench::card().evidence()).verdict, Verdict::Pass);
        let mut floating = Bench::card();
        floating.erase_person(0..358, 431..441);
        assert_eq!(measure(&floating.evidence()).verdict, Verdict::Fail);
    }

    #[test]
    fn a_white_shirt_between_lapels_that_reach_the_edge_is_no_gap() {
        let mut shirt = Bench::card();
        shirt.erase_person(150..215, 434..441);
        assert_eq!(measure(&shirt.evidence()).verdict, Verdict::Pass);
        shirt.erase_person(0..150, 434..441);
        assert_eq!(measure(&shirt.evidence()).verdict, Verdict::Fail);
    }

    #[test]
    fn a_wedge_under_one_shoulder_is_seen() {
        let mut tilted = Bench::card();
        for x in 0..358 {
            let rows = x / 20;
            tilted.erase_person(x..x + 1, 441 - rows..441);
        }
        assert_ne!(measure(&tilted.evidence()).verdict, Verdict::Pass);
    }
}
