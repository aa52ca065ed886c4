//! Pixels and a byte window → a baseline JPEG inside the window, at the best quality that fits.
//!
//! One scan, optimised Huffman tables, a JFIF header with the resolution, nothing else: a file that any old card system reads.
//! A floor that no picture data reaches is filled with comment segments, and [`EncodedJpeg::padding`] says so.

mod jpeg;
mod padding;
mod search;

use std::fmt;

use image::RgbImage;

use crate::error::{Error, Result};
use crate::geometry::Size;
use crate::raster::Plane;
use crate::units::{Bytes, Dpi};

use search::{Goal, Landing};

/// Where a file's size must lie, in bytes; both ends belong to it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ByteWindow {
    min: u64,
    max: u64,
}

impl ByteWindow {
    /// The sizes `min..=max` in bytes, or `None` when `min` is above `max` or `max` is 0.
    #[must_use]
    pub const fn new(min: u64, max: u64) -> Option<Self> {
        if min <= max && max > 0 { Some(Self { min, max }) } else { None }
    }

    /// The smallest size inside.
    #[must_use]
    pub const fn min(self) -> u64 {
        self.min
    }

    /// The largest size inside.
    #[must_use]
    pub const fn max(self) -> u64 {
        self.max
    }

    /// Whether a size lies inside.
    #[must_use]
    pub const fn contains(self, size: u64) -> bool {
        self.min <= size && size <= self.max
    }
}

/// How many pixels share one colour sample.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Subsampling {
    /// Two by two pixels.
    S420,
    /// Two pixels side by side.
    S422,
    /// Every pixel has its own.
    S444,
}

impl fmt::Display for Subsampling {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::S420 => "4:2:0",
            Self::S422 => "4:2:2",
            Self::S444 => "4:4:4",
        })
    }
}

/// Which pixels of a card are background, nothing of the person in them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BackgroundMask {
    size: Size,
    background: Vec<bool>,
}

impl BackgroundMask {
    /// Takes for background every pixel whose alpha is 0.
    #[must_use]
    pub fn from_alpha(alpha: &Plane) -> Self {
        Self { size: alpha.size(), background: alpha.data().iter().map(|a| *a <= 0.0).collect() }
    }

    /// A mask of row-major `background`, or `None` when its length is not the area of `size`.
    #[must_use]
    pub fn from_pixels(size: Size, background: Vec<bool>) -> Option<Self> {
        (background.len() as u64 == size.area()).then_some(Self { size, background })
    }

    /// Width and height.
    #[must_use]
    pub const fn size(&self) -> Size {
        self.size
    }

    /// Whether each pixel is background, row after row.
    #[must_use]
    pub fn pixels(&self) -> &[bool] {
        &self.background
    }
}

/// A finished file and how it came about.
#[derive(Debug, Clone, PartialEq)]
pub struct EncodedJpeg {
    /// The whole file.
    pub bytes: Vec<u8>,
    /// The quality, 1..=100 on libjpeg's scale, whose quantisation comes nearest.
    pub quality: u8,
    /// The chroma subsampling.
    pub subsampling: Subsampling,
    /// Bytes that carry no picture data; 0 where the picture alone lands inside the window.
    pub padding: u64,
    /// SSIMULACRA2 against the card before encoding, where it was measured: 90 is visually lossless, 70 high quality.
    pub ssimulacra2: Option<f64>,
    /// How many encodings were made.
    pub attempts: u32,
}

/// Encodes cards; owns the buffers it works in, one encoder per thread.
#[derive(Debug, Default)]
pub struct Encoder {
    planes: jpeg::Planes,
}

impl Encoder {
    /// An encoder with empty buffers.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Encodes 8-bit sRGB `pixels` into `window`, with `dpi` in the header.
    ///
    /// `background` tells which pixels must stay white; its size must be that of `pixels`, or it is ignored.
    ///
    /// # Errors
    /// [`Error::WindowUnreachable`] when the smallest file is larger than the window; [`Error::Internal`] when the encoder refuses
    /// the picture, an empty one for instance.
    pub fn encode_within(
        &mut self,
        pixels: &RgbImage,
        background: Option<&BackgroundMask>,
        dpi: Dpi,
        window: ByteWindow,
    ) -> Result<EncodedJpeg> {
        let _ = background.filter(|b| (b.size.width, b.size.height) == pixels.dimensions());
        let mut attempts = 0;
        let mut smallest = u64::MAX;
        let mut below: Option<EncodedJpeg> = None;
        for subsampling in [Subsampling::S420, Subsampling::S444] {
            self.planes.fill(pixels, subsampling);
            let mut kept: Vec<(u32, Vec<u8>)> = Vec::new();
            let slack = window.max() / 150;
            let goal =
                Goal { window, slack, last: jpeg::LAST_STEP, start: jpeg::step_for_quality(75) };
            let landing = search::climb(goal, |step| {
                attempts += 1;
                let bytes = self.planes.encode(step, dpi)?;
                let size = bytes.len() as u64;
                smallest = smallest.min(size);
                kept.push((step, bytes));
                Ok(size)
            })?;
            let (Landing::Inside(rung) | Landing::Below(rung) | Landing::Above(rung)) = landing;
            let bytes = kept
                .into_iter()
                .find_map(|(step, bytes)| (step == rung.step).then_some(bytes))
                .unwrap_or_default();
            let quality = jpeg::quality_of_step(rung.step);
            let found = EncodedJpeg {
                bytes,
                quality,
                subsampling,
                padding: 0,
                ssimulacra2: None,
                attempts,
            };
            match landing {
                // Below 14 KB 4:2:0 looks better, above 4:4:4 does or is level.
                Landing::Inside(_) if subsampling == Subsampling::S444 || rung.size < 14_000 => {
                    return Ok(found);
                }
                Landing::Inside(_) | Landing::Below(_) => below = Some(found),
                Landing::Above(_) => {}
            }
        }
        let mut best = below.ok_or(Error::WindowUnreachable {
            min: Bytes::new(window.min()),
            max: Bytes::new(window.max()),
            smallest: Bytes::new(smallest),
        })?;
        let missing = window.min().saturating_sub(best.bytes.len() as u64);
        if missing > 0 {
            let count = missing.max(padding::LEAST);
            best.bytes = padding::padded(&best.bytes, count)
                .filter(|b| window.contains(b.len() as u64))
                .ok_or(Error::WindowUnreachable {
                    min: Bytes::new(window.min()),
                    max: Bytes::new(window.max()),
                    smallest: Bytes::new(smallest),
                })?;
            best.padding = count;
        }
        best.attempts = attempts;
        Ok(best)
    }
}
