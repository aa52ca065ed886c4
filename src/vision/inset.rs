//! A small picture that a program has laid into a corner of the photo: as screens do it that show both sides of a call, and programs that show what they began from.
//!
//! Two straight edges tell it: each begins at the frame, and both end where they meet. What lies between them is no part of the scene, whoever is on it.

use image::RgbImage;

use crate::base::geometry::{Affine, Point, Size};
use crate::vision::face::Head;

/// A rectangle in a corner of a photo, in its pixels.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Inset {
    /// Its corner at the left and above.
    pub from: Point,
    /// Its corner at the right and below.
    pub to: Point,
}

/// Longer side of the picture in which edges are sought, in pixels: they are sharp there, however softly the photo was enlarged.
const LONGER: u32 = 512;
/// Below this it tells texture from edges no more.
const SMALLEST: u32 = 300;

/// How far colours differ across an edge, in levels of the worst component. On some 1350 photographs and 170 rooms 24 finds both insets, and a door and a
/// picture on the wall in an upper corner.
const EDGE: u8 = 24;

/// So many pixels of an edge may miss in a row.
const GAP: usize = 2;

/// How near to where they meet both edges must end, in pixels.
const NEAR: usize = 2;

/// What an inset measures along each edge: of the photo's shorter side, at least (an epaulette before a white wall is as straight) and at most …
const SHARES: [f64; 2] = [0.1, 0.45];
/// … and so many pixels at least.
const SHORTEST: usize = 24;

/// Columns and rows beside an edge that are none themselves, else it is one thread of cloth or one leaf among many: how far off, in pixels, and the share of their pixels that may look like one.
const BESIDE: [isize; 2] = [5, 7];
const TEXTURE: f64 = 0.45;

impl Inset {
    /// The largest inset of `photo` in which nothing of the face of `head` lies, if there is one.
    #[must_use]
    pub fn of(photo: &RgbImage, head: &Head) -> Option<Self> {
        let longer = photo.width().max(photo.height());
        if longer < SMALLEST {
            return None;
        }
        let step = longer.div_ceil(LONGER);
        let mut found: Option<Self> = None;
        for (right, bottom) in [(false, false), (true, false), (false, true), (true, true)] {
            let Some((wide, high)) = (Corner { photo, step, right, bottom }).inset() else {
                continue;
            };
            // the edge is the inset's, and so is what rings around it
            let [wide, high] = [wide, high].map(|n| f64::from(step) * (n + 2) as f64);
            let (w, h) = (f64::from(photo.width()), f64::from(photo.height()));
            let left = if right { w - wide } else { 0.0 };
            let top = if bottom { h - high } else { 0.0 };
            let inset = Self {
                from: Point::new(left - 0.5, top - 0.5),
                to: Point::new(left + wide - 0.5, top + high - 0.5),
            };
            let larger = found.is_none_or(|other| inset.area() > other.area());
            if larger && !head.landmarks.points().iter().any(|p| inset.holds(*p)) {
                found = Some(inset);
            }
        }
        found
    }

    /// The same inset in a picture of another scale.
    #[must_use]
    pub fn mapped(&self, map: &Affine) -> Self {
        Self { from: map.apply(self.from), to: map.apply(self.to) }
    }

    /// Takes what lies in the inset from the pixels that the photo covers on a card of `size`.
    pub fn uncover(&self, photo_to_card: &Affine, covered: &mut [bool], size: Size) {
        let Some(back) = photo_to_card.inverse() else { return };
        for (i, covered) in covered.iter_mut().enumerate() {
            let (x, y) = (i as u32 % size.width, i as u32 / size.width);
            if *covered && self.holds(back.apply(Point::new(f64::from(x), f64::from(y)))) {
                *covered = false;
            }
        }
    }

    fn holds(&self, p: Point) -> bool {
        (self.from.x..=self.to.x).contains(&p.x) && (self.from.y..=self.to.y).contains(&p.y)
    }

    fn area(&self) -> f64 {
        (self.to.x - self.from.x) * (self.to.y - self.from.y)
    }
}

/// A photo seen from one of its corners, which lies at 0, 0, each pixel the mean of a square of `step` pixels; few of them are ever asked for.
struct Corner<'a> {
    photo: &'a RgbImage,
    step: u32,
    right: bool,
    bottom: bool,
}

/// Which way an edge runs: through rows, or through columns.
#[derive(Clone, Copy)]
enum Way {
    Down,
    Across,
}

impl Corner<'_> {
    /// Width and height of the largest inset in the corner.
    fn inset(&self) -> Option<(usize, usize)> {
        let shorter = f64::from(self.photo.width().min(self.photo.height()) / self.step);
        let [least, most] = SHARES.map(|share| (share * shorter) as usize);
        let least = least.max(SHORTEST);
        let runs = |way| -> Vec<usize> {
            (0..most).map(|at| if at < least { 0 } else { self.run(way, at) }).collect()
        };
        let (down, across) = (runs(Way::Down), runs(Way::Across));
        let mut found = None;
        for (wide, high) in down.iter().enumerate().filter(|(_, run)| **run >= least) {
            for high in high.saturating_sub(NEAR)..(high + NEAR + 1).min(most) {
                let meet = across[high].abs_diff(wide) <= NEAR;
                let area = wide * high;
                if meet
                    && found.is_none_or(|(w, h)| w * h < area)
                    && self.stands_alone(Way::Down, wide, high)
                    && self.stands_alone(Way::Across, high, wide)
                {
                    found = Some((wide, high));
                }
            }
        }
        found
    }

    /// How far the edge at column or row `at` runs from the frame.
    fn run(&self, way: Way, at: usize) -> usize {
        let (mut end, mut missing) = (0, 0);
        for along in 0.. {
            match self.edge(way, at, along) {
                Some(true) => (end, missing) = (along + 1, 0),
                Some(false) if missing < GAP => missing += 1,
                _ => break,
            }
        }
        end
    }

    /// Whether the edge at `at`, `long` pixels long, has none beside it on either side.
    fn stands_alone(&self, way: Way, at: usize, long: usize) -> bool {
        let share = |off: isize| {
            let Some(at) = at.checked_add_signed(off) else { return 1.0 };
            let edges = (0..long).filter(|along| self.edge(way, at, *along) == Some(true));
            edges.count() as f64 / long.max(1) as f64
        };
        [-1, 1].iter().all(|side| BESIDE.iter().any(|off| share(side * off) < TEXTURE))
    }

    /// Whether colours change across column or row `at` (from the pixel before it to the one after), `along` pixels from the frame; `None` beyond the picture.
    fn edge(&self, way: Way, at: usize, along: usize) -> Option<bool> {
        let (before, after) = match way {
            Way::Down => (self.pixel(at.checked_sub(1)?, along)?, self.pixel(at + 1, along)?),
            Way::Across => (self.pixel(along, at.checked_sub(1)?)?, self.pixel(along, at + 1)?),
        };
        Some(before.iter().zip(after).any(|(a, b)| a.abs_diff(b) > EDGE))
    }

    fn pixel(&self, x: usize, y: usize) -> Option<[u8; 3]> {
        let (w, h) = (self.photo.width() / self.step, self.photo.height() / self.step);
        let (x, y) = (u32::try_from(x).ok()?, u32::try_from(y).ok()?);
        if x >= w || y >= h {
            return None;
        }
        let x = if self.right { w - 1 - x } else { x };
        let y = if self.bottom { h - 1 - y } else { y };
        let mut sums = [0u32; 3];
        for at in 0..self.step * self.step {
            let (dx, dy) = (at % self.step, at / self.step);
            let pixel = self.photo.get_pixel(x * self.step + dx, y * self.step + dy);
            sums.iter_mut().zip(pixel.0).for_each(|(sum, v)| *sum += u32::from(v));
        }
        Some(sums.map(|sum| (sum / (self.step * self.step)) as u8))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::vision::face::{Landmark, Landmarks};

    const SIZE: Size = Size::new(600, 800);

    fn head_at(x: f64, y: f64) -> Head {
        let landmarks = Landmarks::new(vec![Point::new(x, y); Landmark::ALL.len()]);
        Head {
            landmarks: landmarks.expect("as many as there are"),
            hair_top: None,
            confidence: 1.0,
        }
    }

    /// A grey wall, lighter to one side, and another picture where `inside` says so.
    fn photo(inside: impl Fn(u32, u32) -> bool) -> RgbImage {
        RgbImage::from_fn(SIZE.width, SIZE.height, |x, y| {
            let wall = 130 + (x / 20) as u8;
            image::Rgb(if inside(x, y) { [60 + (y % 40) as u8, 70, 50] } else { [wall; 3] })
        })
    }

    #[test]
    fn a_small_picture_is_found_in_every_corner_and_nothing_of_it_is_covered() {
        let (wide, high) = (120, 90);
        for (left, top) in [(0, 0), (480, 0), (0, 710), (480, 710)] {
            let inside =
                |x: u32, y: u32| (left..left + wide).contains(&x) && (top..top + high).contains(&y);
            let found = Inset::of(&photo(inside), &head_at(300.0, 400.0)).expect("an inset");
            let twice = Affine([[0.5, 0.0, 0.0], [0.0, 0.5, 0.0]]);
            let card = Size::new(300, 400);
            let mut covered = vec![true; card.area() as usize];
            found.uncover(&twice, &mut covered, card);
            for (i, covered) in covered.iter().enumerate() {
                let (x, y) = (2 * (i as u32 % 300), 2 * (i as u32 / 300));
                let near = (x.saturating_sub(6)..x + 7)
                    .any(|x| (y.saturating_sub(6)..y + 7).any(|y| inside(x, y)));
                assert!(if *covered { !inside(x, y) } else { near }, "{left},{top}: {x},{y}");
            }
        }
    }

    #[test]
    fn a_pillar_cloth_of_checks_and_a_face_in_a_corner_are_none() {
        let none = |inside: &dyn Fn(u32, u32) -> bool, head| {
            assert_eq!(Inset::of(&photo(inside), &head), None);
        };
        let middle = head_at(300.0, 400.0);
        none(&|_, _| false, middle.clone());
        none(&|x, _| x < 120, middle.clone());
        none(&|x, y| y > 600 && (x / 8 + y / 8) % 2 == 0, middle);
        none(&|x, y| x < 200 && y < 200, head_at(100.0, 100.0));
    }

    #[test]
    fn a_photo_too_small_to_tell_has_none() {
        assert_eq!(Inset::of(&RgbImage::new(120, 90), &head_at(50.0, 50.0)), None);
    }
}
