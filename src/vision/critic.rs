//! A finished card → what on it is not the sitter's, what of the sitter is missing, and what they wear, as a network sees it place by place.
//!
//! A network of our own (`models/critic.safetensors`, trained by `training/critic.py`) that has no part in making cards: it learned from cards that this program made before walls and
//! rooms whose truth was known, and from pieces of rooms, rims, bites and holes drawn into clean ones. So the networks that cut a sitter out are not the judges of their own work, and what
//! others have cut out is judged as well. It looks at white cards alone.

use std::sync::LazyLock;

use image::RgbImage;

use super::face::Head;
use super::inference::loaded;
use super::inference::unet::PlacesNet;
use super::places::{self, PLACE, STRIDE, Window};
use super::scratch::Scratch;
use crate::base::error::Result;
use crate::base::geometry::{Affine, Point, Size};
use crate::base::resample::Resampled;

static MODEL: LazyLock<std::result::Result<PlacesNet<3>, String>> =
    LazyLock::new(|| PlacesNet::load(include_bytes!("../../models/critic.safetensors"), 3));

/// All of a card, whose face may be as narrow as an office allows.
const WINDOW: Window = Window::new(208, 256);
const CROP: Size = WINDOW.size;
const COLUMNS: usize = WINDOW.columns();

/// The least that the largest spot of a kind must cover at the first look for a second one in a mirror, in squared face measures: what was left, what is missing, what is worn.
/// Of 142 good cards a third are looked at twice; of 233 with a fault that the mean of both looks shows, all.
const SUSPECT: [f64; 3] = [0.006, 0.004, 0.005];

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

impl Spot {
    /// The middle of its box.
    #[must_use]
    pub fn middle(&self) -> Point {
        let [left, top, right, bottom] = self.place;
        Point::new(left, top).midpoint(Point::new(right, bottom))
    }
}

/// What the network says of a card.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Critique {
    /// What was left of a room, the largest first.
    pub left: Vec<Spot>,
    /// What is missing of the sitter, the largest first.
    pub lost: Vec<Spot>,
    /// What is worn at ears, neck and hair, the largest first.
    pub worn: Vec<Spot>,
}

impl Critique {
    /// Looks at `card`, on which `head` is, in the card's pixels.
    ///
    /// # Errors
    /// [`crate::Error::Internal`] when the built-in weights do not load.
    pub fn of(scratch: &mut Scratch, card: &RgbImage, head: &Head) -> Result<Self> {
        let net = loaded(&MODEL, "critic network")?;
        let Some([to_crop, from_crop]) = WINDOW.maps(head) else { return Ok(Self::default()) };
        let crop = scratch.resampler.warp(card, &to_crop, CROP);
        let mut seen = look(net, scratch, &crop);
        let suspect = |(told, least): (&Vec<f32>, &f64)| {
            spots(told, COLUMNS, &from_crop).first().is_some_and(|spot| spot.area >= *least)
        };
        if seen.iter().zip(&SUSPECT).any(suspect) {
            let again = look(net, scratch, &places::mirrored(&crop));
            for (seen, again) in seen.iter_mut().zip(again) {
                places::agree(seen, again, COLUMNS);
            }
        }
        let [mut left, lost, worn] = seen;
        // what is worn is not left of a room, and the likelier of the two it is
        for (left, worn) in left.iter_mut().zip(&worn) {
            *left = if *worn > *left { 0.0 } else { *left };
        }
        let found = |told: &[f32]| spots(told, COLUMNS, &from_crop);
        let critique = Self { left: found(&left), lost: found(&lost), worn: found(&worn) };
        Ok(critique)
    }
}

/// What the network says of a crop, place by place: what was left, what is missing, what is worn.
fn look(net: &PlacesNet<3>, scratch: &mut Scratch, crop: &Resampled) -> [Vec<f32>; 3] {
    let (width, height) = (CROP.width as usize, CROP.height as usize);
    let mut input = scratch.pool.zeros(height, width, 3);
    // beyond the card white goes on
    places::write(&mut input, &crop.pixels, |i| crop.covered[i], 1.0);
    let mut told = net.told(input, &mut scratch.pool);
    for (place, p) in told.iter_mut().flat_map(|told| told.iter_mut().enumerate()) {
        if !WINDOW.shown(place, &crop.covered) {
            *p = 0.0;
        }
    }
    told
}

/// Gathers places that touch, and says where they are on the card, the largest first.
fn spots(told: &[f32], columns: usize, from_crop: &Affine) -> Vec<Spot> {
    let corner = |x: usize, y: usize| {
        from_crop.apply(Point::new((x * STRIDE) as f64 - 0.5, (y * STRIDE) as f64 - 0.5))
    };
    let mut out: Vec<Spot> = places::spots(told, columns)
        .into_iter()
        .map(|spot| {
            let mut places = [usize::MAX, usize::MAX, 0, 0];
            for at in &spot {
                let (x, y) = (at % columns, at / columns);
                places = [places[0].min(x), places[1].min(y), places[2].max(x), places[3].max(y)];
            }
            let (a, b) = (corner(places[0], places[1]), corner(places[2] + 1, places[3] + 1));
            Spot {
                area: spot.iter().map(|at| PLACE * f64::from(told[*at])).sum(),
                sure: spot.iter().map(|at| told[*at]).fold(0.0, f32::max),
                place: [a.x, a.y, b.x, b.y],
            }
        })
        .collect();
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
