//! PNG: rows as they come, so that a picture cut short still gives its upper part.

use std::io::Cursor;

use image::RgbImage;
use png::{BitDepth, ColorType, Decoder, InterlaceInfo, Limits as PngLimits, Transformations};

use super::profile::Ink;
use super::{
    ColorModel, Format, Header, Limits, Note, SourceFacts, StoredPixels, check_memory, exif,
};
use crate::base::error::{Error, Result};
use crate::base::geometry::Size;

/// Bytes the decoder may hold for itself: chunks of metadata and two rows.
const WORKING_BYTES: usize = 64 << 20;

fn damaged(error: &png::DecodingError) -> Error {
    Error::Damaged { format: "PNG", reason: error.to_string() }
}

fn decoder(bytes: &[u8]) -> Decoder<Cursor<&[u8]>> {
    let mut decoder =
        Decoder::new_with_limits(Cursor::new(bytes), PngLimits { bytes: WORKING_BYTES });
    decoder.set_transformations(Transformations::EXPAND);
    decoder
}

/// Reads the chunks before the picture data.
pub(super) fn open(bytes: &[u8], limits: &Limits) -> Result<Header> {
    // IHDR must come first; its size is checked before the decoder sees the file.
    let stored = match bytes.get(8..24) {
        Some([_, _, _, _, b'I', b'H', b'D', b'R', w @ .., h3, h2, h1, h0]) if w.len() == 4 => {
            let width = w.first_chunk::<4>().map_or(0, |w| u32::from_be_bytes(*w));
            Size::new(width, u32::from_be_bytes([*h3, *h2, *h1, *h0]))
        }
        _ => {
            return Err(Error::Damaged {
                format: "PNG",
                reason: "it does not begin with its header".to_owned(),
            });
        }
    };
    limits.check_size("PNG", stored)?;
    let reader = decoder(bytes).read_info().map_err(|e| damaged(&e))?;
    let info = reader.info();
    let mut facts = SourceFacts::new(Format::Png, stored, bytes);
    facts.bits = info.bit_depth as u8;
    facts.palette = info.color_type == ColorType::Indexed;
    let expanded = reader.output_color_type().0;
    facts.alpha = matches!(expanded, ColorType::GrayscaleAlpha | ColorType::Rgba);
    facts.components = info.color_type.samples() as u8;
    facts.color = match expanded {
        ColorType::Grayscale | ColorType::GrayscaleAlpha => ColorModel::Gray,
        ColorType::Rgb | ColorType::Rgba | ColorType::Indexed => ColorModel::Rgb,
    };
    if let Some(dims) = info.pixel_dims.filter(|d| d.unit == png::Unit::Meter) {
        facts.dpi = exif::dpi(2, f64::from(dims.xppu) * 0.0254, f64::from(dims.yppu) * 0.0254);
    }
    let mut header = Header::new(facts);
    if let Some(block) = &info.exif_metadata {
        header.take_exif(block);
    }
    take_text(info, &mut header);
    if let Some(icc) = &info.icc_profile {
        header.take_icc(icc.to_vec());
    } else if info.srgb.is_none()
        && let Some(gamma) = info.gama_chunk.map(|g| f64::from(g.into_value()))
        && (gamma - 0.454_55).abs() > 0.01
    {
        header.notes.push(Note::IgnoredGamma { gamma });
    }
    if info.animation_control.is_some_and(|a| a.num_frames > 1) {
        header.notes.push(Note::FirstFrameOnly);
    }
    Ok(header)
}

/// EXIF as hexadecimal text, the way of `ImageMagick` before PNG had a chunk for it, and the orientation in XMP.
fn take_text(info: &png::Info<'_>, header: &mut Header) {
    let latin =
        info.uncompressed_latin1_text.iter().map(|t| (t.keyword.as_str(), Some(t.text.clone())));
    let packed =
        info.compressed_latin1_text.iter().map(|t| (t.keyword.as_str(), t.get_text().ok()));
    let utf8 = info.utf8_text.iter().map(|t| (t.keyword.as_str(), t.get_text().ok()));
    for (keyword, text) in latin.chain(packed).chain(utf8) {
        let Some(text) = text else { continue };
        if matches!(keyword, "Raw profile type exif" | "Raw profile type APP1") {
            // A name line and a length line stand before the digits.
            let digits: Vec<u8> = text
                .trim_start()
                .lines()
                .skip(2)
                .flat_map(str::bytes)
                .filter(u8::is_ascii_hexdigit)
                .collect();
            let nibble = |d: u8| char::from(d).to_digit(16).unwrap_or(0) as u8;
            let block: Vec<u8> =
                digits.chunks_exact(2).map(|d| nibble(d[0]) << 4 | nibble(d[1])).collect();
            header.take_exif(&block);
        } else if keyword == "XML:com.adobe.xmp" {
            header.take_xmp(text.as_bytes());
        }
    }
}

/// Decodes the rows; what cannot be read stays white and counts as lost.
pub(super) fn decode(bytes: &[u8], header: &Header, notes: &mut Vec<Note>) -> Result<StoredPixels> {
    let size = header.facts.stored;
    let mut reader = decoder(bytes).read_info().map_err(|e| damaged(&e))?;
    let (color, depth) = reader.output_color_type();
    let ink = if header.facts.color == ColorModel::Gray { Ink::Gray } else { Ink::Rgb };
    let converter = header.converter(ink, header.facts.alpha, notes);
    let wide = depth == BitDepth::Sixteen;
    let pixel = color.samples() * if wide { 2 } else { 1 };
    let line = size.width as usize * pixel;
    let interlaced = reader.info().interlaced;
    let turned = if header.facts.orientation >= 5 { 3 } else { 0 };
    let whole = if interlaced { pixel as u64 } else { 0 };
    check_memory(size.area() * (3 + turned.max(whole)) + WORKING_BYTES as u64)?;

    let mut rgb = RgbImage::from_pixel(size.width, size.height, image::Rgb([255; 3]));
    let mut out = rgb.chunks_exact_mut(size.width as usize * 3);
    // Interlaced pictures are put together in the file's own samples first: each pass fills in between the last.
    let mut woven = vec![0; if interlaced { line * size.height as usize } else { 0 }];
    let mut pixels_read = 0u64;
    let error = loop {
        match reader.next_interlaced_row() {
            Ok(Some(row)) => {
                pixels_read += (row.data().len() / pixel) as u64;
                match row.interlace() {
                    InterlaceInfo::Adam7(pass) => png::splat_interlaced_row(
                        &mut woven,
                        line,
                        row.data(),
                        pass,
                        (pixel * 8) as u8,
                    ),
                    InterlaceInfo::Null(_) => {
                        if let Some(out) = out.next() {
                            convert(&converter, wide, row.data(), out);
                        }
                    }
                }
            }
            Ok(None) => break None,
            Err(error) => break Some(error),
        }
    };
    for (row, out) in woven.chunks_exact(line.max(1)).zip(&mut out) {
        convert(&converter, wide, row, out);
    }
    if let Some(error) = error.filter(|_| pixels_read == 0) {
        return Err(damaged(&error));
    }
    Ok(StoredPixels { rgb, lost_share: 1.0 - (pixels_read as f64 / size.area() as f64).min(1.0) })
}

fn convert(converter: &super::profile::Converter, wide: bool, row: &[u8], out: &mut [u8]) {
    if wide {
        let samples: Vec<u16> =
            row.chunks_exact(2).map(|b| u16::from_be_bytes([b[0], b[1]])).collect();
        converter.row(&samples, out);
    } else {
        converter.row(row, out);
    }
}
