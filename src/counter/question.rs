//! What a photo is to be, as a page or a program asks for it.

use serde::Deserialize;

use crate::base::message::Message;
use crate::base::units::Bytes;
use crate::card::pipeline::FixOptions;
use crate::door::Order;
use crate::rules::spec::PhotoSpec;
use crate::rules::spec::colour::Wanted;
use crate::words::catalogue::Language;
use crate::words::failure::Failure;

/// A question, in JSON with names like `keepBackground`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
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
    /// The background that is wanted, where the spec leaves a choice: a name, or `#RRGGBB`.
    pub background: Option<String>,
    /// Leave the background as it is.
    pub keep_background: bool,
    /// Fewest bytes of the card. Default: the spec's.
    pub min_bytes: Option<u64>,
    /// Most bytes of the card. Default: the spec's.
    pub max_bytes: Option<u64>,
    /// Whether a slip is wanted, for somebody whose photo has to be taken again.
    pub slip: bool,
    /// What people call the spec that is looked for.
    pub wanted: String,
}

/// A question that was understood.
#[derive(Debug, Clone)]
pub struct Asked {
    /// The language of what is said.
    pub language: Language,
    /// What the photo is to be.
    pub order: Order,
    /// What reports call the photo; `-` where it has no name.
    pub name: String,
    /// Whether a slip is wanted.
    pub slip: bool,
}

impl Question {
    /// The question in `json`.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn read(json: &[u8]) -> Result<Self, Failure> {
        serde_json::from_slice(json).map_err(|error| wrong(error.to_string()))
    }

    /// The language of what is said.
    #[must_use]
    pub fn language(&self) -> Language {
        Language::of_locale(&self.language)
    }

    /// The question with its spec found and its byte window in order.
    ///
    /// # Errors
    /// What is wrong with it: a spec that is not known, a background it does not take, a window with its ends crossed.
    pub fn asked(&self) -> Result<Asked, Failure> {
        let called = self.spec.as_deref().unwrap_or("shebao");
        let mut spec = match &self.toml {
            Some(text) => PhotoSpec::parse(called, text)?,
            None => PhotoSpec::builtin(called)?,
        };
        if let Some(background) = &self.background {
            if self.keep_background {
                return Err(Failure::new("question-background-twice"));
            }
            let wanted: Wanted = background.parse().map_err(wrong)?;
            spec = spec.with_background(&wanted)?.map_err(Failure::with)?;
        }
        let options = FixOptions {
            keep_background: self.keep_background,
            min_size: self.min_bytes.map(Bytes::new),
            max_size: self.max_bytes.map(Bytes::new),
        };
        narrow(&mut spec, &options)?;
        let name = self.name.clone().unwrap_or_else(|| "-".to_owned());
        let mut order = Order::of(spec).options(options);
        if let Some(name) = &self.name {
            order = order.file_name(name);
        }
        Ok(Asked { language: self.language(), order, name, slip: self.slip })
    }
}

/// A question that cannot be read, in the reader's own words.
#[must_use]
pub fn wrong(reason: impl Into<String>) -> Failure {
    Failure::with(Message::new("error-question").text("reason", reason))
}

/// Puts the byte window that was asked for in the spec's place, so that the card is checked against what it was made for.
///
/// # Errors
/// A window that no JPEG fits into, or with its ends crossed.
pub fn narrow(spec: &mut PhotoSpec, options: &FixOptions) -> Result<(), Failure> {
    if options.min_size.is_none() && options.max_size.is_none() {
        return Ok(());
    }
    let (floor, ceiling) = (spec.file.min, spec.file.max);
    let [min, max] = options.window(spec);
    if max.to_bytes() < 200 {
        return Err(Failure::with(Message::new("job-window-tiny").text("max", max.to_string())));
    }
    if min > max {
        let crossed = Message::new("job-window").text("min", min.to_string());
        let crossed = crossed.text("max", max.to_string()).text("spec", spec.name.as_str());
        let crossed = crossed.text("floor", floor.to_string());
        return Err(Failure::with(crossed.text("ceiling", ceiling.to_string())));
    }
    (spec.file.min, spec.file.max) = (min, max);
    spec.file.source = "--min-size, --max-size".to_owned();
    Ok(())
}
