//! Pictures small enough that a page with thousands of them still opens.

use image::codecs::jpeg::JpegEncoder;
use image::imageops;

use crate::base::geometry::Size;
use crate::input::decode::{Limits, Opened, Reduction};

/// The longer side of a thumbnail, in pixels: 3 000 photos with two pictures each make a page of about 40 MB, which browsers open.
const SIDE: u32 = 176;

/// A small JPEG of the picture in `file`, upright sRGB, or `None` where it cannot be decoded.
#[must_use]
pub fn thumbnail(file: &[u8]) -> Option<Vec<u8>> {
    let opened = Opened::open(file, &Limits::default()).ok()?;
    let longer = |size: Size| size.width.max(size.height);
    // The most reduced decoding that still has twice the pixels: averaging does the rest.
    let reduction = Reduction::ALL
        .into_iter()
        .rev()
        .find(|r| longer(r.apply(opened.upright_size())) >= 2 * SIDE)
        .unwrap_or(Reduction::Full);
    let pixels = opened.decode(reduction).ok()?.pixels;
    let (width, height) = pixels.dimensions();
    let share = (f64::from(SIDE) / f64::from(width.max(height).max(1))).min(1.0);
    let scaled = |side: u32| ((f64::from(side) * share).round() as u32).max(1);
    let small = imageops::thumbnail(&pixels, scaled(width), scaled(height));
    let mut jpeg = Vec::new();
    JpegEncoder::new_with_quality(&mut jpeg, 70).encode_image(&small).ok()?;
    Some(jpeg)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_thumbnail_is_a_small_jpeg_of_the_same_shape() {
        let mut png = std::io::Cursor::new(Vec::new());
        image::RgbImage::from_pixel(600, 1200, image::Rgb([200, 30, 30]))
            .write_to(&mut png, image::ImageFormat::Png)
            .expect("memory");
        let jpeg = thumbnail(png.get_ref()).expect("a thumbnail");
        let decoded = crate::input::decode::decode(&jpeg, &Limits::default(), Reduction::Full);
        let pixels = decoded.expect("a picture").pixels;
        assert_eq!(pixels.dimensions(), (88, 176));
        assert!(pixels.get_pixel(44, 88).0[0] > 180 && jpeg.len() < 4_000);
    }

    #[test]
    fn what_is_no_picture_has_no_thumbnail() {
        assert_eq!(thumbnail(b"no picture"), None);
    }
}
