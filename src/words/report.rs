//! One record per photo, from which every report is made.
//!
//! A record holds facts and messages, no pixels beyond two thumbnails that only the page asks for. Reports are written photo by photo as they
//! come, so a day of photos costs no more memory than one.

pub mod csv;
pub mod html;
pub mod json;
pub mod slip;
pub mod text;
pub mod thumbnail;

use std::io::{self, Write};
use std::path::{Path, PathBuf};

use serde::Serialize;

use crate::base::geometry::Affine;
use crate::base::message::Message;
use crate::base::raster::Plane;
use crate::card::pipeline::{CardFile, Edit, StageTime};
use crate::door::{Checked, Made};
use crate::input::decode::SourceFacts;
use crate::rules::check::{Finding, Verdict};
use crate::rules::spec::{PhotoSpec, Title};
use crate::vision::face::Head;
use crate::words::catalogue::Language;
use crate::words::failure::Failure;

pub use crate::door::Status;

/// Facts of the JPEG that was made.
#[derive(Debug, Clone, PartialEq)]
pub struct JpegReport {
    /// Size of the file.
    pub bytes: u64,
    /// Quality on libjpeg's scale, 1..=100.
    pub quality: u8,
    /// Chroma subsampling, `4:2:0`.
    pub subsampling: String,
    /// Bytes that carry no picture.
    pub padding: u64,
    /// SSIMULACRA2 against the card before encoding.
    pub ssimulacra2: Option<f64>,
    /// Encodings tried.
    pub attempts: u32,
}

impl From<&CardFile> for JpegReport {
    fn from(jpeg: &CardFile) -> Self {
        Self {
            bytes: jpeg.bytes.len() as u64,
            quality: jpeg.quality,
            subsampling: jpeg.subsampling.clone(),
            padding: jpeg.padding,
            ssimulacra2: jpeg.ssimulacra2,
            attempts: jpeg.attempts,
        }
    }
}

/// Two small pictures for the page, as JPEG files.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Thumbnails {
    /// The source.
    pub before: Option<Vec<u8>>,
    /// The card.
    pub after: Option<Vec<u8>>,
}

/// Everything there is to say about one photo, or about one of the cards made of it.
#[derive(Debug, Clone, PartialEq)]
pub struct PhotoReport {
    /// The input as it was named or found; `-` for standard input.
    pub input: PathBuf,
    /// The spec's name; `None` where the photo itself could not be processed, whatever was asked of it.
    pub spec: Option<String>,
    /// The card that was written, or would be in a dry run.
    pub output: Option<PathBuf>,
    /// How it ended.
    pub status: Status,
    /// Why it could not be processed.
    pub error: Option<Failure>,
    /// The source file's facts.
    pub source: Option<SourceFacts>,
    /// The head, in upright source pixels.
    pub face: Option<Head>,
    /// Upright source pixels to card pixels.
    pub placement: Option<Affine>,
    /// The JPEG that was made.
    pub jpeg: Option<JpegReport>,
    /// What was done, in order.
    pub edits: Vec<Edit>,
    /// What the rules say of the file that was written (`fix`) or given (`check`).
    pub findings: Vec<Finding>,
    /// What was assumed on the way.
    pub notes: Vec<Message>,
    /// Time by stage.
    pub times: Vec<StageTime>,
    /// Small pictures, where a page was asked for.
    pub thumbnails: Thumbnails,
    /// Whether an earlier run made the card and this one found it whole.
    pub resumed: bool,
}

impl PhotoReport {
    /// A record about which nothing is known yet but the input.
    #[must_use]
    pub fn new(input: impl Into<PathBuf>) -> Self {
        Self {
            input: input.into(),
            spec: None,
            output: None,
            status: Status::Compliant,
            error: None,
            source: None,
            face: None,
            placement: None,
            jpeg: None,
            edits: Vec::new(),
            findings: Vec::new(),
            notes: Vec::new(),
            times: Vec::new(),
            thumbnails: Thumbnails::default(),
            resumed: false,
        }
    }

    /// A record of a photo that could not be processed.
    #[must_use]
    pub fn failed(input: impl Into<PathBuf>, error: impl Into<Failure>) -> Self {
        Self { status: Status::Failed, error: Some(error.into()), ..Self::new(input) }
    }

    /// A record of a file that was looked at.
    #[must_use]
    pub fn checked(input: impl Into<PathBuf>, checked: Checked) -> Self {
        Self {
            status: checked.status,
            source: Some(checked.source),
            face: checked.head,
            findings: checked.findings,
            notes: checked.notes,
            times: checked.times,
            ..Self::new(input)
        }
    }

    /// A record of the photo itself, as it was before a card was made of it. Takes what was found about it out of `made`.
    #[must_use]
    pub fn before(input: impl Into<PathBuf>, made: &mut Made) -> Self {
        Self {
            status: Status::of(&made.before),
            source: Some(made.source.clone()),
            face: Some(made.placed.head.clone()),
            findings: std::mem::take(&mut made.before),
            notes: made.notes.clone(),
            ..Self::new(input)
        }
    }

    /// A record of a photo that a card was made of, written nowhere yet; the card; and its matte.
    #[must_use]
    pub fn made(input: impl Into<PathBuf>, made: Made) -> (Self, CardFile, Plane) {
        let report = Self {
            status: made.status,
            source: Some(made.source),
            face: Some(made.placed.head),
            placement: Some(made.placed.source_to_card),
            jpeg: Some(JpegReport::from(&made.card)),
            edits: made.edits,
            findings: made.findings,
            notes: made.notes,
            times: made.times,
            ..Self::new(input)
        };
        (report, made.card, made.matte)
    }

    /// How many findings have this verdict.
    #[must_use]
    pub fn count(&self, verdict: Verdict) -> usize {
        self.findings.iter().filter(|f| f.outcome.verdict == verdict).count()
    }
}

/// How many photos ended how.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct BatchReport {
    /// Photos that break no rule.
    pub compliant: usize,
    /// Photos that break none, but somebody should look at them.
    pub review: usize,
    /// Photos that break one.
    pub not_compliant: usize,
    /// Photos that could not be processed.
    pub failed: usize,
    /// How many of these an earlier run had done.
    pub resumed: usize,
}

impl BatchReport {
    /// Counts one more photo.
    pub fn add(&mut self, photo: &PhotoReport) {
        self.resumed += usize::from(photo.resumed);
        match photo.status {
            Status::Compliant => self.compliant += 1,
            Status::Review => self.review += 1,
            Status::NotCompliant => self.not_compliant += 1,
            Status::Failed => self.failed += 1,
        }
    }

    /// All photos.
    #[must_use]
    pub const fn total(&self) -> usize {
        self.compliant + self.review + self.not_compliant + self.failed
    }

    /// The worst that happened to any photo, or `None` where there was none.
    #[must_use]
    pub const fn worst(&self) -> Option<Status> {
        match (self.failed, self.not_compliant, self.review, self.compliant) {
            (0, 0, 0, 0) => None,
            (0, 0, 0, _) => Some(Status::Compliant),
            (0, 0, _, _) => Some(Status::Review),
            (0, _, _, _) => Some(Status::NotCompliant),
            _ => Some(Status::Failed),
        }
    }
}

/// The form of a report file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ReportFormat {
    /// One JSON document.
    Json,
    /// A table for a spreadsheet.
    Csv,
    /// One page that needs nothing else.
    Html,
    /// Slips of paper for those who have to come again; no extension asks for it.
    Slip,
}

impl ReportFormat {
    /// Whether the form shows pictures.
    #[must_use]
    pub const fn has_pictures(self) -> bool {
        matches!(self, Self::Html | Self::Slip)
    }
}

impl ReportFormat {
    /// The form that a file's extension asks for.
    #[must_use]
    pub fn of_path(path: &Path) -> Option<Self> {
        let extension = path.extension()?.to_str()?;
        [("json", Self::Json), ("csv", Self::Csv), ("html", Self::Html), ("htm", Self::Html)]
            .into_iter()
            .find(|(name, _)| extension.eq_ignore_ascii_case(name))
            .map(|(_, format)| format)
    }
}

/// What a report says of a receipt.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[cfg_attr(test, schemars(rename = "Receipt"))]
pub struct ReceiptText {
    /// The sentences.
    pub message: String,
    /// Who says so.
    pub source: String,
    /// How far to trust it, as specs write it: `C`.
    pub grade: &'static str,
}

impl ReceiptText {
    /// What is said of `receipt` in `language`.
    #[must_use]
    pub fn new(receipt: &crate::rules::spec::Receipt, language: Language) -> Self {
        let say = |title: &Title| language.of(title).to_owned();
        let key = if receipt.valid.is_some() { "receipt-valid" } else { "receipt" };
        let message = Message::new(key)
            .text("places", say(&receipt.places))
            .text("called", say(&receipt.called))
            .text("from", say(&receipt.from))
            .text("valid", receipt.valid.as_ref().map(say).unwrap_or_default())
            .to_text(language);
        Self { message, source: receipt.source.clone(), grade: receipt.grade.name() }
    }

    /// What is said of the receipts of `specs`, once for those that say the same; which is whose, where there are several specs. The least trusted decides for how far to trust all.
    #[must_use]
    pub fn of_all(specs: &[&PhotoSpec], language: Language) -> Option<Self> {
        let with = || specs.iter().filter_map(|spec| Some((*spec, spec.receipt.as_ref()?)));
        let grade = with().map(|(_, receipt)| receipt.grade).max()?;
        let mut told: Vec<(Self, Vec<&str>)> = Vec::new();
        for (spec, receipt) in with() {
            let receipt = Self::new(receipt, language);
            match told.iter_mut().find(|(known, _)| known.message == receipt.message) {
                Some((_, names)) => names.push(&spec.name),
                None => told.push((receipt, vec![&spec.name])),
            }
        }
        let sources: Vec<&str> = told.iter().map(|(receipt, _)| receipt.source.as_str()).collect();
        let source = sources.join("; ");
        let line = |(receipt, names): &(Self, Vec<&str>)| match specs {
            [_] => receipt.message.clone(),
            _ => Message::new("specs-receipt")
                .text("name", names.join(", "))
                .text("receipt", receipt.message.as_str())
                .to_text(language),
        };
        let lines: Vec<String> = told.iter().map(line).collect();
        Some(Self { message: lines.join(" "), source, grade: grade.name() })
    }
}

/// What a report says at its head, and the language it is in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Heading {
    /// The spec's name; several with a comma between them.
    pub spec: String,
    /// What people call the spec, in `language`; several with a dot between them.
    pub title: String,
    /// What is to be known where offices want a number from an accredited checker in place of a file; in `language`.
    pub receipt: Option<ReceiptText>,
    /// The language of messages; keys and rule names are English always.
    pub language: Language,
}

/// Writes a report photo by photo, in the order of the calls.
#[derive(Debug)]
pub struct Writer<W: Write> {
    out: W,
    header: Heading,
    format: ReportFormat,
    photos: usize,
    totals: html::Totals,
    /// Whose slip was written last, and what it says: cards of one photo that say the same share a slip.
    last_slip: Option<(PathBuf, Vec<String>)>,
}

impl<W: Write> Writer<W> {
    /// A report of `format` into `out`; its head is written at once.
    ///
    /// # Errors
    /// What `out` says.
    pub fn new(format: ReportFormat, header: Heading, mut out: W) -> io::Result<Self> {
        match format {
            ReportFormat::Json => json::begin(&mut out, &header)?,
            ReportFormat::Csv => csv::begin(&mut out)?,
            ReportFormat::Html => html::begin(&mut out, &header)?,
            ReportFormat::Slip => slip::begin(&mut out, &header)?,
        }
        let totals = html::Totals::default();
        Ok(Self { out, header, format, photos: 0, totals, last_slip: None })
    }

    /// Appends one photo.
    ///
    /// # Errors
    /// What the sink says.
    pub fn photo(&mut self, photo: &PhotoReport) -> io::Result<()> {
        let language = self.header.language;
        match self.format {
            ReportFormat::Json => json::photo(&mut self.out, photo, language, self.photos == 0)?,
            ReportFormat::Csv => csv::photo(&mut self.out, photo, language)?,
            ReportFormat::Html => {
                self.totals.add(photo);
                html::photo(&mut self.out, photo, &self.header)?;
            }
            ReportFormat::Slip => {
                let slip = (photo.input.clone(), slip::reasons(photo, language));
                if self.last_slip.as_ref() != Some(&slip) {
                    slip::photo(&mut self.out, photo, &self.header)?;
                }
                self.last_slip = Some(slip);
            }
        }
        self.photos += 1;
        Ok(())
    }

    /// Ends the report and gives the sink back, flushed.
    ///
    /// # Errors
    /// What the sink says.
    pub fn finish(mut self) -> io::Result<W> {
        match self.format {
            ReportFormat::Json => json::end(&mut self.out)?,
            ReportFormat::Csv => {}
            ReportFormat::Slip => slip::end(&mut self.out)?,
            ReportFormat::Html => html::end(&mut self.out, &self.header, &self.totals)?,
        }
        self.out.flush()?;
        Ok(self.out)
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::rules::check::{Measured, Outcome};

    #[test]
    fn the_social_security_card_names_its_receipt_in_both_languages() {
        let spec = PhotoSpec::builtin("shebao").expect("builtin");
        let receipt = spec.receipt.expect("a receipt");
        let zh = ReceiptText::new(&receipt, Language::Zh).message;
        assert!(zh.contains("广东") && zh.contains("图像号") && zh.contains("不能出具"), "{zh}");
        let en = ReceiptText::new(&receipt, Language::En).message;
        assert!(en.contains("Guangdong") && en.contains("cannot issue"), "{en}");
    }

    #[test]
    fn receipts_of_several_specs_are_told_together_and_each_once() {
        let spec = |name| PhotoSpec::builtin(name).expect("builtin");
        let of = |names: &[&'static str]| {
            let specs: Vec<PhotoSpec> = names.iter().map(|name| spec(*name)).collect();
            ReceiptText::of_all(&specs.iter().collect::<Vec<_>>(), Language::En)
        };
        let own = spec("shebao").receipt.map(|receipt| ReceiptText::new(&receipt, Language::En));
        assert_eq!(of(&["shebao"]), own);
        assert_eq!(of(&["cet", "visa-us"]), None);
        let all = of(&["shebao", "shebao-20k", "cet", "id-card"]).expect("receipts").message;
        assert!(all.starts_with("shebao, shebao-20k: ") && all.contains("id-card: "), "{all}");
        assert!(!all.contains("cet"), "{all}");
    }

    /// A finding made by hand.
    pub(crate) fn finding(rule: &'static str, verdict: Verdict) -> Finding {
        Finding { rule, outcome: Outcome::new(verdict), before: None }
    }

    /// A photo with one finding of each verdict.
    pub(crate) fn sample() -> PhotoReport {
        let mut photo = PhotoReport::new("in/a \"b\".jpg");
        photo.findings = vec![
            Finding {
                rule: "pixel-size",
                outcome: Outcome {
                    measured: Some(Measured::Pair([1200.0, 1600.0])),
                    unit: Some("px".into()),
                    ..Outcome::new(Verdict::Fail)
                }
                .required("358×441")
                .clause("GA 461-2004")
                .mended_by(
                    Some(crate::rules::check::Mend::Placement),
                    crate::rules::spec::Editing::Any,
                ),
                before: None,
            },
            Finding {
                rule: "face-width",
                outcome: Outcome::new(Verdict::Doubtful)
                    .measured(192.34567, "px")
                    .required("193–221"),
                before: None,
            },
            Finding {
                rule: "file-size",
                outcome: Outcome::new(Verdict::Pass)
                    .measured(19_873.0, "bytes")
                    .required("15,360–20,000"),
                before: None,
            },
            Finding {
                rule: "hair-top",
                outcome: Outcome::unknown("unknown-no-head"),
                before: None,
            },
        ];
        photo.notes = vec![Message::new("note-assumed-srgb")];
        photo.edits = vec![Edit::Oriented, Edit::Rotated(-1.23), Edit::Scaled(0.3123)];
        photo.status = Status::of(&photo.findings);
        photo
    }

    pub(crate) fn header(language: Language) -> Heading {
        let title = "Social-security card".to_owned();
        Heading { spec: "shebao".to_owned(), title, receipt: None, language }
    }

    pub(crate) fn written(
        format: ReportFormat,
        language: Language,
        photos: &[PhotoReport],
    ) -> String {
        let mut writer = Writer::new(format, header(language), Vec::new()).expect("memory");
        for photo in photos {
            writer.photo(photo).expect("memory");
        }
        String::from_utf8(writer.finish().expect("memory")).expect("UTF-8")
    }

    #[test]
    fn a_doubt_that_a_clerk_acts_on_asks_for_a_look_advice_does_not_and_a_fail_breaks() {
        let doubtful = |rule| [finding(rule, Verdict::Doubtful), finding("yaw", Verdict::Unknown)];
        assert_eq!(Status::of(&doubtful("mouth")), Status::Compliant);
        assert_eq!(Status::of(&doubtful("roll")), Status::Review);
        assert_eq!(Status::of(&[finding("roll", Verdict::Fail)]), Status::NotCompliant);
    }

    #[test]
    fn the_worst_photo_decides_for_the_batch() {
        let mut batch = BatchReport::default();
        assert_eq!(batch.worst(), None);
        for (status, worst) in [
            (Status::Compliant, Status::Compliant),
            (Status::Review, Status::Review),
            (Status::Compliant, Status::Review),
            (Status::NotCompliant, Status::NotCompliant),
            (Status::Review, Status::NotCompliant),
            (Status::Failed, Status::Failed),
            (Status::Compliant, Status::Failed),
        ] {
            batch.add(&PhotoReport { status, ..PhotoReport::new("a") });
            assert_eq!(batch.worst(), Some(worst));
        }
        assert_eq!(batch.total(), 7);
    }

    #[test]
    fn the_extension_tells_the_format() {
        assert_eq!(ReportFormat::of_path(Path::new("a/R.JSON")), Some(ReportFormat::Json));
        assert_eq!(ReportFormat::of_path(Path::new("r.csv")), Some(ReportFormat::Csv));
        assert_eq!(ReportFormat::of_path(Path::new("r.htm")), Some(ReportFormat::Html));
        assert_eq!(ReportFormat::of_path(Path::new("r.txt")), None);
        assert_eq!(ReportFormat::of_path(Path::new("json")), None);
    }

    proptest! {
        /// File names come from strangers, and so do the numbers that are measured on their files.
        #[test]
        fn every_name_and_number_comes_through_every_report(names in proptest::collection::vec("[^\\x00/]{1,24}", 1..4), measured in proptest::num::f64::ANY) {
            let photos: Vec<PhotoReport> = names
                .iter()
                .map(|name| PhotoReport {
                    findings: vec![Finding {
                        rule: "roll",
                        outcome: Outcome::new(Verdict::Doubtful).measured(measured, "°").required(name.clone()),
                        before: Some(Verdict::Fail),
                    }],
                    notes: vec![Message::new("note-background-kept-by-spec").text("spec", name)],
                    ..PhotoReport::new(name)
                })
                .collect();
            for language in [Language::Zh, Language::En] {
                let json: serde_json::Value = serde_json::from_str(&written(ReportFormat::Json, language, &photos)).expect("JSON");
                let listed = json["photos"].as_array().expect("a list");
                let read: Vec<&str> = listed.iter().filter_map(|p| p["input"].as_str()).collect();
                prop_assert_eq!(&read, &names);

                let table = written(ReportFormat::Csv, language, &photos);
                let mut reader = ::csv::ReaderBuilder::new().from_reader(table.trim_start_matches('\u{feff}').as_bytes());
                let rows: Vec<_> = reader.records().collect::<Result<_, _>>().expect("every row as long as the heading");
                prop_assert_eq!(rows.len(), names.len());
                for (row, name) in rows.iter().zip(&names) {
                    let armed = name.starts_with(['=', '+', '-', '@', '\t', '\r']) && name != "-";
                    prop_assert_eq!(&row[0], &if armed { format!("'{name}") } else { name.clone() });
                }
            }
        }

        #[test]
        fn no_name_becomes_markup(name in "[<>&\"'a-z]{1,16}") {
            let name = format!("<b x=1>{name}");
            let photos = [PhotoReport { findings: vec![finding("eyes-open", Verdict::Fail)], ..PhotoReport::new(&name) }];
            for format in [ReportFormat::Html, ReportFormat::Slip] {
                let page = written(format, Language::En, &photos);
                prop_assert!(!page.contains("<b x=1>"));
                prop_assert!(format == ReportFormat::Slip || page.contains("&lt;b x=1&gt;"));
            }
        }
    }
}
