//! Quantisation of single blocks, and how white is kept white in those that the background shares with the person.

use super::dct::{self, Block};
use super::planes::Bounds;
use super::preview;
use super::tables::ZIGZAG;
use super::trellis::{self, Prices};

/// Rounds in which a block on the border of white is quantised, looked at, and corrected. With 9 rounds and finer quantisation in the
/// last five, 23 cards at 20 KB scored 0.25 less; what three rounds leave is mended afterwards.
const ROUNDS: usize = 3;

/// How far outside its bounds a sample may decode before its block is corrected, in grey levels.
const TOLERANCE: f32 = 3.0;

/// The highest level-shifted sample asked for: decoders with 16-bit arithmetic overflow on blocks far beyond white.
const HIGHEST: f32 = 255.0;

/// Quantises the blocks of one component.
#[derive(Debug)]
pub(super) struct Quantiser<'a> {
    table: &'a [f32; 64],
    /// One over the table, in zigzag order.
    inverse: [f32; 64],
    prices: &'a Prices,
    /// The weight of distortion against bits, and the block energy that halves it; without it values are only rounded.
    weight: Option<(f32, f32)>,
}

impl<'a> Quantiser<'a> {
    pub(super) fn new(
        table: &'a [f32; 64],
        prices: &'a Prices,
        weight: Option<(f32, f32)>,
    ) -> Self {
        Self { table, inverse: ZIGZAG.map(|k| 1.0 / table[k]), prices, weight }
    }

    /// Quantises coefficients in natural order into values in zigzag order.
    pub(super) fn quantise(&self, coefficients: &Block, values: &mut [i16; 64]) {
        let mut steps = [0.0f32; 64];
        let mut energy = 0.0;
        for k in 0..64 {
            let coefficient = coefficients[ZIGZAG[k]];
            energy += coefficient * coefficient;
            steps[k] = coefficient * self.inverse[k];
        }
        energy -= coefficients[0] * coefficients[0];
        // Baseline JPEG has 11 bits for a DC difference and 10 for an AC value.
        values[0] = steps[0].round().clamp(-1023.0, 1023.0) as i16;
        match self.weight {
            // Error hides in busy blocks: the weight falls with the energy.
            Some((weight, half)) => {
                trellis::choose(&steps, weight / (1.0 + energy / 63.0 / half), self.prices, values);
            }
            None => {
                for k in 1..64 {
                    values[k] = steps[k].round().clamp(-1023.0, 1023.0) as i16;
                }
            }
        }
    }

    /// Quantises a block in which the samples of `bounds` may take any value between theirs: what lies above white is clamped to
    /// white by every decoder, and a trace of colour in white is not seen.
    ///
    /// The block is quantised, bound samples take over what came out where that is within bounds and are pushed where it is not,
    /// and it is quantised again: projections onto convex sets, with the quantiser as one of them.
    pub(super) fn quantise_within(&self, samples: &Block, bounds: &Bounds, values: &mut [i16; 64]) {
        if bounds.bound == u64::MAX
            && bounds.low.iter().all(|low| *low == bounds.low[0])
            && bounds.low[0] > 0.0
        {
            // Flat white: one DC, rounded up, so that it is 255 and not 254.
            *values = [0; 64];
            values[0] =
                (8.0 * bounds.low[0] / self.table[0] - 1e-3).ceil().clamp(-1023.0, 1023.0) as i16;
            return;
        }
        let mut target = *samples;
        let mut push = [0.0f32; 64];
        for round in 0..ROUNDS {
            self.quantise(&dct::forward(&target), values);
            let shown = preview::block_samples(values, self.table);
            let mut outside = 0.0f32;
            for i in (0..64).filter(|i| bounds.bound >> i & 1 == 1) {
                let inside = shown[i].clamp(bounds.low[i], bounds.high[i]);
                outside = outside.max((inside - shown[i]).abs());
                push[i] += inside - shown[i];
                target[i] = (inside + push[i]).min(HIGHEST);
            }
            if round > 0 && outside <= TOLERANCE {
                break;
            }
        }
    }
}
