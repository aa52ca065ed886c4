//! The other kind of layer, of networks that others made: a convolution of each channel by itself.

use pulp::{Arch, Simd, WithSimd};

use super::map::{Map, Pool};

/// A depthwise convolution of `kernel` × `kernel` pixels, padded as TensorFlow's `SAME` pads maps of even sides: `(kernel - stride) / 2` pixels before the first, rounded down.
#[derive(Debug)]
pub(crate) struct Depthwise {
    kernel: usize,
    stride: usize,
    /// Row of the kernel, column of the kernel, channel.
    weights: Vec<f32>,
    bias: Vec<f32>,
}

impl Depthwise {
    /// A layer of `channels` × `kernel` × `kernel` weights, in this order.
    pub(super) fn new(weights: &[f32], bias: Vec<f32>, kernel: usize, stride: usize) -> Self {
        let (channels, places) = (bias.len(), kernel * kernel);
        let turned = (0..places).flat_map(|k| (0..channels).map(move |c| c * places + k));
        Self { kernel, stride, weights: turned.map(|i| weights[i]).collect(), bias }
    }

    /// The layer's output for `input`, which has as many channels.
    pub(crate) fn run(&self, input: &Map, pool: &mut Pool) -> Map {
        let (h, w) = (input.height() / self.stride, input.width() / self.stride);
        let mut out = pool.map(h, w, self.bias.len());
        Arch::new().dispatch(Run { layer: self, input, out: &mut out });
        out
    }

    #[inline(always)]
    fn row(&self, input: &Map, y: usize, to: &mut [f32]) {
        let Self { kernel, stride, .. } = *self;
        let (channels, before) = (self.bias.len(), (kernel - stride) / 2);
        let outputs = to.len() / channels;
        for pixel in to.chunks_exact_mut(channels) {
            pixel.copy_from_slice(&self.bias);
        }
        let rows = (0..kernel).filter_map(|ky| {
            let from = (y * stride + ky).checked_sub(before).filter(|from| *from < input.height());
            from.map(|from| (ky, input.row(from)))
        });
        for (ky, from) in rows {
            for kx in 0..kernel {
                let weights = &self.weights[(ky * kernel + kx) * channels..][..channels];
                // the outputs whose pixel under this weight lies on the map
                let first = before.saturating_sub(kx).div_ceil(stride);
                let end =
                    ((input.width() + before).saturating_sub(kx).div_ceil(stride)).min(outputs);
                for x in first..end {
                    let pixel = &from[(x * stride + kx - before) * channels..][..channels];
                    let sums = &mut to[x * channels..][..channels];
                    for ((sum, value), weight) in sums.iter_mut().zip(pixel).zip(weights) {
                        *sum += value * weight;
                    }
                }
            }
        }
    }
}

struct Run<'a> {
    layer: &'a Depthwise,
    input: &'a Map,
    out: &'a mut Map,
}

impl WithSimd for Run<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, _: S) {
        for y in 0..self.out.height() {
            self.layer.row(self.input, y, self.out.row_mut(y));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kernel_and_stride_follows_the_definition() {
        let pattern = |n: usize, step: usize| -> Vec<f32> {
            (0..n).map(|i| ((i * step) % 97) as f32 / 97.0 - 0.5).collect()
        };
        let (channels, h, w) = (8, 6, 10);
        let mut pool = Pool::default();
        let mut input = pool.zeros(h, w, channels);
        (0..h).for_each(|y| input.row_mut(y).copy_from_slice(&pattern(w * channels, 13 + y)));
        for (kernel, stride, before) in [(3, 1, 1), (5, 1, 2), (3, 2, 0), (5, 2, 1)] {
            let (weights, bias) = (pattern(channels * kernel * kernel, 31), pattern(channels, 17));
            let layer = Depthwise::new(&weights, bias.clone(), kernel, stride);
            let out = layer.run(&input, &mut pool);
            assert_eq!((out.height(), out.width()), (h / stride, w / stride));
            for (y, x) in (0..h / stride).flat_map(|y| (0..w / stride).map(move |x| (y, x))) {
                for c in 0..channels {
                    let mut want = bias[c];
                    for (ky, kx) in (0..kernel).flat_map(|ky| (0..kernel).map(move |kx| (ky, kx))) {
                        let (iy, ix) =
                            ((y * stride + ky) as i64 - before, (x * stride + kx) as i64 - before);
                        if (0..h as i64).contains(&iy) && (0..w as i64).contains(&ix) {
                            want += weights[(c * kernel + ky) * kernel + kx]
                                * input.pixel(iy as usize, ix as usize)[c];
                        }
                    }
                    let got = out.pixel(y, x)[c];
                    assert!((want - got).abs() < 1e-5, "{kernel}/{stride}: {got} for {want}");
                }
            }
        }
    }
}
