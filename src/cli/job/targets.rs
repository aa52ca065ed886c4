//! Where cards and mattes go, and what they must not be written over.

use std::fs;
use std::path::{Path, PathBuf};

use super::{ReportFile, failure};
use crate::cli::args::FixArgs;
use crate::desk::batch::naming::Outputs;
use crate::desk::source::{self, Source};
use crate::words::failure::Failure;

pub(super) fn stdin_once(inputs: &[PathBuf]) -> Result<bool, Failure> {
    match inputs.iter().filter(|i| i.as_os_str() == "-").count() {
        0 => Ok(false),
        1 => Ok(true),
        _ => Err(Failure::new("job-stdin-twice")),
    }
}

/// The file a path leads to, whether it is there or not: two spellings of one place compare equal.
pub(super) fn place(path: &Path) -> PathBuf {
    if let Ok(there) = fs::canonicalize(path) {
        return there;
    }
    let parent = match path.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent,
        _ => Path::new("."),
    };
    let parent = fs::canonicalize(parent).or_else(|_| std::path::absolute(parent));
    match (parent, path.file_name()) {
        (Ok(parent), Some(name)) => parent.join(name),
        _ => path.to_owned(),
    }
}

/// Whether a path names a folder: one that is there, or one that is written as such.
fn names_folder(path: &Path) -> bool {
    path.is_dir() || path.as_os_str().as_encoded_bytes().ends_with(b"/")
}

/// Whether a path names a file that pictures are written to, by its extension.
fn names_picture(path: &Path) -> bool {
    !names_folder(path) && source::looks_like_a_picture(path)
}

/// Where cards go, `specs` of each photo.
pub(super) fn layout(args: &FixArgs, specs: usize) -> Result<Outputs, Failure> {
    // Cards that get other names, or go into a package, need a folder of their own.
    let to_folder = args.roster.is_some() || args.zip.is_some();
    if to_folder && args.output.is_none() {
        return Err(Failure::new("job-roster-needs-output"));
    }
    let stdin = stdin_once(&args.inputs)?;
    let folder = args.inputs.iter().find(|i| i.is_dir());
    let single = args.inputs.len() == 1 && folder.is_none() && !to_folder && specs == 1;
    let Some(output) = &args.output else {
        return match (folder, stdin) {
            (Some(folder), _) => Err(failure("job-folder-needs-output", folder)),
            (None, true) => Err(Failure::new("job-stdin-needs-output")),
            (None, false) => Ok(Outputs::Beside),
        };
    };
    if single && !names_folder(output) {
        return Ok(Outputs::File(output.clone()));
    }
    if output.exists() && !output.is_dir() {
        return Err(failure("job-output-not-folder", output));
    }
    if names_picture(output) {
        let alone = args.inputs.len() == 1 && folder.is_none();
        let key = if alone && specs > 1 {
            "job-several-specs-need-folder"
        } else {
            "job-several-need-folder"
        };
        return Err(failure(key, output));
    }
    Ok(Outputs::Folder(output.clone()))
}

pub(super) fn matte_layout(path: &Path, cards: &Outputs) -> Result<Outputs, Failure> {
    let single = match cards {
        Outputs::File(_) => true,
        Outputs::Beside | Outputs::Folder(_) => false,
    };
    if !names_folder(path) && (single || names_picture(path)) {
        return Ok(Outputs::File(path.to_owned()));
    }
    if path.exists() && !path.is_dir() {
        return Err(failure("job-output-not-folder", path));
    }
    Ok(Outputs::Folder(path.to_owned()))
}

/// Reports and packages replace what was there before, but never a photo.
pub(super) fn keep_inputs(outputs: &[PathBuf], sources: &[&Source]) -> Result<(), Failure> {
    let outputs: Vec<PathBuf> = outputs.iter().map(|path| place(path)).collect();
    match sources.iter().find(|s| outputs.contains(&place(s.path()))) {
        Some(source) => Err(failure("job-output-is-input", source.path())),
        None => Ok(()),
    }
}

pub(super) fn paths(reports: &[ReportFile], zip: Option<&PathBuf>) -> Vec<PathBuf> {
    reports.iter().map(|r| r.path.clone()).chain(zip.cloned()).collect()
}
