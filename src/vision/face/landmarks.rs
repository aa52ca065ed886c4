//! The landmarks the network finds. `Left` and `Right` are the image's.

use std::ops::Index;

use crate::base::geometry::{Affine, Point};

macro_rules! landmarks {
    ($($name:ident = $mesh:literal, $doc:literal;)*) => {
        /// A point of the face, with its number in MediaPipe's face mesh.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub enum Landmark {
            $(#[doc = $doc] $name,)*
        }

        impl Landmark {
            /// All landmarks, in the order of the network's output.
            pub const ALL: &[Self] = &[$(Self::$name,)*];

            /// The point's number in MediaPipe's face mesh of 478 points.
            #[must_use]
            pub const fn mesh_index(self) -> usize {
                match self { $(Self::$name => $mesh,)* }
            }
        }
    };
}

landmarks! {
    LeftIris = 468, "Centre of the iris on the image's left.";
    RightIris = 473, "Centre of the iris on the image's right.";
    LeftEyeOuter = 33, "Outer corner of the left eye.";
    LeftEyeInner = 133, "Inner corner of the left eye.";
    LeftLidUpper = 159, "Middle of the upper lid's edge, left eye.";
    LeftLidLower = 145, "Middle of the lower lid's edge, left eye.";
    RightEyeInner = 362, "Inner corner of the right eye.";
    RightEyeOuter = 263, "Outer corner of the right eye.";
    RightLidUpper = 386, "Middle of the upper lid's edge, right eye.";
    RightLidLower = 374, "Middle of the lower lid's edge, right eye.";
    LeftEarRoot = 234, "Where the left ear joins the cheek.";
    RightEarRoot = 454, "Where the right ear joins the cheek.";
    Chin = 152, "Lowest point of the chin.";
    Forehead = 10, "Top of the forehead.";
    NoseTip = 1, "Tip of the nose.";
    MouthLeft = 61, "Left corner of the mouth.";
    MouthRight = 291, "Right corner of the mouth.";
    LipUpperInner = 13, "Lower edge of the upper lip.";
    LipLowerInner = 14, "Upper edge of the lower lip.";
    LeftBrowOuter = 70, "Outer end of the left brow.";
    LeftBrowMiddle = 105, "Middle of the left brow.";
    LeftBrowInner = 107, "Inner end of the left brow.";
    RightBrowInner = 336, "Inner end of the right brow.";
    RightBrowMiddle = 334, "Middle of the right brow.";
    RightBrowOuter = 300, "Outer end of the right brow.";
    LeftJawUpper = 172, "Left jaw, below the ear.";
    LeftJawMiddle = 150, "Left jaw, half way to the chin.";
    LeftJawLower = 176, "Left jaw, beside the chin.";
    RightJawUpper = 397, "Right jaw, below the ear.";
    RightJawMiddle = 379, "Right jaw, half way to the chin.";
    RightJawLower = 400, "Right jaw, beside the chin.";
}

impl Landmark {
    /// The landmark that a mirror puts in this one's place.
    #[must_use]
    pub const fn mirrored(self) -> Self {
        match self {
            Self::LeftIris => Self::RightIris,
            Self::RightIris => Self::LeftIris,
            Self::LeftEyeOuter => Self::RightEyeOuter,
            Self::LeftEyeInner => Self::RightEyeInner,
            Self::LeftLidUpper => Self::RightLidUpper,
            Self::LeftLidLower => Self::RightLidLower,
            Self::RightEyeInner => Self::LeftEyeInner,
            Self::RightEyeOuter => Self::LeftEyeOuter,
            Self::RightLidUpper => Self::LeftLidUpper,
            Self::RightLidLower => Self::LeftLidLower,
            Self::LeftEarRoot => Self::RightEarRoot,
            Self::RightEarRoot => Self::LeftEarRoot,
            Self::MouthLeft => Self::MouthRight,
            Self::MouthRight => Self::MouthLeft,
            Self::LeftBrowOuter => Self::RightBrowOuter,
            Self::LeftBrowMiddle => Self::RightBrowMiddle,
            Self::LeftBrowInner => Self::RightBrowInner,
            Self::RightBrowInner => Self::LeftBrowInner,
            Self::RightBrowMiddle => Self::LeftBrowMiddle,
            Self::RightBrowOuter => Self::LeftBrowOuter,
            Self::LeftJawUpper => Self::RightJawUpper,
            Self::LeftJawMiddle => Self::RightJawMiddle,
            Self::LeftJawLower => Self::RightJawLower,
            Self::RightJawUpper => Self::LeftJawUpper,
            Self::RightJawMiddle => Self::LeftJawMiddle,
            Self::RightJawLower => Self::LeftJawLower,
            Self::Chin
            | Self::Forehead
            | Self::NoseTip
            | Self::LipUpperInner
            | Self::LipLowerInner => self,
        }
    }
}

/// One point per [`Landmark`].
#[derive(Debug, Clone, PartialEq)]
pub struct Landmarks(Vec<Point>);

impl Landmarks {
    /// Landmarks in the order of [`Landmark::ALL`], or `None` when their number differs.
    #[must_use]
    pub fn new(points: Vec<Point>) -> Option<Self> {
        (points.len() == Landmark::ALL.len()).then_some(Self(points))
    }

    /// The same points in the pixels of another picture.
    #[must_use]
    pub fn mapped(&self, map: &Affine) -> Self {
        Self(self.0.iter().map(|p| map.apply(*p)).collect())
    }

    /// Half way between two readings of the same face.
    #[must_use]
    pub fn mean(&self, other: &Self) -> Self {
        Self(self.0.iter().zip(&other.0).map(|(a, b)| a.midpoint(*b)).collect())
    }

    /// All points, in the order of [`Landmark::ALL`].
    #[must_use]
    pub fn points(&self) -> &[Point] {
        &self.0
    }
}

impl Index<Landmark> for Landmarks {
    type Output = Point;

    fn index(&self, landmark: Landmark) -> &Point {
        &self.0[landmark as usize]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_mirrors_undo_each_other_and_only_the_middle_stays() {
        for l in Landmark::ALL {
            assert_eq!(l.mirrored().mirrored(), *l);
        }
        let middle = Landmark::ALL.iter().filter(|l| l.mirrored() == **l).count();
        assert_eq!(middle, 5, "chin, forehead, nose tip, two lip edges");
    }
}
