//! The marker structure of a JPEG file, read without decoding a pixel, and the one edit baidi makes there: the density.
//!
//! ITU-T T.81 Annex B (markers), JFIF 1.02 (APP0), Adobe TN 5116 (APP14), ICC.1 Annex B.4 (APP2), CIPA DC-007 (MPF).
//! The reader is for untrusted bytes: it copies nothing that a length claims, skips what libjpeg skips (fill bytes and
//! junk between segments), and reports what it saw up to the point where the file stops making sense.

use serde::Serialize;

/// One `APPn` or COM segment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Segment {
    /// The marker's second byte: 0xE0 for APP0 … 0xEF for APP15, 0xFE for COM.
    pub marker: u8,
    /// The identifier at its start, at most 40 printable ASCII characters: `JFIF`, `Exif`, `ICC_PROFILE`, …; empty where there is none.
    pub id: String,
    /// Length of its payload in bytes, without marker and length field.
    pub bytes: u32,
}

/// What the markers of a JPEG file say.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct JpegFacts {
    /// Number of the frame marker, 0..=15: 0 baseline, 1 extended, 2 progressive, 3 lossless, 9 arithmetic, 10 arithmetic progressive.
    pub sof: u8,
    /// Whether the frame is baseline: SOF0, 8 bit.
    pub baseline: bool,
    /// Whether the frame is progressive: SOF2, 6, 10 or 14.
    pub progressive: bool,
    /// Whether the frame is arithmetic-coded: SOF9 and above.
    pub arithmetic: bool,
    /// Bits per sample, 8 in any photo.
    pub precision: u8,
    /// Number of colour components: 1 grey, 3 colour, 4 CMYK or YCCK.
    pub components: u8,
    /// Columns, as the frame header says, before any orientation.
    pub width: u16,
    /// Rows, as the frame header says, before any orientation.
    pub height: u16,
    /// Horizontal and vertical sampling factor of each component, 1..=4.
    pub sampling: Vec<[u8; 2]>,
    /// Identifier of each component; `R G B` in ASCII marks RGB-coded files.
    pub component_ids: Vec<u8>,
    /// Number of scans; 1 in a file that every card system reads.
    pub scans: u32,
    /// Chroma subsampling, `4:4:4`, `4:2:2`, `4:2:0`, `4:4:0`, `4:1:1`, `4:1:0`; `None` for grey and for odd factors.
    pub subsampling: Option<&'static str>,
    /// JFIF density: unit (0 aspect ratio only, 1 per inch, 2 per centimetre), horizontal, vertical.
    pub density: Option<(u8, u16, u16)>,
    /// The transform flag of an Adobe APP14 segment: 0 none (RGB, CMYK), 1 `YCbCr`, 2 YCCK.
    pub adobe_transform: Option<u8>,
    /// Minimum coded units between restart markers; 0 without restarts.
    pub restart_interval: u16,
    /// Bytes before the start-of-image marker; 0 in a sound file.
    pub leading_bytes: u64,
    /// Bytes after the end-of-image marker; includes the further pictures of MPF, gain-map and motion photos.
    pub trailing_bytes: u64,
    /// Payload bytes of all COM segments.
    pub comment_bytes: u64,
    /// The IJG quality, 1..=100, whose luma table is nearest to the file's; exact for files that libjpeg wrote.
    pub quality_estimate: Option<u8>,
    /// All `APPn` and COM segments of the header, in file order.
    pub segments: Vec<Segment>,
    /// Whether there is an Exif APP1.
    pub has_exif: bool,
    /// Whether there is an ICC APP2.
    pub has_icc: bool,
    /// Whether there is an XMP APP1.
    pub has_xmp: bool,
    /// Whether there is a multi-picture index (APP2 `MPF`): further pictures follow this one.
    pub mpf: bool,
    /// Whether a gain map is announced (XMP `hdrgm` or ISO 21496-1): the picture is the SDR base of an HDR photo.
    pub gain_map: bool,
    /// Whether the end-of-image marker was reached.
    pub eoi: bool,
}

/// Where the parts of a JPEG file lie, beside what they say.
#[derive(Debug, Clone, Default)]
pub(crate) struct Parts {
    pub(crate) facts: JpegFacts,
    /// Payload ranges of the segments in `facts.segments`, in the same order.
    pub(crate) payloads: Vec<std::ops::Range<usize>>,
    /// Offset just after the first SOI.
    pub(crate) after_soi: usize,
    /// Whether a frame header was seen.
    pub(crate) has_frame: bool,
    /// Where the usable data end: before a segment that the end of the file cuts through, or at the end of the file.
    pub(crate) usable_to: usize,
    /// Offset of the first component's identifier in the frame header; the next follow every three bytes.
    pub(crate) frame_ids_at: usize,
    /// What each scan carries, in file order.
    pub(crate) scan_headers: Vec<ScanHeader>,
}

/// What one SOS segment says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ScanHeader {
    /// Offset of the first component's identifier; the next follow every two bytes.
    pub(crate) ids_at: usize,
    /// The identifiers of the components in the scan.
    pub(crate) components: Vec<u8>,
    /// First coefficient, 0..=63.
    pub(crate) start: u8,
    /// Last coefficient, 0..=63.
    pub(crate) end: u8,
}

/// Reads the markers of a JPEG file; `None` when `bytes` hold no start-of-image marker within the first
/// [`MAX_LEADING_JUNK`] bytes. A file without a frame header gives facts with `width` and `components` 0.
#[must_use]
pub fn read(bytes: &[u8]) -> Option<JpegFacts> {
    layout(bytes).map(|l| l.facts)
}

/// How many bytes of junk are skipped in search of the start of the picture.
///
/// Broken transfers put a few bytes in front (a length, a BOM, an HTTP chunk header: 2..=40 bytes seen), and libjpeg-based
/// programs refuse such files, so people do meet them. Farther in, an SOI is more likely a thumbnail inside another format.
pub const MAX_LEADING_JUNK: usize = 512;

/// Where the first SOI that another marker follows begins, within [`MAX_LEADING_JUNK`].
pub(crate) fn start_of_image(bytes: &[u8]) -> Option<usize> {
    if bytes.starts_with(&[0xFF, 0xD8]) {
        return Some(0);
    }
    let head = bytes.get(..bytes.len().min(MAX_LEADING_JUNK + 4))?;
    head.windows(4).position(|w| {
        w[0] == 0xFF
            && w[1] == 0xD8
            && w[2] == 0xFF
            && matches!(w[3], 0xC0..=0xC2 | 0xC4 | 0xDB | 0xDD | 0xE0..=0xEF | 0xFE)
    })
}

pub(crate) fn layout(bytes: &[u8]) -> Option<Parts> {
    let start = start_of_image(bytes)?;
    let mut out = Parts { after_soi: start + 2, usable_to: bytes.len(), ..Parts::default() };
    out.facts.leading_bytes = start as u64;
    let mut luma: Option<[u16; 64]> = None;
    let mut at = start + 2;
    while let Some((marker, after)) = next_marker(bytes, at) {
        match marker {
            0xD9 => {
                out.facts.eoi = true;
                out.facts.trailing_bytes = (bytes.len() - after) as u64;
                break;
            }
            // SOI again (a nested file), TEM, restarts: no payload.
            0x01 | 0xD0..=0xD8 => {
                at = after;
                continue;
            }
            _ => {}
        }
        let Some(&[hi, lo]) = bytes.get(after..after + 2).and_then(|b| b.first_chunk()) else {
            break;
        };
        let claimed = usize::from(u16::from_be_bytes([hi, lo]));
        let (from, to) = (after + 2, (after + claimed.max(2)).min(bytes.len()));
        let payload = bytes.get(from..to).unwrap_or(&[]);
        match marker {
            0xC0..=0xC3 | 0xC5..=0xC7 | 0xC9..=0xCB | 0xCD..=0xCF if !out.has_frame => {
                out.frame_ids_at = from + 6;
                read_frame(marker, payload, &mut out);
            }
            0xDB => read_tables(payload, &mut luma),
            0xDD => {
                if let Some(b) = payload.first_chunk::<2>() {
                    out.facts.restart_interval = u16::from_be_bytes(*b);
                }
            }
            0xE0..=0xEF | 0xFE => read_application(marker, payload, from..to, &mut out),
            0xDA => {
                out.facts.scans = out.facts.scans.saturating_add(1);
                read_scan(payload, from + 1, &mut out);
            }
            _ => {}
        }
        at = to;
    }
    out.facts.quality_estimate = luma.map(|t| nearest_quality(&t));
    Some(out)
}

/// Bytes that are looked at together.
const RUN: usize = 32;

/// The next marker at or after `at` and the offset behind it: skips anything that is no marker, stuffed zeros included,
/// which is how both junk between segments and entropy-coded data are passed over. Restart markers inside a scan are
/// returned too; the caller passes them by.
pub(crate) fn next_marker(bytes: &[u8], mut at: usize) -> Option<(u8, usize)> {
    loop {
        // coded data have a marker's first byte once in some hundred: many bytes are asked at a time
        let (runs, _) = bytes.get(at..)?.as_chunks::<RUN>();
        let quiet = |run: &&[u8; RUN]| !run.iter().fold(false, |found, &b| found | (b == 0xFF));
        at += RUN * runs.iter().take_while(quiet).count();
        at += bytes.get(at..)?.iter().position(|&b| b == 0xFF)?;
        let code = *bytes.get(at + 1)?;
        if code == 0xFF {
            at += 1;
        } else if code == 0x00 {
            at += 2;
        } else {
            return Some((code, at + 2));
        }
    }
}

fn read_frame(marker: u8, payload: &[u8], out: &mut Parts) {
    let Some(&[precision, h1, h0, w1, w0, count]) = payload.first_chunk::<6>() else { return };
    out.has_frame = true;
    let facts = &mut out.facts;
    facts.sof = marker - 0xC0;
    facts.precision = precision;
    facts.baseline = facts.sof == 0 && precision == 8;
    facts.progressive = matches!(facts.sof, 2 | 6 | 10 | 14);
    facts.arithmetic = facts.sof >= 9;
    facts.height = u16::from_be_bytes([h1, h0]);
    facts.width = u16::from_be_bytes([w1, w0]);
    facts.components = count;
    for c in payload.get(6..).unwrap_or(&[]).chunks_exact(3).take(usize::from(count)) {
        facts.component_ids.push(c[0]);
        facts.sampling.push([c[1] >> 4, c[1] & 15]);
    }
    facts.subsampling = subsampling(&facts.sampling);
}

/// Names the chroma subsampling, where it has a name.
fn subsampling(factors: &[[u8; 2]]) -> Option<&'static str> {
    let [[yh, yv], [bh, bv], [rh, rv], ..] = *factors else { return None };
    if [bh, bv] != [rh, rv] || bh == 0 || bv == 0 || yh % bh != 0 || yv % bv != 0 {
        return None;
    }
    match (yh / bh, yv / bv) {
        (1, 1) => Some("4:4:4"),
        (2, 1) => Some("4:2:2"),
        (2, 2) => Some("4:2:0"),
        (1, 2) => Some("4:4:0"),
        (4, 1) => Some("4:1:1"),
        (4, 2) => Some("4:1:0"),
        _ => None,
    }
}

fn read_tables(mut payload: &[u8], luma: &mut Option<[u16; 64]>) {
    while let Some((&head, rest)) = payload.split_first() {
        let wide = head >> 4 != 0;
        let length = if wide { 128 } else { 64 };
        let Some((table, rest)) = rest.split_at_checked(length) else { return };
        if head & 15 == 0 && luma.is_none() {
            let mut values = [0u16; 64];
            for (i, v) in values.iter_mut().enumerate() {
                *v = if wide {
                    u16::from_be_bytes([table[2 * i], table[2 * i + 1]])
                } else {
                    u16::from(table[i])
                };
            }
            *luma = Some(values);
        }
        payload = rest;
    }
}

fn read_application(marker: u8, payload: &[u8], range: std::ops::Range<usize>, out: &mut Parts) {
    let facts = &mut out.facts;
    if marker == 0xFE {
        facts.comment_bytes += payload.len() as u64;
    }
    let printable = payload.iter().take(40).take_while(|b| b.is_ascii_graphic() || **b == b' ');
    let id: String =
        if marker == 0xFE { String::new() } else { printable.map(|&b| char::from(b)).collect() };
    if marker == 0xE0
        && payload.starts_with(b"JFIF\0")
        && facts.density.is_none()
        && let Some(&[unit, x1, x0, y1, y0]) = payload.get(7..12).and_then(|b| b.first_chunk())
    {
        facts.density = Some((unit, u16::from_be_bytes([x1, x0]), u16::from_be_bytes([y1, y0])));
    }
    if marker == 0xEE && payload.starts_with(b"Adobe") {
        facts.adobe_transform = payload.get(11).copied().or(facts.adobe_transform);
    }
    facts.has_exif |= marker == 0xE1 && payload.starts_with(b"Exif\0");
    facts.has_icc |= marker == 0xE2 && payload.starts_with(b"ICC_PROFILE\0");
    facts.mpf |= marker == 0xE2 && payload.starts_with(b"MPF\0");
    facts.gain_map |= marker == 0xE2 && payload.starts_with(b"urn:iso:std:iso:ts:21496:-1");
    if marker == 0xE1 && payload.starts_with(b"http://ns.adobe.com/xap/1.0/\0") {
        facts.has_xmp = true;
        facts.gain_map |= payload.windows(6).any(|w| w == b"hdrgm:");
    }
    facts.segments.push(Segment { marker, id, bytes: payload.len() as u32 });
    out.payloads.push(range);
}

fn read_scan(payload: &[u8], ids_at: usize, out: &mut Parts) {
    let Some((&count, rest)) = payload.split_first() else { return };
    let components = rest.chunks_exact(2).take(usize::from(count)).map(|c| c[0]).collect();
    let [start, end] = rest
        .get(2 * usize::from(count)..)
        .and_then(|b| b.first_chunk::<2>())
        .copied()
        .unwrap_or([0, 63]);
    out.scan_headers.push(ScanHeader { ids_at, components, start, end });
}

/// The standard luma table (T.81 Table K.1) in zigzag order.
#[rustfmt::skip]
const STANDARD_LUMA: [u16; 64] = [
    16, 11, 12, 14, 12, 10, 16, 14, 13, 14, 18, 17, 16, 19, 24, 40, 26, 24, 22, 22, 24, 49, 35, 37, 29, 40, 58, 51, 61, 60, 57, 51,
    56, 55, 64, 72, 92, 78, 64, 68, 87, 69, 55, 56, 80, 109, 81, 87, 95, 98, 103, 104, 103, 62, 77, 113, 121, 112, 100, 120, 92, 101, 103, 99,
];

/// The IJG quality whose scaled standard table lies nearest, by the sum of absolute differences.
fn nearest_quality(table: &[u16; 64]) -> u8 {
    let distance = |quality: u8| -> u32 {
        let q = u32::from(quality);
        let scale = if q < 50 { 5000 / q } else { 200 - 2 * q };
        let scaled =
            STANDARD_LUMA.iter().map(|&v| ((u32::from(v) * scale + 50) / 100).clamp(1, 255));
        scaled.zip(table).map(|(s, &t)| s.abs_diff(u32::from(t))).sum()
    };
    (1..=100).min_by_key(|&q| distance(q)).unwrap_or(50)
}

/// Rewrites the JFIF density to `dpi` per inch in both directions; every byte of picture data stays as it is.
///
/// An existing JFIF segment is patched in place, otherwise an 18-byte one is put after the start marker. `None` where
/// that cannot be done without changing how the file is read: no JPEG, cut off before its first scan, with a JFIF segment too short to hold a density, or a file
/// without JFIF whose colours are not `YCbCr` or grey (readers take JFIF to mean `YCbCr`).
#[must_use]
pub fn with_density(bytes: &[u8], dpi: u16) -> Option<Vec<u8>> {
    let layout = layout(bytes)?;
    if !layout.has_frame || layout.facts.scans == 0 {
        return None;
    }
    let [hi, lo] = dpi.to_be_bytes();
    let mut out = bytes.to_vec();
    let mut patched = false;
    for (segment, range) in layout.facts.segments.iter().zip(&layout.payloads) {
        let payload = out.get_mut(range.clone())?;
        if segment.marker == 0xE0 && payload.starts_with(b"JFIF\0") {
            payload.get_mut(7..12)?.copy_from_slice(&[1, hi, lo, hi, lo]);
            patched = true;
        }
    }
    if patched {
        return Some(out);
    }
    let facts = &layout.facts;
    let ycc = facts.components == 3
        && facts.adobe_transform.map_or(facts.component_ids != *b"RGB", |t| t == 1);
    if !ycc && facts.components != 1 {
        return None;
    }
    let app0 = [0xFF, 0xE0, 0, 16, b'J', b'F', b'I', b'F', 0, 1, 1, 1, hi, lo, hi, lo, 0, 0];
    out.splice(layout.after_soi..layout.after_soi, app0);
    Some(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// SOI, a JFIF segment, a one-component frame, one scan of three bytes, EOI.
    pub(crate) fn minimal() -> Vec<u8> {
        let mut v = vec![0xFF, 0xD8, 0xFF, 0xE0, 0, 16];
        v.extend(b"JFIF\0\x01\x01\x00\0\x01\0\x01\0\0");
        v.extend([0xFF, 0xC0, 0, 11, 8, 0, 8, 0, 16, 1, 1, 0x11, 0]);
        v.extend([0xFF, 0xDA, 0, 8, 1, 1, 0, 0, 63, 0, 1, 0xFF, 0, 0xFF, 0xD9]);
        v
    }

    #[test]
    fn the_next_marker_is_found_wherever_it_lies() {
        for at in 0..3 * RUN {
            // stuffed and doubled bytes before it, and many bytes without any
            for before in [&[][..], &[0xFF, 0x00], &[0xFF, 0xFF]] {
                let mut bytes = vec![0x5A; at];
                bytes.extend_from_slice(before);
                bytes.extend_from_slice(&[0xFF, 0xD9, 0x5A]);
                let behind = at + before.len() + 2;
                assert_eq!(next_marker(&bytes, 0), Some((0xD9, behind)), "{at}, {before:?}");
                assert_eq!(next_marker(&bytes, behind), None);
            }
        }
        assert_eq!(next_marker(&[0x5A; 3 * RUN], 0), None);
        assert_eq!(next_marker(&[0x5A, 0xFF], 0), None);
    }

    #[test]
    fn reads_frame_density_and_the_end_of_a_minimal_file() {
        let facts = read(&minimal()).expect("it starts with SOI");
        assert_eq!((facts.width, facts.height, facts.components, facts.scans), (16, 8, 1, 1));
        assert_eq!(facts.density, Some((0, 1, 1)));
        assert!(facts.baseline && facts.eoi && facts.trailing_bytes == 0);
    }

    /// Found by fuzzing: the density was written over what followed.
    #[test]
    fn a_density_is_not_written_beyond_a_jfif_segment_that_is_too_short_for_it() {
        let mut bytes = minimal();
        bytes.splice(2..2, [0xFF, 0xE0, 0, 9, b'J', b'F', b'I', b'F', 0, 1, 1]);
        assert!(read(&bytes).is_some());
        assert_eq!(with_density(&bytes, 350), None);
    }

    #[test]
    fn counts_what_stands_before_and_after_the_picture() {
        let mut bytes = vec![0, 1, 2];
        bytes.extend(minimal());
        bytes.extend([9; 7]);
        let facts = read(&bytes).expect("junk is short");
        assert_eq!((facts.leading_bytes, facts.trailing_bytes), (3, 7));
    }

    #[test]
    fn survives_every_prefix_and_every_single_byte_change() {
        let whole = minimal();
        for n in 0..whole.len() {
            let _ = read(&whole[..n]);
            for v in [0, 1, 0x7F, 0xC2, 0xD8, 0xFF] {
                let mut broken = whole.clone();
                broken[n] = v;
                let _ = read(&broken);
                let _ = with_density(&broken, 350);
            }
        }
    }

    #[test]
    fn patches_the_density_and_nothing_else() {
        let before = minimal();
        let after = with_density(&before, 350).expect("it has a scan");
        assert_eq!(read(&after).and_then(|f| f.density), Some((1, 350, 350)));
        let changed = before.iter().zip(&after).filter(|(a, b)| a != b).count();
        assert!(after.len() == before.len() && changed <= 5);
    }

    #[test]
    fn inserts_a_density_where_none_stands_and_keeps_the_scan() {
        let mut before = minimal();
        before.drain(2..20);
        let after = with_density(&before, 300).expect("grey files take JFIF");
        assert_eq!(read(&after).and_then(|f| f.density), Some((1, 300, 300)));
        assert_eq!(after[20..], before[2..]);
    }

    #[test]
    fn leaves_rgb_coded_files_without_jfif_alone() {
        let mut v = vec![0xFF, 0xD8];
        v.extend([
            0xFF, 0xC0, 0, 17, 8, 0, 8, 0, 8, 3, b'R', 0x11, 0, b'G', 0x11, 0, b'B', 0x11, 0,
        ]);
        v.extend([0xFF, 0xDA, 0, 12, 3, b'R', 0, b'G', 0, b'B', 0, 0, 63, 0, 5, 0xFF, 0xD9]);
        assert_eq!(read(&v).map(|f| f.component_ids), Some(b"RGB".to_vec()));
        assert_eq!(with_density(&v, 350), None);
    }

    #[test]
    fn estimates_the_quality_of_scaled_standard_tables_exactly() {
        for q in [5u32, 25, 50, 75, 90, 100] {
            let scale = if q < 50 { 5000 / q } else { 200 - 2 * q };
            let table =
                STANDARD_LUMA.map(|v| ((u32::from(v) * scale + 50) / 100).clamp(1, 255) as u16);
            assert_eq!(u32::from(nearest_quality(&table)), q);
        }
    }
}
