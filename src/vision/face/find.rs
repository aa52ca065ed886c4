//! Finds the one head that matters, in whatever position it lies.

use fast_image_resize::images::{TypedImage, TypedImageRef};
use fast_image_resize::pixels::U8x3;
use fast_image_resize::{FilterType, ResizeAlg, ResizeOptions, Resizer};
use image::RgbImage;

use super::Head;
use super::detector::Detector;
use super::network::{Look, Network, Pose, Pyramid};
use crate::base::color::luma_601;
use crate::base::error::Result;
use crate::base::geometry::{Affine, Point, Size};
use crate::base::raster::Plane;
use crate::vision::scratch::Scratch;

/// Longer side of the picture that is searched, in pixels: a face of 1/12 of the height of a portrait is then about 20 px, above the detector's 13.
const SEARCH_SIDE: u32 = 256;
/// The same for a second, closer search where the first found nothing: small faces.
const CLOSE_SIDE: u32 = 512;
/// Presence from which a candidate is a face …
const SURE: f64 = 0.5;
/// … if its landmarks have places: the mean spread of their heat-maps, in face measures. In 91 portraits in seven positions no sitter has more than 0.16, and of what is taken
/// for a face in 182 pictures without one nothing less than 0.27.
const SCATTERED: f64 = 0.22;
/// A second face of at least this share of the first one's size is of like size: whose photo is it?
const LIKE_SIZE: f64 = 0.6;
/// … if it is as plainly a face: the spread up to which its landmarks have places as a sitter's have. In 12 photographs of two to five people every second sitter's spread is 0.083 at most; of what
/// only looks like a face (a carved heart, a hat, a face half hidden) nothing less than 0.145.
const PLAIN: f64 = 0.12;
/// How many candidates are looked at, the likeliest first: each costs a run of the network or two, the sitter's one more.
const LOOKS: usize = 6;

/// A face somebody should know about.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Bystander {
    /// Face measure in photo pixels.
    pub size: f64,
    /// Midpoint between the eyes, in photo pixels.
    pub eyes: Point,
}

/// The head that matters, and the person around it as the network saw them.
#[derive(Debug, Clone)]
pub struct Sighting {
    /// The head, in photo pixels; the hair top is where the coarse mask ends.
    pub head: Head,
    /// Probability that a crop pixel is the person.
    pub mask: Plane,
    /// Photo pixels to the mask's pixels.
    pub to_crop: Affine,
    /// Mean spread of the landmark heat-maps, in face measures.
    pub spread: f64,
    /// Other faces, largest first.
    pub others: Vec<Bystander>,
}

impl Sighting {
    /// The same sighting with another mask of the person, where that is finer; `to_mask` takes photo pixels to its pixels.
    #[must_use]
    pub fn with_finer(&self, mask: &Plane, to_mask: &Affine) -> Option<Self> {
        (to_mask.scale() > self.to_crop.scale()).then(|| Self {
            head: self.head.clone(),
            mask: mask.clone(),
            to_crop: *to_mask,
            spread: self.spread,
            others: self.others.clone(),
        })
    }

    /// The same sighting in the pixels of another picture.
    #[must_use]
    pub fn mapped(&self, map: &Affine) -> Self {
        let others = self
            .others
            .iter()
            .map(|o| Bystander { size: o.size * map.scale(), eyes: map.apply(o.eyes) })
            .collect();
        let to_crop = map.inverse().map_or(self.to_crop, |back| self.to_crop.after(&back));
        Self {
            head: self.head.mapped(map),
            mask: self.mask.clone(),
            to_crop,
            spread: self.spread,
            others,
        }
    }
}

/// What a search came to.
#[derive(Debug, Clone)]
pub enum Search {
    /// One head that matters.
    Found(Box<Sighting>),
    /// The face lies on its side: turn the photo by this many degrees clockwise (90, 180, 270) and search again.
    Turned(u16),
    /// Several faces of like size; their widths in photo pixels, largest first.
    Several(Vec<f64>),
    /// No face.
    Nothing,
}

/// Finds faces: the detector and the network.
#[derive(Debug)]
pub struct FaceFinder {
    detector: Detector,
    network: Network,
}

impl FaceFinder {
    /// Ready to find.
    ///
    /// # Errors
    /// [`crate::Error::Internal`] when a built-in model does not load.
    pub fn new() -> Result<Self> {
        Ok(Self { detector: Detector::new()?, network: Network::new()? })
    }

    /// Searches a photo for the one head that matters, however it is turned; see [`Search`].
    ///
    /// # Errors
    /// [`crate::Error::Internal`] when the network fails.
    pub fn find(&self, scratch: &mut Scratch, photo: &RgbImage) -> Result<Search> {
        let found = self.seen(scratch, photo)?;
        let coloured = || photo.pixels().any(|p| p.0.iter().any(|v| *v != p.0[0]));
        if !matches!(found, Search::Nothing) || !coloured() {
            return Ok(found);
        }
        // Blue or orange light hides a face from networks that know skin; without its colour they know it again.
        let mut grey = photo.clone();
        for p in grey.pixels_mut() {
            p.0 = [luma_601(p.0).round() as u8; 3];
        }
        self.seen(scratch, &grey)
    }

    /// What [`Self::find`] finds in a photo as it is.
    fn seen(&self, scratch: &mut Scratch, photo: &RgbImage) -> Result<Search> {
        let pyramid = Pyramid::new(photo);
        for side in [SEARCH_SIDE, CLOSE_SIDE] {
            let looks = self.faces(scratch, &pyramid, side)?;
            // the largest face says which way up the photo is
            if let Some(largest) = looks.first() {
                return match quarter_turn(Pose::of(&largest.landmarks).roll) {
                    0 => self.judged(scratch, looks),
                    degrees => Ok(Search::Turned(degrees)),
                };
            }
        }
        Ok(Search::Nothing)
    }

    /// Which of the `looks`, largest first and at least one, is the sitter's; looked at once more.
    fn judged(&self, scratch: &mut Scratch, mut looks: Vec<Look>) -> Result<Search> {
        let sizes: Vec<f64> = looks.iter().map(|l| Pose::of(&l.landmarks).size).collect();
        let rivals = |(i, size): (usize, &f64)| {
            *size >= LIKE_SIZE * sizes[0] && (i == 0 || looks[i].spread <= PLAIN)
        };
        let like: Vec<f64> =
            sizes.iter().enumerate().filter(|at| rivals(*at)).map(|(_, size)| *size).collect();
        if like.len() > 1 {
            return Ok(Search::Several(like));
        }
        let others = looks
            .drain(1..)
            .map(|l| Pose::of(&l.landmarks))
            .map(|p| Bystander { size: p.size, eyes: p.eyes })
            .collect();
        let Some(look) = looks.pop() else { return Ok(Search::Nothing) };
        let look = self.network.and_mirrored(scratch, &look)?;
        let head = Head { landmarks: look.landmarks, hair_top: None, confidence: look.presence };
        Ok(Search::Found(Box::new(Sighting {
            head,
            mask: look.mask,
            to_crop: look.to_crop,
            spread: look.spread,
            others,
        })))
    }

    /// The faces that the network confirms, largest first, where the search picture's longer side has `side` pixels.
    fn faces(&self, scratch: &mut Scratch, pyramid: &Pyramid<'_>, side: u32) -> Result<Vec<Look>> {
        let (search, to_search) = search_picture(pyramid, side);
        let Some(to_photo) = to_search.inverse() else { return Ok(Vec::new()) };
        let mut looks: Vec<Look> = Vec::new();
        for candidate in self.detector.candidates(scratch, &search).iter().take(LOOKS) {
            let pose = candidate.pose;
            let pose = Pose {
                eyes: to_photo.apply(pose.eyes),
                size: pose.size * to_photo.scale(),
                roll: pose.roll,
            };
            let first = self.network.look(scratch, pyramid, &pose)?;
            if first.presence < SURE * 0.3 {
                continue;
            }
            let seen = Pose::of(&first.landmarks);
            let look = if straight(&pose, &seen) {
                first
            } else {
                self.network.look(scratch, pyramid, &seen)?
            };
            let pose = Pose::of(&look.landmarks);
            let known = looks.iter().any(|l| {
                let other = Pose::of(&l.landmarks);
                other.eyes.distance(pose.eyes) < 0.5 * other.size.max(pose.size)
            });
            if look.presence >= SURE && look.spread <= SCATTERED && !known {
                looks.push(look);
            }
        }
        looks.sort_by(|a, b| Pose::of(&b.landmarks).size.total_cmp(&Pose::of(&a.landmarks).size));
        Ok(looks)
    }
}

/// How far a crop may be off for its look to count as straight, as much as the training has for exact ones: in size and shift, in face measures, and in turn, in radians.
const STRAIGHT: [f64; 3] = [0.05, 0.03, 0.05];

/// Whether what was `seen` lies so nearly where it was `shown` that another look would see no more.
fn straight(shown: &Pose, seen: &Pose) -> bool {
    let [size, shift, turn] = STRAIGHT;
    let turned = libm::sin(seen.roll - shown.roll).abs();
    libm::log(seen.size / shown.size.max(1e-6)).abs() <= size
        && seen.eyes.distance(shown.eyes) <= shift * seen.size
        && turned <= turn
}

/// By how many degrees clockwise, 0, 90, 180 or 270, a face tilted by `roll` radians is turned to stand within 45° of upright.
fn quarter_turn(roll: f64) -> u16 {
    let quarters = (-roll / std::f64::consts::FRAC_PI_2).round() as i32;
    90 * quarters.rem_euclid(4) as u16
}

/// The picture to search: longer side `side` or less, and the map from the photo to it.
fn search_picture(pyramid: &Pyramid<'_>, side: u32) -> (RgbImage, Affine) {
    let (level, to_level) = pyramid.at_least(side);
    let (search, to_search) = shrunk(level, side);
    (search, to_search.after(&to_level))
}

fn shrunk(level: &RgbImage, longer: u32) -> (RgbImage, Affine) {
    let longest = level.width().max(level.height()).max(1);
    if longest <= longer {
        return (level.clone(), Affine::IDENTITY);
    }
    let side = |v: u32| (u64::from(v) * u64::from(longer) / u64::from(longest)).max(1) as u32;
    let from = Size::new(level.width(), level.height());
    let to = Size::new(side(level.width()), side(level.height()));
    let mut small = vec![0; 3 * to.area() as usize];
    // With the pixel's type told, only the loops for it are built into the program.
    let shrunk = match (
        TypedImageRef::<U8x3>::from_buffer(from.width, from.height, level.as_raw()),
        TypedImage::<U8x3>::from_buffer(to.width, to.height, &mut small),
    ) {
        (Ok(whole), Ok(mut small)) => {
            let bilinear = ResizeAlg::Convolution(FilterType::Bilinear);
            let options = ResizeOptions::new().resize_alg(bilinear);
            Resizer::new().resize_typed(&whole, &mut small, &options).is_ok()
        }
        _ => false,
    };
    match RgbImage::from_raw(to.width, to.height, small) {
        Some(small) if shrunk => (small, Affine::resize(from, to)),
        _ => (level.clone(), Affine::IDENTITY),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wall_holds_no_face_in_any_position() {
        let wall =
            RgbImage::from_fn(400, 300, |x, y| image::Rgb([(x / 2) as u8, (y / 2) as u8, 90]));
        let mut scratch = Scratch::default();
        let finder = FaceFinder::new().expect("built-in models");
        assert!(matches!(finder.find(&mut scratch, &wall).expect("runs"), Search::Nothing));
        assert!(matches!(
            finder.find(&mut scratch, &RgbImage::new(1, 1)).expect("runs"),
            Search::Nothing
        ));
    }

    #[test]
    fn a_face_in_blue_light_is_found_by_its_lightness() {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/samples/studio-flyaway.jpg");
        let mut photo = image::open(path).expect("the sample").into_rgb8();
        for p in photo.pixels_mut() {
            let [r, g, b] = p.0.map(f64::from);
            p.0 = [0.42 * r, 0.85 * g, 1.7 * b].map(|v| v.min(255.0) as u8);
        }
        let (finder, mut scratch) = (FaceFinder::new().expect("built-in"), Scratch::default());
        let found = |seen| matches!(seen, Search::Found(_));
        assert!(!found(finder.seen(&mut scratch, &photo).expect("runs")), "as it is");
        assert!(found(finder.find(&mut scratch, &photo).expect("runs")));
    }

    #[test]
    fn a_tilted_face_is_turned_to_the_nearest_upright() {
        for (roll, turn) in [
            (0.0, 0),
            (44.0, 0),
            (-44.0, 0),
            (46.0, 270),
            (90.0, 270),
            (-90.0, 90),
            (135.1, 180),
            (180.0, 180),
            (-180.0, 180),
            (-134.0, 90),
        ] {
            assert_eq!(quarter_turn(f64::to_radians(roll)), turn, "{roll}°");
        }
    }
}
