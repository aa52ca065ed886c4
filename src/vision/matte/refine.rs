//! A second look at a cut-out: what of the room it took for the sitter.
//!
//! A network of our own (`models/refiner.safetensors`, trained by `training/critic.py --net refiner`) sees the whole card before its background is replaced, and the alpha that was found, and
//! says place by place where that is wrong. It learned from what this program really took for sitters before rooms, so it knows its mistakes. The critic that judges the finished card is
//! another network, which sees the card alone.
//!
//! It has a word on what was taken from the sitter, too, which is not used: on 139 labelled cards it gave collars back to two, and chairs and flags to nine.

use std::sync::LazyLock;

use image::DynamicImage;

use crate::base::error::Result;
use crate::base::geometry::{Affine, Point, Size};
use crate::base::raster::Plane;
use crate::base::resample::Resampled;
use crate::vision::face::Head;
use crate::vision::frame::Card;
use crate::vision::inference::loaded;
use crate::vision::inference::unet::PlacesNet;
use crate::vision::matte::doubts::Doubts;
use crate::vision::places::{self, PLACE, STRIDE, Window};
use crate::vision::scratch::Scratch;

static MODEL: LazyLock<std::result::Result<PlacesNet<2>, String>> = LazyLock::new(|| {
    PlacesNet::load(include_bytes!("../../../models/refiner.safetensors"), CHANNELS)
});

/// All of a card, whose face may be as narrow as an office allows.
const WINDOW: Window = Window::new(208, 256);
const CROP: Size = WINDOW.size;
const COLUMNS: usize = WINDOW.columns();
/// Red, green, blue, and alpha.
const CHANNELS: usize = 4;
/// The least that places which hang together must cover, each by its probability, in squared face measures; the least probability of the surest of them at a first look for a second one in a mirror,
/// and in the mean of both to count.
const LEAST: f64 = 0.002;
const SUSPECT: f32 = 0.6;
const SUREST: f32 = 0.8;
/// Probabilities between which a place's word begins to count and counts in full.
const FROM: f32 = 0.35;
const FULL: f32 = 0.65;

/// Where the cut-out `alpha` of `card`, on which `head` is, holds what is of the room. None where nothing is wrong.
///
/// # Errors
/// [`crate::Error::Internal`] when the built-in weights do not load.
pub(super) fn doubts(
    scratch: &mut Scratch,
    card: &Card,
    alpha: &Plane,
    head: &Head,
) -> Result<Option<Doubts>> {
    let net = loaded(&MODEL, "refiner network")?;
    let Some([to_crop, from_crop]) = WINDOW.maps(head) else { return Ok(None) };
    let mut crop = scratch.resampler.warp(&card.pixels, &to_crop, CROP);
    for (covered, reached) in crop.covered.iter_mut().zip(reached(card, &from_crop)) {
        *covered &= reached;
    }
    // black where the card ends
    let grey = DynamicImage::ImageLuma8(alpha.to_gray()).into_rgb8();
    let mut matte = scratch.resampler.warp(&grey, &to_crop, CROP);
    for (pixel, covered) in matte.pixels.pixels_mut().zip(&matte.covered) {
        pixel.0 = if *covered { pixel.0 } else { [0; 3] };
    }
    let mut told = look(net, scratch, &crop, &matte);
    if counted(&told, SUSPECT).is_none() {
        return Ok(None);
    }
    let again = look(net, scratch, &places::mirrored(&crop), &places::mirrored(&matte));
    places::agree(&mut told, again, COLUMNS);
    let left = counted(&told, SUREST);
    Ok(left.map(|left| Doubts::new(spread(left, &to_crop, card.size()))))
}

/// What the network says of a crop and of the alpha found there, a picture of the same size in grey: place by place, what is of the room.
fn look(
    net: &PlacesNet<2>,
    scratch: &mut Scratch,
    crop: &Resampled,
    matte: &Resampled,
) -> Vec<f32> {
    let (width, height) = (CROP.width as usize, CROP.height as usize);
    let mut input = scratch.pool.zeros(height, width, CHANNELS);
    // where the photo does not reach: mid-grey, which is zero, as in training
    places::write(&mut input, &crop.pixels, |i| crop.covered[i], 0.0);
    for (y, codes) in matte.pixels.as_raw().chunks_exact(3 * width).enumerate() {
        let line = input.row_mut(y).chunks_exact_mut(CHANNELS);
        for (place, [code, ..]) in line.zip(codes.as_chunks::<3>().0) {
            place[3] = f32::from(*code) / 127.5 - 1.0;
        }
    }
    let [left, _] = net.told(input, &mut scratch.pool);
    left
}

/// Which of the crop's pixels the photo reaches: the nearest card pixel's word.
fn reached(card: &Card, from_crop: &Affine) -> Vec<bool> {
    let size = card.size();
    let last = |n: u32| f64::from(n.max(1) - 1);
    (0..CROP.height)
        .flat_map(|y| (0..CROP.width).map(move |x| (x, y)))
        .map(|(x, y)| {
            let p = from_crop.apply(Point::new(f64::from(x), f64::from(y)));
            let (x, y) = (
                p.x.round().clamp(0.0, last(size.width)),
                p.y.round().clamp(0.0, last(size.height)),
            );
            card.covered.get(y as usize * size.width as usize + x as usize) == Some(&true)
        })
        .collect()
}

/// What of the answer counts: places that hang together and are enough, the surest of them `sure`.
fn counted(told: &[f32], sure: f32) -> Option<Vec<f32>> {
    let mut out = vec![0.0; told.len()];
    let mut any = false;
    for spot in places::spots(told, COLUMNS) {
        let area: f64 = spot.iter().map(|at| PLACE * f64::from(told[*at])).sum();
        let surest = spot.iter().map(|at| told[*at]).fold(0.0, f32::max);
        if area < LEAST || surest < sure {
            continue;
        }
        any = true;
        // the places around say where between them it ends
        for at in spot {
            let (x, y) = (at % COLUMNS, at / COLUMNS);
            for ny in y.saturating_sub(1)..(y + 2).min(told.len() / COLUMNS) {
                for nx in x.saturating_sub(1)..(x + 2).min(COLUMNS) {
                    out[ny * COLUMNS + nx] = told[ny * COLUMNS + nx];
                }
            }
        }
    }
    any.then_some(out)
}

/// The answer at the card's size.
fn spread(told: Vec<f32>, to_crop: &Affine, size: Size) -> Plane {
    let rows = CROP.height / STRIDE as u32;
    let Some(coarse) = Plane::from_data(Size::new(COLUMNS as u32, rows), told) else {
        return Plane::filled(size, 0.0);
    };
    // a place's middle lies between its second pixel and its third
    let k = 1.0 / STRIDE as f64;
    let to_places = Affine([[k, 0.0, 0.5 * k - 0.5], [0.0, k, 0.5 * k - 0.5]]);
    let mut out = coarse.fetched(&to_places.after(to_crop), size);
    for v in out.data_mut() {
        *v = super::smooth_step((*v - FROM) / (FULL - FROM));
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(x: usize, y: usize) -> usize {
        y * COLUMNS + x
    }

    #[test]
    fn what_is_small_or_nowhere_sure_does_not_count_and_what_counts_ends_between_places() {
        let mut told = vec![0.0; COLUMNS * CROP.height as usize / STRIDE];
        told[at(5, 5)] = 0.99; // one place: 0.0016 of a squared face measure
        (20..26).for_each(|x| told[at(x, 9)] = 0.7); // large, and nowhere sure
        assert_eq!(counted(&told, SUREST), None);
        (20..22).for_each(|x| told[at(x, 30)] = 0.95);
        told[at(22, 30)] = 0.3;
        let left = counted(&told, SUREST).expect("two sure places");
        assert_eq!([left[at(5, 5)], left[at(20, 9)]], [0.0; 2]);
        assert_eq!([20, 21, 22, 23].map(|x| left[at(x, 30)]), [0.95, 0.95, 0.3, 0.0]);
    }

    #[test]
    fn alpha_goes_where_the_place_is_on_the_card_and_nowhere_else() {
        let mut told = vec![0.0; COLUMNS * CROP.height as usize / STRIDE];
        for y in 20..24 {
            (10..14).for_each(|x| told[at(x, y)] = 1.0);
        }
        let left = counted(&told, SUREST).expect("sure places");
        // a card twice as large as the crop
        let to_crop = Affine([[0.5, 0.0, -0.25], [0.0, 0.5, -0.25]]);
        let size = Size::new(2 * CROP.width, 2 * CROP.height);
        let doubts = Doubts::new(spread(left, &to_crop, size));
        let alpha = doubts.amended(&Plane::filled(size, 1.0));
        let k = 2 * STRIDE as i64;
        assert_eq!(alpha.at(12 * k, 22 * k), 0.0, "in the middle");
        for (x, y) in [(9 * k, 22 * k), (15 * k, 22 * k), (12 * k, 19 * k), (12 * k, 25 * k)] {
            assert_eq!(alpha.at(x, y), 1.0, "{x}, {y}");
        }
    }
}
