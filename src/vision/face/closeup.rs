//! Photo and head → by how much the picture was pulled out of shape, how far the head is raised or bent, and how likely its skin was smoothed, as three networks see it.
//!
//! Three very small networks of our own (`models/stretch.safetensors`, `models/pitch.safetensors` and `models/skin.safetensors`, trained by `training/stretch.py`, `training/pitch.py` and
//! `training/skin.py`). The first two see all of a face in 112 × 144 px, level; landmarks alone tell half of a stretch, since the portrait network that finds them never saw a stretched face, and of a nod
//! no more than noses and ears differ. The third sees 144 × 144 of a card's own pixels about the middle of the face: a picture that is resampled is smoothed already.

use std::sync::LazyLock;

use image::RgbImage;

use super::Head;
use super::network::Pose;
use super::patch::PatchNet;
use crate::base::error::Result;
use crate::base::geometry::{Affine, Point, Size};
use crate::vision::inference::{loaded, sigmoid};
use crate::vision::scratch::Scratch;

/// What is seen of a face for its shape, where the middle between the eyes goes, and the pixels of a face measure.
const SHAPE: Size = Size::new(112, 144);
const EYES: Point = Point::new(56.0 - 0.5, 60.0 - 0.5);
const FACE: f64 = 92.0;
/// What the stretch network's number is multiplied by to be the natural logarithm of the factor, and the pitch network's to be degrees.
const UNIT: f64 = 0.1;
const NOD: f64 = 10.0;

/// What is seen of a face for its skin, and between how many pixels a face must be wide for that.
const SKIN: Size = Size::new(144, 144);
const LEAST_FACE: f64 = 110.0;
const WIDEST_FACE: f64 = 270.0;
/// Wider ones are shrunk to this.
const USUAL_FACE: f64 = 200.0;

static STRETCH: LazyLock<std::result::Result<PatchNet, String>> = LazyLock::new(|| {
    let file = include_bytes!("../../../models/stretch.safetensors");
    PatchNet::load(file, SHAPE, &[2, 2, 2, 2, 1])
});
static PITCH: LazyLock<std::result::Result<PatchNet, String>> = LazyLock::new(|| {
    let file = include_bytes!("../../../models/pitch.safetensors");
    PatchNet::load(file, SHAPE, &[2, 2, 2, 2, 1])
});
static SMOOTHED: LazyLock<std::result::Result<PatchNet, String>> = LazyLock::new(|| {
    PatchNet::load(include_bytes!("../../../models/skin.safetensors"), SKIN, &[2; 4])
});

/// What is seen of a face from close by.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Closeup {
    /// By what factor the picture looks pulled sideways: 1 as it was taken, less if it was pulled upwards.
    pub pulled: f64,
    /// How far the head is bent, in degrees: less than 0 if it is raised, 0 as the middle one of a thousand portraits holds it.
    pub nod: f64,
    /// How likely the skin was smoothed, 0 to 1; `None` of a face that is too small to tell, and of a picture that is no card yet.
    pub smoothed: Option<f64>,
    /// How much writing lies on the person's face, in squared face widths ([`crate::vision::letters`]); `None` where the face is too small or nobody was cut out, and of a picture that is no card yet.
    pub written: Option<f64>,
}

#[cfg(test)]
impl Closeup {
    /// A face of which nothing is to be said.
    pub(crate) const ORDINARY: Self = Self { pulled: 1.0, nod: 0.0, smoothed: None, written: None };
}

/// What [`Closeup::pulled`] and [`Closeup::nod`] are of `head` in `picture`.
///
/// # Errors
/// [`crate::Error::Internal`] when the built-in weights do not load.
pub fn pulled_and_nod(
    scratch: &mut Scratch,
    picture: &RgbImage,
    head: &Head,
) -> Result<(f64, f64)> {
    let stretch = loaded(&STRETCH, "stretch network")?;
    let pitch = loaded(&PITCH, "pitch network")?;
    let pose = Pose::of(&head.landmarks);
    let map = Affine::similarity(FACE / pose.size.max(1e-6), -pose.roll, pose.eyes, EYES);
    let patch = scratch.resampler.warp(picture, &map, SHAPE).pixels;
    let mut said = |net: &PatchNet| f64::from(net.run(&patch, &mut scratch.pool));
    Ok((libm::exp(UNIT * said(stretch)), NOD * said(pitch)))
}

/// How likely the skin of `head` on `card` was smoothed, 0 to 1; `None` where the face is too small to tell.
///
/// # Errors
/// [`crate::Error::Internal`] when the built-in weights do not load.
pub fn smoothed(scratch: &mut Scratch, card: &RgbImage, head: &Head) -> Result<Option<f64>> {
    let width = head.face_width();
    let Some(scale) = scale(width) else { return Ok(None) };
    let net = loaded(&SMOOTHED, "skin network")?;
    let [eyes, chin] = [head.eyes(), head.chin()];
    let middle = |eyes: f64, chin: f64| 0.6 * eyes + 0.4 * chin;
    let from = Point::new(middle(eyes.x, chin.x).round(), middle(eyes.y, chin.y).round());
    let to = Point::new(f64::from(SKIN.width / 2), f64::from(SKIN.height / 2));
    let map = Affine::similarity(scale, 0.0, from, to);
    let patch = scratch.resampler.warp(card, &map, SKIN).pixels;
    Ok(Some(f64::from(sigmoid(net.run(&patch, &mut scratch.pool)))))
}

/// By what a card whose face is so many pixels wide is shrunk to be seen at its own pixels: not at all but of a very wide one; `None` where the face is too small.
pub(crate) fn scale(face_width: f64) -> Option<f64> {
    match face_width {
        ..LEAST_FACE => None,
        ..=WIDEST_FACE => Some(1.0),
        _ => Some(USUAL_FACE / face_width),
    }
}
