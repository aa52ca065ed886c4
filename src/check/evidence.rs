//! What the rules see.

use image::RgbImage;

use crate::face::Head;
use crate::raster::Plane;
use crate::spec::PhotoSpec;

/// Everything measured about one picture file, for the rules to judge.
///
/// The *frame* is the picture brought to the spec's height (its width follows): a card of the right size is its own frame. Head and matte are in
/// frame pixels, so a rule's pixel limits mean the same on any photo.
#[derive(Debug)]
pub struct Evidence<'a> {
    /// What the photo must be.
    pub spec: &'a PhotoSpec,
    /// The file's name without folder, where there is one.
    pub file_name: Option<&'a str>,
    /// The picture at its own size, upright 8-bit sRGB (a large one may be decoded smaller; `native_size` tells).
    pub native: &'a RgbImage,
    /// The picture in the frame.
    pub frame: &'a RgbImage,
    /// The one head that matters, in frame pixels.
    pub head: Option<&'a Head>,
    /// Faces found: their widths in frame pixels, largest first.
    pub face_widths: &'a [f64],
    /// Alpha of the person in the frame, 0 background … 1 person.
    pub matte: Option<&'a Plane>,
    /// Why there is no head, as a catalogue key.
    pub no_head: Option<&'static str>,
}
