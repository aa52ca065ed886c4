//! A photo's report as one line of JSON that can be read back, for the ledger: what a later run says of a card that an earlier one made.
//!
//! Kept are verdicts and values, not sentences, so that the later run may speak another language. The source's facts and the thumbnails are not kept: they
//! are had from the files again.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

use crate::base::geometry::{Affine, Point};
use crate::base::message::{Arg, Message};
use crate::card::pipeline::Edit;
use crate::rules::check::{self, Finding, Measured, Outcome, Verdict};
use crate::vision::face::{Head, Landmarks};
use crate::words::catalogue;
use crate::words::report::{JpegReport, PhotoReport, Status};

#[derive(Serialize, Deserialize)]
struct Said {
    key: String,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    numbers: Vec<(usize, String, f64, u8)>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    texts: Vec<(usize, String, String)>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    words: Vec<(usize, String, String)>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    sizes: Vec<(usize, String, u64)>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    reasons: Vec<(usize, String, String)>,
}

#[derive(Serialize, Deserialize)]
struct Found {
    rule: String,
    verdict: Verdict,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    before: Option<Verdict>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    number: Option<f64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pair: Option<[f64; 2]>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    text: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    required: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    unit: Option<String>,
    fixable: bool,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    clause: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    message: Option<Said>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    hint: Option<Said>,
}

#[derive(Serialize, Deserialize)]
struct HeadRecord {
    landmarks: Vec<[f64; 2]>,
    hair_top: Option<[f64; 2]>,
    confidence: f64,
}

#[derive(Serialize, Deserialize)]
struct JpegRecord {
    bytes: u64,
    quality: u8,
    subsampling: String,
    padding: u64,
    ssimulacra2: Option<f64>,
    attempts: u32,
}

/// What is kept of a [`PhotoReport`].
#[derive(Serialize, Deserialize)]
pub(crate) struct Record {
    written: bool,
    face: Option<HeadRecord>,
    placement: Option<Affine>,
    jpeg: Option<JpegRecord>,
    edits: Vec<Edit>,
    findings: Vec<Found>,
    notes: Vec<Said>,
}

fn said(message: &Message) -> Said {
    let mut said = Said {
        key: message.key.clone(),
        numbers: Vec::new(),
        texts: Vec::new(),
        words: Vec::new(),
        sizes: Vec::new(),
        reasons: Vec::new(),
    };
    for (place, (name, arg)) in message.args.iter().enumerate() {
        let name = (*name).to_owned();
        match arg {
            Arg::Number(value, decimals) => said.numbers.push((place, name, *value, *decimals)),
            Arg::Text(text) => said.texts.push((place, name, text.clone())),
            Arg::Word(word) => said.words.push((place, name, word.clone())),
            Arg::Bytes(bytes) => said.sizes.push((place, name, *bytes)),
            Arg::Reason(reason) => said.reasons.push((place, name, reason.clone())),
        }
    }
    said
}

fn unsaid(said: Said) -> Option<Message> {
    let numbers = said.numbers.into_iter().map(|(at, n, v, d)| (at, n, Arg::Number(v, d)));
    let texts = said.texts.into_iter().map(|(at, n, t)| (at, n, Arg::Text(t)));
    let words = said.words.into_iter().map(|(at, n, t)| (at, n, Arg::Word(t)));
    let sizes = said.sizes.into_iter().map(|(at, n, b)| (at, n, Arg::Bytes(b)));
    let reasons = said.reasons.into_iter().map(|(at, n, t)| (at, n, Arg::Reason(t)));
    let mut all: Vec<(usize, String, Arg)> =
        numbers.chain(texts).chain(words).chain(sizes).chain(reasons).collect();
    all.sort_by_key(|(place, ..)| *place);
    let args = all
        .into_iter()
        .map(|(_, name, arg)| Some((catalogue::value_name(&name)?, arg)))
        .collect::<Option<Vec<_>>>()?;
    Some(Message { key: said.key, args })
}

fn found(finding: &Finding) -> Found {
    let outcome = &finding.outcome;
    let (mut number, mut pair, mut text) = (None, None, None);
    match &outcome.measured {
        Some(Measured::Number(v)) => number = Some(*v),
        Some(Measured::Pair(v)) => pair = Some(*v),
        Some(Measured::Text(v)) => text = Some(v.clone()),
        None => {}
    }
    Found {
        rule: finding.rule.to_owned(),
        verdict: outcome.verdict,
        before: finding.before,
        number,
        pair,
        text,
        required: outcome.required.clone(),
        unit: outcome.unit.as_deref().map(str::to_owned),
        fixable: outcome.fixable,
        clause: outcome.clause.clone(),
        message: outcome.message.as_ref().map(said),
        hint: outcome.hint.as_ref().map(said),
    }
}

fn refound(found: Found) -> Option<Finding> {
    let measured = match (found.number, found.pair, found.text) {
        (Some(v), ..) => Some(Measured::Number(v)),
        (_, Some(v), _) => Some(Measured::Pair(v)),
        (.., Some(v)) => Some(Measured::Text(v)),
        (None, None, None) => None,
    };
    let resaid = |said: Option<Said>| match said {
        Some(said) => unsaid(said).map(Some),
        None => Some(None),
    };
    // A rule this program does not know is of another version: the photo is done again.
    Some(Finding {
        rule: check::RULES.iter().find(|r| r.name == found.rule)?.name,
        outcome: Outcome {
            measured,
            required: found.required,
            unit: found.unit.map(Cow::Owned),
            fixable: found.fixable,
            clause: found.clause,
            message: resaid(found.message)?,
            hint: resaid(found.hint)?,
            ..Outcome::new(found.verdict)
        },
        before: found.before,
    })
}

impl Record {
    /// What is kept of `photo`; `None` of one that could not be processed, which the next run tries again.
    pub(crate) fn of(photo: &PhotoReport) -> Option<Self> {
        if photo.status == Status::Failed {
            return None;
        }
        Some(Self {
            written: photo.output.is_some(),
            face: photo.face.as_ref().map(|h| HeadRecord {
                landmarks: h.landmarks.points().iter().map(|p| [p.x, p.y]).collect(),
                hair_top: h.hair_top.map(|p| [p.x, p.y]),
                confidence: h.confidence,
            }),
            placement: photo.placement,
            jpeg: photo.jpeg.as_ref().map(|j| JpegRecord {
                bytes: j.bytes,
                quality: j.quality,
                subsampling: j.subsampling.clone(),
                padding: j.padding,
                ssimulacra2: j.ssimulacra2,
                attempts: j.attempts,
            }),
            edits: photo.edits.clone(),
            findings: photo.findings.iter().map(found).collect(),
            notes: photo.notes.iter().map(said).collect(),
        })
    }

    /// The report again, without input, output, source, times, and pictures; `None` where something in it is not known to this program.
    pub(crate) fn report(self) -> Option<PhotoReport> {
        let point = |[x, y]: [f64; 2]| Point::new(x, y);
        let face = match self.face {
            Some(h) => Some(Head {
                landmarks: Landmarks::new(h.landmarks.into_iter().map(point).collect())?,
                hair_top: h.hair_top.map(point),
                confidence: h.confidence,
            }),
            None => None,
        };
        let findings: Option<Vec<Finding>> = self.findings.into_iter().map(refound).collect();
        let findings = findings?;
        Some(PhotoReport {
            status: Status::of(&findings),
            face,
            placement: self.placement,
            jpeg: self.jpeg.map(|j| JpegReport {
                bytes: j.bytes,
                quality: j.quality,
                subsampling: j.subsampling,
                padding: j.padding,
                ssimulacra2: j.ssimulacra2,
                attempts: j.attempts,
            }),
            edits: self.edits,
            findings,
            notes: self.notes.into_iter().map(unsaid).collect::<Option<_>>()?,
            ..PhotoReport::new("")
        })
    }

    /// Whether the card was written; `--strict` withholds some.
    pub(crate) const fn written(&self) -> bool {
        self.written
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::units::Bytes;
    use crate::words::report::tests::sample;

    #[test]
    fn what_is_read_back_is_what_was_kept() {
        let mut photo = PhotoReport { input: "".into(), ..sample() };
        photo.notes.push(
            Message::new("note-converted-profile")
                .text("name", "Display P3")
                .number("percent", 3.25, 1)
                .bytes("bytes", Bytes::new(12))
                .reason("reason", "it is broken"),
        );
        photo.findings[1].outcome.message =
            Some(Message::new("error-too-large").word("what", "the file").number("count", 2.0, 0));
        photo.placement = Some(Affine([[0.1, 0.2, 0.3], [1.0 / 3.0, 0.5, -7.0]]));
        let kept = serde_json::to_string(&Record::of(&photo).expect("processed")).expect("JSON");
        let record: Record = serde_json::from_str(&kept).expect("a record");
        assert_eq!(record.report(), Some(photo));
    }

    #[test]
    fn a_failed_photo_is_not_kept_and_an_unknown_rule_is_not_believed() {
        let failed = crate::base::error::Error::NoFace { width: 1, height: 1 };
        assert!(Record::of(&PhotoReport::failed("a.jpg", &failed)).is_none());
        let kept = serde_json::to_string(&Record::of(&sample()).expect("processed")).expect("JSON");
        let other: Record =
            serde_json::from_str(&kept.replace("\"face-width\"", "\"nose-width\"")).expect("JSON");
        assert_eq!(other.report(), None);
    }
}
