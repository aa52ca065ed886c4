//! Where faces may be: the SeetaFace detector (Wu et al. 2017, funnel-structured cascade) by the `rustface` crate.
//!
//! It finds frontal faces within about 20° of upright and is quick, but its boxes are rough and some hold no face. The portrait network decides.

use std::fmt;
use std::sync::LazyLock;

use image::GrayImage;
use rustface::{Detector, FaceInfo, ImageData, Model};

use crate::error::{Error, Result};

/// The model, from the `rustface` package (build.rs), parsed once per process.
static MODEL: LazyLock<std::result::Result<Model, String>> = LazyLock::new(|| {
    let bytes: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/seeta_fd_frontal_v1.0.bin"));
    rustface::read_model(bytes).map_err(|e| e.to_string())
});

/// A place where a face may be, in pixels of the picture searched.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Candidate {
    /// Left edge of the square box.
    pub x: f64,
    /// Top edge of the square box.
    pub y: f64,
    /// Side of the square box.
    pub side: f64,
    /// The cascade's score; above about 2 mostly faces.
    pub score: f64,
}

impl Candidate {
    /// Share of the smaller box that lies in the other one, 0..=1.
    #[must_use]
    pub fn overlap(&self, other: &Self) -> f64 {
        let along = |a: f64, b: f64| ((a + self.side).min(b + other.side) - a.max(b)).max(0.0);
        let shared = along(self.x, other.x) * along(self.y, other.y);
        let smaller = self.side.min(other.side);
        if smaller > 0.0 { shared / (smaller * smaller) } else { 0.0 }
    }
}

/// Smallest face the cascade can see: its window.
pub const SMALLEST: u32 = 20;

/// The detector of one thread.
pub struct Seeta {
    detector: Box<dyn Detector>,
}

impl fmt::Debug for Seeta {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Seeta").finish_non_exhaustive()
    }
}

impl Seeta {
    /// A detector with its own buffers.
    ///
    /// # Errors
    /// [`Error::Internal`] when the built-in model does not parse.
    pub fn new() -> Result<Self> {
        let model = MODEL
            .as_ref()
            .map_err(|e| Error::Internal { stage: "face detector", reason: e.clone() })?;
        let mut detector = rustface::create_detector_with_model(model.clone());
        detector.set_min_face_size(SMALLEST);
        detector.set_score_thresh(1.0);
        detector.set_pyramid_scale_factor(0.8);
        detector.set_slide_window_step(4, 4);
        Ok(Self { detector })
    }

    /// Lists where faces may be, the best first. Boxes may reach beyond the picture.
    pub fn candidates(&mut self, picture: &GrayImage) -> Vec<Candidate> {
        let (w, h) = picture.dimensions();
        if w < SMALLEST || h < SMALLEST {
            return Vec::new();
        }
        let mut found: Vec<Candidate> = self
            .detector
            .detect(&ImageData::new(picture.as_raw(), w, h))
            .iter()
            .map(candidate)
            .collect();
        found.sort_by(|a, b| {
            b.score.total_cmp(&a.score).then(a.x.total_cmp(&b.x)).then(a.y.total_cmp(&b.y))
        });
        found
    }
}

fn candidate(face: &FaceInfo) -> Candidate {
    let b = face.bbox();
    Candidate {
        x: f64::from(b.x()),
        y: f64::from(b.y()),
        side: f64::from(b.width()),
        score: face.score(),
    }
}
