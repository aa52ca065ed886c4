//! A picture before one colour, in parts that hang together: the sitter, and what lies apart from them.

use std::collections::BTreeMap;

use image::{GrayImage, Luma, RgbImage};
use imageproc::region_labelling::{Connectivity, connected_components};

use super::region::levels_apart;
use crate::base::geometry::Size;
use crate::vision::face::{Head, Landmarks};
use crate::vision::matte::trimap::connected;

/// How far from the wall's colour, in levels of the worst component, anything begins and the sitter surely is; the fewest pixels of a scrap.
const PALE: u8 = 14;
const INK: u8 = 30;
const SPECK: usize = 6;

/// What of a picture is not of its wall's colour, in parts that hang together.
#[derive(Debug)]
pub struct Parts {
    size: Size,
    /// How far each pixel is from the wall's colour, in levels of the worst component.
    off: Vec<u8>,
    /// What hangs together with the face.
    sitter: Vec<bool>,
}

impl Parts {
    /// `None` where the face is of the wall's colour.
    #[must_use]
    pub fn of(picture: &RgbImage, wall: [u8; 3], face: &Landmarks) -> Option<Self> {
        let size = Size::new(picture.width(), picture.height());
        let pixels = picture.as_raw().as_chunks::<3>().0;
        let off: Vec<u8> = pixels.iter().map(|p| levels_apart(*p, wall)).collect();
        let mask: Vec<bool> = off.iter().map(|off| *off > PALE).collect();
        let inside = |v: f64, n: u32| (0.0..f64::from(n)).contains(&v).then_some(v as usize);
        let seeds = face.points().iter().filter_map(|p| {
            let (x, y) = (inside(p.x, size.width)?, inside(p.y, size.height)?);
            Some(y * size.width as usize + x)
        });
        let sitter = connected(&mask, size, seeds);
        sitter.contains(&true).then_some(Self { size, off, sitter })
    }

    /// Whether a pixel is neither the sitter nor in a hole of theirs: what the picture's edge can be reached from.
    #[must_use]
    pub fn around(&self) -> Vec<bool> {
        let sure = |(sitter, off): (&bool, &u8)| *sitter && *off > INK;
        let other: Vec<bool> = self.sitter.iter().zip(&self.off).map(|both| !sure(both)).collect();
        let (width, height) = (self.size.width as usize, self.size.height as usize);
        let last = width.saturating_sub(1);
        let sides = (0..height).flat_map(|y| [y * width, y * width + last]);
        connected(&other, self.size, (0..width).chain(sides))
    }

    /// What lies apart from the sitter and ends above their chin, in squared face widths, and the box around the largest of it: left, top, right, bottom.
    #[must_use]
    pub fn scraps(&self, head: &Head) -> (f64, [f64; 4]) {
        let rest = self.sitter.iter().zip(&self.off);
        let rest = rest.map(|(sitter, off)| 255 * u8::from(!sitter && *off > PALE)).collect();
        let (width, height) = (self.size.width, self.size.height);
        let Some(rest) = GrayImage::from_raw(width, height, rest) else {
            return (0.0, [0.0; 4]);
        };
        let parts = connected_components(&rest, Connectivity::Eight, Luma([0]));
        let mut found: BTreeMap<u32, (usize, [u32; 4])> = BTreeMap::new();
        for (x, y, part) in parts.enumerate_pixels().filter(|(_, _, part)| part.0[0] > 0) {
            let (size, place) = found.entry(part.0[0]).or_insert((0, [x, y, x + 1, y + 1]));
            *size += 1;
            *place = [place[0].min(x), place[1], place[2].max(x + 1), place[3].max(y + 1)];
        }
        // what touches the sitter by a corner is theirs
        for (x, y, part) in parts.enumerate_pixels().filter(|(_, _, part)| part.0[0] > 0) {
            let beside = [x.checked_sub(1), Some(x + 1).filter(|x| *x < width)];
            let rows = [y.checked_sub(1), Some(y + 1).filter(|y| *y < height)];
            let corners =
                beside.iter().flatten().flat_map(|x| rows.iter().flatten().map(move |y| (x, y)));
            let mut corners = corners.map(|(x, y)| (y * width + x) as usize);
            if corners.any(|i| self.sitter[i]) {
                found.remove(&part.0[0]);
            }
        }
        let chin = head.chin().y;
        found.retain(|_, (size, place)| *size >= SPECK && f64::from(place[3]) < chin);
        let all: usize = found.values().map(|(size, _)| size).sum();
        let most = found.into_values().max_by_key(|(size, _)| *size);
        let place = most.map_or([0.0; 4], |(_, place)| place.map(f64::from));
        (all as f64 / head.face_width().powi(2).max(1.0), place)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::geometry::Point;

    #[test]
    fn a_silhouette_is_what_hangs_together_with_the_face_without_its_holes() {
        let picture = RgbImage::from_fn(20, 20, |x, y| {
            let body =
                (5..15).contains(&x) && y >= 5 && !((8..11).contains(&x) && (9..12).contains(&y));
            image::Rgb(if body || (x, y) == (2, 2) { [40; 3] } else { [250; 3] })
        });
        let face =
            |x: f64, y: f64| Landmarks::new(vec![Point::new(x, y); 31]).expect("31 landmarks");
        let around = Parts::of(&picture, [255; 3], &face(7.0, 7.0)).expect("someone").around();
        assert_eq!(around.iter().filter(|around| !**around).count(), 10 * 15);
        assert!(Parts::of(&picture, [255; 3], &face(0.0, 0.0)).is_none());
        assert!(Parts::of(&picture, [255; 3], &face(-9.0, 99.0)).is_none());
    }
}
