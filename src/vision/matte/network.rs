//! Alpha as the matting network sees it: picture and coarse probability in, one alpha per pixel out.
//!
//! A small network of our own (`models/matting.safetensors`, trained by `training/`), fully convolutional. It was trained on windows of cards in which a face is about
//! 135 to 235 px wide, with the portrait network's mask as a fourth channel, so larger cards are shrunk for it.

use std::sync::LazyLock;

use image::RgbImage;

use crate::base::error::{Error, Result};
use crate::base::geometry::{Affine, Size};
use crate::base::raster::Plane;
use crate::vision::frame::Card;
use crate::vision::inference::unet::{Fused, Levels, UNet, Up};
use crate::vision::inference::{Conv, Keeping, Map, Pool, Weights, in_turn, loaded, shuffled};
use crate::vision::scratch::Scratch;

/// What width and height of the input must be multiples of: the coarsest of the network's levels.
const MULTIPLE: usize = 16;
/// Widest face the network is shown, in pixels.
const WIDEST_FACE: f64 = 240.0;
/// The same where an outline is enough: still among the sizes of the training, and half the pixels. On 91 labelled portraits as many heads were placed within their
/// limits as with outlines at full size, settled above the eyes.
const OUTLINE_FACE: f64 = 145.0;

static MODEL: LazyLock<std::result::Result<MattingNet, String>> =
    LazyLock::new(|| MattingNet::load(include_bytes!("../../../models/matting.safetensors")));

/// The layers (`MattingNet` in `training/model.py`).
#[derive(Debug)]
struct MattingNet {
    unet: UNet,
    up: Up,
    fine: Fused,
    alpha: [Conv; 2],
}

impl MattingNet {
    fn load(file: &[u8]) -> std::result::Result<Self, String> {
        let weights = Weights::of(file, Keeping::Transformed)?;
        let unet = UNet::load(&weights, CHANNELS)?;
        let up = Up::load(&weights, "u1", unet.second_channels(), unet.first_channels())?;
        let fine = Fused::load(&weights, "d1", up.outputs(), 1)?;
        let first = weights.conv("alpha.0.0", up.outputs(), 1, true)?;
        let second = weights.conv("alpha.1", first.outputs(), 1, false)?;
        Ok(Self { unet, up, fine, alpha: [first, second] })
    }

    fn run(&self, picture: Map, pool: &mut Pool) -> Plane {
        let Levels { first, coarsest, second } = self.unet.run(picture, pool);
        let fine = self.up.run(&second, &first, pool);
        pool.give([first, coarsest, second]);
        let fine = self.fine.run(fine, pool);
        let logits = in_turn(&self.alpha, &fine, pool);
        let alpha = shuffled(&logits);
        pool.give([fine, logits]);
        alpha
    }
}

/// Red, green, blue, and the portrait network's probability.
const CHANNELS: usize = 4;

/// The matting network, loaded once per process.
#[derive(Debug)]
pub struct MattingNetwork {
    net: &'static MattingNet,
}

impl MattingNetwork {
    /// The network, ready to run.
    ///
    /// # Errors
    /// [`Error::Internal`] when the built-in weights do not load.
    pub fn new() -> Result<Self> {
        loaded(&MODEL, "matting network").map(|net| Self { net })
    }

    /// The alpha of `card`, 0 background … 1 person, at the card's size. `face` is the width of the face on it in pixels.
    ///
    /// # Errors
    /// [`Error::Internal`] when the network fails.
    pub fn once(&self, scratch: &mut Scratch, card: &Card, face: f64) -> Result<Plane> {
        self.seen(scratch, card, face, WIDEST_FACE)
    }

    /// What [`Self::once`] saw, and what is seen of `card` in a mirror: people have no handedness, so where the two disagree the network errs. On 139 labelled cards the error in the edge band
    /// fell by 3 % and the wall taken for the person by 8 %.
    ///
    /// # Errors
    /// [`Error::Internal`] when the network fails.
    pub fn mirrored_too(
        &self,
        scratch: &mut Scratch,
        card: &Card,
        face: f64,
        once: Plane,
    ) -> Result<Plane> {
        let mirrored = self.seen(scratch, &mirrored(card), face, WIDEST_FACE)?;
        Ok(between(once, &mirrored))
    }

    /// The same, looked at as small as it goes without losing the outline: in half the time.
    ///
    /// # Errors
    /// [`Error::Internal`] when the network fails.
    pub fn outline(&self, scratch: &mut Scratch, card: &Card, face: f64) -> Result<Plane> {
        self.seen(scratch, card, face, OUTLINE_FACE)
    }

    /// The alpha of `card`, whose face of `face` pixels is shown no wider than `widest`.
    fn seen(&self, scratch: &mut Scratch, card: &Card, face: f64, widest: f64) -> Result<Plane> {
        let size = card.size();
        if size.area() == 0 {
            return Ok(card.probability.clone());
        }
        if face <= widest {
            let Card { pixels, covered, probability } = card;
            return self.run(pixels, covered, probability, &mut scratch.pool);
        }
        let shrunk = |side: u32| ((f64::from(side) * widest / face).round() as u32).max(1);
        let small = Size::new(shrunk(size.width), shrunk(size.height));
        let map = Affine::resize(size, small);
        let picture = scratch.resampler.warp(&card.pixels, &map, small);
        let covered = covered_at(&card.covered, size, small);
        let probability = card.probability.resized(small);
        let alpha = self.run(&picture.pixels, &covered, &probability, &mut scratch.pool)?;
        Ok(alpha.resized(size))
    }

    fn run(
        &self,
        picture: &RgbImage,
        covered: &[bool],
        probability: &Plane,
        pool: &mut Pool,
    ) -> Result<Plane> {
        let size = probability.size();
        let (w, h) = (probability.width(), probability.height());
        let (pw, ph) = (w.next_multiple_of(MULTIPLE), h.next_multiple_of(MULTIPLE));
        let mut input = pool.zeros(ph, pw, CHANNELS);
        let codes = picture.as_raw();
        for y in 0..ph {
            for (x, place) in input.row_mut(y).chunks_exact_mut(CHANNELS).enumerate() {
                // beyond the card its edge is repeated; where the photo does not reach: mid-grey, which is zero, as in training
                let from = y.min(h - 1) * w + x.min(w - 1);
                if covered[from] {
                    for (v, code) in place.iter_mut().zip(&codes[3 * from..3 * from + 3]) {
                        *v = f32::from(*code) / 127.5 - 1.0;
                    }
                }
                place[3] = 2.0 * probability.data()[from] - 1.0;
            }
        }
        let padded = self.net.run(input, pool);
        let alpha = (0..h).flat_map(|y| &padded.row(y)[..w]).copied().collect();
        Plane::from_data(size, alpha).ok_or_else(|| failed("an alpha of another size"))
    }
}

/// The card in a mirror.
fn mirrored(card: &Card) -> Card {
    let width = card.probability.width().max(1);
    let pixels = image::imageops::flip_horizontal(&card.pixels);
    let (mut covered, mut probability) = (card.covered.clone(), card.probability.clone());
    covered.chunks_exact_mut(width).for_each(<[bool]>::reverse);
    probability.data_mut().chunks_exact_mut(width).for_each(<[f32]>::reverse);
    Card { pixels, covered, probability }
}

/// The mean, of logits, of an alpha and one seen in a mirror.
fn between(mut straight: Plane, mirrored: &Plane) -> Plane {
    let width = straight.width().max(1);
    let odds = |alpha: f32| {
        let alpha = alpha.clamp(LEAST, 1.0 - LEAST);
        alpha / (1.0 - alpha)
    };
    let rows = straight.data_mut().chunks_exact_mut(width);
    for (row, other) in rows.zip(mirrored.data().chunks_exact(width)) {
        for (a, b) in row.iter_mut().zip(other.iter().rev()) {
            let both = (odds(*a) * odds(*b)).sqrt();
            *a = both / (1.0 + both);
        }
    }
    straight
}

/// The alpha nearest to 0 and 1 that has a logit.
const LEAST: f32 = 1e-4;

/// Which pixels the photo reaches in a card shrunk from `size` to `small`: the nearest one's word.
fn covered_at(covered: &[bool], size: Size, small: Size) -> Vec<bool> {
    let middle = |i: u32, n: u32, of: u32| {
        ((f64::from(i) + 0.5) * f64::from(of) / f64::from(n)).min(f64::from(of - 1)) as usize
    };
    let rows = (0..small.height).map(|y| middle(y, small.height, size.height));
    rows.flat_map(|y| {
        (0..small.width)
            .map(move |x| covered[y * size.width as usize + middle(x, small.width, size.width)])
    })
    .collect()
}

fn failed(reason: &str) -> Error {
    Error::Internal { stage: "matting network", reason: reason.to_owned() }
}
