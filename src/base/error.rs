//! Why there is no photo: one variant per thing somebody can act on.

use std::any::Any;
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
    #[error("spec {name}: {fault}")]
    Spec {
        /// The spec's name or file.
        name: String,
        /// Which key, and what is wrong with it.
        fault: SpecFault,
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

impl Error {
    /// What a photo's work ended with when it panicked, in the panic's own words.
    #[doc(hidden)]
    #[must_use]
    pub fn panicked(payload: &(dyn Any + Send)) -> Self {
        let text = payload.downcast_ref::<&str>().map(|s| (*s).to_owned());
        let reason = text
            .or_else(|| payload.downcast_ref::<String>().cloned())
            .unwrap_or_else(|| "a panic without a message".to_owned());
        Self::Internal { stage: "pipeline", reason }
    }
}

/// What is wrong with a spec. Keys are written as in TOML: `head.face-width.min`.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum SpecFault {
    /// No spec of this name is built in.
    #[error("no built-in spec of this name; there are {names}")]
    NotBuiltIn {
        /// The names there are.
        names: String,
    },
    /// The file is too long for a spec.
    #[error("{bytes} bytes are too many for a spec")]
    TooLong {
        /// Its length.
        bytes: Bytes,
    },
    /// It is not written in TOML.
    #[error("line {line} is no TOML, '{text}': {said}")]
    NoToml {
        /// The line, counted from 1.
        line: usize,
        /// What stands in it.
        text: String,
        /// What the TOML reader said.
        said: String,
    },
    /// A key that specs do not have.
    #[error("line {line}: there is no key '{key}'")]
    UnknownKey {
        /// The line, counted from 1.
        line: usize,
        /// The key.
        key: String,
    },
    /// A key is missing.
    #[error("in the part from line {line}, the key '{key}' is missing")]
    MissingKey {
        /// The line where its table begins, counted from 1.
        line: usize,
        /// The key.
        key: String,
    },
    /// A value of the wrong type, or none of those that are known.
    #[error("line {line}, '{text}': this value will not do: {said}")]
    WrongValue {
        /// The line, counted from 1.
        line: usize,
        /// What stands in it.
        text: String,
        /// What the TOML reader said.
        said: String,
    },
    /// Limits of a rule that has none.
    #[error("limits.{rule}: no rule of this name has limits")]
    UnknownLimit {
        /// The rule as it is named there.
        rule: String,
    },
    /// A name that cannot be part of a file's name.
    #[error("name: '{name}' may hold lower-case letters, digits, and hyphens only")]
    Name {
        /// The name.
        name: String,
    },
    /// A side of the card that is too short or too long.
    #[error("{key}: {pixels} px is outside {min}–{max}")]
    Side {
        /// The side's key.
        key: &'static str,
        /// Its length.
        pixels: u32,
        /// Fewest pixels.
        min: u32,
        /// Most pixels.
        max: u32,
    },
    /// The card's own size is not among the accepted ones.
    #[error("pixels: the card's own size, {width}×{height} px, is not accepted")]
    OwnSize {
        /// The card's width, in pixels.
        width: u32,
        /// The card's height, in pixels.
        height: u32,
    },
    /// A file must have more bytes than it may have.
    #[error("file.min: {min} bytes is more than file.max, {max} bytes")]
    Window {
        /// Fewest bytes.
        min: Bytes,
        /// Most bytes.
        max: Bytes,
    },
    /// A file may have fewer bytes than any JPEG needs.
    #[error("file.max: {max} bytes is less than any JPEG needs")]
    TooFewBytes {
        /// Most bytes.
        max: Bytes,
    },
    /// A reading whose range is turned inside out, or has no end at all.
    #[error("{key}.readings: '{origin}' gives no range")]
    NoRange {
        /// What it is a reading of.
        key: String,
        /// Who says so.
        origin: String,
    },
    /// A band's least value is more than its greatest.
    #[error("{key}: min, {min}, is more than max, {max}")]
    Band {
        /// The band's key.
        key: String,
        /// The least value.
        min: String,
        /// The greatest value.
        max: String,
    },
    /// What a band prefers is not inside it.
    #[error("{key}.prefer: {low}–{high} is not inside the range")]
    Prefer {
        /// The band's key.
        key: String,
        /// Where it begins.
        low: String,
        /// Where it ends.
        high: String,
    },
    /// A band with a number below 0, or one that is no number.
    #[error("{key}: numbers must be 0 or more")]
    Negative {
        /// The band's key.
        key: String,
    },
    /// Millimetres without a way to make pixels of them.
    #[error("{key}.unit: mm needs [print] or [resolution]")]
    NoScale {
        /// The band's key.
        key: String,
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
        let of = |name: &'static str| {
            let body = own.split(&format!("pub enum {name} {{")).nth(1).unwrap_or_default();
            let body = body.split("\n}").next().unwrap_or_default();
            let kinds =
                body.lines().filter_map(|line| line.strip_prefix("    ")?.strip_suffix(" {"));
            kinds
                .filter(|k| k.starts_with(|c: char| c.is_ascii_uppercase()))
                .map(move |k| (name, k))
        };
        let kinds: Vec<_> = of("Error").chain(of("SpecFault")).collect();
        assert!(kinds.len() > 20, "{kinds:?}");
        for (name, kind) in kinds {
            assert!(code.contains(&format!("{name}::{kind} {{")), "no code makes {name}::{kind}");
        }
    }
}
