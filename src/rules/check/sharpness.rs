//! `sharpness`
//!
//! *What it checks:* that the face is in focus, not moved, and not enlarged.
//! *Why offices refuse it:* "图像清晰": a soft face is not recognised.
//! *How it is measured:* of the luma over the face, the energy finer than σ = 1 px as a share of that between σ = 1 and σ = 4 px, as decibels, at a face of 133–300 px.
//! Both bands see the same contrast, so neither light nor the tone of the skin counts, as they do in the Laplacian measures that ISO/IEC 29794-5 (7.3.6)
//! lists. Where that passes, three things that it does not see: *moved:* over half circle of eight directions the energy of second differences 2 px apart as a share of those 6 px apart, in the direction that has least, in decibels: a
//! camera that moves blurs along its way alone. *Rims:* the energy between σ = 0.7 and 1.4 px over that between 2.8 and 5.6, in decibels: sharpening lifts the one and leaves the other, on soft pictures, too. *Steps:* by how much
//! the differences between neighbouring columns (or rows, whichever jump less) jump from one column to the next, the middle of all, in per cent: pixels that were repeated have none inside and all between.
//! *Wax*, on a finished card alone: how likely its skin was smoothed, as the skin network ([`crate::vision::face::closeup`]) sees it.
//! *Source:* GA 461-2004, 神态自然、图像清晰; the limits are ours.
//! *Known weakness:* skin that was smoothed a little passes. Noise and hard JPEG blocks are fine detail to it; a smooth young face measures about 2 dB less than an old one.

use super::filter::{blurred, energy};
use super::judge::{Bad, limited, quantile};
use super::region::ENOUGH;
use super::{Doubt, Evidence, Outcome, Rule, Verdict};
use crate::base::raster::Plane;

/// The rule. Its doubts are advice, since a clerk sees softness only where the rule fails; but a retouched face is sent back.
pub const RULE: Rule =
    Rule { name: "sharpness", measure, mend: None, doubt: Doubt::AdviceBut(&["sharpness-wax"]) };

/// Narrower faces, in the picture's own pixels, show nothing finer than an eyelid.
const LEAST_FACE: f64 = 48.0;

/// How many directions are looked along.
const DIRECTIONS: u32 = 8;

/// Fewest pixels of a column or row that tell its mean difference.
const LEAST_LINE: usize = 40;

fn measure(e: &Evidence<'_>) -> Outcome {
    let Some(face) = e.regions.face(e) else { return e.without_head() };
    let oval = face.oval();
    if oval.len() < ENOUGH || face.native_width < LEAST_FACE {
        return Outcome::unknown("unknown-face-too-small");
    }
    // The bands follow the face where it is larger than on a card.
    let scale = (face.width / 200.0).max(1.0);
    let (fine, coarse) = (blurred(&face.luma, scale), blurred(&face.luma, 4.0 * scale));
    let soft = decibels(energy(&face.luma, &fine, &oval), energy(&fine, &coarse, &oval));
    let outcome = limited(e, "sharpness", Bad::Below, soft, "dB", 1);
    if outcome.verdict > Verdict::Pass {
        return outcome;
    }
    let sigmas = [0.7, 1.4, 2.8, 5.6].map(|s| blurred(&face.luma, s * scale));
    let moved = limited(e, "sharpness-moved", Bad::Below, moved(&sigmas[0], &oval, scale), "dB", 1);
    if moved.verdict > Verdict::Pass {
        return moved.told("sharpness-moved");
    }
    let steps = limited(e, "sharpness-steps", Bad::Above, 100.0 * steps(&face.luma, &oval), "%", 0);
    if steps.verdict > Verdict::Pass {
        return steps.told("sharpness-steps");
    }
    let rims =
        decibels(energy(&sigmas[0], &sigmas[1], &oval), energy(&sigmas[2], &sigmas[3], &oval));
    let rims = limited(e, "sharpness-rims", Bad::Above, rims, "dB", 1);
    if rims.verdict > Verdict::Pass {
        return rims.told("sharpness-rims");
    }
    let Some(smoothed) = e.closeup.and_then(|seen| seen.smoothed) else { return outcome };
    let wax = limited(e, "sharpness-wax", Bad::Above, 100.0 * smoothed, "%", 1);
    if wax.verdict > Verdict::Pass { wax.told("sharpness-wax") } else { outcome }
}

/// One energy over another, in decibels.
fn decibels(one: f64, other: f64) -> f64 {
    10.0 * libm::log10((one / other.max(1e-9)).max(1e-6))
}

/// How much detail is left in the direction that has least, in decibels. One pixel in three is looked at.
fn moved(luma: &Plane, pixels: &[usize], scale: f64) -> f64 {
    let least = (0..DIRECTIONS).map(|k| {
        let turn = std::f64::consts::PI * f64::from(k) / f64::from(DIRECTIONS);
        let (dx, dy) = (libm::cos(turn) * scale, libm::sin(turn) * scale);
        let [fine, wide] = [2.0, 6.0].map(|far| bent_along(luma, pixels, [far * dx, far * dy]));
        decibels(fine, wide)
    });
    least.fold(f64::INFINITY, f64::min)
}

/// The energy of second differences so many columns and rows apart, over one in three of `pixels`.
fn bent_along(luma: &Plane, pixels: &[usize], [dx, dy]: [f64; 2]) -> f64 {
    let (w, h) = (luma.width(), luma.height());
    let ends = [[-dx, -dy], [dx, dy]];
    // from every pixel with room around it the same four neighbours make an end
    let room = dx.abs().max(dy.abs()).ceil() as usize + 1;
    let taps = ends.map(|[x, y]| {
        let (left, up) = (x.floor(), y.floor());
        let (right, down) = ((x - left) as f32, (y - up) as f32);
        let first = up as isize * w as isize + left as isize;
        [(first, 1.0 - down), (first + w as isize, down)]
            .map(|(first, row)| (first, row * (1.0 - right), row * right))
    });
    let data = luma.data();
    let end = |i: usize, rows: &[(isize, f32, f32); 2]| -> f32 {
        let row = |(first, left, right): &(isize, f32, f32)| {
            let at = i.wrapping_add_signed(*first);
            data.get(at..at + 2).map_or(0.0, |two| two[0] * left + two[1] * right)
        };
        row(&rows[0]) + row(&rows[1])
    };
    let mut sum = 0.0;
    for i in pixels.iter().step_by(3) {
        let (x, y) = (i % w, i / w);
        let inside = x >= room && x + room < w && y >= room && y + room < h;
        let both: f32 = if inside {
            taps.iter().map(|rows| end(*i, rows)).sum()
        } else {
            ends.iter().map(|[dx, dy]| luma.sample(x as f64 + dx, y as f64 + dy)).sum()
        };
        sum += f64::from(both - 2.0 * data[*i]).powi(2);
    }
    sum
}

/// How much the differences between neighbouring columns, or rows, jump from one to the next, in the middle of all: 0 not at all, 1 and more from none to all.
fn steps(luma: &Plane, pixels: &[usize]) -> f64 {
    let w = luma.width();
    let jumps = |by: (i64, i64), line: &dyn Fn(usize) -> usize, lines: usize| {
        let mut sums = vec![(0.0f64, 0usize); lines];
        for i in pixels {
            let (x, y) = ((i % w) as i64, (i / w) as i64);
            let step = luma.at(x + by.0, y + by.1) - luma.at(x, y);
            let (sum, count) = &mut sums[line(*i)];
            *sum += f64::from(step.abs());
            *count += 1;
        }
        let full = sums.iter().filter(|(_, count)| *count > LEAST_LINE);
        let means: Vec<f64> = full.map(|(sum, count)| sum / *count as f64).collect();
        let jump = |m: &[f64]| {
            let mean = (m[0] + m[1] + m[2]) / 3.0;
            ((m[1] - f64::midpoint(m[0], m[2])).abs() / mean.max(1e-6)) as f32
        };
        quantile(&mut means.windows(3).map(jump).collect::<Vec<_>>(), 0.5).unwrap_or(0.0)
    };
    f64::from(jumps((1, 0), &|i| i % w, w).min(jumps((0, 1), &|i| i / w, luma.height())))
}

#[cfg(test)]
mod tests {
    use super::super::bench::{Bench, chance};
    use super::*;
    use crate::vision::face::closeup::Closeup;

    fn decibels(bench: &Bench) -> f64 {
        match measure(&bench.evidence()).measured {
            Some(super::super::Measured::Number(v)) => v,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn a_blurred_face_fails_and_the_light_does_not_matter() {
        let sharp = Bench::card();
        assert_eq!(measure(&sharp.evidence()).verdict, Verdict::Pass);
        let dim = Bench::card().with_pixels(|_, _, p| p.map(|v| v / 2));
        assert!((decibels(&dim) - decibels(&sharp)).abs() < 1.0);
        let mut soft = Bench::card();
        soft.picture = image::imageops::blur(&soft.picture, 3.0);
        assert_eq!(measure(&soft.evidence()).verdict, Verdict::Fail);
    }

    /// The drawn card with the texture of a photograph, spoilt by `spoil`.
    fn textured(spoil: impl Fn(&image::RgbImage) -> image::RgbImage) -> Bench {
        let next = chance(5);
        let mut bench = Bench::card().with_person(|_, _, p| {
            let grain = 14.0 * next();
            p.map(|v| (f64::from(v) + grain).clamp(0.0, 255.0) as u8)
        });
        bench.picture = spoil(&image::imageops::blur(&bench.picture, 0.8));
        bench
    }

    fn said(bench: &Bench) -> (Verdict, Option<String>) {
        let outcome = measure(&bench.evidence());
        (outcome.verdict, outcome.message.map(|m| m.key))
    }

    #[test]
    fn repeated_pixels_are_steps() {
        let plain = textured(Clone::clone);
        assert_eq!(said(&plain), (Verdict::Pass, None));
        let stepped = textured(|p| {
            image::RgbImage::from_fn(p.width(), p.height(), |x, y| {
                *p.get_pixel(x / 3 * 3, y / 3 * 3)
            })
        });
        assert_eq!(said(&stepped), (Verdict::Doubtful, Some("sharpness-steps".to_owned())));
    }

    #[test]
    fn skin_that_looks_smoothed_is_wax_where_the_picture_is_sharp() {
        let mut bench = textured(Clone::clone);
        for (smoothed, told) in
            [(None, None), (Some(0.5), None), (Some(0.9999), Some("sharpness-wax".to_owned()))]
        {
            bench.closeup = Some(Closeup { smoothed, ..Closeup::ORDINARY });
            assert_eq!(said(&bench).1, told, "{smoothed:?}");
        }
    }

    #[test]
    fn a_picture_moved_along_one_direction_has_little_detail_there() {
        let along = |p: &image::RgbImage| {
            image::RgbImage::from_fn(p.width(), p.height(), |x, y| {
                let at = |d: u32| p.get_pixel((x + d).min(p.width() - 1), y).0;
                image::Rgb(std::array::from_fn(|k| {
                    ((0..9).map(|d| u32::from(at(d)[k])).sum::<u32>() / 9) as u8
                }))
            })
        };
        let least = |bench: &Bench| {
            let e = bench.evidence();
            let face = e.regions.face(&e).expect("a card has a face");
            moved(&blurred(&face.luma, 0.7), &face.oval(), 1.0)
        };
        let (still, moved) = (least(&textured(Clone::clone)), least(&textured(along)));
        assert!(moved < still - 4.0, "{still} {moved}");
    }
}
