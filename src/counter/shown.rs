//! What is shown beside a card: the photo as baidi saw it, and the specs to choose from with what their rulers allow.

use std::collections::BTreeMap;
use std::io::Cursor;

use image::codecs::jpeg::JpegEncoder;
use image::imageops;
use serde::Serialize;

use super::answer::{Answer, Ending};
use super::question::Question;
use crate::base::error::Error;
use crate::input::decode::{Limits, Opened, Reduction};
use crate::rules::check::{Finding, Outcome, RULES, Verdict};
use crate::rules::spec::{Along, BUILTIN, Editing, PhotoSpec, find};
use crate::words::catalogue::Language;
use crate::words::report::text::FindingText;

/// The longer side of a picture to show, in pixels.
const SHOWN: u32 = 1200;

/// A JPEG of the photo to show beside its card, upright sRGB: what baidi saw, also where the browser could not read the file. Empty where nothing can be read.
#[must_use]
pub fn preview(photo: &[u8]) -> Answer {
    let picture = picture(photo);
    let ending = if picture.is_some() { Ending::Done } else { Ending::Refused };
    Answer { ending, picture: picture.unwrap_or_default(), ..Answer::NONE }
}

/// The picture of [`preview`]; `None` where nothing can be read.
#[must_use]
pub fn picture(photo: &[u8]) -> Option<Vec<u8>> {
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
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct Range {
    min: Option<f64>,
    max: Option<f64>,
}

/// A card's size on paper, in millimetres.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct Print {
    width: f64,
    height: f64,
}

/// A spec to choose.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
struct Spec {
    name: String,
    title: String,
    /// What people call it.
    names: Vec<String>,
    /// In pixels.
    width: u32,
    /// In pixels.
    height: u32,
    dpi: Option<String>,
    /// On paper, in millimetres, where the spec has a size there.
    print: Option<Print>,
    min_bytes: u64,
    max_bytes: u64,
    /// 8-bit sRGB.
    background: [u8; 3],
    /// What may be done to a photo.
    editing: Editing,
    /// What is accepted, by rule, in pixels of the card.
    ruler: BTreeMap<&'static str, Range>,
}

/// The specs to choose from, and what the rules are called.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(super) struct Specs {
    /// The program's version.
    baidi: &'static str,
    /// The best first where something was looked for.
    specs: Vec<Spec>,
    /// What each rule is called.
    rules: BTreeMap<&'static str, String>,
}

impl Spec {
    fn of(spec: &PhotoSpec, language: Language) -> Self {
        let along = |rule: &str| match rule {
            "face-width" | "centring" | "eye-distance" => Along::Width,
            _ => Along::Height,
        };
        let finite = |v: f64| v.is_finite().then_some((v * 100.0).round() / 100.0);
        let ruler = spec.bands().into_iter().map(|(rule, band)| {
            let px = spec.px(band, along(rule));
            (rule, Range { min: finite(px.min), max: finite(px.max) })
        });
        Self {
            name: spec.name.clone(),
            title: language.title_of(spec).to_owned(),
            names: spec.names.clone(),
            width: spec.pixels.width,
            height: spec.pixels.height,
            dpi: spec.resolution.as_ref().map(|r| r.dpi.to_string()),
            print: spec
                .print
                .as_ref()
                .map(|p| Print { width: p.width.to_mm(), height: p.height.to_mm() }),
            min_bytes: spec.file.min.to_bytes(),
            max_bytes: spec.file.max.to_bytes(),
            background: spec.background.colour,
            editing: spec.editing,
            ruler: ruler.collect(),
        }
    }
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
        Err(error) => return Answer::misunderstood(error.into(), language),
    };
    let title = |rule: &'static str| {
        let finding = Finding { rule, outcome: Outcome::new(Verdict::Pass), before: None };
        FindingText::new(&finding, language).title
    };
    let specs = Specs {
        baidi: env!("CARGO_PKG_VERSION"),
        specs: found.iter().map(|spec| Spec::of(spec, language)).collect(),
        rules: RULES.iter().map(|rule| (rule.name, title(rule.name))).collect(),
    };
    Answer::of(serde_json::to_vec(&specs).unwrap_or_default())
}
