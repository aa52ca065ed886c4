//! Opens every file of the shared set of awkward and hostile pictures, where it is present, and compares the outcome with
//! the one its index wants. `cargo test --test nasty -- --nocapture` prints the table.

#![expect(clippy::print_stdout, reason = "the table is what the recipe is for")]

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use baidi::decode::{Format, Limits, Note, Photo, Reduction, decode};
use baidi::{Error, color};
use image::RgbImage;

/// The folder `nasty` of the shared sets: beside the project, or inside the folder that `BAIDI_SHARED` names.
fn nasty() -> Option<PathBuf> {
    let beside = || Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared");
    let shared = std::env::var_os("BAIDI_SHARED").map_or_else(beside, PathBuf::from);
    Some(shared.join("nasty")).filter(|p| p.join("INDEX.tsv").is_file())
}

/// What should become of a file.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Wanted {
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

/// Reads the wanted outcome out of the index: by name for the pictures made from the reference, else from its words.
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

fn mean_error(found: &RgbImage, reference: &RgbImage) -> f64 {
    if found.dimensions() != reference.dimensions() {
        return f64::INFINITY;
    }
    let differences =
        found.as_raw().iter().zip(reference.as_raw()).map(|(a, b)| f64::from(a.abs_diff(*b)));
    differences.sum::<f64>() / found.as_raw().len().max(1) as f64
}

fn lightness_error(found: &RgbImage, reference: &RgbImage) -> f64 {
    if found.dimensions() != reference.dimensions() {
        return f64::INFINITY;
    }
    let differences = found
        .pixels()
        .zip(reference.pixels())
        .map(|(a, b)| f64::from((color::luma_601(a.0) - color::luma_601(b.0)).abs()));
    differences.sum::<f64>() / found.pixels().len().max(1) as f64
}

fn white_corners(picture: &RgbImage) -> bool {
    let right = picture.width() - 1;
    [(0, 0), (right, 0)].iter().all(|&(x, y)| picture.get_pixel(x, y).0 == [255; 3])
}

fn is_met(wanted: Wanted, result: &Result<Photo, Error>, reference: &RgbImage) -> bool {
    match (wanted, result) {
        (_, Err(Error::Internal { .. } | Error::Io { .. })) => false,
        (Wanted::Like(most), Ok(photo)) => mean_error(&photo.pixels, reference) <= most,
        (Wanted::GrayLike(most), Ok(photo)) => {
            photo.gray && lightness_error(&photo.pixels, reference) <= most
        }
        (Wanted::OverWhite, Ok(photo)) => {
            photo.notes.contains(&Note::AlphaOverWhite) && white_corners(&photo.pixels)
        }
        (Wanted::Decoded | Wanted::DecodedOrUnsupported | Wanted::Survived, Ok(_)) => true,
        (Wanted::Refused | Wanted::Survived, Err(_)) => true,
        (Wanted::DecodedOrUnsupported, Err(e)) => matches!(e, Error::UnsupportedFormat { .. }),
        _ => false,
    }
}

/// Whether a format was left out of this build, so that no file of it can have the wanted outcome.
fn left_out(path: &str) -> bool {
    path.ends_with(".avif") || !cfg!(feature = "heic") && path.ends_with("q80.heic")
}

fn describe(result: &Result<Photo, Error>, reference: &RgbImage) -> String {
    match result {
        Err(error) => format!("refused: {error}"),
        Ok(photo) => {
            let error = mean_error(&photo.pixels, reference);
            let error =
                if error.is_finite() { format!(", error {error:.2}") } else { String::new() };
            let keys: Vec<&str> =
                photo.notes.iter().filter(|n| **n != Note::AssumedSrgb).map(Note::key).collect();
            let Photo { facts, source_size, .. } = photo;
            format!(
                "{} {}×{}{error} {}",
                facts.format,
                source_size.width,
                source_size.height,
                keys.join(" ")
            )
        }
    }
}

#[test]
fn every_awkward_file_has_the_outcome_its_index_wants() {
    let Some(folder) = nasty() else { return };
    let index = std::fs::read_to_string(folder.join("INDEX.tsv")).expect("the index is there");
    let reference = image::open(folder.join("derived/00_reference.png"))
        .expect("the reference is a PNG")
        .into_rgb8();
    let (mut files, mut met, mut skipped) = (0, 0, 0);
    let mut slowest = (Duration::ZERO, String::new());
    let mut table = String::new();
    for line in index.lines().skip(1) {
        let columns: Vec<&str> = line.split('\t').collect();
        let (path, words) = (columns[0], columns.get(5).copied().unwrap_or_default());
        let wanted = wanted(path, words);
        let bytes = std::fs::read(folder.join(path)).expect("listed files are there");
        let start = Instant::now();
        let result = decode(&bytes, &Limits::default(), Reduction::Full);
        let took = start.elapsed();
        if took > slowest.0 {
            slowest = (took, path.to_owned());
        }
        files += 1;
        let mark = if is_met(wanted, &result, &reference) {
            met += 1;
            "ok"
        } else if left_out(path) {
            skipped += 1;
            "left out"
        } else {
            "MISSED"
        };
        let _ = writeln!(
            table,
            "{mark:8} {wanted:?} | {path} | {} ms | {}",
            took.as_millis(),
            describe(&result, &reference)
        );
    }
    println!(
        "{table}{met} of {files} files as wanted, {skipped} of formats left out; slowest {:?} {}",
        slowest.0, slowest.1
    );
    let judged = files - skipped;
    assert!(f64::from(met) >= 0.98 * f64::from(judged), "{met} of {judged}\n{table}");
}

#[test]
fn all_eight_orientations_show_the_same_picture() {
    let Some(folder) = nasty() else { return };
    let reference = image::open(folder.join("derived/00_reference.png"))
        .expect("the reference is a PNG")
        .into_rgb8();
    for n in 1..=8u8 {
        let bytes =
            std::fs::read(folder.join(format!("derived/orient_{n}.jpg"))).expect("it is there");
        let photo = decode(&bytes, &Limits::default(), Reduction::Full).expect("it is sound");
        assert_eq!((photo.facts.orientation, photo.facts.format), (n, Format::Jpeg));
        assert!(mean_error(&photo.pixels, &reference) <= 1.0, "orientation {n}");
    }
}
