//! Picture and head → how much of the person's face was written over, as a network sees it place by place.
//!
//! A very small network of our own (`models/letters.safetensors`, trained by `training/letters.py`) sees a card's own pixels from the forehead to the chin and says of every 8 × 8 of them how likely a letter, a
//! stamp or a watermark lies there. Only what lies on the person counts: a wall may have a sign.

use std::sync::LazyLock;

use image::RgbImage;

use crate::base::error::Result;
use crate::base::geometry::{Affine, Point, Size};
use crate::base::raster::Plane;
use crate::vision::face::{Head, closeup};
use crate::vision::inference::{Conv, Keeping, Weights, in_turn, loaded, sigmoid};
use crate::vision::places;
use crate::vision::scratch::Scratch;

const CHANNELS: usize = 3;
/// Pixels of a place, across and down.
const PLACE: u32 = 8;
/// How wide the view is, in face widths, and how far it reaches above the eyes and below the chin: hair is full of strokes.
const WIDE: f64 = 1.2;
const ABOVE_EYES: f64 = 0.45;
const BELOW_CHIN: f64 = 0.1;
/// Fewer places that hang together are no writing.
const FEWEST: usize = 4;
/// The strides of the convolutions (`LettersNet` in `training/letters.py`).
const STRIDES: [usize; 5] = [2, 2, 2, 1, 1];

static MODEL: LazyLock<std::result::Result<Vec<Conv>, String>> =
    LazyLock::new(|| load(include_bytes!("../../models/letters.safetensors")));

/// The network's layers, the last of which tells a logit.
fn load(file: &[u8]) -> std::result::Result<Vec<Conv>, String> {
    let weights = Weights::of(file, Keeping::Small)?;
    let (mut layers, channels) = weights.body(CHANNELS, &STRIDES)?;
    layers.push(weights.conv("out", channels, 1, false)?);
    Ok(layers)
}

/// How much writing lies on the face of the person whose alpha is given, in squared face widths; `None` where the face is too small to tell.
///
/// # Errors
/// [`crate::Error::Internal`] when the built-in weights do not load.
pub fn written(
    scratch: &mut Scratch,
    picture: &RgbImage,
    head: &Head,
    alpha: &Plane,
) -> Result<Option<f64>> {
    let width = head.face_width();
    let Some(scale) = closeup::scale(width) else { return Ok(None) };
    let layers = loaded(&MODEL, "letters network")?;
    let top = head.eyes().y - ABOVE_EYES * width;
    let bottom = head.chin().y + BELOW_CHIN * width;
    let whole = |px: f64| ((px / f64::from(PLACE)).ceil().max(1.0) as u32) * PLACE;
    let size = Size::new(whole(WIDE * width * scale), whole((bottom - top).max(1.0) * scale));
    // a card's own pixels, as long as it keeps its size
    let from =
        Point::new((head.eyes().x - 0.5 * f64::from(size.width) / scale).round(), top.round());
    let map = Affine::similarity(scale, 0.0, from, Point::new(0.0, 0.0));
    let Some(back) = map.inverse() else { return Ok(None) };
    let crop = scratch.resampler.warp(picture, &map, size);
    let mut input = scratch.pool.zeros(size.height as usize, size.width as usize, CHANNELS);
    places::write(&mut input, &crop.pixels, |i| crop.covered[i], 1.0);
    let map = in_turn(layers, &input, &mut scratch.pool);
    let columns = map.width();
    let told: Vec<f32> = map
        .channel(0)
        .map(sigmoid)
        .enumerate()
        .map(|(place, p)| {
            let middle = |n: usize| f64::from(PLACE) * (n as f64 + 0.5) - 0.5;
            let at = back.apply(Point::new(middle(place % columns), middle(place / columns)));
            if alpha.at(at.x.round() as i64, at.y.round() as i64) < 0.5 { 0.0 } else { p }
        })
        .collect();
    scratch.pool.give([input, map]);
    let spots = places::spots(&told, columns).into_iter().filter(|spot| spot.len() >= FEWEST);
    let sum: f64 = spots.flatten().map(|place| f64::from(told[place])).sum();
    Ok(Some(sum * (f64::from(PLACE) / (scale * width)).powi(2)))
}
