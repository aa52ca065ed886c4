//! The shared sets of photographs and awkward files, which are no part of the repository.

use std::io::Write as _;
use std::path::{Path, PathBuf};

/// A folder of the shared sets: beside the project, or inside the folder that `BAIDI_SHARED` names.
pub(crate) fn at_hand(folder: &str) -> Option<PathBuf> {
    let beside = || Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared");
    let shared = std::env::var_os("BAIDI_SHARED").map_or_else(beside, PathBuf::from);
    Some(shared.join(folder)).filter(|path| path.is_dir())
}

/// The same for a test, which is skipped where the folder is not: then a line says so past the harness, and `.ci/run` counts those lines.
pub(crate) fn folder(folder: &str) -> Option<PathBuf> {
    let found = at_hand(folder);
    if found.is_none() {
        let thread = std::thread::current();
        let test = thread.name().unwrap_or("a test");
        let line = format!("\nskipped: {test}: no {folder} beside the repository\n");
        // In one piece: tests run side by side.
        let _ = std::io::stderr().write_all(line.as_bytes());
    }
    found
}
