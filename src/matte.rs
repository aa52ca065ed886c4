//! Card → alpha of the person, and the person's own colours at the edge.
//!
//! The network's mask says where the person is to within a few card pixels; what happens inside that band is decided by the picture:
//! [`trimap`] → [`solve`] (closed-form matting in the band, held by what the mask and the backdrop's colours are sure of) → [`foreground`].

pub mod foreground;
pub mod plain;
pub mod samples;
pub mod solve;
pub mod trimap;

use image::RgbImage;

use self::plain::PlainWall;
use crate::background::Backdrop;
use crate::card::Card;
use crate::raster::Plane;

/// The person on a card: how much of each pixel, and in which colour.
#[derive(Debug, Clone)]
pub struct Matte {
    /// Alpha, 0 background … 1 person, straight (not premultiplied).
    pub alpha: Plane,
    /// The person's colour in sRGB codes 0..=1 where alpha lies strictly between 0 and 1; the card's own colour elsewhere.
    pub foreground: Vec<[f32; 3]>,
    /// How much of the band was decided clearly, 0..=1; below about 0.6 a clerk may see traces of the wall.
    pub confidence: f64,
}

/// Alpha below which a pixel is background, and above one minus which it is person: less than JPEG's own noise.
const NEGLIGIBLE: f32 = 0.012;

/// Cuts the person out of `card`. Card, probability, and coverage agree in size.
#[must_use]
pub fn matte(card: &Card, head: &crate::face::Head) -> Matte {
    let image = codes(&card.pixels);
    let mut trimap = trimap::trimap(card, head);
    let wall = PlainWall::of(&image, &trimap, &card.covered, card.size());
    if let Some(wall) = &wall {
        plain::reclaim(&image, card, head, wall, &mut trimap);
    }
    let backdrop = Backdrop::of(&image, &trimap, card.size());
    let solution =
        solve::solve(&image, &trimap, &card.probability, &backdrop, wall.as_ref(), card.size());
    let mut alpha = solution.alpha;
    for (i, (a, covered)) in alpha.data_mut().iter_mut().zip(&card.covered).enumerate() {
        *a = without_haze(*a, backdrop.spread[i]);
        *a = if !covered || *a < NEGLIGIBLE {
            0.0
        } else if *a > 1.0 - NEGLIGIBLE {
            1.0
        } else {
            *a
        };
    }
    let foreground = foreground::estimate(&image, alpha.data(), card.size());
    Matte { alpha, foreground, confidence: solution.confidence }
}

/// Takes the haze off: what closed-form matting leaves where the wall itself has edges. The busier the wall (standard deviation `spread`, in codes), the less a
/// faint alpha can be a strand of hair; alphas of twice the floor stay as they are, so the edge keeps its softness.
fn without_haze(alpha: f32, spread: f32) -> f32 {
    let busy = spread * spread / (spread * spread + 0.06 * 0.06);
    let floor = 0.02 + 0.16 * busy;
    let t = ((alpha - 0.5 * floor) / (1.5 * floor)).clamp(0.0, 1.0);
    alpha * t * t * (3.0 - 2.0 * t)
}

/// The card's pixels as sRGB codes, 0..=1.
fn codes(pixels: &RgbImage) -> Vec<[f32; 3]> {
    pixels.pixels().map(|p| p.0.map(|v| f32::from(v) / 255.0)).collect()
}

/// The person on a plain background of `colour`: alpha over it, in sRGB codes, as the offices' own software blends.
#[must_use]
pub fn whitened(card: &RgbImage, matte: &Matte, colour: [u8; 3]) -> RgbImage {
    let mut out = card.clone();
    let wall = colour.map(|v| f32::from(v) / 255.0);
    for ((pixel, alpha), own) in out.pixels_mut().zip(matte.alpha.data()).zip(&matte.foreground) {
        if *alpha <= 0.0 {
            pixel.0 = colour;
        } else if *alpha < 1.0 {
            for c in 0..3 {
                pixel.0[c] = ((own[c] * alpha + wall[c] * (1.0 - alpha)).clamp(0.0, 1.0) * 255.0
                    + 0.5) as u8;
            }
        }
    }
    out
}

/// The card with its own background, and `colour` where the photo does not reach.
#[must_use]
pub fn extended(card: &Card, colour: [u8; 3]) -> RgbImage {
    let mut out = card.pixels.clone();
    for (pixel, _) in out.pixels_mut().zip(&card.covered).filter(|(_, covered)| !**covered) {
        pixel.0 = colour;
    }
    out
}
