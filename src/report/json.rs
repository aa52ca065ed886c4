//! The report as JSON: the keys are fixed, the messages are in the reader's language.

use std::io::{self, Write};

use serde::Serialize;
use serde_json::{Map, Value};

use super::text::{self, FindingText};
use super::{Header, PhotoReport};
use crate::check::{Finding, Measured, Verdict};
use crate::face::{Head, Landmark};
use crate::geometry::{Affine, Point};
use crate::message::Language;

#[derive(Serialize)]
struct Photo<'a> {
    input: String,
    spec: Option<&'a str>,
    output: Option<String>,
    status: &'static str,
    error: Option<String>,
    source: Option<Source<'a>>,
    face: Option<Face>,
    placement: Option<Placement>,
    jpeg: Option<Jpeg<'a>>,
    edits: Vec<String>,
    findings: Vec<FindingJson<'a>>,
    notes: Vec<String>,
    milliseconds: Map<String, Value>,
}

#[derive(Serialize)]
struct Source<'a> {
    format: &'a str,
    width: u32,
    height: u32,
    orientation: u8,
    dpi: Option<[f64; 2]>,
    icc: Option<&'a str>,
    bytes: u64,
}

#[derive(Serialize)]
struct Face {
    left_eye: [f64; 2],
    right_eye: [f64; 2],
    chin: [f64; 2],
    left_ear_root: [f64; 2],
    right_ear_root: [f64; 2],
    hair_top: Option<[f64; 2]>,
    confidence: f64,
}

#[derive(Serialize)]
struct Placement {
    source_to_card: Affine,
    scale: f64,
    rotation_degrees: f64,
}

#[derive(Serialize)]
struct Jpeg<'a> {
    bytes: u64,
    quality: u8,
    subsampling: &'a str,
    padding: u64,
    ssimulacra2: Option<f64>,
    attempts: u32,
}

#[derive(Serialize)]
struct FindingJson<'a> {
    rule: &'a str,
    verdict: Verdict,
    before: Option<Verdict>,
    measured: Option<Measured>,
    required: Option<&'a str>,
    unit: Option<&'a str>,
    fixable: bool,
    clause: Option<&'a str>,
    message: String,
    hint: Option<String>,
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
        unit: outcome.unit,
        fixable: outcome.fixable,
        clause: outcome.clause.as_deref(),
        message: words.message,
        hint: words.hint,
    }
}

fn record(photo: &PhotoReport, language: Language) -> Photo<'_> {
    Photo {
        input: photo.input.display().to_string(),
        spec: photo.spec.as_deref(),
        output: photo.output.as_ref().map(|p| p.display().to_string()),
        status: photo.status.name(),
        error: photo.error.as_ref().map(|e| e.message.to_text(language)),
        source: photo.source.as_ref().map(|facts| {
            let upright =
                if facts.orientation > 4 { facts.stored.transposed() } else { facts.stored };
            Source {
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
        placement: photo.placement.map(|map| Placement {
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
        edits: photo.edits.iter().map(|e| text::edit(e).to_text(language)).collect(),
        findings: photo.findings.iter().map(|f| finding(f, language)).collect(),
        notes: photo.notes.iter().map(|n| n.to_text(language)).collect(),
        milliseconds: photo
            .times
            .iter()
            .map(|t| (t.stage.to_owned(), rounded(t.time.as_secs_f64() * 1e3, 1).into()))
            .collect(),
    }
}

pub(super) fn begin(out: &mut impl Write, header: &Header) -> io::Result<()> {
    let spec = Value::from(header.spec.as_str());
    write!(
        out,
        "{{\n  \"baidi\": \"{}\",\n  \"spec\": {spec},\n  \"photos\": [",
        env!("CARGO_PKG_VERSION")
    )
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
mod tests {
    use super::super::Format;
    use super::super::tests::{sample, written};
    use super::*;
    use crate::message::{Failure, Message};
    use crate::report::JpegReport;

    fn parsed(language: Language, photos: &[PhotoReport]) -> Value {
        serde_json::from_str(&written(Format::Json, language, photos)).expect("JSON")
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
        let text = written(Format::Json, Language::En, &[photo]);
        let mut rest = text.as_str();
        for key in "baidi spec photos input spec output status error source face placement source_to_card scale rotation_degrees \
                    jpeg bytes quality subsampling padding ssimulacra2 attempts edits findings \
                    rule verdict before measured required unit fixable clause message hint notes milliseconds"
            .split_whitespace()
        {
            let key = format!("\"{key}\":");
            let at = rest.find(&key).unwrap_or_else(|| panic!("{key} is missing or misplaced"));
            rest = &rest[at..];
        }
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
        assert_eq!(photo["edits"][1], "旋转 -1.2°");
        assert_eq!(photo["status"], "not-compliant");
    }

    #[test]
    fn a_failed_photo_says_why() {
        let failure = Failure::with(
            Message::new("error-no-face").number("width", 640.0, 0).number("height", 480.0, 0),
        );
        let photo = &parsed(Language::En, &[PhotoReport::failed("b.jpg", failure)])["photos"][0];
        assert_eq!(photo["status"], "failed");
        assert_eq!(photo["error"], "no face found in 640×480 px");
        assert_eq!(photo["output"], Value::Null);
        assert_eq!(photo["findings"], Value::Array(vec![]));
    }
}
