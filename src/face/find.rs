//! Finds the one head that matters, in whatever position it lies.

use fast_image_resize::{FilterType, PixelType, ResizeAlg, ResizeOptions};
use image::{GrayImage, RgbImage, imageops};

use super::Head;
use super::network::{Look, Network, Pose, Pyramid};
use super::seeta::{Candidate, Seeta};
use crate::error::Result;
use crate::geometry::{Affine, Point, Size};
use crate::raster::Plane;
use crate::resample::Resampler;

/// Longer side of the picture that is searched, in pixels: a face of 1/12 of the height of a 3:4 portrait is then 27 px, above the detector's 20.
const SEARCH_SIDE: u32 = 320;
/// The same for a second, closer search where the first found nothing: small faces, turned pictures.
const CLOSE_SIDE: u32 = 480;
/// From a detector box to the pose: the face measure is the box's side over this, the eyes lie at (0.49, 0.40) of the box. Medians over the labelled portraits.
const BOX_TO_FACE: f64 = 1.15;
const BOX_EYES: (f64, f64) = (0.49, 0.40);
/// By how much the search picture is turned, in degrees, where no face stands upright.
const TILTS: [f64; 4] = [28.0, -28.0, 40.0, -40.0];
/// Presence from which a candidate is a face.
const SURE: f64 = 0.5;
/// Greatest tilt of an upright face, in degrees: beyond it a photo lies on its side, and a quarter turn serves it better.
const MOST_ROLL: f64 = 40.0;
/// A second face of at least this share of the first one's size is of like size: whose photo is it?
const LIKE_SIZE: f64 = 0.6;
/// How many candidates are looked at, the largest and best first: each costs two runs of the network, the sitter's a third.
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

/// Finds faces: the detector and the network of one thread.
#[derive(Debug)]
pub struct FaceFinder {
    seeta: Seeta,
    network: Network,
    resampler: Resampler,
}

impl FaceFinder {
    /// A finder with its own buffers.
    ///
    /// # Errors
    /// [`crate::Error::Internal`] when a built-in model does not load.
    pub fn new() -> Result<Self> {
        Ok(Self { seeta: Seeta::new()?, network: Network::new()?, resampler: Resampler::new() })
    }

    /// Searches an upright photo for the one head that matters; see [`Search`].
    ///
    /// Upright faces first, then faces tilted by about 30°, then, in a photo that lies on its side, faces turned by 90, 270, or 180 degrees.
    ///
    /// # Errors
    /// [`crate::Error::Internal`] when the network fails.
    pub fn find(&mut self, photo: &RgbImage) -> Result<Search> {
        let pyramid = Pyramid::new(photo);
        for side in [SEARCH_SIDE, CLOSE_SIDE] {
            let (search, to_search) = search_picture(&pyramid, side);
            let looks = self.faces(&pyramid, &search, &to_search, 0.0)?;
            if !looks.is_empty() {
                return self.judged(looks);
            }
        }
        // Tilted, or on its side, or upside down: the surest face of all. The first one found is now and then a pattern somewhere, in a picture that stands on
        // its head.
        let surest = |looks: &[Look]| looks.iter().map(|l| l.presence).fold(0.0, f64::max);
        let (mut best, mut tilted, mut quarter) = (0.0, Vec::new(), None);
        let (search, to_search) = search_picture(&pyramid, CLOSE_SIDE);
        for tilt in TILTS {
            let looks = self.faces(&pyramid, &search, &to_search, tilt)?;
            if surest(&looks) > best {
                (best, tilted) = (surest(&looks), looks);
            }
        }
        for (degrees, turned) in [
            (90u16, imageops::rotate90(photo)),
            (270, imageops::rotate270(photo)),
            (180, imageops::rotate180(photo)),
        ] {
            let pyramid = Pyramid::new(&turned);
            let (search, to_search) = search_picture(&pyramid, CLOSE_SIDE);
            let looks = self.faces(&pyramid, &search, &to_search, 0.0)?;
            if surest(&looks) > best {
                (best, quarter) = (surest(&looks), Some(degrees));
            }
        }
        match quarter {
            Some(degrees) => Ok(Search::Turned(degrees)),
            None if tilted.is_empty() => Ok(Search::Nothing),
            None => self.judged(tilted),
        }
    }

    /// Which of the `looks`, largest first and at least one, is the sitter's; looked at once more.
    fn judged(&self, mut looks: Vec<Look>) -> Result<Search> {
        let sizes: Vec<f64> = looks.iter().map(|l| Pose::of(&l.landmarks).size).collect();
        let like: Vec<f64> = sizes.iter().copied().filter(|s| *s >= LIKE_SIZE * sizes[0]).collect();
        if like.len() > 1 {
            return Ok(Search::Several(like));
        }
        let others = looks
            .drain(1..)
            .map(|l| Pose::of(&l.landmarks))
            .map(|p| Bystander { size: p.size, eyes: p.eyes })
            .collect();
        let Some(look) = looks.pop() else { return Ok(Search::Nothing) };
        let look = self.network.and_mirrored(&look)?;
        let head = Head { landmarks: look.landmarks, hair_top: None, confidence: look.presence };
        Ok(Search::Found(Box::new(Sighting {
            head,
            mask: look.mask,
            to_crop: look.to_crop,
            spread: look.spread,
            others,
        })))
    }

    /// The faces that the network confirms, largest first, in a search picture turned by `tilt` degrees against the sitter's.
    fn faces(
        &mut self,
        pyramid: &Pyramid<'_>,
        search: &GrayImage,
        to_search: &Affine,
        tilt: f64,
    ) -> Result<Vec<Look>> {
        let (tilted, to_tilted) = tilted(search, tilt);
        let Some(back) = to_tilted.after(to_search).inverse() else { return Ok(Vec::new()) };
        let mut candidates = self.seeta.candidates(&tilted);
        candidates
            .sort_by(|a, b| (b.side * b.score.min(8.0)).total_cmp(&(a.side * a.score.min(8.0))));
        let mut looks: Vec<Look> = Vec::new();
        for candidate in candidates.iter().take(LOOKS) {
            let first =
                self.network.look(&self.resampler, pyramid, &pose_of(candidate, &back, tilt))?;
            if first.presence < SURE * 0.3 {
                continue;
            }
            let look = self.network.look(&self.resampler, pyramid, &Pose::of(&first.landmarks))?;
            let pose = Pose::of(&look.landmarks);
            let known = looks.iter().any(|l| {
                let other = Pose::of(&l.landmarks);
                other.eyes.distance(pose.eyes) < 0.5 * other.size.max(pose.size)
            });
            if look.presence >= SURE && pose.roll.abs() <= MOST_ROLL.to_radians() && !known {
                looks.push(look);
            }
        }
        looks.sort_by(|a, b| Pose::of(&b.landmarks).size.total_cmp(&Pose::of(&a.landmarks).size));
        Ok(looks)
    }
}

/// From a detector's box in the tilted search picture to a pose in photo pixels.
fn pose_of(candidate: &Candidate, to_photo: &Affine, tilt: f64) -> Pose {
    let eyes = Point::new(
        candidate.x + BOX_EYES.0 * candidate.side,
        candidate.y + BOX_EYES.1 * candidate.side,
    );
    Pose {
        eyes: to_photo.apply(eyes),
        size: candidate.side / BOX_TO_FACE * to_photo.scale(),
        roll: -tilt.to_radians(),
    }
}

/// The picture to search: grey, longer side `side` or less, and the map from the photo to it.
fn search_picture(pyramid: &Pyramid<'_>, side: u32) -> (GrayImage, Affine) {
    let (level, to_level) = pyramid.at_least(side);
    let (search, to_search) = shrunk(level, side);
    (search, to_search.after(&to_level))
}

fn shrunk(level: &RgbImage, longer: u32) -> (GrayImage, Affine) {
    let gray = imageops::grayscale(level);
    let longest = gray.width().max(gray.height()).max(1);
    if longest <= longer {
        return (gray, Affine::IDENTITY);
    }
    let side = |v: u32| (u64::from(v) * u64::from(longer) / u64::from(longest)).max(1) as u32;
    let (from, to) = (
        Size::new(gray.width(), gray.height()),
        Size::new(side(gray.width()), side(gray.height())),
    );
    let mut small = fast_image_resize::images::Image::new(to.width, to.height, PixelType::U8);
    let options = ResizeOptions::new().resize_alg(ResizeAlg::Convolution(FilterType::Bilinear));
    let shrunk = fast_image_resize::images::ImageRef::new(
        from.width,
        from.height,
        gray.as_raw(),
        PixelType::U8,
    )
    .is_ok_and(|whole| {
        fast_image_resize::Resizer::new().resize(&whole, &mut small, &options).is_ok()
    });
    match GrayImage::from_raw(to.width, to.height, small.into_vec()) {
        Some(small) if shrunk => (small, Affine::resize(from, to)),
        _ => (gray, Affine::IDENTITY),
    }
}

/// The search picture turned by `degrees` clockwise about its middle, on a canvas that holds all of it.
fn tilted(picture: &GrayImage, degrees: f64) -> (GrayImage, Affine) {
    if degrees == 0.0 {
        return (picture.clone(), Affine::IDENTITY);
    }
    let (w, h) = (f64::from(picture.width()), f64::from(picture.height()));
    let (s, c) = degrees.to_radians().sin_cos();
    let (tw, th) = (w * c.abs() + h * s.abs(), w * s.abs() + h * c.abs());
    let map = Affine::similarity(
        1.0,
        degrees.to_radians(),
        Point::new(w / 2.0 - 0.5, h / 2.0 - 0.5),
        Point::new(tw / 2.0 - 0.5, th / 2.0 - 0.5),
    );
    let Some(back) = map.inverse() else { return (picture.clone(), Affine::IDENTITY) };
    let plane = Plane::from_data(
        Size::new(picture.width(), picture.height()),
        picture.as_raw().iter().map(|v| f32::from(*v)).collect(),
    );
    let Some(plane) = plane else { return (picture.clone(), Affine::IDENTITY) };
    let turned = GrayImage::from_fn(tw.ceil() as u32, th.ceil() as u32, |x, y| {
        let p = back.apply(Point::new(f64::from(x), f64::from(y)));
        image::Luma([plane.sample(p.x, p.y) as u8])
    });
    (turned, map)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wall_holds_no_face_in_any_position() {
        let wall =
            RgbImage::from_fn(400, 300, |x, y| image::Rgb([(x / 2) as u8, (y / 2) as u8, 90]));
        let mut finder = FaceFinder::new().expect("built-in models");
        assert!(matches!(finder.find(&wall).expect("runs"), Search::Nothing));
        assert!(matches!(finder.find(&RgbImage::new(1, 1)).expect("runs"), Search::Nothing));
    }

    #[test]
    fn a_tilted_search_picture_keeps_its_middle() {
        let picture = GrayImage::from_fn(41, 61, |x, y| {
            image::Luma([if x == 20 && y == 30 { 255 } else { 0 }])
        });
        let (turned, map) = tilted(&picture, 28.0);
        let p = map.apply(Point::new(20.0, 30.0));
        assert!(turned.get_pixel(p.x.round() as u32, p.y.round() as u32).0[0] > 100);
    }
}
