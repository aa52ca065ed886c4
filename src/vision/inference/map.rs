//! What flows between layers.

use pulp::{Arch, Simd, WithSimd};

/// Width of the border of zeros around a map, in pixels: what a convolution of 3 × 3 or of 4 × 4 with stride 2 reads beyond the edge.
pub(crate) const BORDER: usize = 1;

/// Buffers that are used again: a network's layers need dozens of megabytes one after the other, and the system takes longer to hand out fresh pages than a layer to
/// fill them.
#[derive(Debug, Clone, Default)]
pub(crate) struct Pool {
    free: Vec<Vec<f32>>,
    scratch: Vec<f32>,
}

impl Pool {
    /// A map with a border of zeros; what its pixels hold is left over.
    pub(super) fn map(&mut self, height: usize, width: usize, channels: usize) -> Map {
        let (stride, rows) = ((width + 2 * BORDER) * channels, height + 2 * BORDER);
        let wanted = rows * stride;
        // the smallest buffer that is large enough, or the largest, so that there are never more of them than maps at one time
        let capacity = |i: &usize| self.free[*i].capacity();
        let fitting = (0..self.free.len()).filter(|i| capacity(i) >= wanted).min_by_key(capacity);
        let place = fitting.or_else(|| (0..self.free.len()).max_by_key(capacity));
        let mut data = place.map(|i| self.free.swap_remove(i)).unwrap_or_default();
        if data.capacity() < wanted {
            // not grown: that would copy what nobody wants, and touch every page before the layer does
            drop(data);
            data = vec![0.0; wanted];
        }
        if data.len() < wanted {
            data.resize(wanted, 0.0);
        }
        let margin = BORDER * channels;
        let (first, last) = (BORDER * stride, (rows - BORDER) * stride);
        data[..first].fill(0.0);
        data[last..wanted].fill(0.0);
        for row in data[first..last].chunks_exact_mut(stride) {
            row[..margin].fill(0.0);
            row[stride - margin..].fill(0.0);
        }
        Map { height, width, channels, data }
    }

    /// A map of zeros.
    pub(crate) fn zeros(&mut self, height: usize, width: usize, channels: usize) -> Map {
        let mut map = self.map(height, width, channels);
        map.data.fill(0.0);
        map
    }

    /// A map of one pixel, of these values.
    pub(crate) fn map_of(&mut self, values: &[f32]) -> Map {
        let mut map = self.map(1, 1, values.len());
        map.row_mut(0).copy_from_slice(values);
        map
    }

    /// Takes back maps that are no longer needed.
    pub(crate) fn give(&mut self, maps: impl IntoIterator<Item = Map>) {
        self.free.extend(maps.into_iter().map(|map| map.data));
    }

    /// At least `wanted` values of room to work in, to be kept again; what they hold is left over.
    pub(super) fn scratch(&mut self, wanted: usize) -> Vec<f32> {
        let mut scratch = std::mem::take(&mut self.scratch);
        if scratch.len() < wanted {
            scratch = vec![0.0; wanted];
        }
        scratch
    }

    /// Takes the room back.
    pub(super) fn keep_scratch(&mut self, scratch: Vec<f32>) {
        self.scratch = scratch;
    }
}

/// A picture of `channels` values a pixel, which lie side by side (height × width × channels), with a border of zero pixels.
#[derive(Debug, Clone)]
pub(crate) struct Map {
    height: usize,
    width: usize,
    channels: usize,
    /// At least as many values as that takes: a buffer keeps its length from map to map, since what is cut off would have to be filled again.
    data: Vec<f32>,
}

impl Map {
    /// Rows, without the border.
    pub(crate) const fn height(&self) -> usize {
        self.height
    }

    /// Columns, without the border.
    pub(crate) const fn width(&self) -> usize {
        self.width
    }

    /// Values a pixel.
    pub(crate) const fn channels(&self) -> usize {
        self.channels
    }

    /// The values of a row with its border; row 0 is the border above.
    pub(super) fn bordered(&self, row: usize) -> &[f32] {
        let stride = (self.width + 2 * BORDER) * self.channels;
        &self.data[row * stride..(row + 1) * stride]
    }

    /// The values of a row without its border.
    pub(crate) fn row(&self, y: usize) -> &[f32] {
        let margin = BORDER * self.channels;
        let row = self.bordered(y + BORDER);
        &row[margin..row.len() - margin]
    }

    /// The values of a row without its border, to be changed.
    pub(crate) fn row_mut(&mut self, y: usize) -> &mut [f32] {
        let margin = BORDER * self.channels;
        let stride = (self.width + 2 * BORDER) * self.channels;
        let start = (y + BORDER) * stride + margin;
        &mut self.data[start..start + self.width * self.channels]
    }

    /// The values of one pixel.
    pub(crate) fn pixel(&self, y: usize, x: usize) -> &[f32] {
        &self.row(y)[x * self.channels..(x + 1) * self.channels]
    }

    /// The values of one channel, row by row.
    pub(crate) fn channel(&self, channel: usize) -> impl Iterator<Item = f32> + '_ {
        (0..self.height).flat_map(move |y| {
            self.row(y).iter().skip(channel).step_by(self.channels.max(1)).copied()
        })
    }

    /// The mean of each channel.
    pub(crate) fn mean(&self) -> Vec<f32> {
        let mut sums = vec![0.0f32; self.channels];
        for y in 0..self.height {
            for pixel in self.row(y).chunks_exact(self.channels) {
                sums.iter_mut().zip(pixel).for_each(|(s, v)| *s += v);
            }
        }
        let n = (self.height * self.width).max(1) as f32;
        sums.iter_mut().for_each(|s| *s /= n);
        sums
    }

    /// Adds `vector`, one value a channel, to every pixel.
    pub(super) fn add(&mut self, vector: &[f32]) {
        for y in 0..self.height {
            for pixel in self.row_mut(y).chunks_exact_mut(vector.len().max(1)) {
                pixel.iter_mut().zip(vector).for_each(|(v, a)| *v += a);
            }
        }
    }

    /// Multiplies every pixel by `vector`, one value a channel.
    pub(crate) fn multiply(&mut self, vector: &[f32]) {
        for y in 0..self.height {
            for pixel in self.row_mut(y).chunks_exact_mut(vector.len().max(1)) {
                pixel.iter_mut().zip(vector).for_each(|(v, f)| *v *= f);
            }
        }
    }

    /// Adds a map of the same shape.
    pub(crate) fn add_map(&mut self, other: &Self) {
        for y in 0..self.height {
            self.row_mut(y).iter_mut().zip(other.row(y)).for_each(|(v, a)| *v += a);
        }
    }

    /// The map at twice its height and width, bilinear, outer edges on outer edges.
    pub(crate) fn doubled(&self, pool: &mut Pool) -> Self {
        let mut out = pool.map(2 * self.height, 2 * self.width, self.channels);
        Arch::new().dispatch(Double { from: self, to: &mut out });
        out
    }

    #[inline(always)]
    fn double_into(&self, out: &mut Self) {
        let (h, w, c) = (self.height, self.width, self.channels);
        let mut mixed = vec![0.0f32; w * c];
        for y in 0..2 * h {
            // the row itself, and the one that its upper or lower half leans to
            let own = self.row(y / 2);
            let beside =
                if y % 2 == 0 { (y / 2).saturating_sub(1) } else { (y / 2 + 1).min(h - 1) };
            for ((m, a), b) in mixed.iter_mut().zip(own).zip(self.row(beside)) {
                *m = 0.75 * a + 0.25 * b;
            }
            let line = out.row_mut(y);
            for (x, pair) in line.chunks_exact_mut(2 * c).enumerate() {
                let at = |x: usize| &mixed[x * c..(x + 1) * c];
                let (left, own, right) = (at(x.saturating_sub(1)), at(x), at((x + 1).min(w - 1)));
                let (first, second) = pair.split_at_mut(c);
                for (o, (a, b)) in first.iter_mut().zip(own.iter().zip(left)) {
                    *o = 0.75 * a + 0.25 * b;
                }
                for (o, (a, b)) in second.iter_mut().zip(own.iter().zip(right)) {
                    *o = 0.75 * a + 0.25 * b;
                }
            }
        }
    }
}

struct Double<'a> {
    from: &'a Map,
    to: &'a mut Map,
}

impl WithSimd for Double<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, _: S) {
        self.from.double_into(self.to);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_map_from_used_buffers_has_a_clean_border() {
        let mut pool = Pool::default();
        let mut dirty = Pool::default().zeros(3, 9, 8);
        dirty.data.fill(7.0);
        pool.give([dirty]);
        let map = pool.map(2, 4, 3);
        let border = |row: usize| map.bordered(row).to_vec();
        assert!(border(0).iter().chain(&border(3)).all(|v| *v == 0.0));
        assert!(border(1)[..3].iter().chain(&border(2)[15..]).all(|v| *v == 0.0));
    }

    #[test]
    fn doubling_puts_a_quarter_of_the_neighbour_into_each_half() {
        let mut map = Pool::default().zeros(1, 2, 1);
        map.row_mut(0).copy_from_slice(&[0.0, 4.0]);
        let out = map.doubled(&mut Pool::default());
        assert_eq!((out.height(), out.width()), (2, 4));
        assert_eq!(out.row(0), [0.0, 1.0, 3.0, 4.0]);
        assert_eq!(out.row(1), [0.0, 1.0, 3.0, 4.0]);
    }
}
