//! A plan carried out: the card's bytes, its matte, and what was done for it.

use image::RgbImage;

use super::evaluate::Shown;
use super::open::Searched;
use super::{CardFile, Edit, Laps, Worker, remarks};
use crate::base::error::{Error, Result};
use crate::base::geometry::{Affine, Point, Size};
use crate::base::raster::Plane;
use crate::base::units::Dpi;
use crate::card::encode::{BackgroundMask, ByteWindow, Scoring};
use crate::card::placement::{self, Placement};
use crate::card::plan::Plan;
use crate::input::decode::SourceFacts;
use crate::input::markers;
use crate::rules::check::Finding;
use crate::rules::spec::PhotoSpec;
use crate::vision::face::Sighting;
use crate::vision::frame::Card;
use crate::vision::matte::{self, Matte};

/// The density of cards whose spec has none, in dots per inch.
const USUAL_DPI: u16 = 350;

/// A card, however little was done for it.
pub(super) struct Finished {
    pub(super) file: CardFile,
    /// Alpha at the card's size.
    pub(super) matte: Plane,
    /// Upright source pixels to card pixels.
    pub(super) source_to_card: Affine,
    pub(super) edits: Vec<Edit>,
    pub(super) remarks: Vec<Finding>,
    /// The card's pixels as they were encoded, where a person was cut out and placed on it.
    pub(super) placed_on: Option<RgbImage>,
}

/// The cut-outs of one photo at one scale: cards of one size on which the head stands alike, as those that differ in their bytes or their background only, are cut out once.
#[derive(Debug, Default)]
pub(super) struct Cuts(Vec<(Affine, Card, Matte)>);

/// The most cut-outs that are kept, of some 4 MB each.
const KEPT: usize = 4;

impl Cuts {
    /// The head placed once more where the hair ends elsewhere on the card than `placement` meant: the card's own cut-out sees that best.
    pub(super) fn corrected(
        &mut self,
        placement: Placement,
        worker: &mut Worker,
        seen: &Searched,
        sighting: &Sighting,
        spec: &PhotoSpec,
        clock: &mut Laps,
    ) -> Result<Placement> {
        let mut missed = |placement: &Placement| -> Result<Option<Point>> {
            let map = &placement.photo_to_card;
            let (_, cut) = self.of(worker, seen, seen.sighting()?, map, spec.size(), clock)?;
            Ok(placement.missed_crown(&cut.alpha, &sighting.head.mapped(map), spec))
        };
        // hair in the first row may end anywhere above it
        let ends = |crown: &Point| placement.photo_to_card.apply(*crown).y > 0.5;
        let Some(crown) = missed(&placement)?.filter(ends) else { return Ok(placement) };
        let again = placement::place(sighting, seen.size(), spec, Some(crown));
        Ok(if missed(&again)?.is_none() { again } else { placement })
    }

    /// The card of `size` that `map` makes of the photo, and the person on it.
    fn of(
        &mut self,
        worker: &mut Worker,
        seen: &Searched,
        sighting: &Sighting,
        map: &Affine,
        size: Size,
        clock: &mut Laps,
    ) -> Result<(&Card, &Matte)> {
        let known = self.0.iter().position(|(at, card, _)| at == map && card.size() == size);
        if known.is_none() {
            let card =
                Card::new(&mut worker.scratch.resampler, &seen.photo.pixels, sighting, map, size);
            let card = seen.without_inset(card, map);
            clock.lap("resample")?;
            let cut = worker.cutter.cut(&mut worker.scratch, &card, &sighting.head.mapped(map))?;
            clock.lap("matte")?;
            if self.0.len() == KEPT {
                self.0.remove(0);
            }
            self.0.push((*map, card, cut));
        }
        match known.map_or_else(|| self.0.last(), |at| self.0.get(at)) {
            Some((_, card, cut)) => Ok((card, cut)),
            None => Err(Error::Internal { stage: "matte", reason: "no cut-out".to_owned() }),
        }
    }
}

/// The density of a card of `spec`.
pub(super) fn dpi(spec: &PhotoSpec) -> Dpi {
    spec.resolution.as_ref().map_or(Dpi::new(USUAL_DPI), |r| r.dpi)
}

/// What every plan works from.
pub(super) struct Materials<'a> {
    pub(super) bytes: &'a [u8],
    pub(super) seen: &'a Searched,
    pub(super) sighting: &'a Sighting,
    pub(super) placement: &'a Placement,
    pub(super) shown: &'a Shown,
    pub(super) spec: &'a PhotoSpec,
    pub(super) window: ByteWindow,
    pub(super) scoring: Scoring,
    /// Whether a card that is placed anew gets another background.
    pub(super) replace: bool,
}

impl Materials<'_> {
    /// Carries out `plan`.
    ///
    /// # Errors
    /// Those of [`crate::card::encode::Encoder::encode_within`].
    pub(super) fn made(
        &self,
        plan: Plan,
        worker: &mut Worker,
        cuts: &mut Cuts,
        clock: &mut Laps,
    ) -> Result<Finished> {
        match plan {
            Plan::Copy => Ok(self.kept(self.bytes.to_vec(), Edit::Copied)),
            Plan::PatchDensity => match self.patched() {
                Some(bytes) => Ok(self.kept(bytes, Edit::DensityPatched)),
                None if self.seen.is_whole() => self.encoded(worker, clock, false),
                None => self.placed(worker, cuts, clock),
            },
            Plan::Encode => self.encoded(worker, clock, false),
            Plan::Whiten => self.encoded(worker, clock, true),
            Plan::Make => self.placed(worker, cuts, clock),
        }
    }

    fn facts(&self) -> &SourceFacts {
        &self.seen.photo.facts
    }

    /// The source with the spec's density, when that is still inside the byte window.
    fn patched(&self) -> Option<Vec<u8>> {
        markers::with_density(self.bytes, dpi(self.spec).to_dpi())
            .filter(|bytes| self.window.contains(bytes.len() as u64))
    }

    /// The coded picture of the source, as it is.
    fn kept(&self, bytes: Vec<u8>, edit: Edit) -> Finished {
        Finished {
            file: CardFile::kept(bytes, self.facts()),
            matte: self.matte_at(self.seen.photo.source_size),
            source_to_card: Affine::IDENTITY,
            edits: vec![edit],
            remarks: Vec::new(),
            placed_on: None,
        }
    }

    /// The source's own pixels, with the spec's background behind the person if `whiten`, encoded.
    fn encoded(&self, worker: &mut Worker, clock: &mut Laps, whiten: bool) -> Result<Finished> {
        let card = self.shown.portrait().map(|(card, _)| card).filter(|_| whiten);
        let to_frame = |card: &Card| Affine::resize(self.seen.size(), card.size());
        let cut = card.map(|card| {
            let head = self.sighting.head.mapped(&to_frame(card));
            Ok((card, worker.cutter.cut(&mut worker.scratch, card, &head)?))
        });
        let cut = cut.transpose()?;
        let whitened = cut.as_ref().map(|(card, cut)| {
            let colour = self.spec.background.colour;
            (matte::whitened(&card.pixels, cut, colour), BackgroundMask::from_alpha(&cut.alpha))
        });
        let (pixels, mask) = match &whitened {
            Some((pixels, mask)) => (pixels, Some(mask)),
            None => (&self.seen.photo.pixels, None),
        };
        let (dpi, window) = (dpi(self.spec), self.window);
        let jpeg = worker.encoder.encode(pixels, mask, dpi, window, self.scoring)?;
        let mut edits = on_the_way_in(self.seen);
        if whitened.is_some() {
            edits.push(Edit::BackgroundReplaced);
        }
        edits.push(Edit::Encoded);
        clock.lap("encode")?;
        Ok(Finished {
            file: CardFile::from(jpeg),
            matte: self.matte_at(self.seen.size()),
            source_to_card: self.seen.source_to_photo,
            edits,
            remarks: cut.and_then(|(_, cut)| remarks::unsure(&cut)).into_iter().collect(),
            placed_on: None,
        })
    }

    /// The head placed anew on a card of the spec's size.
    fn placed(&self, worker: &mut Worker, cuts: &mut Cuts, clock: &mut Laps) -> Result<Finished> {
        let Self { seen, sighting, placement, spec, replace, .. } = *self;
        let map = &placement.photo_to_card;
        let bare;
        let (card, cut) = if replace {
            let (card, cut) = cuts.of(worker, seen, sighting, map, spec.size(), clock)?;
            (card, Some(cut))
        } else {
            // A background that stays needs nobody cut out.
            let resampler = &mut worker.scratch.resampler;
            bare = Card::new(resampler, &seen.photo.pixels, sighting, map, spec.size());
            clock.lap("resample")?;
            (&bare, None)
        };
        let colour = spec.background.colour;
        let (pixels, mask) = match cut {
            Some(cut) => {
                let mask = BackgroundMask::from_alpha(&cut.alpha);
                (matte::whitened(&card.pixels, cut, colour), Some(mask))
            }
            None => (matte::extended(card, colour), None),
        };
        let (dpi, window) = (dpi(self.spec), self.window);
        let jpeg = worker.encoder.encode(&pixels, mask.as_ref(), dpi, window, self.scoring)?;
        clock.lap("encode")?;
        let source_to_card = map.after(&seen.source_to_photo);
        Ok(Finished {
            file: CardFile::from(jpeg),
            source_to_card,
            edits: placing(seen, &source_to_card, card, replace),
            remarks: remarks::placed(placement, &source_to_card, cut, spec),
            matte: cut
                .map_or_else(|| self.matte_carried(map, spec.size()), |cut| cut.alpha.clone()),
            placed_on: cut.is_some().then_some(pixels),
        })
    }

    /// The person's alpha as it was measured on the source, on a card of `size` where `photo_to_card` places it.
    fn matte_carried(&self, photo_to_card: &Affine, size: Size) -> Plane {
        match (self.shown.portrait(), photo_to_card.inverse()) {
            (Some((_, alpha)), Some(back)) => {
                alpha.fetched(&Affine::resize(self.seen.size(), alpha.size()).after(&back), size)
            }
            _ => Plane::filled(size, 0.0),
        }
    }

    /// The person's alpha as it was measured, on a card of `size` that shows all of the source.
    fn matte_at(&self, size: Size) -> Plane {
        match self.shown.portrait() {
            Some((_, alpha)) if alpha.size() == size => alpha.clone(),
            Some((_, alpha)) => alpha.resized(size),
            None => Plane::filled(size, 0.0),
        }
    }
}

/// What was done to the picture on the way in.
fn on_the_way_in(seen: &Searched) -> Vec<Edit> {
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
    edits
}

/// What was done to place a card anew, in order.
fn placing(seen: &Searched, source_to_card: &Affine, card: &Card, replaced: bool) -> Vec<Edit> {
    let mut edits = on_the_way_in(seen);
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
