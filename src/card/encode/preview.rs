//! What a decoder will show: values → samples → chroma at full size → pixels, without a detour through the bytes.

use super::Subsampling;
use super::dct::{self, Block};
use super::planes::neighbours;
use super::tables::ZIGZAG;
use super::writer::Values;

/// One decoded component, padded to whole blocks.
#[derive(Debug, Default, Clone)]
pub(super) struct Decoded {
    /// Samples in a row.
    pub(super) stride: usize,
    /// Samples 0..=255, row after row.
    pub(super) samples: Vec<f32>,
}

/// The samples, level-shifted and not clamped, of one block.
pub(super) fn block_samples(values: &[i16; 64], table: &[f32; 64]) -> Block {
    let mut coefficients = [0.0; 64];
    for (value, k) in values.iter().zip(ZIGZAG) {
        coefficients[k] = f32::from(*value) * table[k];
    }
    if values[1..].iter().all(|v| *v == 0) {
        return [coefficients[0] / 8.0; 64];
    }
    dct::inverse(&coefficients)
}

impl Decoded {
    /// Decodes all blocks.
    pub(super) fn fill(&mut self, values: &Values, table: &[f32; 64]) {
        self.stride = 8 * values.columns;
        self.samples.clear();
        self.samples.resize(64 * values.blocks.len(), 0.0);
        for (row, line) in values.blocks.chunks(values.columns.max(1)).enumerate() {
            for (column, block) in line.iter().enumerate() {
                let samples = block_samples(block, table);
                for (y, run) in samples.chunks_exact(8).enumerate() {
                    let start = (8 * row + y) * self.stride + 8 * column;
                    for (to, from) in self.samples[start..start + 8].iter_mut().zip(run) {
                        // Rounded and clamped by the conversion.
                        *to = f32::from((from + 128.5) as u8);
                    }
                }
            }
        }
    }
}

/// Chroma at full size, `width`×`height`, with the triangle filter that libjpeg calls fancy upsampling.
pub(super) fn upsampled(
    plane: &Decoded,
    subsampling: Subsampling,
    width: usize,
    height: usize,
    out: &mut Vec<f32>,
) {
    out.clear();
    let (h, v) = subsampling.factors();
    let (w, rows) = (width.div_ceil(h), height.div_ceil(v));
    let mut line = vec![0.0f32; w];
    for y in 0..height {
        // Three quarters of the nearer row, one quarter of the farther, likewise along the row.
        let (near, far) = neighbours(y, v, rows);
        let (near, far) =
            (&plane.samples[near * plane.stride..][..w], &plane.samples[far * plane.stride..][..w]);
        for (to, (a, b)) in line.iter_mut().zip(near.iter().zip(far)) {
            *to = 0.75 * a + 0.25 * b;
        }
        if h == 1 {
            out.extend_from_slice(&line[..width]);
            continue;
        }
        for x in 0..width {
            let (near, far) = neighbours(x, h, w);
            out.push(0.75 * line[near] + 0.25 * line[far]);
        }
    }
}

/// Writes the decoded pixels, 8-bit sRGB, row after row.
pub(super) fn pixels(luma: &Decoded, chroma: &[Vec<f32>; 2], width: usize, out: &mut Vec<u8>) {
    out.clear();
    if width == 0 {
        return;
    }
    for ((line, blue), red) in luma
        .samples
        .chunks(luma.stride.max(1))
        .zip(chroma[0].chunks(width))
        .zip(chroma[1].chunks(width))
    {
        for ((y, cb), cr) in line.iter().zip(blue).zip(red) {
            let (cb, cr) = (cb - 128.0, cr - 128.0);
            let to_byte = |v: f32| (v + 0.5).clamp(0.0, 255.0) as u8;
            out.extend_from_slice(&[
                to_byte(y + 1.402 * cr),
                to_byte(y - 0.344_136 * cb - 0.714_136 * cr),
                to_byte(y + 1.772 * cb),
            ]);
        }
    }
}
