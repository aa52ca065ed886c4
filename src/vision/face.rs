//! Photo → the one head that matters: its landmarks, and a coarse mask of the person.

pub mod closeup;
pub mod detector;
pub mod eyes;
pub mod find;
pub mod landmarks;
pub mod network;
mod patch;
mod portrait;

pub use find::{Bystander, FaceFinder, Search, Sighting};
pub use landmarks::{Landmark, Landmarks};

use crate::base::geometry::Point;

/// A head, in the pixels of whatever picture it was measured in. `left` and `right` are the image's.
#[derive(Debug, Clone, PartialEq)]
pub struct Head {
    /// All landmarks.
    pub landmarks: Landmarks,
    /// The highest point of the hair (or of the bare head), where the mask shows one inside the picture.
    pub hair_top: Option<Point>,
    /// How sure the network is that this is a face, 0..=1.
    pub confidence: f64,
}

impl Head {
    /// Centre of the iris on the image's left.
    #[must_use]
    pub fn left_eye(&self) -> Point {
        self.landmarks[Landmark::LeftIris]
    }

    /// Centre of the iris on the image's right.
    #[must_use]
    pub fn right_eye(&self) -> Point {
        self.landmarks[Landmark::RightIris]
    }

    /// The point half way between the eyes.
    #[must_use]
    pub fn eyes(&self) -> Point {
        self.left_eye().midpoint(self.right_eye())
    }

    /// The lowest point of the chin.
    #[must_use]
    pub fn chin(&self) -> Point {
        self.landmarks[Landmark::Chin]
    }

    /// The point half way between the mouth's corners.
    #[must_use]
    pub fn mouth(&self) -> Point {
        self.landmarks[Landmark::MouthLeft].midpoint(self.landmarks[Landmark::MouthRight])
    }

    /// Ear root to ear root: where ear and cheek join, ears excluded.
    #[must_use]
    pub fn face_width(&self) -> f64 {
        self.landmarks[Landmark::LeftEarRoot].distance(self.landmarks[Landmark::RightEarRoot])
    }

    /// The middle between the ear roots.
    #[must_use]
    pub fn middle(&self) -> Point {
        self.landmarks[Landmark::LeftEarRoot].midpoint(self.landmarks[Landmark::RightEarRoot])
    }

    /// The tilt of the eye line in degrees, positive clockwise on screen.
    #[must_use]
    pub fn roll_degrees(&self) -> f64 {
        let (l, r) = (self.left_eye(), self.right_eye());
        libm::atan2(r.y - l.y, r.x - l.x).to_degrees()
    }

    /// The same head in the pixels of another picture.
    #[must_use]
    pub fn mapped(&self, map: &crate::base::geometry::Affine) -> Self {
        Self {
            landmarks: self.landmarks.mapped(map),
            hair_top: self.hair_top.map(|p| map.apply(p)),
            confidence: self.confidence,
        }
    }
}
