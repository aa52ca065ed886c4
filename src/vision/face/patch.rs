//! The smallest networks: one patch of a picture in, one number out.
//!
//! Convolutions of 3 × 3, each but the last ones with a stride, and a weighted sum of what is left. They see a patch less its mean and over its deviation, so that the light does not count.

use image::RgbImage;

use crate::base::geometry::Size;
use crate::vision::inference::{Conv, Keeping, Pool, Weights, in_turn};

/// Added to the deviation, so that a patch of one colour stays one.
const STILL: f32 = 4.0;
const CHANNELS: usize = 3;

/// A network of one number.
#[derive(Debug)]
pub(super) struct PatchNet {
    size: Size,
    body: Vec<Conv>,
    /// Weights of the last map's values: channel, row, column.
    weights: Vec<f32>,
    bias: f32,
}

impl PatchNet {
    /// Reads the built-in weights of a network that sees patches of `size` and whose convolutions have `strides`.
    pub(super) fn load(file: &[u8], size: Size, strides: &[usize]) -> Result<Self, String> {
        let weights = Weights::of(file, Keeping::Transformed)?;
        let (body, channels) = weights.body(CHANNELS, strides)?;
        let places = strides.iter().fold(size.area() as usize, |n, stride| n / (stride * stride));
        let (_, sum) = weights.tensor("out.weight")?;
        let (_, bias) = weights.tensor("out.bias")?;
        match bias.as_slice() {
            &[bias] if sum.len() == channels * places => {
                Ok(Self { size, body, weights: sum, bias })
            }
            _ => Err(format!("{} weights for {} values", sum.len(), channels * places)),
        }
    }

    /// The network's number for a patch of the size it was loaded for.
    pub(super) fn run(&self, patch: &RgbImage, pool: &mut Pool) -> f32 {
        let n = patch.as_raw().len().max(1) as f32;
        let values = || patch.as_raw().iter().map(|v| f32::from(*v));
        let mean = values().sum::<f32>() / n;
        let deviation = (values().map(|v| (v - mean) * (v - mean)).sum::<f32>() / n).sqrt() + STILL;
        let (width, height) = (self.size.width as usize, self.size.height as usize);
        let mut input = pool.zeros(height, width, CHANNELS);
        let codes = patch.as_raw().chunks_exact(width * CHANNELS);
        for (y, codes) in codes.enumerate() {
            for (v, code) in input.row_mut(y).iter_mut().zip(codes) {
                *v = (f32::from(*code) - mean) / deviation;
            }
        }
        let map = in_turn(&self.body, &input, pool);
        let (h, w) = (map.height(), map.width());
        let mut logit = self.bias;
        for (y, x) in (0..h).flat_map(|y| (0..w).map(move |x| (y, x))) {
            for (c, value) in map.pixel(y, x).iter().enumerate() {
                logit += value * self.weights[(c * h + y) * w + x];
            }
        }
        pool.give([input, map]);
        logit
    }
}
