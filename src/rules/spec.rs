//! What a finished photo must be: sizes, ranges, limits, each with where the number is from.
//!
//! A spec is a TOML file. The built-in ones are compiled in from `src/rules/spec/builtin/`; a user's own file has the same form.

mod band;
mod fault;
mod lookup;
mod reading;
mod receipt;

pub mod colour;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

pub use self::colour::Colour;
use crate::base::error::{Error, Result, SpecFault};
use crate::base::geometry::Size;
use crate::base::units::{Bytes, Dpi, Mm};

pub use band::{Along, Band, BandUnit, HeadRules, PxBand};
pub use lookup::{Match, find};
pub use reading::{Claim, Reading};
pub use receipt::Receipt;

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
pub struct Background {
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
    pub background: Background,
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

impl PhotoSpec {
    /// Reads the spec called `name` from TOML `text`.
    ///
    /// # Errors
    /// [`Error::Spec`] names the key: unknown, missing, of the wrong type, or out of range.
    pub fn parse(name: &str, text: &str) -> Result<Self> {
        let wrong = |fault: SpecFault| Error::Spec { name: name.to_owned(), fault };
        let mut spec: Self = toml::from_str(text).map_err(|e| wrong(fault::unread(text, &e)))?;
        let defaults: BTreeMap<String, Limit> = toml::from_str(DEFAULT_LIMITS)
            .map_err(|e| Error::Internal { stage: "spec", reason: e.to_string() })?;
        for rule in spec.limits.keys() {
            if !defaults.contains_key(rule) {
                return Err(wrong(SpecFault::UnknownLimit { rule: rule.clone() }));
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
                fault: SpecFault::NotBuiltIn { names: names.join(", ") },
            });
        };
        Self::parse(name, text)
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
}
