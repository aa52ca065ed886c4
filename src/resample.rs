//! The one resampling: source pixels to any affine frame, in linear light, prefiltered when shrinking.

use image::RgbImage;

use crate::color::{linear_from_srgb, srgb_from_linear};
use crate::geometry::{Affine, Point, Size};

/// A picture brought into a frame, and where the source reaches.
#[derive(Debug, Clone)]
pub struct Resampled {
    /// 8-bit sRGB pixels of the frame; beyond the source's edge they repeat its last row or column.
    pub pixels: RgbImage,
    /// One per pixel: whether its centre lies on the source.
    pub covered: Vec<bool>,
}

/// sRGB codes to linear light, and back by a table fine enough that every code survives.
#[derive(Debug)]
pub struct Resampler {
    linear: [f32; 256],
    coded: Vec<u8>,
}

/// Steps of the table from linear light to sRGB. At 4096 the darkest codes collapse; at 16 384 all 256 survive (tested).
const STEPS: usize = 16_384;

impl Default for Resampler {
    fn default() -> Self {
        Self::new()
    }
}

/// Mitchell and Netravali's cubic (1988, equation 8) with B = 0, C = 1/2 (Catmull-Rom), for |x| < 2.
fn cubic(x: f32) -> f32 {
    let x = x.abs();
    if x < 1.0 {
        (1.5 * x - 2.5) * x * x + 1.0
    } else if x < 2.0 {
        ((-0.5 * x + 2.5) * x - 4.0) * x + 2.0
    } else {
        0.0
    }
}

/// Whether a coordinate lies on an axis of `len` pixels, centres at integers.
fn reaches(at: f64, len: usize) -> bool {
    at >= -0.5 && at <= len as f64 - 0.5
}

/// The weighted sum of as many of `values` as there are weights.
fn weighed(values: &[[f32; 4]], weights: &[f32]) -> [f32; 4] {
    let mut sum = [0.0f32; 4];
    for (v, w) in values.iter().zip(weights) {
        for c in 0..4 {
            sum[c] += v[c] * w;
        }
    }
    sum
}

/// The filter's taps along one axis: which source columns (or rows), and their weights, which sum to 1.
#[derive(Default)]
struct Taps {
    first: usize,
    weights: Vec<f32>,
}

impl Taps {
    /// Fills the taps around `centre` (pixel centres at integers) for a filter stretched by `stretch` ≥ 1, on an axis of `len` pixels.
    fn aim(&mut self, centre: f32, stretch: f32, len: usize) {
        let reach = 2.0 * stretch;
        let last = len as i64 - 1;
        let lo = ((centre - reach).ceil() as i64).clamp(0, last);
        let hi = ((centre + reach).floor() as i64).clamp(lo, last);
        self.first = lo as usize;
        self.weights.clear();
        let mut sum = 0.0;
        for i in lo..=hi {
            let w = cubic((i as f32 - centre) / stretch);
            sum += w;
            self.weights.push(w);
        }
        if sum.abs() < 1e-3 {
            // so far outside that no tap has weight: repeat the edge
            let inside = (centre.round() as i64).clamp(lo, hi) - lo;
            self.weights.iter_mut().for_each(|w| *w = 0.0);
            self.weights[inside as usize] = 1.0;
        } else {
            self.weights.iter_mut().for_each(|w| *w /= sum);
        }
    }
}

/// Positions between two pixels for which [`Bank`] keeps the filter.
const PHASES: usize = 256;

/// The filter at every position between two pixels, to the nearest 1/256 of a pixel: a turned frame asks for it at every pixel anew.
struct Bank {
    /// The taps reach from `before` pixels before the pixel at or left of the centre.
    before: i64,
    taps: usize,
    weights: Vec<f32>,
}

impl Bank {
    fn new(stretch: f32) -> Self {
        let reach = (2.0 * stretch).ceil() as i64;
        let (before, taps) = (reach - 1, 2 * reach as usize);
        let mut weights = Vec::with_capacity(PHASES * taps);
        for phase in 0..PHASES {
            let centre = phase as f32 / PHASES as f32 + before as f32;
            let line = weights.len();
            weights.extend((0..taps).map(|i| cubic((i as f32 - centre) / stretch)));
            let sum: f32 = weights[line..].iter().sum();
            weights[line..].iter_mut().for_each(|w| *w /= sum);
        }
        Self { before, taps, weights }
    }

    /// The first pixel and the weights around `centre` on an axis of `len` pixels; `taps` lends its place where the axis ends within the filter's reach.
    fn aim<'a>(
        &'a self,
        centre: f32,
        stretch: f32,
        len: usize,
        taps: &'a mut Taps,
    ) -> (usize, &'a [f32]) {
        let steps = (centre * PHASES as f32).round() as i64;
        let first = steps.div_euclid(PHASES as i64) - self.before;
        if first < 0 || first + self.taps as i64 > len as i64 {
            taps.aim(centre, stretch, len);
            return (taps.first, &taps.weights);
        }
        let at = steps.rem_euclid(PHASES as i64) as usize * self.taps;
        (first as usize, &self.weights[at..at + self.taps])
    }
}

impl Resampler {
    /// A resampler with its tables.
    #[must_use]
    pub fn new() -> Self {
        let mut linear = [0.0; 256];
        for (code, value) in linear.iter_mut().enumerate() {
            *value = linear_from_srgb(code as f32 / 255.0);
        }
        let coded = (0..=STEPS)
            .map(|i| (srgb_from_linear(i as f32 / STEPS as f32) * 255.0 + 0.5) as u8)
            .collect();
        Self { linear, coded }
    }

    fn code(&self, v: f32) -> u8 {
        self.coded[(v.clamp(0.0, 1.0) * STEPS as f32 + 0.5) as usize]
    }

    /// Brings `source` into a frame of `size`; `map` takes source pixels to frame pixels.
    ///
    /// Catmull-Rom in linear light, widened by 1/scale when shrinking, along the source's axes (exact for whole and mirrored frames, and within a few
    /// degrees of upright, where portraits are). A map that squashes the plane, or an empty source, gives white.
    #[must_use]
    pub fn warp(&self, source: &RgbImage, map: &Affine, size: Size) -> Resampled {
        let white = || Resampled {
            pixels: RgbImage::from_pixel(size.width, size.height, image::Rgb([255; 3])),
            covered: vec![false; size.area() as usize],
        };
        let (w, h) = (source.width() as usize, source.height() as usize);
        let Some(back) = map.inverse().filter(|_| w > 0 && h > 0) else { return white() };
        let stretch = (1.0 / map.scale()).clamp(1.0, 64.0) as f32;
        let Some(window) = Window::of(&back, size, stretch, w, h) else { return white() };
        if back.0[0][1] == 0.0 && back.0[1][0] == 0.0 {
            return self.warp_upright(source, &back, size, stretch, &window);
        }
        let light = self.linear_window(source, &window);
        let stride = window.width();
        let bank = Bank::new(stretch);
        let mut pixels = RgbImage::new(size.width, size.height);
        let mut covered = vec![false; size.area() as usize];
        let (mut tx, mut ty) = (Taps::default(), Taps::default());
        for (i, (pixel, covered)) in pixels.pixels_mut().zip(&mut covered).enumerate() {
            let at = Point::new((i % size.width as usize) as f64, (i / size.width as usize) as f64);
            let p = back.apply(at);
            *covered = reaches(p.x, w) && reaches(p.y, h);
            let (x0, wx) = bank.aim((p.x - window.x0 as f64) as f32, stretch, stride, &mut tx);
            let (y0, wy) =
                bank.aim((p.y - window.y0 as f64) as f32, stretch, window.height(), &mut ty);
            let mut sum = [0.0f32; 4];
            for (row, wy) in light[y0 * stride..].chunks(stride).zip(wy) {
                let line = weighed(&row[x0..], wx);
                for c in 0..4 {
                    sum[c] += line[c] * wy;
                }
            }
            pixel.0 = self.codes(sum);
        }
        Resampled { pixels, covered }
    }

    /// The same for a map without a turn: the two axes one after the other, so that every row of the source is filtered once.
    fn warp_upright(
        &self,
        source: &RgbImage,
        back: &Affine,
        size: Size,
        stretch: f32,
        window: &Window,
    ) -> Resampled {
        let (w, h) = (source.width() as usize, source.height() as usize);
        let axis = |n: u32, scale: f64, offset: f64, start: usize, len: usize, whole: usize| {
            (0..n)
                .map(|i| {
                    let p = scale * f64::from(i) + offset;
                    let mut taps = Taps::default();
                    taps.aim((p - start as f64) as f32, stretch, len);
                    (taps, reaches(p, whole))
                })
                .collect::<Vec<_>>()
        };
        let [[sx, _, ox], [_, sy, oy]] = back.0;
        let columns = axis(size.width, sx, ox, window.x0, window.width(), w);
        let rows = axis(size.height, sy, oy, window.y0, window.height(), h);
        let width = columns.len();
        let mut narrow = Vec::with_capacity(width * window.height());
        for line in self.linear_window(source, window).chunks_exact(window.width()) {
            narrow.extend(columns.iter().map(|(t, _)| weighed(&line[t.first..], &t.weights)));
        }
        let mut pixels = RgbImage::new(size.width, size.height);
        let mut sums = vec![[0.0f32; 4]; width];
        for ((taps, _), out) in rows.iter().zip(pixels.chunks_exact_mut(3 * width.max(1))) {
            sums.fill([0.0; 4]);
            for (line, wy) in narrow[taps.first * width..].chunks(width).zip(&taps.weights) {
                for (sum, v) in sums.iter_mut().zip(line) {
                    for c in 0..4 {
                        sum[c] += v[c] * wy;
                    }
                }
            }
            for (pixel, sum) in out.chunks_exact_mut(3).zip(&sums) {
                pixel.copy_from_slice(&self.codes(*sum));
            }
        }
        let covered =
            rows.iter().flat_map(|(_, y)| columns.iter().map(move |(_, x)| *x && *y)).collect();
        Resampled { pixels, covered }
    }

    fn codes(&self, light: [f32; 4]) -> [u8; 3] {
        [self.code(light[0]), self.code(light[1]), self.code(light[2])]
    }

    fn linear_window(&self, source: &RgbImage, window: &Window) -> Vec<[f32; 4]> {
        let stride = source.width() as usize * 3;
        let mut out = Vec::with_capacity(window.width() * window.height());
        for row in source.as_raw().chunks_exact(stride).skip(window.y0).take(window.height()) {
            for p in row[window.x0 * 3..window.x1 * 3].chunks_exact(3) {
                out.push([
                    self.linear[p[0] as usize],
                    self.linear[p[1] as usize],
                    self.linear[p[2] as usize],
                    0.0,
                ]);
            }
        }
        out
    }
}

/// The part of the source that a frame needs, in whole pixels: columns `x0..x1`, rows `y0..y1`.
struct Window {
    x0: usize,
    x1: usize,
    y0: usize,
    y1: usize,
}

impl Window {
    fn of(back: &Affine, size: Size, stretch: f32, w: usize, h: usize) -> Option<Self> {
        let (fw, fh) = (f64::from(size.width), f64::from(size.height));
        let corners =
            [(0.0, 0.0), (fw, 0.0), (0.0, fh), (fw, fh)].map(|(x, y)| back.apply(Point::new(x, y)));
        let margin = 2.0 * f64::from(stretch) + 2.0;
        let range = |values: [f64; 4], len: usize| -> Option<(usize, usize)> {
            let lo = values.iter().copied().fold(f64::INFINITY, f64::min) - margin;
            let hi = values.iter().copied().fold(f64::NEG_INFINITY, f64::max) + margin;
            if !lo.is_finite() || !hi.is_finite() {
                return None;
            }
            // at least one pixel, the nearest, when the frame lies wholly beside the source
            let lo = (lo.max(0.0) as usize).min(len - 1);
            let hi = (hi.max(0.0) as usize + 1).clamp(lo + 1, len);
            Some((lo, hi))
        };
        let (x0, x1) = range(corners.map(|p| p.x), w)?;
        let (y0, y1) = range(corners.map(|p| p.y), h)?;
        Some(Self { x0, x1, y0, y1 })
    }

    const fn width(&self) -> usize {
        self.x1 - self.x0
    }

    const fn height(&self) -> usize {
        self.y1 - self.y0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn checker(w: u32, h: u32) -> RgbImage {
        RgbImage::from_fn(w, h, |x, y| {
            image::Rgb([
                if (x + y) % 2 == 0 { 255 } else { 0 },
                (x * 7 % 256) as u8,
                (y * 5 % 256) as u8,
            ])
        })
    }

    #[test]
    fn the_identity_changes_no_pixel() {
        let picture = checker(31, 17);
        let same = Resampler::new().warp(&picture, &Affine::IDENTITY, Size::new(31, 17));
        assert_eq!(same.pixels, picture);
        assert!(same.covered.iter().all(|c| *c));
    }

    #[test]
    fn a_hair_of_a_turn_changes_no_code_by_more_than_rounding() {
        let picture = checker(61, 47);
        for scale in [0.4, 0.9, 1.7] {
            let size = Size::new((61.0 * scale) as u32, (47.0 * scale) as u32);
            let upright = Affine([[scale, 0.0, 0.3], [0.0, scale, -0.2]]);
            let turned = Affine([[scale, 1e-9, 0.3], [-1e-9, scale, -0.2]]);
            let resampler = Resampler::new();
            let (a, b) =
                (resampler.warp(&picture, &upright, size), resampler.warp(&picture, &turned, size));
            let worst = a.pixels.iter().zip(b.pixels.iter()).map(|(x, y)| x.abs_diff(*y)).max();
            // in the darkest codes linear light has steps of 1/3000: a 256th of a pixel beside a white one moves a few of them
            let mean = a
                .pixels
                .iter()
                .zip(b.pixels.iter())
                .map(|(x, y)| f64::from(x.abs_diff(*y)))
                .sum::<f64>()
                / a.pixels.len() as f64;
            assert!(mean < 0.6 && worst.is_some_and(|w| w <= 24), "{scale}: {mean} {worst:?}");
            assert_eq!(a.covered, b.covered);
        }
    }

    #[test]
    fn a_shrunk_checkerboard_is_half_the_light_not_half_the_code() {
        let picture = RgbImage::from_fn(80, 80, |x, y| {
            image::Rgb([if (x + y) % 2 == 0 { 255 } else { 0 }; 3])
        });
        let small = Resampler::new().warp(
            &picture,
            &Affine::resize(Size::new(80, 80), Size::new(20, 20)),
            Size::new(20, 20),
        );
        let middle = small.pixels.get_pixel(10, 10).0[0];
        assert!((186..=190).contains(&middle), "linear mid-grey is 188, got {middle}");
    }

    #[test]
    fn pixels_beyond_the_source_are_not_covered() {
        let picture = checker(10, 10);
        let map = Affine([[1.0, 0.0, 5.0], [0.0, 1.0, 0.0]]);
        let moved = Resampler::new().warp(&picture, &map, Size::new(20, 10));
        let row: Vec<bool> = moved.covered[..20].to_vec();
        assert_eq!(row.iter().filter(|c| **c).count(), 10);
        assert!(!row[4] && row[5] && row[14] && !row[15]);
    }

    #[test]
    fn odd_maps_and_empty_pictures_give_white() {
        let squash = Affine([[0.0; 3]; 2]);
        let out = Resampler::new().warp(&checker(4, 4), &squash, Size::new(3, 2));
        assert!(out.pixels.pixels().all(|p| p.0 == [255; 3]));
        let out = Resampler::new().warp(&RgbImage::new(0, 0), &Affine::IDENTITY, Size::new(3, 2));
        assert!(out.pixels.pixels().all(|p| p.0 == [255; 3]));
        let far = Affine([[1.0, 0.0, 1e9], [0.0, 1.0, -1e9]]);
        assert!(
            Resampler::new().warp(&checker(4, 4), &far, Size::new(3, 2)).covered.iter().all(|c| !c)
        );
    }
}
