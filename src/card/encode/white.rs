//! Keeps white white: which pixels are guarded, and how quantised blocks that darken them are mended.
//!
//! A decoder clamps luma to white before it mixes in colour, so luma above white costs nothing, and a tint always shows. Colour is
//! mended first, then luma against what the colour left. A block is mended by changing one value after another by one, each time the
//! one that takes away most of the damage for its price in bits and error: gradient pursuit (Blumensath and Davies 2008) on a lattice.

use super::BackgroundMask;
use super::Subsampling;
use super::dct::{self, Block};
use super::planes::{Component, neighbours};
use super::preview;
use super::tables::ZIGZAG;
use super::trellis::category;
use super::writer::Values;

/// How far from the person a background pixel must be for the stricter limit, in pixels.
const FAR: i32 = 8;

/// The least value, 0..=255, that a channel of a guarded pixel may take, next to the person and farther away. What is promised is 245
/// and 250: rounding in a decoder takes up to half a level from luma and one from blue, and decoders differ by one.
const LEAST: [f32; 2] = [247.0, 252.0];

/// How many levels a tint may take from a channel, next to the person and farther away; the rest is left to luma.
const TINT: [f32; 2] = [6.5, 2.5];

/// How many single changes a block is given. Most need one or two.
const CHANGES: usize = 40;

/// How many changes are compared, where one of them helps; of 4, 10 and 16 the score was the same.
const COMPARED: usize = 4;

/// How many bits a value that was zero costs beside its own, about.
const NEW_VALUE: f32 = 6.0;

/// The guarded pixels of a card.
#[derive(Debug, Default)]
pub(super) struct Guard {
    width: usize,
    /// Per pixel: 0 free, 1 guarded, 2 guarded and far from the person.
    class: Vec<u8>,
    reach: Vec<u8>,
}

impl Guard {
    /// Guards the pixels that are white and background; without a mask, all white ones.
    pub(super) fn load(&mut self, white: &[bool], mask: Option<&BackgroundMask>, width: usize) {
        self.width = width;
        self.class.clear();
        match mask {
            Some(mask) => {
                self.class.extend(white.iter().zip(mask.pixels()).map(|(w, b)| u8::from(*w && *b)));
            }
            None => self.class.extend(white.iter().map(|w| u8::from(*w))),
        }
        // The distance to the person along the row, then circles from it.
        self.reach.clear();
        self.reach.resize(self.class.len(), u8::MAX);
        for (line, reach) in self.class.chunks(width).zip(self.reach.chunks_mut(width)) {
            let mut distance = u8::MAX;
            for (class, reach) in line.iter().zip(reach.iter_mut()) {
                distance = if *class == 0 { 0 } else { distance.saturating_add(1) };
                *reach = distance;
            }
            distance = u8::MAX;
            for (class, reach) in line.iter().zip(reach.iter_mut()).rev() {
                distance = if *class == 0 { 0 } else { distance.saturating_add(1) };
                *reach = distance.min(*reach);
            }
        }
        let height = self.class.len() / width.max(1);
        for y in 0..height {
            let line = &mut self.class[y * width..][..width];
            line.iter_mut().for_each(|class| *class *= 2);
            for dy in -FAR..=FAR {
                let Some(from) = y.checked_add_signed(dy as isize).filter(|y| *y < height) else {
                    continue;
                };
                let within = f64::from(FAR * FAR - dy * dy).sqrt() as u8;
                for (class, reach) in line.iter_mut().zip(&self.reach[from * width..][..width]) {
                    *class = if (*class == 2) & (*reach <= within) { 1 } else { *class };
                }
            }
        }
    }

    /// The class of a pixel, 0 outside the picture.
    fn class_at(&self, x: usize, y: usize) -> usize {
        if x >= self.width {
            return 0;
        }
        self.class.get(y * self.width + x).map_or(0, |c| usize::from(*c))
    }
}

/// One value of a block, one up or down.
#[derive(Debug, Clone, Copy, Default)]
struct Change {
    /// 0 for luma and Cb, 1 for Cr.
    plane: usize,
    /// In zigzag order.
    position: usize,
    up: bool,
    /// What it costs, in bits and weighed error.
    cost: f32,
    /// How much damage it takes away for that, to first order.
    worth: f32,
}

impl Change {
    /// The changes that go against the gradient over the samples of a block, the worthiest first.
    fn against(
        gradients: &[Block],
        values: &[&[i16; 64]],
        wanted: &[&Block],
        table: &[f32; 64],
        weight: f32,
    ) -> ([Self; 128], usize) {
        let (mut found, mut count) = ([Self::default(); 128], 0);
        for (plane, gradient) in gradients.iter().enumerate().take(2) {
            let slopes = dct::forward(gradient);
            for (position, k) in ZIGZAG.into_iter().enumerate() {
                let (slope, value) = (slopes[k] * table[k], values[plane][position]);
                // Rounding leaves traces of slope where there is none; baseline JPEG ends at 1023.
                if slope.abs() < 1e-3 || value.abs() >= 1022 {
                    continue;
                }
                let up = slope < 0.0;
                let cost = cost_of(value, up, wanted[plane][k] / table[k], weight);
                found[count] = Self { plane, position, up, cost, worth: slope.abs() / cost };
                count += 1;
            }
        }
        found[..count].sort_by(|a, b| b.worth.total_cmp(&a.worth));
        (found, count)
    }

    /// The best of `changes` by the damage that `after` finds, `before` without any; the first few are compared, the others only tried
    /// where none of these helps.
    fn best_of(changes: &[Self], before: f32, mut after: impl FnMut(Self) -> f32) -> Option<Self> {
        let mut best: Option<(f32, Self)> = None;
        for (n, change) in changes.iter().enumerate() {
            if n >= COMPARED && best.is_some() {
                break;
            }
            let gain = (before - after(*change)) / change.cost;
            if gain > best.map_or(0.0, |(gain, _)| gain) {
                best = Some((gain, *change));
            }
        }
        best.map(|(_, change)| change)
    }

    /// Carries it out on the values.
    const fn apply(self, values: &mut [i16; 64]) {
        values[self.position] += if self.up { 1 } else { -1 };
    }

    /// The coefficient changed, in natural order, and by how much.
    const fn step(self, table: &[f32; 64]) -> (usize, f32) {
        let k = ZIGZAG[self.position];
        (k, if self.up { table[k] } else { -table[k] })
    }
}

/// What changing a value by one costs, in bits and weighed error; never nothing.
fn cost_of(value: i16, up: bool, wanted: f32, weight: f32) -> f32 {
    let changed = if up { value + 1 } else { value - 1 };
    let error = (f32::from(changed) - wanted).powi(2) - (f32::from(value) - wanted).powi(2);
    let bits = |v: i16| if v == 0 { 0.0 } else { NEW_VALUE + 2.0 * f32::from(category(v)) };
    (weight * error + bits(changed) - bits(value)).max(0.25)
}

/// The least luma, level-shifted, of each sample of a block, given how colour tints it; −∞ where it is free.
pub(super) fn least_luma(guard: &Guard, colour: &ColourPlanes, column: usize, row: usize) -> Block {
    std::array::from_fn(|i| {
        let (x, y) = (8 * column + i % 8, 8 * row + i / 8);
        let class = guard.class_at(x, y);
        if class == 0 {
            return f32::NEG_INFINITY;
        }
        let worst = tints(colour.mixed(&colour.sources(x, y))).into_iter().fold(0.0, f32::min);
        (LEAST[class - 1] - worst).min(255.0) - 128.0
    })
}

/// Mends a luma block until no sample lies below `least`. `wanted` are the coefficients before quantisation, `weight` is what the
/// squared error of a value weighs against a bit.
pub(super) fn mend_luma(
    least: &Block,
    values: &mut [i16; 64],
    wanted: &Block,
    table: &[f32; 64],
    weight: f32,
) {
    let mut shown = preview::block_samples(values, table);
    let damage = |shown: &Block| -> f32 {
        shown.iter().zip(least).map(|(s, l)| (l - s).max(0.0).powi(2)).sum()
    };
    let changed = |shown: &Block, change: Change| -> Block {
        let (k, step) = change.step(table);
        std::array::from_fn(|i| shown[i] + step * dct::wave(k, i))
    };
    for _ in 0..CHANGES {
        let now = damage(&shown);
        if now <= 0.0 {
            return;
        }
        let gradient: Block = std::array::from_fn(|i| -2.0 * (least[i] - shown[i]).max(0.0));
        let (changes, count) = Change::against(&[gradient], &[values], &[wanted], table, weight);
        let Some(change) = Change::best_of(&changes[..count], now, |c| damage(&changed(&shown, c)))
        else {
            break;
        };
        change.apply(values);
        shown = changed(&shown, change);
    }
    // No single change helps: the whole block a little lighter does.
    let most = shown.iter().zip(least).map(|(s, l)| l - s).fold(0.0, f32::max);
    values[0] = values[0].saturating_add((8.0 * most / table[0]).ceil() as i16).min(1023);
}

/// The two colour planes as decoded, level-shifted and unrounded.
#[derive(Debug)]
pub(super) struct ColourPlanes {
    planes: [Vec<f32>; 2],
    stride: usize,
    /// How many pixels share a sample, across and down.
    shared: (usize, usize),
    /// How many samples the picture has, across and down.
    size: (usize, usize),
    pixels: Vec<Pixel>,
}

/// A guarded pixel beside a colour block.
#[derive(Debug, Clone, Copy)]
struct Pixel {
    /// What its channels may be tinted by at most, in levels, negative.
    least: f32,
    sources: [(usize, f32); 4],
    /// Which of the samples of the block the sources are.
    inside: [Option<u8>; 4],
}

/// What colour adds to red, green, and blue.
fn tints([cb, cr]: [f32; 2]) -> [f32; 3] {
    [1.402 * cr, -0.344_136 * cb - 0.714_136 * cr, 1.772 * cb]
}

impl Default for ColourPlanes {
    fn default() -> Self {
        Self {
            planes: Default::default(),
            stride: 0,
            shared: (1, 1),
            size: (0, 0),
            pixels: Vec::new(),
        }
    }
}

impl ColourPlanes {
    /// Decodes the colour of a picture of `width`×`height` pixels.
    pub(super) fn fill(
        &mut self,
        values: &[Values; 3],
        table: &[f32; 64],
        subsampling: Subsampling,
        (width, height): (usize, usize),
    ) {
        self.shared = subsampling.factors();
        self.size = (width.div_ceil(self.shared.0), height.div_ceil(self.shared.1));
        let columns = values[1].columns.max(1);
        self.stride = 8 * columns;
        for (plane, values) in self.planes.iter_mut().zip(&values[1..]) {
            plane.clear();
            plane.resize(64 * values.blocks.len(), 0.0);
            for (n, block) in values.blocks.iter().enumerate() {
                if is_flat(block) {
                    continue;
                }
                let start = n / columns * 8 * self.stride + n % columns * 8;
                let samples = preview::block_samples(block, table);
                for (y, run) in samples.chunks_exact(8).enumerate() {
                    plane[start + y * self.stride..][..8].copy_from_slice(run);
                }
            }
        }
    }

    /// The samples that a pixel is mixed from by smooth upsampling, with their shares.
    fn sources(&self, x: usize, y: usize) -> [(usize, f32); 4] {
        let (near_x, far_x) = neighbours(x, self.shared.0, self.size.0);
        let (near_y, far_y) = neighbours(y, self.shared.1, self.size.1);
        let (own_x, own_y) = (
            if self.shared.0 == 1 { 1.0 } else { 0.75 },
            if self.shared.1 == 1 { 1.0 } else { 0.75 },
        );
        let at = |x: usize, y: usize| y * self.stride + x;
        [
            (at(near_x, near_y), own_x * own_y),
            (at(far_x, near_y), (1.0 - own_x) * own_y),
            (at(near_x, far_y), own_x * (1.0 - own_y)),
            (at(far_x, far_y), (1.0 - own_x) * (1.0 - own_y)),
        ]
    }

    fn mixed(&self, sources: &[(usize, f32); 4]) -> [f32; 2] {
        self.planes.each_ref().map(|p| sources.iter().map(|(at, share)| share * p[*at]).sum())
    }

    /// Mends the colour blocks that tint guarded pixels. `components` hold the coefficients before quantisation.
    pub(super) fn mend(
        &mut self,
        guard: &Guard,
        values: &mut [Values; 3],
        components: &[Component; 3],
        table: &[f32; 64],
        weight: f32,
    ) {
        let columns = values[1].columns.max(1);
        let [_, blue, red] = values;
        for (n, (blue, red)) in blue.blocks.iter_mut().zip(&mut red.blocks).enumerate() {
            if is_flat(blue) && is_flat(red) {
                continue;
            }
            let start = n / columns * 8 * self.stride + n % columns * 8;
            self.gather(guard, n % columns * 8, n / columns * 8);
            let wanted = [&components[1].coefficients[n], &components[2].coefficients[n]];
            for _ in 0..CHANGES {
                let now = self.damage();
                if now <= 0.0 {
                    break;
                }
                let (changes, count) =
                    Change::against(&self.gradients(), &[blue, red], &wanted, table, weight);
                let best = Change::best_of(&changes[..count], now, |change| {
                    self.add(start, change, table, 1.0);
                    let after = self.damage();
                    self.add(start, change, table, -1.0);
                    after
                });
                let Some(change) = best else { break };
                self.add(start, change, table, 1.0);
                change.apply(if change.plane == 0 { blue } else { red });
            }
        }
    }

    /// Lists the guarded pixels that take colour from the block whose first sample is at (`left`, `top`).
    fn gather(&mut self, guard: &Guard, left: usize, top: usize) {
        let mut pixels = std::mem::take(&mut self.pixels);
        pixels.clear();
        let (w, h) = self.shared;
        for y in (top * h).saturating_sub(h / 2)..(top + 8) * h + h / 2 {
            for x in (left * w).saturating_sub(w / 2)..(left + 8) * w + w / 2 {
                let class = guard.class_at(x, y);
                if class == 0 {
                    continue;
                }
                let sources = self.sources(x, y);
                let inside = sources.map(|(at, _)| {
                    let (x, y) = (at % self.stride, at / self.stride);
                    let near = (left..left + 8).contains(&x) && (top..top + 8).contains(&y);
                    near.then(|| ((y - top) * 8 + x - left) as u8)
                });
                pixels.push(Pixel { least: -TINT[class - 1], sources, inside });
            }
        }
        self.pixels = pixels;
    }

    /// By how much the gathered pixels are tinted beyond what they may, squared.
    fn damage(&self) -> f32 {
        let over = |p: &Pixel| -> f32 {
            let tints = tints(self.mixed(&p.sources));
            tints.iter().map(|t| (p.least - t).max(0.0).powi(2)).sum()
        };
        self.pixels.iter().map(over).sum()
    }

    /// How the damage grows with each sample of the block, Cb and Cr.
    fn gradients(&self) -> [Block; 2] {
        let mut gradients = [[0.0; 64]; 2];
        for p in &self.pixels {
            let [r, g, b] = tints(self.mixed(&p.sources)).map(|t| -2.0 * (p.least - t).max(0.0));
            let slopes = [1.772 * b - 0.344_136 * g, 1.402 * r - 0.714_136 * g];
            for (inside, (_, share)) in p.inside.iter().zip(&p.sources) {
                let Some(at) = inside else { continue };
                for (gradient, slope) in gradients.iter_mut().zip(slopes) {
                    gradient[usize::from(*at)] += share * slope;
                }
            }
        }
        gradients
    }

    /// Adds `sign` times what a change does to the samples of the block that starts at `start`.
    fn add(&mut self, start: usize, change: Change, table: &[f32; 64], sign: f32) {
        let (k, step) = change.step(table);
        for i in 0..64 {
            self.planes[change.plane][start + i / 8 * self.stride + i % 8] +=
                sign * step * dct::wave(k, i);
        }
    }
}

fn is_flat(block: &[i16; 64]) -> bool {
    block.iter().all(|v| *v == 0)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_pixel_is_far_where_a_circle_of_8_pixels_holds_nothing_of_the_person() {
        let (width, height) = (40i32, 33i32);
        let person = |x: i32, y: i32| (x * 7 + y * 13) % 101 == 0 || (x > 30 && y > 25);
        let white: Vec<bool> = (0..width * height).map(|i| !person(i % width, i / width)).collect();
        let mut guard = Guard::default();
        guard.load(&white, None, width as usize);
        for y in 0..height {
            for x in 0..width {
                let clear = (0..height).all(|v| {
                    (0..width).all(|u| !person(u, v) || (u - x).pow(2) + (v - y).pow(2) > FAR * FAR)
                });
                let class = if person(x, y) { 0 } else { 1 + usize::from(clear) };
                assert_eq!(guard.class_at(x as usize, y as usize), class, "at {x}, {y}");
            }
        }
    }

    proptest! {
        #[test]
        fn a_mended_block_is_nowhere_below_its_limits(
            coefficients in prop::collection::vec(-400f32..400.0, 64), guarded in any::<u64>(), step in 2u8..60,
        ) {
            let table = [f32::from(step); 64];
            let mut wanted: Block = std::array::from_fn(|i| coefficients[i] / (1.0 + i as f32));
            wanted[0] += 400.0;
            let mut values: [i16; 64] = std::array::from_fn(|i| (wanted[ZIGZAG[i]] / table[0]).round() as i16);
            let least: Block =
                std::array::from_fn(|i| if guarded >> i & 1 == 1 { 119.0 } else { f32::NEG_INFINITY });
            mend_luma(&least, &mut values, &wanted, &table, 24.0);
            let shown = preview::block_samples(&values, &table);
            prop_assert!(shown.iter().zip(&least).all(|(s, l)| *s >= l - 0.01));
        }
    }
}
