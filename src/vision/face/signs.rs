//! Picture and head → what lies before the face, and what is on the head, as a network sees it place by place.
//!
//! A network of our own (`models/signs.safetensors`, trained by `training/accelerate.py`) looks at the same crop as the portrait network, after which it is built: a mask, a hand or a phone
//! before the face, a hat or a scarf on the head. It learned from drawn ones alone, put on labelled portraits.

use std::sync::LazyLock;

use image::RgbImage;

use super::Head;
use super::network::{CROP, EYES, FACE, Pose, given};
use crate::base::error::{Error, Result};
use crate::base::resample::Resampled;
use crate::vision::inference::unet::PlacesNet;
use crate::vision::inference::{Pool, sigmoid};
use crate::vision::scratch::Scratch;

static MODEL: LazyLock<std::result::Result<PlacesNet, String>> =
    LazyLock::new(|| PlacesNet::load(include_bytes!("../../../models/signs.safetensors"), 3));

/// What a place of the network's answer stands for, in crop pixels.
const STRIDE: usize = 4;
/// How far from the photo's edge a place must lie to count, in crop pixels: training had no answer beyond the edge.
const MARGIN: usize = 2;
/// The face from the brows to under the chin: half its width, and its ends above and below the eyes, in face measures.
const BEFORE: (f64, f64, f64) = (0.64, 0.54, 1.11);
/// The area of a face in squared face measures, against which what covers it counts.
const FACE_AREA: f64 = 1.02;
/// Where a hat sits: so far above the eyes at least, and no further to the side, in face measures.
const ABOVE: (f64, f64) = (0.25, 1.0);

/// What was seen before the face and on the head.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Signs {
    /// How much lies before the face, between brows and the throat: 0 nothing, 1 as much as a whole face.
    pub covered: f64,
    /// How much is worn above the brows, in squared face measures: a cap has about 0.5.
    pub headwear: f64,
}

impl Signs {
    /// Looks at `head`, in the pixels of `picture`.
    ///
    /// # Errors
    /// [`Error::Internal`] when the built-in weights do not load.
    pub fn of(scratch: &mut Scratch, picture: &RgbImage, head: &Head) -> Result<Self> {
        let net = MODEL
            .as_ref()
            .map_err(|reason| Error::Internal { stage: "signs network", reason: reason.clone() })?;
        let crop = scratch.resampler.warp(picture, &Pose::of(&head.landmarks).to_crop(), CROP);
        Ok(signs_in(net, &crop, &mut scratch.pool))
    }
}

fn signs_in(net: &PlacesNet, crop: &Resampled, pool: &mut Pool) -> Signs {
    let logits = net.run(given(crop, false, pool), pool);
    let mut signs = Signs { covered: 0.0, headwear: 0.0 };
    let place = (STRIDE * STRIDE) as f64 / (FACE * FACE);
    for (y, x) in (0..logits.height()).flat_map(|y| (0..logits.width()).map(move |x| (y, x))) {
        if !inside(crop, x, y) {
            continue;
        }
        let middle = |n: usize| (n * STRIDE) as f64 + STRIDE as f64 / 2.0 - 0.5;
        let (right, down) = ((middle(x) - EYES.x) / FACE, (middle(y) - EYES.y) / FACE);
        let seen = |sign: usize| place * f64::from(sigmoid(logits.pixel(y, x)[sign]));
        if right.abs() < BEFORE.0 && (-BEFORE.1..BEFORE.2).contains(&down) {
            signs.covered += seen(0) / FACE_AREA;
        }
        if right.abs() < ABOVE.1 && down < -ABOVE.0 {
            signs.headwear += seen(1);
        }
    }
    pool.give([logits]);
    signs
}

/// Whether all of a place, and a little around it, lies in the photo.
fn inside(crop: &Resampled, x: usize, y: usize) -> bool {
    let (width, height) = (CROP.width as usize, CROP.height as usize);
    let reach = |n: usize, end: usize| {
        (n * STRIDE).saturating_sub(MARGIN)..((n + 1) * STRIDE + MARGIN).min(end)
    };
    reach(y, height).all(|row| reach(x, width).all(|column| crop.covered[row * width + column]))
}
