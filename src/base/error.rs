//! Why there is no photo: one variant per thing somebody can act on.

use std::path::PathBuf;

use crate::base::units::Bytes;

/// The result of a stage.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// Why a photo could not be processed. Messages are lower-case fragments without a period; the layer that knows the path adds it.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The content is no picture of a kind baidi reads.
    #[error("unsupported format: {what}")]
    UnsupportedFormat {
        /// What the content looks like: `text`, `JPEG XL`, `empty file`, …
        what: String,
    },
    /// The file is of a known kind but too broken to show most of the picture.
    #[error("damaged {format} file: {reason}")]
    Damaged {
        /// The kind of file, `JPEG`, `PNG`, …
        format: &'static str,
        /// What is wrong with it.
        reason: String,
    },
    /// The picture or the file is larger than the limits allow.
    #[error("too large: {what} is {actual}, the limit is {limit}")]
    TooLarge {
        /// What is too large: `the picture`, `the file`.
        what: &'static str,
        /// Its size, with the unit.
        actual: String,
        /// The limit, with the unit.
        limit: String,
    },
    /// No face was found.
    #[error("no face found in {width}×{height} px")]
    NoFace {
        /// Width of the upright picture, in pixels.
        width: u32,
        /// Height of the upright picture, in pixels.
        height: u32,
    },
    /// Several faces of similar size: whose photo is it?
    #[error("{count} faces of similar size, the largest two {first:.0} and {second:.0} px wide")]
    SeveralFaces {
        /// How many faces are of similar size.
        count: usize,
        /// Width of the largest face, in source pixels.
        first: f64,
        /// Width of the next one, in source pixels.
        second: f64,
    },
    /// No JPEG of this picture lands inside the byte window.
    #[error(
        "cannot land between {min} and {max} bytes: the smallest file reached is {smallest} bytes"
    )]
    WindowUnreachable {
        /// The window's lower end, inclusive.
        min: Bytes,
        /// The window's upper end, inclusive.
        max: Bytes,
        /// The smallest encoding reached.
        smallest: Bytes,
    },
    /// A spec is wrong.
    #[error("spec {name}: {reason}")]
    Spec {
        /// The spec's name or file.
        name: String,
        /// Which key, and what is wrong with it.
        reason: String,
    },
    /// The encoder, the network, or another inner part failed: our fault.
    #[error("internal error in {stage}: {reason}")]
    Internal {
        /// The stage that failed.
        stage: &'static str,
        /// What it said.
        reason: String,
    },
    /// The photo took longer than it may.
    #[error("took longer than {seconds} s")]
    TimedOut {
        /// The limit, in seconds.
        seconds: u64,
    },
    /// Nobody waits for the photo any more, as whoever asked for it said between two stages.
    #[error("stopped after {after}: nobody waits for it")]
    Stopped {
        /// The stage that was the last.
        after: &'static str,
    },
    /// A file could not be read or written.
    #[error("cannot {action} {}", path.display())]
    Io {
        /// `read`, `write`, …
        action: &'static str,
        /// The file.
        path: PathBuf,
        /// What the system said.
        #[source]
        source: std::io::Error,
    },
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    #[test]
    fn every_kind_of_error_is_made_somewhere() {
        let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
        let mut code = String::new();
        for entry in walkdir::WalkDir::new(&src) {
            let entry = entry.expect("a readable source folder");
            let path = entry.path();
            let about = path.ends_with("error.rs") || path.ends_with("words/failure.rs");
            if about || path.extension().is_none_or(|e| e != "rs") {
                continue;
            }
            let text = std::fs::read_to_string(path).expect("a source file");
            code.push_str(text.split("#[cfg(test)]").next().unwrap_or_default());
        }
        let own = include_str!("error.rs").split("#[cfg(test)]").next().unwrap_or_default();
        let kinds: Vec<&str> = own
            .lines()
            .filter_map(|line| line.strip_prefix("    ")?.strip_suffix(" {"))
            .filter(|kind| kind.starts_with(|c: char| c.is_ascii_uppercase()))
            .collect();
        assert!(kinds.len() > 5, "{kinds:?}");
        for kind in kinds {
            assert!(code.contains(&format!("Error::{kind} {{")), "no code makes Error::{kind}");
        }
    }
}
