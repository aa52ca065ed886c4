//! A question and a photo's bytes → a report as the program writes it, and the card.

use serde_json::json;

use super::question::{Asked, Question};
use crate::base::error::Error;
use crate::card::pipeline::Account;
use crate::door::{Baidi, Checked, Status};
use crate::words::catalogue::Language;
use crate::words::failure::Failure;
use crate::words::report::thumbnail::thumbnail;
use crate::words::report::{Heading, PhotoReport, ReceiptText, ReportFormat, Thumbnails, Writer};

/// How a question was answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ending {
    /// There is what was asked for.
    Done = 0,
    /// The photo could not be processed; the report says why.
    Refused = 1,
    /// The question was wrong: an unknown spec, a window with its ends crossed.
    Misunderstood = 2,
}

/// What is handed back.
#[derive(Debug, Clone)]
pub struct Answer {
    /// How it ended.
    pub ending: Ending,
    /// How the photo or its card fares; `None` where the question was not about one.
    pub status: Option<Status>,
    /// The report, or whatever JSON was asked for.
    pub json: Vec<u8>,
    /// What `check` says of the source, for `fix`.
    pub source: Vec<u8>,
    /// The card, or the picture that was asked for.
    pub picture: Vec<u8>,
    /// A page with the slip for somebody whose photo has to be taken again; empty where it has not, or where none was wanted.
    pub slip: Vec<u8>,
    /// Why there is not what was asked for.
    pub failure: Option<Failure>,
}

impl Answer {
    /// Nothing at all.
    pub const NONE: Self = Self {
        ending: Ending::Done,
        status: None,
        json: Vec::new(),
        source: Vec::new(),
        picture: Vec::new(),
        slip: Vec::new(),
        failure: None,
    };

    /// An answer that is some JSON alone.
    #[must_use]
    pub fn of(json: Vec<u8>) -> Self {
        Self { json, ..Self::NONE }
    }

    /// The answer to a question that was wrong.
    #[must_use]
    pub fn misunderstood(failure: Failure, language: Language) -> Self {
        let error = json!({
            "code": failure.message.code(),
            "message": failure.message.to_text(language),
            "hint": failure.hint.as_ref().map(|hint| hint.to_text(language)),
            "because": &failure.because,
        });
        let json = json!({ "error": error }).to_string().into_bytes();
        Self { ending: Ending::Misunderstood, json, failure: Some(failure), ..Self::NONE }
    }
}

/// The document that the program writes with `--report x.json`, of one photo.
fn document(asked: &Asked, photo: &PhotoReport) -> Vec<u8> {
    written(ReportFormat::Json, asked, photo)
}

/// The slip for whoever has to come again, with the photo on it.
fn slip(asked: &Asked, report: &PhotoReport, photo: &[u8]) -> Vec<u8> {
    match report.status {
        Status::NotCompliant | Status::Failed if asked.slip => {
            let thumbnails = Thumbnails { before: thumbnail(photo), after: None };
            written(ReportFormat::Slip, asked, &PhotoReport { thumbnails, ..report.clone() })
        }
        Status::Compliant | Status::Review | Status::NotCompliant | Status::Failed => Vec::new(),
    }
}

fn written(format: ReportFormat, asked: &Asked, photo: &PhotoReport) -> Vec<u8> {
    let (language, spec) = (asked.language, asked.order.spec());
    let header = Heading {
        spec: spec.name.clone(),
        title: language.title_of(spec).to_owned(),
        receipt: spec.receipt.as_ref().map(|receipt| ReceiptText::new(receipt, language)),
        language,
    };
    let mut text = Vec::new();
    let written = Writer::new(format, header, &mut text).and_then(|mut writer| {
        writer.photo(photo)?;
        writer.finish().map(drop)
    });
    debug_assert!(written.is_ok(), "memory takes everything");
    text
}

/// A report with the name of the spec that it is about, as the program's own have it.
fn by_spec(asked: &Asked, report: PhotoReport) -> PhotoReport {
    PhotoReport { spec: Some(asked.order.spec().name.clone()), ..report }
}

/// Makes the card, and says what was wrong with the photo and how the card fares.
pub fn fix(baidi: &mut Baidi, photo: &[u8], asked: &Asked) -> Answer {
    // who looks at a page sees the card itself, not how its encoding scores
    let mut made = match baidi.fix(photo, &asked.order.clone().account(Account::Findings)) {
        Ok(made) => made,
        Err(error) => return refused(asked, &error, photo),
    };
    let source = by_spec(asked, PhotoReport::before(&asked.name, &mut made));
    let (report, file, _) = PhotoReport::made(&asked.name, made);
    let output = asked.order.name_of_card().map(Into::into);
    let card = by_spec(asked, PhotoReport { output, ..report });
    Answer {
        status: Some(card.status),
        source: document(asked, &source),
        picture: file.bytes,
        slip: slip(asked, &card, photo),
        ..Answer::of(document(asked, &card))
    }
}

/// Makes the card alone, for whoever reads no report: the photo itself is not judged, and the answer has the card and how it fares.
pub fn card(baidi: &mut Baidi, photo: &[u8], asked: &Asked) -> Answer {
    match baidi.fix(photo, &asked.order.clone().account(Account::Card)) {
        Ok(made) => {
            let (report, file, _) = PhotoReport::made(&asked.name, made);
            Answer { status: Some(report.status), picture: file.bytes, ..Answer::NONE }
        }
        Err(error) => refused(asked, &error, photo),
    }
}

/// Says what an office would object to.
pub fn check(baidi: &mut Baidi, photo: &[u8], asked: &Asked) -> Answer {
    let checked = baidi.check(photo, &asked.order);
    examined(checked, photo, asked)
}

/// Says of a camera's frame what [`check`] says of the face alone.
pub fn glance(baidi: &mut Baidi, photo: &[u8], asked: &Asked) -> Answer {
    let seen = baidi.glance(photo, &asked.order);
    examined(seen, photo, asked)
}

fn examined(seen: Result<Checked, Error>, photo: &[u8], asked: &Asked) -> Answer {
    let checked = match seen {
        Ok(checked) => checked,
        Err(error) => return refused(asked, &error, photo),
    };
    let report = by_spec(asked, PhotoReport::checked(&asked.name, checked));
    let slip = slip(asked, &report, photo);
    Answer { status: Some(report.status), slip, ..Answer::of(document(asked, &report)) }
}

/// The answer where `error` is the reason that there is none.
#[must_use]
pub fn refused(asked: &Asked, error: &Error, photo: &[u8]) -> Answer {
    let failure = Failure::from(error);
    let report = PhotoReport::failed(&asked.name, failure.clone());
    Answer {
        ending: Ending::Refused,
        status: Some(Status::Failed),
        slip: slip(asked, &report, photo),
        failure: Some(failure),
        ..Answer::of(document(asked, &report))
    }
}

/// What `work` answers to `question`, or what is wrong with it.
pub fn answered(question: &Question, work: impl FnOnce(&Asked) -> Answer) -> Answer {
    match question.asked() {
        Ok(asked) => work(&asked),
        Err(failure) => Answer::misunderstood(failure, question.language()),
    }
}
