//! Picture and head → what lies before the face, what is on the head, and where lenses glare, as a network sees it place by place.
//!
//! A network of our own (`models/signs.safetensors`, trained by `training/critic.py`) with the critic's trunk and crop: a mask, a hand or a phone before the face, a hat or a scarf on the
//! head, light on glasses. It learned from drawn ones alone, put on the program's own cards and on photographs before rooms.

use std::sync::LazyLock;

use image::RgbImage;

use crate::base::error::Result;
use crate::base::resample::Resampled;
use crate::vision::face::Head;
use crate::vision::inference::loaded;
use crate::vision::inference::unet::PlacesNet;
use crate::vision::places::{self, PLACE, Window};
use crate::vision::scratch::Scratch;

static MODEL: LazyLock<std::result::Result<PlacesNet<3>, String>> =
    LazyLock::new(|| PlacesNet::load(include_bytes!("../../models/signs.safetensors"), 3));

/// All of a card, whose face may be as narrow as an office allows.
const WINDOW: Window = Window::new(208, 256);
/// The face from the brows to under the chin: half its width, and its ends above and below the eyes, in face measures.
const BEFORE: (f64, f64, f64) = (0.64, 0.54, 1.11);
/// The area of a face in squared face measures, against which what covers it counts.
const FACE_AREA: f64 = 1.02;
/// Where a hat sits: so far above the eyes at least, and no further to the side, in face measures.
const ABOVE: (f64, f64) = (0.25, 1.0);
/// Where glasses sit: half their width, and how far they reach above and below the eyes, in face measures.
const LENSES: (f64, f64, f64) = (0.5, 0.2, 0.3);

/// How sure of a small light on lenses the network must be at its surest place, to look again in a mirror, and to count by the mean of both looks.
const SUSPECT: f32 = 0.7;
const PLAIN: f32 = 0.8;

/// What was seen before the face and on the head.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Signs {
    /// How much lies before the face, between brows and the throat: 0 nothing, 1 as much as a whole face.
    pub covered: f64,
    /// How much is worn above the brows, in squared face measures: a cap has about 0.5.
    pub headwear: f64,
    /// How much light lies on lenses, in squared face measures: a lens has about 0.08.
    pub glare: f64,
    /// How much of that is plain to see, however small: the largest spot that is sure, in a mirror as well.
    pub glint: f64,
}

impl Signs {
    /// Looks at `head`, in the pixels of `picture`; `beyond` is what goes on past the picture's edge, -1..=1: white after a card, grey after a photograph.
    ///
    /// # Errors
    /// [`crate::Error::Internal`] when the built-in weights do not load.
    pub fn of(scratch: &mut Scratch, picture: &RgbImage, head: &Head, beyond: f32) -> Result<Self> {
        let net = loaded(&MODEL, "signs network")?;
        let Some([to_crop, _]) = WINDOW.maps(head) else { return Ok(Self::default()) };
        let crop = scratch.resampler.warp(picture, &to_crop, WINDOW.size);
        let told = look(net, scratch, &crop, beyond);
        let mut signs = summed(&told, &crop.covered);
        let [.., mut glare] = told;
        if glint(&glare, &crop.covered, SUSPECT) > 0.0 {
            let [.., again] = look(net, scratch, &places::mirrored(&crop), beyond);
            places::agree(&mut glare, again, WINDOW.columns());
            signs.glint = glint(&glare, &crop.covered, PLAIN);
        }
        Ok(signs)
    }
}

/// What the network says of a crop, place by place: what lies before the face, what is on the head, where lenses glare.
fn look(net: &PlacesNet<3>, scratch: &mut Scratch, crop: &Resampled, beyond: f32) -> [Vec<f32>; 3] {
    let (width, height) = (WINDOW.size.width as usize, WINDOW.size.height as usize);
    let mut input = scratch.pool.zeros(height, width, 3);
    places::write(&mut input, &crop.pixels, |i| crop.covered[i], beyond);
    net.told(input, &mut scratch.pool)
}

/// What the largest spot of light on lenses covers, in squared face measures, whose surest place is at least so sure.
fn glint(glare: &[f32], shown: &[bool], sure: f32) -> f64 {
    let on_lenses: Vec<f32> =
        (0..glare.len())
            .map(|place| {
                if WINDOW.shown(place, shown) && lies_on_lenses(place) { glare[place] } else { 0.0 }
            })
            .collect();
    places::spots(&on_lenses, WINDOW.columns())
        .iter()
        .filter(|spot| spot.iter().any(|at| on_lenses[*at] >= sure))
        .map(|spot| spot.iter().map(|at| PLACE * f64::from(on_lenses[*at])).sum())
        .fold(0.0, f64::max)
}

/// Whether a place lies where glasses sit.
fn lies_on_lenses(place: usize) -> bool {
    let p = WINDOW.beside_eyes(place);
    p.x.abs() < LENSES.0 && (-LENSES.1..LENSES.2).contains(&p.y)
}

/// What was told place by place, where a face, a hat, or glasses are, and the picture.
fn summed([covered, headwear, glare]: &[Vec<f32>; 3], shown: &[bool]) -> Signs {
    let mut signs = Signs::default();
    for place in (0..covered.len()).filter(|place| WINDOW.shown(*place, shown)) {
        let p = WINDOW.beside_eyes(place);
        let seen = |told: &[f32]| PLACE * f64::from(told[place]);
        if p.x.abs() < BEFORE.0 && (-BEFORE.1..BEFORE.2).contains(&p.y) {
            signs.covered += seen(covered) / FACE_AREA;
        }
        if p.x.abs() < ABOVE.1 && p.y < -ABOVE.0 {
            signs.headwear += seen(headwear);
        }
        if lies_on_lenses(place) {
            signs.glare += seen(glare);
        }
    }
    signs
}
