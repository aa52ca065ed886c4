//! What photos are to be, understood before any is opened.

use std::sync::Arc;

use baidi::lab::batch::ledger;
use baidi::lab::failure::Failure;
use baidi::lab::report::{Heading, ReceiptText};
use baidi::lab::spec::colour::Wanted;
use baidi::{Bytes, FixOptions, Language, Message, PhotoSpec};
use pyo3::prelude::*;

/// A spec, what is told besides, and the language of messages.
#[pyclass(frozen, module = "baidi._baidi")]
#[derive(Debug)]
pub(crate) struct Order {
    pub(crate) order: baidi::Order,
    pub(crate) header: Heading,
    recipe: String,
}

/// The exception for an order that cannot be carried out.
pub(crate) fn misunderstood(py: Python<'_>, failure: &Failure, language: Language) -> PyErr {
    let raised = || {
        let hint = failure.hint.as_ref().map(|hint| hint.to_text(language));
        let said = (failure.message.code(), failure.message.to_text(language), hint);
        py.import("baidi._errors")?.getattr("SpecError")?.call1(said)
    };
    match raised() {
        Ok(error) => PyErr::from_value(error),
        Err(error) => error,
    }
}

#[pymethods]
impl Order {
    #[new]
    #[pyo3(signature = (spec, toml, *, background, keep_background, min_size, max_size, language))]
    fn new(
        py: Python<'_>,
        spec: &str,
        toml: Option<&str>,
        background: Option<&str>,
        keep_background: bool,
        min_size: Option<u64>,
        max_size: Option<u64>,
        language: &str,
    ) -> PyResult<Self> {
        let language = Language::of_locale(language);
        let options = FixOptions {
            keep_background,
            min_size: min_size.map(Bytes::new),
            max_size: max_size.map(Bytes::new),
        };
        let understood = || -> Result<PhotoSpec, Failure> {
            let mut spec = match toml {
                Some(text) => PhotoSpec::parse(spec, text)?,
                None => PhotoSpec::builtin(spec)?,
            };
            if let Some(background) = background {
                let unknown = || Message::new("background-unknown").text("wanted", background);
                let wanted: Wanted = background.parse().map_err(|_| Failure::with(unknown()))?;
                spec = spec.with_background(&wanted)?.map_err(Failure::with)?;
            }
            options.narrowed(spec).map_err(Failure::with)
        };
        let spec = Arc::new(understood().map_err(|f| misunderstood(py, &f, language))?);
        Ok(Self {
            header: Heading {
                spec: spec.name.clone(),
                title: language.title_of(&spec).to_owned(),
                receipt: spec.receipt.as_ref().map(|receipt| ReceiptText::new(receipt, language)),
                language,
            },
            recipe: ledger::recipe(&spec, &options, false, false).to_string(),
            order: baidi::Order::of(spec).options(options),
        })
    }

    /// The spec's name.
    #[getter]
    fn spec(&self) -> &str {
        &self.order.spec().name
    }

    /// A SHA-256, in hexadecimal digits, of what decides a card besides the photo: the program's networks and rules, the spec, the options.
    #[getter]
    fn recipe(&self) -> &str {
        &self.recipe
    }
}
