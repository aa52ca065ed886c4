//! `noise`
//!
//! *What it checks:* that the skin does not drown in the camera's noise.
//! *Why offices refuse it:* grain from a dark room or a scan of a print is taken for spots.
//! *How it is measured:* the noise's standard deviation over both cheeks and the forehead, in 8-bit luma, by the Laplacian difference of Immerkær, "Fast Noise Variance
//! Estimation" (1996, equation 3), with the median in place of the mean so that a mole or a strand of hair does not count.
//! *Source:* GA 461-2004, 无斑点; ISO/IEC 29794-5; the limits are ours.
//! *Known weakness:* pores and stubble in a very sharp picture read as up to 2 levels; a JPEG below quality 60 has lost its noise.

use super::judge::{Bad, limited, quantile};
use super::region::ENOUGH;
use super::{Doubt, Evidence, Outcome, Rule};

/// The rule. Its doubts are advice: seen only where the rule fails.
pub const RULE: Rule = Rule { name: "noise", measure, mend: None, doubt: Doubt::Advice };

fn measure(e: &Evidence<'_>) -> Outcome {
    let Some(face) = e.regions.face(e) else { return e.without_head() };
    let skin = face.skin();
    if skin.len() < 4 * ENOUGH {
        return Outcome::unknown("unknown-face-too-small");
    }
    let w = face.luma.width();
    let mut laplacian: Vec<f32> = skin
        .iter()
        .map(|i| {
            let (x, y) = ((i % w) as i64, (i / w) as i64);
            let at = |dx: i64, dy: i64| face.luma.at(x + dx, y + dy);
            let corners = at(-1, -1) + at(1, -1) + at(-1, 1) + at(1, 1);
            let sides = at(0, -1) + at(-1, 0) + at(1, 0) + at(0, 1);
            (corners - 2.0 * sides + 4.0 * at(0, 0)).abs()
        })
        .collect();
    // For normal noise the median of |x| is 0.6745 σ, and the mask has a norm of 6.
    let sigma = f64::from(quantile(&mut laplacian, 0.5).unwrap_or(0.0)) / (0.6745 * 6.0);
    limited(e, "noise", Bad::Above, sigma, "/ 255", 1)
}

#[cfg(test)]
mod tests {
    use super::super::bench::Bench;
    use super::super::{Measured, Verdict};
    use super::*;

    #[test]
    fn noise_of_known_deviation_is_measured() {
        assert_eq!(measure(&Bench::card().evidence()).verdict, Verdict::Pass);
        // A small linear congruential generator; the sum of four has a deviation of 12.
        let mut state = 7u32;
        let noise = std::cell::RefCell::new(move || {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            (state >> 16) as f64 / 65_536.0 - 0.5
        });
        let noisy = Bench::card().with_person(|_, _, p| {
            let n: f64 =
                (0..4).map(|_| noise.borrow_mut()()).sum::<f64>() * 12.0 / (4.0f64 / 12.0).sqrt();
            p.map(|v| (f64::from(v) + n).clamp(0.0, 255.0) as u8)
        });
        let outcome = measure(&noisy.evidence());
        assert!(
            matches!(outcome.measured, Some(Measured::Number(s)) if (9.0..15.0).contains(&s)),
            "{outcome:?}"
        );
        assert_ne!(outcome.verdict, Verdict::Pass);
    }
}
