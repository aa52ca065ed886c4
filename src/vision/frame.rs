//! The picture at the card's size: photo and placement brought together by the one resampling, and the person's probability beside it.

use image::RgbImage;

use crate::base::geometry::{Affine, Size};
use crate::base::raster::Plane;
use crate::base::resample::Resampler;
use crate::vision::face::Sighting;

/// The card before its background is replaced.
#[derive(Debug, Clone)]
pub struct Card {
    /// 8-bit sRGB.
    pub pixels: RgbImage,
    /// One per pixel: whether the photo reaches it.
    pub covered: Vec<bool>,
    /// Probability that a pixel is the person, as coarse as the network's mask; 0..=1.
    pub probability: Plane,
}

impl Card {
    /// Resamples `photo` by `photo_to_card` to `size`, and the mask of `sighting` with it.
    #[must_use]
    pub fn new(
        resampler: &mut Resampler,
        photo: &RgbImage,
        sighting: &Sighting,
        photo_to_card: &Affine,
        size: Size,
    ) -> Self {
        let probability = probability(sighting, photo_to_card, size);
        if *photo_to_card == Affine::IDENTITY && size == Size::new(photo.width(), photo.height()) {
            let covered = vec![true; size.area() as usize];
            return Self { pixels: photo.clone(), covered, probability };
        }
        let resampled = resampler.warp(photo, photo_to_card, size);
        Self { pixels: resampled.pixels, covered: resampled.covered, probability }
    }

    /// Width and height.
    #[must_use]
    pub fn size(&self) -> Size {
        Size::new(self.pixels.width(), self.pixels.height())
    }
}

/// The network's mask in a frame; outside the network's crop its edge is repeated.
fn probability(sighting: &Sighting, photo_to_frame: &Affine, size: Size) -> Plane {
    match photo_to_frame.inverse() {
        Some(back) => sighting.mask.fetched(&sighting.to_crop.after(&back), size),
        None => Plane::filled(size, 0.0),
    }
}
