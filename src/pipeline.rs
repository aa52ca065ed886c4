//! Calls the stages in order: a source's bytes → a card's bytes, and a file's bytes → findings.

mod evaluate;
mod open;

use std::time::{Duration, Instant};

use serde::{Deserialize, Serialize};

use crate::card::Card;
use crate::check::Finding;
use crate::decode::{Limits, SourceFacts};
use crate::encode::{BackgroundMask, ByteWindow, EncodedJpeg, Encoder};
use crate::error::{Error, Result};
use crate::face::{FaceFinder, Head};
use crate::geometry::Affine;
use crate::matte;
use crate::message::Message;
use crate::placement;
use crate::raster::Plane;
use crate::resample::Resampler;
use crate::spec::{Editing, PhotoSpec};
use crate::units::{Bytes, Dpi};

/// What `fix` may be told besides the spec.
#[derive(Debug, Clone, PartialEq, Default, Serialize)]
pub struct FixOptions {
    /// Whether to leave the background as it is. Default: false.
    pub keep_background: bool,
    /// Fewest bytes, in place of the spec's. Default: the spec's.
    pub min_size: Option<Bytes>,
    /// Most bytes, in place of the spec's. Default: the spec's.
    pub max_size: Option<Bytes>,
}

/// What was done to a photo, in the order it was done; each is listed in the report.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
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
    pub jpeg: EncodedJpeg,
    /// Alpha of the person on the card, at the card's size; 0 background … 1 person.
    pub matte: Plane,
    /// The source file's facts.
    pub facts: SourceFacts,
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
    pub facts: SourceFacts,
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
pub struct Worker {
    finder: FaceFinder,
    resampler: Resampler,
    encoder: Encoder,
    limits: Limits,
}

impl Worker {
    /// A worker with its own buffers; the models are loaded once per process and shared.
    ///
    /// # Errors
    /// [`Error::Internal`] when a built-in model does not load.
    pub fn new() -> Result<Self> {
        Ok(Self {
            finder: FaceFinder::new()?,
            resampler: Resampler::new(),
            encoder: Encoder::new(),
            limits: Limits::default(),
        })
    }

    /// Makes a card of `spec` from a source's bytes.
    ///
    /// # Errors
    /// Every [`Error`] a photo can cause.
    pub fn fix(&mut self, source: &[u8], spec: &PhotoSpec, options: &FixOptions) -> Result<Fixed> {
        let mut clock = Clock::start();
        let wanted = placement::wanted_face_width(spec);
        let seen =
            open::photo_with_face(source, &self.limits, &mut self.finder, wanted, &mut clock)?;
        let sighting = seen.sighting()?;
        let mut notes = seen.notes();
        let size = spec.size();

        let placed = placement::place(sighting, seen.size(), spec);
        let card =
            Card::new(&self.resampler, &seen.photo.pixels, sighting, &placed.photo_to_card, size);
        clock.lap("resample");
        let head_on_card = sighting.head.mapped(&placed.photo_to_card);
        let cut = matte::matte(&card, &head_on_card);
        clock.lap("matte");

        let replace = !options.keep_background && spec.editing == Editing::Any;
        if !replace && spec.editing != Editing::Any {
            notes.push(Message::new("note-background-kept-by-spec").text("spec", &spec.name));
        }
        let pixels = if replace {
            matte::whitened(&card.pixels, &cut, spec.background.colour)
        } else {
            matte::extended(&card, spec.background.colour)
        };
        let mask = replace.then(|| BackgroundMask::from_alpha(&cut.alpha));
        let dpi = spec.resolution.as_ref().map_or(Dpi::new(350), |r| r.dpi);
        let jpeg =
            self.encoder.encode_within(&pixels, mask.as_ref(), dpi, window(spec, options)?)?;
        clock.lap("encode");

        let before = evaluate::findings(&self.resampler, &seen, None, spec);
        clock.lap("check source");
        let source_to_card = placed.photo_to_card.after(&seen.source_to_photo);
        let Some(photo_to_source) = seen.source_to_photo.inverse() else {
            return Err(Error::Internal {
                stage: "placement",
                reason: "a photo of no size".to_owned(),
            });
        };
        let mut head = sighting.head.mapped(&photo_to_source);
        head.hair_top = Some(photo_to_source.apply(placed.hair_top_in_photo));
        let making = evaluate::making(&placed, &source_to_card, &cut, replace, spec);
        Ok(Fixed {
            jpeg,
            matte: cut.alpha,
            edits: edits(&seen, &source_to_card, &card, replace),
            facts: seen.photo.facts,
            placed: Placed { head, source_to_card },
            notes,
            before,
            making,
            times: clock.times,
        })
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
        let mut clock = Clock::start();
        let seen = open::photo_with_face(file, &self.limits, &mut self.finder, 0.0, &mut clock)?;
        let findings = evaluate::findings(&self.resampler, &seen, file_name, spec);
        clock.lap("measure");
        let head = seen
            .sighting()
            .ok()
            .and_then(|s| Some(s.head.mapped(&seen.source_to_photo.inverse()?)));
        Ok(Checked {
            head,
            findings,
            notes: seen.notes(),
            facts: seen.photo.facts,
            times: clock.times,
        })
    }
}

/// The spec's byte window with what the user asked for in its place.
fn window(spec: &PhotoSpec, options: &FixOptions) -> Result<ByteWindow> {
    let max = options.max_size.unwrap_or(spec.file.max);
    // a smaller ceiling alone takes the spec's floor down with it
    let min = options
        .min_size
        .unwrap_or_else(|| if spec.file.min > max { Bytes::new(0) } else { spec.file.min });
    ByteWindow::new(min.to_bytes(), max.to_bytes()).ok_or_else(|| Error::Spec {
        name: spec.name.clone(),
        reason: format!("the least size, {min} bytes, is more than the greatest, {max} bytes"),
    })
}

fn edits(seen: &open::Seen, source_to_card: &Affine, card: &Card, replaced: bool) -> Vec<Edit> {
    let mut edits = Vec::new();
    if seen.photo.facts.orientation != 1 {
        edits.push(Edit::Oriented);
    }
    if seen.turned != 0 {
        edits.push(Edit::Turned(seen.turned));
    }
    if seen.photo.notes.iter().any(|n| n.key() == "converted-profile") {
        edits.push(Edit::ConvertedToSrgb);
    }
    if replaced {
        edits.push(Edit::BackgroundReplaced);
    }
    let degrees = source_to_card.degrees() - f64::from(seen.turned);
    let degrees = (degrees + 540.0).rem_euclid(360.0) - 180.0;
    if degrees.abs() >= 0.05 {
        edits.push(Edit::Rotated(degrees));
    }
    edits.push(Edit::Scaled(source_to_card.scale()));
    edits.push(Edit::Cropped);
    if card.covered.iter().any(|c| !c) {
        edits.push(Edit::Extended);
    }
    edits.push(Edit::Encoded);
    edits
}

/// Measures the time of each stage.
#[derive(Debug)]
struct Clock {
    last: Instant,
    times: Vec<StageTime>,
}

impl Clock {
    fn start() -> Self {
        Self { last: Instant::now(), times: Vec::new() }
    }

    fn lap(&mut self, stage: &'static str) {
        let now = Instant::now();
        let time = now - self.last;
        self.last = now;
        match self.times.iter_mut().find(|t| t.stage == stage) {
            Some(known) => known.time += time,
            None => self.times.push(StageTime { stage, time }),
        }
    }
}
