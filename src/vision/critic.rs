//! A finished card → what on it is not the sitter's, and what of the sitter is missing, as a network sees it place by place.
//!
//! A network of our own (`models/critic.safetensors`, trained by `training/critic.py`) that has no part in making cards: it learned from cards that this program made before walls and
//! rooms whose truth was known, and from pieces of rooms, rims, bites and holes drawn into clean ones. So the networks that cut a sitter out are not the judges of their own work, and what
//! others have cut out is judged as well. It looks at white cards alone.

use std::sync::LazyLock;

use image::RgbImage;

use super::face::Head;
use super::face::network::Pose;
use super::inference::unet::PlacesNet;
use super::inference::{Pool, sigmoid};
use super::scratch::Scratch;
use crate::base::error::{Error, Result};
use crate::base::geometry::{Affine, Point, Size};
use crate::base::resample::Resampled;

static MODEL: LazyLock<std::result::Result<PlacesNet, String>> =
    LazyLock::new(|| PlacesNet::load(include_bytes!("../../models/critic.safetensors")));

/// What the network is shown of a card (`training/cards.py`): its size, the pixels of a face measure in it, and where the middle between the eyes goes, in pixel-centre coordinates.
const CROP: Size = Size::new(176, 224);
const FACE: f64 = 100.0;
const EYES: Point = Point::new(88.0 - 0.5, 0.47 * 224.0 - 0.5);
/// What a place of the network's answer stands for, in crop pixels.
const STRIDE: usize = 4;
/// The probability from which a place counts.
const SURE: f32 = 0.5;

/// Places of one kind that lie together.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Spot {
    /// What they cover, in squared face measures, each place by its probability.
    pub area: f64,
    /// The highest probability among them.
    pub sure: f32,
    /// The box around them, in pixels of the card: left, top, right, bottom.
    pub place: [f64; 4],
}

/// What the network says of a card.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Critique {
    /// What was left of a room, the largest first.
    pub left: Vec<Spot>,
    /// What is missing of the sitter, the largest first.
    pub lost: Vec<Spot>,
}

/// The probabilities of both kinds, place by place.
fn told(net: &PlacesNet, crop: &Resampled, pool: &mut Pool) -> [Vec<f32>; 2] {
    let (width, height) = (CROP.width as usize, CROP.height as usize);
    let mut input = pool.zeros(height, width, 3);
    let rows = crop.pixels.as_raw().chunks_exact(3 * width).zip(crop.covered.chunks_exact(width));
    for (y, (pixels, covered)) in rows.enumerate() {
        for (value, (code, i)) in input.row_mut(y).iter_mut().zip(pixels.iter().zip(0..)) {
            // beyond the card white goes on
            *value = if covered[i / 3] { f32::from(*code) / 127.5 - 1.0 } else { 1.0 };
        }
    }
    let logits = net.run(input, pool);
    let of = |kind: usize| {
        (0..logits.height())
            .flat_map(|y| (0..logits.width()).map(move |x| (y, x)))
            .map(|(y, x)| sigmoid(logits.pixel(y, x)[kind]))
            .collect()
    };
    let told = [of(0), of(1)];
    pool.give([logits]);
    told
}

impl Critique {
    /// Looks at `card`, on which `head` is, in the card's pixels.
    ///
    /// # Errors
    /// [`Error::Internal`] when the built-in weights do not load.
    pub fn of(scratch: &mut Scratch, card: &RgbImage, head: &Head) -> Result<Self> {
        let net = MODEL.as_ref().map_err(|reason| Error::Internal {
            stage: "critic network",
            reason: reason.clone(),
        })?;
        let pose = Pose::of(&head.landmarks);
        let to_crop = Affine::similarity(FACE / pose.size.max(1e-6), 0.0, pose.eyes, EYES);
        let Some(from_crop) = to_crop.inverse() else { return Ok(Self::default()) };
        let crop = scratch.resampler.warp(card, &to_crop, CROP);
        let [left, lost] = told(net, &crop, &mut scratch.pool);
        let inside = |place: usize| {
            let columns = CROP.width as usize / STRIDE;
            let (x, y) = (place % columns * STRIDE, place / columns * STRIDE);
            (y..y + STRIDE)
                .all(|y| (x..x + STRIDE).all(|x| crop.covered[y * CROP.width as usize + x]))
        };
        let spots = |told: Vec<f32>| {
            let told: Vec<f32> =
                told.iter().enumerate().map(|(i, p)| if inside(i) { *p } else { 0.0 }).collect();
            spots(&told, CROP.width as usize / STRIDE, &from_crop)
        };
        Ok(Self { left: spots(left), lost: spots(lost) })
    }
}

/// Gathers places that touch, corners included, and of which each is likelier than not.
fn spots(told: &[f32], columns: usize, from_crop: &Affine) -> Vec<Spot> {
    let rows = told.len() / columns.max(1);
    let mut seen = vec![false; told.len()];
    let mut out = Vec::new();
    let cell = (STRIDE * STRIDE) as f64 / (FACE * FACE);
    for first in 0..told.len() {
        if seen[first] || told[first] < SURE {
            continue;
        }
        seen[first] = true;
        let mut open = vec![first];
        let (mut area, mut sure) = (0.0, 0.0f32);
        let mut places = [usize::MAX, usize::MAX, 0, 0];
        while let Some(at) = open.pop() {
            let (x, y) = (at % columns, at / columns);
            area += cell * f64::from(told[at]);
            sure = sure.max(told[at]);
            places = [places[0].min(x), places[1].min(y), places[2].max(x), places[3].max(y)];
            for ny in y.saturating_sub(1)..(y + 2).min(rows) {
                for nx in x.saturating_sub(1)..(x + 2).min(columns) {
                    let next = ny * columns + nx;
                    if !seen[next] && told[next] >= SURE {
                        seen[next] = true;
                        open.push(next);
                    }
                }
            }
        }
        let corner = |x: usize, y: usize| {
            from_crop.apply(Point::new((x * STRIDE) as f64 - 0.5, (y * STRIDE) as f64 - 0.5))
        };
        let (a, b) = (corner(places[0], places[1]), corner(places[2] + 1, places[3] + 1));
        out.push(Spot { area, sure, place: [a.x, a.y, b.x, b.y] });
    }
    out.sort_by(|a, b| b.area.total_cmp(&a.area));
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_that_touch_are_one_spot_and_lie_where_they_do_on_the_card() {
        let mut told = vec![0.0f32; 10 * 10];
        for at in [11, 12, 23, 77] {
            told[at] = 0.9;
        }
        told[50] = 0.4; // not likelier than not
        let twice = Affine([[2.0, 0.0, 0.0], [0.0, 2.0, 0.0]]);
        let found = spots(&told, 10, &twice);
        assert_eq!(found.len(), 2, "{found:?}");
        assert!((found[0].area - 3.0 * 0.9 * 16.0 / 10_000.0).abs() < 1e-6);
        assert_eq!(found[0].place, [7.0, 7.0, 31.0, 23.0]);
        assert_eq!(found[1].place, [55.0, 55.0, 63.0, 63.0]);
    }
}
