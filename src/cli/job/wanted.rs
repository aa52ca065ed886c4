//! The specs that were asked for, by name or by file, with the background and the byte window that were.

use std::fs;
use std::path::Path;

use crate::base::error::{Error, SpecFault};
use crate::base::message::Message;
use crate::base::units::Bytes;
use crate::cli::args::CardArgs;
use crate::counter::question::narrow;
use crate::rules::spec::PhotoSpec;
use crate::rules::spec::colour::Wanted;
use crate::words::failure::Failure;

/// No spec is longer; a file that is, is something else.
const MAX_SPEC_BYTES: u64 = 1 << 20;

/// Whether a spec is named by its file.
fn names_spec_file(name: &str) -> bool {
    let path = Path::new(name);
    path.extension().is_some_and(|e| e.eq_ignore_ascii_case("toml"))
        || path.components().count() > 1
}

/// The built-in spec of that name, or the one in that file.
pub(in crate::cli) fn spec(name: &str) -> Result<PhotoSpec, Failure> {
    if !names_spec_file(name) {
        return Ok(PhotoSpec::builtin(name)?);
    }
    Ok(PhotoSpec::parse(name, &spec_text(name)?)?)
}

/// What a file with nothing but `specs = ["shebao", "own.toml"]` says.
#[derive(serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct SpecList {
    specs: Vec<String>,
}

/// The specs that `names` stand for, each once: built-in names, files of one spec, and files that list several, by built-in names or by their places beside the list.
pub(in crate::cli) fn specs(names: &[String]) -> Result<Vec<PhotoSpec>, Failure> {
    let mut specs: Vec<PhotoSpec> = Vec::new();
    for name in names {
        if !names_spec_file(name) {
            specs.push(spec(name)?);
            continue;
        }
        let text = spec_text(name)?;
        match toml::from_str::<SpecList>(&text) {
            Ok(list) => {
                let beside = Path::new(name).parent().unwrap_or(Path::new(""));
                for entry in list.specs {
                    let file = names_spec_file(&entry);
                    let place = beside.join(&entry).display().to_string();
                    specs.push(spec(if file { &place } else { &entry })?);
                }
            }
            Err(_) => specs.push(PhotoSpec::parse(name, &text)?),
        }
    }
    let mut known = std::collections::BTreeSet::new();
    match specs.iter().find(|spec| !known.insert(spec.name.as_str())) {
        Some(twice) => {
            Err(Failure::with(Message::new("job-spec-twice").text("spec", twice.name.as_str())))
        }
        None if specs.is_empty() => Err(Failure::new("job-no-spec")),
        None => Ok(specs),
    }
}

fn spec_text(name: &str) -> Result<String, Failure> {
    let path = Path::new(name);
    let failed = |source| Error::Io { action: "read", path: path.to_owned(), source };
    let length = fs::metadata(path).map_err(failed)?.len();
    if length > MAX_SPEC_BYTES {
        let fault = SpecFault::TooLong { bytes: Bytes::new(length) };
        return Err(Error::Spec { name: name.to_owned(), fault }.into());
    }
    Ok(fs::read_to_string(path).map_err(failed)?)
}

/// The spec with the background that was asked for.
pub(super) fn before(spec: PhotoSpec, background: Option<&Wanted>) -> Result<PhotoSpec, Failure> {
    match background {
        Some(wanted) => spec.with_background(wanted)?.map_err(Failure::with),
        None => Ok(spec),
    }
}

/// The specs that were asked for, with the background and the byte window that were.
pub(in crate::cli) fn wanted_specs(
    names: &[String],
    card: &CardArgs,
) -> Result<Vec<PhotoSpec>, Failure> {
    let wanted = |spec: PhotoSpec| {
        let mut spec = before(spec, card.background.as_ref())?;
        narrow(&mut spec, &super::options(card))?;
        Ok(spec)
    };
    specs(names)?.into_iter().map(wanted).collect()
}
