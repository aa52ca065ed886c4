//! One JPEG at one step of the quality ladder: quantise, keep white white, fit the codes, write.

use image::RgbImage;

use super::planes::{Component, Planes};
use super::preview::{self, Decoded};
use super::quantise::Quantiser;
use super::tables::{LAST_STEP, Tables, scale_of_step};
use super::trellis::Prices;
use super::white::{self, ColourPlanes, Guard};
use super::writer::{self, JpegHeader, Values};
use super::{BackgroundMask, Subsampling};
use crate::base::units::Dpi;

/// Below this scale of the tables, in percent, coefficients are simply rounded: nothing is gained by leaving any out, and blocks
/// full of values cost the trellis the most.
const PLAIN_BELOW: f64 = 4.0;

/// A coefficient of this many quantiser steps is mostly kept by the trellis.
const WORTH: f32 = 0.65;

/// How much the squared error of luma, in quantiser steps, weighs against a bit.
const LUMA_WEIGHT: f32 = 24.7;

/// The same for chroma.
const CHROMA_WEIGHT: f32 = 16.7;

/// The mean square of AC coefficients at which a block is so busy that error weighs half.
const BUSY: f32 = 580.0;

/// The working state for one picture at one subsampling.
#[derive(Debug)]
pub(super) struct Press {
    planes: Planes,
    subsampling: Subsampling,
    values: [Values; 3],
    decoded: [Decoded; 3],
    full_chroma: [Vec<f32>; 2],
    kept: [Values; 3],
    prices: [Prices; 2],
    guard: Guard,
    colour: ColourPlanes,
    /// Whether white is kept at the price of the face's detail.
    pub(super) strict: bool,
}

impl Press {
    pub(super) fn new() -> Self {
        Self {
            planes: Planes::default(),
            subsampling: Subsampling::S420,
            values: Default::default(),
            decoded: Default::default(),
            full_chroma: Default::default(),
            kept: Default::default(),
            prices: [Prices::typical(), Prices::typical()],
            guard: Guard::default(),
            colour: ColourPlanes::default(),
            strict: false,
        }
    }

    /// Takes over a picture.
    pub(super) fn load(
        &mut self,
        pixels: &RgbImage,
        background: Option<&BackgroundMask>,
        subsampling: Subsampling,
    ) {
        self.planes.load(pixels, subsampling);
        self.guard.load(&self.planes.white, background, self.planes.width);
        self.subsampling = subsampling;
        self.prices = [Prices::typical(), Prices::typical()];
        for (c, component) in self.planes.components.iter().enumerate() {
            for values in [&mut self.values[c], &mut self.kept[c]] {
                values.columns = component.columns;
                values.blocks.clear();
                values.blocks.resize(component.coefficients.len(), [0; 64]);
            }
        }
    }

    /// How many coefficients a step of the ladder leaves, about: those that round to one or more and are not hopeless.
    fn count(&self, step: u32) -> u64 {
        let tables = Tables::of_step(step);
        let mut count = 0;
        for (c, component) in self.planes.components.iter().enumerate() {
            let least = if c == 0 { tables.luma } else { tables.chroma }.map(|q| WORTH * q);
            for block in &component.coefficients {
                count += block
                    .iter()
                    .zip(&least)
                    .skip(1)
                    .map(|(x, least)| u64::from(x.abs() >= *least))
                    .sum::<u64>();
            }
        }
        count
    }

    /// Encodes at a step of the ladder into `out`. The prices of symbols come from the encoding before.
    pub(super) fn encode(&mut self, step: u32, dpi: Dpi, out: &mut Vec<u8>) {
        let tables = Tables::of_step(step);
        let plain = scale_of_step(step) < PLAIN_BELOW;
        let (width, height) = (self.planes.width, self.planes.height);
        let care = (12.0 / scale_of_step(step)).clamp(1.0, 3.0).powi(2) as f32;
        let weighed = |weight: f32| if plain { None } else { Some((care * weight, BUSY)) };
        let quantiser = Quantiser::new(&tables.chroma, &self.prices[1], weighed(CHROMA_WEIGHT));
        for c in 1..3 {
            quantise_all(&quantiser, &self.planes.components[c], &mut self.values[c]);
        }
        if self.strict {
            self.colour.fill(&self.values, &tables.chroma, self.subsampling, (width, height));
            let Self { colour, guard, values, planes, .. } = self;
            colour.mend(guard, values, &planes.components, &tables.chroma, CHROMA_WEIGHT);
        }
        let quantiser = Quantiser::new(&tables.luma, &self.prices[0], weighed(LUMA_WEIGHT));
        quantise_all(&quantiser, &self.planes.components[0], &mut self.values[0]);
        if self.strict {
            let component = &self.planes.components[0];
            for (n, block) in self.values[0].blocks.iter_mut().enumerate() {
                if matches!(component.bounds.get(n), Some(Some(_))) {
                    let least = white::least_luma(
                        &self.guard,
                        &self.colour,
                        n % component.columns,
                        n / component.columns,
                    );
                    let wanted = &component.coefficients[n];
                    white::mend_luma(&least, block, wanted, &tables.luma, LUMA_WEIGHT);
                }
            }
        }
        let codes = writer::fitted_codes(&self.values, self.subsampling);
        self.prices = [Prices::of(&codes.ac[0]), Prices::of(&codes.ac[1])];
        let header = JpegHeader {
            width: width as u16,
            height: height as u16,
            subsampling: self.subsampling,
            dpi,
        };
        writer::write(header, &tables, &codes, &self.values, out);
    }

    /// Keeps the encoding made last for [`Press::preview`].
    pub(super) fn keep(&mut self) {
        std::mem::swap(&mut self.values, &mut self.kept);
    }

    /// What a decoder shows of the encoding that was kept, made at `step`: 8-bit sRGB, row after row.
    pub(super) fn preview(&mut self, step: u32, out: &mut Vec<u8>) {
        let tables = Tables::of_step(step);
        let (width, height) = (self.planes.width, self.planes.height);
        for c in 0..3 {
            self.decoded[c].fill(&self.kept[c], if c == 0 { &tables.luma } else { &tables.chroma });
            if c > 0 {
                preview::upsampled(
                    &self.decoded[c],
                    self.subsampling,
                    width,
                    height,
                    &mut self.full_chroma[c - 1],
                );
            }
        }
        preview::pixels(&self.decoded[0], &self.full_chroma, width, out);
    }

    /// The step at which a file of `size` bytes is likely: where as many coefficients are left as such a file holds.
    pub(super) fn likely_step(&self, size: u64) -> u32 {
        let blocks = self.planes.components[0].coefficients.len().max(1) as f64;
        let each = size as f64 / blocks;
        // Fitted to cards at 9 to 50 KB, within 3 % in most; a miss costs an encode: the rest is what every block costs.
        let (one, block) = match self.subsampling {
            Subsampling::S420 => (0.757, 0.80),
            Subsampling::S422 => (0.76, 1.2),
            Subsampling::S444 => (0.74, 2.0),
        };
        let wanted = (size.saturating_sub(500) as f64 / (one + block / each)) as u64;
        let (mut low, mut high) = (0, LAST_STEP);
        while high - low > 4 {
            let middle = low.midpoint(high);
            if self.count(middle) <= wanted { low = middle } else { high = middle }
        }
        low
    }
}

fn quantise_all(quantiser: &Quantiser<'_>, component: &Component, values: &mut Values) {
    for (i, block) in values.blocks.iter_mut().enumerate() {
        match component.bounds.get(i) {
            Some(Some(bounds)) => quantiser.quantise_within(&component.samples[i], bounds, block),
            _ => quantiser.quantise(&component.coefficients[i], block),
        }
    }
}
