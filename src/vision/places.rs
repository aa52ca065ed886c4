//! What networks that look at finished or nearly finished cards are shown, and how their word about places is read (`training/cards.py`).
//!
//! The crop stands upright, as a card does, and is a little larger than one whose face is wide. An answer is about places of 4 × 4 crop pixels.

use image::RgbImage;

use super::face::Head;
use super::face::network::Pose;
use super::inference::{Map, sigmoid};
use crate::base::geometry::{Affine, Point, Size};

/// Size of the crop, in pixels; pixels of a face measure in it; where the middle between the eyes goes, in pixel-centre coordinates.
pub(crate) const CROP: Size = Size::new(176, 224);
const FACE: f64 = 100.0;
const EYES: Point = Point::new(88.0 - 0.5, 0.47 * 224.0 - 0.5);
/// Crop pixels of a place, across and down.
pub(crate) const STRIDE: usize = 4;
/// Places in a row.
pub(crate) const COLUMNS: usize = CROP.width as usize / STRIDE;
/// What a place covers, in squared face measures.
pub(crate) const PLACE: f64 = (STRIDE * STRIDE) as f64 / (FACE * FACE);
/// The probability from which a place counts.
const SURE: f32 = 0.5;

/// The way from a card's pixels to the crop's, and back; none where the head has no size.
pub(crate) fn maps(head: &Head) -> Option<[Affine; 2]> {
    let pose = Pose::of(&head.landmarks);
    let to_crop = Affine::similarity(FACE / pose.size.max(1e-6), 0.0, pose.eyes, EYES);
    Some([to_crop, to_crop.inverse()?])
}

/// Writes a picture of the crop's size into the first three channels of a network's input, −1..=1; where `shown` says no, `instead`.
pub(crate) fn write(input: &mut Map, crop: &RgbImage, shown: impl Fn(usize) -> bool, instead: f32) {
    let (width, channels) = (CROP.width as usize, input.channels());
    for (y, pixels) in crop.as_raw().chunks_exact(3 * width).enumerate() {
        let places = input.row_mut(y).chunks_exact_mut(channels);
        for (x, (place, codes)) in places.zip(pixels.as_chunks::<3>().0).enumerate() {
            if shown(y * width + x) {
                for (value, code) in place.iter_mut().zip(codes) {
                    *value = f32::from(*code) / 127.5 - 1.0;
                }
            } else {
                place[..3].fill(instead);
            }
        }
    }
}

/// The probabilities of one kind of answer, place by place.
pub(crate) fn probabilities(logits: &Map, kind: usize) -> Vec<f32> {
    (0..logits.height())
        .flat_map(|y| (0..logits.width()).map(move |x| (y, x)))
        .map(|(y, x)| sigmoid(logits.pixel(y, x)[kind]))
        .collect()
}

/// Places that touch, corners included, and of which each is likelier than not.
pub(crate) fn spots(told: &[f32], columns: usize) -> Vec<Vec<usize>> {
    let rows = told.len() / columns.max(1);
    let mut seen = vec![false; told.len()];
    let mut out = Vec::new();
    for first in 0..told.len() {
        if seen[first] || told[first] < SURE {
            continue;
        }
        seen[first] = true;
        let (mut spot, mut next) = (vec![first], 0);
        while let Some(at) = spot.get(next) {
            let (x, y) = (at % columns, at / columns);
            next += 1;
            for ny in y.saturating_sub(1)..(y + 2).min(rows) {
                for nx in x.saturating_sub(1)..(x + 2).min(columns) {
                    let near = ny * columns + nx;
                    if !seen[near] && told[near] >= SURE {
                        seen[near] = true;
                        spot.push(near);
                    }
                }
            }
        }
        out.push(spot);
    }
    out
}
