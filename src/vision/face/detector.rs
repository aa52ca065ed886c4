//! Where faces may be in a whole picture, however they are turned.
//!
//! A small network of our own (`models/detector.safetensors`, trained by `training/`): per place of 4 × 4 pixels the probability that the middle between two eyes
//! lies there, and the pose that belongs to it (Zhou et al. 2019, "Objects as points"). It sees faces of 13 px and more at any angle, and some that are none. The
//! portrait network decides.

use std::sync::LazyLock;

use image::RgbImage;

use super::network::Pose;
use crate::base::error::Result;
use crate::base::geometry::Point;
use crate::vision::inference::unet::UNet;
use crate::vision::inference::{Conv, Keeping, Map, Pool, Weights, in_turn, loaded, sigmoid};
use crate::vision::scratch::Scratch;

/// Picture pixels per place.
const STRIDE: usize = 4;
/// What width and height of the input must be multiples of: the coarsest of the network's levels.
const MULTIPLE: usize = 16;
/// The face measure whose logarithm the network counts from, in picture pixels.
const MIDDLING: f64 = 48.0;
/// Probability from which a place is a candidate.
const FAINT: f32 = 0.15;
/// Two candidates nearer to each other than this share of the larger one's face measure are one.
const SAME: f64 = 0.5;

static MODEL: LazyLock<std::result::Result<DetectorNet, String>> =
    LazyLock::new(|| DetectorNet::load(include_bytes!("../../../models/detector.safetensors")));

/// The layers (`DetectorNet` in `training/model.py`).
#[derive(Debug)]
struct DetectorNet {
    unet: UNet,
    face: [Conv; 2],
}

impl DetectorNet {
    fn load(file: &[u8]) -> std::result::Result<Self, String> {
        let weights = Weights::of(file, Keeping::Transformed)?;
        let unet = UNet::load(&weights, 3)?;
        let first = weights.conv("face.0.0", unet.second_channels(), 1, true)?;
        let second = weights.conv("face.1", first.outputs(), 1, false)?;
        Ok(Self { unet, face: [first, second] })
    }

    fn run(&self, picture: Map, pool: &mut Pool) -> Map {
        let levels = self.unet.run(picture, pool);
        let places = in_turn(&self.face, &levels.second, pool);
        levels.give(pool);
        places
    }
}

/// A place where a face may be.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Candidate {
    /// Where, how large and how turned, in pixels of the picture searched.
    pub pose: Pose,
    /// How likely it is one, 0..=1.
    pub probability: f32,
}

/// The network, loaded once per process.
#[derive(Debug)]
pub struct Detector {
    net: &'static DetectorNet,
}

impl Detector {
    /// The network, ready to run.
    ///
    /// # Errors
    /// [`crate::Error::Internal`] when the built-in weights do not load.
    pub fn new() -> Result<Self> {
        loaded(&MODEL, "face detector").map(|net| Self { net })
    }

    /// Lists where faces may be in `picture`, the likeliest first and each once.
    #[must_use]
    pub fn candidates(&self, scratch: &mut Scratch, picture: &RgbImage) -> Vec<Candidate> {
        let (w, h) = (picture.width() as usize, picture.height() as usize);
        if w == 0 || h == 0 {
            return Vec::new();
        }
        let pool = &mut scratch.pool;
        // beyond the picture: mid-grey, which is zero, as in training
        let mut input = pool.zeros(h.next_multiple_of(MULTIPLE), w.next_multiple_of(MULTIPLE), 3);
        for (y, codes) in picture.chunks_exact(3 * w).enumerate() {
            for (v, code) in input.row_mut(y).iter_mut().zip(codes) {
                *v = f32::from(*code) / 127.5 - 1.0;
            }
        }
        let places = self.net.run(input, pool);
        let mut peaks = peaks(&places);
        pool.give([places]);
        // stable: of two as likely the upper one, then the one more to the left, comes first
        peaks.sort_by(|a, b| b.probability.total_cmp(&a.probability));
        let mut kept: Vec<Candidate> = Vec::new();
        for peak in peaks {
            let same = |k: &Candidate| {
                k.pose.eyes.distance(peak.pose.eyes) < SAME * k.pose.size.max(peak.pose.size)
            };
            if !kept.iter().any(same) {
                kept.push(peak);
            }
        }
        kept
    }
}

/// The places that are likelier than those around them.
fn peaks(places: &Map) -> Vec<Candidate> {
    let (h, w) = (places.height(), places.width());
    let logit = |y: usize, x: usize| places.pixel(y, x)[0];
    let mut peaks = Vec::new();
    for y in 0..h {
        for x in 0..w {
            let own = logit(y, x);
            let probability = sigmoid(own);
            let around = || {
                (y.saturating_sub(1)..(y + 2).min(h))
                    .flat_map(|y| (x.saturating_sub(1)..(x + 2).min(w)).map(move |x| (y, x)))
            };
            if probability >= FAINT && around().all(|(y, x)| logit(y, x) <= own) {
                peaks.push(Candidate { pose: pose_at(places.pixel(y, x), y, x), probability });
            }
        }
    }
    peaks
}

/// What the network says of a place, in picture pixels, centres at integers.
fn pose_at(place: &[f32], y: usize, x: usize) -> Pose {
    let way = |at: usize, step: f32| (at as f64 + 0.5 + f64::from(step)) * STRIDE as f64 - 0.5;
    Pose {
        eyes: Point::new(way(x, place[1]), way(y, place[2])),
        size: MIDDLING * libm::exp(f64::from(place[3].clamp(-3.0, 3.0))),
        roll: f64::from(libm::atan2f(place[5], place[4])),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pictures_of_any_size_are_searched_and_a_wall_is_no_face() {
        let mut scratch = Scratch::default();
        let detector = Detector::new().expect("the built-in model");
        for (w, h) in [(0, 0), (1, 1), (17, 3), (256, 192), (100, 256)] {
            let wall = RgbImage::from_pixel(w, h, image::Rgb([200, 190, 180]));
            assert_eq!(detector.candidates(&mut scratch, &wall), [], "{w} × {h}");
        }
    }
}
