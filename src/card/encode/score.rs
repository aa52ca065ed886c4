//! How good a card looks after encoding: SSIMULACRA2 (Cloudinary, 2023) of the decoded pixels against those before encoding.
//!
//! On a busy machine, one thread, `fast-ssim2` took 14 ms for the reference of a 358×441 card and 25 ms a comparison, `ssimulacra2`
//! 198 ms for both; their scores differed by 0.15 at most. Its documentation says that its scalar and vector paths agree to the bit.

use fast_ssim2::{PixelDescriptor, PixelSlice, Ssimulacra2Reference};
use image::RgbImage;

/// A card that encodings are compared with.
#[derive(Debug)]
pub(super) struct Judge {
    reference: Ssimulacra2Reference,
    width: u32,
    height: u32,
}

impl Judge {
    /// Prepares the comparison with 8-bit sRGB pixels; `None` where the measure is not defined, under 8×8 pixels for instance.
    pub(super) fn new(pixels: &RgbImage) -> Option<Self> {
        let (width, height) = pixels.dimensions();
        if width < 8 || height < 8 {
            return None;
        }
        let reference = Ssimulacra2Reference::new(&view(pixels.as_raw(), width, height)?).ok()?;
        Some(Self { reference, width, height })
    }

    /// The score of decoded 8-bit sRGB pixels of the same size: 100 for the same picture, 90 where differences cannot be seen.
    pub(super) fn score(&self, decoded: &[u8]) -> Option<f64> {
        self.reference
            .compare(&view(decoded, self.width, self.height)?)
            .ok()
            .filter(|s| s.is_finite())
    }
}

fn view(pixels: &[u8], width: u32, height: u32) -> Option<PixelSlice<'_>> {
    PixelSlice::new(pixels, width, height, 3 * width as usize, PixelDescriptor::RGB8_SRGB).ok()
}
