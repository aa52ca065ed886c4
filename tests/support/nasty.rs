//! What should become of every file of the shared set of awkward and hostile pictures: its index, read.

#[path = "shared.rs"]
pub(crate) mod shared;

use std::path::{Path, PathBuf};

/// What should become of a file.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Wanted {
    /// Decoded, within this mean absolute error (levels of 255) of the reference.
    Like(f64),
    /// Decoded, and its lightness within this mean absolute error of the reference's.
    GrayLike(f64),
    /// Decoded.
    Decoded,
    /// Decoded, and white where it was transparent: the upper corners.
    OverWhite,
    /// Refused.
    Refused,
    /// Decoded, or refused as unsupported.
    DecodedOrUnsupported,
    /// Either, as long as it is one of the two.
    Survived,
}

/// One line of the index.
#[derive(Debug, Clone)]
pub(crate) struct Listed {
    /// The file, below the folder.
    pub(crate) path: String,
    /// What should become of it.
    pub(crate) wanted: Wanted,
}

/// The folder `nasty` of the shared sets, for a test that is skipped without it.
#[must_use]
pub(crate) fn folder() -> Option<PathBuf> {
    shared::folder("nasty")
}

/// Every file of the index.
///
/// # Errors
/// When the index cannot be read.
pub(crate) fn index(folder: &Path) -> std::io::Result<Vec<Listed>> {
    let index = std::fs::read_to_string(folder.join("INDEX.tsv"))?;
    let listed = index.lines().skip(1).map(|line| {
        let mut columns = line.split('\t');
        let path = columns.next().unwrap_or_default().to_owned();
        let wanted = wanted(&path, columns.nth(4).unwrap_or_default());
        Listed { path, wanted }
    });
    Ok(listed.collect())
}

/// The wanted outcome: by name for the pictures made from the reference, else from the index's words.
///
/// Tolerances: 2 for 8-bit sources; 5 through the FOGRA39 press, whose gamut lacks some of the reference's colours
/// (littlecms gives 4.4 as well); 8 for quality 5, which is mostly blocks.
fn wanted(path: &str, words: &str) -> Wanted {
    if let Some(name) = path.strip_prefix("derived/") {
        return match name {
            "bomb_30000x30000_1bit.png"
            | "sof_lie_65500.jpg"
            | "wide_100000x1.png"
            | "empty.jpg"
            | "soi_only.jpg"
            | "text.jpg" => Wanted::Refused,
            "trunc_10pct.jpg" | "trunc_50pct.jpg" | "trunc_50pct.png" => Wanted::Refused,
            "bitrot.jpg" => Wanted::Refused,
            "badcrc.png" => Wanted::Survived,
            "bilevel.png" | "one_pixel.png" | "tiny_33x42.jpg" | "upscaled_51MP.jpg" => {
                Wanted::Decoded
            }
            "gray.jpg" | "gray.png" | "gray16.png" => Wanted::GrayLike(2.0),
            _ if name.starts_with("cutout") => Wanted::OverWhite,
            _ if name.starts_with("cmyk_fogra39") => Wanted::Like(5.0),
            "q5.jpg" => Wanted::Like(8.0),
            _ => Wanted::Like(2.0),
        };
    }
    let expected = words.split("expected: ").nth(1).unwrap_or_default();
    if expected.starts_with("decode or clear refusal") {
        Wanted::DecodedOrUnsupported
    } else if expected.starts_with("refuse") || expected.starts_with("clear refusal") {
        Wanted::Refused
    } else if expected.starts_with("graceful error") || expected.starts_with("decode if possible") {
        Wanted::Survived
    } else {
        Wanted::Decoded
    }
}
