//! Lengths on a face in its own measure, so that neither the size of the picture nor a tilt of the head matters.

use crate::base::geometry::Point;
use crate::vision::face::{Head, Landmark};

/// The line through two landmarks. Positions along and across it are counted from the middle between them, in halves of their distance.
#[derive(Debug, Clone, Copy)]
pub struct Axis {
    middle: Point,
    half: f64,
    /// One pixel along the line.
    step: (f64, f64),
}

impl Axis {
    /// From `a` to `b`; `None` where they fall together.
    #[must_use]
    pub fn between(a: Point, b: Point) -> Option<Self> {
        let half = a.distance(b) / 2.0;
        (half > 1e-6).then(|| Self {
            middle: a.midpoint(b),
            half,
            step: ((b.x - a.x) / (2.0 * half), (b.y - a.y) / (2.0 * half)),
        })
    }

    /// From the ear root on the image's left to the one on its right.
    #[must_use]
    pub fn of_ears(head: &Head) -> Option<Self> {
        let at = |l| head.landmarks[l];
        Self::between(at(Landmark::LeftEarRoot), at(Landmark::RightEarRoot))
    }

    /// How far `p` lies towards the second landmark: −1 beside the first, 1 beside the second.
    #[must_use]
    pub fn along(&self, p: Point) -> f64 {
        ((p.x - self.middle.x) * self.step.0 + (p.y - self.middle.y) * self.step.1) / self.half
    }

    /// How far `p` lies off the line; positive below a line that runs to the right.
    #[must_use]
    pub fn across(&self, p: Point) -> f64 {
        ((p.y - self.middle.y) * self.step.0 - (p.x - self.middle.x) * self.step.1) / self.half
    }
}

/// The distance of two landmarks over that of two others: how far lids or lips stand apart for their width.
#[must_use]
pub fn gap_over_width(head: &Head, gap: [Landmark; 2], width: [Landmark; 2]) -> f64 {
    let apart = |[a, b]: [Landmark; 2]| head.landmarks[a].distance(head.landmarks[b]);
    apart(gap) / apart(width).max(1e-6)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn positions_do_not_depend_on_tilt_and_size() {
        let plain = Axis::between(Point::new(-1.0, 0.0), Point::new(1.0, 0.0)).expect("a line");
        let p = Point::new(0.5, 0.25);
        assert_eq!((plain.along(p), plain.across(p)), (0.5, 0.25));
        let map = crate::base::geometry::Affine::similarity(
            7.0,
            0.6,
            Point::new(0.0, 0.0),
            Point::new(30.0, -4.0),
        );
        let turned =
            Axis::between(map.apply(Point::new(-1.0, 0.0)), map.apply(Point::new(1.0, 0.0)))
                .expect("a line");
        let q = map.apply(p);
        assert!((turned.along(q) - 0.5).abs() < 1e-9 && (turned.across(q) - 0.25).abs() < 1e-9);
    }

    #[test]
    fn a_point_is_no_line() {
        assert!(Axis::between(Point::new(3.0, 3.0), Point::new(3.0, 3.0)).is_none());
    }
}
