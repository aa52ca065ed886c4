//! Keeps white white: which pixels are guarded, and how quantised blocks that darken them are mended.
//!
//! A decoder clamps luma to white before it mixes in colour, so luma above white costs nothing, and a trace of colour always shows.
//! Colour is mended first, then luma against what the colour left.

use super::dct::{self, Block};
use super::planes::{Component, neighbours};
use super::preview;
use super::tables::ZIGZAG;
use super::trellis::category;
use super::writer::Values;
use super::{BackgroundMask, Subsampling};

/// How far from the person a background pixel must be for the stricter limit, in pixels.
const FAR: i32 = 8;

/// The least value, 0..=255, that a channel of a guarded pixel may take, next to the person and farther away. What is promised is 245
/// and 250; decoders round differently, each component by half a level, blue by a level and a half in all.
const LEAST: [f32; 2] = [247.0, 252.0];

/// What colour alone may take from a channel, in levels, next to the person and farther away; the rest is left to luma.
const COLOUR: [f32; 2] = [6.5, 2.5];

/// How many values of one block are changed at most. Most blocks need one or two.
const CHANGES: usize = 40;

/// How many candidates a change is chosen from, those of the steepest descent.
const CANDIDATES: usize = 4;

/// How many bits a value that was zero costs, about.
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
            Some(mask) => self
                .class
                .extend(white.iter().zip(mask.pixels()).map(|(w, b)| u8::from(*w && *b))),
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
                    *class -= u8::from(*class == 2 && *reach <= within);
                }
            }
        }
    }

    /// The class of a pixel, 0 outside the picture.
    fn at(&self, x: usize, y: usize) -> usize {
        if x >= self.width {
            return 0;
        }
        self.class.get(y * self.width + x).map_or(0, |c| usize::from(*c))
    }
}

/// The two colour planes as decoded, level-shifted and unrounded.
#[derive(Debug, Default)]
pub(super) struct Colour {
    stride: usize,
    planes: [Vec<f32>; 2],
    columns: usize,
    rows: usize,
    subsampling: Option<Subsampling>,
}

/// What a change of one value does.
#[derive(Debug, Clone, Copy)]
struct Change {
    /// Cb or Cr; 0 for luma.
    plane: usize,
    /// Position in zigzag order.
    position: usize,
    up: bool,
    /// Levels squared that it takes away, to first order, per bit.
    worth: f32,
    cost: f32,
}

/// What changing a value by one costs, in bits and weighed error.
fn cost_of(value: i16, up: bool, wanted: f32, weight: f32) -> f32 {
    let changed = if up { value + 1 } else { value - 1 };
    let error = (f32::from(changed) - wanted).powi(2) - (f32::from(value) - wanted).powi(2);
    let bits = |v: i16| if v == 0 { 0.0 } else { NEW_VALUE + 2.0 * f32::from(category(v)) };
    (weight * error + bits(changed) - bits(value)).max(0.25)
}

/// The best few changes along a gradient over the samples of a block.
fn candidates(
    gradients: &[Block],
    values: &[&[i16; 64]],
    wanted: &[&Block],
    table: &[f32; 64],
    weight: f32,
) -> [Option<Change>; CANDIDATES] {
    let mut best: [Option<Change>; CANDIDATES] = [None; CANDIDATES];
    for (plane, gradient) in gradients.iter().enumerate() {
        let slopes = dct::forward(gradient);
        for position in 0..64 {
            let k = ZIGZAG[position];
            let slope = slopes[k] * table[k];
            let value = values[plane][position];
            if slope == 0.0 || value.abs() >= 1022 {
                continue;
            }
            let up = slope < 0.0;
            let cost = cost_of(value, up, wanted[plane][k] / table[k], weight);
            let change = Change { plane, position, up, worth: slope.abs() / cost, cost };
            if let Some(at) = best.iter().position(|b| b.is_none_or(|b| b.worth < change.worth)) {
                best[at..].rotate_right(1);
                best[at] = Some(change);
            }
        }
    }
    best
}

impl Colour {
    /// Decodes the colour of a picture.
    pub(super) fn fill(&mut self, values: &[Values; 3], table: &[f32; 64], how: Subsampling) {
        self.subsampling = Some(how);
        self.columns = values[1].columns.max(1);
        self.rows = values[1].blocks.len() / self.columns;
        self.stride = 8 * self.columns;
        for (plane, values) in self.planes.iter_mut().zip(&values[1..]) {
            plane.clear();
            plane.resize(64 * values.blocks.len(), 0.0);
            for (n, block) in values.blocks.iter().enumerate() {
                if block.iter().all(|v| *v == 0) {
                    continue;
                }
                let samples = preview::block_samples(block, table);
                let start = (n / self.columns) * 8 * self.stride + n % self.columns * 8;
                for (y, run) in samples.chunks_exact(8).enumerate() {
                    plane[start + y * self.stride..][..8].copy_from_slice(run);
                }
            }
        }
    }

    /// Cb and Cr at a pixel, as smooth upsampling mixes them.
    fn mixed(&self, x: usize, y: usize, w: usize, h: usize, size: (usize, usize)) -> [f32; 2] {
        let (near_x, far_x) = neighbours(x, w, size.0);
        let (near_y, far_y) = neighbours(y, h, size.1);
        let shares = shares(w, h);
        self.planes.each_ref().map(|plane| {
            let at = |x: usize, y: usize| plane[y * self.stride + x];
            shares[0] * at(near_x, near_y)
                + shares[1] * at(far_x, near_y)
                + shares[2] * at(near_x, far_y)
                + shares[3] * at(far_x, far_y)
        })
    }
}

/// The shares of the nearest sample, the one beside, the one above or below, and the diagonal one.
const fn shares(w: usize, h: usize) -> [f32; 4] {
    match (w, h) {
        (2, 2) => [0.5625, 0.1875, 0.1875, 0.0625],
        (2, 1) => [0.75, 0.25, 0.0, 0.0],
        _ => [1.0, 0.0, 0.0, 0.0],
    }
}

/// What colour adds to red, green, and blue.
fn offsets([cb, cr]: [f32; 2]) -> [f32; 3] {
    [1.402 * cr, -0.344_136 * cb - 0.714_136 * cr, 1.772 * cb]
}

/// Mends the colour blocks that tint guarded pixels; `colour` holds them decoded and follows.
pub(super) fn mend_colour(
    guard: &Guard,
    colour: &mut Colour,
    values: &mut [Values; 3],
    components: &[Component; 3],
    table: &[f32; 64],
    weight: f32,
) {
    let Some(how) = colour.subsampling else { return };
    let (w, h) = how.factors();
    let height = guard.class.len() / guard.width.max(1);
    let size = (guard.width.div_ceil(w), height.div_ceil(h));
    let [_, blue, red] = values;
    for n in 0..blue.blocks.len() {
        let flat = |v: &Values| v.blocks[n].iter().all(|v| *v == 0);
        if flat(blue) && flat(red) {
            continue;
        }
        let (left, top) = (n % colour.columns * 8, n / colour.columns * 8);
        let region = Region { left, top, w, h, size };
        let (mut pain, mut gradients) = region.pain(guard, colour, true);
        for _ in 0..CHANGES {
            if pain <= 0.0 {
                break;
            }
            let found = candidates(
                &gradients,
                &[&blue.blocks[n], &red.blocks[n]],
                &[&components[1].coefficients[n], &components[2].coefficients[n]],
                table,
                weight,
            );
            let mut best: Option<(f32, Change)> = None;
            for change in found.into_iter().flatten() {
                colour.add(change, table, left, top, 1.0);
                let gain = (pain - region.pain(guard, colour, false).0) / change.cost;
                colour.add(change, table, left, top, -1.0);
                if gain > best.map_or(0.0, |(gain, _)| gain) {
                    best = Some((gain, change));
                }
            }
            let Some((_, change)) = best else { break };
            colour.add(change, table, left, top, 1.0);
            let block = if change.plane == 0 { &mut blue.blocks[n] } else { &mut red.blocks[n] };
            block[change.position] += if change.up { 1 } else { -1 };
            (pain, gradients) = region.pain(guard, colour, true);
        }
    }
}

impl Colour {
    /// Adds what a change does to the samples.
    fn add(&mut self, change: Change, table: &[f32; 64], left: usize, top: usize, sign: f32) {
        let k = ZIGZAG[change.position];
        let step = sign * if change.up { table[k] } else { -table[k] };
        for y in 0..8 {
            let line = &mut self.planes[change.plane][(top + y) * self.stride + left..][..8];
            for (x, sample) in line.iter_mut().enumerate() {
                *sample += step * dct::wave(k, x, y);
            }
        }
    }
}

/// The pixels that take colour from one block.
struct Region {
    left: usize,
    top: usize,
    w: usize,
    h: usize,
    /// How many samples there are across and down.
    size: (usize, usize),
}

impl Region {
    /// How much the guarded pixels are tinted beyond what they may, squared, and how that changes with each sample of the block.
    fn pain(&self, guard: &Guard, colour: &Colour, sloped: bool) -> (f32, [Block; 2]) {
        let Self { left, top, w, h, size } = *self;
        let (mut pain, mut slopes) = (0.0, [[0.0; 64]; 2]);
        let shares = shares(w, h);
        for y in (top * h).saturating_sub(h / 2)..(top + 8) * h + h / 2 {
            for x in (left * w).saturating_sub(w / 2)..(left + 8) * w + w / 2 {
                let class = guard.at(x, y);
                if class == 0 {
                    continue;
                }
                let least = -COLOUR[class - 1];
                let over = offsets(colour.mixed(x, y, w, h, size)).map(|o| (least - o).max(0.0));
                let own: f32 = over.iter().map(|o| o * o).sum();
                if own <= 0.0 {
                    continue;
                }
                pain += own;
                if !sloped {
                    continue;
                }
                let [r, g, b] = over.map(|o| -2.0 * o);
                let slope = [1.772 * b - 0.344_136 * g, 1.402 * r - 0.714_136 * g];
                let (near_x, far_x) = neighbours(x, w, size.0);
                let (near_y, far_y) = neighbours(y, h, size.1);
                for ((x, y), share) in
                    [(near_x, near_y), (far_x, near_y), (near_x, far_y), (far_x, far_y)]
                        .into_iter()
                        .zip(shares)
                {
                    if (left..left + 8).contains(&x) && (top..top + 8).contains(&y) {
                        for (slopes, slope) in slopes.iter_mut().zip(slope) {
                            slopes[(y - top) * 8 + x - left] += share * slope;
                        }
                    }
                }
            }
        }
        (pain, slopes)
    }
}

/// The least luma, level-shifted, of the guarded pixels of a block after colour; −∞ where a pixel is free.
pub(super) fn least_luma(guard: &Guard, colour: &Colour, column: usize, row: usize) -> Block {
    let mut least = [f32::NEG_INFINITY; 64];
    let Some(how) = colour.subsampling else { return least };
    let (w, h) = how.factors();
    let height = guard.class.len() / guard.width.max(1);
    let size = (guard.width.div_ceil(w), height.div_ceil(h));
    for (i, least) in least.iter_mut().enumerate() {
        let (x, y) = (8 * column + i % 8, 8 * row + i / 8);
        let class = guard.at(x, y);
        if class > 0 {
            let worst = offsets(colour.mixed(x, y, w, h, size)).into_iter().fold(0.0, f32::min);
            *least = (LEAST[class - 1] - worst).min(255.0) - 128.0;
        }
    }
    least
}

/// Mends a luma block until no sample lies below `least`, as cheaply as single steps allow.
pub(super) fn mend_luma(
    least: &Block,
    values: &mut [i16; 64],
    wanted: &Block,
    table: &[f32; 64],
    weight: f32,
) {
    let mut shown = preview::block_samples(values, table);
    let pain = |shown: &Block| -> f32 {
        shown.iter().zip(least).map(|(s, l)| (l - s).max(0.0).powi(2)).sum()
    };
    let mut now = pain(&shown);
    for _ in 0..CHANGES {
        if now <= 0.0 {
            break;
        }
        let slope: Block = std::array::from_fn(|i| -2.0 * (least[i] - shown[i]).max(0.0));
        let mut best: Option<(f32, Change, Block)> = None;
        for change in
            candidates(&[slope], &[values], &[wanted], table, weight).into_iter().flatten()
        {
            let k = ZIGZAG[change.position];
            let step = if change.up { table[k] } else { -table[k] };
            let changed: Block =
                std::array::from_fn(|i| shown[i] + step * dct::wave(k, i % 8, i / 8));
            let gain = (now - pain(&changed)) / change.cost;
            if gain > best.as_ref().map_or(0.0, |(gain, ..)| *gain) {
                best = Some((gain, change, changed));
            }
        }
        let Some((_, change, changed)) = best else { break };
        values[change.position] += if change.up { 1 } else { -1 };
        shown = changed;
        now = pain(&shown);
    }
}
