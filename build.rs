//! Tells the program what it is made of, so that a folder of cards is done again when networks, rules, or limits have changed, and not only when the version has.

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::{env, fs, io};

/// The rooms that decide neither a card's pixels nor a finding: arguments, sentences, the shape of a report, how it is asked for.
const ONLY_SAID: [&str; 4] = ["cli", "counter", "serve", "words"];

fn main() -> io::Result<()> {
    let root = PathBuf::from(env::var_os("CARGO_MANIFEST_DIR").unwrap_or_default());
    let mut cargo = io::stdout();
    for made_of in ["build.rs", "src", "models", "Cargo.lock"] {
        writeln!(cargo, "cargo:rerun-if-changed={made_of}")?;
    }
    writeln!(cargo, "cargo:rustc-env=BAIDI_MADE_OF={:032x}", made_of(&root)?)?;
    Ok(())
}

/// A digest of the networks, of what judges and makes cards, and of the libraries' versions, below `root`. FNV-1a, 128 bits: it tells versions apart and guards against nobody.
pub(crate) fn made_of(root: &Path) -> io::Result<u128> {
    let mut files = Vec::new();
    walk(&root.join("models"), &mut files)?;
    walk(&root.join("src"), &mut files)?;
    files.push(root.join("Cargo.lock"));
    let mut digest = 0x6c62_272e_07bb_0142_62b8_2175_6295_c58d_u128;
    let mut add = |bytes: &[u8]| {
        for byte in bytes {
            digest = (digest ^ u128::from(*byte)).wrapping_mul(0x0100_0000_0000_0000_0000_013b);
        }
    };
    for path in files {
        let below = path.strip_prefix(root).unwrap_or(&path);
        // A crate from a registry may come without a lock file.
        let Ok(bytes) = fs::read(&path) else { continue };
        add(below.to_string_lossy().replace('\\', "/").as_bytes());
        add(&(bytes.len() as u64).to_le_bytes());
        add(&bytes);
    }
    Ok(digest)
}

/// The files below `folder`, in one order on every system.
fn walk(folder: &Path, files: &mut Vec<PathBuf>) -> io::Result<()> {
    let mut entries: Vec<PathBuf> =
        fs::read_dir(folder)?.map(|entry| Ok(entry?.path())).collect::<io::Result<_>>()?;
    entries.sort();
    for path in entries {
        let stem = path.file_stem().unwrap_or_default();
        if ONLY_SAID.iter().any(|said| stem == *said) {
            continue;
        }
        if path.is_dir() {
            walk(&path, files)?;
        } else {
            files.push(path);
        }
    }
    Ok(())
}
