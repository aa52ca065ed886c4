//! WebP, BMP and GIF: formats whose decoder gives the whole picture at once.

use std::io::Cursor;

use image::codecs::{bmp::BmpDecoder, gif::GifDecoder, webp::WebPDecoder};
use image::{ColorType, ImageDecoder, ImageError, RgbImage};

use super::profile::Ink;
use super::{
    Format, Header, Limits, MEMORY_BUDGET, Note, SourceFacts, StoredPixels, check_memory, exif,
};
use crate::base::error::{Error, Result};
use crate::base::geometry::Size;

fn explain(format: Format, error: &ImageError) -> Error {
    match error {
        ImageError::Unsupported(e) => Error::UnsupportedFormat { what: e.to_string() },
        ImageError::Limits(e) => Error::TooLarge {
            what: "the memory to decode it",
            actual: e.to_string(),
            limit: super::mebibytes(MEMORY_BUDGET),
        },
        other => Error::Damaged { format: format.display_name(), reason: other.to_string() },
    }
}

fn decoder<'a>(format: Format, bytes: &'a [u8]) -> Result<Box<dyn ImageDecoder + 'a>> {
    let cursor = Cursor::new(bytes);
    let made: std::result::Result<Box<dyn ImageDecoder + 'a>, ImageError> = match format {
        Format::WebP => WebPDecoder::new(cursor).map(|d| Box::new(d) as _),
        Format::Gif => GifDecoder::new(cursor).map(|d| Box::new(d) as _),
        _ => BmpDecoder::new(cursor).map(|d| Box::new(d) as _),
    };
    made.map_err(|e| explain(format, &e))
}

/// Reads the header of a WebP, BMP or GIF file.
pub(super) fn open(format: Format, bytes: &[u8], limits: &Limits) -> Result<Header> {
    if let (Format::Bmp, Some(size)) = (format, bitmap_size(bytes)) {
        limits.check_size("BMP", size)?;
    }
    let mut decoder = decoder(format, bytes)?;
    let (width, height) = decoder.dimensions();
    let stored = Size::new(width, height);
    limits.check_size(format.display_name(), stored)?;
    let mut facts = SourceFacts::new(format, stored, bytes);
    facts.alpha = decoder.color_type().has_alpha();
    match format {
        Format::Gif => {
            facts.palette = true;
            facts.components = 1;
        }
        Format::Bmp => {
            let bits = little16(bytes, if little16(bytes, 14) == Some(12) { 24 } else { 28 })
                .unwrap_or(24);
            facts.palette = bits <= 8;
            facts.components = if bits <= 8 { 1 } else { 3 + u8::from(facts.alpha) };
            facts.bits = if bits <= 8 { bits as u8 } else { 8 };
            if let Some((x, y)) = little32(bytes, 38).zip(little32(bytes, 42)) {
                facts.dpi = exif::dpi(2, f64::from(x) * 0.0254, f64::from(y) * 0.0254);
            }
        }
        _ => facts.components = 3 + u8::from(facts.alpha),
    }
    let mut header = Header::new(facts);
    if let Ok(Some(block)) = decoder.exif_metadata() {
        header.take_exif(&block);
    }
    if let Ok(Some(packet)) = decoder.xmp_metadata() {
        header.take_xmp(&packet);
    }
    if let Ok(Some(icc)) = decoder.icc_profile() {
        header.take_icc(icc);
    }
    let frames = match format {
        Format::Gif => {
            let scan = scan_gif(bytes);
            header.facts.alpha = scan.transparent;
            scan.frames
        }
        // VP8X, with the animation bit of its flags (WebP container specification, "Extended File Format").
        Format::WebP
            if bytes.get(12..16) == Some(b"VP8X")
                && bytes.get(20).is_some_and(|flags| flags & 2 != 0) =>
        {
            2
        }
        _ => 1,
    };
    if frames > 1 {
        header.notes.push(Note::FirstFrameOnly);
    }
    Ok(header)
}

/// Decodes the first frame.
pub(super) fn decode(bytes: &[u8], header: &Header, notes: &mut Vec<Note>) -> Result<StoredPixels> {
    let (format, size) = (header.facts.format, header.facts.stored);
    let mut decoder = decoder(format, bytes)?;
    let channels: u64 = match decoder.color_type() {
        ColorType::Rgba8 => 4,
        ColorType::Rgb8 => 3,
        other => {
            return Err(Error::UnsupportedFormat {
                what: format!("{} with {other:?} pixels", format.display_name()),
            });
        }
    };
    // The decoder's planes and its output, then ours, or a turned copy.
    check_memory(size.area() * (4 + channels + 3))?;
    let mut allocations = image::Limits::no_limits();
    allocations.max_alloc = Some(MEMORY_BUDGET);
    decoder.set_limits(allocations).map_err(|e| explain(format, &e))?;
    let mut samples = vec![0; (size.area() * channels) as usize];
    if decoder.total_bytes() != samples.len() as u64 {
        return Err(Error::Damaged {
            format: format.display_name(),
            reason: "its headers disagree about its size".to_owned(),
        });
    }
    decoder.read_image_boxed(&mut samples).map_err(|e| explain(format, &e))?;
    let converter = header.converter(Ink::Rgb, channels == 4, notes);
    let whole = |rgb| {
        RgbImage::from_raw(size.width, size.height, rgb)
            .map(|rgb| StoredPixels { rgb, lost_share: 0.0 })
    };
    let pixels =
        whole(if converter.is_passthrough() { samples } else { converter.picture(&samples, size) });
    pixels.ok_or_else(|| Error::Damaged {
        format: format.display_name(),
        reason: "it is cut short".to_owned(),
    })
}

/// Width and height out of a bitmap's info header, where the decoder has not yet judged them; a negative height means top-down.
fn bitmap_size(bytes: &[u8]) -> Option<Size> {
    let side = |at| little32(bytes, at).map(|v| v.cast_signed().unsigned_abs());
    (little32(bytes, 14)? >= 40).then_some(Size::new(side(18)?, side(22)?))
}

fn little16(bytes: &[u8], at: usize) -> Option<u16> {
    bytes.get(at..)?.first_chunk().map(|b| u16::from_le_bytes(*b))
}

fn little32(bytes: &[u8], at: usize) -> Option<u32> {
    bytes.get(at..)?.first_chunk().map(|b| u32::from_le_bytes(*b))
}

/// What the blocks of a GIF say.
#[derive(Debug, Default, PartialEq, Eq)]
struct GifScan {
    frames: u32,
    /// Whether the first frame has transparent pixels or does not cover the screen.
    transparent: bool,
}

/// Walks the blocks of a GIF up to the second frame (`GIF89a`, appendix B).
fn scan_gif(bytes: &[u8]) -> GifScan {
    let mut scan = GifScan::default();
    let table = |flags: u8| if flags & 0x80 != 0 { 3 << ((flags & 7) + 1) } else { 0 };
    let screen = bytes.get(6..10);
    let mut at = 13 + bytes.get(10).map_or(0, |f| table(*f));
    while let Some(&introducer) = bytes.get(at) {
        match introducer {
            0x21 => {
                if scan.frames == 0 && bytes.get(at + 1) == Some(&0xF9) {
                    scan.transparent |= bytes.get(at + 3).is_some_and(|f| f & 1 != 0);
                }
                at += 2;
            }
            0x2C => {
                scan.frames += 1;
                if scan.frames > 1 {
                    break;
                }
                let covers = bytes.get(at + 1..at + 5) == Some(&[0; 4])
                    && bytes.get(at + 5..at + 9) == screen;
                scan.transparent |= !covers;
                at += 11 + bytes.get(at + 9).map_or(0, |f| table(*f));
            }
            _ => break,
        }
        while let Some(&length) = bytes.get(at).filter(|l| **l != 0) {
            at += 1 + usize::from(length);
        }
        at += 1;
    }
    scan
}

#[cfg(test)]
mod tests {
    use image::codecs::gif::GifEncoder;
    use image::{Delay, Frame, RgbaImage};

    use super::*;

    fn gif(frames: usize, alpha: u8) -> Vec<u8> {
        let mut out = Vec::new();
        let mut encoder = GifEncoder::new(&mut out);
        for _ in 0..frames {
            let picture = RgbaImage::from_pixel(9, 5, image::Rgba([200, 40, 40, alpha]));
            encoder
                .encode_frame(Frame::from_parts(picture, 0, 0, Delay::from_numer_denom_ms(10, 1)))
                .expect("in memory");
        }
        drop(encoder);
        out
    }

    #[test]
    fn tells_still_gifs_from_animations_and_opaque_from_transparent() {
        assert_eq!(scan_gif(&gif(1, 255)), GifScan { frames: 1, transparent: false });
        assert_eq!(scan_gif(&gif(3, 0)), GifScan { frames: 2, transparent: true });
    }

    #[test]
    fn survives_every_prefix_of_a_gif() {
        let whole = gif(2, 255);
        for n in 0..whole.len() {
            let _ = scan_gif(&whole[..n]);
        }
    }
}
