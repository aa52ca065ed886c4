//! One photo of a batch, from its source to its report.

use std::fs;
use std::io::{self, Cursor};
use std::path::Path;

use image::ImageFormat;

use super::ledger::Digest;
use super::{Destination, Hands, Order, Settings, Writing, exists};
use crate::check::{Finding, Verdict, in_report_order};
use crate::decode::{Limits, Opened};
use crate::error::{Error, Result};
use crate::message::{Failure, Message};
use crate::output::Staged;
use crate::raster::Plane;
use crate::report::thumbnail::thumbnail;
use crate::report::{JpegReport, PhotoReport, Status, Thumbnails};
use crate::source::Source;

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
    let checked = hands.check(&bytes, source.file_name(), settings.spec)?;
    let before = settings.thumbnails.then(|| thumbnail(&bytes)).flatten();
    Ok(PhotoReport {
        thumbnails: Thumbnails { before, after: None },
        status: Status::of(&checked.findings),
        source: Some(checked.facts),
        face: checked.head,
        findings: in_report_order(checked.findings),
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
    let fixed = hands.fix(&bytes, source.file_name(), settings.spec, &settings.options)?;
    let before = settings.thumbnails.then(|| thumbnail(&bytes)).flatten();
    drop(bytes);

    // What is judged is what the disk gives back, under the temporary name: a card that --strict withholds never has another.
    let (staged, written) = if settings.writing == Writing::Nothing {
        (None, fixed.jpeg.bytes.clone())
    } else {
        let mut staged = Staged::with(&to.card, &fixed.jpeg.bytes, &settings.pending)?;
        let written = staged.read_back()?;
        (Some(staged), written)
    };
    let name = to.card.file_name().and_then(|n| n.to_str());
    let checked = hands.check(&written, name, settings.spec)?;
    let findings = in_report_order(merged(checked.findings, &fixed.before, fixed.making));
    let status = Status::of(&findings);

    let mut notes = fixed.notes;
    if to.renamed {
        notes.push(Message::new("note-duplicate-name"));
    }
    let kept = match settings.writing {
        Writing::Every => true,
        Writing::Compliant => status == Status::Compliant,
        Writing::Nothing => {
            notes.push(Message::new("note-dry-run"));
            true
        }
    };
    let mut times = fixed.times;
    times.extend(checked.times);
    let report = PhotoReport {
        output: kept.then(|| to.card.clone()),
        status,
        source: Some(fixed.facts),
        face: Some(fixed.placed.head),
        placement: Some(fixed.placed.source_to_card),
        jpeg: Some(JpegReport::from(&fixed.jpeg)),
        edits: fixed.edits,
        findings,
        notes,
        times: summed(times),
        thumbnails: Thumbnails {
            before,
            after: settings.thumbnails.then(|| thumbnail(&written)).flatten(),
        },
        ..PhotoReport::new(source.path())
    };
    let note = |card: Option<&[u8]>, matte: Option<&[u8]>| match done {
        Some((done, digest)) => {
            done.ledger.note(&source.place(), to, &digest, &done.recipe, card, matte, &report)
        }
        None => Ok(()),
    };
    match staged {
        Some(card) if kept => {
            let alpha = to.matte.as_ref().map(|path| Ok((path, png(&fixed.matte)?)));
            let alpha: Option<(_, Vec<u8>)> =
                alpha.transpose().map_err(|e: Error| Failure::from(&e))?;
            let matte = match &alpha {
                Some((path, png)) => Some(Staged::with(path, png, &settings.pending)?),
                None => None,
            };
            // Written down first: killed after this line and before the next, the photo is done again; killed later, it is known.
            note(Some(&written), alpha.as_ref().map(|(_, png)| png.as_slice()))?;
            commit(card, may_replace(&to.card))?;
            if let Some(matte) = matte {
                let replace = may_replace(matte.target());
                commit(matte, replace)?;
            }
        }
        Some(_) => note(None, None)?,
        None => {}
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

/// The findings of the written file with what was said before it was fixed. A finding of the making replaces the card's own when it is worse, or when the card alone cannot tell.
fn merged(card: Vec<Finding>, before: &[Finding], making: Vec<Finding>) -> Vec<Finding> {
    let mut findings = card;
    for made in making {
        match findings.iter_mut().find(|f| f.rule == made.rule) {
            Some(own)
                if made.outcome.verdict > own.outcome.verdict
                    || own.outcome.verdict == Verdict::Unknown =>
            {
                own.outcome = made.outcome;
            }
            Some(_) => {}
            None => findings.push(made),
        }
    }
    for finding in &mut findings {
        finding.before = before.iter().find(|b| b.rule == finding.rule).map(|b| b.outcome.verdict);
    }
    findings
}

/// The times with each stage once: the check of the card runs some stages again.
fn summed(times: Vec<crate::pipeline::StageTime>) -> Vec<crate::pipeline::StageTime> {
    let mut sums: Vec<crate::pipeline::StageTime> = Vec::new();
    for time in times {
        match sums.iter_mut().find(|s| s.stage == time.stage) {
            Some(sum) => sum.time += time.time,
            None => sums.push(time),
        }
    }
    sums
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
    use crate::check::Outcome;

    fn finding(rule: &'static str, verdict: Verdict) -> Finding {
        Finding { rule, outcome: Outcome::new(verdict), before: None }
    }

    fn verdicts(findings: &[Finding]) -> Vec<(&str, Verdict, Option<Verdict>)> {
        findings.iter().map(|f| (f.rule, f.outcome.verdict, f.before)).collect()
    }

    #[test]
    fn the_worse_of_card_and_making_wins_and_a_measured_making_beats_an_unknown_card() {
        use Verdict::{Doubtful, Fail, Pass, Unknown};
        let card =
            vec![finding("a", Pass), finding("b", Fail), finding("c", Unknown), finding("d", Pass)];
        let making = vec![
            finding("a", Doubtful),
            finding("b", Doubtful),
            finding("c", Pass),
            finding("e", Fail),
        ];
        let before = [finding("a", Fail), finding("d", Unknown)];
        assert_eq!(
            verdicts(&merged(card, &before, making)),
            [
                ("a", Doubtful, Some(Fail)),
                ("b", Fail, None),
                ("c", Pass, None),
                ("d", Pass, Some(Unknown)),
                ("e", Fail, None)
            ]
        );
    }

    #[test]
    fn the_matte_is_an_8_bit_grey_png() {
        let plane = Plane::filled(crate::geometry::Size::new(3, 2), 0.5);
        let decoded = image::load_from_memory(&png(&plane).expect("a PNG")).expect("a picture");
        assert_eq!(decoded.color(), image::ColorType::L8);
        assert_eq!(decoded.to_luma8().get_pixel(2, 1).0, [128]);
    }
}
