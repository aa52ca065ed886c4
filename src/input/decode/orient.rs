//! EXIF orientation, applied to the pixels.

use image::metadata::Orientation;
use image::{DynamicImage, RgbImage};

use crate::base::geometry::Size;

/// The size of a stored picture after `orientation`, 1..=8, is applied: 5..=8 swap the sides.
pub(super) const fn upright_size(stored: Size, orientation: u8) -> Size {
    if orientation >= 5 { stored.transposed() } else { stored }
}

/// The picture upright, for an EXIF orientation of 1..=8; other values leave it as it is.
///
/// Flips and the half turn work in place; quarter turns hold a second copy while they run.
pub(super) fn oriented(picture: RgbImage, orientation: u8) -> RgbImage {
    let Some(orientation) = Orientation::from_exif(orientation) else { return picture };
    let mut picture = DynamicImage::ImageRgb8(picture);
    picture.apply_orientation(orientation);
    picture.into_rgb8()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Where the stored picture's top left and top right pixel must show, per EXIF 2.32 section 4.6.5.A, tag 274:
    /// the tag says which visual edge row 0 and column 0 are.
    #[test]
    fn puts_row_and_column_zero_where_exif_says() {
        let stored = RgbImage::from_fn(3, 2, |x, y| image::Rgb([(10 * y + x) as u8; 3]));
        // upright rows for each orientation, worked by hand from the stored rows 0 1 2 / 10 11 12
        let expected: [&[&[u8]]; 8] = [
            &[&[0, 1, 2], &[10, 11, 12]],
            &[&[2, 1, 0], &[12, 11, 10]],
            &[&[12, 11, 10], &[2, 1, 0]],
            &[&[10, 11, 12], &[0, 1, 2]],
            &[&[0, 10], &[1, 11], &[2, 12]],
            &[&[10, 0], &[11, 1], &[12, 2]],
            &[&[12, 2], &[11, 1], &[10, 0]],
            &[&[2, 12], &[1, 11], &[0, 10]],
        ];
        for (i, rows) in expected.iter().enumerate() {
            let upright = oriented(stored.clone(), i as u8 + 1);
            let found: Vec<Vec<u8>> = upright.rows().map(|r| r.map(|p| p.0[0]).collect()).collect();
            assert_eq!(found, *rows, "orientation {}", i + 1);
            let size = upright_size(Size::new(3, 2), i as u8 + 1);
            assert_eq!((size.width, size.height), upright.dimensions());
        }
    }
}
