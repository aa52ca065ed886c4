//! Photo and head → how likely each eye is shut, and where its iris stands, as two networks see it.
//!
//! Two very small networks of our own (`models/eyes.safetensors` and `models/gaze.safetensors`, trained by `training/eyes.py` and `training/gaze.py`) see one eye at a time in 48 × 32 px, level, its
//! corners 28 px apart, less its mean and over its deviation: four convolutions with a stride and a weighted sum. They are there because the landmarks of shut eyes look open, and the irises of
//! eyes that look aside stand in the middle: the portrait network never saw such eyes.

use std::sync::LazyLock;

use image::RgbImage;

use super::{Head, Landmark};
use crate::base::error::{Error, Result};
use crate::base::geometry::{Affine, Point, Size};
use crate::vision::inference::{Conv, Keeping, Pool, Weights, sigmoid};
use crate::vision::scratch::Scratch;

/// The patch.
const PATCH: Size = Size::new(48, 32);
/// The distance of the eye's corners in it.
const EYE: f64 = 28.0;
/// Eyes whose corners are closer, in pixels of the photo, say nothing.
pub const LEAST_EYE: f64 = 8.0;
/// Added to the deviation, so that a patch of one colour stays one.
const STILL: f32 = 4.0;
const CHANNELS: usize = 3;

type Loaded = LazyLock<std::result::Result<EyeNet, String>>;

static SHUT: Loaded =
    LazyLock::new(|| EyeNet::load(include_bytes!("../../../models/eyes.safetensors")));
static GAZE: Loaded =
    LazyLock::new(|| EyeNet::load(include_bytes!("../../../models/gaze.safetensors")));

/// What is seen of both eyes: the image's left one, then its right one.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Eyes {
    /// How likely each is shut, 0 to 1.
    pub shut: [f32; 2],
    /// Where each iris stands between the corners: −1 the left one in the image, 0 the middle, 1 the right one.
    pub iris: [f32; 2],
}

/// The layers (`EyeNet` in `training/eyes.py`).
#[derive(Debug)]
struct EyeNet {
    body: Vec<Conv>,
    /// Weights of the last map's values: channel, row, column.
    weights: Vec<f32>,
    bias: f32,
}

impl EyeNet {
    fn load(file: &[u8]) -> std::result::Result<Self, String> {
        let weights = Weights::of(file, Keeping::Transformed)?;
        let mut body = Vec::new();
        let mut channels = CHANNELS;
        for name in ["body.0", "body.3", "body.6", "body.9"] {
            let conv = weights.conv(name, channels, 2, true)?;
            channels = conv.outputs();
            body.push(conv);
        }
        let (_, last) = weights.tensor("shut.weight")?;
        let (_, bias) = weights.tensor("shut.bias")?;
        let values = channels * (PATCH.area() >> (2 * body.len())) as usize;
        match bias.as_slice() {
            &[bias] if last.len() == values => Ok(Self { body, weights: last, bias }),
            _ => Err(format!("shut: {} weights for {values} values", last.len())),
        }
    }

    /// The network's one number for the eye in the patch.
    fn run(&self, patch: &RgbImage, pool: &mut Pool) -> f32 {
        let n = patch.as_raw().len().max(1) as f32;
        let values = || patch.as_raw().iter().map(|v| f32::from(*v));
        let mean = values().sum::<f32>() / n;
        let deviation = (values().map(|v| (v - mean) * (v - mean)).sum::<f32>() / n).sqrt() + STILL;
        let mut map = pool.zeros(PATCH.height as usize, PATCH.width as usize, CHANNELS);
        let codes = patch.as_raw().chunks_exact(PATCH.width as usize * CHANNELS);
        for (y, codes) in codes.enumerate() {
            for (v, code) in map.row_mut(y).iter_mut().zip(codes) {
                *v = (f32::from(*code) - mean) / deviation;
            }
        }
        for conv in &self.body {
            let out = conv.run(&map, None, pool);
            pool.give([std::mem::replace(&mut map, out)]);
        }
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

fn loaded(net: &'static Loaded) -> Result<&'static EyeNet> {
    net.as_ref().map_err(|reason| Error::Internal { stage: "eye network", reason: reason.clone() })
}

/// Looks at both eyes of `head`, in the pixels of `picture`. `None` where they are too small to tell.
///
/// # Errors
/// [`Error::Internal`] when the built-in weights do not load.
pub fn look(scratch: &mut Scratch, picture: &RgbImage, head: &Head) -> Result<Option<Eyes>> {
    let (shut, gaze) = (loaded(&SHUT)?, loaded(&GAZE)?);
    let mut seen = Eyes { shut: [0.0; 2], iris: [0.0; 2] };
    for (eye, [left, right]) in corners(head).into_iter().enumerate() {
        let apart = left.distance(right);
        if apart < LEAST_EYE {
            return Ok(None);
        }
        let turn = -libm::atan2(right.y - left.y, right.x - left.x);
        let middle =
            Point::new(f64::from(PATCH.width) / 2.0 - 0.5, f64::from(PATCH.height) / 2.0 - 0.5);
        let map = Affine::similarity(EYE / apart, turn, left.midpoint(right), middle);
        let patch = scratch.resampler.warp(picture, &map, PATCH).pixels;
        seen.shut[eye] = sigmoid(shut.run(&patch, &mut scratch.pool));
        seen.iris[eye] = gaze.run(&patch, &mut scratch.pool);
    }
    Ok(Some(seen))
}

/// The corners of both eyes, left to right in the image.
pub(crate) fn corners(head: &Head) -> [[Point; 2]; 2] {
    use Landmark as L;
    let at = |l| head.landmarks[l];
    [[at(L::LeftEyeOuter), at(L::LeftEyeInner)], [at(L::RightEyeInner), at(L::RightEyeOuter)]]
}
