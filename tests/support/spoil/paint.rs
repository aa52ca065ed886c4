//! What faults are painted with: shapes with soft edges laid over a picture, shadows on the person, and warps.

use baidi::lab::geometry::{Point, Size};
use baidi::lab::raster::Plane;
use image::{Rgb, RgbImage};

use super::chance::noise;

/// sRGB levels, 0..=255.
pub type Colour = [f64; 3];

/// `a` with the share `t` of `b`.
pub fn mix(a: Colour, b: Colour, t: f64) -> Colour {
    std::array::from_fn(|k| a[k] + (b[k] - a[k]) * t)
}

/// The colour with `factor` times its light.
pub fn times(a: Colour, factor: f64) -> Colour {
    a.map(|v| (v * factor).clamp(0.0, 255.0))
}

/// 0 below `from`, 1 above `to`, smooth between.
pub fn step(from: f64, to: f64, x: f64) -> f64 {
    let t = ((x - from) / (to - from)).clamp(0.0, 1.0);
    t * t * (3.0 - 2.0 * t)
}

/// A closed outline, in card pixels.
#[derive(Debug, Clone)]
pub struct Outline(pub Vec<Point>);

impl Outline {
    /// An ellipse whose first half axis is turned by `turn` radians.
    pub fn ellipse(centre: Point, rx: f64, ry: f64, turn: f64) -> Self {
        let (sin, cos) = turn.sin_cos();
        let at = |k: usize| {
            let (s, c) = (k as f64 / 40.0 * std::f64::consts::TAU).sin_cos();
            let (x, y) = (rx * c, ry * s);
            Point::new(centre.x + x * cos - y * sin, centre.y + x * sin + y * cos)
        };
        Self((0..40).map(at).collect())
    }

    /// A stroke from `a` to `b` with round ends, `ra` and `rb` its half widths there.
    pub fn stroke(a: Point, b: Point, ra: f64, rb: f64) -> Self {
        let angle = (b.y - a.y).atan2(b.x - a.x);
        let cap = |c: Point, r: f64, from: f64| {
            (0..=10).map(move |k| {
                let (sin, cos) = (from + f64::from(k) / 10.0 * std::f64::consts::PI).sin_cos();
                Point::new(c.x + r * cos, c.y + r * sin)
            })
        };
        let quarter = std::f64::consts::FRAC_PI_2;
        Self(cap(b, rb, angle - quarter).chain(cap(a, ra, angle + quarter)).collect())
    }

    /// A smooth closed curve through `points` (Catmull-Rom).
    pub fn smooth(points: &[Point]) -> Self {
        let n = points.len();
        let at = |i: usize, t: f64| {
            let [a, b, c, d] = std::array::from_fn(|k| points[(i + k + n - 1) % n]);
            let of = |a: f64, b: f64, c: f64, d: f64| {
                0.5 * (2.0 * b
                    + (c - a) * t
                    + (2.0 * a - 5.0 * b + 4.0 * c - d) * t * t
                    + (3.0 * b - a - 3.0 * c + d) * t * t * t)
            };
            Point::new(of(a.x, b.x, c.x, d.x), of(a.y, b.y, c.y, d.y))
        };
        Self((0..n).flat_map(|i| (0..6).map(move |k| at(i, f64::from(k) / 6.0))).collect())
    }

    /// A rectangle of half widths `rx`, `ry` with corners rounded by `round`, turned by `turn` radians.
    pub fn plate(centre: Point, rx: f64, ry: f64, round: f64, turn: f64) -> Self {
        let (sin, cos) = turn.sin_cos();
        let corner = |sx: f64, sy: f64, from: f64| {
            (0..=5).map(move |k| {
                let (s, c) = (from + f64::from(k) / 5.0 * std::f64::consts::FRAC_PI_2).sin_cos();
                let (x, y) = (sx * (rx - round) + round * c, sy * (ry - round) + round * s);
                Point::new(centre.x + x * cos - y * sin, centre.y + x * sin + y * cos)
            })
        };
        let quarter = std::f64::consts::FRAC_PI_2;
        let corners = corner(1.0, 1.0, 0.0)
            .chain(corner(-1.0, 1.0, quarter))
            .chain(corner(-1.0, -1.0, 2.0 * quarter))
            .chain(corner(1.0, -1.0, 3.0 * quarter));
        Self(corners.collect())
    }

    /// How far `p` lies outside, negative inside.
    pub fn distance(&self, p: Point) -> f64 {
        let (mut nearest, mut inside) = (f64::MAX, false);
        let n = self.0.len();
        for i in 0..n {
            let (a, b) = (self.0[i], self.0[(i + n - 1) % n]);
            let (ex, ey, wx, wy) = (b.x - a.x, b.y - a.y, p.x - a.x, p.y - a.y);
            let t = ((wx * ex + wy * ey) / (ex * ex + ey * ey).max(1e-9)).clamp(0.0, 1.0);
            let (dx, dy) = (wx - ex * t, wy - ey * t);
            nearest = nearest.min(dx * dx + dy * dy);
            if (a.y > p.y) != (b.y > p.y) && p.x < a.x + (p.y - a.y) / (b.y - a.y) * (b.x - a.x) {
                inside = !inside;
            }
        }
        if inside { -nearest.sqrt() } else { nearest.sqrt() }
    }

    /// The same, moved.
    pub fn moved(&self, dx: f64, dy: f64) -> Self {
        Self(self.0.iter().map(|p| Point::new(p.x + dx, p.y + dy)).collect())
    }
}

/// A picture that is painted on, and how much of each pixel is the person.
#[derive(Debug, Clone)]
pub struct Canvas {
    /// Pixels a row.
    pub width: usize,
    /// Rows.
    pub height: usize,
    /// The pixels, row by row.
    pub pixels: Vec<Colour>,
    /// How much of each is the person.
    pub alpha: Plane,
}

impl Canvas {
    /// `picture` to be painted on.
    pub fn of(picture: &RgbImage, alpha: &Plane) -> Self {
        Self {
            width: picture.width() as usize,
            height: picture.height() as usize,
            pixels: picture.pixels().map(|p| p.0.map(f64::from)).collect(),
            alpha: alpha.clone(),
        }
    }

    /// What was painted.
    pub fn picture(&self) -> RgbImage {
        RgbImage::from_fn(self.width as u32, self.height as u32, |x, y| {
            let p = self.pixels[y as usize * self.width + x as usize];
            Rgb(p.map(|v| v.round().clamp(0.0, 255.0) as u8))
        })
    }

    /// The pixels' size.
    pub fn size(&self) -> Size {
        Size::new(self.width as u32, self.height as u32)
    }

    /// The person's share at a point.
    pub fn person(&self, p: Point) -> f64 {
        f64::from(self.alpha.sample(p.x, p.y))
    }

    /// The colour at a point, bilinear; the edge goes on beyond the frame.
    pub fn at(&self, p: Point) -> Colour {
        let (x, y) =
            (p.x.clamp(0.0, self.width as f64 - 1.0), p.y.clamp(0.0, self.height as f64 - 1.0));
        let (x0, y0) = (x as usize, y as usize);
        let (x1, y1) = ((x0 + 1).min(self.width - 1), (y0 + 1).min(self.height - 1));
        let of = |x: usize, y: usize| self.pixels[y * self.width + x];
        let (fx, fy) = (x.fract(), y.fract());
        mix(mix(of(x0, y0), of(x1, y0), fx), mix(of(x0, y1), of(x1, y1), fx), fy)
    }

    /// The mean colour of the person around a point.
    pub fn mean(&self, at: Point, radius: f64) -> Colour {
        let (mut sum, mut n) = ([0.0; 3], 1e-9);
        for k in 0..81 {
            let (dx, dy) = (f64::from(k % 9) / 4.0 - 1.0, f64::from(k / 9) / 4.0 - 1.0);
            let p = Point::new(at.x + dx * radius, at.y + dy * radius);
            let a = self.person(p) + 1e-6;
            let c = self.at(p);
            sum = std::array::from_fn(|i| sum[i] + a * c[i]);
            n += a;
        }
        sum.map(|v| v / n)
    }

    /// Changes every pixel: place, the person's share, colour.
    pub fn each(&mut self, mut change: impl FnMut(Point, f64, Colour) -> Colour) {
        let width = self.width;
        for (i, p) in self.pixels.iter_mut().enumerate() {
            let at = Point::new((i % width) as f64, (i / width) as f64);
            *p = change(at, f64::from(self.alpha.data()[i]), *p);
        }
    }

    /// Lays a shape over the picture, its edge `soft` pixels wide. The colour is told the place and how far outside it is.
    pub fn cover(
        &mut self,
        shape: &Outline,
        soft: f64,
        mut colour: impl FnMut(Point, f64) -> (Colour, f64),
    ) {
        let reach = soft + 1.0;
        let bound = |of: fn(&Point) -> f64, len: usize| {
            let (mut low, mut high) = (f64::MAX, f64::MIN);
            for p in &shape.0 {
                (low, high) = (low.min(of(p)), high.max(of(p)));
            }
            let low = (low - reach).max(0.0) as usize;
            (low, ((high + reach).max(-1.0) + 1.0).min(len as f64) as usize)
        };
        let (x0, x1) = bound(|p| p.x, self.width);
        let (y0, y1) = bound(|p| p.y, self.height);
        for y in y0..y1 {
            for x in x0..x1 {
                let p = Point::new(x as f64, y as f64);
                let d = shape.distance(p);
                let cover = (0.5 - d / soft.max(1.0)).clamp(0.0, 1.0);
                if cover > 0.0 {
                    let (new, opaque) = colour(p, d);
                    let i = y * self.width + x;
                    self.pixels[i] = mix(self.pixels[i], new, cover * opaque);
                    let a = &mut self.alpha.data_mut()[i];
                    *a = a.max((cover * opaque) as f32);
                }
            }
        }
    }

    /// Darkens the person around a shape, as its shadow does.
    pub fn shade(&mut self, shape: &Outline, blur: f64, depth: f64) {
        self.each_near(shape, blur, |d, a, p| {
            times(p, 1.0 - depth * a * (1.0 - step(-0.4 * blur, blur, d)))
        });
    }

    fn each_near(
        &mut self,
        shape: &Outline,
        reach: f64,
        change: impl Fn(f64, f64, Colour) -> Colour,
    ) {
        let width = self.width;
        let (mut x, mut y) = ((f64::MAX, f64::MIN), (f64::MAX, f64::MIN));
        for p in &shape.0 {
            (x, y) = ((x.0.min(p.x), x.1.max(p.x)), (y.0.min(p.y), y.1.max(p.y)));
        }
        for (i, p) in self.pixels.iter_mut().enumerate() {
            let at = Point::new((i % width) as f64, (i / width) as f64);
            if at.x > x.0 - reach && at.x < x.1 + reach && at.y > y.0 - reach && at.y < y.1 + reach
            {
                *p = change(shape.distance(at), f64::from(self.alpha.data()[i]), *p);
            }
        }
    }

    /// Every pixel is fetched where `back` says, person and all.
    pub fn warp(&mut self, back: impl Fn(Point) -> Point) {
        let old = self.clone();
        for i in 0..self.pixels.len() {
            let p = Point::new((i % self.width) as f64, (i / self.width) as f64);
            let q = back(p);
            if q != p {
                self.pixels[i] = old.at(q);
                self.alpha.data_mut()[i] = old.alpha.sample(q.x, q.y);
            }
        }
    }

    /// The same, with white where the picture has nothing.
    pub fn warp_on_white(&mut self, back: impl Fn(Point) -> Point) {
        let old = self.clone();
        let (w, h) = (self.width as f64, self.height as f64);
        for i in 0..self.pixels.len() {
            let q = back(Point::new((i % self.width) as f64, (i / self.width) as f64));
            let inside = q.x > -0.5 && q.y > -0.5 && q.x < w - 0.5 && q.y < h - 0.5;
            self.pixels[i] = if inside { old.at(q) } else { [255.0; 3] };
            self.alpha.data_mut()[i] = if inside { old.alpha.sample(q.x, q.y) } else { 0.0 };
        }
    }

    /// How far every pixel is from the person's outline, positive outside; good to `reach` pixels.
    pub fn outside(&self, reach: i64) -> Vec<f64> {
        let (w, h) = (self.width as i64, self.height as i64);
        let inside: Vec<bool> = self.alpha.data().iter().map(|a| *a > 0.5).collect();
        let at = |x: i64, y: i64| inside[(y.clamp(0, h - 1) * w + x.clamp(0, w - 1)) as usize];
        let mut out = vec![0.0; inside.len()];
        // Columns first, then rows: the squared distance is separable.
        let mut down = vec![reach * reach; inside.len()];
        for y in 0..h {
            for x in 0..w {
                let own = at(x, y);
                let near = (1..=reach).find(|k| at(x, y - k) != own || at(x, y + k) != own);
                down[(y * w + x) as usize] = near.map_or(reach * reach, |k| k * k);
            }
        }
        for y in 0..h {
            for x in 0..w {
                let own = at(x, y);
                let mut best = down[(y * w + x) as usize];
                for k in 1..=reach {
                    for x in [x - k, x + k] {
                        if (0..w).contains(&x) {
                            let across =
                                if at(x, y) == own { down[(y * w + x) as usize] } else { 0 };
                            best = best.min(k * k + across);
                        }
                    }
                }
                let d = (best as f64).sqrt() - 0.5;
                out[(y * w + x) as usize] = if own { -d } else { d };
            }
        }
        out
    }

    /// Blurred by a Gaussian of `sigma` pixels.
    pub fn blurred(&self, sigma: f64) -> Self {
        let reach = (2.5 * sigma).ceil() as i64;
        let weights: Vec<f64> =
            (-reach..=reach).map(|k| (-0.5 * (k as f64 / sigma).powi(2)).exp()).collect();
        let total: f64 = weights.iter().sum();
        let (w, h) = (self.width as i64, self.height as i64);
        let mut out = self.clone();
        for across in [true, false] {
            let from = out.pixels.clone();
            for y in 0..h {
                for x in 0..w {
                    let mut sum = [0.0; 3];
                    for (k, weight) in (-reach..=reach).zip(&weights) {
                        let (x, y) = if across { (x + k, y) } else { (x, y + k) };
                        let p = from[(y.clamp(0, h - 1) * w + x.clamp(0, w - 1)) as usize];
                        sum = std::array::from_fn(|i| sum[i] + weight * p[i]);
                    }
                    out.pixels[(y * w + x) as usize] = sum.map(|v| v / total);
                }
            }
        }
        out
    }
}

/// Cloth's and skin's small unevenness, about ±`depth` of the light.
pub fn grain(p: Point, scale: f64, depth: f64, seed: u64) -> f64 {
    1.0 + depth
        * (0.6 * noise(p.x / scale, p.y / scale, seed)
            + 0.4 * noise(2.7 * p.x / scale, 2.7 * p.y / scale, seed ^ 77))
}
