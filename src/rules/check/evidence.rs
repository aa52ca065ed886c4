//! What the rules see.

use image::RgbImage;

use super::Outcome;
use super::region::Regions;
use crate::base::geometry::Size;
use crate::base::raster::Plane;
use crate::input::decode::SourceFacts;
use crate::rules::spec::PhotoSpec;
use crate::vision::critic::Critique;
use crate::vision::face::Head;
use crate::vision::face::closeup::Closeup;
use crate::vision::face::eyes::Eyes;
use crate::vision::signs::Signs;

/// Everything measured about one picture file, for the rules to judge.
///
/// The *frame* is the picture brought to the spec's height (its width follows): a card of the right size is its own frame. Head and matte are in
/// frame pixels, so a rule's pixel limits mean the same on any photo.
#[derive(Debug)]
pub struct Evidence<'a> {
    /// What the photo must be.
    pub spec: &'a PhotoSpec,
    /// The file's own facts.
    pub facts: &'a SourceFacts,
    /// The file's name without folder, where there is one.
    pub file_name: Option<&'a str>,
    /// The picture at its own size, upright 8-bit sRGB (a large one may be decoded smaller; the facts tell its stored size).
    pub native: &'a RgbImage,
    /// The picture in the frame.
    pub frame: &'a RgbImage,
    /// The one head that matters, in frame pixels.
    pub head: Option<&'a Head>,
    /// How likely the eyes are shut, and where they look, as the eye networks see it.
    pub eyes: Option<Eyes>,
    /// Whether the picture was pulled out of shape, its skin smoothed, and its face written over, as a network each sees it.
    pub closeup: Option<Closeup>,
    /// What lies before the face and on the head, as the signs network sees it.
    pub signs: Option<Signs>,
    /// What is left of a room on a finished white card, and what is missing of the sitter, as the critic sees it; `None` of any other picture.
    pub critique: Option<&'a Critique>,
    /// Faces found: their widths in frame pixels, largest first.
    pub face_widths: &'a [f64],
    /// Alpha of the person in the frame, 0 background … 1 person.
    pub matte: Option<&'a Plane>,
    /// Why there is no head, as a catalogue key.
    pub no_head: Option<&'static str>,
    /// Regions that rules share, filled as they are asked for; begin with `Regions::default()`.
    pub regions: Regions,
}

impl Evidence<'_> {
    /// The size of the picture in the file, upright, whatever size it was decoded at.
    #[must_use]
    pub const fn upright_size(&self) -> Size {
        let stored = self.facts.stored;
        if self.facts.orientation >= 5 { stored.transposed() } else { stored }
    }

    /// The outcome of a rule that needs a head where there is none.
    #[must_use]
    pub fn without_head(&self) -> Outcome {
        Outcome::unknown(self.no_head.unwrap_or("unknown-no-head"))
    }

    /// The outcome of a rule that needs a matte where there is none.
    #[must_use]
    pub fn without_matte(&self) -> Outcome {
        Outcome::unknown("unknown-no-matte")
    }
}
