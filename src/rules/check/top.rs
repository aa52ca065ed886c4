//! `top`
//!
//! *What it checks:* that what is worn stands out from the background.
//! *Why offices refuse it:* "不着浅色上衣": a white top on white loses the shoulders; offices ask for a dark one.
//! *How it is measured:* before a white or pale background, how near the garment (the person below the chin, without what has the colour of the cheeks) comes to it: 100 less the distance ΔE*ab in percent of the
//! background's L*, so that a pale blue shirt stands out where a white one does not; the larger of the middle of all of it and the middle of its rim, which must be told from the wall.
//! *Source:* GA 461-2004, 不着制式服装或白色上衣, 深色为宜; the limits are ours.
//! *Known weakness:* a top of the colour of skin counts as skin; a white collar under a dark jacket is rightly ignored.

use super::judge::{Bad, limited, quantile};
use super::region::ENOUGH;
use super::{Doubt, Evidence, Outcome, Rule, Verdict};
use crate::base::color::lab_from_srgb8;
use crate::base::message::Message;

/// The rule.
pub const RULE: Rule = Rule { name: "top", measure, mend: None, doubt: Doubt::Seen };

/// L* from which a background counts as white or nearly so: light grey and the palest blue that offices name.
const PALE: f32 = 70.0;

/// Rows missing at the bottom from which nothing is said of what would be worn there.
const NO_GARMENT_ROWS: f64 = 12.0;

fn measure(e: &Evidence<'_>) -> Outcome {
    if e.head.is_none() {
        return e.without_head();
    }
    let Some(garment) = e.regions.garment(e) else { return e.without_matte() };
    // below a line that cuts the body off there is no garment, whatever the matte sees there
    if e.regions.cut_off(e).is_some_and(|rows| rows > NO_GARMENT_ROWS) {
        return Outcome::unknown("unknown-no-garment");
    }
    let enough = (e.frame.width() as usize * e.frame.height() as usize / 200).max(ENOUGH);
    if garment.all.len() < enough {
        return Outcome::unknown("unknown-no-garment");
    }
    // A rim of a few pixels is a collar or a lock of hair, not the garment's outline.
    let has_rim = garment.rim.len() >= ENOUGH.max(garment.all.len() / 20);
    let middle = |measure: &dyn Fn(&[f32; 3]) -> f32| {
        let of = |pixels: &[[f32; 3]]| {
            quantile(&mut pixels.iter().map(measure).collect::<Vec<_>>(), 0.5).unwrap_or(0.0)
        };
        (of(&garment.all), if has_rim { of(&garment.rim) } else { 0.0 })
    };
    let background = lab_from_srgb8(e.spec.background.colour);
    let wall = background[0];
    if wall >= PALE {
        let (all, rim) = middle(&|lab| nearness(*lab, background));
        let share = 100.0 * f64::from(all.max(rim)) / f64::from(wall.max(1.0));
        return limited(e, "top", Bad::Above, share, "%", 0);
    }
    let (all, rim) = middle(&|lab| lab[0]);
    // Before blue or red a white top stands out; one as light as the wall may differ in colour, so that this is a doubt and no more.
    let like = |l: f32| 100.0 * f64::from(l.min(wall) / l.max(wall).max(1.0));
    let outcome = limited(e, "top", Bad::Above, like(all).min(like(rim.max(all))), "%", 0);
    match outcome.verdict {
        Verdict::Doubtful | Verdict::Fail => {
            Outcome { verdict: Verdict::Doubtful, ..outcome }.message(Message::new("top-colour"))
        }
        Verdict::Pass | Verdict::Unknown => outcome,
    }
}

/// How near a colour comes to a wall's, both in CIE Lab: the wall's L* less their distance ΔE*ab, at least 0. Of a grey it is its L*, of a colour as light it is less.
fn nearness(lab: [f32; 3], wall: [f32; 3]) -> f32 {
    let apart =
        ((lab[0] - wall[0]).powi(2) + (lab[1] - wall[1]).powi(2) + (lab[2] - wall[2]).powi(2))
            .sqrt();
    (wall[0] - apart).max(0.0)
}

#[cfg(test)]
mod tests {
    use super::super::Verdict;
    use super::super::bench::Bench;
    use super::*;

    #[test]
    fn a_dark_top_passes_and_a_white_one_fails() {
        assert_eq!(measure(&Bench::card().evidence()).verdict, Verdict::Pass);
        let white = Bench::card()
            .with_person(|_, y, p| if y > 345 && p[2] > p[0] { [240, 240, 238] } else { p });
        let outcome = measure(&white.evidence());
        assert_eq!(outcome.verdict, Verdict::Fail);
    }

    #[test]
    fn before_blue_a_white_top_stands_out_and_one_as_light_as_the_wall_is_a_doubt() {
        let on_blue = |top: [u8; 3]| {
            let mut bench = Bench::card()
                .with_person(move |_, y, p| if y > 345 && p[2] > p[0] { top } else { p });
            bench.spec.background.colour = [67, 142, 219];
            measure(&bench.evidence()).verdict
        };
        assert_eq!(on_blue([240, 240, 238]), Verdict::Pass);
        assert_eq!(on_blue([138, 138, 140]), Verdict::Doubtful);
        assert_eq!(on_blue([20, 20, 30]), Verdict::Pass);
    }
}
