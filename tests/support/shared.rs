//! The shared sets of photographs and awkward files, which are no part of the repository.

use std::io::Write as _;
use std::path::{Path, PathBuf};

/// A folder of the shared sets: beside the repository, or inside the folder that `BAIDI_SHARED` names.
pub(crate) fn at_hand(folder: &str) -> Option<PathBuf> {
    if let Some(shared) = std::env::var_os("BAIDI_SHARED") {
        return Some(PathBuf::from(shared).join(folder)).filter(|path| path.is_dir());
    }
    // The repository is the package, or holds it.
    let above = Path::new(env!("CARGO_MANIFEST_DIR")).ancestors().skip(1).take(2);
    above.map(|outside| outside.join("shared").join(folder)).find(|path| path.is_dir())
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
