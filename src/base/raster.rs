//! Owned pixel buffers. Colour pictures are [`image::RgbImage`]; everything with one value per pixel is a [`Plane`].

use crate::base::geometry::{Affine, Point, Size};

/// One `f32` per pixel, row after row: an alpha (0 background … 1 person), a probability, a luminance.
#[derive(Debug, Clone, PartialEq)]
pub struct Plane {
    size: Size,
    data: Vec<f32>,
}

impl Plane {
    /// A plane of `size` in which every pixel holds `value`.
    #[must_use]
    pub fn filled(size: Size, value: f32) -> Self {
        Self { size, data: vec![value; size.area() as usize] }
    }

    /// A plane made of row-major `data`, or `None` when its length is not the area of `size`.
    #[must_use]
    pub fn from_data(size: Size, data: Vec<f32>) -> Option<Self> {
        (data.len() as u64 == size.area()).then_some(Self { size, data })
    }

    /// Width and height.
    #[must_use]
    pub const fn size(&self) -> Size {
        self.size
    }

    /// Pixels per row.
    #[must_use]
    pub const fn width(&self) -> usize {
        self.size.width as usize
    }

    /// Rows.
    #[must_use]
    pub const fn height(&self) -> usize {
        self.size.height as usize
    }

    /// All values, row after row.
    #[must_use]
    pub fn data(&self) -> &[f32] {
        &self.data
    }

    /// All values, row after row, to be changed.
    pub fn data_mut(&mut self) -> &mut [f32] {
        &mut self.data
    }

    /// The value at column `x`, row `y`, clamped to the plane's edge; 0 for an empty plane.
    #[must_use]
    pub fn at(&self, x: i64, y: i64) -> f32 {
        if self.data.is_empty() {
            return 0.0;
        }
        let x = x.clamp(0, self.width() as i64 - 1) as usize;
        let y = y.clamp(0, self.height() as i64 - 1) as usize;
        self.data[y * self.width() + x]
    }

    /// The bilinear value between pixel centres, clamped to the plane's edge.
    #[must_use]
    #[inline]
    pub fn sample(&self, x: f64, y: f64) -> f32 {
        if self.data.is_empty() {
            return 0.0;
        }
        let w = self.width();
        let ([x0, x1], fx) = between(x, w);
        let ([y0, y1], fy) = between(y, self.height());
        let (upper, lower) = (&self.data[y0 * w..][..w], &self.data[y1 * w..][..w]);
        mixed(mixed(upper[x0], upper[x1], fx), mixed(lower[x0], lower[x1], fx), fy)
    }

    /// The plane at another size, outer edges on outer edges, bilinear.
    #[must_use]
    pub fn resized(&self, size: Size) -> Self {
        self.fetched(&Affine::resize(size, self.size), size)
    }

    /// A plane of `size` whose pixels are [`Self::sample`]d where `back` takes them.
    #[must_use]
    pub fn fetched(&self, back: &Affine, size: Size) -> Self {
        let mut out = Self::filled(size, 0.0);
        if self.data.is_empty() {
            return out;
        }
        let width = size.width.max(1) as usize;
        let place = |x: usize, y: usize| back.apply(Point::new(x as f64, y as f64));
        let rows = out.data.chunks_exact_mut(width).enumerate();
        let [[_, lean, _], [turn, _, _]] = back.0;
        if lean != 0.0 || turn != 0.0 {
            for (y, row) in rows {
                for (x, v) in row.iter_mut().enumerate() {
                    let p = place(x, y);
                    *v = self.sample(p.x, p.y);
                }
            }
            return out;
        }
        // upright: columns are the same in every row, and a row is a mixture of two
        let columns: Vec<_> = (0..width).map(|x| between(place(x, 0).x, self.width())).collect();
        for (y, row) in rows {
            let ([y0, y1], fy) = between(place(0, y).y, self.height());
            let (upper, lower) = (self.row(y0), self.row(y1));
            for (v, ([x0, x1], fx)) in row.iter_mut().zip(&columns) {
                let top = mixed(upper[*x0], upper[*x1], *fx);
                *v = mixed(top, mixed(lower[*x0], lower[*x1], *fx), fy);
            }
        }
        out
    }

    /// One row, or an empty slice below the last.
    #[must_use]
    pub fn row(&self, y: usize) -> &[f32] {
        let w = self.width();
        self.data.get(y * w..(y + 1) * w).unwrap_or(&[])
    }

    /// The values as 8-bit grey, 0 → 0 and 1 → 255, rounded.
    #[must_use]
    pub fn to_gray(&self) -> image::GrayImage {
        let bytes = self.data.iter().map(|v| (v.clamp(0.0, 1.0) * 255.0 + 0.5) as u8).collect();
        image::GrayImage::from_raw(self.size.width, self.size.height, bytes).unwrap_or_default()
    }
}

/// The two places of an axis of `len` ≥ 1 pixels that a coordinate lies between, and how far it is from the first to the second.
#[inline(always)]
fn between(at: f64, len: usize) -> ([usize; 2], f32) {
    // no plane has more than 2³¹ pixels a side, and a conversion to 32 bits is one instruction
    let last = len as i32 - 1;
    let at = at.clamp(0.0, f64::from(last));
    let first = at as i32;
    ([first as usize, (first + 1).min(last) as usize], (at - f64::from(first)) as f32)
}

#[inline(always)]
fn mixed(a: f32, b: f32, share: f32) -> f32 {
    a * (1.0 - share) + b * share
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sampling_half_way_between_pixels_averages_them() {
        let plane =
            Plane::from_data(Size::new(2, 2), vec![0.0, 1.0, 2.0, 3.0]).expect("four values");
        assert_eq!(plane.sample(0.5, 0.5), 1.5);
        assert_eq!(plane.sample(-9.0, 0.0), 0.0);
        assert_eq!(plane.sample(9.0, 9.0), 3.0);
    }

    #[test]
    fn a_plane_fetched_upright_or_turned_is_what_sampling_gives() {
        let data = (0..63).map(|i| (i * 29 % 63) as f32 / 63.0).collect();
        let plane = Plane::from_data(Size::new(9, 7), data).expect("63 values");
        let size = Size::new(13, 11);
        for back in [
            Affine([[0.8, 0.0, -1.2], [0.0, 0.7, 0.4]]),
            Affine([[0.8, 0.1, -1.2], [-0.1, 0.7, 0.4]]),
        ] {
            let fetched = plane.fetched(&back, size);
            for (i, v) in fetched.data().iter().enumerate() {
                let p = back.apply(Point::new((i % 13) as f64, (i / 13) as f64));
                assert_eq!(*v, plane.sample(p.x, p.y));
            }
        }
    }

    #[test]
    fn data_of_the_wrong_length_is_refused() {
        assert!(Plane::from_data(Size::new(2, 2), vec![0.0; 3]).is_none());
    }
}
