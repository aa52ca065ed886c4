//! Runs the built-in networks: plain Rust on one thread, the same values every time.
//!
//! Small U-Nets of dense convolutions with 16 to 96 channels are all there is to run, and a general engine is at its worst with them: im2col copies every pixel nine
//! times for sixteen outputs to use it. On one core with AVX-512 a look of the portrait network took 9.9 ms with `rten` 0.27 and 21.7 with `tract` 0.22; the matting
//! network on a card 40 and 104. Here a layer is a direct convolution over [`Map`]s whose channels lie side by side ([`conv`]), and the two take 6.5 and 20. Those of
//! 3 × 3 without a stride, most of the work, take a third to a half of that again by minimal filtering ([`winograd`]).

mod block;
pub(crate) mod conv;
pub(crate) mod map;
pub(crate) mod unet;
pub(crate) mod weights;
mod winograd;

pub(crate) use conv::{Conv, Keeping};
pub(crate) use map::{Map, Pool};
pub(crate) use weights::Weights;

use crate::base::geometry::Size;
use crate::base::raster::Plane;

/// The logistic function: from a logit to a probability.
pub(crate) fn sigmoid(logit: f32) -> f32 {
    1.0 / (1.0 + libm::expf(-logit))
}

/// One convolution after the other.
pub(crate) fn both([first, second]: &[Conv; 2], input: &Map, pool: &mut Pool) -> Map {
    let between = first.run(input, None, pool);
    let out = second.run(&between, None, pool);
    pool.give([between]);
    out
}

/// Four logits a pixel become probabilities of four pixels: pixel shuffle (Shi et al. 2016, equation 4).
pub(crate) fn shuffled(logits: &Map) -> Plane {
    let (h, w) = (logits.height(), logits.width());
    let mut plane = Plane::filled(Size::new(2 * w as u32, 2 * h as u32), 0.0);
    let width = 2 * w;
    for (y, rows) in plane.data_mut().chunks_exact_mut(2 * width.max(1)).enumerate() {
        let (top, bottom) = rows.split_at_mut(width);
        let pixels = logits.row(y).chunks_exact(logits.channels());
        for ((pixel, t), b) in pixels.zip(top.chunks_exact_mut(2)).zip(bottom.chunks_exact_mut(2)) {
            t.copy_from_slice(&[sigmoid(pixel[0]), sigmoid(pixel[1])]);
            b.copy_from_slice(&[sigmoid(pixel[2]), sigmoid(pixel[3])]);
        }
    }
    plane
}
