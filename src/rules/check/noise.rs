//! `noise`
//!
//! *What it checks:* that the skin does not drown in the camera's noise.
//! *Why offices refuse it:* grain from a dark room or a scan of a print is taken for spots.
//! *How it is measured:* the noise's standard deviation over both cheeks and the forehead, in 8-bit luma, by the Laplacian difference of Immerkær, "Fast Noise Variance
//! Estimation" (1996, equation 3), with the median in place of the mean so that a mole or a strand of hair does not count. *Grain:* the same at half size, where a JPEG keeps its colours, in luma and in colour (R − Y or B − Y,
//! whichever has more), as the geometric mean of the two: pores are lighter and darker than the skin and have its colour, a sensor's noise is in the colours, too.
//! Where the wall is grainy as well, which pores never make it, less of it is noise.
//! *Source:* GA 461-2004, 无斑点; ISO/IEC 29794-5; the limits are ours.
//! *Known weakness:* pores and stubble in a very sharp picture read as up to 2 levels; a JPEG below quality 60 has lost its noise.

use super::judge::{Bad, limited, quantile};
use super::region::{ENOUGH, FaceView};
use super::{Doubt, Evidence, Outcome, Rule, Verdict};
use crate::base::color::luma_601;

/// The rule. Its doubts are advice: seen only where the rule fails.
pub const RULE: Rule = Rule { name: "noise", measure, mend: None, doubt: Doubt::Advice };

/// The deviation from which a wall is grainy, in levels: of one that was whitened it is 0.
const GRAINY: f64 = 0.2;

fn measure(e: &Evidence<'_>) -> Outcome {
    let Some(face) = e.regions.face(e) else { return e.without_head() };
    let skin = face.skin();
    if skin.len() < 4 * ENOUGH {
        return Outcome::unknown("unknown-face-too-small");
    }
    let w = face.luma.width();
    let places = |k: usize| {
        let of = move |i: &usize| (i % w, i / w);
        skin.iter()
            .map(of)
            .filter(move |(x, y)| x % k == 0 && y % k == 0)
            .map(move |(x, y)| ((x / k) as i64, (y / k) as i64))
    };
    let sigma = deviation(places(1), |x, y| face.luma.at(x, y));
    let outcome = limited(e, "noise", Bad::Above, sigma, "/ 255", 1);
    if outcome.verdict > Verdict::Pass {
        return outcome;
    }
    let grain = grain(face, || places(2));
    let both = limited(e, "noise-grain-all", Bad::Above, grain, "/ 255", 2);
    if both.verdict > Verdict::Pass && wall(e).is_some_and(|wall| wall >= GRAINY) {
        return both;
    }
    let grain = limited(e, "noise-grain", Bad::Above, grain, "/ 255", 1);
    if grain.verdict > Verdict::Pass { grain } else { outcome }
}

/// The noise of the wall, in levels; `None` where too little of it is seen.
fn wall(e: &Evidence<'_>) -> Option<f64> {
    let background = e.regions.background(e)?;
    let (w, h) = e.frame.dimensions();
    let luma = |x: i64, y: i64| {
        let inside = |v: i64, n: u32| v.clamp(0, i64::from(n) - 1) as u32;
        luma_601(e.frame.get_pixel(inside(x, w), inside(y, h)).0)
    };
    let places = background.iter().map(|i| ((i % w as usize) as i64, (i / w as usize) as i64));
    (background.len() >= ENOUGH).then(|| deviation(places, luma))
}

/// The geometric mean of the noise in luma and in colour at half size, in levels.
fn grain<I: Iterator<Item = (i64, i64)>>(face: &FaceView, places: impl Fn() -> I) -> f64 {
    let (w, h) = (i64::from(face.rgb.width()), i64::from(face.rgb.height()));
    let mean = |x: i64, y: i64, of: &dyn Fn(i64, i64) -> f32| {
        let at = |dx: i64, dy: i64| of((2 * x + dx).clamp(0, w - 1), (2 * y + dy).clamp(0, h - 1));
        (at(0, 0) + at(1, 0) + at(0, 1) + at(1, 1)) / 4.0
    };
    let luma = |x: i64, y: i64| face.luma.at(x, y);
    let colour = |channel: usize| {
        move |x: i64, y: i64| {
            f32::from(face.colour((y * w + x) as usize)[channel]) - face.luma.at(x, y)
        }
    };
    let light = deviation(places(), |x, y| mean(x, y, &luma));
    let colours = [0, 2].map(|c| deviation(places(), |x, y| mean(x, y, &colour(c))));
    libm::sqrt(light * colours[0].max(colours[1]))
}

/// The standard deviation of normal noise at `places`, where `value` is what it lies on.
fn deviation(places: impl Iterator<Item = (i64, i64)>, value: impl Fn(i64, i64) -> f32) -> f64 {
    let mut laplacian: Vec<f32> = places
        .map(|(x, y)| {
            let at = |dx: i64, dy: i64| value(x + dx, y + dy);
            let corners = at(-1, -1) + at(1, -1) + at(-1, 1) + at(1, 1);
            let sides = at(0, -1) + at(-1, 0) + at(1, 0) + at(0, 1);
            (corners - 2.0 * sides + 4.0 * at(0, 0)).abs()
        })
        .collect();
    // For normal noise the median of |x| is 0.6745 σ, and the mask has a norm of 6.
    f64::from(quantile(&mut laplacian, 0.5).unwrap_or(0.0)) / (0.6745 * 6.0)
}

#[cfg(test)]
mod tests {
    use super::super::Measured;
    use super::super::bench::{Bench, chance};
    use super::*;

    #[test]
    fn noise_of_known_deviation_is_measured() {
        assert_eq!(measure(&Bench::card().evidence()).verdict, Verdict::Pass);
        // The sum of four has a deviation of 12.
        let noise = chance(7);
        let noisy = Bench::card().with_person(|_, _, p| {
            let n: f64 = (0..4).map(|_| noise()).sum::<f64>() * 12.0 / (4.0f64 / 12.0).sqrt();
            p.map(|v| (f64::from(v) + n).clamp(0.0, 255.0) as u8)
        });
        let outcome = measure(&noisy.evidence());
        assert!(
            matches!(outcome.measured, Some(Measured::Number(s)) if (9.0..15.0).contains(&s)),
            "{outcome:?}"
        );
        assert_ne!(outcome.verdict, Verdict::Pass);
    }

    #[test]
    fn grain_in_the_colours_is_doubted_and_as_much_of_the_skins_own_is_not() {
        let grain = |of_the_skin: bool| {
            let next = chance(11);
            let bench = Bench::card().with_person(|_, _, p| {
                let pore = 18.0 * next();
                p.map(|v| {
                    let own = if of_the_skin { pore } else { 18.0 * next() };
                    (f64::from(v) + own).clamp(0.0, 255.0) as u8
                })
            });
            let outcome = measure(&bench.evidence());
            (outcome.verdict, outcome.required)
        };
        let (verdict, required) = grain(false);
        assert_eq!((verdict, required.as_deref()), (Verdict::Doubtful, Some("≤ 1.2")));
        assert_ne!(grain(true).1.as_deref(), Some("≤ 1.2"));
    }

    #[test]
    fn grain_that_is_on_the_wall_too_is_doubted_sooner() {
        let grainy = |on_the_wall: bool| {
            let (skin, wall) = (chance(11), chance(13));
            let more = |v: u8, grain: f64| (f64::from(v) + 7.5 * grain).clamp(0.0, 255.0) as u8;
            let bench = Bench::card()
                .with_person(|_, _, p| p.map(|v| more(v, skin())))
                .with_wall(|_, _| [255; 3].map(|v| if on_the_wall { more(v, wall()) } else { v }));
            measure(&bench.evidence()).verdict
        };
        assert_eq!([grainy(false), grainy(true)], [Verdict::Pass, Verdict::Doubtful]);
    }
}
