//! Recognises files by what is in them; names lie.

use crate::base::error::{Error, Result};
use crate::input::markers;

use super::Format;

/// Tells which format `bytes` hold.
///
/// # Errors
/// [`Error::UnsupportedFormat`] naming what the content looks like instead: `text`, `PDF`, `JPEG XL`, `empty file`, …
pub(super) fn sniff(bytes: &[u8]) -> Result<Format> {
    if let Some(format) = wanted(bytes) {
        return Ok(format);
    }
    if let Some(what) = unwanted(bytes) {
        return Err(Error::UnsupportedFormat { what: what.to_owned() });
    }
    if markers::start_of_image(bytes).is_some() {
        return Ok(Format::Jpeg);
    }
    let what = if looks_like_text(bytes) { "text" } else { "unknown content" };
    Err(Error::UnsupportedFormat { what: what.to_owned() })
}

fn wanted(bytes: &[u8]) -> Option<Format> {
    let at =
        |offset: usize, magic: &[u8]| bytes.get(offset..).is_some_and(|b| b.starts_with(magic));
    if at(0, &[0xFF, 0xD8]) {
        Some(Format::Jpeg)
    } else if at(0, b"\x89PNG\r\n\x1a\n") {
        Some(Format::Png)
    } else if at(0, b"RIFF") && at(8, b"WEBP") {
        Some(Format::WebP)
    } else if at(0, b"GIF87a") || at(0, b"GIF89a") {
        Some(Format::Gif)
    } else if at(0, b"BM") && is_bitmap_header(bytes) {
        Some(Format::Bmp)
    } else if at(8, b"CR") || at(0, b"IIU\0") {
        None // camera raw in TIFF's clothes
    } else if [b"II*\0", b"MM\0*", b"II+\0", b"MM\0+"].iter().any(|m| at(0, *m)) {
        Some(Format::Tiff)
    } else {
        heif(bytes)
    }
}

/// `BM` alone is two letters of text; the size of the header that follows is one of the few Windows and OS/2 ever defined.
fn is_bitmap_header(bytes: &[u8]) -> bool {
    let size = bytes.get(14..18).and_then(|b| b.first_chunk::<4>()).map(|b| u32::from_le_bytes(*b));
    size.is_some_and(|s| matches!(s, 12 | 16 | 40 | 52 | 56 | 64 | 108 | 124))
}

/// The brands of an ISO base media file: the major one, then the compatible ones (ISO 14496-12, 4.3).
pub(super) fn brands(bytes: &[u8]) -> Vec<[u8; 4]> {
    if bytes.get(4..8) != Some(b"ftyp") {
        return Vec::new();
    }
    let claimed = bytes.first_chunk::<4>().map_or(0, |b| u32::from_be_bytes(*b)) as usize;
    let end = claimed.min(bytes.len()).min(256);
    let listed = bytes.get(8..end).unwrap_or(&[]).chunks_exact(4).enumerate();
    listed.filter(|(i, _)| *i != 1).filter_map(|(_, b)| b.first_chunk().copied()).collect()
}

fn heif(bytes: &[u8]) -> Option<Format> {
    let brands = brands(bytes);
    let major = *brands.first()?;
    let any = |names: &[&[u8; 4]]| brands.iter().any(|b| names.contains(&b));
    if matches!(
        &major,
        b"crx " | b"qt  " | b"isom" | b"iso2" | b"mp41" | b"mp42" | b"M4V " | b"avc1" | b"dash"
    ) {
        None
    } else if any(&[b"avif", b"avis"]) {
        Some(Format::Avif)
    } else if any(&[
        b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"mif2", b"msf1",
    ]) {
        Some(Format::Heic)
    } else {
        None
    }
}

/// Whether a HEIF file holds a sequence of pictures, a burst or an animation.
#[cfg(feature = "heic")]
pub(super) fn is_sequence(bytes: &[u8]) -> bool {
    brands(bytes).iter().any(|b| matches!(b, b"msf1" | b"hevc" | b"hevx"))
}

/// Names what people hand in by mistake.
fn unwanted(bytes: &[u8]) -> Option<&'static str> {
    const MAGIC: &[(usize, &[u8], &str)] = &[
        (0, b"\0\0\0\x0cJXL \r\n\x87\n", "JPEG XL"),
        (0, b"\xff\x0a", "JPEG XL"),
        (0, b"\0\0\0\x0cjP  \r\n\x87\n", "JPEG 2000"),
        (0, b"\xff\x4f\xff\x51", "JPEG 2000"),
        (0, b"\xff\xd8\xff\xf7", "JPEG-LS"),
        (0, b"8BPS", "Photoshop document"),
        (8, b"CR", "camera raw"),
        (0, b"IIU\0", "camera raw"),
        (0, b"IIRO", "camera raw"),
        (0, b"IIRS", "camera raw"),
        (0, b"MMOR", "camera raw"),
        (0, b"FUJIFILMCCD-RAW", "camera raw"),
        (0, b"FOVb", "camera raw"),
        (4, b"ftypcrx ", "camera raw"),
        (0, b"RIFF", "video or sound"),
        (0, b"\x1a\x45\xdf\xa3", "video"),
        (0, b"\0\0\x01\xba", "video"),
        (0, b"FLV\x01", "video"),
        (4, b"ftyp", "video"),
        (4, b"moov", "video"),
        (4, b"mdat", "video"),
        (0, b"ID3", "sound"),
        (0, b"OggS", "sound"),
        (0, b"PK\x03\x04", "ZIP archive or Office document"),
        (0, b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "Office document"),
        (0, b"Rar!\x1a\x07", "RAR archive"),
        (0, b"7z\xbc\xaf\x27\x1c", "7z archive"),
        (0, b"\x1f\x8b", "gzip archive"),
        (0, b"\x76\x2f\x31\x01", "OpenEXR"),
        (0, b"#?RADIANCE", "Radiance HDR"),
        (0, b"qoif", "QOI"),
        (0, b"\0\0\x01\0", "icon"),
        (0, b"gimp xcf", "GIMP document"),
        (0, b"AT&TFORM", "DjVu"),
        (0, b"DDS ", "DDS texture"),
        (0, b"%!PS", "PostScript"),
        (0, b"\xc5\xd0\xd3\xc6", "PostScript"),
        (0, b"\x7fELF", "program"),
        (0, b"MZ", "program"),
    ];
    if bytes.is_empty() {
        return Some("empty file");
    }
    if let Some((_, _, what)) =
        MAGIC.iter().find(|(at, magic, _)| bytes.get(*at..).is_some_and(|b| b.starts_with(magic)))
    {
        return Some(what);
    }
    // Markup and PDF may have a preamble.
    let head = bytes.get(..bytes.len().min(1024)).unwrap_or(bytes).to_ascii_lowercase();
    let has = |needle: &[u8]| head.windows(needle.len()).any(|w| w == needle);
    if has(b"%pdf-") {
        Some("PDF")
    } else if has(b"<svg") {
        Some("SVG")
    } else if has(b"<!doctype html") || has(b"<html") {
        Some("HTML, a web page")
    } else if matches!(head.get(..2), Some([b'p', b'1'..=b'7']))
        && head.get(2).is_some_and(u8::is_ascii_whitespace)
    {
        Some("Netpbm")
    } else if bytes.iter().take(4096).all(|&b| b == 0) {
        Some("nothing but zeros")
    } else {
        None
    }
}

/// Whether the first bytes could have been typed: UTF-8 (or UTF-16 with its mark) without control characters.
fn looks_like_text(bytes: &[u8]) -> bool {
    let head = bytes.get(..bytes.len().min(512)).unwrap_or(bytes);
    if head.starts_with(&[0xFF, 0xFE]) || head.starts_with(&[0xFE, 0xFF]) {
        return true;
    }
    let valid = match std::str::from_utf8(head) {
        Ok(_) => true,
        Err(e) => e.error_len().is_none() && e.valid_up_to() > 0, // a character cut at byte 512
    };
    valid && head.iter().all(|&b| b >= 0x20 || matches!(b, b'\n' | b'\r' | b'\t' | 0x0c))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn name(bytes: &[u8]) -> String {
        match sniff(bytes) {
            Ok(format) => format.to_string(),
            Err(Error::UnsupportedFormat { what }) => what,
            Err(other) => other.to_string(),
        }
    }

    #[test]
    fn names_what_is_no_photo() {
        assert_eq!(name(b""), "empty file");
        assert_eq!(name(b"Dear office, here is my photo."), "text");
        assert_eq!(name("证件照片".as_bytes()), "text");
        assert_eq!(name(b"\n<!DOCTYPE html><html>"), "HTML, a web page");
        assert_eq!(name(b"%PDF-1.7 ..."), "PDF");
        assert_eq!(name(b"<?xml version='1.0'?><svg xmlns="), "SVG");
        assert_eq!(name(b"\0\0\0\x18ftypmp42\0\0\0\0mp42isom"), "video");
        assert_eq!(name(b"\xff\x0a\xfa\x1f"), "JPEG XL");
        assert_eq!(name(&[0; 100]), "nothing but zeros");
        assert_eq!(name(&[0x80, 1, 2, 3, 4]), "unknown content");
    }

    #[test]
    fn knows_its_formats_by_content() {
        assert_eq!(name(b"\xff\xd8\xff\xe0"), "jpeg");
        assert_eq!(name(b"junk\xff\xd8\xff\xe0\0\x10JFIF"), "jpeg");
        assert_eq!(name(b"\0\0\0\x18ftypheic\0\0\0\0mif1heic"), "heic");
        assert_eq!(name(b"\0\0\0\x18ftypmif1\0\0\0\0mif1avif"), "avif");
        assert_eq!(name(b"II*\0\x08\0\0\0\0\0"), "tiff");
        assert_eq!(name(b"II*\0\x10\0\0\0CR\x02\0"), "camera raw");
        assert_eq!(name(b"BM is short for bitmap, and this is text"), "text");
    }
}
