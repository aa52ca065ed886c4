//! `background-even`
//!
//! *What it checks:* that the background is one colour, whichever it is: no gradient, shadow, texture, or object.
//! *Why offices refuse it:* uneven walls keep their patches when they are whitened, and shadows swallow the outline of the hair.
//! *How it is measured:* the distance in CIE Lab that 95 % of the background pixels keep from the background's median colour (ΔE*ab, CIE 15:2004, 8.2.1).
//! *Source:* GA 461-2004, 背景…均匀; the limits are ours.
//! *Known weakness:* fine texture under 5 % of the area is not seen.

use super::judge::{Bad, limited, quantile};
use super::region::{ENOUGH, median_colour};
use super::{Doubt, Evidence, Mend, Outcome, Rule};
use crate::base::color::lab_from_srgb8;

/// The rule.
pub const RULE: Rule =
    Rule { name: "background-even", measure, mend: Some(Mend::Background), doubt: Doubt::Seen };

/// At most this many pixels are looked at: a spread needs no more, and Lab costs a cube root each.
const SAMPLES: usize = 20_000;

fn measure(e: &Evidence<'_>) -> Outcome {
    let Some(background) = e.regions.background(e) else { return e.without_matte() };
    if background.len() < ENOUGH {
        return Outcome::unknown("unknown-no-background");
    }
    let raw = e.frame.as_raw();
    let colours: Vec<[u8; 3]> = background
        .iter()
        .step_by(background.len().div_ceil(SAMPLES))
        .filter_map(|i| raw.get(3 * i..3 * i + 3).map(|p| [p[0], p[1], p[2]]))
        .collect();
    let Some(middle) = median_colour(&colours).map(lab_from_srgb8) else {
        return Outcome::unknown("unknown-no-background");
    };
    let mut away: Vec<f32> = colours
        .iter()
        .map(|c| {
            let [l, a, b] = lab_from_srgb8(*c);
            ((l - middle[0]).powi(2) + (a - middle[1]).powi(2) + (b - middle[2]).powi(2)).sqrt()
        })
        .collect();
    let spread = f64::from(quantile(&mut away, 0.95).unwrap_or(0.0));
    limited(e, "background-even", Bad::Above, spread, "ΔE", 0)
}

#[cfg(test)]
mod tests {
    use super::super::Verdict;
    use super::super::bench::Bench;
    use super::*;

    #[test]
    fn a_plain_blue_wall_is_even_and_a_gradient_is_not() {
        let blue = Bench::card().with_wall(|_, _| [90, 140, 210]);
        assert_eq!(measure(&blue.evidence()).verdict, Verdict::Pass);
        let gradient = Bench::card().with_wall(|x, _| [(80 + x / 3) as u8; 3]);
        assert_eq!(measure(&gradient.evidence()).verdict, Verdict::Fail);
    }
}
