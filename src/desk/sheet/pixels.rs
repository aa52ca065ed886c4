//! Sheets as pixels, at the printer's resolution.

use std::io::Cursor;

use image::codecs::jpeg::{JpegEncoder, PixelDensity};
use image::imageops::{self, FilterType};
use image::{Rgb, RgbImage};

use super::{Mark, Page};
use crate::base::error::{Error, Result};
use crate::base::units::{Dpi, Mm};

/// The grey of a line along a card's edge.
const LINE: Rgb<u8> = Rgb([153; 3]);

/// A page with `pictures` (sRGB) in their places. Every edge lies on the pixel nearest to it.
#[must_use]
pub fn page(sheet: &Page, pictures: &[RgbImage], dpi: Dpi) -> RgbImage {
    let px = |mm: f64| Mm::new(mm).to_px(dpi).round().clamp(0.0, 1e5) as u32;
    let mut page =
        RgbImage::from_pixel(px(sheet.width).max(1), px(sheet.height).max(1), Rgb([255; 3]));
    for place in &sheet.places {
        let Some(picture) = pictures.get(place.picture) else { continue };
        let slot = place.slot;
        let (x, y) = (px(slot.x), px(slot.y));
        let (w, h) = (px(slot.x + slot.width) - x, px(slot.y + slot.height) - y);
        let turned;
        let picture = if place.turned {
            turned = imageops::rotate90(picture);
            &turned
        } else {
            picture
        };
        if picture.dimensions() == (w, h) {
            imageops::replace(&mut page, picture, x.into(), y.into());
        } else {
            let fitted = imageops::resize(picture, w.max(1), h.max(1), FilterType::Lanczos3);
            imageops::replace(&mut page, &fitted, x.into(), y.into());
        }
    }
    let pixels = |[from, to]: &Mark| {
        let (x0, x1) = (px(from.0.min(to.0)), px(from.0.max(to.0)));
        let (y0, y1) = (px(from.1.min(to.1)), px(from.1.max(to.1)));
        (y0..=y1).flat_map(move |y| (x0..=x1).map(move |x| (x, y)))
    };
    for (x, y) in sheet.marks.iter().flat_map(pixels) {
        // A pixel of a card is never a mark's, however coarse the page.
        let on_card = sheet.places.iter().map(|p| p.slot).any(|s| {
            (px(s.x)..px(s.x + s.width)).contains(&x) && (px(s.y)..px(s.y + s.height)).contains(&y)
        });
        if let Some(pixel) = page.get_pixel_mut_checked(x, y)
            && !on_card
        {
            *pixel = Rgb([0; 3]);
        }
    }
    for (x, y) in sheet.lines.iter().flat_map(pixels) {
        if let Some(pixel) = page.get_pixel_mut_checked(x, y) {
            *pixel = LINE;
        }
    }
    page
}

/// The page as a JPEG of quality 95 that says its resolution.
///
/// # Errors
/// [`Error::Internal`] when the page is larger than a JPEG can be.
pub fn jpeg(page: &RgbImage, dpi: Dpi) -> Result<Vec<u8>> {
    let mut bytes = Vec::new();
    let mut encoder = JpegEncoder::new_with_quality(&mut bytes, 95);
    encoder.set_pixel_density(PixelDensity::dpi(dpi.to_dpi()));
    encoder
        .encode_image(page)
        .map_err(|e| Error::Internal { stage: "sheet", reason: e.to_string() })?;
    Ok(bytes)
}

/// The page as a PNG that says its resolution, in pixels per metre as PNG has it.
///
/// # Errors
/// [`Error::Internal`] when it cannot be encoded.
pub fn png(page: &RgbImage, dpi: Dpi) -> Result<Vec<u8>> {
    let failed = |e: png::EncodingError| Error::Internal { stage: "sheet", reason: e.to_string() };
    let mut bytes = Cursor::new(Vec::new());
    let mut encoder = png::Encoder::new(&mut bytes, page.width(), page.height());
    encoder.set_color(png::ColorType::Rgb);
    encoder.set_depth(png::BitDepth::Eight);
    let per_metre = (f64::from(dpi.to_dpi()) / 0.0254).round() as u32;
    encoder.set_pixel_dims(Some(png::PixelDimensions {
        xppu: per_metre,
        yppu: per_metre,
        unit: png::Unit::Meter,
    }));
    let mut writer = encoder.write_header().map_err(failed)?;
    writer.write_image_data(page.as_raw()).map_err(failed)?;
    writer.finish().map_err(failed)?;
    Ok(bytes.into_inner())
}

#[cfg(test)]
mod tests {
    use super::super::{Layout, Paper, SheetPlan, pages};
    use super::*;

    fn sheet(dpi: u16) -> RgbImage {
        let plan = SheetPlan::new(&Layout::new(Paper::SIX_INCH, Mm::new(26.0), Mm::new(32.0)));
        let plan = plan.expect("fits");
        let card = RgbImage::from_pixel(358, 441, Rgb([200, 40, 40]));
        let cards = pages(1, None, plan.capacity());
        page(&plan.page(&cards[0]), &[card], Dpi::new(dpi))
    }

    #[test]
    fn a_card_measures_what_it_should_at_any_resolution() {
        for dpi in [150, 300, 600] {
            let sheet = sheet(dpi);
            let long = f64::from(sheet.width().max(sheet.height()));
            assert!((long - 152.0 / 25.4 * f64::from(dpi)).abs() <= 0.5, "{dpi} dpi");
            let red = sheet.pixels().filter(|p| p.0 == [200, 40, 40]).count() as f64;
            let mm = (red / 12.0).sqrt() / f64::from(dpi) * 25.4;
            assert!((mm - (26.0f64 * 32.0).sqrt()).abs() < 0.1, "{dpi} dpi: {mm} mm");
            assert!(sheet.pixels().any(|p| p.0 == [0; 3]), "no marks at {dpi} dpi");
        }
    }

    #[test]
    fn both_files_say_their_resolution_and_open() {
        let sheet = sheet(300);
        let (jpeg, png) = (jpeg(&sheet, Dpi::new(300)), png(&sheet, Dpi::new(300)));
        for file in [jpeg.expect("a JPEG"), png.expect("a PNG")] {
            let limits = crate::input::decode::Limits::default();
            let opened = crate::input::decode::Opened::open(&file, &limits).expect("opens");
            let [x, y] = opened.facts().dpi.expect("a resolution");
            assert!((x - 300.0).abs() < 0.1 && (y - 300.0).abs() < 0.1, "{x} × {y}");
        }
    }
}
