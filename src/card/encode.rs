//! Pixels and a byte window → a baseline JPEG inside the window, at the best quality that fits.
//!
//! One scan, optimised Huffman tables, a JFIF header with the resolution, nothing else: a file that any old card system reads.
//! A floor that no picture data reaches is filled with comment segments, and [`EncodedJpeg::padding`] says so.

mod dct;
mod huffman;
mod padding;
mod planes;
mod press;
mod preview;
mod quantise;
mod score;
mod search;
mod tables;
mod trellis;
mod white;
mod writer;

#[cfg(test)]
mod tests;

use std::fmt;

use image::RgbImage;

use crate::base::error::{Error, Result};
use crate::base::geometry::Size;
use crate::base::raster::Plane;
use crate::base::units::{Bytes, Dpi};

use score::Judge;
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

impl Subsampling {
    /// How many pixels share a colour sample, across and down.
    const fn factors(self) -> (usize, usize) {
        match self {
            Self::S420 => (2, 2),
            Self::S422 => (2, 1),
            Self::S444 => (1, 1),
        }
    }
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

/// Whether an encoding is scored.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scoring {
    /// Always: the score is told.
    Told,
    /// Where it decides whether finer chroma is worth it: in windows that have room for it. A score takes as long as all encodings of a card.
    Needed,
}

/// Encodes cards; owns the buffers it works in, one encoder per thread.
#[derive(Debug)]
pub struct Encoder {
    press: press::Press,
    trial: Vec<u8>,
    best: Vec<u8>,
    shown: Vec<u8>,
}

impl Default for Encoder {
    fn default() -> Self {
        Self::new()
    }
}

impl Encoder {
    /// An encoder with empty buffers.
    #[must_use]
    pub fn new() -> Self {
        Self { press: press::Press::new(), trial: Vec::new(), best: Vec::new(), shown: Vec::new() }
    }

    /// Encodes 8-bit sRGB `pixels` into `window`, with `dpi` in the header.
    ///
    /// `background` tells which pixels must stay white, as far as they are white; without it, or where its size is not that of `pixels`,
    /// all white ones must. They decode to 245 or more in every channel, and to 250 or more farther than 8 pixels from the others, where
    /// the window allows at least half a bit a pixel; below that they may miss it by a few levels.
    ///
    /// # Errors
    /// [`Error::WindowUnreachable`] when the smallest file that shows a recognisable picture (quality 10 on libjpeg's scale) is larger
    /// than the window, or the window is too narrow to be hit;
    /// [`Error::Internal`] for a picture without pixels or of more than 65,535 in a row or column.
    pub fn encode_within(
        &mut self,
        pixels: &RgbImage,
        background: Option<&BackgroundMask>,
        dpi: Dpi,
        window: ByteWindow,
    ) -> Result<EncodedJpeg> {
        self.encode(pixels, background, dpi, window, Scoring::Told)
    }

    /// The same, scored as `scoring` says, which changes no byte.
    ///
    /// # Errors
    /// Those of [`Self::encode_within`].
    pub fn encode(
        &mut self,
        pixels: &RgbImage,
        background: Option<&BackgroundMask>,
        dpi: Dpi,
        window: ByteWindow,
        scoring: Scoring,
    ) -> Result<EncodedJpeg> {
        let (width, height) = pixels.dimensions();
        if !(1..=65_535).contains(&width) || !(1..=65_535).contains(&height) {
            return Err(Error::Internal {
                stage: "encode",
                reason: format!("a JPEG cannot be {width}×{height} px"),
            });
        }
        let background = background.filter(|b| (b.size.width, b.size.height) == (width, height));
        // Below about 0.45 bits a pixel clean white costs the face too much: 0.3 points of SSIMULACRA2 at 10,000 bytes for a card of the
        // size offices want, 0.7 at 7,000, 1.9 at 5,000. No office's window lies there.
        let careful = window.max * 8 * 100 >= u64::from(width) * u64::from(height) * 45;
        // From about 1.2 bits a pixel on, finer chroma is a real alternative.
        let roomy = window.max * 8 * 10 >= u64::from(width) * u64::from(height) * 12;
        let judge = (roomy || scoring == Scoring::Told).then(|| Judge::new(pixels)).flatten();
        let (mut attempts, mut smallest) = (0, u64::MAX);
        let (mut best, mut below): (Option<Candidate>, Option<EncodedJpeg>) = (None, None);
        for subsampling in [Subsampling::S420, Subsampling::S422, Subsampling::S444] {
            if best.as_ref().is_some_and(|b| b.leaves_no_room(roomy)) {
                break;
            }
            self.press.strict = careful;
            self.press.load(pixels, background, subsampling);
            let landing = self.land(window, dpi, &mut attempts)?;
            let mut specks = 0;
            if let Landing::Inside(rung) = landing {
                self.press.preview(rung.step, &mut self.shown);
                specks = dark_specks(pixels, background, &self.shown);
            }
            let (Landing::Inside(rung) | Landing::Below(rung) | Landing::Above(rung)) = landing;
            smallest = smallest.min(rung.size);
            let mut found = EncodedJpeg {
                bytes: std::mem::take(&mut self.best),
                quality: tables::quality_of_step(rung.step),
                subsampling,
                padding: 0,
                ssimulacra2: None,
                attempts,
            };
            match landing {
                Landing::Inside(_) => {
                    found.ssimulacra2 = judge.as_ref().and_then(|j| j.score(&self.shown));
                    let candidate =
                        Candidate { jpeg: found, specks: if careful { specks } else { 0 } };
                    if best.as_ref().is_some_and(|b| !candidate.better_than(b)) {
                        // Where 4:2:2 does not pay, 4:4:4 pays less.
                        break;
                    }
                    best = Some(candidate);
                }
                Landing::Below(rung) => {
                    // Padding comes after 4:4:4 only: no other file below the window is used where that one is below it.
                    if subsampling == Subsampling::S444 {
                        self.press.preview(rung.step, &mut self.shown);
                        found.ssimulacra2 = judge.as_ref().and_then(|j| j.score(&self.shown));
                    }
                    below = Some(found);
                }
                Landing::Above(_) => {}
            }
        }
        let unreachable = Error::WindowUnreachable {
            min: Bytes::new(window.min),
            max: Bytes::new(window.max),
            smallest: Bytes::new(smallest),
        };
        let mut jpeg = match (best, below) {
            (Some(candidate), _) => candidate.jpeg,
            (None, Some(mut jpeg)) => {
                let count = window.min.saturating_sub(jpeg.bytes.len() as u64).max(padding::LEAST);
                let Some(bytes) =
                    padding::padded(&jpeg.bytes, count).filter(|b| window.contains(b.len() as u64))
                else {
                    return Err(unreachable);
                };
                (jpeg.bytes, jpeg.padding) = (bytes, count);
                jpeg
            }
            (None, None) => return Err(unreachable),
        };
        jpeg.attempts = attempts;
        Ok(jpeg)
    }

    /// Searches the window at the subsampling loaded; the file found is left in `best`, its values in the press.
    fn land(&mut self, window: ByteWindow, dpi: Dpi, attempts: &mut u32) -> Result<Landing> {
        // One part in 150 is a twentieth of a point; closer costs encodes that another subsampling can use better.
        let slack = (window.max / 150).min((window.max - window.min) / 2);
        let start = self.press.likely_step(window.max - slack / 2);
        let (first, last) = (tables::FIRST_STEP, tables::LAST_STEP);
        let goal = Goal { window, slack, first, last, start };
        let Self { press, trial, best, .. } = self;
        let mut kept: Option<(u64, u32)> = None;
        search::climb(goal, |step| {
            *attempts += 1;
            press.encode(step, dpi, trial);
            let size = trial.len() as u64;
            // Kept is what the search will return: the largest file that fits, of equal ones the one with the lowest step; as long as none fits, the smallest file.
            let better = match kept {
                None => true,
                Some((k, _)) if k > window.max => size < k,
                Some((k, s)) => size <= window.max && (size > k || (size == k && step < s)),
            };
            if better {
                kept = Some((size, step));
                press.keep();
                std::mem::swap(trial, best);
            }
            Ok(size)
        })
    }
}

/// A file inside the window.
#[derive(Debug)]
struct Candidate {
    jpeg: EncodedJpeg,
    /// Background pixels that decode too dark.
    specks: usize,
}

impl Candidate {
    /// Fewer specks, then the higher score; the earlier candidate where they are equal.
    fn better_than(&self, other: &Self) -> bool {
        let score = |c: &Self| c.jpeg.ssimulacra2.unwrap_or(f64::NEG_INFINITY);
        self.specks < other.specks || (self.specks == other.specks && score(self) > score(other))
    }

    /// Whether finer chroma is not worth trying. On 10 cards at 9, 14, 20, 30 and 50 KB it won 4 times of 50, never below 30 KB: by
    /// 1.0 and 2.7 on one card of strong colours (4:2:0 scored 78 and 85), by 0.9 and 0.6 on two others (88 and 93). Each try costs
    /// as much time as 4:2:0 did, hence none where the window is small.
    fn leaves_no_room(&self, roomy: bool) -> bool {
        !roomy || self.jpeg.ssimulacra2.is_none_or(|score| score < 80.0)
    }
}

/// How many background pixels decode below 245 in some channel.
fn dark_specks(pixels: &RgbImage, background: Option<&BackgroundMask>, shown: &[u8]) -> usize {
    let dark = |p: &[u8]| p.iter().any(|v| *v < 245);
    let white = pixels.as_raw().chunks_exact(3).map(|p| p == [255; 3]);
    match background {
        Some(mask) => shown
            .chunks_exact(3)
            .zip(white)
            .zip(&mask.background)
            .filter(|((p, w), b)| *w && **b && dark(p))
            .count(),
        None => shown.chunks_exact(3).zip(white).filter(|(p, w)| *w && dark(p)).count(),
    }
}
