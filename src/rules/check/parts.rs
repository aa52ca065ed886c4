//! A picture before one colour, in parts that hang together: the sitter, and what lies apart from them.

use std::collections::BTreeMap;

use image::{GrayImage, ImageBuffer, Luma, RgbImage};
use imageproc::region_labelling::{Connectivity, connected_components};

use super::region::largest;
use crate::vision::face::Head;

/// How far from the wall's colour, in levels of the worst component, anything begins and the sitter surely is; the fewest pixels of a scrap.
const PALE: u8 = 14;
const INK: u8 = 30;
const SPECK: usize = 6;

/// What of a picture is not of its wall's colour, in parts that hang together.
#[derive(Debug)]
pub struct Parts {
    /// The part that each pixel belongs to, 0 for the wall.
    of: ImageBuffer<Luma<u32>, Vec<u32>>,
    /// The largest: the sitter.
    sitter: u32,
    /// Whether a pixel is surely not the wall.
    sure: Vec<bool>,
}

impl Parts {
    /// `None` where there is nothing but wall.
    #[must_use]
    pub fn of(picture: &RgbImage, wall: [u8; 3]) -> Option<Self> {
        let off = |p: &[u8; 3]| p.iter().zip(wall).map(|(p, wall)| p.abs_diff(wall)).max();
        let off: Vec<u8> =
            picture.as_raw().as_chunks::<3>().0.iter().map(|p| off(p).unwrap_or(0)).collect();
        let sure = off.iter().map(|off| *off > INK).collect();
        let mask = off.iter().map(|off| 255 * u8::from(*off > PALE)).collect();
        let mask = GrayImage::from_raw(picture.width(), picture.height(), mask)?;
        let of = connected_components(&mask, Connectivity::Eight, Luma([0]));
        let (sitter, _) = largest(&of)?;
        Some(Self { of, sitter, sure })
    }

    /// 0 where the sitter surely is and in their holes, elsewhere 255.
    #[must_use]
    pub fn around(&self) -> GrayImage {
        let (width, height) = self.of.dimensions();
        let sitters =
            self.of.pixels().zip(&self.sure).map(|(p, sure)| *sure && p.0[0] == self.sitter);
        let other = sitters.map(|sitters| 255 * u8::from(!sitters)).collect();
        let Some(other) = GrayImage::from_raw(width, height, other) else {
            return GrayImage::new(width, height);
        };
        // what the picture's edge can be reached from is no hole
        let rooms = connected_components(&other, Connectivity::Four, Luma([0]));
        let sides = (0..height).flat_map(|y| [(0, y), (width - 1, y)]);
        let mut open: Vec<bool> = Vec::new();
        for (x, y) in (0..width).map(|x| (x, 0)).chain(sides) {
            let room = rooms.get_pixel(x, y).0[0] as usize;
            if room >= open.len() {
                open.resize(room + 1, false);
            }
            open[room] = room > 0;
        }
        let is_open = |p: &Luma<u32>| open.get(p.0[0] as usize) == Some(&true);
        let around = rooms.pixels().map(|p| 255 * u8::from(is_open(p))).collect();
        GrayImage::from_raw(width, height, around).unwrap_or_default()
    }

    /// What lies apart from the sitter and ends above their chin, in squared face widths, and the box around the largest of it: left, top, right, bottom.
    #[must_use]
    pub fn scraps(&self, head: &Head) -> (f64, [f64; 4]) {
        let mut found: BTreeMap<u32, (usize, [u32; 4])> = BTreeMap::new();
        for (x, y, part) in self.of.enumerate_pixels() {
            if part.0[0] == 0 || part.0[0] == self.sitter {
                continue;
            }
            let (size, place) = found.entry(part.0[0]).or_insert((0, [x, y, x + 1, y + 1]));
            *size += 1;
            *place = [place[0].min(x), place[1], place[2].max(x + 1), place[3].max(y + 1)];
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

    #[test]
    fn a_silhouette_is_the_largest_thing_without_its_holes() {
        let picture = RgbImage::from_fn(20, 20, |x, y| {
            let body =
                (5..15).contains(&x) && y >= 5 && !((8..11).contains(&x) && (9..12).contains(&y));
            image::Rgb(if body || (x, y) == (2, 2) { [40; 3] } else { [250; 3] })
        });
        let around = Parts::of(&picture, [255; 3]).expect("something").around();
        assert_eq!(around.pixels().filter(|p| p.0[0] == 0).count(), 10 * 15);
        let blank = RgbImage::from_pixel(4, 4, image::Rgb([255; 3]));
        assert!(Parts::of(&blank, [255; 3]).is_none());
    }
}
