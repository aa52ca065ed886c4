//! TIFF and `BigTIFF`: strips, tiles and planes of 1 to 32 bits, grey, RGB, CMYK or `YCbCr`; the first page.

use std::io::Cursor;

use image::RgbImage;
use tiff::ColorType;
use tiff::decoder::ifd::Value;
use tiff::decoder::{Decoder, DecodingResult, Limits as TiffLimits};
use tiff::tags::Tag;
use tiff::{TiffError, TiffUnsupportedError};

use super::profile::{Converter, Ink, Sample};
use super::{
    ColorModel, Format, Header, Limits, MEMORY_BUDGET, Note, SourceFacts, StoredPixels,
    check_memory, exif,
};
use crate::base::error::{Error, Result};
use crate::base::geometry::Size;
use crate::input::markers;

/// The largest value of one tag: a CMYK profile has up to 3 MB, a long list of strips less.
const MAX_TAG_BYTES: usize = 8 << 20;

fn damaged(reason: impl Into<String>) -> Error {
    Error::Damaged { format: "TIFF", reason: reason.into() }
}

fn explain(error: &TiffError) -> Error {
    let unsupported = |what: String| Error::UnsupportedFormat { what };
    match error {
        TiffError::UnsupportedError(TiffUnsupportedError::UnsupportedCompressionMethod(method)) => {
            unsupported(format!("TIFF with {method:?} compression"))
        }
        TiffError::UnsupportedError(what) => unsupported(format!("TIFF: {what}")),
        TiffError::LimitsExceeded => Error::TooLarge {
            what: "the memory to decode it",
            actual: "more".to_owned(),
            limit: super::mebibytes(MEMORY_BUDGET),
        },
        other => damaged(other.to_string()),
    }
}

type Reader<'a> = Decoder<Cursor<&'a [u8]>>;

fn reader(bytes: &[u8]) -> Result<Reader<'_>> {
    let mut limits = TiffLimits::default();
    limits.decoding_buffer_size = MEMORY_BUDGET as usize;
    limits.intermediate_buffer_size = MEMORY_BUDGET as usize / 2;
    limits.ifd_value_size = MAX_TAG_BYTES;
    Ok(Decoder::new(Cursor::new(bytes)).map_err(|e| explain(&e))?.with_limits(limits))
}

/// How the samples of a pixel are read.
struct PixelFormat {
    ink: Ink,
    /// Samples per pixel in the file.
    samples: usize,
    /// The sample that is alpha, and whether the colours are already multiplied by it.
    alpha: Option<Alpha>,
    ycbcr: bool,
    bits: u8,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Alpha {
    Straight,
    Premultiplied,
}

fn plan(reader: &mut Reader<'_>) -> Result<PixelFormat> {
    let color = reader.colortype().map_err(|e| explain(&e))?;
    // TIFF 6.0 page 31: 1 associated (premultiplied), 2 unassociated; 0, unspecified, is no transparency.
    let extra = reader.find_tag_unsigned_vec::<u16>(Tag::ExtraSamples).ok().flatten();
    let alpha = match extra.as_deref().and_then(<[u16]>::first) {
        Some(1) => Some(Alpha::Premultiplied),
        Some(2) => Some(Alpha::Straight),
        _ => None,
    };
    let (ink, samples) = match color {
        ColorType::Gray(_) => (Ink::Gray, 1),
        ColorType::GrayA(_) => (Ink::Gray, 2),
        ColorType::RGB(_) | ColorType::YCbCr(_) => (Ink::Rgb, 3),
        ColorType::RGBA(_) => (Ink::Rgb, 4),
        ColorType::CMYK(_) => (Ink::Cmyk, 4),
        ColorType::CMYKA(_) => (Ink::Cmyk, 5),
        // Grey with further samples comes so; the colour models that would need more are refused by the decoder.
        ColorType::Multiband { num_samples, .. } if (2..=4).contains(&num_samples) => {
            (Ink::Gray, usize::from(num_samples))
        }
        other => {
            return Err(Error::UnsupportedFormat { what: format!("TIFF with {other:?} pixels") });
        }
    };
    let alpha = alpha.filter(|_| samples > ink.channels());
    Ok(PixelFormat {
        ink,
        samples,
        alpha,
        ycbcr: matches!(color, ColorType::YCbCr(_)),
        bits: color.bit_depth(),
    })
}

/// Reads the first directory.
pub(super) fn open(bytes: &[u8], limits: &Limits) -> Result<Header> {
    let mut reader = reader(bytes)?;
    let (width, height) = reader.dimensions().map_err(|e| explain(&e))?;
    let stored = Size::new(width, height);
    limits.check_size("TIFF", stored)?;
    let raw = reader.find_tag(Tag::Unknown(50_706)).ok().flatten().is_some()
        || reader
            .find_tag_unsigned::<u32>(Tag::NewSubfileType)
            .ok()
            .flatten()
            .is_some_and(|t| t & 1 == 1)
            && reader.find_tag(Tag::SubIfd).ok().flatten().is_some();
    if raw {
        return Err(Error::UnsupportedFormat { what: "camera raw".to_owned() });
    }
    let plan = plan(&mut reader)?;
    let mut facts = SourceFacts::new(Format::Tiff, stored, bytes);
    facts.bits = plan.bits;
    facts.components = plan.samples as u8;
    facts.alpha = plan.alpha.is_some();
    facts.color = match plan.ink {
        Ink::Gray => ColorModel::Gray,
        Ink::Rgb if plan.ycbcr => ColorModel::Ycbcr,
        Ink::Rgb => ColorModel::Rgb,
        Ink::Cmyk => ColorModel::Cmyk,
    };
    facts.orientation_tag = reader.find_tag_unsigned(Tag::Orientation).ok().flatten();
    let unit = reader.find_tag_unsigned(Tag::ResolutionUnit).ok().flatten().unwrap_or(2);
    let mut density = |tag| match reader.find_tag(tag) {
        Ok(Some(Value::Rational(n, d))) if d != 0 => Some(f64::from(n) / f64::from(d)),
        _ => None,
    };
    facts.dpi = density(Tag::XResolution)
        .zip(density(Tag::YResolution))
        .and_then(|(x, y)| exif::dpi(unit, x, y));
    let mut header = Header::new(facts);
    if let Ok(icc) = reader.get_tag_u8_vec(Tag::IccProfile) {
        header.take_icc(icc);
    }
    if reader.more_images() {
        header.notes.push(Note::FirstPageOnly);
    }
    Ok(header)
}

/// How the strips or tiles of a page lie.
struct Grid {
    size: Size,
    /// Width and height of a strip or tile, as the file says.
    cell: Size,
    across: u32,
    down: u32,
    /// 1 where the channels of a pixel lie together, else the number of channels.
    planes: u32,
}

impl Grid {
    fn new(reader: &mut Reader<'_>, size: Size, plan: &PixelFormat) -> Result<Self> {
        // The decoder takes these tags on trust; a zero or an oversized one would panic there.
        for tag in [Tag::TileWidth, Tag::TileLength, Tag::RowsPerStrip] {
            let value = reader.find_tag_unsigned::<u64>(tag).map_err(|e| explain(&e))?;
            if value.is_some_and(|v| v == 0 || v > u64::from(u32::MAX)) {
                return Err(damaged(format!("{tag:?} is {}", value.unwrap_or(0))));
            }
        }
        let (width, height) = reader.chunk_dimensions();
        if width == 0 || height == 0 {
            return Err(damaged("its strips have no area"));
        }
        let planar =
            reader.find_tag_unsigned::<u16>(Tag::PlanarConfiguration).ok().flatten() == Some(2);
        let planes = if planar { plan.samples as u32 } else { 1 };
        let cell = Size::new(width, height);
        Ok(Self {
            size,
            cell,
            across: size.width.div_ceil(width),
            down: size.height.div_ceil(height),
            planes,
        })
    }

    const fn cells(&self) -> u32 {
        self.across.saturating_mul(self.down)
    }

    /// Where the cell of this number begins, and the size of its part inside the picture.
    const fn place(&self, cell: u32) -> (u32, u32, Size) {
        let x = (cell % self.across) * self.cell.width;
        let y = (cell / self.across) * self.cell.height;
        let (right, below) = (self.size.width - x, self.size.height - y);
        let width = if right < self.cell.width { right } else { self.cell.width };
        let height = if below < self.cell.height { below } else { self.cell.height };
        (x, y, Size::new(width, height))
    }
}

/// Decodes the first page, strip by strip (or tile by tile), so that a file cut short still gives its upper part.
pub(super) fn decode(bytes: &[u8], header: &Header, notes: &mut Vec<Note>) -> Result<StoredPixels> {
    let size = header.facts.stored;
    let mut reader = reader(bytes)?;
    let plan = plan(&mut reader)?;
    let grid = Grid::new(&mut reader, size, &plan)?;
    let cell_samples = u64::from(grid.cell.width.min(size.width + 4096))
        * u64::from(grid.cell.height.min(size.height + 4096));
    let sample_bytes = u64::from(plan.bits).div_ceil(8) + 2; // as read, and as 16 bits
    let turned = if header.facts.orientation >= 5 { 3 } else { 0 };
    check_memory(size.area() * (3 + turned) + cell_samples * plan.samples as u64 * sample_bytes)?;
    check_strips(&mut reader, bytes)?;

    let converter = header.converter(plan.ink, plan.alpha.is_some(), notes);
    let mut rgb = RgbImage::from_pixel(size.width, size.height, image::Rgb([255; 3]));
    let mut intact = 0;
    let mut first_error = None;
    for cell in 0..grid.cells() {
        match cell_rows(&mut reader, &grid, &plan, cell, &converter) {
            Ok(part) => {
                let (x, y, place) = grid.place(cell);
                intact += place.area();
                blit(&mut rgb, &part, x, y, place);
            }
            Err(error) => {
                // What is unsupported once is so everywhere; damage may be in this strip only.
                if !matches!(error, Error::Damaged { .. }) {
                    return Err(error);
                }
                first_error.get_or_insert(error);
            }
        }
    }
    match first_error {
        Some(error) if intact == 0 => Err(error),
        _ => Ok(StoredPixels { rgb, lost_share: 1.0 - intact as f64 / size.area() as f64 }),
    }
}

fn blit(picture: &mut RgbImage, part: &[u8], x: u32, y: u32, size: Size) {
    let stride = picture.width() as usize * 3;
    let (left, row) = (x as usize * 3, size.width as usize * 3);
    let rows = picture.chunks_exact_mut(stride).skip(y as usize);
    for (to, from) in rows.zip(part.chunks_exact(row)).take(size.height as usize) {
        if let Some(to) = to.get_mut(left..left + row) {
            to.copy_from_slice(from);
        }
    }
}

/// The samples of a strip or tile, in one of the two depths that are converted.
enum Samples {
    Eight(Vec<u8>),
    Sixteen(Vec<u16>),
}

/// Reads one cell, all its planes, and converts it to rows of 8-bit sRGB of the size it has inside the picture.
fn cell_rows(
    reader: &mut Reader<'_>,
    grid: &Grid,
    plan: &PixelFormat,
    cell: u32,
    converter: &Converter,
) -> Result<Vec<u8>> {
    let (_, _, place) = grid.place(cell);
    let mut eight = Vec::new();
    let mut sixteen = Vec::new();
    for plane in 0..grid.planes {
        let index = plane * grid.cells() + cell;
        // Tiles of the second plane on come without their padding cut off.
        let width = reader.chunk_data_dimensions(index).0;
        let per_pixel = if grid.planes > 1 { 1 } else { plan.samples };
        match samples(reader.read_chunk(index).map_err(|e| explain(&e))?, plan, width)? {
            Samples::Eight(v) => eight.push((v, width as usize * per_pixel)),
            Samples::Sixteen(v) => sixteen.push((v, width as usize * per_pixel)),
        }
    }
    if sixteen.is_empty() {
        convert(&eight, grid, plan, place, converter)
    } else {
        convert(&sixteen, grid, plan, place, converter)
    }
}

/// The decoder's result as 8- or 16-bit samples, full scale white. Floats are 0 black to 1 white, gamma-coded as their profile
/// says, and clipped.
fn samples(result: DecodingResult, plan: &PixelFormat, width: u32) -> Result<Samples> {
    Ok(match result {
        DecodingResult::U8(v) if plan.bits < 8 => {
            Samples::Eight(unpacked(&v, plan, width as usize)?)
        }
        DecodingResult::U8(v) => Samples::Eight(v),
        DecodingResult::U16(v) => Samples::Sixteen(v),
        DecodingResult::U32(v) => Samples::Sixteen(v.iter().map(|s| (s >> 16) as u16).collect()),
        DecodingResult::F32(v) => Samples::Sixteen(v.iter().map(|s| unit(*s)).collect()),
        DecodingResult::F16(v) => Samples::Sixteen(v.iter().map(|s| unit(s.to_f32())).collect()),
        DecodingResult::F64(v) => Samples::Sixteen(v.iter().map(|s| unit(*s as f32)).collect()),
        DecodingResult::U64(_)
        | DecodingResult::I8(_)
        | DecodingResult::I16(_)
        | DecodingResult::I32(_)
        | DecodingResult::I64(_) => {
            return Err(Error::UnsupportedFormat {
                what: "TIFF with signed or 64-bit samples".to_owned(),
            });
        }
    })
}

/// Converts the planes of a cell, each with the samples in its row, to 8-bit sRGB.
fn convert<T: Sample>(
    planes: &[(Vec<T>, usize)],
    grid: &Grid,
    plan: &PixelFormat,
    place: Size,
    converter: &Converter,
) -> Result<Vec<u8>> {
    let (width, height) = (place.width as usize, place.height as usize);
    let kept = plan.ink.channels() + usize::from(plan.alpha.is_some());
    let planar = grid.planes > 1;
    let mut out = vec![255; width * height * 3];
    let mut row = Vec::with_capacity(width * kept);
    for (y, to) in out.chunks_exact_mut(width * 3).enumerate() {
        row.clear();
        for x in 0..width {
            for channel in 0..kept {
                let (plane, at) =
                    if planar { (channel, x) } else { (0, x * plan.samples + channel) };
                let sample = planes.get(plane).and_then(|(data, stride)| data.get(y * stride + at));
                row.push(*sample.ok_or_else(|| damaged("a strip is cut short"))?);
            }
        }
        if plan.ycbcr {
            row.chunks_exact_mut(kept).for_each(rgb_from_ycbcr);
        }
        if plan.alpha == Some(Alpha::Premultiplied) {
            row.chunks_exact_mut(kept).for_each(unmultiply);
        }
        converter.row(&row, to);
    }
    Ok(out)
}

/// One byte per sample, full scale 255, from grey samples of 1, 2 or 4 bits packed into bytes, each row from a new byte.
fn unpacked(packed: &[u8], plan: &PixelFormat, width: usize) -> Result<Vec<u8>> {
    let bits = usize::from(plan.bits);
    if !matches!(bits, 1 | 2 | 4) || plan.samples != 1 {
        return Err(Error::UnsupportedFormat { what: format!("TIFF with {bits}-bit samples") });
    }
    let full = (1u16 << bits) - 1;
    let stride = (width * bits).div_ceil(8).max(1);
    let mut out = Vec::with_capacity(packed.len() * 8 / bits);
    for row in packed.chunks_exact(stride) {
        let sample = |x: usize| {
            let byte = row.get(x * bits / 8).copied().unwrap_or(0);
            let value = u16::from(byte) >> (8 - bits - x * bits % 8) & full;
            (value * 255 / full) as u8
        };
        out.extend((0..width).map(sample));
    }
    Ok(out)
}

/// A float sample, 0..=1, in 16 bits; what is outside, or no number, is clipped.
fn unit(v: f32) -> u16 {
    (v.clamp(0.0, 1.0) * 65_535.0 + 0.5) as u16
}

/// Refuses JPEG strips and tiles that claim to be larger than they may: the decoder would allocate what they say.
fn check_strips(reader: &mut Reader<'_>, bytes: &[u8]) -> Result<()> {
    if reader.find_tag_unsigned::<u16>(Tag::Compression).ok().flatten() != Some(7) {
        return Ok(());
    }
    let (width, height) = reader.chunk_dimensions();
    let allowed = (u64::from(width) + 64) * (u64::from(height) + 64);
    for (offsets, counts) in
        [(Tag::StripOffsets, Tag::StripByteCounts), (Tag::TileOffsets, Tag::TileByteCounts)]
    {
        let mut list =
            |tag| reader.find_tag_unsigned_vec::<u64>(tag).ok().flatten().unwrap_or_default();
        for (offset, count) in list(offsets).into_iter().zip(list(counts)) {
            let from = usize::try_from(offset).unwrap_or(usize::MAX);
            let to =
                from.saturating_add(usize::try_from(count).unwrap_or(usize::MAX)).min(bytes.len());
            let facts = bytes.get(from..to).and_then(markers::read);
            if facts.is_some_and(|f| u64::from(f.width) * u64::from(f.height) > allowed) {
                return Err(damaged("a strip claims to be larger than the picture"));
            }
        }
    }
    Ok(())
}

/// Full-range `YCbCr` of ITU-R BT.601, as JFIF has it (JFIF 1.02, page 3).
fn rgb_from_ycbcr<T: Sample>(pixel: &mut [T]) {
    let [y, cb, cr, ..] = pixel else { return };
    let full = T::FULL as f32;
    let middle = ((T::FULL / 2) + 1) as f32;
    let (luma, b, r) = (y.value() as f32, cb.value() as f32 - middle, cr.value() as f32 - middle);
    let clip = |v: f32| T::from_value((v + 0.5).clamp(0.0, full) as u32);
    (*y, *cb, *cr) = (
        clip(luma + 1.402 * r),
        clip(luma - 0.344_136 * b - 0.714_136 * r),
        clip(luma + 1.772 * b),
    );
}

/// Straight colours from colours multiplied by the alpha that follows them.
fn unmultiply<T: Sample>(pixel: &mut [T]) {
    let Some((alpha, colours)) = pixel.split_last_mut() else { return };
    let a = u64::from(alpha.value());
    for c in colours.iter_mut().filter(|_| a > 0) {
        let straight = (u64::from(c.value()) * u64::from(T::FULL) + a / 2) / a;
        *c = T::from_value(straight.min(u64::from(T::FULL)) as u32);
    }
}
