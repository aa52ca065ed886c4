//! Alpha as the matting network sees it: picture and coarse probability in, one alpha per pixel out.
//!
//! A small network of our own (`models/matting.onnx`, trained by `training/`), fully convolutional. It was trained on windows of cards in which a face is about
//! 135 to 235 px wide, with the portrait network's mask as a fourth channel, so larger cards are shrunk for it.

use std::sync::LazyLock;

use image::RgbImage;

use crate::card::Card;
use crate::error::{Error, Result};
use crate::geometry::{Affine, Size};
use crate::inference::{Graph, Runner};
use crate::raster::Plane;
use crate::resample::Resampler;

/// What width and height of the input must be multiples of: the coarsest of the network's levels.
const MULTIPLE: usize = 16;
/// Widest face the network is shown, in pixels.
const WIDEST_FACE: f64 = 240.0;

static MODEL: LazyLock<std::result::Result<Graph, String>> = LazyLock::new(|| {
    Graph::load(include_bytes!("../../models/matting.onnx"), "picture", &["alpha"])
});

/// The matting network of one thread.
#[derive(Debug, Clone)]
pub struct MattingNetwork {
    runner: Runner,
}

impl MattingNetwork {
    /// The network, ready to run on one thread of its own.
    ///
    /// # Errors
    /// [`Error::Internal`] when the built-in model does not load.
    pub fn new() -> Result<Self> {
        Ok(Self { runner: Runner::new("matting network", &MODEL)? })
    }

    /// The alpha of `card`, 0 background … 1 person, at the card's size. `face` is the width of the face on it in pixels.
    ///
    /// # Errors
    /// [`Error::Internal`] when the network fails.
    pub fn alpha(&self, resampler: &Resampler, card: &Card, face: f64) -> Result<Plane> {
        let size = card.size();
        if size.area() == 0 {
            return Ok(card.probability.clone());
        }
        if face <= WIDEST_FACE {
            return self.run(&card.pixels, &card.covered, &card.probability);
        }
        let shrunk = |side: u32| ((f64::from(side) * WIDEST_FACE / face).round() as u32).max(1);
        let small = Size::new(shrunk(size.width), shrunk(size.height));
        let map = Affine::resize(size, small);
        let picture = resampler.warp(&card.pixels, &map, small);
        let covered = vec![true; picture.covered.len()];
        let alpha = self.run(&picture.pixels, &covered, &card.probability.resized(small))?;
        Ok(alpha.resized(size))
    }

    fn run(&self, picture: &RgbImage, covered: &[bool], probability: &Plane) -> Result<Plane> {
        let size = probability.size();
        let (w, h) = (probability.width(), probability.height());
        let (pw, ph) = (w.next_multiple_of(MULTIPLE), h.next_multiple_of(MULTIPLE));
        let area = pw * ph;
        let mut input = vec![0.0f32; 4 * area];
        let codes = picture.as_raw();
        for y in 0..ph {
            for x in 0..pw {
                // beyond the card its edge is repeated; where the photo does not reach: mid-grey, which normalisation makes zero, as in training
                let from = y.min(h - 1) * w + x.min(w - 1);
                let to = y * pw + x;
                for c in 0..3 {
                    input[c * area + to] =
                        if covered[from] { f32::from(codes[3 * from + c]) / 255.0 } else { 0.5 };
                }
                input[3 * area + to] = probability.data()[from];
            }
        }
        let out = self.runner.run([1, 4, ph, pw], input)?;
        let padded = out.into_iter().next().unwrap_or_default();
        let alpha = padded.chunks_exact(pw).take(h).flat_map(|row| &row[..w]).copied().collect();
        Plane::from_data(size, alpha).ok_or_else(|| Error::Internal {
            stage: "matting network",
            reason: "an alpha of another size".to_owned(),
        })
    }
}
