//! Points, sizes, and similarity transforms in pixels. Pixel centres lie at integer coordinates.

use serde::{Deserialize, Serialize};

/// A position in pixels, x to the right, y down; pixel centres at integers.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, Deserialize)]
#[serde(from = "[f64; 2]", into = "[f64; 2]")]
pub struct Point {
    /// Pixels to the right of the centre of the first column.
    pub x: f64,
    /// Pixels below the centre of the first row.
    pub y: f64,
}

impl From<[f64; 2]> for Point {
    fn from([x, y]: [f64; 2]) -> Self {
        Self { x, y }
    }
}

impl From<Point> for [f64; 2] {
    fn from(p: Point) -> Self {
        [p.x, p.y]
    }
}

impl Point {
    /// A point at `x`, `y`.
    #[must_use]
    pub const fn new(x: f64, y: f64) -> Self {
        Self { x, y }
    }

    /// The point half way to `other`.
    #[must_use]
    pub fn midpoint(self, other: Self) -> Self {
        Self::new((self.x + other.x) / 2.0, (self.y + other.y) / 2.0)
    }

    /// The distance to `other`, in pixels.
    #[must_use]
    pub fn distance(self, other: Self) -> f64 {
        libm::hypot(self.x - other.x, self.y - other.y)
    }
}

/// A width and a height in pixels.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
pub struct Size {
    /// Pixels per row.
    pub width: u32,
    /// Rows.
    pub height: u32,
}

impl Size {
    /// A size of `width` × `height`.
    #[must_use]
    pub const fn new(width: u32, height: u32) -> Self {
        Self { width, height }
    }

    /// The number of pixels.
    #[must_use]
    pub const fn area(self) -> u64 {
        self.width as u64 * self.height as u64
    }

    /// The size of the picture after a quarter turn.
    #[must_use]
    pub const fn transposed(self) -> Self {
        Self { width: self.height, height: self.width }
    }
}

/// An affine map of the plane: `x' = a x + b y + tx`, `y' = c x + d y + ty`, written `[[a, b, tx], [c, d, ty]]`.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Affine(pub [[f64; 3]; 2]);

impl Affine {
    /// The map that leaves every point where it is.
    pub const IDENTITY: Self = Self([[1.0, 0.0, 0.0], [0.0, 1.0, 0.0]]);

    /// A similarity: turns by `radians` (positive: x axis towards y axis, clockwise on screen), scales, and takes `from` to `to`.
    #[must_use]
    pub fn similarity(scale: f64, radians: f64, from: Point, to: Point) -> Self {
        let (s, c) = libm::sincos(radians);
        let (a, b) = (scale * c, -scale * s);
        Self([[a, b, to.x - a * from.x - b * from.y], [-b, a, to.y + b * from.x - a * from.y]])
    }

    /// The map between two sizes of one picture, aligned at the outer edges: `x' = (x + 1/2) w'/w - 1/2`.
    #[must_use]
    pub fn resize(from: Size, to: Size) -> Self {
        let sx = f64::from(to.width) / f64::from(from.width.max(1));
        let sy = f64::from(to.height) / f64::from(from.height.max(1));
        Self([[sx, 0.0, 0.5 * sx - 0.5], [0.0, sy, 0.5 * sy - 0.5]])
    }

    /// The map of a picture of `size` turned by `degrees` clockwise: 90, 180, 270; any other number leaves it as it is.
    #[must_use]
    pub fn quarter_turned(degrees: u16, size: Size) -> Self {
        let (w, h) = (f64::from(size.width), f64::from(size.height));
        match degrees {
            90 => Self([[0.0, -1.0, h - 1.0], [1.0, 0.0, 0.0]]),
            180 => Self([[-1.0, 0.0, w - 1.0], [0.0, -1.0, h - 1.0]]),
            270 => Self([[0.0, 1.0, 0.0], [-1.0, 0.0, w - 1.0]]),
            _ => Self::IDENTITY,
        }
    }

    /// Where `p` goes.
    #[must_use]
    pub fn apply(&self, p: Point) -> Point {
        let [r, s] = self.0;
        Point::new(r[0] * p.x + r[1] * p.y + r[2], s[0] * p.x + s[1] * p.y + s[2])
    }

    /// This map after `first`.
    #[must_use]
    pub fn after(&self, first: &Self) -> Self {
        let (m, n) = (self.0, first.0);
        let mut out = [[0.0; 3]; 2];
        for i in 0..2 {
            for j in 0..3 {
                out[i][j] =
                    m[i][0] * n[0][j] + m[i][1] * n[1][j] + if j == 2 { m[i][2] } else { 0.0 };
            }
        }
        Self(out)
    }

    /// The map back, or `None` where the plane is squashed to a line.
    #[must_use]
    pub fn inverse(&self) -> Option<Self> {
        let [[a, b, tx], [c, d, ty]] = self.0;
        let det = a * d - b * c;
        if !det.is_finite() || det.abs() < 1e-300 {
            return None;
        }
        let (ia, ib, ic, id) = (d / det, -b / det, -c / det, a / det);
        Some(Self([[ia, ib, -ia * tx - ib * ty], [ic, id, -ic * tx - id * ty]]))
    }

    /// How much lengths grow: the square root of the area's growth.
    #[must_use]
    pub fn scale(&self) -> f64 {
        let [[a, b, _], [c, d, _]] = self.0;
        (a * d - b * c).abs().sqrt()
    }

    /// The turn in degrees, positive clockwise on screen.
    #[must_use]
    pub fn degrees(&self) -> f64 {
        libm::atan2(self.0[1][0], self.0[0][0]).to_degrees()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn inverse_of_a_similarity_leads_back(scale in 0.01..50.0f64, turn in -4.0..4.0f64, x in -1e4..1e4f64, y in -1e4..1e4f64) {
            let map = Affine::similarity(scale, turn, Point::new(x, y), Point::new(179.0, 207.0));
            prop_assert!(map.apply(Point::new(x, y)).distance(Point::new(179.0, 207.0)) < 1e-6);
            let back = map.inverse().expect("a similarity has an inverse");
            let p = Point::new(17.0, -3.0);
            prop_assert!(back.apply(map.apply(p)).distance(p) < 1e-6);
            prop_assert!((map.scale() / scale - 1.0).abs() < 1e-9);
            let both = map.after(&back);
            prop_assert!(both.apply(p).distance(p) < 1e-6);
        }
    }

    #[test]
    fn resizing_keeps_the_outer_edges() {
        let map = Affine::resize(Size::new(100, 200), Size::new(50, 400));
        assert_eq!(map.apply(Point::new(-0.5, -0.5)), Point::new(-0.5, -0.5));
        assert_eq!(map.apply(Point::new(99.5, 199.5)), Point::new(49.5, 399.5));
    }
}
