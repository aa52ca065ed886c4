//! The one resampling: source pixels to any affine frame, in linear light, prefiltered when shrinking.

use image::RgbImage;
use pulp::{Arch, Simd, WithSimd};

use crate::base::color::{linear_from_srgb, srgb_from_linear};
use crate::base::geometry::{Affine, Point, Size};

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
    /// What source rows, filtered to the frame's columns, lie in, from one picture to the next.
    between: Vec<[f32; 4]>,
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

/// The weighted sum of neighbours, two of them at a time.
#[inline(always)]
fn along(values: &[[f32; 4]], weights: &[[f32; 8]]) -> [f32; 4] {
    let mut sums = [0.0f32; 8];
    for (pair, weights) in values.as_flattened().as_chunks::<8>().0.iter().zip(weights) {
        for i in 0..8 {
            sums[i] += pair[i] * weights[i];
        }
    }
    std::array::from_fn(|c| sums[c] + sums[c + 4])
}

/// The weighted sum of every `step`th of `values`, as many as there are weights: even and odd ones apart, so that two additions are under way at a time.
#[inline(always)]
fn across(values: &[[f32; 4]], step: usize, weights: &[f32]) -> [f32; 4] {
    let mut sums = [[0.0f32; 4]; 2];
    let (pairs, last) = weights.as_chunks::<2>();
    for (i, pair) in pairs.iter().enumerate() {
        for (k, w) in pair.iter().enumerate() {
            let v = &values[(2 * i + k) * step];
            for c in 0..4 {
                sums[k][c] += v[c] * w;
            }
        }
    }
    for w in last {
        let v = &values[2 * pairs.len() * step];
        for c in 0..4 {
            sums[0][c] += v[c] * w;
        }
    }
    std::array::from_fn(|c| sums[0][c] + sums[1][c])
}

/// What a filter keeps of its weights.
trait Packing: Copy {
    /// Appends `weights`.
    fn pack(weights: &[f32], out: &mut Vec<Self>);
}

/// For [`across`]: as they are.
impl Packing for f32 {
    fn pack(weights: &[f32], out: &mut Vec<Self>) {
        out.extend_from_slice(weights);
    }
}

/// For [`along`]: two at a time, each as often as a pixel has values, and a zero after an odd last one.
impl Packing for [f32; 8] {
    fn pack(weights: &[f32], out: &mut Vec<Self>) {
        out.extend(
            weights
                .chunks(2)
                .map(|pair| std::array::from_fn(|i| pair.get(i / 4).copied().unwrap_or(0.0))),
        );
    }
}

/// The filter's taps along one axis: from which source column (or row) on, and their weights, which sum to 1.
struct Taps<W> {
    first: usize,
    own: Vec<f32>,
    packed: Vec<W>,
}

impl<W: Packing> Taps<W> {
    const fn new() -> Self {
        Self { first: 0, own: Vec::new(), packed: Vec::new() }
    }

    /// Fills the taps around `centre` (pixel centres at integers) for a filter stretched by `stretch` ≥ 1, on an axis of `len` pixels.
    fn aim(&mut self, centre: f32, stretch: f32, len: usize) {
        let reach = 2.0 * stretch;
        let last = len as i64 - 1;
        let lo = ((centre - reach).ceil() as i64).clamp(0, last);
        let hi = ((centre + reach).floor() as i64).clamp(lo, last);
        self.first = lo as usize;
        self.own.clear();
        let mut sum = 0.0;
        for i in lo..=hi {
            let w = cubic((i as f32 - centre) / stretch);
            sum += w;
            self.own.push(w);
        }
        if sum.abs() < 1e-3 {
            // so far outside that no tap has weight: repeat the edge
            let inside = (centre.round() as i64).clamp(lo, hi) - lo;
            self.own.iter_mut().for_each(|w| *w = 0.0);
            self.own[inside as usize] = 1.0;
        } else {
            self.own.iter_mut().for_each(|w| *w /= sum);
        }
        self.packed.clear();
        W::pack(&self.own, &mut self.packed);
    }
}

/// Positions between two pixels for which [`Filter`] keeps the weights of a frame that is turned.
const PHASES: usize = 256;
/// Source rows that are filtered along x before the frame's columns are, as many as a fast cache holds.
const ROWS: usize = 48;
/// The most by which the filter is widened; a frame that shrinks its source by more skips pixels.
const MOST_STRETCH: f64 = 64.0;

/// The filter along one axis of the source, at every place that a line of the frame asks for.
struct Filter<W> {
    places: Places<W>,
    /// The most taps that a pixel has.
    longest: usize,
}

enum Places<W> {
    /// The same in every line.
    Fixed(Vec<Taps<W>>),
    /// Moving from line to line: the weights at every position between two pixels, to the nearest 1/256 of a pixel.
    Moving {
        places: Vec<f64>,
        len: usize,
        stretch: f32,
        /// The taps reach from `before` pixels before the pixel at or left of the centre.
        before: i64,
        taps: usize,
        /// Weights of one position.
        line: usize,
        weights: Vec<W>,
        /// Lent where the axis ends within the filter's reach.
        edge: Taps<W>,
    },
}

impl<W: Packing> Filter<W> {
    /// A filter for frame pixels 0..`n` that lie at `place` on an axis of `len` source pixels, `step` of them apart; whether every line asks for the same.
    fn new(step: f64, len: usize, fixed: bool, n: usize, place: impl Fn(usize) -> f64) -> Self {
        let stretch = step.abs().clamp(1.0, MOST_STRETCH) as f32;
        if fixed {
            let aimed = |i| {
                let mut taps = Taps::new();
                taps.aim(place(i) as f32, stretch, len);
                taps
            };
            let taps: Vec<Taps<W>> = (0..n).map(aimed).collect();
            let longest = taps.iter().map(|t| t.own.len()).max().unwrap_or(0);
            let places = Places::Fixed(taps);
            return Self { places, longest };
        }
        let reach = (2.0 * stretch).ceil() as i64;
        let (before, taps) = (reach - 1, 2 * reach as usize);
        let mut weights = Vec::new();
        let mut own = vec![0.0f32; taps];
        for phase in 0..PHASES {
            let centre = phase as f32 / PHASES as f32 + before as f32;
            for (i, w) in own.iter_mut().enumerate() {
                *w = cubic((i as f32 - centre) / stretch);
            }
            let sum: f32 = own.iter().sum();
            own.iter_mut().for_each(|w| *w /= sum);
            W::pack(&own, &mut weights);
        }
        let line = weights.len() / PHASES;
        let edge = Taps::new();
        let places = (0..n).map(place).collect();
        let places = Places::Moving { places, len, stretch, before, taps, line, weights, edge };
        // at the source's edge the filter may begin and end on a pixel
        Self { places, longest: taps + 1 }
    }

    /// The first source pixel and the weights for frame pixel `i` of a line that is moved by `shift` source pixels.
    #[inline(always)]
    fn aim(&mut self, i: usize, shift: f64) -> (usize, &[W]) {
        match &mut self.places {
            Places::Fixed(taps) => (taps[i].first, &taps[i].packed),
            Places::Moving { places, len, stretch, before, taps, line, weights, edge } => {
                let centre = places[i] + shift;
                let steps = (centre * PHASES as f64 + 0.5).floor() as i64;
                let first = steps.div_euclid(PHASES as i64).saturating_sub(*before);
                if first < 0 || first.saturating_add(*taps as i64) > *len as i64 {
                    edge.aim(centre as f32, *stretch, *len);
                    return (edge.first, &edge.packed);
                }
                let at = steps.rem_euclid(PHASES as i64) as usize * *line;
                (first as usize, &weights[at..at + *line])
            }
        }
    }
}

/// One per frame pixel: whether its centre lies on the source.
fn covered(back: &Affine, size: Size, source: &RgbImage) -> Vec<bool> {
    let (w, h) = (source.width() as usize, source.height() as usize);
    let on = |p: Point| reaches(p.x, w) && reaches(p.y, h);
    let (right, bottom) = (f64::from(size.width) - 1.0, f64::from(size.height) - 1.0);
    let corners = [(0.0, 0.0), (right, 0.0), (0.0, bottom), (right, bottom)];
    if corners.iter().all(|(x, y)| on(back.apply(Point::new(*x, *y)))) {
        return vec![true; size.area() as usize];
    }
    (0..size.height)
        .flat_map(|v| (0..size.width).map(move |u| Point::new(f64::from(u), f64::from(v))))
        .map(|p| back.apply(p))
        .map(on)
        .collect()
}

impl Resampled {
    fn white(size: Size) -> Self {
        Self {
            pixels: RgbImage::from_pixel(size.width, size.height, image::Rgb([255; 3])),
            covered: vec![false; size.area() as usize],
        }
    }

    /// Rows become columns.
    fn transposed(&self) -> Self {
        let (w, h) = self.pixels.dimensions();
        Self {
            pixels: RgbImage::from_fn(h, w, |x, y| *self.pixels.get_pixel(y, x)),
            covered: (0..w as usize)
                .flat_map(|x| self.covered.iter().skip(x).step_by(w as usize).copied())
                .collect(),
        }
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
        Self { linear, coded, between: Vec::new() }
    }

    #[inline(always)]
    fn code(&self, v: f32) -> u8 {
        self.coded[(v.clamp(0.0, 1.0) * STEPS as f32 + 0.5) as usize]
    }

    /// Brings `source` into a frame of `size`; `map` takes source pixels to frame pixels.
    ///
    /// Catmull-Rom in linear light, widened by 1/scale when shrinking, in two passes (Catmull and Smith 1980, "3-D transformations of images in scanline
    /// order"): every source row is filtered along x to the frame's columns, then every column along y to the frame's rows. Upright the passes are a plain
    /// separable filter; a turn shears the filter by as much as the frame, which a portrait's few degrees make a matter of hundredths of a pixel. A map that
    /// squashes the plane, or an empty source, gives white.
    #[must_use]
    pub fn warp(&mut self, source: &RgbImage, map: &Affine, size: Size) -> Resampled {
        match map.inverse() {
            Some(back) if source.width() > 0 && source.height() > 0 && size.area() > 0 => {
                self.fetched(source, &back, size)
            }
            _ => Resampled::white(size),
        }
    }

    /// The frame whose pixel (u, v) shows the source at `back` of it.
    fn fetched(&mut self, source: &RgbImage, back: &Affine, size: Size) -> Resampled {
        Arch::new().dispatch(Fetch { resampler: self, source, back, size })
    }

    #[inline(always)]
    fn fetch(&mut self, source: &RgbImage, back: &Affine, size: Size) -> Resampled {
        let [[a, b, tx], [c, d, ty]] = back.0;
        if c.abs() > d.abs() {
            // more on its side than upright: rows and columns change places, so that the second pass has rows to run along
            let swapped = Affine([[b, a, tx], [d, c, ty]]);
            return self.fetched(source, &swapped, size.transposed()).transposed();
        }
        let Some(window) = Window::of(back, size, source) else { return Resampled::white(size) };
        let (width, height) = (size.width as usize, size.height as usize);

        // where column u of the frame crosses source row y: x = step * u + lean * y + start
        let (step, lean, start) = (a - b * c / d, b / d, tx - b * ty / d);
        let mut columns = Filter::new(step, window.width(), lean == 0.0, width, |u| {
            step * u as f64 + start - window.x0 as f64
        });
        let mut rows = Filter::new(d, window.height(), c == 0.0, height, |v| {
            d * v as f64 + ty - window.y0 as f64
        });

        let mut pixels = RgbImage::new(size.width, size.height);
        let codes = pixels.as_chunks_mut::<3>().0;
        // down the source, the lines of the frame are reached from this end, and each line from this one
        let (upright, rightwards) = (d > 0.0, c >= 0.0);
        let line = |i: usize| if upright { i } else { height - 1 - i };
        let column = |i: usize| if rightwards { i } else { width - 1 - i };
        // how many pixels of each line are done, and how many lines are done wholly
        let mut reached = vec![0usize; height];
        let mut finished = 0;

        // some rows at a time, after as many earlier ones as the next pixel may still ask for
        let kept = rows.longest.saturating_sub(1);
        let mut between = std::mem::take(&mut self.between);
        between.clear();
        let mut top = 0;
        // one more, for the zero after an odd last weight
        let mut light = vec![[0.0f32; 4]; window.width() + 1];
        let stride = source.width() as usize * 3;
        let lines: Vec<&[u8]> =
            source.as_raw().chunks_exact(stride).skip(window.y0).take(window.height()).collect();
        for (group, lines) in lines.chunks(ROWS).enumerate() {
            let held = between.len() / width;
            let passed = held.saturating_sub(kept);
            between.drain(..passed * width);
            top += passed;
            let filtered = between.len();
            between.resize(filtered + lines.len() * width, [0.0; 4]);
            let targets = between[filtered..].chunks_exact_mut(width);
            // loops over slices: what `extend` runs is not compiled for the vector unit
            for ((row, line), target) in lines.iter().enumerate().zip(targets) {
                let line = line[window.x0 * 3..window.x1 * 3].as_chunks::<3>().0;
                for (light, code) in light.iter_mut().zip(line) {
                    for c in 0..3 {
                        light[c] = self.linear[usize::from(code[c])];
                    }
                }
                let shift = lean * (window.y0 + group * ROWS + row) as f64;
                for (u, target) in target.iter_mut().enumerate() {
                    let (first, weights) = columns.aim(u, shift);
                    *target = along(&light[first..], weights);
                }
            }
            let bottom = group * ROWS + lines.len();
            for i in finished..height {
                let v = line(i);
                let before = reached[v];
                while reached[v] < width {
                    let u = column(reached[v]);
                    let (first, weights) = rows.aim(v, c * u as f64);
                    if first + weights.len() > bottom {
                        break;
                    }
                    let light = across(&between[(first - top) * width + u..], width, weights);
                    codes[v * width + u] = self.codes(light);
                    reached[v] += 1;
                }
                if before == 0 && reached[v] == 0 {
                    break;
                }
            }
            while finished < height && reached[line(finished)] == width {
                finished += 1;
            }
        }
        self.between = between;
        Resampled { pixels, covered: covered(back, size, source) }
    }

    #[inline(always)]
    fn codes(&self, light: [f32; 4]) -> [u8; 3] {
        [self.code(light[0]), self.code(light[1]), self.code(light[2])]
    }
}

/// [`Resampler::fetch`], compiled for the vector unit that is there.
struct Fetch<'a> {
    resampler: &'a mut Resampler,
    source: &'a RgbImage,
    back: &'a Affine,
    size: Size,
}

impl WithSimd for Fetch<'_> {
    type Output = Resampled;

    #[inline(always)]
    fn with_simd<S: Simd>(self, _: S) -> Resampled {
        self.resampler.fetch(self.source, self.back, self.size)
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
    fn of(back: &Affine, size: Size, source: &RgbImage) -> Option<Self> {
        let (w, h) = (source.width() as usize, source.height() as usize);
        let [[a, b, _], [c, d, _]] = back.0;
        let (fw, fh) = (f64::from(size.width), f64::from(size.height));
        let corners =
            [(0.0, 0.0), (fw, 0.0), (0.0, fh), (fw, fh)].map(|(x, y)| back.apply(Point::new(x, y)));
        let margin = 2.0 * libm::hypot(a, c).max(libm::hypot(b, d)).clamp(1.0, MOST_STRETCH) + 2.0;
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
    use proptest::prelude::*;

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

    proptest! {
        /// One colour everywhere stays that colour, whichever part of the source a frame shows and however it lies: no pixel is left out, and weights sum to 1.
        #[test]
        fn a_frame_of_one_colour_is_of_that_colour(
            (w, h) in (1u32..200, 1u32..200), (fw, fh) in (1u32..90, 1u32..90),
            scale in 0.02f64..3.0, roll in -4.0f64..4.0, (x, y) in (-60f64..260.0, -60f64..260.0),
        ) {
            let source = RgbImage::from_pixel(w, h, image::Rgb([200, 77, 5]));
            let middle = Point::new(f64::from(fw) / 2.0, f64::from(fh) / 2.0);
            let map = Affine::similarity(scale, roll, Point::new(x, y), middle);
            let frame = Resampler::new().warp(&source, &map, Size::new(fw, fh));
            prop_assert!(frame.pixels.pixels().all(|p| p.0 == [200, 77, 5]));
        }
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
            let mut resampler = Resampler::new();
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
