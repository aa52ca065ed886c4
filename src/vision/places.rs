//! What networks that look at finished or nearly finished cards are shown, and how their word about places is read (`training/cards.py`).
//!
//! The crop stands upright, as a card does. An answer is about places of 4 × 4 crop pixels.

use image::RgbImage;

use super::face::Head;
use super::face::network::Pose;
use super::inference::Map;
use crate::base::geometry::{Affine, Point, Size};
use crate::base::resample::Resampled;

/// What a network is shown of a card.
pub(crate) struct Window {
    /// Size of the crop, in pixels.
    pub(crate) size: Size,
    /// Where the middle between the eyes goes, in pixel-centre coordinates.
    eyes: Point,
}

/// Pixels of a face measure in a crop.
const FACE: f64 = 100.0;
/// Crop pixels of a place, across and down.
pub(crate) const STRIDE: usize = 4;
/// What a place covers, in squared face measures.
pub(crate) const PLACE: f64 = (STRIDE * STRIDE) as f64 / (FACE * FACE);
/// The probability from which a place counts.
const SURE: f32 = 0.5;

impl Window {
    /// A crop of this size, whose upper part is the same whatever it shows below.
    pub(crate) const fn new(width: u32, height: u32) -> Self {
        Self {
            size: Size::new(width, height),
            eyes: Point::new(width as f64 / 2.0 - 0.5, 105.28 - 0.5),
        }
    }

    /// Places in a row.
    pub(crate) const fn columns(&self) -> usize {
        self.size.width as usize / STRIDE
    }

    /// The way from a card's pixels to the crop's, and back; none where the head has no size.
    pub(crate) fn maps(&self, head: &Head) -> Option<[Affine; 2]> {
        let pose = Pose::of(&head.landmarks);
        let to_crop = Affine::similarity(FACE / pose.size.max(1e-6), 0.0, pose.eyes, self.eyes);
        Some([to_crop, to_crop.inverse()?])
    }

    /// Whether all of a place lies on the picture, which covers the crop's pixels where `covered` says so.
    pub(crate) fn shown(&self, place: usize, covered: &[bool]) -> bool {
        let (width, columns) = (self.size.width as usize, self.columns());
        let (x, y) = (place % columns * STRIDE, place / columns * STRIDE);
        (y..y + STRIDE).all(|y| (x..x + STRIDE).all(|x| covered[y * width + x]))
    }

    /// Where the middle of a place lies from the middle between the eyes, to the right and down, in face measures.
    pub(crate) fn beside_eyes(&self, place: usize) -> Point {
        let columns = self.columns();
        let middle = |n: usize| (n * STRIDE) as f64 + (STRIDE - 1) as f64 / 2.0;
        let (x, y) = (middle(place % columns), middle(place / columns));
        Point::new((x - self.eyes.x) / FACE, (y - self.eyes.y) / FACE)
    }
}

/// Writes a picture of the input's size into its first three channels, −1..=1; where `shown` says no, `instead`.
pub(crate) fn write(input: &mut Map, crop: &RgbImage, shown: impl Fn(usize) -> bool, instead: f32) {
    let (width, channels) = (input.width(), input.channels());
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

/// A crop in a mirror.
pub(crate) fn mirrored(crop: &Resampled) -> Resampled {
    let pixels = image::imageops::flip_horizontal(&crop.pixels);
    let mut covered = crop.covered.clone();
    covered.chunks_exact_mut(crop.pixels.width() as usize).for_each(<[bool]>::reverse);
    Resampled { pixels, covered }
}

/// Makes of what was told of a crop the mean of that and of what was told of its mirror image, `columns` places in a row: people have no handedness, so what is seen one way only is not believed.
pub(crate) fn agree(told: &mut [f32], mut mirrored: Vec<f32>, columns: usize) {
    mirrored.chunks_exact_mut(columns).for_each(<[f32]>::reverse);
    told.iter_mut().zip(&mirrored).for_each(|(p, q)| *p = 0.5 * (*p + q));
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
