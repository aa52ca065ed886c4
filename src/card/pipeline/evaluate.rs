//! A seen picture → findings: the evidence is gathered here and judged by the rules.

use std::cell::Cell;

use image::RgbImage;

use super::open::Searched;
use crate::base::error::Result;
use crate::base::geometry::{Affine, Size};
use crate::base::raster::Plane;
use crate::rules::check::region::{NOBODY, Regions, median_colour};
use crate::rules::check::{self, Evidence, Finding, Rule};
use crate::rules::spec::PhotoSpec;
use crate::vision::critic::Critique;
use crate::vision::face::closeup::Closeup;
use crate::vision::face::eyes::Eyes;
use crate::vision::face::network::Pose;
use crate::vision::face::{Head, Search, closeup, eyes};
use crate::vision::frame::Card;
use crate::vision::letters;
use crate::vision::matte::{Cutter, Strands};
use crate::vision::scratch::Scratch;
use crate::vision::signs::Signs;

/// Widest frame, in heights: beyond it a panorama is squeezed out of the frame's sides, which no rule looks at.
const WIDEST: f64 = 4.0;

/// What a picture shows in a frame, before the rules of any spec judge it. Specs whose cards are equally high see the same.
pub(super) struct Shown {
    frame: Size,
    /// Whether it is looked at as a card that may stay as it is.
    finished: bool,
    /// Whether its background is to be white.
    white: bool,
    /// How closely it was looked at.
    depth: Depth,
    head: Option<Head>,
    picture: Picture,
    face_widths: Vec<f64>,
    closeup: Option<Closeup>,
    eyes: Option<Eyes>,
    signs: Option<Signs>,
    /// What the critic says of a finished white card.
    critique: Option<Critique>,
    /// What rules of one spec have worked out and those of the next need not.
    regions: Cell<Regions>,
}

/// How closely a picture is looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Depth {
    /// As every rule wants it.
    Whole,
    /// For where the person is: what is worn, and where the eyes look, stays unknown. A card is placed by it.
    Outline,
    /// For what landmarks and light show of the face: nobody is cut out, and nobody asks what is worn; that takes most of the time.
    Glance,
}

/// A picture in the frame.
enum Picture {
    /// With one person on it, and this person's alpha.
    Portrait(Card, Plane),
    /// Out of which nobody was cut: there is nobody, there are several, or it was but glanced at.
    Uncut(RgbImage),
}

impl Picture {
    const fn pixels(&self) -> &RgbImage {
        match self {
            Self::Portrait(card, _) => &card.pixels,
            Self::Uncut(pixels) => pixels,
        }
    }
}

impl Shown {
    /// Brings a picture into the frame of `spec` and finds the person's outline in it, unless it is but glanced at.
    ///
    /// # Errors
    /// [`crate::Error::Internal`] when a network fails.
    pub(super) fn of(
        scratch: &mut Scratch,
        cutter: &Cutter,
        seen: &Searched,
        spec: &PhotoSpec,
        depth: Depth,
    ) -> Result<Self> {
        let (frame, finished, white) = Self::key(seen, spec);
        let to_frame = Affine::resize(seen.size(), frame);
        let found = match &seen.search {
            Search::Found(sighting) => Some(sighting),
            Search::Several(_) | Search::Nothing | Search::Turned(_) => None,
        };
        let head = found.map(|s| s.head.mapped(&to_frame));
        let whole = found.zip(head.as_ref()).filter(|_| depth != Depth::Glance);
        let picture = match whole {
            Some((sighting, head)) => {
                let mut card = Card::new(
                    &mut scratch.resampler,
                    &seen.photo.pixels,
                    sighting,
                    &to_frame,
                    frame,
                );
                // what lies in a corner of a card is judged as it is
                if !finished {
                    card = seen.without_inset(card, &to_frame);
                }
                // of a card that stays as it is the wall alone must be white; from any other picture a card is made, and placed by the top of its head
                let strands = if finished { Strands::Theirs } else { Strands::Nobodys };
                let mut alpha = cutter.outline(scratch, &card, head, strands)?;
                if !finished {
                    wall_above_the_hair(&mut alpha, &card.pixels);
                }
                Picture::Portrait(card, alpha)
            }
            None => {
                Picture::Uncut(scratch.resampler.warp(&seen.photo.pixels, &to_frame, frame).pixels)
            }
        };
        let face_widths: Vec<f64> = match &seen.search {
            Search::Found(s) => {
                let own = Pose::of(&s.head.landmarks).size;
                std::iter::once(own)
                    .chain(s.others.iter().map(|o| o.size))
                    .map(|w| w * to_frame.scale())
                    .collect()
            }
            Search::Several(widths) => widths.iter().map(|w| w * to_frame.scale()).collect(),
            Search::Nothing | Search::Turned(_) => Vec::new(),
        };
        let mut shown = Self {
            frame,
            finished,
            white,
            depth,
            head,
            picture,
            face_widths,
            closeup: None,
            eyes: None,
            signs: None,
            critique: None,
            regions: Cell::default(),
        };
        if depth != Depth::Outline {
            shown.look_closer(scratch, seen)?;
        }
        Ok(shown)
    }

    /// What is added to an outline, so that every rule sees what it wants. Does nothing a second time.
    ///
    /// # Errors
    /// [`crate::Error::Internal`] when a network fails.
    pub(super) fn complete(&mut self, scratch: &mut Scratch, seen: &Searched) -> Result<()> {
        if self.depth == Depth::Outline {
            self.look_closer(scratch, seen)?;
            self.depth = Depth::Whole;
        }
        Ok(())
    }

    /// Asks the networks that no card is made by: eyes, what is worn, what is left of a room.
    fn look_closer(&mut self, scratch: &mut Scratch, seen: &Searched) -> Result<()> {
        if let Search::Found(sighting) = &seen.search {
            self.eyes = eyes::look(scratch, &seen.photo.pixels, &sighting.head)?;
            let (pulled, nod) =
                closeup::pulled_and_nod(scratch, &seen.photo.pixels, &sighting.head)?;
            let smoothed = match self.head.as_ref().filter(|_| self.finished) {
                Some(head) => closeup::smoothed(scratch, self.picture.pixels(), head)?,
                None => None,
            };
            let written = match (&self.head, &self.picture) {
                (Some(head), Picture::Portrait(card, alpha)) if self.finished => {
                    letters::written(scratch, &card.pixels, head, alpha)?
                }
                _ => None,
            };
            self.closeup = Some(Closeup { pulled, nod, smoothed, written });
        }
        if let (Some(head), Picture::Portrait(card, _)) = (&self.head, &self.picture) {
            let card_of_white = self.finished && self.white;
            // past its edge a card goes on white, a photograph grey
            let beyond = if card_of_white { 1.0 } else { 0.0 };
            self.signs = Some(Signs::of(scratch, &card.pixels, head, beyond)?);
            if card_of_white {
                self.critique = Some(Critique::of(scratch, &card.pixels, head)?);
            }
        }
        Ok(())
    }

    /// The picture in the frame and the alpha of the person on it, where there is one.
    pub(super) fn portrait(&self) -> Option<(&Card, &Plane)> {
        match &self.picture {
            Picture::Portrait(card, alpha) => Some((card, alpha)),
            Picture::Uncut(_) => None,
        }
    }

    /// What of a spec decides how a picture is looked at.
    fn key(seen: &Searched, spec: &PhotoSpec) -> (Size, bool, bool) {
        let frame = frame_of(seen.size(), spec.size());
        (frame, spec.accepts(seen.upright_source()), spec.background.colour == [255; 3])
    }

    /// Whether `spec` looks at the picture in the same way, so that nothing need be done again.
    pub(super) fn serves(&self, seen: &Searched, spec: &PhotoSpec) -> bool {
        self.depth != Depth::Glance
            && (self.frame, self.finished, self.white) == Self::key(seen, spec)
    }

    /// One finding per rule of `spec`; of those that are not `wanted`, that nobody asked.
    pub(super) fn judged(
        &self,
        seen: &Searched,
        file_name: Option<&str>,
        spec: &PhotoSpec,
        wanted: impl Fn(&Rule) -> bool,
    ) -> Vec<Finding> {
        let evidence = Evidence {
            spec,
            facts: &seen.photo.facts,
            file_name,
            native: &seen.photo.pixels,
            frame: self.picture.pixels(),
            head: self.head.as_ref(),
            closeup: self.closeup,
            eyes: self.eyes,
            signs: self.signs,
            critique: self.critique.as_ref(),
            face_widths: &self.face_widths,
            matte: self.portrait().map(|(_, alpha)| alpha),
            no_head: match &seen.search {
                Search::Several(_) => Some("unknown-several-faces"),
                Search::Nothing | Search::Turned(_) => Some("unknown-no-head"),
                Search::Found(_) => None,
            },
            regions: self.regions.take().for_another_spec(),
        };
        let findings = check::check_some(&evidence, wanted);
        self.regions.set(evidence.regions);
        findings
    }
}

/// Rows at the top of a photo in which a strip of wall is looked for above hair that a mask has reach the edge.
const STRIP: usize = 5;
/// How far apart wall and hair must be to tell them apart, in levels summed over the channels.
const APART: i32 = 60;

/// Gives a photo's first rows back to the wall where they have its colour and not the hair's: a mask closes a strip of a few rows, and hair that is whole would be called cut.
fn wall_above_the_hair(alpha: &mut Plane, pixels: &RgbImage) {
    let (w, h) = (alpha.width(), alpha.height());
    if h < 4 * STRIP {
        return;
    }
    let at = |x: usize, y: usize| pixels.get_pixel(x as u32, y as u32).0;
    let apart = |a: [u8; 3], b: [u8; 3]| -> i32 {
        a.iter().zip(b).map(|(a, b)| i32::from(a.abs_diff(b))).sum()
    };
    let beside: Vec<[u8; 3]> = (0..STRIP)
        .flat_map(|y| (0..w).map(move |x| (x, y)))
        .filter(|(x, y)| alpha.row(*y)[*x] < NOBODY)
        .map(|(x, y)| at(x, y))
        .collect();
    if beside.len() < STRIP * w / 10 {
        return;
    }
    let Some(wall) = median_colour(&beside) else { return };
    for x in 0..w {
        if alpha.row(0)[x] <= 0.5 {
            continue;
        }
        let hair = at(x, 2 * STRIP);
        if apart(hair, wall) < APART {
            continue;
        }
        for y in 0..STRIP {
            if 2 * apart(at(x, y), wall) > apart(at(x, y), hair) {
                break;
            }
            alpha.data_mut()[y * w + x] = 0.0;
        }
    }
}

/// The frame in which a picture is measured: the spec's height, and the width that follows.
fn frame_of(picture: Size, card: Size) -> Size {
    let aspect =
        (f64::from(picture.width) / f64::from(picture.height.max(1))).clamp(1.0 / WIDEST, WIDEST);
    Size::new((f64::from(card.height) * aspect).round().max(1.0) as u32, card.height)
}
