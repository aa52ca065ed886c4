//! The layers of the portrait network (`PortraitNet` in `training/model.py`), and what their values mean.

use pulp::{Arch, Simd, WithSimd};

use crate::base::raster::Plane;
use crate::vision::inference::unet::{UNet, Up};
use crate::vision::inference::{
    Conv, Keeping, Map, Pool, Weights, exp, in_turn, shuffled, sigmoid,
};

/// What the network makes of a crop, in crop pixels counted from the crop's corner.
#[derive(Debug, Clone)]
pub(super) struct PortraitOutput {
    /// Probability that a crop pixel is the person, 0..=1, at the crop's size.
    pub(super) mask: Plane,
    /// Per landmark: x, y, and the standard deviation of its heat-map.
    pub(super) points: Vec<[f32; 3]>,
    /// Probability that an upright face lies where the crop expects it, 0..=1.
    pub(super) presence: f32,
}

/// The network.
#[derive(Debug)]
pub(super) struct PortraitNet {
    unet: UNet,
    up: Up,
    mask: [Conv; 2],
    heat: [Conv; 2],
    /// How many of the heat-maps are landmarks; the rest is padding.
    landmarks: usize,
    presence: Conv,
    /// Weights of the coarsest level's pixels, channel by channel, and their bias.
    there: (Vec<f32>, f32),
}

/// What a crop pixel of the heat-maps and of the coarsest level stands for, in crop pixels.
const STRIDE: usize = 4;

impl PortraitNet {
    /// Reads the built-in weights.
    pub(super) fn load(file: &[u8]) -> Result<Self, String> {
        let weights = Weights::of(file, Keeping::Transformed)?;
        let unet = UNet::load(&weights, 3)?;
        let up = Up::load(&weights, "u1", unet.second_channels(), unet.first_channels())?;
        let pair = |name: &str, channels: usize| {
            let first = weights.conv(&format!("{name}.0.0"), channels, 1, true)?;
            let second = weights.conv(&format!("{name}.1"), first.outputs(), 1, false)?;
            Ok::<_, String>([first, second])
        };
        let (mask, heat) = (pair("mask", up.outputs())?, pair("heat", unet.second_channels())?);
        let presence = weights.conv("presence.0.0", unet.coarsest_channels(), 1, true)?;
        let bias = weights.tensor("presence.2.bias")?.1;
        let there = (weights.tensor("presence.2.weight")?.1, bias.first().copied().unwrap_or(0.0));
        let landmarks = weights.tensor("heat.1.bias")?.1.len();
        Ok(Self { unet, up, mask, heat, landmarks, presence, there })
    }

    /// Looks at a crop: codes from -1 to 1, 0 where the photo does not reach; its height and width are multiples of 16.
    pub(super) fn run(&self, crop: Map, pool: &mut Pool) -> PortraitOutput {
        let levels = self.unet.run(crop, pool);
        let fine = self.up.run(&levels.second, &levels.first, pool);
        let logits = in_turn(&self.mask, &fine, pool);
        let heat = in_turn(&self.heat, &levels.second, pool);
        let coarse = self.presence.run(&levels.coarsest, None, pool);
        let mask = shuffled(&logits);
        let points = located(&heat, self.landmarks);
        let presence = self.presence_in(&coarse);
        levels.give(pool);
        pool.give([fine, logits, heat, coarse]);
        PortraitOutput { mask, points, presence }
    }

    /// The fully connected layer at the coarsest level.
    fn presence_in(&self, coarse: &Map) -> f32 {
        let (weights, bias) = &self.there;
        let area = (coarse.height() * coarse.width()).max(1);
        let logit: f32 = weights
            .iter()
            .enumerate()
            .map(|(i, w)| {
                let (channel, at) = (i / area, i % area);
                w * coarse.pixel(at / coarse.width(), at % coarse.width())[channel]
            })
            .sum();
        sigmoid(logit + bias)
    }
}

/// Soft-argmax of every heat-map: mean position and standard deviation, in crop pixels.
fn located(heat: &Map, landmarks: usize) -> Vec<[f32; 3]> {
    let middle = |n: usize| (n * STRIDE) as f64 / 2.0;
    let (mx, my) = (middle(heat.width()), middle(heat.height()));
    let sums = Arch::new().dispatch(Moments { heat, middle: [mx, my] });
    (0..landmarks)
        .map(|i| {
            let [total, x, y, square] = std::array::from_fn(|k| sums[k][i]);
            let (x, y) = (x / total, y / total);
            let variance = (square / total - x * x - y * y).max(0.0) / 2.0;
            [(x + mx) as f32, (y + my) as f32, variance.sqrt() as f32]
        })
        .collect()
}

/// What [`located`] needs of the heat-maps, of each channel: the sum of all probability, of it times x, y, and the squared distance from `middle`, in crop pixels.
struct Moments<'a> {
    heat: &'a Map,
    middle: [f64; 2],
}

impl WithSimd for Moments<'_> {
    type Output = [Vec<f64>; 4];

    #[inline(always)]
    fn with_simd<S: Simd>(self, _: S) -> Self::Output {
        let Self { heat, middle: [mx, my] } = self;
        let channels = heat.channels();
        let mut peaks = vec![f32::NEG_INFINITY; channels];
        for y in 0..heat.height() {
            for values in heat.row(y).chunks_exact(channels) {
                peaks.iter_mut().zip(values).for_each(|(p, v)| *p = p.max(*v));
            }
        }
        let mut sums: Self::Output = std::array::from_fn(|_| vec![0.0; channels]);
        let mut odds = vec![0.0f32; channels];
        for y in 0..heat.height() {
            let dy = (y as f64 + 0.5) * STRIDE as f64 - my;
            for (x, values) in heat.row(y).chunks_exact(channels).enumerate() {
                let dx = (x as f64 + 0.5) * STRIDE as f64 - mx;
                for ((odds, value), peak) in odds.iter_mut().zip(values).zip(&peaks) {
                    *odds = exp(value - peak);
                }
                for (sums, term) in sums.iter_mut().zip([1.0, dx, dy, dx * dx + dy * dy]) {
                    sums.iter_mut().zip(&odds).for_each(|(sum, p)| *sum += f64::from(*p) * term);
                }
            }
        }
        sums
    }
}
