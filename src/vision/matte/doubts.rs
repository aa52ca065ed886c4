//! Where a cut-out holds what is of the room, in whosever eyes.

use crate::base::raster::Plane;

/// How likely each pixel of a cut-out is of the room although it was taken for the sitter, at the card's size, 0..=1.
#[derive(Debug, Clone)]
pub(super) struct Doubts(Plane);

impl Doubts {
    /// Of these probabilities.
    pub(super) const fn new(left: Plane) -> Self {
        Self(left)
    }

    /// A probability of the sitter, or an alpha, by their word.
    pub(super) fn amended(&self, plane: &Plane) -> Plane {
        let mut out = plane.clone();
        for (p, left) in out.data_mut().iter_mut().zip(self.0.data()) {
            *p *= 1.0 - left;
        }
        out
    }

    /// What one or the other doubts.
    pub(super) fn either(one: Option<Self>, other: Option<Self>) -> Option<Self> {
        match (one, other) {
            (Some(mut one), Some(other)) => {
                for (p, q) in one.0.data_mut().iter_mut().zip(other.0.data()) {
                    *p = p.max(*q);
                }
                Some(one)
            }
            (one, other) => one.or(other),
        }
    }
}
