//! The way from the wall into the sitter, read off the picture alone: along rays that run inwards from the outline of all that is not wall.

use std::collections::BTreeMap;

use image::RgbImage;

use super::judge::quantile;
use super::parts::Parts;
use super::region::{ENOUGH, levels_apart, median_colour};
use crate::base::geometry::Size;
use crate::vision::matte::trimap::distance_to;

/// Where on a ray the sitter begins for certain, in pixels inside the outline, and how many pixels of it are looked at.
const DEEP: std::ops::RangeInclusive<i32> = 7..=9;
const LONG: usize = 10;
/// How many pixels from the outline on a line lies at most.
const LINE: usize = 5;
/// How unlike what lies behind it a line is, and how alike one of its places is the other, in levels of the worst component.
const APART: u8 = 30;
const ALIKE: u8 = 20;
/// The darkest component of a line is below this; what is lighter are edges that fade into white.
const FAINT: u8 = 190;
/// So many of the commonest colours along the outline are tried, in cells of so many levels.
const TRIED: usize = 8;
const CELL: u8 = 16;
/// Which way is inward is told from the depths so many pixels to either side.
const ASIDE: i32 = 3;
/// How far from the wall's colour the sitter must be for their edge to be measured, in levels of the worst component.
const STRONG: u8 = 70;
/// Shares of the way from the wall's colour to the sitter's between which an edge is measured, and which of all rays tells, the steepest being 0.
const FADE: [f32; 2] = [0.25, 0.8];
const STEEP: f64 = 0.25;

/// The colours on the way in.
#[derive(Debug)]
struct Ray {
    /// Pixel by pixel, from the first inside the outline on.
    edge: [[u8; 3]; LONG],
    /// The sitter's behind them.
    deep: [u8; 3],
}

/// The outline of a sitter.
#[derive(Debug)]
pub struct Outline(Vec<Ray>);

impl Outline {
    /// `None` where too little of it is seen.
    #[must_use]
    pub fn of(picture: &RgbImage, parts: &Parts) -> Option<Self> {
        let size = Size::new(picture.width(), picture.height());
        let inside = distance_to(&parts.around(), size);
        let (w, h) = (size.width as i32, size.height as i32);
        let depth = |x: i32, y: i32| {
            f64::from(inside[(y.clamp(0, h - 1) * w + x.clamp(0, w - 1)) as usize])
        };
        let far = *DEEP.end();
        let mut rays = Vec::new();
        for y in far..h - far {
            for x in far..w - far {
                if !(0.5..1.2).contains(&depth(x, y)) {
                    continue;
                }
                let slope = [
                    depth(x + ASIDE, y) - depth(x - ASIDE, y),
                    depth(x, y + ASIDE) - depth(x, y - ASIDE),
                ];
                let steep = libm::hypot(slope[0], slope[1]);
                if steep < 0.5 {
                    continue;
                }
                let along = |k: i32| {
                    let step = |from: i32, slope: f64| {
                        from + (f64::from(k) * slope / steep).round() as i32
                    };
                    (step(x, slope[0]), step(y, slope[1]))
                };
                let (dx, dy) = along(far);
                // where the sitter is thinner, as a strand is, the other edge begins
                if depth(dx, dy) < 0.6 * f64::from(far) {
                    continue;
                }
                let colour = |k: i32| {
                    let (x, y) = along(k);
                    picture.get_pixel(x as u32, y as u32).0
                };
                let deep: Vec<[u8; 3]> = DEEP.map(colour).collect();
                let edge = std::array::from_fn(|k| colour(k as i32));
                rays.push(Ray { edge, deep: median_colour(&deep)? });
            }
        }
        (rays.len() >= ENOUGH).then_some(Self(rays))
    }

    /// How much of it wears a line of one colour, 0 to 1: two pixels in a row, at most four inside the outline, have it, and what lies 7–9 px inside has not. Edges of skin, hair and cloth go from
    /// white to their own colours and stay at none between.
    #[must_use]
    pub fn line(&self) -> f64 {
        let strong = |p: &[u8; 3]| p.iter().any(|v| *v < FAINT);
        let mut cells: BTreeMap<[u8; 3], (usize, [usize; 3])> = BTreeMap::new();
        for p in self.0.iter().flat_map(|ray| &ray.edge[..LINE]).filter(|p| strong(p)) {
            let (count, sum) = cells.entry(p.map(|v| v / CELL)).or_default();
            *count += 1;
            sum.iter_mut().zip(p).for_each(|(sum, v)| *sum += usize::from(*v));
        }
        let mut cells: Vec<(usize, [usize; 3])> = cells.into_values().collect();
        cells.sort_by_key(|(count, _)| std::cmp::Reverse(*count));
        let worn = |line: [u8; 3]| {
            let on = |p: &[u8; 3]| strong(p) && levels_apart(*p, line) <= ALIKE;
            let wears = |ray: &&Ray| {
                levels_apart(ray.deep, line) > APART
                    && ray.edge[..LINE].windows(2).any(|two| two.iter().all(on))
            };
            self.0.iter().filter(wears).count()
        };
        let tried = cells.iter().take(TRIED);
        let most = tried.map(|(count, sum)| worn(sum.map(|sum| (sum / count) as u8))).max();
        most.unwrap_or(0) as f64 / self.0.len() as f64
    }

    /// How many pixels the edge takes from a quarter of the way from the `wall`'s colour to the sitter's to four fifths of it, where it is steeper than along three quarters of the outline. `None` where
    /// too little of the sitter stands out.
    #[must_use]
    pub fn fade(&self, wall: [u8; 3]) -> Option<f64> {
        let strong = self.0.iter().filter(|ray| levels_apart(ray.deep, wall) >= STRONG);
        let width = |ray: &Ray| {
            let [from, to] = FADE.map(|share| ray.reaches(share, wall));
            to - from
        };
        let mut widths: Vec<f32> = strong.map(width).collect();
        (widths.len() >= ENOUGH).then(|| quantile(&mut widths, STEEP)).flatten().map(f64::from)
    }
}

impl Ray {
    /// How many pixels inside the outline such a share of the way from the wall's colour to the sitter's is reached first.
    fn reaches(&self, share: f32, wall: [u8; 3]) -> f32 {
        let wanted = share * f32::from(levels_apart(self.deep, wall));
        let mut before = 0.0;
        for (k, p) in self.edge.iter().enumerate() {
            let here = f32::from(levels_apart(*p, wall));
            if here >= wanted {
                return k as f32 - (here - wanted) / (here - before).max(1.0);
            }
            before = here;
        }
        LONG as f32
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::geometry::Point;
    use crate::vision::face::Landmarks;

    /// The outline of a square, skin above and cloth below, painted over by `paint` where it lies so many pixels inside.
    fn square(paint: impl Fn(u32, [u8; 3]) -> [u8; 3]) -> Outline {
        let picture = RgbImage::from_fn(120, 120, |x, y| {
            if !(20..100).contains(&x) || y < 20 {
                return image::Rgb([255; 3]);
            }
            let inner = if y < 60 { [200, 150, 120] } else { [30, 40, 90] };
            image::Rgb(paint((x - 20).min(99 - x).min(y - 20), inner))
        });
        let face = Landmarks::new(vec![Point::new(60.0, 60.0); 31]).expect("31 landmarks");
        let parts = Parts::of(&picture, [255; 3], &face).expect("a square");
        Outline::of(&picture, &parts).expect("an outline")
    }

    #[test]
    fn a_line_of_one_colour_round_skin_and_cloth_is_seen_whatever_its_width() {
        for width in 2..=4 {
            let line = square(|deep, inner| if deep < width { [150; 3] } else { inner });
            assert!(line.line() > 0.9, "{width}");
        }
        assert!(square(|_, inner| inner).line() < 0.1);
    }

    #[test]
    fn an_edge_eaten_by_light_fades_and_a_sharp_one_does_not() {
        let eaten = |width: f32| {
            let outline = square(|deep, inner| {
                let light = 0.85 * (1.0 - (deep as f32 + 0.5) / width).max(0.0);
                inner.map(|v| (f32::from(v) + (255.0 - f32::from(v)) * light) as u8)
            });
            outline.fade([255; 3]).expect("cloth stands out")
        };
        assert!(eaten(0.5) < 1.0, "{}", eaten(0.5));
        assert!((3.5..5.5).contains(&eaten(8.0)), "{}", eaten(8.0));
    }
}
