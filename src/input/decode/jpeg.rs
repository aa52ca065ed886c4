//! JPEG: scaled in the DCT, lenient where libjpeg is, and exact about what is missing.
//!
//! The decoder is libjpeg-turbo-rs without its `simd` feature, compared on a 3024×4032 q90 4:2:0 file with sensor-like noise
//! (3.4 MB; one core of a shared 2-core machine, best of seven; error = mean absolute difference to the area average of
//! the full decode, in levels):
//!
//! | decoder | full | 1/2 | 1/4 | 1/8 | error at 1/2, 1/4, 1/8 |
//! |---|---|---|---|---|---|
//! | libjpeg-turbo-rs 0.9, scalar | 120 ms | 67 | 48 | 37 | 0.15, 0.11, 0.12 |
//! | libjpeg-turbo-rs 0.9, `simd` | 70 ms | 55 | 46 | 37 | the same pixels |
//! | mozjpeg 0.10 (C, built without nasm) | 104 ms | 56 | 48 | 35 | the same pixels |
//! | jpeg-decoder 0.3, no rayon | 89 ms | 62 | 50 | 48 | 1.39, 0.67, 0.69 |
//! | zune-jpeg 0.5.16-rc3 | 75 ms | – | – | – | cannot scale |
//!
//! Progressive, same picture: 210/142 ms (full, 1/4) scalar, 217/172 jpeg-decoder, 171 zune-jpeg, 195/136 mozjpeg.
//! What decided: pixels equal to C libjpeg's, a lenient mode that says where the data ended, limits, arithmetic coding, no C.
//! What counts against it: it is young, and has `unsafe` inside. Its vector kernels hold most of that, gain 2 ms at 1/4,
//! where photos from phones are decoded, and so are left out.

pub mod audit;

use image::RgbImage;
use libjpeg_turbo_rs::{
    DecodeLimits, DecodeWarning, Decoder, JpegError, PixelFormat, ScalingFactor,
};

use super::profile::Ink;
use super::{
    ColorModel, Format, Header, Limits, MEMORY_BUDGET, Note, Reduction, SourceFacts, StoredPixels,
    check_memory, exif,
};
use crate::base::error::{Error, Result};
use crate::base::geometry::Size;
use crate::input::markers::{self, Parts};

/// The most scans a progressive file may have: libjpeg's own script has 10, and hostile files thousands.
const MAX_SCANS: usize = 100;

fn damaged(reason: impl Into<String>) -> Error {
    Error::Damaged { format: "JPEG", reason: reason.into() }
}

fn unsupported(what: impl Into<String>) -> Error {
    Error::UnsupportedFormat { what: what.into() }
}

/// Reads the markers.
pub(super) fn open(bytes: &[u8], limits: &Limits) -> Result<Header> {
    let layout =
        markers::layout(bytes).ok_or_else(|| damaged("it does not begin with its start marker"))?;
    if !layout.has_frame {
        return Err(damaged("it ends before the frame header"));
    }
    let facts = &layout.facts;
    let stored = Size::new(u32::from(facts.width), u32::from(facts.height));
    limits.check_size("JPEG", stored)?;
    match facts.sof {
        0..=2 | 9 | 10 => {}
        3 | 11 => return Err(unsupported("lossless JPEG")),
        sof => return Err(unsupported(format!("hierarchical or differential JPEG (SOF{sof})"))),
    }
    if facts.precision != 8 {
        return Err(unsupported(format!("{}-bit JPEG", facts.precision)));
    }
    if !matches!(facts.components, 1 | 3 | 4) {
        return Err(unsupported(format!("JPEG with {} colour components", facts.components)));
    }
    if facts.scans == 0 {
        return Err(damaged("it ends before the picture data"));
    }
    let mut source = SourceFacts::new(Format::Jpeg, stored, bytes);
    source.components = facts.components;
    source.color = color_model(facts);
    source.dpi = match facts.density {
        Some((1, x, y)) => exif::dpi(2, f64::from(x), f64::from(y)),
        Some((2, x, y)) => exif::dpi(3, f64::from(x), f64::from(y)),
        _ => None,
    };
    let mut header = Header::new(source);
    if let Some(block) = segments(&layout, bytes, 0xE1, b"Exif\0").next() {
        header.take_exif(block);
    }
    if let Some(icc) = icc_profile(&layout, bytes) {
        header.take_icc(icc);
    }
    if facts.leading_bytes > 0 {
        header.notes.push(Note::LeadingJunk { bytes: facts.leading_bytes });
    }
    if facts.gain_map {
        header.notes.push(Note::BaseOfHdr);
    }
    header.facts.jpeg = Some(layout.facts);
    Ok(header)
}

/// How the components are coded, decided as libjpeg's `default_decompress_parms` does.
fn color_model(facts: &markers::JpegFacts) -> ColorModel {
    let jfif = facts.density.is_some();
    match (facts.components, facts.adobe_transform) {
        (1, _) => ColorModel::Gray,
        (4, Some(2)) => ColorModel::Ycck,
        (4, _) => ColorModel::Cmyk,
        (_, Some(0)) if !jfif => ColorModel::Rgb,
        (_, None) if !jfif && facts.component_ids == *b"RGB" => ColorModel::Rgb,
        _ => ColorModel::Ycbcr,
    }
}

/// Payloads of the segments with this marker whose content starts with `prefix`.
fn segments<'a>(
    layout: &'a Parts,
    bytes: &'a [u8],
    marker: u8,
    prefix: &'a [u8],
) -> impl Iterator<Item = &'a [u8]> {
    let all =
        layout.facts.segments.iter().zip(&layout.payloads).filter(move |(s, _)| s.marker == marker);
    all.filter_map(|(_, range)| bytes.get(range.clone())).filter(move |p| p.starts_with(prefix))
}

/// The ICC profile, put together from its numbered chunks (ICC.1:2022 annex B.4). Chunks are taken in the order of their
/// numbers; with one missing the result is broken, which the profile reader will notice.
fn icc_profile(layout: &Parts, bytes: &[u8]) -> Option<Vec<u8>> {
    let mut chunks: Vec<(u8, &[u8])> = segments(layout, bytes, 0xE2, b"ICC_PROFILE\0")
        .filter_map(|p| Some((*p.get(12)?, p.get(14..)?)))
        .collect();
    chunks.sort_by_key(|(number, _)| *number);
    chunks.dedup_by_key(|(number, _)| *number);
    (!chunks.is_empty()).then(|| chunks.iter().flat_map(|(_, data)| data.iter().copied()).collect())
}

/// The bytes that decoding at `reduction` takes: component planes, their upsampled copies, the output, a quarter turn,
/// and for files of several scans every coefficient of the whole picture.
fn memory(facts: &SourceFacts, reduction: Reduction) -> u64 {
    let pixels = reduction.apply(facts.stored).area();
    let channels = u64::from(facts.components);
    let Some(jpeg) = &facts.jpeg else { return u64::MAX };
    let share = |[h, v]: &[u8; 2]| u64::from(*h) * u64::from(*v);
    let largest = jpeg.sampling.iter().map(|[h, _]| u64::from(*h)).max().unwrap_or(1)
        * jpeg.sampling.iter().map(|[_, v]| u64::from(*v)).max().unwrap_or(1);
    let samples: u64 =
        jpeg.sampling.iter().map(|s| facts.stored.area() * share(s) / largest.max(1)).sum();
    let coefficients = if jpeg.progressive || jpeg.scans > 1 { 2 * samples } else { 0 };
    let planes = samples / u64::from(reduction.factor()).pow(2);
    coefficients + planes + 2 * pixels * channels.max(3)
}

/// Decodes at `reduction`, or at the next coarser one that fits into memory, into `samples`, whatever it holds.
pub(super) fn decode(
    bytes: &[u8],
    header: &Header,
    reduction: Reduction,
    mut samples: Vec<u8>,
    notes: &mut Vec<Note>,
) -> Result<StoredPixels> {
    let facts = &header.facts;
    let fitting =
        Reduction::ALL.into_iter().find(|&r| r >= reduction && memory(facts, r) <= MEMORY_BUDGET);
    let Some(fitting) = fitting else {
        check_memory(memory(facts, Reduction::Eighth))?;
        return Err(damaged("no scale fits"));
    };
    if fitting != reduction {
        notes.push(Note::ReducedForMemory { factor: fitting.factor() });
    }
    let repaired = ended(bytes, header).or_else(|| told_apart(bytes, header));
    let bytes = repaired.as_deref().unwrap_or(bytes);
    let leading = facts.jpeg.as_ref().map_or(0, |j| j.leading_bytes) as usize;
    let bytes = bytes.get(leading..).unwrap_or(bytes);

    let limits = DecodeLimits {
        max_width: facts.stored.width as usize,
        max_height: facts.stored.height as usize,
        max_pixels: facts.stored.area(),
        max_scans: MAX_SCANS,
        max_memory: None,
    };
    let (ink, format) = match facts.color {
        ColorModel::Gray => (Ink::Gray, PixelFormat::Grayscale),
        ColorModel::Rgb | ColorModel::Ycbcr => (Ink::Rgb, PixelFormat::Rgb),
        ColorModel::Cmyk | ColorModel::Ycck => (Ink::Cmyk, PixelFormat::Cmyk),
    };
    let scale = ScalingFactor::try_new(1, fitting.factor() as _).map_err(|e| internal(&e))?;
    let decoder = Decoder::new_with_limits(bytes, limits).map_err(|e| explain(&e))?;
    let decoder = decoder.with_output_format(format).with_scale(scale).with_lenient(true);
    let size = fitting.apply(facts.stored);
    let length = size.area() * ink.channels() as u64;
    // grey where the data end early, not what the buffer was used for before
    samples.clear();
    samples.resize(length as usize, 128);
    let picture = decoder.decode_image_into(&mut samples).map_err(|e| explain(&e))?;
    let lost_share = match scans_lost(bytes, header, &picture.warnings) {
        Some(Loss::Area(share)) => share,
        Some(Loss::Detail) => {
            notes.push(Note::MissingDetail);
            0.0
        }
        None => lost_share(&picture.warnings, facts),
    };
    let decoded = Size::new(picture.width as u32, picture.height as u32);
    if decoded != size || picture.bytes_written as u64 != length {
        return Err(damaged(format!(
            "the picture data say {}×{} px",
            decoded.width, decoded.height
        )));
    }
    let lost_share = if lost_share < 1.0
        && audit::has_seams(&samples, size, ink.channels(), block_rows(facts, fitting))
    {
        audit::garbled_share(bytes).map_or(lost_share, |garbled| garbled.max(lost_share))
    } else {
        lost_share
    };
    let converter = header.converter(ink, false, notes);
    let rgb = into_rgb(samples, size, ink, &converter);
    RgbImage::from_raw(size.width, size.height, rgb)
        .map(|rgb| StoredPixels { rgb, lost_share })
        .ok_or_else(|| damaged("it is cut short"))
}

/// The height of a row of blocks in the decoded picture, in pixels.
fn block_rows(facts: &SourceFacts, reduction: Reduction) -> usize {
    let tallest = facts.jpeg.as_ref().and_then(|j| j.sampling.iter().map(|[_, v]| *v).max());
    let rows = if facts.components == 1 { 1 } else { usize::from(tallest.unwrap_or(1)) };
    (8 * rows / reduction.factor() as usize).max(1)
}

fn into_rgb(
    mut samples: Vec<u8>,
    size: Size,
    ink: Ink,
    converter: &super::profile::Converter,
) -> Vec<u8> {
    if converter.is_passthrough() {
        return samples;
    }
    if ink == Ink::Cmyk {
        // Every program that writes CMYK JPEG stores inks inverted, as Photoshop does, Adobe marker or not; Pillow and
        // browsers read them so.
        for v in &mut samples {
            *v = 255 - *v;
        }
    }
    converter.picture(&samples, size)
}

fn explain(error: &JpegError) -> Error {
    match error {
        JpegError::Unsupported(what) => unsupported(format!("JPEG with {what}")),
        JpegError::LimitExceeded { what, actual, limit } => Error::TooLarge {
            what: "the number of scans or the size",
            actual: format!("{what} {actual}"),
            limit: limit.to_string(),
        },
        other => damaged(other.to_string()),
    }
}

fn internal(error: &JpegError) -> Error {
    Error::Internal { stage: "decode", reason: error.to_string() }
}

/// A copy with an end marker, of a file of several scans that stops without one: the decoder looks for all scans first.
fn ended(bytes: &[u8], header: &Header) -> Option<Vec<u8>> {
    let facts = header.facts.jpeg.as_ref()?;
    if facts.eoi || !(facts.progressive || facts.scans > 1) {
        return None;
    }
    let usable = markers::layout(bytes)?.usable_to;
    let mut whole = bytes.get(..usable)?.to_vec();
    whole.extend([0xFF, 0xD9]);
    Some(whole)
}

/// A copy with identifiers 1, 2, … of a file of one scan that gives several components the same, as libjpeg reads it.
fn told_apart(bytes: &[u8], header: &Header) -> Option<Vec<u8>> {
    let facts = header.facts.jpeg.as_ref()?;
    let ids = &facts.component_ids;
    if facts.scans != 1
        || !ids.iter().enumerate().any(|(i, id)| ids.iter().take(i).any(|other| other == id))
    {
        return None;
    }
    let layout = markers::layout(bytes)?;
    let scan = layout.scan_headers.first().filter(|s| s.components == *ids)?;
    let mut apart = bytes.to_vec();
    for i in 0..ids.len() {
        *apart.get_mut(layout.frame_ids_at + 3 * i)? = i as u8 + 1;
        *apart.get_mut(scan.ids_at + 2 * i)? = i as u8 + 1;
    }
    Some(apart)
}

/// What is lost in a file of several scans that was cut short.
enum Loss {
    /// This share of the picture's area.
    Area(f64),
    /// No area, only refinement of what is there.
    Detail,
}

/// What a cut file of several scans has lost; `None` for whole files and for those of one scan.
///
/// A place counts as there when the scans up to the cut carry every coefficient of the first component there, at
/// whatever precision, and the mean of the others (all of the others, where they are no colour differences).
fn scans_lost(bytes: &[u8], header: &Header, warnings: &[DecodeWarning]) -> Option<Loss> {
    let facts = header.facts.jpeg.as_ref()?;
    if facts.eoi || !(facts.progressive || facts.component_ids.len() > 1 && facts.scans > 1) {
        return None;
    }
    let scans = markers::layout(bytes)?.scan_headers;
    let differences = matches!(header.facts.color, ColorModel::Ycbcr | ColorModel::Ycck);
    let is_whole = |scans: &[markers::ScanHeader]| {
        facts.component_ids.iter().enumerate().all(|(i, id)| {
            let of_component = scans.iter().filter(|s| s.components.contains(id));
            let covered = of_component.fold(0u64, |c, s| c | coefficients(s.start, s.end));
            let chroma = differences && (i == 1 || i == 2);
            if chroma { covered & 1 == 1 } else { covered == u64::MAX }
        })
    };
    let short = warnings.iter().find_map(|w| match w {
        DecodeWarning::TruncatedData { decoded_mcus, total_mcus } => {
            Some(1.0 - *decoded_mcus as f64 / (*total_mcus).max(1) as f64)
        }
        _ => None,
    });
    let before_last = scans.split_last().map_or(&[][..], |(_, before)| before);
    if !is_whole(&scans) {
        Some(Loss::Area(1.0))
    } else if is_whole(before_last) {
        Some(Loss::Detail)
    } else {
        Some(Loss::Area(short.unwrap_or(0.0)))
    }
}

/// The set of coefficients from `start` to `end`, one bit each.
const fn coefficients(start: u8, end: u8) -> u64 {
    if start > end || end > 63 { 0 } else { (u64::MAX >> (63 - end)) & (u64::MAX << start) }
}

/// The share of the picture that the data do not give.
///
/// After the first broken code nothing that follows can be trusted up to the next restart marker: the DC values are
/// sums over all blocks before. Without restart markers that is the rest of the picture.
fn lost_share(warnings: &[DecodeWarning], facts: &SourceFacts) -> f64 {
    let Some(jpeg) = &facts.jpeg else { return 0.0 };
    let [h, v] = jpeg.sampling.iter().fold([1, 1], |[h, v], s| [h.max(s[0]), v.max(s[1])]);
    let single = jpeg.components == 1;
    let (h, v) = if single { (1, 1) } else { (u32::from(h), u32::from(v)) };
    let across = u64::from(facts.stored.width.div_ceil(8 * h));
    let total = (across * u64::from(facts.stored.height.div_ceil(8 * v))).max(1);
    let interval = u64::from(jpeg.restart_interval);
    let mut lost = 0;
    let mut counted_to = 0; // units before this one are settled
    for warning in warnings {
        let (at, resumes) = match warning {
            DecodeWarning::HuffmanError { mcu_x, mcu_y, .. } => {
                (*mcu_y as u64 * across + *mcu_x as u64, interval > 0)
            }
            DecodeWarning::TruncatedData { decoded_mcus, total_mcus } => {
                let whole = (*total_mcus).max(1) as u64;
                ((*decoded_mcus as u64).saturating_mul(total) / whole, interval > 0 && jpeg.eoi)
            }
            _ => continue,
        };
        let end = if resumes { ((at / interval) + 1) * interval } else { total }.min(total);
        let from = at.max(counted_to).min(end);
        lost += end - from;
        counted_to = counted_to.max(end);
    }
    lost as f64 / total as f64
}
