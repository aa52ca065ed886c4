//! The specs, as Python sees them.

use baidi::lab::spec::find;
use baidi::spec::BUILTIN;
use baidi::{Language, PhotoSpec};
use pyo3::prelude::*;
use serde_json::{Value, json};

use crate::order::misunderstood;

fn described(spec: &PhotoSpec, language: Language) -> Value {
    let toml = BUILTIN.iter().find(|(name, _)| *name == spec.name).map(|(_, text)| *text);
    json!({
        "name": spec.name,
        "title": language.title_of(spec),
        "names": spec.names,
        "width": spec.pixels.width,
        "height": spec.pixels.height,
        "dpi": spec.resolution.as_ref().map(|r| r.dpi),
        "min_bytes": spec.file.min.to_bytes(),
        "max_bytes": spec.file.max.to_bytes(),
        "background": spec.background.colour,
        "editing": spec.editing,
        "toml": toml,
    })
}

/// The built-in specs as a JSON array; with `wanted`, those that people call so, best first.
#[pyfunction]
#[pyo3(signature = (wanted, language))]
pub(crate) fn specs(py: Python<'_>, wanted: Option<&str>, language: &str) -> PyResult<String> {
    let language = Language::of_locale(language);
    let found = match wanted {
        Some(wanted) => find(wanted).map(|found| found.into_iter().map(|m| m.spec).collect()),
        None => BUILTIN.iter().map(|(name, _)| PhotoSpec::builtin(name)).collect(),
    };
    let found: Vec<PhotoSpec> = found.map_err(|e| misunderstood(py, &e.into(), language))?;
    let specs: Vec<Value> = found.iter().map(|spec| described(spec, language)).collect();
    Ok(Value::from(specs).to_string())
}
