//! AVIF: HEIF with AV1, what Androids and browsers write. Feature `avif`, on by default.
//!
//! The boxes, the colour matrix and the turns are heic-rs's; the AV1 decoder is `re_rav1d`, which is rav1d (dav1d translated to Rust by the ISRG's Prossimo) behind a safe
//! interface, here without its assembly: nothing but cargo is needed to build it. BSD-2-Clause. Of the others that were looked at in November 2026, rav1d offers only C's interface, which is
//! `unsafe` to call; rav1d-safe and zenavif are AGPL; gamut-av1 and oxideav-av1 do not decode pictures yet; libavif, dav1d and libaom want nasm or cmake; and avif-parse is MPL.
//! What counts against it: there is `unsafe` inside, it adds more than a minute of one core to a build, and with debug assertions it takes minutes for a picture (the dev profile leaves
//! them out).
//!
//! Not read: HDR pictures without a standard base (PQ, HLG), which would look wrong without tone mapping, and sequences without a still picture.

mod sequence;

use heic_rs::color;
use heic_rs::context::Context;
use heic_rs::ftyp::FileType;
use heic_rs::hevc::{ChromaFormat, Frame};
use heic_rs::props::{ItemProps, colr::Nclx};
use heic_rs::{Brand, Error as HeifError, MatrixCoefficients, PixelLayout, Range, grid, transform};
use image::RgbImage;
use moxcms::ColorProfile;
use re_rav1d::dav1d::{self, PlanarImageComponent, Settings};

use self::sequence::Sequence;
use super::profile::Ink;
use super::{ColorModel, Format, Header, Limits, Note, SourceFacts, StoredPixels, check_memory};
use crate::base::error::{Error, Result};
use crate::base::geometry::Size;

/// Bytes per pixel that decoding may take at its peak, counted and not measured: with 10 bits and 4:4:4 the decoder's planes 6, its notes on every block 2, our planes of
/// 16 bit 6, the output 3, a turned copy 3.
const MEMORY_PER_PIXEL: u64 = 20;

fn damaged(reason: impl Into<String>) -> Error {
    Error::Damaged { format: "AVIF", reason: reason.into() }
}

fn unsupported(what: impl std::fmt::Display) -> Error {
    Error::UnsupportedFormat { what: format!("AVIF {what}") }
}

fn explain(error: &HeifError) -> Error {
    match error {
        HeifError::Unsupported(what) => unsupported(format!("with {what}")),
        other => damaged(other.to_string()),
    }
}

/// A file whose boxes were read.
struct Boxes<'a> {
    context: Context<'a>,
    primary: u32,
    props: ItemProps<'a>,
    sequence: Sequence,
    /// Size as coded, before turns and crops.
    coded: Size,
}

impl<'a> Boxes<'a> {
    fn read(bytes: &'a [u8]) -> Result<Self> {
        // Not `Context::open`, which refuses the brand.
        let ftyp = FileType {
            major: Brand::Avif,
            effective: Brand::Avif,
            minor_version: 0,
            compatible_count: 0,
        };
        let meta = heic_rs::meta::parse(bytes).map_err(|e| match e {
            HeifError::MissingBox("meta") => unsupported("sequence without a still picture"),
            other => explain(&other),
        })?;
        let context = Context { file: bytes, ftyp, meta };
        let primary = context.meta.primary;
        let props = context.props(primary).map_err(|e| explain(&e))?;
        let tiles = context.grid(primary).map_err(|e| explain(&e))?;
        let coded_item = match &tiles {
            Some((_, tiles)) => *tiles.first().ok_or_else(|| damaged("a grid of no tiles"))?,
            None => primary,
        };
        let sequence = sequence_of(&context, coded_item)?;
        let coded = match (&tiles, props.ispe) {
            (Some((grid, _)), _) => Size::new(grid.output_width, grid.output_height),
            (None, Some(ispe)) => Size::new(ispe.width, ispe.height),
            (None, None) => Size::new(sequence.width, sequence.height),
        };
        Ok(Self { context, primary, props, sequence, coded })
    }

    /// How to read the samples: the `colr` box, else what the stream says.
    fn nclx(&self) -> Result<Nclx> {
        let own = Nclx {
            primaries: self.sequence.primaries,
            transfer: self.sequence.transfer,
            matrix: MatrixCoefficients::from_code(self.sequence.matrix),
            matrix_code: self.sequence.matrix,
            range: if self.sequence.full_range { Range::Full } else { Range::Limited },
        };
        let mut nclx = self.props.nclx.unwrap_or(own);
        match nclx.matrix {
            // What libavif and browsers take it for.
            MatrixCoefficients::Unspecified => nclx.matrix = MatrixCoefficients::Bt601,
            MatrixCoefficients::Other(code) if !self.sequence.monochrome => {
                return Err(unsupported(format!("with matrix coefficients {code}")));
            }
            _ => {}
        }
        if matches!(nclx.transfer, 16 | 18) && self.props.icc.is_none() {
            let curve = if nclx.transfer == 16 { "PQ" } else { "HLG" };
            return Err(unsupported(format!("in HDR ({curve}) without a standard picture")));
        }
        Ok(nclx)
    }
}

fn sequence_of(context: &Context<'_>, item: u32) -> Result<Sequence> {
    let info = context.meta.item(item).ok_or_else(|| damaged("its picture is missing"))?;
    if &info.item_type != b"av01" {
        let kind: String =
            info.item_type.iter().map(|b| char::from(*b).escape_default().to_string()).collect();
        return Err(unsupported(format!("with a picture of type {kind}")));
    }
    let data = context.item_data(item).map_err(|e| explain(&e))?;
    if let Some(found) = sequence::find(&data) {
        return Ok(found);
    }
    // The configuration box repeats the header after four bytes of its own (AV1-ISOBMFF 2.3.3).
    let config = context.meta.props.find(item, b"av1C").and_then(|b| b.payload.get(4..));
    config.and_then(sequence::find).ok_or_else(|| damaged("it has no sequence header"))
}

/// Reads the boxes and the sequence header. Turns, mirrors and crops are part of the picture, as with HEIC; an EXIF orientation repeats them and is not applied again.
pub(super) fn open(bytes: &[u8], limits: &Limits) -> Result<Header> {
    let boxes = Boxes::read(bytes)?;
    limits.check_size("AVIF", boxes.coded)?;
    let transforms = &boxes.props.transforms;
    let (width, height) =
        transform::transformed_size(boxes.coded.width, boxes.coded.height, transforms)
            .map_err(|e| explain(&e))?;
    let stored = Size::new(width, height);
    limits.check_size("AVIF", stored)?;
    let nclx = boxes.nclx()?;
    let alpha = boxes.context.alpha_item(boxes.primary).map_err(|e| explain(&e))?.is_some();

    let mut facts = SourceFacts::new(Format::Avif, stored, bytes);
    facts.bits = boxes.sequence.bits;
    facts.alpha = alpha;
    facts.color = match (boxes.sequence.monochrome, nclx.matrix) {
        (true, _) => ColorModel::Gray,
        (false, MatrixCoefficients::Identity) => ColorModel::Rgb,
        _ => ColorModel::Ycbcr,
    };
    facts.components = if boxes.sequence.monochrome { 1 } else { 3 } + u8::from(alpha);
    let mut header = Header::new(facts);
    if let Ok(Some(block)) = boxes.context.exif(boxes.primary) {
        header.take_exif(block);
        header.facts.orientation_tag = None;
        header.adobe_rgb = false;
    }
    if let Some(icc) = boxes.props.icc {
        header.take_icc(icc.to_vec());
    } else if let Some(profile) = wide(nclx.primaries) {
        // Named by number only; converted like the profile of that name.
        header.icc = profile.encode().ok();
    }
    let brands = super::sniff::brands(bytes);
    if brands.contains(b"avis") {
        header.notes.push(Note::FirstFrameOnly);
    }
    if brands.contains(b"tmap") {
        header.notes.push(Note::BaseOfHdr);
    }
    Ok(header)
}

/// The colour space of wide primaries (ITU-T H.273 table 2) with an ordinary curve; others are near enough to sRGB's.
fn wide(primaries: u16) -> Option<ColorProfile> {
    match primaries {
        9 => Some(ColorProfile::new_bt2020()),
        12 => Some(ColorProfile::new_display_p3()),
        _ => None,
    }
}

/// Decodes the primary picture on the calling thread.
pub(super) fn decode(bytes: &[u8], header: &Header, notes: &mut Vec<Note>) -> Result<StoredPixels> {
    let boxes = Boxes::read(bytes)?;
    let stored = header.facts.stored;
    check_memory(boxes.coded.area().max(stored.area()) * MEMORY_PER_PIXEL)?;
    let frame = item(&boxes.context, boxes.primary, boxes.coded)?;
    let alpha = match boxes.context.alpha_item(boxes.primary).map_err(|e| explain(&e))? {
        Some(id) => Some(item(&boxes.context, id, boxes.coded)?),
        None => None,
    };
    let layout = if alpha.is_some() { PixelLayout::Rgba8 } else { PixelLayout::Rgb8 };
    let most = boxes.coded.area();
    let picture = color::convert(&frame, alpha.as_ref(), boxes.nclx()?, layout, most, Some(1))
        .map_err(|e| explain(&e))?;
    drop((frame, alpha));
    let picture =
        transform::apply_all(picture, &boxes.props.transforms).map_err(|e| explain(&e))?;
    if Size::new(picture.width, picture.height) != stored
        || picture.data.len() as u64 != stored.area() * layout.channels() as u64
    {
        return Err(damaged("its boxes disagree about its size"));
    }
    let converter = header.converter(Ink::Rgb, layout.has_alpha(), notes);
    let rgb = if converter.is_passthrough() {
        picture.data
    } else {
        converter.picture(&picture.data, stored)
    };
    RgbImage::from_raw(stored.width, stored.height, rgb)
        .map(|rgb| StoredPixels { rgb, lost_share: 0.0 })
        .ok_or_else(|| damaged("it is cut short"))
}

/// Decodes an item, a picture or a grid of pictures, of this size.
fn item(context: &Context<'_>, id: u32, size: Size) -> Result<Frame> {
    let frame = match context.grid(id).map_err(|e| explain(&e))? {
        None => coded(context, id, size)?,
        Some((layout, tiles)) => {
            let mut frames = Vec::with_capacity(tiles.len().min(1024));
            let mut area = 0;
            for tile in tiles {
                let sequence = sequence_of(context, tile)?;
                let tile_size = Size::new(sequence.width, sequence.height);
                // Tiles overhang the right and lower edge, by less than one tile each.
                area += tile_size.area();
                if area > 4 * size.area().max(1 << 20) {
                    return Err(damaged("its tiles are larger than the picture"));
                }
                frames.push(coded(context, tile, tile_size)?);
            }
            grid::compose(&layout, &frames, size.area()).map_err(|e| explain(&e))?
        }
    };
    if Size::new(frame.width, frame.height) == size {
        Ok(frame)
    } else {
        Err(damaged(format!(
            "it says {}×{} px and holds {}×{} px",
            size.width, size.height, frame.width, frame.height
        )))
    }
}

/// Decodes one coded picture of at most this size.
fn coded(context: &Context<'_>, id: u32, size: Size) -> Result<Frame> {
    let data = context.item_data(id).map_err(|e| explain(&e))?.into_owned();
    let refused = |error: dav1d::Error| damaged(format!("AV1: {error}").to_lowercase());
    let mut settings = Settings::new();
    settings.set_n_threads(1);
    settings.set_max_frame_delay(1);
    settings.set_all_layers(false);
    settings.set_frame_size_limit(u32::try_from(size.area()).unwrap_or(u32::MAX));
    let mut decoder = dav1d::Decoder::with_settings(&settings).map_err(refused)?;
    match decoder.send_data(data, None, None, None) {
        Ok(()) | Err(dav1d::Error::Again) => {}
        Err(error) => return Err(refused(error)),
    }
    let picture = match decoder.get_picture() {
        // No picture yet: there is data left, or there never will be one.
        Err(dav1d::Error::Again) => {
            match decoder.send_pending_data() {
                Ok(()) | Err(dav1d::Error::Again) => {}
                Err(error) => return Err(refused(error)),
            }
            decoder.get_picture().map_err(|_| damaged("it holds no picture"))?
        }
        other => other.map_err(refused)?,
    };
    frame(&picture)
}

/// The decoder's planes in heic-rs's form.
fn frame(picture: &dav1d::Picture) -> Result<Frame> {
    let chroma = match picture.pixel_layout() {
        dav1d::PixelLayout::I400 => ChromaFormat::Monochrome,
        dav1d::PixelLayout::I420 => ChromaFormat::Yuv420,
        dav1d::PixelLayout::I422 => ChromaFormat::Yuv422,
        dav1d::PixelLayout::I444 => ChromaFormat::Yuv444,
    };
    let (width, height) = (picture.width(), picture.height());
    let (across, down) = chroma.chroma_size(width, height);
    let plane = |component, width: u32, height: u32| {
        let stride = picture.stride(component) as usize;
        let data = picture.plane(component);
        samples(&data, stride, width as usize, height as usize, picture.bit_depth() > 8)
    };
    let mut frame = Frame {
        width,
        height,
        bit_depth: picture.bit_depth() as u8,
        chroma,
        y: plane(PlanarImageComponent::Y, width, height)?,
        y_stride: width,
        c_stride: across,
        ..Frame::default()
    };
    if chroma != ChromaFormat::Monochrome {
        frame.cb = plane(PlanarImageComponent::U, across, down)?;
        frame.cr = plane(PlanarImageComponent::V, across, down)?;
    }
    Ok(frame)
}

/// Rows of a plane without what pads them; `stride` in bytes.
fn samples(
    data: &[u8],
    stride: usize,
    width: usize,
    height: usize,
    wide: bool,
) -> Result<Vec<u16>> {
    let mut out = Vec::with_capacity(width * height);
    for row in data.chunks(stride.max(1)).take(height) {
        if wide {
            let values = row.chunks_exact(2).take(width);
            out.extend(values.filter_map(|v| v.first_chunk()).map(|v| u16::from_ne_bytes(*v)));
        } else {
            out.extend(row.iter().take(width).map(|v| u16::from(*v)));
        }
    }
    if out.len() == width * height { Ok(out) } else { Err(damaged("a plane is cut short")) }
}
