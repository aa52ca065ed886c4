//! Bytes → an upright photo at the scale the job needs, and the face in it.

use image::imageops;

use super::Laps;
use crate::base::error::{Error, Result};
use crate::base::geometry::{Affine, Size};
use crate::base::message::Message;
use crate::input::decode::{Limits, Opened, Photo, Reduction};
use crate::vision::face::{FaceFinder, Search, Sighting};
use crate::vision::frame::Card;
use crate::vision::inset::Inset;
use crate::vision::scratch::Scratch;

/// Longer side that the first look at a photo needs, in pixels: a face of 1/12 of the height is then 70 px, more than the network's 56.
const FIRST_LOOK: u32 = 840;

/// Whether a picture of this size has its own pixels at the first look.
pub(super) fn is_seen_whole(size: Size) -> bool {
    size.width.max(size.height) < 2 * FIRST_LOOK
}

/// An upright photo, and what the search for a face came to.
pub(super) struct Searched {
    /// The photo, turned upright if its face lay on its side.
    pub(super) photo: Photo,
    /// What the search came to, in photo pixels.
    pub(super) search: Search,
    /// A small picture laid into a corner, in photo pixels.
    pub(super) inset: Option<Inset>,
    /// Degrees clockwise by which the photo was turned because of its face.
    pub(super) turned: u16,
    /// Source pixels (after EXIF orientation) to photo pixels.
    pub(super) source_to_photo: Affine,
}

impl Searched {
    /// Takes what lies in an inset from what the photo covers of `card`.
    pub(super) fn without_inset(&self, mut card: Card, photo_to_card: &Affine) -> Card {
        if let Some(inset) = &self.inset {
            let size = card.size();
            inset.uncover(photo_to_card, &mut card.covered, size);
        }
        card
    }

    /// Width and height of the photo as decoded.
    pub(super) fn size(&self) -> Size {
        Size::new(self.photo.pixels.width(), self.photo.pixels.height())
    }

    /// Width and height of the source in its own pixels, upright, and turned as the photo was.
    pub(super) const fn upright_source(&self) -> Size {
        let size = self.photo.source_size;
        if self.turned.is_multiple_of(180) { size } else { size.transposed() }
    }

    /// Whether the photo has the source's own pixels; a large one is decoded smaller.
    pub(super) fn is_whole(&self) -> bool {
        self.size() == self.upright_source()
    }

    /// The one head that matters.
    ///
    /// # Errors
    /// [`Error::NoFace`] and [`Error::SeveralFaces`], in source pixels.
    pub(super) fn sighting(&self) -> Result<&Sighting> {
        let source = self.photo.source_size;
        let scale = self.source_to_photo.scale().max(1e-9);
        match &self.search {
            Search::Found(sighting) => Ok(sighting),
            Search::Several(widths) => Err(Error::SeveralFaces {
                count: widths.len(),
                first: widths.first().copied().unwrap_or(0.0) / scale,
                second: widths.get(1).copied().unwrap_or(0.0) / scale,
            }),
            Search::Nothing | Search::Turned(_) => {
                Err(Error::NoFace { width: source.width, height: source.height })
            }
        }
    }

    /// What was assumed on the way, and who else is in the picture.
    pub(super) fn notes(&self) -> Vec<Message> {
        let mut notes: Vec<Message> = self.photo.notes.iter().map(Message::from).collect();
        if let Search::Found(sighting) = &self.search
            && let Some(other) = sighting.others.first()
        {
            let width = other.size / self.source_to_photo.scale().max(1e-9);
            notes.push(
                Message::new("note-bystander")
                    .number("count", sighting.others.len() as f64, 0)
                    .number("width", width, 0),
            );
        }
        notes
    }

    /// That a small picture in a corner counts as background.
    pub(super) fn inset_noted(&self) -> Option<Message> {
        self.inset.map(|_| Message::new("note-inset"))
    }
}

/// A file that was opened and looked at once, at the scale at which faces are searched for.
pub(super) struct FirstLook<'a> {
    opened: Opened<'a>,
    search: Search,
    inset: Option<Inset>,
    turned: u16,
    source_to_first: Affine,
    /// Source pixels to a pixel of the first look.
    used: f64,
}

impl FirstLook<'_> {
    /// How far the picture may be reduced for a job that can use a face `wanted` pixels wide, 0 for a look only; `None` where the first look's own picture does.
    pub(super) fn reduction(&self, wanted: f64) -> Option<Reduction> {
        let Search::Found(sighting) = &self.search else { return None };
        if wanted <= 0.0 {
            return None;
        }
        let face = sighting.head.face_width();
        // the largest reduction that still leaves the face as wide as the job can use
        let better = Reduction::ALL
            .into_iter()
            .rev()
            .find(|r| face * self.used / f64::from(r.factor()) >= wanted)
            .unwrap_or(Reduction::Full);
        (f64::from(better.factor()) < self.used * 0.75).then_some(better)
    }

    /// The same picture decoded anew, with what the first look found in it. The pixels go into `buffer`, whatever it holds.
    ///
    /// # Errors
    /// Those of decoding.
    pub(super) fn again(&self, reduction: Reduction, buffer: Vec<u8>) -> Result<Searched> {
        let mut photo = self.opened.decode_into(reduction, buffer)?;
        if self.turned != 0 {
            photo.pixels = rotated(&photo.pixels, self.turned);
        }
        let source_to_photo = source_to_photo(&photo, self.turned);
        let step = self.source_to_first.inverse().map(|back| source_to_photo.after(&back));
        let search = match (&self.search, step) {
            (Search::Found(sighting), Some(step)) => {
                Search::Found(Box::new(sighting.mapped(&step)))
            }
            (search, _) => search.clone(),
        };
        let inset = self.inset.zip(step).map(|(inset, step)| inset.mapped(&step));
        Ok(Searched { photo, search, inset, turned: self.turned, source_to_photo })
    }
}

/// Opens a picture and looks for its face. The pixels go into `buffer`, whatever it holds.
///
/// # Errors
/// Those of decoding, [`Error::Internal`] from the network, and [`Error::Stopped`]. A picture without a face is no error here.
pub(super) fn look<'a>(
    bytes: &'a [u8],
    limits: &Limits,
    finder: &FaceFinder,
    scratch: &mut Scratch,
    buffer: Vec<u8>,
    clock: &mut Laps,
) -> Result<(FirstLook<'a>, Searched)> {
    let opened = Opened::open(bytes, limits)?;
    let full = opened.upright_size();
    let longest = full.width.max(full.height);
    let reduction = Reduction::ALL
        .into_iter()
        .rev()
        .find(|r| longest / r.factor() >= FIRST_LOOK)
        .unwrap_or(Reduction::Full);
    let photo = opened.decode_into(reduction, buffer)?;
    clock.lap("decode")?;
    let seen = search(photo, finder, scratch)?;
    clock.lap("face")?;
    let used = f64::from(full.width) / f64::from(seen.photo_width_before_turn().max(1));
    let look = FirstLook {
        opened,
        search: seen.search.clone(),
        inset: seen.inset,
        turned: seen.turned,
        source_to_first: seen.source_to_photo,
        used,
    };
    Ok((look, seen))
}

fn search(mut photo: Photo, finder: &FaceFinder, scratch: &mut Scratch) -> Result<Searched> {
    let mut search = finder.find(scratch, &photo.pixels)?;
    let mut turned = 0;
    if let Search::Turned(degrees) = search {
        photo.pixels = rotated(&photo.pixels, degrees);
        turned = degrees;
        search = finder.find(scratch, &photo.pixels)?;
    }
    let source_to_photo = source_to_photo(&photo, turned);
    let inset = match &search {
        Search::Found(sighting) => Inset::of(&photo.pixels, &sighting.head),
        _ => None,
    };
    Ok(Searched { photo, search, inset, turned, source_to_photo })
}

fn rotated(pixels: &image::RgbImage, degrees: u16) -> image::RgbImage {
    match degrees {
        90 => imageops::rotate90(pixels),
        180 => imageops::rotate180(pixels),
        270 => imageops::rotate270(pixels),
        _ => pixels.clone(),
    }
}

/// Source pixels after EXIF orientation to the pixels of a photo turned by `degrees` clockwise.
fn source_to_photo(photo: &Photo, degrees: u16) -> Affine {
    let now = Size::new(photo.pixels.width(), photo.pixels.height());
    let upright = if degrees.is_multiple_of(180) { now } else { now.transposed() };
    Affine::quarter_turned(degrees, upright).after(&Affine::resize(photo.source_size, upright))
}

impl Searched {
    fn photo_width_before_turn(&self) -> u32 {
        if self.turned.is_multiple_of(180) {
            self.photo.pixels.width()
        } else {
            self.photo.pixels.height()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::geometry::Point;

    #[test]
    fn every_quarter_turn_takes_the_corner_where_the_pixels_go() {
        let mut upright = image::RgbImage::new(5, 3);
        upright.put_pixel(4, 0, image::Rgb([255, 0, 0]));
        for degrees in [0u16, 90, 180, 270] {
            let turned = rotated(&upright, degrees);
            let size = Size::new(turned.width(), turned.height());
            let map = {
                let (w, h) = (5.0, 3.0);
                let before = if degrees.is_multiple_of(180) { size } else { size.transposed() };
                assert_eq!((f64::from(before.width), f64::from(before.height)), (w, h));
                let opened = image_bytes(&upright);
                let photo =
                    crate::input::decode::decode(&opened, &Limits::default(), Reduction::Full)
                        .expect("a PNG");
                let photo = Photo { pixels: turned.clone(), ..photo };
                source_to_photo(&photo, degrees)
            };
            let p = map.apply(Point::new(4.0, 0.0));
            assert_eq!(turned.get_pixel(p.x as u32, p.y as u32).0, [255, 0, 0], "{degrees}");
        }
    }

    fn image_bytes(picture: &image::RgbImage) -> Vec<u8> {
        let mut out = std::io::Cursor::new(Vec::new());
        picture.write_to(&mut out, image::ImageFormat::Png).expect("memory");
        out.into_inner()
    }
}
