//! An independent witness: where a person is, as a network says that saw none of our photographs.
//!
//! MediaPipe's selfie segmentation, the general model (Google, Apache-2.0), of 106 000 parameters: a small `MobileNetV3` with a head like LR-ASPP's (Howard et al. 2019). It knows nothing of cards, and its
//! outline is right to some four card pixels. Our own networks know outlines, and learned from a thousand sitters; what they take of a room for the sitter it seldom does too.
//! `training/selfie.py` writes its weights down as they are.

use std::sync::LazyLock;

use image::RgbImage;

use super::inference::{
    Conv, Depthwise, Keeping, Loaded, Map, Pool, Weights, loaded, shuffled, sigmoid,
};
use super::scratch::Scratch;
use crate::base::error::Result;
use crate::base::geometry::{Affine, Size};
use crate::base::raster::Plane;

/// What the network is shown: the whole picture, whatever its proportions.
const SIDE: u32 = 256;

static MODEL: LazyLock<Loaded<Net>> =
    LazyLock::new(|| Net::load(include_bytes!("../../models/selfie.safetensors")));

/// Where a person is in `picture`, at its size, 0..=1.
///
/// # Errors
/// [`crate::Error::Internal`] when the built-in weights do not load.
pub fn person(scratch: &mut Scratch, picture: &RgbImage) -> Result<Plane> {
    let net = loaded(&MODEL, "selfie network")?;
    let shown = shown(scratch, picture);
    let size = Size::new(picture.width(), picture.height());
    Ok(net.run(&shown, &mut scratch.pool).resized(size))
}

/// The mean of `once`, which [`person`] saw, and of what is seen of `picture` in a mirror.
///
/// # Errors
/// [`crate::Error::Internal`] when the built-in weights do not load.
pub fn mirrored_too(scratch: &mut Scratch, picture: &RgbImage, mut once: Plane) -> Result<Plane> {
    let net = loaded(&MODEL, "selfie network")?;
    let shown = image::imageops::flip_horizontal(&shown(scratch, picture));
    let again = net.run(&shown, &mut scratch.pool).resized(once.size());
    let width = once.width().max(1);
    let rows = once.data_mut().chunks_exact_mut(width).zip(again.data().chunks_exact(width));
    for (row, again) in rows {
        row.iter_mut().zip(again.iter().rev()).for_each(|(p, q)| *p = 0.5 * (*p + q));
    }
    Ok(once)
}

/// All of a picture, as the network is shown it.
fn shown(scratch: &mut Scratch, picture: &RgbImage) -> RgbImage {
    let (size, square) = (Size::new(picture.width(), picture.height()), Size::new(SIDE, SIDE));
    scratch.resampler.warp(picture, &Affine::resize(size, square), square).pixels
}

/// What cuts off after a layer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Activation {
    Relu,
    /// x · min(max(x + 3, 0), 6) / 6 (Howard et al. 2019, equation 1).
    HardSwish,
}

impl Activation {
    fn apply(self, map: &mut Map) {
        for y in 0..map.height() {
            let row = map.row_mut(y);
            match self {
                Self::Relu => row.iter_mut().for_each(|v| *v = v.max(0.0)),
                Self::HardSwish => {
                    row.iter_mut().for_each(|v| *v *= (*v + 3.0).clamp(0.0, 6.0) / 6.0);
                }
            }
        }
    }
}

/// A factor per channel, from what the whole map shows (Hu et al. 2018).
#[derive(Debug)]
struct Gate([Conv; 2]);

impl Gate {
    fn load(weights: &Weights<'_>, name: &str, channels: usize) -> Loaded<Self> {
        let first = weights.conv(&format!("{name}.0"), channels, 1, true)?;
        let second = weights.conv(&format!("{name}.1"), first.outputs(), 1, false)?;
        Ok(Self([first, second]))
    }

    fn factors(&self, map: &Map, pool: &mut Pool) -> Vec<f32> {
        let mut all = pool.map_of(&map.mean());
        for conv in &self.0 {
            let next = conv.run(&all, None, pool);
            pool.give([std::mem::replace(&mut all, next)]);
        }
        let factors = all.row(0).iter().map(|v| sigmoid(*v)).collect();
        pool.give([all]);
        factors
    }
}

/// An inverted residual block (Sandler et al. 2018): widened, filtered channel by channel, gated, narrowed.
#[derive(Debug)]
struct Block {
    widen: Conv,
    depthwise: Depthwise,
    gate: Option<Gate>,
    narrow: Conv,
    activation: Activation,
    residual: bool,
}

impl Block {
    fn load(
        weights: &Weights<'_>,
        name: &str,
        channels: usize,
        stride: usize,
        activation: Activation,
    ) -> Loaded<Self> {
        let relu = activation == Activation::Relu;
        let widen = weights.conv(&format!("{name}.widen"), channels, 1, relu)?;
        let depthwise = weights.depthwise(&format!("{name}.depthwise"), widen.outputs(), stride)?;
        let gated = weights.holds(&format!("{name}.gate.0.weight"));
        let gate = gated
            .then(|| Gate::load(weights, &format!("{name}.gate"), widen.outputs()))
            .transpose()?;
        let narrow = weights.conv(&format!("{name}.narrow"), widen.outputs(), 1, false)?;
        let residual = stride == 1 && narrow.outputs() == channels;
        Ok(Self { widen, depthwise, gate, narrow, activation, residual })
    }

    fn run(&self, input: &Map, pool: &mut Pool) -> Map {
        let mut wide = self.widen.run(input, None, pool);
        if self.activation == Activation::HardSwish {
            self.activation.apply(&mut wide);
        }
        let mut filtered = self.depthwise.run(&wide, pool);
        self.activation.apply(&mut filtered);
        if let Some(gate) = &self.gate {
            let factors = gate.factors(&filtered, pool);
            filtered.multiply(&factors);
        }
        let out = self.narrow.run(&filtered, self.residual.then_some(input), pool);
        pool.give([wide, filtered]);
        out
    }
}

/// Brings a level and the coarser one below it together.
#[derive(Debug)]
struct Join {
    narrow: Conv,
    gate: Gate,
    mix: Conv,
    depthwise: Depthwise,
}

impl Join {
    fn load(weights: &Weights<'_>, name: &str, low: usize, skip: usize) -> Loaded<Self> {
        let narrow = weights.conv(&format!("{name}.narrow"), low, 1, false)?;
        let gate = Gate::load(weights, &format!("{name}.gate"), skip)?;
        let mix = weights.conv(&format!("{name}.mix"), skip, 1, true)?;
        let depthwise = weights.depthwise(&format!("{name}.depthwise"), skip, 1)?;
        Ok(Self { narrow, gate, mix, depthwise })
    }

    fn run(&self, low: &Map, skip: &Map, pool: &mut Pool) -> Map {
        // a convolution of 1 × 1 and an enlarging change places without changing anything
        let narrow = self.narrow.run(low, None, pool);
        let wide = narrow.doubled(pool);
        let mut sum = wide.clone();
        sum.add_map(skip);
        let factors = self.gate.factors(&sum, pool);
        let mut joined = skip.clone();
        joined.multiply(&factors);
        joined.add_map(&wide);
        let mut mixed = self.mix.run(&joined, None, pool);
        let mut filtered = self.depthwise.run(&mixed, pool);
        Activation::Relu.apply(&mut filtered);
        mixed.add_map(&filtered);
        pool.give([narrow, wide, sum, joined, filtered]);
        mixed
    }
}

/// The layers (`Selfie` in `training/selfie.py`).
#[derive(Debug)]
struct Net {
    stem: Conv,
    blocks: Vec<Block>,
    features: Conv,
    attention: Conv,
    joins: [Join; 3],
    mask: Conv,
}

/// Stride and activation of the blocks.
const BLOCKS: [(usize, Activation); 8] = [
    (2, Activation::Relu),
    (2, Activation::Relu),
    (1, Activation::Relu),
    (2, Activation::HardSwish),
    (1, Activation::HardSwish),
    (1, Activation::HardSwish),
    (1, Activation::HardSwish),
    (1, Activation::HardSwish),
];

impl Net {
    fn load(file: &[u8]) -> Loaded<Self> {
        let weights = Weights::of(file, Keeping::Small)?;
        let stem = weights.conv("stem", 3, 2, false)?;
        let mut blocks: Vec<Block> = Vec::new();
        for (i, (stride, activation)) in BLOCKS.into_iter().enumerate() {
            let channels = blocks.last().map_or(stem.outputs(), |block| block.narrow.outputs());
            blocks.push(Block::load(
                &weights,
                &format!("blocks.{i}"),
                channels,
                stride,
                activation,
            )?);
        }
        let outputs = |i: usize| blocks[i].narrow.outputs();
        let features = weights.conv("features", outputs(7), 1, true)?;
        let attention = weights.conv("attention", outputs(7), 1, false)?;
        let skips = [outputs(2), outputs(0), stem.outputs()];
        let lows = [features.outputs(), skips[0], skips[1]];
        let join = |i: usize| Join::load(&weights, &format!("joins.{i}"), lows[i], skips[i]);
        let joins = [join(0)?, join(1)?, join(2)?];
        let mask = weights.conv("mask", skips[2], 1, false)?;
        Ok(Self { stem, blocks, features, attention, joins, mask })
    }

    /// Where a person is in `picture`, a square of [`SIDE`] pixels.
    fn run(&self, picture: &RgbImage, pool: &mut Pool) -> Plane {
        let first = self.first(picture, pool);
        let mut skips = vec![first];
        let mut now: Option<Map> = None;
        for (i, block) in self.blocks.iter().enumerate() {
            let out = block.run(now.as_ref().unwrap_or(&skips[0]), pool);
            if let Some(before) = now.replace(out) {
                // the outputs of the first and the third block are wanted again
                if i == 1 || i == 3 { skips.push(before) } else { pool.give([before]) }
            }
        }
        let coarse = now.unwrap_or_else(|| skips[0].clone());
        let mut features = self.features.run(&coarse, None, pool);
        let all = pool.map_of(&coarse.mean());
        let attention = self.attention.run(&all, None, pool);
        let factors: Vec<f32> = attention.row(0).iter().map(|v| sigmoid(*v)).collect();
        features.multiply(&factors);
        pool.give([coarse, all, attention]);
        let mut low = features;
        for (join, skip) in self.joins.iter().zip(skips.iter().rev()) {
            let out = join.run(&low, skip, pool);
            pool.give([std::mem::replace(&mut low, out)]);
        }
        let logits = self.mask.run(&low, None, pool);
        let mask = shuffled(&logits);
        pool.give(skips);
        pool.give([low, logits]);
        mask
    }

    /// The first layer, which begins at the picture's first pixel, where [`Conv`] begins one before it: the picture one pixel further on, and what comes of the pixel before it left out.
    fn first(&self, picture: &RgbImage, pool: &mut Pool) -> Map {
        let side = SIDE as usize;
        let mut input = pool.zeros(side + 2, side + 2, 3);
        for (y, codes) in picture.as_raw().chunks_exact(3 * side).enumerate() {
            let row = &mut input.row_mut(y + 1)[3..3 * (side + 1)];
            row.iter_mut().zip(codes).for_each(|(v, code)| *v = f32::from(*code) / 255.0);
        }
        let wide = self.stem.run(&input, None, pool);
        let (half, channels) = (side / 2, wide.channels());
        let mut out = pool.zeros(half, half, channels);
        for y in 0..half {
            out.row_mut(y).copy_from_slice(&wide.row(y + 1)[channels..]);
        }
        Activation::HardSwish.apply(&mut out);
        pool.give([input, wide]);
        out
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use image::Rgb;

    /// A sitter of six ellipses before a wall that grows lighter downwards.
    fn drawn() -> RgbImage {
        let wall = |y: u32| Rgb([150, 160, 170].map(|v: u8| v + (y / 8) as u8));
        let mut picture = RgbImage::from_fn(SIDE, SIDE, |_, y| wall(y));
        let mut ellipse = |[cx, cy]: [i64; 2], [rx, ry]: [i64; 2], colour: [u8; 3]| {
            for (x, y, pixel) in picture.enumerate_pixels_mut() {
                let (dx, dy) = ((i64::from(x) - cx) * ry, (i64::from(y) - cy) * rx);
                if dx * dx + dy * dy <= rx * ry * rx * ry {
                    pixel.0 = colour;
                }
            }
        };
        ellipse([128, 256], [95, 70], [30, 40, 80]);
        ellipse([128, 90], [50, 52], [40, 30, 25]);
        ellipse([128, 112], [40, 54], [220, 175, 150]);
        ellipse([112, 105], [6, 3], [30, 20, 20]);
        ellipse([144, 105], [6, 3], [30, 20, 20]);
        ellipse([128, 145], [14, 4], [170, 80, 80]);
        picture
    }

    #[test]
    fn it_sees_what_mediapipe_sees() {
        let net = loaded(&MODEL, "selfie network").expect("weights");
        let seen = net.run(&drawn(), &mut Pool::default());
        // by MediaPipe 0.10.21 itself, and by `training/selfie.py` to within 2e-5 of it
        for ((x, y), want) in [
            ((128, 112), 1.0),
            ((10, 10), 0.0),
            ((128, 240), 1.0),
            ((200, 60), 0.0),
            ((130, 185), 0.2811),
            ((166, 57), 0.7945),
            ((126, 39), 0.5971),
            ((130, 170), 0.3252),
            ((108, 162), 0.3091),
            ((151, 158), 0.3630),
            ((109, 42), 0.7596),
            ((125, 175), 0.3274),
        ] {
            let got = seen.at(x, y);
            assert!((got - want).abs() < 2e-3, "{x}, {y}: {got} for {want}");
        }
    }

    #[test]
    fn a_mirrored_picture_is_seen_in_a_mirror() {
        let (mut scratch, picture) = (Scratch::default(), drawn());
        let flipped = image::imageops::flip_horizontal(&picture);
        let mut both = |picture: &RgbImage| {
            let once = person(&mut scratch, picture).expect("runs");
            mirrored_too(&mut scratch, picture, once).expect("runs")
        };
        let (straight, mirrored) = (both(&picture), both(&flipped));
        for (x, y) in [(126, 39), (109, 42), (166, 57), (60, 230)] {
            let apart = straight.at(x, y) - mirrored.at(i64::from(SIDE) - 1 - x, y);
            assert!(apart.abs() < 1e-4, "{x}, {y}: {apart}");
        }
    }
}
