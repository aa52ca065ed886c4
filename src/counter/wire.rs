//! What goes over HTTP: the questions that may be asked of each address, and the answers in JSON. `docs/openapi.json` is written from these types.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

use super::answer::{Answer, Ending};
use super::question::Question;
use crate::words::catalogue::Language;
use crate::words::failure::Failure;
use crate::words::report::html::base64;
use crate::words::report::json::{Given, values};

/// What may be asked of `/v1/fix`.
#[derive(Debug, Clone, Default, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, rename_all = "camelCase", default)]
pub struct FixQuestion {
    /// The built-in spec that the card is made for. Default: `shebao`.
    pub spec: Option<String>,
    /// The background, where the spec leaves a choice: `white`, `blue`, `red`, `light-blue`, or `#RRGGBB`. Default: the spec's.
    pub background: Option<String>,
    /// Leave the background as it is.
    pub keep_background: bool,
    /// Fewest bytes of the card. Default: the spec's.
    pub min_bytes: Option<u64>,
    /// Most bytes of the card. Default: the spec's.
    pub max_bytes: Option<u64>,
    /// The name of the photo's file, which a rule looks at. Default: that of the form's file.
    pub name: Option<String>,
    /// `zh` or `en`; any locale's name will do. Default: the first of `Accept-Language`.
    pub language: Option<String>,
    /// Answer with a slip to print, too, where the photo has to be taken again.
    pub slip: bool,
    /// Answer with a picture of the photo to show, too.
    pub preview: bool,
}

/// What may be asked of `/v1/check`.
#[derive(Debug, Clone, Default, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, rename_all = "camelCase", default)]
pub struct CheckQuestion {
    /// The built-in spec that the photo is judged by. Default: `shebao`.
    pub spec: Option<String>,
    /// The background that is wanted, where the spec leaves a choice: `white`, `blue`, `red`, `light-blue`, or `#RRGGBB`. Default: the spec's.
    pub background: Option<String>,
    /// The name of the photo's file, which a rule looks at. Default: that of the form's file.
    pub name: Option<String>,
    /// `zh` or `en`; any locale's name will do. Default: the first of `Accept-Language`.
    pub language: Option<String>,
}

/// What may be asked of `/v1/specs`.
#[derive(Debug, Clone, Default, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, rename_all = "camelCase", default)]
pub struct SpecsQuestion {
    /// What people call the card: 社保, 驾照, US visa. Default: nothing, and all specs are listed.
    pub wanted: String,
    /// `zh` or `en`; any locale's name will do. Default: the first of `Accept-Language`.
    pub language: Option<String>,
}

impl From<FixQuestion> for Question {
    fn from(asked: FixQuestion) -> Self {
        Self {
            spec: asked.spec,
            background: asked.background,
            keep_background: asked.keep_background,
            min_bytes: asked.min_bytes,
            max_bytes: asked.max_bytes,
            name: asked.name,
            language: asked.language.unwrap_or_default(),
            slip: asked.slip,
            ..Self::default()
        }
    }
}

impl From<CheckQuestion> for Question {
    fn from(asked: CheckQuestion) -> Self {
        Self {
            spec: asked.spec,
            background: asked.background,
            name: asked.name,
            language: asked.language.unwrap_or_default(),
            ..Self::default()
        }
    }
}

impl From<SpecsQuestion> for Question {
    fn from(asked: SpecsQuestion) -> Self {
        let language = asked.language.unwrap_or_default();
        Self { wanted: asked.wanted, language, ..Self::default() }
    }
}

/// A report as the program writes it, whole.
#[derive(Debug, Serialize)]
#[serde(transparent)]
pub struct Report(Box<RawValue>);

#[cfg(test)]
impl schemars::JsonSchema for Report {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Report".into()
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::Schema::default()
    }
}

impl Report {
    fn of(json: Vec<u8>) -> Option<Self> {
        let text = String::from_utf8(json).ok()?;
        RawValue::from_string(text).ok().map(Self)
    }
}

/// The card and what there is to say of it.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Fixed {
    /// The card's file, a JPEG, in base 64.
    card: String,
    /// What `baidi fix --report` says: of the card.
    report: Option<Report>,
    /// What `baidi check` says: of the photo itself.
    source: Option<Report>,
    /// A page with a slip to print, where one was asked for and the photo has to be taken again.
    slip: Option<String>,
    /// A picture of the photo to show, a JPEG in base 64, where one was asked for.
    preview: Option<String>,
}

impl Fixed {
    /// The answer to `fix`, and the picture of the photo.
    #[must_use]
    pub fn of(answer: Answer, preview: Option<&[u8]>) -> Self {
        Self {
            card: base64(&answer.picture),
            report: Report::of(answer.json),
            source: Report::of(answer.source),
            slip: text(answer.slip),
            preview: preview.map(base64),
        }
    }
}

/// The text, or nothing where it is empty.
fn text(bytes: Vec<u8>) -> Option<String> {
    String::from_utf8(bytes).ok().filter(|text| !text.is_empty())
}

/// Why there is not what was asked for, as RFC 9457 has it: `about:blank`, so that the title is the status's own words, and `code` tells what happened.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Problem {
    #[serde(rename = "type")]
    #[cfg_attr(test, schemars(extend("const" = "about:blank")))]
    kind: &'static str,
    /// The status in words.
    title: String,
    /// The status.
    status: u16,
    /// What happened, in the language that was asked for.
    detail: String,
    /// The name of what happened, the same in every language and version.
    code: String,
    /// The values in `detail`.
    values: BTreeMap<&'static str, Given>,
    /// What can be done about it.
    hint: Option<String>,
    /// The causes underneath, as the system words them.
    because: Vec<String>,
    /// Where a photo could not be processed: what `baidi check --json` says.
    #[serde(skip_serializing_if = "Option::is_none")]
    report: Option<Report>,
    /// A page with a slip to print, where one was asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    slip: Option<String>,
    /// A picture of the photo to show, a JPEG in base 64, where one was asked for and the file could be read.
    #[serde(skip_serializing_if = "Option::is_none")]
    preview: Option<String>,
}

impl Problem {
    /// `failure` under the HTTP status `status`, which is called `title`.
    #[must_use]
    pub fn of(failure: &Failure, status: u16, title: &str, language: Language) -> Self {
        Self {
            kind: "about:blank",
            title: title.to_owned(),
            status,
            detail: failure.message.to_text(language),
            code: failure.message.code().to_owned(),
            values: values(&failure.message),
            hint: failure.hint.as_ref().map(|hint| hint.to_text(language)),
            because: failure.because.clone(),
            report: None,
            slip: None,
            preview: None,
        }
    }

    /// With what else there is to say of a photo that could not be processed.
    #[must_use]
    pub fn about(self, answer: Answer, preview: Option<&[u8]>) -> Self {
        if answer.ending != Ending::Refused {
            return self;
        }
        Self {
            report: Report::of(answer.json),
            slip: text(answer.slip),
            preview: preview.map(base64),
            ..self
        }
    }
}

/// Whether photos are taken.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Health {
    /// The program's version.
    pub baidi: &'static str,
    /// Photos that are worked on.
    pub running: usize,
    /// Photos that wait.
    pub waiting: usize,
}
