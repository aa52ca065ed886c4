//! Photo and head → how likely each eye is shut, and where its iris stands, as two networks see it.
//!
//! Two very small networks of our own (`models/eyes.safetensors` and `models/gaze.safetensors`, trained by `training/eyes.py` and `training/gaze.py`) see one eye at a time in 48 × 32 px, level, its
//! corners 28 px apart. They are there because the landmarks of shut eyes look open, and the irises of
//! eyes that look aside stand in the middle: the portrait network never saw such eyes.

use std::sync::LazyLock;

use image::RgbImage;

use super::patch::PatchNet;
use super::{Head, Landmark};
use crate::base::error::Result;
use crate::base::geometry::{Affine, Point, Size};
use crate::vision::inference::{loaded, sigmoid};
use crate::vision::scratch::Scratch;

/// The patch.
const PATCH: Size = Size::new(48, 32);
/// The distance of the eye's corners in it.
const EYE: f64 = 28.0;
/// Eyes whose corners are closer, in pixels of the photo, say nothing.
pub const LEAST_EYE: f64 = 8.0;
/// The strides of the convolutions (`EyeNet` in `training/eyes.py`).
const STRIDES: [usize; 4] = [2; 4];

static SHUT: LazyLock<std::result::Result<PatchNet, String>> = LazyLock::new(|| {
    PatchNet::load(include_bytes!("../../../models/eyes.safetensors"), PATCH, &STRIDES)
});
static GAZE: LazyLock<std::result::Result<PatchNet, String>> = LazyLock::new(|| {
    PatchNet::load(include_bytes!("../../../models/gaze.safetensors"), PATCH, &STRIDES)
});

/// What is seen of both eyes: the image's left one, then its right one.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Eyes {
    /// How likely each is shut, 0 to 1.
    pub shut: [f32; 2],
    /// Where each iris stands between the corners: −1 the left one in the image, 0 the middle, 1 the right one.
    pub iris: [f32; 2],
}

/// Looks at both eyes of `head`, in the pixels of `picture`. `None` where they are too small to tell.
///
/// # Errors
/// [`crate::Error::Internal`] when the built-in weights do not load.
pub fn look(scratch: &mut Scratch, picture: &RgbImage, head: &Head) -> Result<Option<Eyes>> {
    let [shut, gaze] = [loaded(&SHUT, "eye network")?, loaded(&GAZE, "eye network")?];
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
