//! A file's bytes → upright 8-bit sRGB pixels, and the facts of the file.
//!
//! [`Opened::open`] reads the header: it recognises the format by content, applies the limits before anything is allocated,
//! and knows size, orientation, density and profile. [`Opened::decode`] makes the pixels. After it there are no maybes
//! left: the picture is upright, in sRGB, without transparency; what had to be assumed is in its [`Note`]s.
//!
//! Damage: a picture of which at least [`MIN_INTACT_SHARE`] is there is decoded, with [`Note::DamagedPart`]; one that has lost
//! more is refused as [`Error::Damaged`].

#[cfg(feature = "avif")]
mod avif;
mod exif;
#[cfg(feature = "heic")]
mod heic;
mod jpeg;
mod note;
mod orient;
mod png;
mod profile;
mod sniff;
mod tiff;
mod whole;

use image::RgbImage;
use serde::{Deserialize, Serialize};

use crate::base::error::{Error, Result};
use crate::base::geometry::Size;

pub use jpeg::audit;
pub use note::Note;

/// What a file may cost. Checked on the header, before anything is allocated.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// The most pixels a picture may have. Default: 200 000 000, the largest phone sensor.
    pub pixels: u64,
    /// The most bytes a file may have. Default: 64 MiB.
    pub bytes: u64,
    /// The longest side, in pixels. Default: 65 535, what a JPEG header can say.
    pub side: u32,
}

impl Default for Limits {
    fn default() -> Self {
        Self { pixels: 200_000_000, bytes: 64 << 20, side: 65_535 }
    }
}

impl Limits {
    fn check_bytes(&self, bytes: &[u8]) -> Result<()> {
        if bytes.len() as u64 <= self.bytes {
            return Ok(());
        }
        Err(Error::TooLarge {
            what: "the file",
            actual: mebibytes(bytes.len() as u64),
            limit: mebibytes(self.bytes),
        })
    }

    /// Refuses pictures without area and those over the limits.
    fn check_size(&self, format: &'static str, size: Size) -> Result<()> {
        if size.area() == 0 {
            return Err(Error::Damaged {
                format,
                reason: format!("the header says {}×{} px", size.width, size.height),
            });
        }
        if size.width.max(size.height) > self.side {
            return Err(Error::TooLarge {
                what: "the picture's longer side",
                actual: format!("{} px", size.width.max(size.height)),
                limit: format!("{} px", self.side),
            });
        }
        if size.area() > self.pixels {
            let megapixels = |n: u64| format!("{:.1} megapixels", n as f64 / 1e6);
            return Err(Error::TooLarge {
                what: "the picture",
                actual: megapixels(size.area()),
                limit: megapixels(self.pixels),
            });
        }
        Ok(())
    }
}

fn mebibytes(bytes: u64) -> String {
    format!("{:.1} MiB", bytes as f64 / f64::from(1 << 20))
}

/// The memory one decoding may take, in bytes, everything included. With the file itself (at most 64 MiB) it stays below
/// the 600 MB that one worker may need.
const MEMORY_BUDGET: u64 = 480 << 20;

/// Refuses a decoding that would need more memory than one may take.
fn check_memory(needed: u64) -> Result<()> {
    if needed <= MEMORY_BUDGET {
        return Ok(());
    }
    Err(Error::TooLarge {
        what: "the memory to decode it",
        actual: mebibytes(needed),
        limit: mebibytes(MEMORY_BUDGET),
    })
}

/// The share of a picture that must be there for it to be worth showing: less, and the person is cut through.
///
/// A portrait that lost its lowest quarter still holds the head and most of the shoulders.
pub const MIN_INTACT_SHARE: f64 = 0.75;

/// Notes the loss, or refuses when too much is lost.
fn judge_damage(format: &'static str, lost_share: f64, notes: &mut Vec<Note>) -> Result<()> {
    if lost_share <= 0.0 {
        return Ok(());
    }
    if lost_share > 1.0 - MIN_INTACT_SHARE {
        return Err(Error::Damaged {
            format,
            reason: format!("{:.0} % of the picture is missing or garbled", lost_share * 100.0),
        });
    }
    notes.push(Note::DamagedPart { lost_share });
    Ok(())
}

/// How much smaller a picture is decoded. Formats without scaled decoding give [`Reduction::Full`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default, Hash)]
pub enum Reduction {
    /// Every pixel.
    #[default]
    Full,
    /// Half the width and height.
    Half,
    /// A quarter.
    Quarter,
    /// An eighth.
    Eighth,
}

impl Reduction {
    /// All, from the least to the most.
    pub const ALL: [Self; 4] = [Self::Full, Self::Half, Self::Quarter, Self::Eighth];

    /// By how much each side is divided: 1, 2, 4 or 8.
    #[must_use]
    pub const fn factor(self) -> u32 {
        match self {
            Self::Full => 1,
            Self::Half => 2,
            Self::Quarter => 4,
            Self::Eighth => 8,
        }
    }

    /// The size of a picture of `size` after it: each side divided and rounded up.
    #[must_use]
    pub const fn apply(self, size: Size) -> Size {
        Size::new(size.width.div_ceil(self.factor()), size.height.div_ceil(self.factor()))
    }
}

/// The kind of file, by content.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Format {
    /// JPEG (ITU-T T.81).
    Jpeg,
    /// PNG, and the first frame of APNG.
    Png,
    /// WebP, lossy or lossless.
    WebP,
    /// TIFF and `BigTIFF`.
    Tiff,
    /// Windows bitmap.
    Bmp,
    /// GIF.
    Gif,
    /// HEIF with HEVC, what iPhones shoot.
    Heic,
    /// HEIF with AV1.
    Avif,
}

impl Format {
    /// Every format there is, the best known first.
    pub const ALL: [Self; 8] = [
        Self::Jpeg,
        Self::Png,
        Self::WebP,
        Self::Tiff,
        Self::Bmp,
        Self::Gif,
        Self::Heic,
        Self::Avif,
    ];

    /// The name as people write it.
    #[must_use]
    pub const fn display_name(self) -> &'static str {
        match self {
            Self::Jpeg => "JPEG",
            Self::Png => "PNG",
            Self::WebP => "WebP",
            Self::Tiff => "TIFF",
            Self::Bmp => "BMP",
            Self::Gif => "GIF",
            Self::Heic => "HEIC",
            Self::Avif => "AVIF",
        }
    }

    /// The lower-case name, as reports write it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Jpeg => "jpeg",
            Self::Png => "png",
            Self::WebP => "webp",
            Self::Tiff => "tiff",
            Self::Bmp => "bmp",
            Self::Gif => "gif",
            Self::Heic => "heic",
            Self::Avif => "avif",
        }
    }
}

impl std::fmt::Display for Format {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.name())
    }
}

/// How a file codes its colours.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ColorModel {
    /// One channel of lightness.
    Gray,
    /// Red, green, blue; palettes too.
    Rgb,
    /// Luma and two colour differences.
    Ycbcr,
    /// Four printing inks.
    Cmyk,
    /// Four printing inks, the first three as luma and colour differences.
    Ycck,
}

/// What a file's header says.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct SourceFacts {
    /// The kind of file.
    pub format: Format,
    /// Width and height as stored, before the orientation is applied.
    pub stored: Size,
    /// The EXIF orientation, 1..=8; 1 when absent or invalid.
    pub orientation: u8,
    /// The orientation tag as written, if there is one, valid or not.
    pub orientation_tag: Option<u16>,
    /// Horizontal and vertical density in pixels per inch, as stored, where the file gives one with a unit.
    pub dpi: Option<[f64; 2]>,
    /// The embedded profile's name for itself; `unnamed` where it has none, `unreadable` when broken.
    pub icc: Option<String>,
    /// Size of the file.
    pub bytes: u64,
    /// Number of channels, alpha included.
    pub components: u8,
    /// Bits per channel.
    pub bits: u8,
    /// Whether there is transparency.
    pub alpha: bool,
    /// Whether the pixels are indices into a palette.
    pub palette: bool,
    /// How colours are coded.
    pub color: ColorModel,
    /// The marker structure of a JPEG file.
    pub jpeg: Option<crate::input::markers::JpegFacts>,
}

impl SourceFacts {
    /// Facts of a file about which nothing but format and size is known: three 8-bit RGB channels.
    fn new(format: Format, stored: Size, bytes: &[u8]) -> Self {
        Self {
            format,
            stored,
            orientation: 1,
            orientation_tag: None,
            dpi: None,
            icc: None,
            bytes: bytes.len() as u64,
            components: 3,
            bits: 8,
            alpha: false,
            palette: false,
            color: ColorModel::Rgb,
            jpeg: None,
        }
    }
}

/// A decoded picture.
#[derive(Debug, Clone)]
pub struct Photo {
    /// Upright 8-bit sRGB, opaque; smaller than [`Photo::source_size`] when decoded reduced.
    pub pixels: RgbImage,
    /// The upright size of the picture in the file, in pixels.
    pub source_size: Size,
    /// What the header says.
    pub facts: SourceFacts,
    /// What was assumed, in the order it was.
    pub notes: Vec<Note>,
    /// Whether the file holds a single channel of lightness (alpha aside), so that no pixel can have a colour.
    pub gray: bool,
}

/// What a format's header gives, beside the facts.
#[derive(Debug)]
struct Header {
    facts: SourceFacts,
    /// The embedded profile's bytes.
    icc: Option<Vec<u8>>,
    /// Whether EXIF marks the pixels as Adobe RGB.
    adobe_rgb: bool,
    notes: Vec<Note>,
}

impl Header {
    fn new(facts: SourceFacts) -> Self {
        Self { facts, icc: None, adobe_rgb: false, notes: Vec::new() }
    }

    /// Takes over what an EXIF block says, where nothing better is known.
    fn take_exif(&mut self, block: &[u8]) {
        let read = exif::read(block);
        self.facts.orientation_tag = self.facts.orientation_tag.or(read.orientation);
        self.facts.dpi = self.facts.dpi.or(read.dpi);
        self.adobe_rgb |= read.adobe_rgb;
    }

    /// Takes the orientation from an XMP packet, where EXIF gives none.
    fn take_xmp(&mut self, packet: &[u8]) {
        self.facts.orientation_tag =
            self.facts.orientation_tag.or_else(|| exif::xmp_orientation(packet));
    }

    fn take_icc(&mut self, icc: Vec<u8>) {
        self.facts.icc = Some(profile::describe(&icc).0);
        self.icc = Some(icc);
    }

    /// A converter for rows of these channels, from the embedded profile.
    fn converter(
        &self,
        ink: profile::Ink,
        alpha: bool,
        notes: &mut Vec<Note>,
    ) -> profile::Converter {
        if self.adobe_rgb && self.icc.is_none() && ink == profile::Ink::Rgb {
            return profile::Converter::adobe_rgb(alpha, notes);
        }
        profile::Converter::new(ink, alpha, self.icc.as_deref(), notes)
    }
}

/// What a format's decoder gives: pixels as stored, in sRGB, and the share of the picture that was lost.
struct StoredPixels {
    rgb: RgbImage,
    lost_share: f64,
}

/// A file whose header was read and found within the limits.
#[derive(Debug)]
pub struct Opened<'a> {
    bytes: &'a [u8],
    header: Header,
}

impl<'a> Opened<'a> {
    /// Recognises the format of `bytes`, reads the header, and checks it against `limits`. Allocates no pixels.
    ///
    /// # Errors
    /// [`Error::UnsupportedFormat`] with what the content looks like, [`Error::TooLarge`], or [`Error::Damaged`] for a
    /// header that makes no sense.
    pub fn open(bytes: &'a [u8], limits: &Limits) -> Result<Self> {
        limits.check_bytes(bytes)?;
        let mut header = match sniff::sniff(bytes)? {
            Format::Jpeg => jpeg::open(bytes, limits)?,
            Format::Png => png::open(bytes, limits)?,
            Format::Tiff => tiff::open(bytes, limits)?,
            format @ (Format::WebP | Format::Bmp | Format::Gif) => {
                whole::open(format, bytes, limits)?
            }
            #[cfg(feature = "heic")]
            Format::Heic => heic::open(bytes, limits)?,
            #[cfg(not(feature = "heic"))]
            format @ Format::Heic => return Err(not_built_in(format)),
            #[cfg(feature = "avif")]
            Format::Avif => avif::open(bytes, limits)?,
            #[cfg(not(feature = "avif"))]
            format @ Format::Avif => return Err(not_built_in(format)),
        };
        match header.facts.orientation_tag {
            Some(tag @ 1..=8) => {
                header.facts.orientation = tag as u8;
                if tag > 1 {
                    header.notes.push(Note::OrientedFromTag { orientation: tag as u8 });
                }
            }
            Some(tag) => header.notes.push(Note::InvalidOrientation { tag }),
            None => {}
        }
        Ok(Self { bytes, header })
    }

    /// What the header says.
    #[must_use]
    pub fn facts(&self) -> &SourceFacts {
        &self.header.facts
    }

    /// The size of the whole picture, upright.
    #[must_use]
    pub fn upright_size(&self) -> Size {
        orient::upright_size(self.header.facts.stored, self.header.facts.orientation)
    }

    /// Decodes the picture, each side divided by `reduction` (rounded up) where the format allows that: JPEG.
    ///
    /// # Errors
    /// [`Error::Damaged`] when more than a quarter of the picture is lost, [`Error::UnsupportedFormat`] for kinds of coding
    /// that are not read, [`Error::TooLarge`] when decoding would take too much memory.
    pub fn decode(&self, reduction: Reduction) -> Result<Photo> {
        self.decode_into(reduction, Vec::new())
    }

    /// The same with `buffer` for the pixels, where the format allows that: a JPEG's. What it holds does not matter; where it is large enough, nothing of the picture's
    /// size is allocated.
    ///
    /// # Errors
    /// Those of [`Self::decode`].
    pub fn decode_into(&self, reduction: Reduction, buffer: Vec<u8>) -> Result<Photo> {
        let header = &self.header;
        let mut notes = header.notes.clone();
        let decoded = match header.facts.format {
            Format::Jpeg => jpeg::decode(self.bytes, header, reduction, buffer, &mut notes)?,
            Format::Png => png::decode(self.bytes, header, &mut notes)?,
            Format::Tiff => tiff::decode(self.bytes, header, &mut notes)?,
            Format::WebP | Format::Bmp | Format::Gif => {
                whole::decode(self.bytes, header, &mut notes)?
            }
            #[cfg(feature = "heic")]
            Format::Heic => heic::decode(self.bytes, header, &mut notes)?,
            #[cfg(not(feature = "heic"))]
            format @ Format::Heic => return Err(not_built_in(format)),
            #[cfg(feature = "avif")]
            Format::Avif => avif::decode(self.bytes, header, &mut notes)?,
            #[cfg(not(feature = "avif"))]
            format @ Format::Avif => return Err(not_built_in(format)),
        };
        judge_damage(header.facts.format.display_name(), decoded.lost_share, &mut notes)?;
        if header.facts.alpha {
            notes.push(Note::AlphaOverWhite);
        }
        Ok(Photo {
            pixels: orient::oriented(decoded.rgb, header.facts.orientation),
            source_size: self.upright_size(),
            facts: header.facts.clone(),
            notes,
            gray: header.facts.color == ColorModel::Gray,
        })
    }
}

/// The refusal of a format whose decoder was left out of this build.
#[cfg(not(all(feature = "heic", feature = "avif")))]
fn not_built_in(format: Format) -> Error {
    Error::UnsupportedFormat {
        what: format!(
            "{} (this build lacks the feature `{format}`; export it as JPEG)",
            format.display_name()
        ),
    }
}

/// Decodes a file: [`Opened::open`], then [`Opened::decode`].
///
/// # Errors
/// Those of the two.
pub fn decode(bytes: &[u8], limits: &Limits, reduction: Reduction) -> Result<Photo> {
    Opened::open(bytes, limits)?.decode(reduction)
}

#[cfg(test)]
mod tests;
