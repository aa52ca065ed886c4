//! One photo of a batch, from its source to its report.

use std::fs;
use std::io::{self, Cursor};
use std::path::Path;
use std::sync::Arc;

use image::ImageFormat;

use super::ledger::Digest;
use super::{Destination, Hands, Kind, Settings, WorkItem, Writing, exists};
use crate::base::error::{Error, Result};
use crate::base::message::Message;
use crate::base::raster::Plane;
use crate::desk::output::Staged;
use crate::desk::source::Source;
use crate::door::{self, Made};
use crate::input::decode::{Limits, Opened};
use crate::words::failure::Failure;
use crate::words::report::thumbnail::thumbnail;
use crate::words::report::{PhotoReport, Status, Thumbnails};

pub(super) fn process(
    order: &WorkItem,
    settings: &Settings<'_>,
    hands: &mut impl Hands,
) -> Vec<PhotoReport> {
    let failed = |failure: Failure| vec![PhotoReport::failed(order.input(), failure)];
    match order {
        WorkItem::Refused { failure, .. } => failed(failure.clone()),
        WorkItem::Check(source) => match check(source, settings, hands) {
            Ok(report) => vec![report],
            Err(error) => failed(Failure::from(&error)),
        },
        WorkItem::Fix(source, to) => fix(source, to, settings, hands),
    }
}

fn check(source: &Source, settings: &Settings<'_>, hands: &mut impl Hands) -> Result<PhotoReport> {
    let kind = settings.kinds.first().ok_or_else(|| Error::Internal {
        stage: "batch",
        reason: "nothing to judge by".to_owned(),
    })?;
    let bytes = Arc::new(source.read()?);
    let checked = hands.check(&bytes, &settings.order(kind, source.file_name()))?;
    let before = settings.thumbnails.then(|| thumbnail(&bytes)).flatten();
    Ok(PhotoReport {
        spec: Some(kind.spec.name.clone()),
        thumbnails: Thumbnails { before, after: None },
        ..PhotoReport::checked(source.path(), checked)
    })
}

/// A card that is to be made, and where it goes.
struct Due<'a> {
    kind: &'a Kind,
    to: &'a Destination,
}

impl Due<'_> {
    /// Whether something at `path` may be replaced. What this ledger made may be; what somebody else did may not.
    fn may_replace(&self, path: &Path, settings: &Settings<'_>) -> bool {
        settings.replace || settings.ledger.is_some_and(|l| l.made(&self.to.card, path))
    }

    /// Refuses what is in the way. Seen again at the renaming; here it saves the work.
    fn free(&self, settings: &Settings<'_>) -> Result<(), Failure> {
        for path in [Some(&self.to.card), self.to.matte.as_ref()].into_iter().flatten() {
            if path.symlink_metadata().is_ok() && !self.may_replace(path, settings) {
                return Err(exists(path));
            }
        }
        Ok(())
    }
}

/// One report for each card; one alone where the photo itself is the reason that there is none.
fn fix(
    source: &Source,
    to: &[Result<Destination, Failure>],
    settings: &Settings<'_>,
    hands: &mut impl Hands,
) -> Vec<PhotoReport> {
    let mut reports: Vec<(usize, PhotoReport)> = Vec::new();
    let failed = |kind: &Kind, failure: Failure| PhotoReport {
        spec: Some(kind.spec.name.clone()),
        ..PhotoReport::failed(source.path(), failure)
    };
    let mut due: Vec<(usize, Due<'_>)> = Vec::new();
    for (i, (kind, to)) in settings.kinds.iter().zip(to).enumerate() {
        let wanted = to.as_ref().map_err(Clone::clone).map(|to| Due { kind, to });
        match wanted.and_then(|wanted| wanted.free(settings).map(|()| wanted)) {
            Ok(wanted) => due.push((i, wanted)),
            Err(failure) => reports.push((i, failed(kind, failure))),
        }
    }
    // What the photo itself causes is said once, where all cards wait for it.
    let whole = |i: usize, error: &Error, reports: &mut Vec<(usize, PhotoReport)>| {
        reports.push((i, PhotoReport::failed(source.path(), error)));
    };
    if let Some((first, _)) = due.first().map(|(i, d)| (*i, d.to)) {
        match source.read() {
            Err(error) => whole(first, &error, &mut reports),
            Ok(bytes) => {
                let bytes = Arc::new(bytes);
                let digest = settings.ledger.map(|_| Digest::of(&bytes));
                due.retain(|(i, due)| {
                    let Some((ledger, digest)) = settings.ledger.zip(digest) else { return true };
                    if settings.replace {
                        return true;
                    }
                    match ledger.finished(due.to, &digest, &due.kind.recipe) {
                        Some(report) => {
                            reports.push((*i, resumed(report, source, due, &bytes, settings)));
                            false
                        }
                        None => true,
                    }
                });
                let orders: Vec<door::Order> = due
                    .iter()
                    .map(|(_, due)| {
                        let asked = settings.order(due.kind, source.file_name());
                        match due.to.card.file_name().and_then(|n| n.to_str()) {
                            Some(name) => asked.card_name(name),
                            None => asked,
                        }
                    })
                    .collect();
                let made =
                    if orders.is_empty() { Ok(Vec::new()) } else { hands.fix_all(&bytes, &orders) };
                match made {
                    Err(error) => {
                        whole(due.first().map_or(0, |(i, _)| *i), &error, &mut reports);
                    }
                    Ok(cards) => {
                        let small = settings.thumbnails && !cards.is_empty();
                        let before = small.then(|| thumbnail(&bytes)).flatten();
                        drop(bytes);
                        for ((i, due), made) in due.iter().zip(cards) {
                            let report = made.map_err(|e| Failure::from(&e)).and_then(|made| {
                                written(made, before.clone(), source, due, digest, settings)
                            });
                            let report = report.unwrap_or_else(|f| failed(due.kind, f));
                            reports.push((*i, report));
                        }
                    }
                }
            }
        }
    }
    reports.sort_by_key(|(i, _)| *i);
    reports.into_iter().map(|(_, report)| report).collect()
}

/// The report of a card that was made, once it is written.
fn written(
    made: Made,
    before: Option<Vec<u8>>,
    source: &Source,
    due: &Due<'_>,
    digest: Option<Digest>,
    settings: &Settings<'_>,
) -> Result<PhotoReport, Failure> {
    let to = due.to;
    let (mut report, card, matte) = PhotoReport::made(source.path(), made);
    if to.renamed {
        report.notes.push(Message::new("note-duplicate-name"));
    }
    let kept = match settings.writing {
        Writing::Every => true,
        Writing::Compliant => report.status == Status::Compliant,
        Writing::Nothing => {
            report.notes.push(Message::new("note-dry-run"));
            true
        }
    };
    let report = PhotoReport {
        spec: Some(due.kind.spec.name.clone()),
        output: kept.then(|| to.card.clone()),
        thumbnails: Thumbnails {
            before,
            after: settings.thumbnails.then(|| thumbnail(&card.bytes)).flatten(),
        },
        ..report
    };
    if settings.writing == Writing::Nothing {
        return Ok(report);
    }
    let note = |card: Option<&[u8]>, matte: Option<&[u8]>| match settings.ledger.zip(digest) {
        Some((ledger, digest)) => {
            ledger.note(&source.place(), to, &digest, &due.kind.recipe, card, matte, &report)
        }
        None => Ok(()),
    };
    if !kept {
        note(None, None)?;
        return Ok(report);
    }
    // What was judged must be what the disk gives back, before anything has the card's name.
    let staged = Staged::with(&to.card, &card.bytes, &settings.pending)?.holding(&card.bytes)?;
    let alpha = to.matte.as_ref().map(|path| Ok((path, png(&matte)?)));
    let alpha: Option<(_, Vec<u8>)> = alpha.transpose().map_err(|e: Error| Failure::from(&e))?;
    let matte = match &alpha {
        Some((path, png)) => Some(Staged::with(path, png, &settings.pending)?),
        None => None,
    };
    // Written down first: killed after this line and before the next, the photo is done again; killed later, it is known.
    note(Some(&card.bytes), alpha.as_ref().map(|(_, png)| png.as_slice()))?;
    commit(staged, due.may_replace(&to.card, settings))?;
    if let Some(matte) = matte {
        let replace = due.may_replace(matte.target(), settings);
        commit(matte, replace)?;
    }
    Ok(report)
}

/// The report of a card that an earlier run made and that is there as it was written.
fn resumed(
    report: PhotoReport,
    source: &Source,
    due: &Due<'_>,
    bytes: &[u8],
    settings: &Settings<'_>,
) -> PhotoReport {
    let mut notes = report.notes;
    notes.push(Message::new("note-already-done"));
    let small = |bytes: &[u8]| settings.thumbnails.then(|| thumbnail(bytes)).flatten();
    let card = |path: &Path| fs::read(path).ok().and_then(|card| small(&card));
    PhotoReport {
        input: source.path().to_owned(),
        spec: Some(due.kind.spec.name.clone()),
        source: Opened::open(bytes, &Limits::default()).ok().map(|o| o.facts().clone()),
        notes,
        thumbnails: Thumbnails {
            before: small(bytes),
            after: settings.thumbnails.then(|| card(&due.to.card)).flatten(),
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
