//! A dense convolution of 3 × 3 by minimal filtering, F(4 × 4, 3 × 3): 36 multiplications for 16 outputs where the definition takes 144.
//!
//! A tile d of 6 × 6 inputs and a kernel g give 4 × 4 outputs Aᵀ ((G g Gᵀ) ⊙ (Bᵀ d B)) A (Winograd 1980; Lavin and Gray 2016, arXiv 1509.09308, section 4.3). Summed
//! over input channels, the product in the middle is one of matrices at each of the 36 places of a tile: tiles × inputs by inputs × outputs.

use std::ops::Range;

use pulp::{Arch, Simd, WithSimd};

use super::block::{AT_A_TIME, ChannelBlock, LANES};
use super::map::{BORDER, Map, Pool};

/// Outputs of a tile, along one side.
const OUT: usize = 4;
/// Inputs of a tile, along one side.
const SIDE: usize = OUT + 2;
/// Inputs of a tile.
const PLACES: usize = SIDE * SIDE;
/// Where the bias is added: the place of 1 in the outputs' transform, whose column in Aᵀ is all ones, so that every output gets it.
const ONES: usize = SIDE + 1;
/// Tiles worked out at a time: so many that a block's weights are worth fetching, so few that what they become stays in the cache of the second level.
const HELD: usize = 24;

/// G g Gᵀ for kernels `weights`, given and returned as place after place (9, then 36), `n` values at each.
pub(super) fn transformed(weights: &[f32], n: usize) -> Vec<f32> {
    let mut out = vec![0.0; PLACES * n];
    Arch::new().dispatch(Transform { weights, n, out: &mut out });
    out
}

struct Transform<'a> {
    weights: &'a [f32],
    n: usize,
    out: &'a mut [f32],
}

impl WithSimd for Transform<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, _: S) {
        transform(self.weights, self.n, self.out);
    }
}

#[inline(always)]
fn transform(weights: &[f32], n: usize, out: &mut [f32]) {
    for first in (0..n).step_by(LANES) {
        let mut kernel = [[[0.0; LANES]; 3]; 3];
        for (k, values) in kernel.as_flattened_mut().iter_mut().enumerate() {
            let from = &weights[k * n + first..][..LANES];
            for lane in 0..LANES {
                values[lane] = f64::from(from[lane]);
            }
        }
        let [a, b, c] = kernel;
        let (top, middle, bottom) = (widened(a), widened(b), widened(c));
        for x in 0..SIDE {
            let column = widened([top[x], middle[x], bottom[x]]);
            for y in 0..SIDE {
                let to = &mut out[(y * SIDE + x) * n + first..][..LANES];
                for lane in 0..LANES {
                    to[lane] = column[y][lane] as f32;
                }
            }
        }
    }
}

/// G times three values.
#[inline(always)]
fn widened([a, b, c]: [[f64; LANES]; 3]) -> [[f64; LANES]; SIDE] {
    let mut out = [[0.0; LANES]; SIDE];
    for i in 0..LANES {
        // dividing takes four times as long
        let sixth = 1.0 / 6.0;
        let (near, near_odd) = (-sixth * (a[i] + c[i]), sixth * b[i]);
        let (far, far_odd) = (sixth * (0.25 * a[i] + c[i]), 0.5 * near_odd);
        out[0][i] = 0.25 * a[i];
        out[1][i] = near - near_odd;
        out[2][i] = near + near_odd;
        out[3][i] = far + far_odd;
        out[4][i] = far - far_odd;
        out[5][i] = c[i];
    }
    out
}

/// A layer on one map.
pub(super) struct MinimalLayer<'a> {
    pub(super) blocks: &'a [ChannelBlock],
    pub(super) input: &'a Map,
    pub(super) added: Option<&'a Map>,
    pub(super) relu: bool,
    /// Whether the blocks' weights are transformed; if not, each block's are, once in every run.
    pub(super) transformed: bool,
}

impl MinimalLayer<'_> {
    /// Fills `out`, which has the input's height and width.
    pub(super) fn run(&self, out: &mut Map, pool: &mut Pool) {
        let inputs = self.input.channels();
        let widest = self.blocks.iter().map(|b| b.width).max().unwrap_or(0);
        // vectors that lie across two lines of the cache cost a tenth of the time
        let line = 64 / size_of::<f32>();
        let (held, room) = if self.transformed {
            (HELD, 0)
        } else {
            // all tiles at a time, so that no block is transformed twice
            (tiles(out), PLACES * inputs * widest)
        };
        let mut scratch = pool.scratch(PLACES * held * (inputs + widest) + room + line);
        let skip = scratch.as_ptr().align_offset(64).min(line);
        let (spread, rest) = scratch[skip..].split_at_mut(PLACES * held * inputs);
        let (products, weights) = rest.split_at_mut(PLACES * held * widest);
        Arch::new().dispatch(Run { layer: self, held, spread, products, weights, out });
        pool.keep_scratch(scratch);
    }
}

/// How many tiles cover a map.
const fn tiles(out: &Map) -> usize {
    out.width().div_ceil(OUT) * out.height().div_ceil(OUT)
}

struct Run<'a> {
    layer: &'a MinimalLayer<'a>,
    /// Tiles worked out at a time.
    held: usize,
    /// Transformed inputs: tile, vector of input channels, place.
    spread: &'a mut [f32],
    /// Products of a block: tile, vector of output channels, place.
    products: &'a mut [f32],
    /// A block's transformed weights, where they are not kept.
    weights: &'a mut [f32],
    out: &'a mut Map,
}

impl WithSimd for Run<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(mut self, simd: S) {
        let tiles = tiles(self.out);
        let room = std::mem::take(&mut self.weights);
        for start in (0..tiles).step_by(self.held.max(1)) {
            let some = start..tiles.min(start + self.held);
            self.read(simd, some.clone());
            let mut first = 0;
            for block in self.layer.blocks {
                let weights = if self.layer.transformed {
                    &block.weights
                } else {
                    let n = self.layer.input.channels() * block.width;
                    transform(&block.weights, n, room);
                    &*room
                };
                let block = Block { width: block.width, bias: &block.bias, weights };
                // as many tiles at a time as leave the sums of all of them in registers, 16 of AVX, 32 of NEON
                match block.width / S::F32_LANES {
                    1 => self.block::<S, 1, 8>(simd, block, first, some.clone()),
                    2 => self.block::<S, 2, 6>(simd, block, first, some.clone()),
                    3 => self.block::<S, 3, 4>(simd, block, first, some.clone()),
                    4 => self.block::<S, 4, { AT_A_TIME[0] }>(simd, block, first, some.clone()),
                    6 => self.block::<S, 6, { AT_A_TIME[1] }>(simd, block, first, some.clone()),
                    8 => self.block::<S, 8, 1>(simd, block, first, some.clone()),
                    16 => self.block::<S, 16, 1>(simd, block, first, some.clone()),
                    _ => self.block::<S, 24, 1>(simd, block, first, some.clone()),
                }
                first += block.width;
            }
        }
    }
}

/// A block with its transformed weights.
#[derive(Clone, Copy)]
struct Block<'a> {
    width: usize,
    bias: &'a [f32],
    weights: &'a [f32],
}

impl Run<'_> {
    /// Row and column of a tile's first output.
    fn corner(&self, tile: usize) -> (usize, usize) {
        let across = self.out.width().div_ceil(OUT);
        (tile / across * OUT, tile % across * OUT)
    }

    /// Bᵀ d B of some tiles.
    #[inline(always)]
    fn read<S: Simd>(&mut self, simd: S, tiles: Range<usize>) {
        let input = self.layer.input;
        let vectors = input.channels() / S::F32_LANES;
        for (i, tile) in tiles.enumerate() {
            let (y, x) = self.corner(tile);
            let mut rows: [&[S::f32s]; SIDE] = [&[]; SIDE];
            for (dy, row) in rows.iter_mut().enumerate() {
                // below the border lie more rows like it
                let y = if y + dy < input.height() + 2 * BORDER { y + dy } else { 0 };
                *row = &S::as_simd_f32s(input.bordered(y)).0[x * vectors..];
            }
            let columns = input.width() + 2 * BORDER - x;
            let to = S::as_mut_simd_f32s(self.spread).0.as_chunks_mut::<SIDE>().0;
            let to = &mut to.as_chunks_mut::<SIDE>().0[i * vectors..(i + 1) * vectors];
            for (v, to) in to.iter_mut().enumerate() {
                let mut half = [[simd.splat_f32s(0.0); SIDE]; SIDE];
                for (dx, half) in half.iter_mut().enumerate() {
                    if dx < columns {
                        let at = dx * vectors + v;
                        let [a, b, c, d, e, f] = rows;
                        *half = spread(simd, [a[at], b[at], c[at], d[at], e[at], f[at]]);
                    }
                }
                let [a, b, c, d, e, f] = half;
                for y in 0..SIDE {
                    to[y] = spread(simd, [a[y], b[y], c[y], d[y], e[y], f[y]]);
                }
            }
        }
    }

    /// One block's outputs of some tiles, `V` vectors of them: the products, `P` tiles at a time, and what becomes of them.
    #[inline(always)]
    fn block<S: Simd, const V: usize, const P: usize>(
        &mut self,
        simd: S,
        block: Block<'_>,
        first: usize,
        tiles: Range<usize>,
    ) {
        for place in 0..PLACES {
            let mut i = 0;
            while i < tiles.len() {
                if tiles.len() >= P {
                    // the last tiles may be worked out twice
                    let at = i.min(tiles.len() - P);
                    self.product::<S, V, P>(simd, block, place, at);
                    i = at + P;
                } else {
                    self.product::<S, V, 1>(simd, block, place, i);
                    i += 1;
                }
            }
        }
        for (i, tile) in tiles.enumerate() {
            self.write::<S, V>(simd, i, first, tile);
        }
    }

    #[inline(always)]
    fn product<S: Simd, const V: usize, const P: usize>(
        &mut self,
        simd: S,
        block: Block<'_>,
        place: usize,
        i: usize,
    ) {
        let vectors = self.layer.input.channels() / S::F32_LANES;
        let mut sums = [[simd.splat_f32s(0.0); V]; P];
        if place == ONES {
            let (bias, _) = S::as_simd_f32s(block.bias);
            for sum in &mut sums {
                sum.copy_from_slice(&bias[..V]);
            }
        }
        let lanes = vectors * S::F32_LANES * block.width;
        let (weights, _) = S::as_simd_f32s(&block.weights[place * lanes..(place + 1) * lanes]);
        let weights = weights.as_chunks::<V>().0.chunks_exact(S::F32_LANES);
        for (v, weights) in weights.enumerate() {
            let mut values: [&[f32]; P] = [&[]; P];
            for (p, values) in values.iter_mut().enumerate() {
                let at = (((i + p) * vectors + v) * PLACES + place) * S::F32_LANES;
                *values = &self.spread[at..at + S::F32_LANES];
            }
            for lane in 0..S::F32_LANES {
                let weight = weights[lane];
                for p in 0..P {
                    let value = simd.splat_f32s(values[p][lane]);
                    for v in 0..V {
                        sums[p][v] = simd.mul_add_e_f32s(weight[v], value, sums[p][v]);
                    }
                }
            }
        }
        let (to, _) = S::as_mut_simd_f32s(self.products);
        let to = &mut to[i * V * PLACES + place..][..(P * V - 1) * PLACES + 1];
        for p in 0..P {
            for v in 0..V {
                to[(p * V + v) * PLACES] = sums[p][v];
            }
        }
    }

    /// Aᵀ m A of a tile's products m, with all that is done to a layer's outputs, channels from `first` on.
    #[inline(always)]
    fn write<S: Simd, const V: usize>(&mut self, simd: S, i: usize, first: usize, tile: usize) {
        let (y, x) = self.corner(tile);
        let MinimalLayer { added, relu, .. } = *self.layer;
        let zero = simd.splat_f32s(0.0);
        let outputs = self.out.channels() / S::F32_LANES;
        let from = S::as_simd_f32s(self.products).0.as_chunks::<SIDE>().0;
        let from = &from.as_chunks::<SIDE>().0[i * V..(i + 1) * V];
        let at = x * outputs + first / S::F32_LANES;
        for v in 0..V {
            let mut half = [[zero; SIDE]; OUT];
            let [a, b, c, d, e, f] = from[v];
            for x in 0..SIDE {
                let column = gathered(simd, [a[x], b[x], c[x], d[x], e[x], f[x]]);
                for y in 0..OUT {
                    half[y][x] = column[y];
                }
            }
            for (y, half) in (y..self.out.height()).zip(half) {
                let mut line = gathered(simd, half);
                if let Some(added) = added {
                    let (added, _) = S::as_simd_f32s(added.row(y));
                    for (value, added) in
                        line.iter_mut().zip(added[at + v..].iter().step_by(outputs))
                    {
                        *value = simd.add_f32s(*value, *added);
                    }
                }
                let (to, _) = S::as_mut_simd_f32s(self.out.row_mut(y));
                for (value, to) in line.into_iter().zip(to[at + v..].iter_mut().step_by(outputs)) {
                    *to = if relu { simd.max_f32s(value, zero) } else { value };
                }
            }
        }
    }
}

/// `factor` times `a`, and `b`.
#[inline(always)]
fn times<S: Simd>(simd: S, factor: f32, a: S::f32s, b: S::f32s) -> S::f32s {
    simd.mul_add_e_f32s(simd.splat_f32s(factor), a, b)
}

/// Bᵀ times six values.
#[inline(always)]
fn spread<S: Simd>(simd: S, [a, b, c, d, e, f]: [S::f32s; SIDE]) -> [S::f32s; SIDE] {
    let (near, near_odd) = (times(simd, -4.0, c, e), times(simd, -4.0, b, d));
    let (far, far_odd) = (simd.sub_f32s(e, c), simd.sub_f32s(d, b));
    [
        times(simd, 4.0, a, times(simd, -5.0, c, e)),
        simd.add_f32s(near, near_odd),
        simd.sub_f32s(near, near_odd),
        times(simd, 2.0, far_odd, far),
        times(simd, -2.0, far_odd, far),
        times(simd, 4.0, b, times(simd, -5.0, d, f)),
    ]
}

/// Aᵀ times six values.
#[inline(always)]
fn gathered<S: Simd>(simd: S, [a, b, c, d, e, f]: [S::f32s; SIDE]) -> [S::f32s; OUT] {
    let (near, near_odd) = (simd.add_f32s(b, c), simd.sub_f32s(b, c));
    let (far, far_odd) = (simd.add_f32s(d, e), simd.sub_f32s(d, e));
    [
        simd.add_f32s(a, simd.add_f32s(near, far)),
        times(simd, 2.0, far_odd, near_odd),
        times(simd, 4.0, far, near),
        times(simd, 8.0, far_odd, simd.add_f32s(near_odd, f)),
    ]
}
