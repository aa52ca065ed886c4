//! The smallest networks: one patch of a picture in, one number out.
//!
//! Convolutions of 3 × 3, each but the last ones with a stride, and a weighted sum of what is left. They see a patch less its mean and over its deviation, so that the light does not count.

use std::sync::LazyLock;

use image::RgbImage;

use crate::base::error::{Error, Result};
use crate::base::geometry::Size;
use crate::vision::inference::unet::in_turn;
use crate::vision::inference::{Conv, Keeping, Pool, Weights};

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
    pub(super) fn load(
        file: &[u8],
        size: Size,
        strides: &[usize],
    ) -> std::result::Result<Self, String> {
        let weights = Weights::of(file, Keeping::Transformed)?;
        let body = body(&weights, strides)?;
        let places = strides.iter().fold(size.area() as usize, |n, stride| n / (stride * stride));
        let channels = outputs(&body);
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
        let mut map = pool.zeros(height, width, CHANNELS);
        let codes = patch.as_raw().chunks_exact(width * CHANNELS);
        for (y, codes) in codes.enumerate() {
            for (v, code) in map.row_mut(y).iter_mut().zip(codes) {
                *v = (f32::from(*code) - mean) / deviation;
            }
        }
        let out = in_turn(&self.body, &map, pool);
        pool.give([std::mem::replace(&mut map, out)]);
        let (h, w) = (map.height(), map.width());
        let mut logit = self.bias;
        for (y, x) in (0..h).flat_map(|y| (0..w).map(move |x| (y, x))) {
            for (c, value) in map.pixel(y, x).iter().enumerate() {
                logit += value * self.weights[(c * h + y) * w + x];
            }
        }
        pool.give([map]);
        logit
    }
}

/// Convolutions with these strides, which cut off below zero.
pub(crate) fn body(
    weights: &Weights<'_>,
    strides: &[usize],
) -> std::result::Result<Vec<Conv>, String> {
    let mut body = Vec::new();
    for (i, stride) in strides.iter().enumerate() {
        // after each come its normalisation, which is folded into it, and what cuts off
        body.push(weights.conv(&format!("body.{}", 3 * i), outputs(&body), *stride, true)?);
    }
    Ok(body)
}

/// How many channels such convolutions make of a picture's.
pub(crate) fn outputs(body: &[Conv]) -> usize {
    body.last().map_or(CHANNELS, Conv::outputs)
}

/// The network behind a static, which is loaded when it is first asked for; `stage` is what is said to have failed where it does not load.
pub(crate) fn loaded<Net>(
    net: &'static LazyLock<std::result::Result<Net, String>>,
    stage: &'static str,
) -> Result<&'static Net> {
    net.as_ref().map_err(|reason| Error::Internal { stage, reason: reason.clone() })
}
