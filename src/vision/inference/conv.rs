//! The one kind of layer: a dense convolution, with what is added to it and what is cut off of it.

use pulp::{Arch, Simd, WithSimd};

use super::block::{AT_A_TIME, ChannelBlock, LANES};
use super::map::{BORDER, Map, Pool};
use super::winograd::{self, MinimalLayer};

/// What is made of a layer's weights when they are read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Keeping {
    /// What runs fastest: for networks that look at a photo several times.
    Transformed,
    /// What is small: heavy layers are transformed each time they run. For networks that look once: the transform takes as long as fetching what it makes would, and a process of one photo neither
    /// makes it ahead nor touches the pages it would lie in.
    Small,
}

/// Weights from which a layer is heavy.
const LIGHT: usize = 20_000;

/// A convolution of `kernel` × `kernel` pixels, `(kernel - 1) / 2` of them before the pixel it is for.
#[derive(Debug)]
pub(crate) struct Conv {
    kernel: usize,
    stride: usize,
    inputs: usize,
    outputs: usize,
    blocks: Vec<ChannelBlock>,
    /// Whether it is worked out by minimal filtering ([`winograd`]).
    minimal: bool,
    /// Whether the weights of such a layer are kept transformed, which is four times as much.
    transformed: bool,
    /// Whether negative results become 0.
    relu: bool,
}

impl Conv {
    /// A layer of `outputs` × `inputs` × `kernel` × `kernel` weights (in this order), reading maps of `channels` ≥ `inputs` channels.
    pub(super) fn new(
        weights: &[f32],
        bias: &[f32],
        [inputs, channels]: [usize; 2],
        kernel: usize,
        stride: usize,
        relu: bool,
        keeping: Keeping,
    ) -> Self {
        let transformed = match keeping {
            Keeping::Transformed => true,
            Keeping::Small => weights.len() < LIGHT,
        };
        let minimal = kernel == 3 && stride == 1 && channels.is_multiple_of(LANES);
        let outputs = bias.len();
        let mut blocks = Vec::new();
        let mut first = 0;
        while first < outputs {
            let left = (outputs - first).div_ceil(LANES);
            // three vectors at a time only where they leave none over: two keep more pixels in registers
            let width = LANES * if left == 3 || left == 1 { left } else { 2 };
            let mut block = ChannelBlock {
                width,
                bias: (first..first + width).map(|o| bias.get(o).copied().unwrap_or(0.0)).collect(),
                weights: vec![0.0; kernel * kernel * channels * width],
            };
            let (places, each) = (kernel * kernel, inputs * kernel * kernel);
            let own = &weights[first * each..(first + width).min(outputs) * each];
            let own: Vec<&[f32]> = own.chunks_exact(each.max(1)).collect();
            for (i, k) in (0..inputs).flat_map(|i| (0..places).map(move |k| (i, k))) {
                let to = &mut block.weights[(k * channels + i) * width..][..width];
                for (to, own) in to.iter_mut().zip(&own) {
                    *to = own[i * places + k];
                }
            }
            if minimal && transformed {
                block.weights = winograd::transformed(&block.weights, channels * width);
            }
            blocks.push(block);
            first += width;
        }
        Self {
            kernel,
            stride,
            inputs: channels,
            outputs: first,
            blocks,
            minimal,
            transformed,
            relu,
        }
    }

    /// Channels of what it gives: those of the layer, padded with channels of zeros.
    pub(crate) const fn outputs(&self) -> usize {
        self.outputs
    }

    /// The layer's output for `input`, with `added` (a map of the output's shape) added before negative values are cut off.
    pub(crate) fn run(&self, input: &Map, added: Option<&Map>, pool: &mut Pool) -> Map {
        debug_assert_eq!(input.channels(), self.inputs);
        let (h, w) = (input.height() / self.stride, input.width() / self.stride);
        let mut out = pool.map(h, w, self.outputs);
        if self.minimal {
            let Self { blocks, relu, transformed, .. } = self;
            MinimalLayer { blocks, input, added, relu: *relu, transformed: *transformed }
                .run(&mut out, pool);
            return out;
        }
        let mut first = 0;
        for block in &self.blocks {
            let task = Task { conv: self, block, first, input, added };
            Arch::new().dispatch(Run { task, out: &mut out });
            first += block.width;
        }
        out
    }
}

/// One block of a layer on one map.
struct Task<'a> {
    conv: &'a Conv,
    block: &'a ChannelBlock,
    /// The block's first output channel.
    first: usize,
    input: &'a Map,
    added: Option<&'a Map>,
}

struct Run<'a> {
    task: Task<'a>,
    out: &'a mut Map,
}

impl WithSimd for Run<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) {
        // as many pixels at a time as leave the sums of all of them in registers, 16 of AVX, 32 of NEON
        match self.task.block.width / S::F32_LANES {
            1 => self.task.rows::<S, 1, 8>(simd, self.out),
            2 => self.task.rows::<S, 2, 6>(simd, self.out),
            3 => self.task.rows::<S, 3, 4>(simd, self.out),
            4 => self.task.rows::<S, 4, { AT_A_TIME[0] }>(simd, self.out),
            6 => self.task.rows::<S, 6, { AT_A_TIME[1] }>(simd, self.out),
            8 => self.task.rows::<S, 8, 1>(simd, self.out),
            16 => self.task.rows::<S, 16, 1>(simd, self.out),
            _ => self.task.rows::<S, 24, 1>(simd, self.out),
        }
    }
}

impl Task<'_> {
    /// All rows of `V` vectors of output channels, `P` pixels at a time.
    #[inline(always)]
    fn rows<S: Simd, const V: usize, const P: usize>(&self, simd: S, out: &mut Map) {
        let (height, width) = (out.height(), out.width());
        for y in 0..height {
            let mut x = 0;
            while x < width {
                if width >= P {
                    // the last pixels of a row may be worked out twice
                    let at = x.min(width - P);
                    self.tile::<S, V, P>(simd, out, y, at);
                    x = at + P;
                } else {
                    self.tile::<S, V, 1>(simd, out, y, x);
                    x += 1;
                }
            }
        }
    }

    #[inline(always)]
    fn tile<S: Simd, const V: usize, const P: usize>(
        &self,
        simd: S,
        out: &mut Map,
        y: usize,
        x: usize,
    ) {
        let Conv { kernel, stride, inputs, outputs, relu, .. } = *self.conv;
        let mut sums = [[simd.splat_f32s(0.0); V]; P];
        let (bias, _) = S::as_simd_f32s(&self.block.bias);
        for sum in &mut sums {
            sum.copy_from_slice(&bias[..V]);
        }
        let before = (kernel - 1) / 2;
        let taps = kernel * inputs;
        let lanes = taps * self.block.width;
        for ky in 0..kernel {
            let row = self.input.bordered(y * stride + ky + BORDER - before);
            let (weights, _) = S::as_simd_f32s(&self.block.weights[ky * lanes..(ky + 1) * lanes]);
            let first = (x * stride + BORDER - before) * inputs;
            let step = stride * inputs;
            let pixels = &row[first..first + (P - 1) * step + taps];
            for (j, weight) in weights.as_chunks::<V>().0.iter().enumerate().take(taps) {
                for p in 0..P {
                    let value = simd.splat_f32s(pixels[p * step + j]);
                    for v in 0..V {
                        sums[p][v] = simd.mul_add_e_f32s(weight[v], value, sums[p][v]);
                    }
                }
            }
        }
        let zero = simd.splat_f32s(0.0);
        for (p, sum) in sums.iter_mut().enumerate() {
            let place = (x + p) * outputs + self.first;
            let range = place..place + self.block.width;
            if let Some(added) = self.added {
                let (added, _) = S::as_simd_f32s(&added.row(y)[range.clone()]);
                for v in 0..V {
                    sum[v] = simd.add_f32s(sum[v], added[v]);
                }
            }
            if relu {
                for v in 0..V {
                    sum[v] = simd.max_f32s(sum[v], zero);
                }
            }
            let (to, _) = S::as_mut_simd_f32s(&mut out.row_mut(y)[range]);
            to.copy_from_slice(sum);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pattern(n: usize, step: usize) -> Vec<f32> {
        (0..n).map(|i| ((i * step) % 97) as f32 / 97.0 - 0.5).collect()
    }

    /// The definition, pixel by pixel.
    fn slow(
        conv: &[f32],
        bias: &[f32],
        inputs: usize,
        kernel: usize,
        stride: usize,
        input: &Map,
        o: usize,
        y: usize,
        x: usize,
    ) -> f32 {
        let before = (kernel as i64 - 1) / 2;
        let mut sum = bias[o];
        for ky in 0..kernel {
            for kx in 0..kernel {
                let (iy, ix) =
                    ((y * stride + ky) as i64 - before, (x * stride + kx) as i64 - before);
                if iy < 0 || ix < 0 || iy >= input.height() as i64 || ix >= input.width() as i64 {
                    continue;
                }
                for i in 0..inputs {
                    sum += conv[((o * inputs + i) * kernel + ky) * kernel + kx]
                        * input.pixel(iy as usize, ix as usize)[i];
                }
            }
        }
        sum
    }

    #[test]
    fn weights_transformed_at_each_run_give_the_same_to_the_last_bit() {
        let (inputs, outputs) = (64, 40);
        let (weights, bias) = (pattern(outputs * inputs * 9, 31), pattern(outputs, 17));
        assert!(weights.len() >= LIGHT, "a heavy layer");
        let mut pool = Pool::default();
        // more tiles than are worked out at a time, and a single one
        for (h, w) in [(22, 28), (3, 2)] {
            let mut input = pool.zeros(h, w, inputs);
            (0..h).for_each(|y| input.row_mut(y).copy_from_slice(&pattern(w * inputs, 13 + y)));
            let [kept, made] = [Keeping::Transformed, Keeping::Small].map(|keeping| {
                let conv = Conv::new(&weights, &bias, [inputs; 2], 3, 1, true, keeping);
                assert_eq!(conv.transformed, keeping == Keeping::Transformed);
                conv.run(&input, None, &mut pool)
            });
            for y in 0..h {
                assert_eq!(kept.row(y), made.row(y), "row {y} of {h} × {w}");
            }
        }
    }

    #[test]
    fn every_block_width_stride_and_kernel_follows_the_definition() {
        for (inputs, outputs, kernel, stride, h, w) in [
            (4, 16, 4, 2, 10, 14),
            (3, 5, 3, 1, 3, 2),
            (8, 24, 3, 2, 8, 8),
            (16, 40, 1, 1, 5, 9),
            (4, 31, 3, 1, 4, 7),
            (4, 64, 3, 1, 2, 23),
            (8, 8, 3, 1, 1, 1),
            (8, 5, 3, 1, 3, 2),
            (16, 31, 3, 1, 4, 7),
            (24, 40, 3, 1, 5, 9),
            (8, 64, 3, 1, 2, 23),
            (16, 12, 3, 1, 23, 28),
            (96, 48, 3, 1, 10, 12),
            (8, 24, 3, 1, 41, 37),
        ] {
            let weights = pattern(outputs * inputs * kernel * kernel, 31);
            let bias = pattern(outputs, 17);
            // channels that are there for padding only
            let channels = if inputs == 24 { 32 } else { inputs };
            let mut input = Pool::default().zeros(h, w, channels);
            for y in 0..h {
                let row = pattern(w * channels, 13 + y);
                input.row_mut(y).copy_from_slice(&row);
            }
            let mut pool = Pool::default();
            for (relu, adds) in [(true, true), (false, true), (true, false), (false, false)] {
                let keeping = Keeping::Transformed;
                let conv =
                    Conv::new(&weights, &bias, [inputs, channels], kernel, stride, relu, keeping);
                let mut added = pool.zeros(h / stride, w / stride, conv.outputs());
                added.add(&pattern(conv.outputs(), 29));
                let out = conv.run(&input, adds.then_some(&added), &mut pool);
                for (y, x) in (0..h / stride).flat_map(|y| (0..w / stride).map(move |x| (y, x))) {
                    for o in 0..outputs {
                        let mut want =
                            slow(&weights, &bias, inputs, kernel, stride, &input, o, y, x);
                        if adds {
                            want += added.pixel(y, x)[o];
                        }
                        if relu {
                            want = want.max(0.0);
                        }
                        let got = out.pixel(y, x)[o];
                        assert!(
                            (want - got).abs() < 1e-4,
                            "{outputs} of {inputs}, {kernel}/{stride}, {o} at {x},{y}: {got} for {want}"
                        );
                    }
                }
                pool.give([added, out]);
            }
        }
    }
}
