//! Owned pixel buffers. Colour pictures are [`image::RgbImage`]; everything with one value per pixel is a [`Plane`].

use crate::geometry::{Affine, Point, Size};

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
    pub fn sample(&self, x: f64, y: f64) -> f32 {
        if self.data.is_empty() {
            return 0.0;
        }
        let (w, h) = (self.width(), self.height());
        let (x, y) = (x.clamp(0.0, (w - 1) as f64), y.clamp(0.0, (h - 1) as f64));
        let (x0, y0) = (x as usize, y as usize);
        let (fx, fy) = ((x - x0 as f64) as f32, (y - y0 as f64) as f32);
        let (x1, y1) = ((x0 + 1).min(w - 1), (y0 + 1).min(h - 1));
        let (upper, lower) = (&self.data[y0 * w..][..w], &self.data[y1 * w..][..w]);
        let top = upper[x0] * (1.0 - fx) + upper[x1] * fx;
        let bottom = lower[x0] * (1.0 - fx) + lower[x1] * fx;
        top * (1.0 - fy) + bottom * fy
    }

    /// The plane at another size, outer edges on outer edges, bilinear.
    #[must_use]
    pub fn resized(&self, size: Size) -> Self {
        let mut out = Self::filled(size, 0.0);
        let back = Affine::resize(size, self.size);
        let width = size.width.max(1) as usize;
        for (y, row) in out.data.chunks_exact_mut(width).enumerate() {
            for (x, v) in row.iter_mut().enumerate() {
                let p = back.apply(Point::new(x as f64, y as f64));
                *v = self.sample(p.x, p.y);
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
    fn data_of_the_wrong_length_is_refused() {
        assert!(Plane::from_data(Size::new(2, 2), vec![0.0; 3]).is_none());
    }
}
