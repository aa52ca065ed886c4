//! One JPEG at one step of the quality ladder.

use image::RgbImage;
use mozjpeg_rs::{PixelDensity, Preset, QuantTableIdx};

use super::Subsampling;
use crate::error::{Error, Result};
use crate::units::Dpi;

/// The top of the ladder: every quantiser is 1.
pub(super) const LAST_STEP: u32 = 1840;

/// The scale of the tables in percent, 5000 at the bottom, half a percent less each step, 0 at the top.
fn scale_of_step(step: u32) -> f64 {
    if step >= LAST_STEP { 0.0 } else { 5000.0 * (-0.005 * f64::from(step)).exp() }
}

/// The quality on libjpeg's scale whose table scale is nearest.
pub(super) fn quality_of_step(step: u32) -> u8 {
    let scale = scale_of_step(step);
    let quality = if scale > 100.0 { 5000.0 / scale } else { 100.0 - scale / 2.0 };
    quality.round().clamp(1.0, 100.0) as u8
}

/// The step nearest to a quality on libjpeg's scale.
pub(super) fn step_for_quality(quality: u8) -> u32 {
    let quality = f64::from(quality.clamp(1, 99));
    let scale = if quality < 50.0 { 5000.0 / quality } else { 200.0 - 2.0 * quality };
    ((5000.0 / scale).ln() / 0.005).round() as u32
}

#[derive(Debug, Default)]
pub(super) struct Planes {
    rgb: Vec<u8>,
    width: u32,
    height: u32,
    subsampling: Option<Subsampling>,
}

impl Planes {
    pub(super) fn fill(&mut self, pixels: &RgbImage, subsampling: Subsampling) {
        self.rgb.clear();
        self.rgb.extend_from_slice(pixels.as_raw());
        (self.width, self.height) = pixels.dimensions();
        self.subsampling = Some(subsampling);
    }

    pub(super) fn encode(&self, step: u32, dpi: Dpi) -> Result<Vec<u8>> {
        let scale = scale_of_step(step);
        let scaled = |base: &[u16; 64]| {
            base.map(|v| (f64::from(v) * scale / 100.0).round().clamp(1.0, 255.0) as u16)
        };
        let tables = QuantTableIdx::Robidoux;
        let subsampling = match self.subsampling {
            Some(Subsampling::S444) => mozjpeg_rs::Subsampling::S444,
            Some(Subsampling::S422) => mozjpeg_rs::Subsampling::S422,
            Some(Subsampling::S420) | None => mozjpeg_rs::Subsampling::S420,
        };
        mozjpeg_rs::Encoder::new(Preset::BaselineBalanced)
            .quality(50)
            .custom_luma_qtable(scaled(mozjpeg_rs::quant::get_luminance_quant_table(tables)))
            .custom_chroma_qtable(scaled(mozjpeg_rs::quant::get_chrominance_quant_table(tables)))
            .force_baseline(true)
            .subsampling(subsampling)
            .pixel_density(PixelDensity::dpi(dpi.to_dpi(), dpi.to_dpi()))
            .encode_rgb(&self.rgb, self.width, self.height)
            .map_err(|error| Error::Internal { stage: "encode", reason: error.to_string() })
    }
}
