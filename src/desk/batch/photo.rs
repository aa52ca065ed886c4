//! One photo of a batch, from its source to its report.

use std::fs;
use std::io::{self, Cursor};
use std::path::Path;

use image::ImageFormat;

use super::ledger::Digest;
use super::{Destination, Hands, Order, Settings, Writing, exists};
use crate::base::error::{Error, Result};
use crate::base::message::Message;
use crate::base::raster::Plane;
use crate::desk::output::Staged;
use crate::desk::source::Source;
use crate::input::decode::{Limits, Opened};
use crate::words::failure::Failure;
use crate::words::report::thumbnail::thumbnail;
use crate::words::report::{JpegReport, PhotoReport, Status, Thumbnails};

pub(super) fn process(
    order: &Order,
    settings: &Settings<'_>,
    hands: &mut impl Hands,
) -> PhotoReport {
    let done = match order {
        Order::Refused { failure, .. } => Err(failure.clone()),
        Order::Check(source) => check(source, settings, hands).map_err(|e| Failure::from(&e)),
        Order::Fix(source, to) => fix(source, to, settings, hands),
    };
    done.unwrap_or_else(|failure| PhotoReport::failed(order.input(), failure))
}

fn check(source: &Source, settings: &Settings<'_>, hands: &mut impl Hands) -> Result<PhotoReport> {
    let bytes = source.read()?;
    let checked = hands.check(&bytes, &settings.order(source.file_name()))?;
    let before = settings.thumbnails.then(|| thumbnail(&bytes)).flatten();
    Ok(PhotoReport {
        thumbnails: Thumbnails { before, after: None },
        status: checked.status,
        source: Some(checked.source),
        face: checked.head,
        findings: checked.findings,
        notes: checked.notes,
        times: checked.times,
        ..PhotoReport::new(source.path())
    })
}

fn fix(
    source: &Source,
    to: &Destination,
    settings: &Settings<'_>,
    hands: &mut impl Hands,
) -> Result<PhotoReport, Failure> {
    // What this ledger made may be replaced; what somebody else did may not. Seen again at the renaming; here it saves the work.
    let ours = |path: &Path| settings.done.is_some_and(|d| d.ledger.made(&to.card, path));
    let may_replace = |path: &Path| settings.replace || ours(path);
    for path in [Some(&to.card), to.matte.as_ref()].into_iter().flatten() {
        if path.symlink_metadata().is_ok() && !may_replace(path) {
            return Err(exists(path));
        }
    }
    let bytes = source.read()?;
    let done = settings.done.map(|done| (done, Digest::of(&bytes)));
    if let Some((done, digest)) = done
        && !settings.replace
        && let Some(report) = done.ledger.finished(to, &digest, &done.recipe)
    {
        return Ok(resumed(report, source, to, &bytes, settings));
    }
    let mut asked = settings.order(source.file_name());
    if let Some(name) = to.card.file_name().and_then(|n| n.to_str()) {
        asked = asked.card_name(name);
    }
    let made = hands.fix(&bytes, &asked)?;
    let before = settings.thumbnails.then(|| thumbnail(&bytes)).flatten();
    drop(bytes);

    let mut notes = made.notes;
    if to.renamed {
        notes.push(Message::new("note-duplicate-name"));
    }
    let kept = match settings.writing {
        Writing::Every => true,
        Writing::Compliant => made.status == Status::Compliant,
        Writing::Nothing => {
            notes.push(Message::new("note-dry-run"));
            true
        }
    };
    let card = made.card;
    let report = PhotoReport {
        output: kept.then(|| to.card.clone()),
        status: made.status,
        source: Some(made.source),
        face: Some(made.placed.head),
        placement: Some(made.placed.source_to_card),
        jpeg: Some(JpegReport::from(&card)),
        edits: made.edits,
        findings: made.findings,
        notes,
        times: made.times,
        thumbnails: Thumbnails {
            before,
            after: settings.thumbnails.then(|| thumbnail(&card.bytes)).flatten(),
        },
        ..PhotoReport::new(source.path())
    };
    if settings.writing == Writing::Nothing {
        return Ok(report);
    }
    let note = |card: Option<&[u8]>, matte: Option<&[u8]>| match done {
        Some((done, digest)) => {
            done.ledger.note(&source.place(), to, &digest, &done.recipe, card, matte, &report)
        }
        None => Ok(()),
    };
    if !kept {
        note(None, None)?;
        return Ok(report);
    }
    // What was judged must be what the disk gives back, before anything has the card's name.
    let staged = Staged::with(&to.card, &card.bytes, &settings.pending)?.holding(&card.bytes)?;
    let alpha = to.matte.as_ref().map(|path| Ok((path, png(&made.matte)?)));
    let alpha: Option<(_, Vec<u8>)> = alpha.transpose().map_err(|e: Error| Failure::from(&e))?;
    let matte = match &alpha {
        Some((path, png)) => Some(Staged::with(path, png, &settings.pending)?),
        None => None,
    };
    // Written down first: killed after this line and before the next, the photo is done again; killed later, it is known.
    note(Some(&card.bytes), alpha.as_ref().map(|(_, png)| png.as_slice()))?;
    commit(staged, may_replace(&to.card))?;
    if let Some(matte) = matte {
        let replace = may_replace(matte.target());
        commit(matte, replace)?;
    }
    Ok(report)
}

/// The report of a card that an earlier run made and that is there as it was written.
fn resumed(
    report: PhotoReport,
    source: &Source,
    to: &Destination,
    bytes: &[u8],
    settings: &Settings<'_>,
) -> PhotoReport {
    let mut notes = report.notes;
    notes.push(Message::new("note-already-done"));
    let small = |bytes: &[u8]| settings.thumbnails.then(|| thumbnail(bytes)).flatten();
    let card = |path: &Path| fs::read(path).ok().and_then(|card| small(&card));
    PhotoReport {
        input: source.path().to_owned(),
        source: Opened::open(bytes, &Limits::default()).ok().map(|o| o.facts().clone()),
        notes,
        thumbnails: Thumbnails {
            before: small(bytes),
            after: settings.thumbnails.then(|| card(&to.card)).flatten(),
        },
        resumed: true,
        ..report
    }
}

fn commit(staged: Staged, replace: bool) -> Result<(), Failure> {
    let path = staged.target().to_owned();
    staged.commit(replace).map_err(|error| match &error {
        Error::Io { source, .. } if source.kind() == io::ErrorKind::AlreadyExists => exists(&path),
        _ => Failure::from(&error),
    })
}

fn png(matte: &Plane) -> Result<Vec<u8>> {
    let mut bytes = Cursor::new(Vec::new());
    matte
        .to_gray()
        .write_to(&mut bytes, ImageFormat::Png)
        .map_err(|e| Error::Internal { stage: "matte file", reason: e.to_string() })?;
    Ok(bytes.into_inner())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_matte_is_an_8_bit_grey_png() {
        let plane = Plane::filled(crate::base::geometry::Size::new(3, 2), 0.5);
        let decoded = image::load_from_memory(&png(&plane).expect("a PNG")).expect("a picture");
        assert_eq!(decoded.color(), image::ColorType::L8);
        assert_eq!(decoded.to_luma8().get_pixel(2, 1).0, [128]);
    }
}
