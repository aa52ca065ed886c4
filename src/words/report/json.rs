//! The report as JSON: the keys are fixed, the messages are in the reader's language.

use std::collections::BTreeMap;
use std::io::{self, Write};

use serde::Serialize;
use serde_json::{Map, Value};

use super::text::{self, FindingText};
use super::{Heading, PhotoReport};
use crate::base::geometry::{Affine, Point};
use crate::base::message::{Arg, Message};
use crate::rules::check::{Finding, Measured, Verdict};
use crate::vision::face::{Head, Landmark};
use crate::words::catalogue::Language;
use crate::words::failure::Failure;

/// What is said of one photo.
#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[cfg_attr(test, schemars(rename = "Photo"))]
struct PhotoJson<'a> {
    /// The input as it was named or found; `-` for standard input.
    input: String,
    /// The spec of the card; none where the photo itself could not be processed, whatever was asked of it.
    spec: Option<&'a str>,
    /// The card that was written, or would be in a dry run.
    output: Option<String>,
    /// How it ended.
    #[cfg_attr(test, schemars(extend("enum" = ["compliant", "review", "not-compliant", "failed"])))]
    status: &'static str,
    /// Why it could not be processed.
    error: Option<Refusal>,
    /// The source file's facts.
    source: Option<SourceJson<'a>>,
    /// The head, in pixels of the source after EXIF orientation.
    face: Option<Face>,
    /// Where the source lies on the card.
    placement: Option<PlacementJson>,
    /// The card's file.
    jpeg: Option<Jpeg<'a>>,
    /// What was done, in order.
    edits: Vec<Said>,
    /// What the rules say, what a person should hear of first in front.
    findings: Vec<FindingJson<'a>>,
    /// What was assumed or seen on the way.
    notes: Vec<Said>,
    /// Time by stage.
    #[cfg_attr(test, schemars(with = "BTreeMap<String, f64>"))]
    milliseconds: Map<String, Value>,
}

/// Something said: its name, which stays the same in every language and version, the sentence, and the values in it.
#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct Said {
    code: String,
    message: String,
    values: BTreeMap<&'static str, Given>,
}

/// Why there is no card: like everything said, with what can be done about it and the causes underneath, as the system words them.
#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct Refusal {
    code: String,
    message: String,
    values: BTreeMap<&'static str, Given>,
    hint: Option<String>,
    because: Vec<String>,
}

/// A value in a sentence: a number, a size in bytes, or a text. What other languages have words for stands here in English.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(untagged)]
#[expect(missing_docs, reason = "each holds what it is called")]
pub enum Given {
    Number(f64),
    Bytes(u64),
    Text(String),
}

/// The source file.
#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[cfg_attr(test, schemars(rename = "Source"))]
struct SourceJson<'a> {
    format: &'a str,
    /// In pixels, after EXIF orientation.
    width: u32,
    /// In pixels, after EXIF orientation.
    height: u32,
    /// The EXIF orientation, 1 to 8.
    orientation: u8,
    /// Across and down.
    dpi: Option<[f64; 2]>,
    /// The name the colour profile gives itself.
    icc: Option<&'a str>,
    bytes: u64,
}

/// Points of the head, in pixels of the source after EXIF orientation; left and right are the picture's.
#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct Face {
    left_eye: [f64; 2],
    right_eye: [f64; 2],
    chin: [f64; 2],
    left_ear_root: [f64; 2],
    right_ear_root: [f64; 2],
    hair_top: Option<[f64; 2]>,
    /// 0 to 1.
    confidence: f64,
}

/// Source pixels, after EXIF orientation, to card pixels; pixel centres lie at integers.
#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[cfg_attr(test, schemars(rename = "Placement"))]
struct PlacementJson {
    /// Two rows of a matrix for (x, y, 1).
    #[cfg_attr(test, schemars(with = "[[f64; 3]; 2]"))]
    source_to_card: Affine,
    scale: f64,
    /// Positive clockwise.
    rotation_degrees: f64,
}

/// The card's file.
#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct Jpeg<'a> {
    bytes: u64,
    /// 1 to 100 on libjpeg's scale.
    quality: u8,
    subsampling: &'a str,
    /// Bytes that carry no picture.
    padding: u64,
    /// Against the card before encoding.
    ssimulacra2: Option<f64>,
    /// How many encodings were made.
    attempts: u32,
}

/// What one rule says.
#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct FindingJson<'a> {
    rule: &'a str,
    verdict: Verdict,
    /// What it said of the source, before `fix`.
    before: Option<Verdict>,
    measured: Option<Measured>,
    required: Option<&'a str>,
    unit: Option<&'a str>,
    /// Whether `fix` can mend it.
    fixable: bool,
    /// Where the requirement is from.
    clause: Option<&'a str>,
    /// The name of the message, the same in every language and version.
    code: String,
    message: String,
    hint: Option<String>,
    /// Where on the card, in pixels: left, top, right, bottom; absent where the whole card is meant or no place is known.
    #[serde(rename = "where", skip_serializing_if = "Option::is_none")]
    place: Option<[f64; 4]>,
}

/// Rounds to `decimals`, because digits beyond what was measured only make reports longer and their differences noisy.
fn rounded(v: f64, decimals: i32) -> f64 {
    let power = 10f64.powi(decimals);
    (v * power).round() / power + 0.0
}

fn point(p: Point) -> [f64; 2] {
    [rounded(p.x, 2), rounded(p.y, 2)]
}

fn face(head: &Head) -> Face {
    Face {
        left_eye: point(head.left_eye()),
        right_eye: point(head.right_eye()),
        chin: point(head.chin()),
        left_ear_root: point(head.landmarks[Landmark::LeftEarRoot]),
        right_ear_root: point(head.landmarks[Landmark::RightEarRoot]),
        hair_top: head.hair_top.map(point),
        confidence: rounded(head.confidence, 3),
    }
}

/// The values in a sentence, by name, as exact as the sentence gives them.
pub fn values(message: &Message) -> BTreeMap<&'static str, Given> {
    let given = |arg: &Arg| match arg {
        Arg::Number(value, decimals) => Given::Number(rounded(*value, i32::from(*decimals))),
        Arg::Bytes(bytes) => Given::Bytes(*bytes),
        Arg::Text(text) | Arg::Word(text) | Arg::Reason(text) => Given::Text(text.clone()),
    };
    message.args.iter().map(|(name, arg)| (*name, given(arg))).collect()
}

fn said(message: &Message, language: Language) -> Said {
    Said {
        code: message.code().to_owned(),
        message: message.to_text(language),
        values: values(message),
    }
}

fn refusal(failure: &Failure, language: Language) -> Refusal {
    let Said { code, message, values } = said(&failure.message, language);
    Refusal {
        code,
        message,
        values,
        hint: failure.hint.as_ref().map(|hint| hint.to_text(language)),
        because: failure.because.clone(),
    }
}

fn finding(found: &Finding, language: Language) -> FindingJson<'_> {
    let words = FindingText::new(found, language);
    let outcome = &found.outcome;
    let measured = outcome.measured.as_ref().map(|m| match m {
        Measured::Number(v) => Measured::Number(rounded(*v, 3)),
        Measured::Pair([a, b]) => Measured::Pair([rounded(*a, 3), rounded(*b, 3)]),
        Measured::Text(text) => Measured::Text(text.clone()),
    });
    FindingJson {
        rule: found.rule,
        verdict: outcome.verdict,
        before: found.before,
        measured,
        required: outcome.required.as_deref(),
        unit: outcome.unit.as_deref(),
        fixable: outcome.fixable,
        clause: outcome.clause.as_deref(),
        code: outcome.message.as_ref().map_or_else(
            || format!("{}-{}", found.rule, text::verdict_name(outcome.verdict)),
            |message| message.key.clone(),
        ),
        message: words.message,
        hint: words.hint,
        place: outcome.place.map(|place| place.map(|v| rounded(v, 0))),
    }
}

fn record(photo: &PhotoReport, language: Language) -> PhotoJson<'_> {
    PhotoJson {
        input: photo.input.display().to_string(),
        spec: photo.spec.as_deref(),
        output: photo.output.as_ref().map(|p| p.display().to_string()),
        status: photo.status.name(),
        error: photo.error.as_ref().map(|failure| refusal(failure, language)),
        source: photo.source.as_ref().map(|facts| {
            let upright =
                if facts.orientation > 4 { facts.stored.transposed() } else { facts.stored };
            SourceJson {
                format: facts.format.name(),
                width: upright.width,
                height: upright.height,
                orientation: facts.orientation,
                dpi: facts.dpi.map(|[x, y]| [rounded(x, 2), rounded(y, 2)]),
                icc: facts.icc.as_deref(),
                bytes: facts.bytes,
            }
        }),
        face: photo.face.as_ref().map(face),
        placement: photo.placement.map(|map| PlacementJson {
            source_to_card: map,
            scale: rounded(map.scale(), 6),
            rotation_degrees: rounded(map.degrees(), 3),
        }),
        jpeg: photo.jpeg.as_ref().map(|j| Jpeg {
            bytes: j.bytes,
            quality: j.quality,
            subsampling: &j.subsampling,
            padding: j.padding,
            ssimulacra2: j.ssimulacra2.map(|v| rounded(v, 2)),
            attempts: j.attempts,
        }),
        edits: photo.edits.iter().map(|edit| said(&text::edit(edit), language)).collect(),
        findings: photo.findings.iter().map(|f| finding(f, language)).collect(),
        notes: photo.notes.iter().map(|note| said(note, language)).collect(),
        milliseconds: photo
            .times
            .iter()
            .map(|t| (t.stage.to_owned(), rounded(t.time.as_secs_f64() * 1e3, 1).into()))
            .collect(),
    }
}

pub(super) fn begin(out: &mut impl Write, header: &Heading) -> io::Result<()> {
    let spec = Value::from(header.spec.as_str());
    write!(out, "{{\n  \"baidi\": \"{}\",\n  \"spec\": {spec},\n", env!("CARGO_PKG_VERSION"))?;
    if let Some(receipt) = &header.receipt {
        writeln!(out, "  \"receipt\": {},", serde_json::to_string(receipt)?)?;
    }
    out.write_all(b"  \"photos\": [")
}

pub(super) fn photo(
    out: &mut impl Write,
    photo: &PhotoReport,
    language: Language,
    first: bool,
) -> io::Result<()> {
    let text = serde_json::to_string_pretty(&record(photo, language))?;
    // Strings hold no raw line breaks, so every one here is layout.
    let text = text.replace('\n', "\n    ");
    write!(out, "{}\n    {text}", if first { "" } else { "," })
}

pub(super) fn end(out: &mut impl Write) -> io::Result<()> {
    out.write_all(b"\n  ]\n}\n")
}

#[cfg(test)]
#[path = "../../../tests/support/schema.rs"]
mod schema;

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::super::ReportFormat;
    use super::super::tests::{sample, written};
    use super::*;
    use crate::base::error::Error;
    use crate::base::message::Message;
    use crate::base::units::Bytes;
    use crate::words::failure::Failure;
    use crate::words::report::{JpegReport, ReceiptText};

    /// What `baidi` writes as JSON: one record for a run of `fix` or `check`.
    #[derive(schemars::JsonSchema)]
    #[schemars(title = "Report")]
    #[expect(dead_code, reason = "it stands for what is written piece by piece")]
    struct Report<'a> {
        /// The program's version.
        baidi: String,
        /// The spec's name; several with a comma between them.
        spec: String,
        /// What is to be known where offices want a number from an accredited checker in place of a file; absent where none does.
        #[serde(skip_serializing_if = "Option::is_none")]
        receipt: Option<ReceiptText>,
        /// In the order of the inputs.
        photos: Vec<PhotoJson<'a>>,
    }

    /// The report, which keeps to the schema.
    fn parsed(language: Language, photos: &[PhotoReport]) -> Value {
        let report =
            serde_json::from_str(&written(ReportFormat::Json, language, photos)).expect("JSON");
        let schema = schemars::schema_for!(Report<'_>).to_value();
        assert_eq!(schema::faults(&schema, &report), Vec::<String>::new());
        report
    }

    #[test]
    fn the_schema_that_is_handed_out_is_that_of_the_types() {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/report.schema.json");
        let schema = schemars::schema_for!(Report<'_>).to_value();
        let text = serde_json::to_string_pretty(&schema).expect("JSON") + "\n";
        if std::env::var_os("BAIDI_WRITE").is_some() {
            std::fs::write(&path, &text).expect("written");
        }
        let committed = std::fs::read_to_string(&path).expect("`just schema` writes it");
        assert!(
            committed == text,
            "docs/report.schema.json is of other types; `just schema` writes it anew"
        );
    }

    #[test]
    fn what_is_not_in_the_schema_is_found() {
        let schema = schemars::schema_for!(Report<'_>).to_value();
        let sound = parsed(Language::En, &[sample()]);
        let wrong = |change: fn(&mut Value)| {
            let mut report = sound.clone();
            change(&mut report["photos"][0]);
            schema::faults(&schema, &report).len()
        };
        assert_eq!(wrong(|_| {}), 0);
        assert_eq!(wrong(|photo| photo["status"] = "good".into()), 1);
        assert_eq!(wrong(|photo| photo["notes"][0]["code"] = 3.into()), 1);
        assert_eq!(wrong(|photo| photo["findings"][0]["verdict"] = "maybe".into()), 1);
        assert_eq!(wrong(|photo| photo["new"] = 1.into()), 1);
        assert_eq!(wrong(|photo| drop(photo.as_object_mut().expect("one").remove("edits"))), 1);
    }

    #[test]
    fn numbers_stand_beside_the_sentence() {
        let errors = [
            Error::WindowUnreachable {
                min: Bytes::new(100),
                max: Bytes::new(2_000),
                smallest: Bytes::new(4_321),
            },
            Error::Io {
                action: "read",
                path: "a.jpg".into(),
                source: io::ErrorKind::NotFound.into(),
            },
        ];
        let photos = errors.map(|error| PhotoReport::failed("a.jpg", &error));
        let report = parsed(Language::Zh, &photos);
        let values = &report["photos"][0]["error"]["values"];
        assert_eq!(*values, serde_json::json!({ "min": 100, "max": 2000, "smallest": 4321 }));
        assert_eq!(report["photos"][1]["error"]["because"][0], "entity not found");
    }

    #[test]
    fn the_keys_are_those_promised_and_in_their_order() {
        let mut photo = sample();
        photo.jpeg = Some(JpegReport {
            bytes: 19_873,
            quality: 78,
            subsampling: "4:2:0".to_owned(),
            padding: 0,
            ssimulacra2: Some(84.1),
            attempts: 4,
        });
        photo.placement = Some(Affine::IDENTITY);
        let text = written(ReportFormat::Json, Language::En, &[photo]);
        let mut rest = text.as_str();
        for key in "baidi spec photos input spec output status error source face placement source_to_card scale rotation_degrees \
                    jpeg bytes quality subsampling padding ssimulacra2 attempts edits findings \
                    rule verdict before measured required unit fixable clause code message hint notes milliseconds"
            .split_whitespace()
        {
            let key = format!("\"{key}\":");
            let at = rest.find(&key).unwrap_or_else(|| panic!("{key} is missing or misplaced"));
            rest = &rest[at..];
        }
    }

    #[test]
    fn a_receipt_is_told_at_the_head_where_offices_want_one() {
        let written = |receipt| {
            let header = Heading { receipt, ..crate::words::report::tests::header(Language::En) };
            let writer = crate::words::report::Writer::new(ReportFormat::Json, header, Vec::new());
            let text = writer.and_then(crate::words::report::Writer::finish).expect("memory");
            let report: Value = serde_json::from_slice(&text).expect("JSON");
            let schema = schemars::schema_for!(Report<'_>).to_value();
            assert_eq!(schema::faults(&schema, &report), Vec::<String>::new());
            report
        };
        let receipt = ReceiptText {
            message: "a \"number\"".to_owned(),
            source: "a page".to_owned(),
            grade: "C",
        };
        let report = written(Some(receipt));
        assert_eq!(report["receipt"]["message"], "a \"number\"");
        assert_eq!(report["receipt"]["grade"], "C");
        assert_eq!(written(None).get("receipt"), None);
    }

    #[test]
    fn no_photo_makes_an_empty_list() {
        assert_eq!(parsed(Language::En, &[])["photos"], Value::Array(vec![]));
    }

    #[test]
    fn rule_names_stay_english_and_messages_follow_the_language() {
        let mut fixed = sample();
        fixed.findings[3].before = Some(Verdict::Doubtful);
        let photo = &parsed(Language::Zh, &[sample(), fixed])["photos"][1];
        let finding = &photo["findings"][0];
        assert_eq!(finding["rule"], "pixel-size");
        assert_eq!(finding["verdict"], "fail");
        assert_eq!(finding["before"], Value::Null);
        assert_eq!(finding["measured"], serde_json::json!([1200.0, 1600.0]));
        assert!(finding["message"].as_str().expect("text").contains("照片尺寸"));
        assert_eq!(photo["findings"][3]["before"], "doubtful");
        assert_eq!(photo["edits"][1]["message"], "旋转 -1.2°");
        assert_eq!(photo["edits"][1]["code"], "rotated");
        assert_eq!(photo["edits"][1]["values"], serde_json::json!({ "degrees": -1.2 }));
        assert_eq!(photo["status"], "not-compliant");
    }

    #[test]
    fn a_failed_photo_says_why() {
        let failure = Failure::with(
            Message::new("error-no-face").number("width", 640.0, 0).number("height", 480.0, 0),
        );
        let photo = &parsed(Language::En, &[PhotoReport::failed("b.jpg", failure)])["photos"][0];
        assert_eq!(photo["status"], "failed");
        assert_eq!(photo["error"]["message"], "no face found in 640×480 px");
        assert_eq!(photo["error"]["code"], "no-face");
        assert_eq!(
            photo["error"]["values"],
            serde_json::json!({ "width": 640.0, "height": 480.0 })
        );
        assert_eq!(photo["output"], Value::Null);
        assert_eq!(photo["findings"], Value::Array(vec![]));
    }
}
