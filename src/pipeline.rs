//! Calls the stages in order: a source's bytes → a card's bytes, and a file's bytes → findings.

use std::time::Duration;

use crate::check::Finding;
use crate::error::{Error, Result};
use crate::face::Head;
use crate::geometry::Affine;
use crate::message::Message;
use crate::raster::Plane;
use crate::spec::PhotoSpec;
use crate::units::Bytes;

/// What `fix` may be told besides the spec.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct FixOptions {
    /// Whether to leave the background as it is. Default: false.
    pub keep_background: bool,
    /// Fewest bytes, in place of the spec's. Default: the spec's.
    pub min_size: Option<Bytes>,
    /// Most bytes, in place of the spec's. Default: the spec's.
    pub max_size: Option<Bytes>,
}

/// What was done to a photo, in the order it was done; each is listed in the report.
#[derive(Debug, Clone, PartialEq)]
pub enum Edit {
    /// Turned upright as its EXIF orientation says.
    Oriented,
    /// Turned by this many degrees clockwise because the face lay on its side.
    Turned(u16),
    /// Converted from its colour profile to sRGB.
    ConvertedToSrgb,
    /// Background replaced.
    BackgroundReplaced,
    /// Turned by this many degrees, positive clockwise.
    Rotated(f64),
    /// Scaled by this factor.
    Scaled(f64),
    /// Cropped to the frame.
    Cropped,
    /// White added above or beside the picture.
    Extended,
    /// Encoded anew.
    Encoded,
    /// Only the density in the header was changed.
    DensityPatched,
    /// Copied as it is: nothing had to be changed.
    Copied,
}

/// Facts about the face and how it was placed, for the report. Coordinates are source pixels after EXIF orientation.
#[derive(Debug, Clone, PartialEq)]
pub struct Placed {
    /// The head.
    pub head: Head,
    /// Source pixels to card pixels, pixel centres at integer coordinates.
    pub source_to_card: Affine,
}

/// Time spent in one stage.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StageTime {
    /// The stage: `decode`, `detect`, `matte`, …
    pub stage: &'static str,
    /// How long it took.
    pub time: Duration,
}

/// A card, made but not yet written.
#[derive(Debug, Clone)]
pub struct Fixed {
    /// The file to write.
    pub jpeg: crate::encode::EncodedJpeg,
    /// Alpha of the person on the card, at the card's size; 0 background … 1 person.
    pub matte: Plane,
    /// The source file's facts.
    pub facts: crate::decode::SourceFacts,
    /// Where the head was and where it went.
    pub placed: Placed,
    /// What was done.
    pub edits: Vec<Edit>,
    /// What was assumed or seen on the way.
    pub notes: Vec<Message>,
    /// What the rules say of the source.
    pub before: Vec<Finding>,
    /// Findings about the making that the card alone cannot show (an enlarged source, an unsure matte); they outrank the card's own when worse.
    pub making: Vec<Finding>,
    /// Time by stage.
    pub times: Vec<StageTime>,
}

/// A file, measured.
#[derive(Debug, Clone)]
pub struct Checked {
    /// The file's facts.
    pub facts: crate::decode::SourceFacts,
    /// The head, in the file's pixels after EXIF orientation.
    pub head: Option<Head>,
    /// One finding per rule, in report order.
    pub findings: Vec<Finding>,
    /// What was assumed on the way.
    pub notes: Vec<Message>,
    /// Time by stage.
    pub times: Vec<StageTime>,
}

/// Does the work for one thread: owns the buffers of every stage and reuses them.
#[derive(Debug)]
pub struct Worker {}

impl Worker {
    /// A worker with its own buffers; the models are loaded once per process and shared.
    ///
    /// # Errors
    /// [`Error::Internal`] when a built-in model does not load.
    pub fn new() -> Result<Self> {
        Err(Error::Internal { stage: "worker", reason: "not built yet".to_owned() })
    }

    /// Makes a card of `spec` from a source's bytes.
    ///
    /// # Errors
    /// Every [`Error`] a photo can cause.
    pub fn fix(&mut self, source: &[u8], spec: &PhotoSpec, options: &FixOptions) -> Result<Fixed> {
        let _ = (source, spec, options);
        Err(Error::Internal { stage: "fix", reason: "not built yet".to_owned() })
    }

    /// Measures a file's bytes against `spec`.
    ///
    /// # Errors
    /// [`Error`] when the bytes are no picture that can be read; a picture without a face is measured all the same.
    pub fn check(
        &mut self,
        file: &[u8],
        file_name: Option<&str>,
        spec: &PhotoSpec,
    ) -> Result<Checked> {
        let _ = (file, file_name, spec);
        Err(Error::Internal { stage: "check", reason: "not built yet".to_owned() })
    }
}
