//! What a finished photo must be: sizes, ranges, limits, each with where the number is from.
//!
//! A spec is a TOML file. The built-in ones are compiled in from `src/rules/spec/builtin/`; a user's own file has the same form.

mod reading;
mod receipt;
mod search;

pub mod colour;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

pub use self::colour::Colour;
use crate::base::error::{Error, Result};
use crate::base::geometry::Size;
use crate::base::units::{Bytes, Dpi, Mm};

pub use reading::{Claim, Reading};
pub use receipt::Receipt;
pub use search::{Match, find};

/// The built-in specs: name and TOML text, in the order `baidi specs` lists them.
pub const BUILTIN: &[(&str, &str)] = &[
    ("shebao", include_str!("spec/builtin/shebao.toml")),
    ("shebao-20k", include_str!("spec/builtin/shebao-20k.toml")),
    ("shebao-140k", include_str!("spec/builtin/shebao-140k.toml")),
    ("id-card", include_str!("spec/builtin/id-card.toml")),
    ("driving-licence", include_str!("spec/builtin/driving-licence.toml")),
    ("exit-entry", include_str!("spec/builtin/exit-entry.toml")),
    ("passport-cn", include_str!("spec/builtin/passport-cn.toml")),
    ("residence-permit", include_str!("spec/builtin/residence-permit.toml")),
    ("visa-cn", include_str!("spec/builtin/visa-cn.toml")),
    ("gaokao", include_str!("spec/builtin/gaokao.toml")),
    ("exam-self-study", include_str!("spec/builtin/exam-self-study.toml")),
    ("graduation", include_str!("spec/builtin/graduation.toml")),
    ("postgraduate", include_str!("spec/builtin/postgraduate.toml")),
    ("cet", include_str!("spec/builtin/cet.toml")),
    ("ncre", include_str!("spec/builtin/ncre.toml")),
    ("putonghua", include_str!("spec/builtin/putonghua.toml")),
    ("teacher-exam", include_str!("spec/builtin/teacher-exam.toml")),
    ("civil-service", include_str!("spec/builtin/civil-service.toml")),
    ("personnel-exam", include_str!("spec/builtin/personnel-exam.toml")),
    ("accounting", include_str!("spec/builtin/accounting.toml")),
    ("physician-exam", include_str!("spec/builtin/physician-exam.toml")),
    ("nurse-exam", include_str!("spec/builtin/nurse-exam.toml")),
    ("one-inch", include_str!("spec/builtin/one-inch.toml")),
    ("two-inch", include_str!("spec/builtin/two-inch.toml")),
    ("small-two-inch", include_str!("spec/builtin/small-two-inch.toml")),
    ("passport-hk", include_str!("spec/builtin/passport-hk.toml")),
    ("entry-taiwan", include_str!("spec/builtin/entry-taiwan.toml")),
    ("visa-us", include_str!("spec/builtin/visa-us.toml")),
    ("passport-us", include_str!("spec/builtin/passport-us.toml")),
    ("schengen", include_str!("spec/builtin/schengen.toml")),
    ("passport-uk", include_str!("spec/builtin/passport-uk.toml")),
    ("passport-japan", include_str!("spec/builtin/passport-japan.toml")),
    ("visa-japan", include_str!("spec/builtin/visa-japan.toml")),
    ("passport-korea", include_str!("spec/builtin/passport-korea.toml")),
    ("visa-india", include_str!("spec/builtin/visa-india.toml")),
    ("passport-singapore", include_str!("spec/builtin/passport-singapore.toml")),
    ("passport-australia", include_str!("spec/builtin/passport-australia.toml")),
    ("passport-canada", include_str!("spec/builtin/passport-canada.toml")),
    ("passport-nz", include_str!("spec/builtin/passport-nz.toml")),
];

/// Limits of the rules that no office publishes; a spec's own `[limits]` replace them one by one.
const DEFAULT_LIMITS: &str = include_str!("spec/limits.toml");

/// How far a number can be trusted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Grade {
    /// An office, school, or employer that applies the rule itself.
    A,
    /// A copy of a standard or a notice.
    B,
    /// Legal Q&A, content farm, photo service.
    C,
    /// Validator code or a vendor's list.
    D,
    /// Computed from other numbers.
    #[serde(rename = "calc")]
    Calc,
    /// Chosen by baidi, for want of a published one.
    #[serde(rename = "ours")]
    Ours,
}

impl Grade {
    /// The grade as specs write it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::A => "A",
            Self::B => "B",
            Self::C => "C",
            Self::D => "D",
            Self::Calc => "calc",
            Self::Ours => "ours",
        }
    }
}

/// A text in the two languages baidi speaks.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Title {
    /// Simplified Chinese.
    pub zh: String,
    /// English.
    pub en: String,
}

/// Pixel size of the card that is made, and the sizes that are accepted when they differ.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Pixels {
    /// Width of the card, in pixels.
    pub width: u32,
    /// Height of the card, in pixels.
    pub height: u32,
    /// Smallest accepted width and height. Default: the card's size.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub accept_min: Option<[u32; 2]>,
    /// Largest accepted width and height. Default: the card's size.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub accept_max: Option<[u32; 2]>,
    /// Width to height, where every accepted size must have the same shape. A side may be off by a pixel. Default: any shape inside the two sizes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ratio: Option<[u32; 2]>,
    /// Who says so.
    pub source: String,
    /// How far to trust it.
    pub grade: Grade,
    /// What other sources say, where they contradict this one.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub readings: Vec<Reading<[u32; 2]>>,
}

impl Pixels {
    /// Smallest and largest width and height that are accepted.
    #[must_use]
    pub fn range(&self) -> ([u32; 2], [u32; 2]) {
        let card = [self.width, self.height];
        (self.accept_min.unwrap_or(card), self.accept_max.unwrap_or(card))
    }
}

/// Resolution written into the file.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Resolution {
    /// Dots per inch, both ways.
    pub dpi: Dpi,
    /// Whether a file without or with another resolution is refused. Default: true.
    #[serde(default = "yes")]
    pub required: bool,
    /// Who says so.
    pub source: String,
    /// How far to trust it.
    pub grade: Grade,
}

/// Size on paper.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Print {
    /// Width in millimetres.
    pub width: Mm,
    /// Height in millimetres.
    pub height: Mm,
    /// Who says so.
    pub source: String,
    /// How far to trust it.
    pub grade: Grade,
}

/// Required background.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Backdrop {
    /// 8-bit sRGB.
    pub colour: [u8; 3],
    /// How far a component may lie from the colour. Default: 5, so that white means 250 and above.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tolerance: Option<u8>,
    /// What people call the colour. Default: as the table of names does.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Whether any other colour will do, as schools and companies leave it. Default: false.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub free: bool,
    /// The other colours that the office takes. Default: none.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub also: Vec<Colour>,
    /// Who says so.
    pub source: String,
    /// How far to trust it.
    pub grade: Grade,
}

/// Bytes the file must have.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FileWindow {
    /// Fewest bytes, inclusive. Default: 0.
    #[serde(default)]
    pub min: Bytes,
    /// Most bytes, inclusive.
    pub max: Bytes,
    /// Who says so.
    pub source: String,
    /// How far to trust it. A window of grade `calc` only says where to land; what offices want is then in `readings`.
    pub grade: Grade,
    /// What other sources say, where they contradict this one.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub readings: Vec<Reading<Bytes>>,
}

/// What an authority lets software change.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Editing {
    /// Crop, scale, turn, encode, replace the background.
    #[default]
    Any,
    /// All but replacing the background.
    NoBackground,
    /// Nothing but the file's form.
    None,
}

/// What a band's numbers count.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum BandUnit {
    /// Pixels of the card.
    Px,
    /// Millimetres on paper.
    Mm,
    /// Share of the card's width (horizontal rules) or height (vertical rules), 0..=1.
    Share,
}

/// Which side of the card a band is measured along.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Along {
    /// The card's width.
    Width,
    /// The card's height.
    Height,
}

/// A range with the aim inside it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Band {
    /// What the numbers count. Default: `px`.
    #[serde(default = "px")]
    pub unit: BandUnit,
    /// Least accepted value.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub min: Option<f64>,
    /// Greatest accepted value.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max: Option<f64>,
    /// The value to aim at. Default: the middle of the range.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub aim: Option<f64>,
    /// The part of the range to stay in while there is a choice. Default: the range.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub prefer: Option<[f64; 2]>,
    /// Whether the range binds (a miss is a `fail`) or advises (a miss is `doubtful`). Default: true.
    #[serde(default = "yes")]
    pub binding: bool,
    /// Who says so.
    pub source: String,
    /// How far to trust it.
    pub grade: Grade,
    /// What other sources say, in the same unit, where they contradict this one. Where they leave room in common, it is preferred.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub readings: Vec<Reading<f64>>,
}

/// A band in pixels of the card.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct PxBand {
    /// Least accepted value, minus infinity where there is none.
    pub min: f64,
    /// Greatest accepted value, infinity where there is none.
    pub max: f64,
    /// The value to aim at, where one is given or both ends are.
    pub aim: Option<f64>,
    /// The part of the range to stay in while there is a choice.
    pub prefer: (f64, f64),
}

impl PxBand {
    /// Whether `value` lies inside, both ends included.
    #[must_use]
    pub fn contains(&self, value: f64) -> bool {
        (self.min..=self.max).contains(&value)
    }

    /// The band without `margin` pixels at either end; never turned inside out.
    #[must_use]
    pub fn shrunk(&self, margin: f64) -> Self {
        let (min, max) = (self.min + margin, self.max - margin);
        if min > max {
            let middle = (self.min + self.max) / 2.0;
            return Self { min: middle, max: middle, aim: self.aim, prefer: (middle, middle) };
        }
        Self {
            min,
            max,
            aim: self.aim.map(|a| a.clamp(min, max)),
            prefer: (self.prefer.0.clamp(min, max), self.prefer.1.clamp(min, max)),
        }
    }
}

/// Where head and eyes must be.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
pub struct HeadRules {
    /// Ear root to ear root, along the width.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub face_width: Option<Band>,
    /// Top of the hair below the top edge, along the height.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub hair_top: Option<Band>,
    /// Eye midpoint above the bottom edge, along the height.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub eye_line: Option<Band>,
    /// Eye midpoint from the left edge, along the width.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub centring: Option<Band>,
    /// Hair top to chin, along the height.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub head_share: Option<Band>,
    /// Distance between the eye centres, along the width.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub eye_distance: Option<Band>,
    /// Chin above the bottom edge, along the height.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub chin_to_bottom: Option<Band>,
}

/// Two limits of a rule: beyond the first a value is doubtful, beyond the second it fails. Which side is "beyond" is the rule's own.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Limit {
    /// Beyond this the finding is `doubtful`.
    pub doubtful: f64,
    /// Beyond this the finding is `fail`; a rule without this limit never fails.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fail: Option<f64>,
    /// Who says so.
    pub source: String,
    /// How far to trust it.
    pub grade: Grade,
}

/// What a finished photo must be.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct PhotoSpec {
    /// The name `--spec` takes and file names carry: lower-case letters, digits, hyphens.
    pub name: String,
    /// What people call it.
    pub title: Title,
    /// What else people call it, in any language; `baidi specs --for` finds it by these.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub names: Vec<String>,
    /// What software may change. Default: `any`.
    #[serde(default)]
    pub editing: Editing,
    /// The number that offices want in place of a file, where some do.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub receipt: Option<Receipt>,
    /// Pixel size.
    pub pixels: Pixels,
    /// Resolution.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub resolution: Option<Resolution>,
    /// Size on paper.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub print: Option<Print>,
    /// Background.
    pub background: Backdrop,
    /// Bytes.
    pub file: FileWindow,
    /// Head and eyes.
    #[serde(default)]
    pub head: HeadRules,
    /// Limits of single rules, by rule name.
    #[serde(default)]
    pub limits: BTreeMap<String, Limit>,
}

const fn yes() -> bool {
    true
}

const fn px() -> BandUnit {
    BandUnit::Px
}

impl PhotoSpec {
    /// Reads the spec called `name` from TOML `text`.
    ///
    /// # Errors
    /// [`Error::Spec`] names the key: unknown, missing, of the wrong type, or out of range.
    pub fn parse(name: &str, text: &str) -> Result<Self> {
        let wrong = |reason: String| Error::Spec { name: name.to_owned(), reason };
        let mut spec: Self =
            toml::from_str(text).map_err(|e| wrong(e.to_string().trim_end().to_owned()))?;
        let defaults: BTreeMap<String, Limit> = toml::from_str(DEFAULT_LIMITS)
            .map_err(|e| Error::Internal { stage: "spec", reason: e.to_string() })?;
        for rule in spec.limits.keys() {
            if !defaults.contains_key(rule) {
                return Err(wrong(format!("limits.{rule}: no rule of this name has limits")));
            }
        }
        for (rule, limit) in defaults {
            spec.limits.entry(rule).or_insert(limit);
        }
        spec.validate().map_err(wrong)?;
        Ok(spec)
    }

    /// The built-in spec called `name`.
    ///
    /// # Errors
    /// [`Error::Spec`] lists the names there are.
    pub fn builtin(name: &str) -> Result<Self> {
        let Some((_, text)) = BUILTIN.iter().find(|(n, _)| *n == name) else {
            let names: Vec<&str> = BUILTIN.iter().map(|(n, _)| *n).collect();
            return Err(Error::Spec {
                name: name.to_owned(),
                reason: format!("no built-in spec of this name; there are {}", names.join(", ")),
            });
        };
        Self::parse(name, text)
    }

    fn validate(&self) -> Result<(), String> {
        let name_ok = !self.name.is_empty()
            && self.name.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-');
        if !name_ok {
            return Err(format!(
                "name: '{}' may hold lower-case letters, digits, and hyphens only",
                self.name
            ));
        }
        for (key, value) in
            [("pixels.width", self.pixels.width), ("pixels.height", self.pixels.height)]
        {
            if !(16..=4096).contains(&value) {
                return Err(format!("{key}: {value} px is outside 16–4096"));
            }
        }
        if self.pixels.ratio.is_some_and(|ratio| ratio.contains(&0)) || !self.accepts(self.size()) {
            return Err(format!(
                "pixels: the card's own size, {}×{} px, is not accepted",
                self.pixels.width, self.pixels.height
            ));
        }
        if self.file.min > self.file.max {
            return Err(format!(
                "file.min: {} bytes is more than file.max, {} bytes",
                self.file.min, self.file.max
            ));
        }
        if let Some(turned) = self.file.readings.iter().find(|r| !r.is_range()) {
            return Err(format!("file.readings: '{}' gives no range", turned.source));
        }
        if let Some(turned) = self.pixels.readings.iter().find(|r| !r.is_range()) {
            return Err(format!("pixels.readings: '{}' gives no range", turned.source));
        }
        if self.file.max.to_bytes() < 200 {
            return Err(format!("file.max: {} bytes is less than any JPEG needs", self.file.max));
        }
        for (key, band) in self.bands() {
            if let (Some(min), Some(max)) = (band.min, band.max)
                && min > max
            {
                return Err(format!("head.{key}.min: {min} is more than head.{key}.max, {max}"));
            }
            if let Some([lo, hi]) = band.prefer
                && (lo > hi || band.min.is_some_and(|m| lo < m) || band.max.is_some_and(|m| hi > m))
            {
                return Err(format!("head.{key}.prefer: {lo}–{hi} is not inside the range"));
            }
            if [band.min, band.max, band.aim]
                .into_iter()
                .flatten()
                .any(|v| !v.is_finite() || v < 0.0)
            {
                return Err(format!("head.{key}: numbers must be 0 or more"));
            }
            if let Some(turned) = band.readings.iter().find(|r| !r.is_range()) {
                return Err(format!("head.{key}.readings: '{}' gives no range", turned.source));
            }
            if band.unit == BandUnit::Mm && self.print.is_none() && self.resolution.is_none() {
                return Err(format!("head.{key}.unit: mm needs [print] or [resolution]"));
            }
        }
        Ok(())
    }

    /// The head rules there are, by their TOML key.
    #[must_use]
    pub fn bands(&self) -> Vec<(&'static str, &Band)> {
        // Taken apart, so that a new band cannot be left out.
        let HeadRules {
            face_width,
            hair_top,
            eye_line,
            centring,
            head_share,
            eye_distance,
            chin_to_bottom,
        } = &self.head;
        [
            ("face-width", face_width),
            ("hair-top", hair_top),
            ("eye-line", eye_line),
            ("centring", centring),
            ("head-share", head_share),
            ("eye-distance", eye_distance),
            ("chin-to-bottom", chin_to_bottom),
        ]
        .into_iter()
        .filter_map(|(key, band)| band.as_ref().map(|b| (key, b)))
        .collect()
    }

    /// Whether the office takes a picture of `size`, upright, in its own pixels.
    #[must_use]
    pub fn accepts(&self, size: Size) -> bool {
        let (min, max) = self.pixels.range();
        let shaped = self.pixels.ratio.is_none_or(|[width, height]| {
            let wide = u64::from(size.width) * u64::from(height);
            let high = u64::from(size.height) * u64::from(width);
            wide.abs_diff(high) <= u64::from(width.max(height))
        });
        (min[0]..=max[0]).contains(&size.width)
            && (min[1]..=max[1]).contains(&size.height)
            && shaped
    }

    /// Size of the card in pixels.
    #[must_use]
    pub const fn size(&self) -> Size {
        Size::new(self.pixels.width, self.pixels.height)
    }

    /// A band in pixels of the card, measured along its width or height.
    #[must_use]
    pub fn px(&self, band: &Band, along: Along) -> PxBand {
        let (side, paper) = match along {
            Along::Width => (self.pixels.width, self.print.as_ref().map(|p| p.width)),
            Along::Height => (self.pixels.height, self.print.as_ref().map(|p| p.height)),
        };
        let factor = match band.unit {
            BandUnit::Px => 1.0,
            BandUnit::Share => f64::from(side),
            BandUnit::Mm => match (paper, &self.resolution) {
                (Some(mm), _) if mm.to_mm() > 0.0 => f64::from(side) / mm.to_mm(),
                (_, Some(r)) => Mm::new(1.0).to_px(r.dpi),
                _ => 1.0,
            },
        };
        let common = reading::common(band);
        let aim = band.aim.or_else(|| match common {
            Some([lo, hi]) => Some((lo + hi) / 2.0),
            None => Some((band.min? + band.max?) / 2.0),
        });
        let (min, max) = (
            band.min.map_or(f64::NEG_INFINITY, |v| v * factor),
            band.max.map_or(f64::INFINITY, |v| v * factor),
        );
        let prefer =
            band.prefer.or(common).map_or((min, max), |[lo, hi]| (lo * factor, hi * factor));
        PxBand { min, max, aim: aim.map(|v| v * factor), prefer }
    }

    /// The two limits of a rule. Every rule that has limits has default ones.
    #[must_use]
    pub fn limit(&self, rule: &str) -> Option<&Limit> {
        self.limits.get(rule)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_builtin_spec_parses_and_is_called_by_its_name() {
        for (name, _) in BUILTIN {
            assert_eq!(PhotoSpec::builtin(name).expect("builtin").name, *name);
        }
        assert!(BUILTIN.len() >= 24);
    }

    #[test]
    fn both_readmes_list_every_builtin_spec_with_its_size_and_window() {
        for readme in [include_str!("../../README.md"), include_str!("../../README.zh-CN.md")] {
            for (name, _) in BUILTIN {
                let spec = PhotoSpec::builtin(name).expect("builtin");
                let row = readme.lines().find(|line| line.starts_with(&format!("| `{name}`")));
                let row = row.unwrap_or_else(|| panic!("no row for {name}"));
                let size = format!("{}×{}", spec.pixels.width, spec.pixels.height);
                assert!(row.contains(&size), "{row}: {size}");
                assert!(row.contains(&spec.file.max.to_string()), "{row}: {}", spec.file.max);
            }
        }
    }

    #[test]
    fn every_number_of_a_builtin_spec_says_where_it_is_from() {
        for (name, _) in BUILTIN {
            let spec = PhotoSpec::builtin(name).expect("builtin");
            let limits = spec.limits.iter().map(|(k, l)| (k.clone(), l.source.clone()));
            let bands = spec.bands().into_iter().map(|(k, b)| (k.to_owned(), b.source.clone()));
            let parts = [
                ("pixels".to_owned(), spec.pixels.source.clone()),
                ("background".to_owned(), spec.background.source.clone()),
                ("file".to_owned(), spec.file.source.clone()),
            ];
            let more = [
                spec.resolution.iter().map(|r| ("resolution", &r.source)).collect::<Vec<_>>(),
                spec.print.iter().map(|p| ("print", &p.source)).collect(),
                spec.receipt.iter().map(|r| ("receipt", &r.source)).collect(),
                spec.pixels.readings.iter().map(|r| ("pixels.readings", &r.source)).collect(),
                spec.file.readings.iter().map(|r| ("file.readings", &r.source)).collect(),
                spec.bands()
                    .into_iter()
                    .flat_map(|(key, band)| band.readings.iter().map(move |r| (key, &r.source)))
                    .collect(),
            ];
            let more = more.into_iter().flatten().map(|(k, s)| (k.to_owned(), s.clone()));
            for (key, source) in limits.chain(bands).chain(parts).chain(more) {
                assert!(source.chars().count() >= 4, "{name}: {key} has no source");
            }
        }
    }

    #[test]
    fn bands_of_a_builtin_spec_lie_on_the_card() {
        for (name, _) in BUILTIN {
            let spec = PhotoSpec::builtin(name).expect("builtin");
            for (key, band) in spec.bands() {
                let along = match key {
                    "face-width" | "centring" | "eye-distance" => Along::Width,
                    _ => Along::Height,
                };
                let side = match along {
                    Along::Width => spec.pixels.width,
                    Along::Height => spec.pixels.height,
                };
                let px = spec.px(band, along);
                for end in [px.min, px.max].into_iter().filter(|v| v.is_finite()) {
                    assert!((0.0..=f64::from(side)).contains(&end), "{name}: {key} at {end} px");
                }
            }
        }
    }

    #[test]
    fn where_the_shape_is_fixed_no_other_is_accepted() {
        let spec = PhotoSpec::builtin("visa-us").expect("builtin");
        for (width, height, accepted) in
            [(600, 600, true), (901, 900, true), (600, 750, false), (1300, 1300, false)]
        {
            assert_eq!(spec.accepts(Size::new(width, height)), accepted, "{width}×{height}");
        }
        for (name, _) in BUILTIN {
            let spec = PhotoSpec::builtin(name).expect("builtin");
            assert!(spec.accepts(spec.size()), "{name}");
        }
        let text = BUILTIN[0].1.replacen("height = 441", "height = 441\nratio = [3, 4]", 1);
        let message = PhotoSpec::parse("own", &text).expect_err("another shape").to_string();
        assert!(message.contains("358×441"), "{message}");
    }

    #[test]
    fn an_unknown_key_is_named() {
        let text = BUILTIN[0].1.replacen("width = 358", "widht = 358", 1);
        let message = PhotoSpec::parse("own.toml", &text).expect_err("misspelt key").to_string();
        assert!(message.contains("own.toml") && message.contains("widht"), "{message}");
    }

    #[test]
    fn a_window_turned_inside_out_is_named() {
        let text = BUILTIN[0].1.replacen("max = 20000", "max = 2000", 1);
        let message = PhotoSpec::parse("own.toml", &text).expect_err("min above max").to_string();
        assert!(message.contains("file.min") && message.contains("15,360"), "{message}");
    }

    #[test]
    fn millimetres_and_shares_become_pixels() {
        let spec = PhotoSpec::builtin("id-card").expect("builtin");
        let band = |unit, value| Band {
            unit,
            min: Some(value),
            max: Some(value),
            aim: None,
            prefer: None,
            binding: true,
            source: String::new(),
            grade: Grade::Ours,
            readings: Vec::new(),
        };
        assert_eq!(spec.px(&band(BandUnit::Mm, 13.0), Along::Width).min.round(), 179.0);
        assert_eq!(spec.px(&band(BandUnit::Share, 0.5), Along::Height).max, 220.5);
    }
}
