//! Pixels → transform coefficients: colours to YCbCr, chroma averaged, 8×8 blocks, edges repeated, transformed once for all trials.

use image::RgbImage;

use super::Subsampling;
use super::dct::{self, Block};

/// One colour component of the picture as blocks in row order, padded to whole MCUs.
#[derive(Debug, Default, Clone)]
pub(super) struct Component {
    /// Blocks in a row.
    pub(super) columns: usize,
    /// Rows of blocks.
    pub(super) rows: usize,
    /// The samples of each block, level-shifted: −128..=127.
    pub(super) samples: Vec<Block>,
    /// What is free in each block that touches white.
    pub(super) bounds: Vec<Option<Box<Bounds>>>,
    /// The coefficients of each block.
    pub(super) coefficients: Vec<Block>,
}

/// Between which values samples of a block may be decoded, where it does not matter which.
#[derive(Debug, Clone)]
pub(super) struct Bounds {
    /// The samples that have bounds, bit 8·y + x.
    pub(super) bound: u64,
    pub(super) low: Block,
    pub(super) high: Block,
}

/// The three components at one subsampling.
#[derive(Debug, Default)]
pub(super) struct Planes {
    /// Width of the picture in pixels.
    pub(super) width: usize,
    /// Height of the picture in pixels.
    pub(super) height: usize,
    /// Y, Cb, Cr.
    pub(super) components: [Component; 3],
    /// Which pixels are pure white.
    pub(super) white: Vec<bool>,
    full: [Vec<f32>; 3],
    shrunk: Vec<f32>,
}

impl Planes {
    /// Takes over a picture: full-range YCbCr of ITU-R BT.601 as JFIF wants, unrounded.
    pub(super) fn load(&mut self, pixels: &RgbImage, subsampling: Subsampling) {
        self.width = pixels.width() as usize;
        self.height = pixels.height() as usize;
        for plane in &mut self.full {
            plane.clear();
            plane.reserve(self.width * self.height);
        }
        for pixel in pixels.pixels() {
            let [r, g, b] = pixel.0.map(f32::from);
            let y = 0.299 * r + 0.587 * g + 0.114 * b;
            let [luma, cb, cr] = &mut self.full;
            luma.push(y - 128.0);
            cb.push((b - y) / 1.772);
            cr.push((r - y) / 1.402);
        }
        let (h, v) = subsampling.factors();
        let (across, down) = (self.width.div_ceil(8 * h), self.height.div_ceil(8 * v));
        self.components[0].fill(&self.full[0], self.width, self.height, across * h, down * v);
        let (width, height) = (self.width, self.height);
        self.white.clear();
        self.white.extend(pixels.pixels().map(|p| p.0 == [255; 3]));
        let white = &self.white;
        self.components[0]
            .bind(width, height, |x, y, _| white[y * width + x].then_some((WHITE, f32::INFINITY)));
        for c in 1..3 {
            let (w, rows) = shrink(&self.full[c], width, height, h, v, &mut self.shrunk);
            let clear = if c == 1 { CLEAR_CB } else { CLEAR_CR };
            if (h, v) != (1, 1) {
                keep_colour_out(&mut self.shrunk, w, rows, white, width, height, (h, v), clear);
            }
            self.components[c].fill(&self.shrunk, w, rows, across, down);
            self.components[c].bind(w, rows, |x, y, sample| {
                let mut covered = (0..h * v).map(|i| {
                    let (x, y) = ((x * h + i % h).min(width - 1), (y * v + i / h).min(height - 1));
                    white[y * width + x]
                });
                covered.any(|w| w).then_some((clear.0.min(sample), clear.1.max(sample)))
            });
        }
    }
}

/// The level-shifted luma of white.
const WHITE: f32 = 127.0;

/// The Cb and Cr, level-shifted, that leave every channel of a white pixel at 249 or above: blue is 255 + 1.772 Cb, red 255 + 1.402 Cr,
/// green 255 − 0.344 Cb − 0.714 Cr, and decoders clamp luma before they mix in colour, so that more luma does not help.
const CLEAR_CB: (f32, f32) = (-2.0, 5.0);
const CLEAR_CR: (f32, f32) = (-2.5, 3.5);

/// Takes colour out of the shared samples beside the person until the smooth upsampling of a decoder leaves white pixels clear:
/// each pixel outside the bounds moves the samples it is mixed from, in proportion to their shares (Kaczmarz 1937).
fn keep_colour_out(
    plane: &mut [f32],
    w: usize,
    rows: usize,
    white: &[bool],
    width: usize,
    height: usize,
    (h, v): (usize, usize),
    clear: (f32, f32),
) {
    // The white pixels that take colour from anywhere; the others are nobody's business in any round.
    let mut tinted = Vec::new();
    for y in 0..height {
        let (near_y, far_y) = neighbours(y, v, rows);
        for x in (0..width).filter(|x| white[y * width + x]) {
            let (near_x, far_x) = neighbours(x, h, w);
            let from =
                [near_y * w + near_x, near_y * w + far_x, far_y * w + near_x, far_y * w + far_x];
            if from.iter().any(|i| plane[*i].abs() > 0.5) {
                tinted.push(from);
            }
        }
    }
    for _ in 0..8 {
        for from @ [a, b, c, d] in &tinted {
            let mixed = 0.5625 * plane[*a] + 0.1875 * (plane[*b] + plane[*c]) + 0.0625 * plane[*d];
            let excess = mixed - mixed.clamp(clear.0, clear.1);
            if excess != 0.0 {
                // Where samples coincide at the edge or without sharing, the shares add up; the step then falls short, never over.
                for (i, share) in from.iter().zip([0.5625, 0.1875, 0.1875, 0.0625]) {
                    plane[*i] -= excess * share / 0.390_625;
                }
            }
        }
    }
}

/// The nearer and the farther sample that a pixel is mixed from along one axis.
pub(super) const fn neighbours(at: usize, shared: usize, count: usize) -> (usize, usize) {
    let near = at / shared;
    if shared == 1 {
        (near, near)
    } else if at.is_multiple_of(2) {
        (near, near.saturating_sub(1))
    } else {
        (near, if near + 1 < count { near + 1 } else { near })
    }
}

impl Component {
    fn fill(&mut self, plane: &[f32], width: usize, height: usize, columns: usize, rows: usize) {
        (self.columns, self.rows) = (columns, rows);
        self.samples.clear();
        self.coefficients.clear();
        for row in 0..rows {
            for column in 0..columns {
                let mut block = [0.0; 64];
                for (y, line) in block.chunks_exact_mut(8).enumerate() {
                    let start = (8 * row + y).min(height - 1) * width;
                    for (x, sample) in line.iter_mut().enumerate() {
                        *sample = plane[start + (8 * column + x).min(width - 1)];
                    }
                }
                self.coefficients.push(dct::forward(&block));
                self.samples.push(block);
            }
        }
    }
}

impl Component {
    /// Notes what is free: `bounds_of` gets the place on the plane and the sample there.
    fn bind(
        &mut self,
        width: usize,
        height: usize,
        bounds_of: impl Fn(usize, usize, f32) -> Option<(f32, f32)>,
    ) {
        self.bounds.clear();
        for (n, samples) in self.samples.iter().enumerate() {
            let (row, column) = (n / self.columns, n % self.columns);
            let mut bounds = Bounds { bound: 0, low: [0.0; 64], high: [0.0; 64] };
            for i in 0..64 {
                let (x, y) =
                    ((8 * column + i % 8).min(width - 1), (8 * row + i / 8).min(height - 1));
                if let Some((low, high)) = bounds_of(x, y, samples[i]) {
                    bounds.bound |= 1 << i;
                    (bounds.low[i], bounds.high[i]) = (low, high);
                }
            }
            self.bounds.push((bounds.bound != 0).then(|| Box::new(bounds)));
        }
    }
}

/// Averages `h`×`v` pixels into one, repeating the last row and column where they do not come out even.
fn shrink(
    plane: &[f32],
    width: usize,
    height: usize,
    h: usize,
    v: usize,
    out: &mut Vec<f32>,
) -> (usize, usize) {
    let (w, rows) = (width.div_ceil(h), height.div_ceil(v));
    out.clear();
    let share = 1.0 / (h * v) as f32;
    for y in 0..rows {
        for x in 0..w {
            let mut sum = 0.0;
            for dy in 0..v {
                let start = (y * v + dy).min(height - 1) * width;
                for dx in 0..h {
                    sum += plane[start + (x * h + dx).min(width - 1)];
                }
            }
            out.push(sum * share);
        }
    }
    (w, rows)
}
