//! Runs the built-in networks: plain Rust on one thread, the same values every time.
//!
//! Small U-Nets of dense convolutions with 16 to 96 channels are all there is to run, and a general engine is at its worst with them: im2col copies every pixel nine
//! times for sixteen outputs to use it. On one core with AVX-512 a look of the portrait network took 9.9 ms with `rten` 0.27 and 21.7 with `tract` 0.22; the matting
//! network on a card 40 and 104. Here a layer is a direct convolution over [`Map`]s whose channels lie side by side ([`conv`]), and the two take 6.5 and 20. Those of
//! 3 × 3 without a stride, most of the work, take a third to a half of that again by minimal filtering ([`winograd`]).

mod block;
pub(crate) mod conv;
pub(crate) mod depthwise;
pub(crate) mod map;
pub(crate) mod unet;
pub(crate) mod weights;
mod winograd;

pub(crate) use conv::{Conv, Keeping};
pub(crate) use depthwise::Depthwise;
pub(crate) use map::{Map, Pool};
pub(crate) use weights::{Loaded, Weights};

use std::sync::LazyLock;

use pulp::{Arch, Simd, WithSimd};

use crate::base::error::{Error, Result};
use crate::base::geometry::Size;
use crate::base::raster::Plane;

/// The logistic function: from a logit to a probability, to within 2e-7.
#[inline(always)]
pub(crate) fn sigmoid(logit: f32) -> f32 {
    1.0 / (1.0 + exp(-logit))
}

/// The exponential function to within 2e-7 of itself, for -87 to 88 and held there: without a branch, so that a loop of it is compiled for the vector unit. A power of two, by the exponent's bits,
/// times the Taylor series of what is left, at most ln 2 / 2.
#[inline(always)]
pub(crate) fn exp(x: f32) -> f32 {
    /// Added and taken off again, it rounds to the nearest whole number.
    const WHOLE: f32 = 12_582_912.0;
    /// ln 2 in two parts, the first of few digits.
    const LN2: [f32; 2] = [0.693_359_4, -2.121_944_4e-4];
    let x = x.clamp(-87.0, 88.0);
    let n = (x * std::f32::consts::LOG2_E + WHOLE) - WHOLE;
    let r = (x - n * LN2[0]) - n * LN2[1];
    let series = 1.0 / 5040.0;
    let series = series * r + 1.0 / 720.0;
    let series = series * r + 1.0 / 120.0;
    let series = series * r + 1.0 / 24.0;
    let series = series * r + 1.0 / 6.0;
    let series = series * r + 0.5;
    let series = (series * r + 1.0) * r + 1.0;
    series * f32::from_bits(((n as i32 + 127) << 23) as u32)
}

/// What convolutions make of a map, one after the other.
pub(crate) fn in_turn(layers: &[Conv], input: &Map, pool: &mut Pool) -> Map {
    let mut now: Option<Map> = None;
    for layer in layers {
        let out = layer.run(now.as_ref().unwrap_or(input), None, pool);
        pool.give(now.replace(out));
    }
    now.unwrap_or_else(|| input.clone())
}

/// The network behind a static, which is loaded when it is first asked for; `stage` is what is said to have failed where it does not load.
pub(crate) fn loaded<Net>(
    net: &'static LazyLock<std::result::Result<Net, String>>,
    stage: &'static str,
) -> Result<&'static Net> {
    net.as_ref().map_err(|reason| Error::Internal { stage, reason: reason.clone() })
}

/// Four logits a pixel become probabilities of four pixels: pixel shuffle (Shi et al. 2016, equation 4).
pub(crate) fn shuffled(logits: &Map) -> Plane {
    let size = Size::new(2 * logits.width() as u32, 2 * logits.height() as u32);
    let mut plane = Plane::filled(size, 0.0);
    Arch::new().dispatch(Shuffle { logits, plane: &mut plane });
    plane
}

/// [`shuffled`], compiled for the vector unit that is there.
struct Shuffle<'a> {
    logits: &'a Map,
    plane: &'a mut Plane,
}

impl WithSimd for Shuffle<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, _: S) {
        let (width, channels) = (2 * self.logits.width(), self.logits.channels());
        for (y, rows) in self.plane.data_mut().chunks_exact_mut(2 * width.max(1)).enumerate() {
            let (top, bottom) = rows.split_at_mut(width);
            let pixels = self.logits.row(y).chunks_exact(channels);
            let (upper, lower) = (top.as_chunks_mut::<2>().0, bottom.as_chunks_mut::<2>().0);
            for ((pixel, upper), lower) in pixels.zip(upper).zip(lower) {
                upper.copy_from_slice(&pixel[..2]);
                lower.copy_from_slice(&pixel[2..4]);
            }
            rows.iter_mut().for_each(|v| *v = sigmoid(*v));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_exponential_and_the_logistic_function_are_those_of_the_library() {
        for i in -900..=900 {
            let x = i as f32 / 10.0;
            let want = libm::exp(f64::from(x.clamp(-87.0, 88.0)));
            assert!((f64::from(exp(x)) / want - 1.0).abs() < 2e-7, "{x}: {} for {want}", exp(x));
            let want = 1.0 / (1.0 + libm::exp(f64::from(-x)));
            assert!((f64::from(sigmoid(x)) - want).abs() < 2e-7, "{x}");
        }
    }

    #[test]
    fn four_logits_become_four_pixels() {
        let mut logits = Pool::default().zeros(1, 2, 8);
        logits.row_mut(0)[..4].copy_from_slice(&[-9.0, -1.0, 1.0, 9.0]);
        let plane = shuffled(&logits);
        let want = [sigmoid(-9.0), sigmoid(-1.0), 0.5, 0.5, sigmoid(1.0), sigmoid(9.0), 0.5, 0.5];
        assert_eq!(plane.data(), want);
    }
}
