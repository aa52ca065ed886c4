//! The few EXIF facts that change how a picture is read: its orientation, its density, and the Adobe RGB mark.

use exif::{In, Tag, Value};

/// What an EXIF block says about the picture.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub(super) struct ExifFacts {
    /// The orientation tag as written, valid or not.
    pub(super) orientation: Option<u16>,
    /// Horizontal and vertical density in pixels per inch.
    pub(super) dpi: Option<[f64; 2]>,
    /// Whether the interoperability index says `R03`: Adobe RGB without an embedded profile (Exif 2.3, annex; DCF optional colour space).
    pub(super) adobe_rgb: bool,
}

/// Reads a TIFF-structured EXIF block, with or without the `Exif\0\0` in front; what is broken in it is as if absent.
pub(super) fn read(block: &[u8]) -> ExifFacts {
    let block = block.strip_prefix(b"Exif\0\0").unwrap_or(block);
    let mut reader = exif::Reader::new();
    reader.continue_on_error(true);
    let parsed = reader.read_raw(block.to_vec()).or_else(|e| e.distill_partial_result(|_| {}));
    let Ok(parsed) = parsed else { return ExifFacts::default() };
    let uint = |tag| parsed.get_field(tag, In::PRIMARY).and_then(|f| f.value.get_uint(0));
    let rational = |tag| match parsed.get_field(tag, In::PRIMARY).map(|f| &f.value) {
        Some(Value::Rational(v)) => v.first().map(exif::Rational::to_f64),
        _ => None,
    };
    let unit = uint(Tag::ResolutionUnit).unwrap_or(2);
    let dpi = rational(Tag::XResolution)
        .zip(rational(Tag::YResolution))
        .and_then(|(x, y)| dpi(unit, x, y));
    let adobe_rgb =
        match parsed.get_field(Tag::InteroperabilityIndex, In::PRIMARY).map(|f| &f.value) {
            Some(Value::Ascii(v)) => v.first().is_some_and(|s| s.starts_with(b"R03")),
            _ => false,
        };
    ExifFacts {
        orientation: uint(Tag::Orientation).map(|v| u16::try_from(v).unwrap_or(u16::MAX)),
        dpi,
        adobe_rgb,
    }
}

/// Pixels per inch from a TIFF resolution unit (2 inch, 3 centimetre); `None` for other units and senseless values.
pub(super) fn dpi(unit: u32, x: f64, y: f64) -> Option<[f64; 2]> {
    let per_inch = match unit {
        2 => 1.0,
        3 => 2.54,
        _ => return None,
    };
    let sane = |v: f64| v.is_finite() && v > 0.0 && v < 1e6;
    (sane(x) && sane(y)).then_some([x * per_inch, y * per_inch])
}

/// The `tiff:Orientation` of an XMP packet, which some programs write instead of an EXIF tag.
pub(super) fn xmp_orientation(packet: &[u8]) -> Option<u16> {
    let at = packet.windows(16).position(|w| w == b"tiff:Orientation")? + 16;
    let rest = packet.get(at..(at + 8).min(packet.len()))?;
    let digit = rest.iter().find(|b| !matches!(b, b'=' | b'"' | b'\'' | b'>' | b' '))?;
    digit.is_ascii_digit().then(|| u16::from(digit - b'0'))
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    /// A little-endian EXIF block that holds nothing but an orientation.
    pub(in crate::input::decode) fn orientation_block(value: u16) -> Vec<u8> {
        let mut v = b"II*\0\x08\0\0\0\x01\0\x12\x01\x03\0\x01\0\0\0".to_vec();
        v.extend(value.to_le_bytes());
        v.extend([0; 6]);
        v
    }

    #[test]
    fn reads_an_orientation_with_and_without_the_prefix() {
        let block = orientation_block(6);
        assert_eq!(read(&block).orientation, Some(6));
        let prefixed = [b"Exif\0\0", block.as_slice()].concat();
        assert_eq!(read(&prefixed).orientation, Some(6));
    }

    #[test]
    fn survives_every_prefix_of_a_block() {
        let block = orientation_block(6);
        for n in 0..block.len() {
            let _ = read(&block[..n]);
        }
    }

    #[test]
    fn reads_xmp_as_attribute_and_as_element() {
        assert_eq!(xmp_orientation(b"<rdf tiff:Orientation=\"3\"/>"), Some(3));
        assert_eq!(xmp_orientation(b"<tiff:Orientation>8</tiff:Orientation>"), Some(8));
        assert_eq!(xmp_orientation(b"tiff:Orientation"), None);
    }
}
