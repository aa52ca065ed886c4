//! Where the photo itself ends although the person goes on, and what of that shows on a card.

use crate::base::geometry::{Affine, Point, Size};
use crate::base::raster::Plane;
use crate::vision::face::Sighting;

/// Where the photo's own edges cut the person, in photo pixels.
pub(super) struct Ends {
    pub(super) bottom: Vec<Point>,
    left: Vec<Point>,
    right: Vec<Point>,
}

/// Places along an edge of the photo at which it is asked whether the person reaches it.
const EDGE_PLACES: u32 = 96;
/// How far inside the photo's edge the person is looked for, in face widths: at the edge itself a mask is of two minds.
const EDGE_INSET: f64 = 0.015;
/// Half the width below the face's middle where there is a body whatever the mask says, in face widths: the neck at least.
const NECK: f64 = 0.25;

impl Ends {
    pub(super) fn of(sighting: &Sighting, photo: Size) -> Self {
        let (right, bottom) = (f64::from(photo.width) - 0.5, f64::from(photo.height) - 0.5);
        let face = sighting.head.face_width();
        let inset = (EDGE_INSET * face).max(1.0);
        let person = |p: Point| probability(&sighting.mask, &sighting.to_crop, p) > 0.5;
        let middle = sighting.head.chin().x;
        let along = |end: f64| {
            let step = (end + 0.5) / f64::from(EDGE_PLACES);
            (0..=EDGE_PLACES).map(move |i| -0.5 + step * f64::from(i))
        };
        let inside = |v: f64, end: f64| v.clamp(inset, (end - inset).max(inset));
        let side = |at: f64, within: f64| {
            along(bottom)
                .filter(|y| person(Point::new(within, inside(*y, bottom))))
                .map(|y| Point::new(at, y))
                .collect()
        };
        Self {
            bottom: along(right)
                .filter(|x| {
                    (x - middle).abs() <= NECK * face
                        || person(Point::new(inside(*x, right), bottom - inset))
                })
                .map(|x| Point::new(x, bottom))
                .collect(),
            left: side(-0.5, inset),
            right: side(right, right - inset),
        }
    }

    pub(super) fn mapped(&self, map: &Affine) -> Self {
        let all = |points: &[Point]| points.iter().map(|p| map.apply(*p)).collect();
        Self { bottom: all(&self.bottom), left: all(&self.left), right: all(&self.right) }
    }
}

/// Rows at the bottom and columns at a side of the card that lie beyond an end of the photo at which the person is cut: the worst of each, 0 where all is covered.
///
/// Half a pixel of the last row must be there too, or the resampling repeats the edge. `shift` keeps directions: stances are turned already.
pub(super) fn gaps(shift: &Affine, ends: &Ends, card: Size) -> (f64, f64) {
    let (w, h) = (f64::from(card.width), f64::from(card.height));
    let worst = |points: &[Point], gap: &dyn Fn(Point) -> f64| {
        let of = |p: &Point| {
            let q = shift.apply(*p);
            let seen = q.x > -0.5 && q.y > -0.5 && q.x < w - 0.5 && q.y < h - 0.5;
            if seen { gap(q) } else { 0.0 }
        };
        points.iter().map(of).fold(0.0, f64::max)
    };
    let floating = worst(&ends.bottom, &|q| h - q.y);
    let side = worst(&ends.left, &|q| q.x + 1.0).max(worst(&ends.right, &|q| w - q.x));
    (floating, side)
}

/// The coarse mask at a photo pixel; 0 outside the crop.
fn probability(mask: &Plane, to_crop: &Affine, p: Point) -> f32 {
    let q = to_crop.apply(p);
    let inside = q.x > -0.5
        && q.y > -0.5
        && q.x < mask.width() as f64 - 0.5
        && q.y < mask.height() as f64 - 0.5;
    if inside { mask.sample(q.x, q.y) } else { 0.0 }
}
