//! Good cards of which head and alpha are known, made from labelled photographs.
//!
//! A labelled photograph is `STEM.jpg` with `STEM.alpha.png` (the person's alpha, at its own size) and `STEM.json` (`{"landmarks": 478 × [x, y]}` in shares of width
//! and height, MediaPipe's numbering). It is placed, whitened, and encoded as `fix` does it, but by its labels, so that what is seen is the rules and not the network.

use std::error::Error;
use std::path::{Path, PathBuf};

use baidi::lab::check::{Evidence, Finding, Regions, check};
use baidi::lab::decode::{Limits, Reduction, SourceFacts, decode};
use baidi::lab::encode::{BackgroundMask, ByteWindow, Encoder};
use baidi::lab::face::network::{CROP, Pose};
use baidi::lab::face::{Head, Landmarks, Sighting};
use baidi::lab::geometry::{Affine, Point, Size};
use baidi::lab::matte::{self, Matte, foreground};
use baidi::lab::placement;
use baidi::lab::raster::Plane;
use baidi::lab::resample::Resampler;
use baidi::lab::spec::PhotoSpec;
use baidi::lab::units::Dpi;
use image::RgbImage;
use rayon::prelude::*;

use crate::photos;

/// A card as the rules see it, and whose it is.
#[derive(Debug, Clone)]
pub struct Card {
    /// The photograph's name without its ending.
    pub stem: String,
    /// Its pixels.
    pub picture: RgbImage,
    /// What of them is the person, by the label.
    pub alpha: Plane,
    /// Where the head is, by the label.
    pub head: Head,
    /// Widths of the faces in it, in its pixels.
    pub faces: Vec<f64>,
    /// What its file says.
    pub facts: SourceFacts,
    /// The name of its file.
    pub name: &'static str,
}

impl Card {
    /// What every rule says of it.
    pub fn findings(&self, spec: &PhotoSpec) -> Vec<Finding> {
        let (width, height) = self.picture.dimensions();
        check(&Evidence {
            spec,
            facts: &SourceFacts { stored: Size::new(width, height), ..self.facts.clone() },
            file_name: Some(self.name),
            native: &self.picture,
            frame: &self.picture,
            head: Some(&self.head),
            face_widths: &self.faces,
            matte: Some(&self.alpha),
            closeup: None,
            eyes: None,
            signs: None,
            critique: None,
            no_head: None,
            regions: Regions::default(),
        })
    }

    /// The labelled photograph at `path` as a card of `spec`.
    fn of_photo(path: &Path, spec: &PhotoSpec) -> Result<Self, Box<dyn Error>> {
        let photo = decode(&std::fs::read(path)?, &Limits::default(), Reduction::Full)?.pixels;
        let landmarks = photos::landmarks(path, Size::new(photo.width(), photo.height()))?;
        let alpha = image::open(path.with_extension("alpha.png"))?.into_luma8();
        let size = Size::new(alpha.width(), alpha.height());
        let alpha = alpha.pixels().map(|p| f32::from(p[0]) / 255.0).collect();
        let alpha = Plane::from_data(size, alpha).ok_or("an alpha without pixels")?;
        let stem = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
        Self::of(stem, &photo, &alpha, &landmarks, spec)
    }

    fn of(
        stem: String,
        photo: &RgbImage,
        alpha: &Plane,
        landmarks: &Landmarks,
        spec: &PhotoSpec,
    ) -> Result<Self, Box<dyn Error>> {
        let photo_size = Size::new(photo.width(), photo.height());
        let to_alpha = Affine::resize(photo_size, alpha.size());
        let sighting = sighting(landmarks, alpha, photo_size, &to_alpha)?;
        let map = placement::place(&sighting, photo_size, spec, None).photo_to_card;
        let resampled = Resampler::new().warp(photo, &map, spec.size());
        let back = map.inverse().ok_or("a placement without extent")?;
        let mut on_card = carried(alpha, &to_alpha.after(&back), spec.size());
        for (a, _) in on_card.data_mut().iter_mut().zip(&resampled.covered).filter(|(_, c)| !**c) {
            *a = 0.0;
        }
        let codes: Vec<[f32; 3]> =
            resampled.pixels.pixels().map(|p| p.0.map(|v| f32::from(v) / 255.0)).collect();
        let cut = Matte {
            foreground: foreground::estimate(&codes, on_card.data(), spec.size()),
            alpha: on_card,
            confidence: 1.0,
        };
        let white = matte::whitened(&resampled.pixels, &cut, spec.background.colour);
        let window = ByteWindow::new(spec.file.min.to_bytes(), spec.file.max.to_bytes())
            .ok_or("a window without sizes")?;
        let dpi = spec.resolution.as_ref().map_or(Dpi::new(350), |r| r.dpi);
        let mask = BackgroundMask::from_alpha(&cut.alpha);
        let file = Encoder::new().encode_within(&white, Some(&mask), dpi, window)?;
        let read = decode(&file.bytes, &Limits::default(), Reduction::Full)?;
        let head = sighting.head.mapped(&map);
        Ok(Self {
            stem,
            picture: read.pixels,
            alpha: cut.alpha,
            faces: vec![head.face_width()],
            head,
            facts: read.facts,
            name: "card.jpg",
        })
    }
}

/// What a network that makes no mistakes would see.
fn sighting(
    landmarks: &Landmarks,
    alpha: &Plane,
    photo: Size,
    to_alpha: &Affine,
) -> Result<Sighting, Box<dyn Error>> {
    let to_crop = Pose::of(landmarks).to_crop();
    let back = to_crop.inverse().ok_or("a face without extent")?;
    let mut mask = carried(alpha, &to_alpha.after(&back), CROP);
    let width = CROP.width as usize;
    for (i, m) in mask.data_mut().iter_mut().enumerate() {
        let p = back.apply(Point::new((i % width) as f64, (i / width) as f64));
        // Beyond the photo nothing is seen; below it the body goes on.
        let beside = p.x < 0.0 || p.x > f64::from(photo.width) || p.y < 0.0;
        *m = if beside { 0.0 } else { *m };
    }
    Ok(Sighting {
        head: Head { landmarks: landmarks.clone(), hair_top: None, confidence: 1.0 },
        mask,
        to_crop,
        spread: 0.0,
        others: Vec::new(),
    })
}

/// A plane seen through `map`, which takes a pixel of the result to the plane: the mean of 4 × 4 points of each pixel.
fn carried(plane: &Plane, map: &Affine, size: Size) -> Plane {
    let mut out = Plane::filled(size, 0.0);
    let width = size.width as usize;
    for (i, v) in out.data_mut().iter_mut().enumerate() {
        let (x, y) = ((i % width) as f64, (i / width) as f64);
        let points = (0..16).map(|k| {
            let (dx, dy) = (f64::from(k % 4) / 4.0 - 0.375, f64::from(k / 4) / 4.0 - 0.375);
            let p = map.apply(Point::new(x + dx, y + dy));
            plane.sample(p.x, p.y)
        });
        *v = points.sum::<f32>() / 16.0;
    }
    out
}

/// Cards of the labelled photographs in `folder` whose names begin with `prefix`.
pub fn photos(folder: &Path, prefix: &str, spec: &PhotoSpec) -> Result<Vec<Card>, Box<dyn Error>> {
    let paths: Vec<PathBuf> = photos::in_folder(folder)?
        .into_iter()
        .filter(|p| p.file_name().is_some_and(|n| n.to_string_lossy().starts_with(prefix)))
        .collect();
    let cards: Vec<Option<Card>> = paths
        .par_iter()
        // A photograph of which no card can be made is none to inject faults into.
        .map(|path| Card::of_photo(path, spec).ok())
        .collect();
    Ok(cards.into_iter().flatten().collect())
}
