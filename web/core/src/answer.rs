//! A question as JSON and a photo's bytes → a report as the program writes it, and the card.

use std::io::Cursor;

use baidi::lab::check::RULES;
use baidi::lab::decode::{Limits, Opened, Reduction};
use baidi::lab::failure::Failure;
use baidi::lab::report::thumbnail::thumbnail;
use baidi::lab::report::{Heading, PhotoReport, ReceiptText, ReportFormat, Thumbnails, Writer};
use baidi::lab::spec::{Along, find};
use baidi::spec::BUILTIN;
use baidi::{
    Baidi, Bytes, Error, Finding, FindingText, FixOptions, Language, Order, Outcome, PhotoSpec,
    Status, Verdict,
};
use image::codecs::jpeg::JpegEncoder;
use image::imageops;
use serde::{Deserialize, Serialize};
use serde_json::json;

/// What a photo is to be, as the page asks for it.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase", default)]
pub struct Question {
    /// `zh` or `en`; any locale's name will do.
    pub language: String,
    /// A built-in spec's name. Default: `shebao`.
    pub spec: Option<String>,
    /// A spec of one's own as TOML; then `spec` is what it is called.
    pub toml: Option<String>,
    /// The name of the photo's file.
    pub name: Option<String>,
    /// Leave the background as it is.
    pub keep_background: bool,
    /// Fewest bytes of the card. Default: the spec's.
    pub min_bytes: Option<u64>,
    /// Most bytes of the card. Default: the spec's.
    pub max_bytes: Option<u64>,
    /// What people call the spec that is looked for.
    pub wanted: String,
}

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
    pub outcome: Ending,
    /// The report, or whatever JSON was asked for.
    pub json: Vec<u8>,
    /// What `check` says of the source, for `fix`.
    pub source: Vec<u8>,
    /// The card, or the picture that was asked for.
    pub picture: Vec<u8>,
    /// A page with the slip for somebody whose photo has to be taken again; empty where it has not.
    pub slip: Vec<u8>,
}

impl Answer {
    fn with(outcome: Ending, json: Vec<u8>) -> Self {
        Self { outcome, json, source: Vec::new(), picture: Vec::new(), slip: Vec::new() }
    }

    fn misunderstood(failure: &Failure, language: Language) -> Self {
        let error = json!({
            "code": failure.message.code(),
            "message": failure.message.to_text(language),
            "hint": failure.hint.as_ref().map(|hint| hint.to_text(language)),
            "because": &failure.because,
        });
        Self::with(Ending::Misunderstood, json!({ "error": error }).to_string().into_bytes())
    }
}

/// A question that was understood.
struct Asked {
    language: Language,
    order: Order,
    name: String,
}

impl Question {
    /// The question in `json`.
    ///
    /// # Errors
    /// The answer to give where it is none.
    pub fn read(json: &[u8]) -> Result<Self, Answer> {
        serde_json::from_slice(json).map_err(|error| {
            let failure =
                Failure::from(Error::Internal { stage: "question", reason: error.to_string() });
            Answer::misunderstood(&failure, Language::En)
        })
    }

    fn language(&self) -> Language {
        Language::of_locale(&self.language)
    }

    fn asked(&self) -> Result<Asked, Answer> {
        let language = self.language();
        let wrong = |failure: Failure| Answer::misunderstood(&failure, language);
        let called = self.spec.as_deref().unwrap_or("shebao");
        let spec = match &self.toml {
            Some(text) => PhotoSpec::parse(called, text),
            None => PhotoSpec::builtin(called),
        };
        let spec = spec.map_err(|error| wrong(error.into()))?;
        let options = FixOptions {
            keep_background: self.keep_background,
            min_size: self.min_bytes.map(Bytes::new),
            max_size: self.max_bytes.map(Bytes::new),
        };
        let spec = options.narrowed(spec).map_err(|message| wrong(Failure::with(message)))?;
        let name = self.name.clone().unwrap_or_else(|| "-".to_owned());
        let mut order = Order::of(spec).options(options);
        if let Some(name) = &self.name {
            order = order.file_name(name);
        }
        Ok(Asked { language, order, name })
    }
}

/// The document that the program writes with `--report x.json`, of one photo.
fn document(asked: &Asked, photo: &PhotoReport) -> Vec<u8> {
    written(ReportFormat::Json, asked, photo)
}

/// The slip for whoever has to come again, with the photo on it.
fn slip(asked: &Asked, report: &PhotoReport, photo: &[u8]) -> Vec<u8> {
    match report.status {
        Status::Compliant | Status::Review => Vec::new(),
        Status::NotCompliant | Status::Failed => {
            let thumbnails = Thumbnails { before: thumbnail(photo), after: None };
            written(ReportFormat::Slip, asked, &PhotoReport { thumbnails, ..report.clone() })
        }
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

/// Makes the card, and says what was wrong with the photo and how the card fares.
pub fn fix(baidi: &mut Baidi, photo: &[u8], question: &Question) -> Answer {
    let asked = match question.asked() {
        Ok(asked) => asked,
        Err(answer) => return answer,
    };
    let mut made = match baidi.fix(photo, &asked.order) {
        Ok(made) => made,
        Err(error) => return refused(&asked, &error, photo),
    };
    let source = PhotoReport {
        status: Status::of(&made.before),
        source: Some(made.source.clone()),
        face: Some(made.placed.head.clone()),
        findings: std::mem::take(&mut made.before),
        notes: made.notes.clone(),
        ..PhotoReport::new(&asked.name)
    };
    let (report, file, _) = PhotoReport::made(&asked.name, made);
    let card = PhotoReport { output: asked.order.name_of_card().map(Into::into), ..report };
    Answer {
        source: document(&asked, &source),
        picture: file.bytes,
        slip: slip(&asked, &card, photo),
        ..Answer::with(Ending::Done, document(&asked, &card))
    }
}

/// Says what an office would object to.
pub fn check(baidi: &mut Baidi, photo: &[u8], question: &Question) -> Answer {
    let asked = match question.asked() {
        Ok(asked) => asked,
        Err(answer) => return answer,
    };
    let checked = match baidi.check(photo, &asked.order) {
        Ok(checked) => checked,
        Err(error) => return refused(&asked, &error, photo),
    };
    let report = PhotoReport::checked(&asked.name, checked);
    let slip = slip(&asked, &report, photo);
    Answer { slip, ..Answer::with(Ending::Done, document(&asked, &report)) }
}

/// The answer where the networks do not load.
#[must_use]
pub fn failed(question: &Question, error: &Error, photo: &[u8]) -> Answer {
    match question.asked() {
        Ok(asked) => refused(&asked, error, photo),
        Err(answer) => answer,
    }
}

fn refused(asked: &Asked, error: &Error, photo: &[u8]) -> Answer {
    let report = PhotoReport::failed(&asked.name, error);
    let slip = slip(asked, &report, photo);
    Answer { slip, ..Answer::with(Ending::Refused, document(asked, &report)) }
}

/// The longer side of a picture to show, in pixels.
const SHOWN: u32 = 1200;

/// A JPEG of the photo to show beside its card, upright sRGB: what baidi saw, also where the browser could not read the file. Empty where nothing can be read.
#[must_use]
pub fn preview(photo: &[u8]) -> Answer {
    let picture = shown(photo);
    let ending = if picture.is_some() { Ending::Done } else { Ending::Refused };
    Answer { picture: picture.unwrap_or_default(), ..Answer::with(ending, Vec::new()) }
}

fn shown(photo: &[u8]) -> Option<Vec<u8>> {
    let opened = Opened::open(photo, &Limits::default()).ok()?;
    let size = opened.upright_size();
    let longer = |reduction: &Reduction| {
        let reduced = reduction.apply(size);
        reduced.width.max(reduced.height)
    };
    let reduction = Reduction::ALL.into_iter().rev().find(|r| longer(r) >= SHOWN);
    let pixels = opened.decode(reduction.unwrap_or(Reduction::Full)).ok()?.pixels;
    let (width, height) = pixels.dimensions();
    let share = (f64::from(SHOWN) / f64::from(width.max(height).max(1))).min(1.0);
    let scaled = |side: u32| ((f64::from(side) * share).round() as u32).max(1);
    let small = if share < 1.0 {
        imageops::thumbnail(&pixels, scaled(width), scaled(height))
    } else {
        pixels
    };
    let mut jpeg = Cursor::new(Vec::new());
    JpegEncoder::new_with_quality(&mut jpeg, 85).encode_image(&small).ok()?;
    Some(jpeg.into_inner())
}

/// A range in pixels of the card; an end that is open is `null`.
#[derive(Serialize)]
struct Range {
    min: Option<f64>,
    max: Option<f64>,
}

/// What the page shows of a spec.
fn described(spec: &PhotoSpec, language: Language) -> serde_json::Value {
    let along = |rule: &str| match rule {
        "face-width" | "centring" | "eye-distance" => Along::Width,
        _ => Along::Height,
    };
    let finite = |v: f64| v.is_finite().then_some((v * 100.0).round() / 100.0);
    let ruler: serde_json::Map<String, serde_json::Value> = spec
        .bands()
        .into_iter()
        .map(|(rule, band)| {
            let px = spec.px(band, along(rule));
            (rule.to_owned(), json!(Range { min: finite(px.min), max: finite(px.max) }))
        })
        .collect();
    json!({
        "name": spec.name,
        "title": language.title_of(spec),
        "names": spec.names,
        "width": spec.pixels.width,
        "height": spec.pixels.height,
        "dpi": spec.resolution.as_ref().map(|r| r.dpi.to_string()),
        "minBytes": spec.file.min.to_bytes(),
        "maxBytes": spec.file.max.to_bytes(),
        "background": spec.background.colour,
        "editing": spec.editing,
        "ruler": ruler,
    })
}

/// The built-in specs; with `wanted`, those that people call so, best first. And what the rules are called.
#[must_use]
pub fn specs(question: &Question) -> Answer {
    let language = question.language();
    let wanted = question.wanted.trim();
    let found: Result<Vec<PhotoSpec>, Error> = if wanted.is_empty() {
        BUILTIN.iter().map(|(name, _)| PhotoSpec::builtin(name)).collect()
    } else {
        find(wanted).map(|found| found.into_iter().map(|m| m.spec).collect())
    };
    let found = match found {
        Ok(found) => found,
        Err(error) => return Answer::misunderstood(&error.into(), language),
    };
    let title = |rule: &'static str| {
        let finding = Finding { rule, outcome: Outcome::new(Verdict::Pass), before: None };
        FindingText::new(&finding, language).title
    };
    let rules: serde_json::Map<String, serde_json::Value> =
        RULES.iter().map(|rule| (rule.name.to_owned(), title(rule.name).into())).collect();
    let specs: Vec<_> = found.iter().map(|spec| described(spec, language)).collect();
    let json = json!({ "baidi": env!("CARGO_PKG_VERSION"), "specs": specs, "rules": rules });
    Answer::with(Ending::Done, json.to_string().into_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    const PORTRAIT: &[u8] = include_bytes!("../../../samples/studio-flyaway.jpg");

    fn question(json: &str) -> Question {
        Question::read(json.as_bytes()).expect("a question")
    }

    fn read(json: &[u8]) -> serde_json::Value {
        serde_json::from_slice(json).expect("JSON")
    }

    #[test]
    fn a_card_comes_with_its_report_and_with_that_of_the_photo() {
        let mut baidi = Baidi::open().expect("networks");
        let made = fix(&mut baidi, PORTRAIT, &question(r#"{"language":"en","name":"a.png"}"#));
        assert_eq!(made.outcome, Ending::Done);
        assert!((15_360..=20_000).contains(&made.picture.len()));
        let (card, source) = (read(&made.json), read(&made.source));
        assert_eq!(card["photos"][0]["status"], "compliant");
        assert_eq!(card["photos"][0]["output"], "a.jpg");
        assert_eq!(source["photos"][0]["status"], "not-compliant");
        let checked = check(&mut baidi, PORTRAIT, &question(r#"{"language":"en","name":"a.png"}"#));
        assert_eq!(source["photos"][0]["findings"], read(&checked.json)["photos"][0]["findings"]);
    }

    #[test]
    fn what_is_no_picture_is_refused_and_a_wrong_question_is_not_understood() {
        let mut baidi = Baidi::open().expect("networks");
        let refused = fix(&mut baidi, b"no picture", &question("{}"));
        assert_eq!(refused.outcome, Ending::Refused);
        assert_eq!(read(&refused.json)["photos"][0]["status"], "failed");
        assert!(String::from_utf8_lossy(&refused.slip).contains("<section>"));
        for wrong in [r#"{"spec":"library-card"}"#, r#"{"minBytes":9000,"maxBytes":5000}"#] {
            let answer = check(&mut baidi, PORTRAIT, &question(wrong));
            assert_eq!(answer.outcome, Ending::Misunderstood);
            assert!(read(&answer.json)["error"]["message"].is_string());
        }
        assert!(Question::read(b"{").is_err());
        let unknown = Question::read(br#"{"colour":"red"}"#).err().expect("no such key");
        assert!(
            read(&unknown.json)["error"]["because"][0]
                .as_str()
                .is_some_and(|s| s.contains("colour"))
        );
    }

    #[test]
    fn a_preview_keeps_the_shape_and_is_small() {
        let shown = preview(PORTRAIT);
        let picture = image::load_from_memory(&shown.picture).expect("a JPEG");
        assert_eq!((picture.width(), picture.height()), (960, 1200));
        assert_eq!(preview(b"no picture").outcome, Ending::Refused);
    }

    #[test]
    fn every_spec_says_what_its_ruler_allows() {
        let all = read(&specs(&question(r#"{"language":"zh"}"#)).json);
        let first = &all["specs"][0];
        assert_eq!((&first["name"], &first["width"]), (&json!("shebao"), &json!(358)));
        assert_eq!(first["ruler"]["eye-line"], json!({ "min": 207.0, "max": null }));
        assert_eq!(all["specs"].as_array().map(Vec::len), Some(BUILTIN.len()));
    }
}
