//! Opens every file of the shared set of awkward and hostile pictures, where it is present, and compares the outcome with
//! the one its index wants. `cargo test --test nasty -- --nocapture` prints the table.

#![expect(clippy::print_stdout, reason = "the table is what the recipe is for")]

#[path = "support/nasty.rs"]
mod nasty;

use std::fmt::Write as _;
use std::time::{Duration, Instant};

use baidi::Error;
use baidi::lab::color;
use baidi::lab::decode::{Format, Limits, Note, Photo, Reduction, decode};
use image::RgbImage;

use nasty::{Listed, Wanted};

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
    !cfg!(feature = "avif") && path.ends_with(".avif")
        || !cfg!(feature = "heic") && path.ends_with("q80.heic")
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
    let Some(folder) = nasty::folder() else { return };
    let reference = image::open(folder.join("derived/00_reference.png"))
        .expect("the reference is a PNG")
        .into_rgb8();
    let (mut files, mut met, mut skipped) = (0, 0, 0);
    let mut slowest = (Duration::ZERO, String::new());
    let mut table = String::new();
    for Listed { path, wanted } in nasty::index(&folder).expect("the index is there") {
        let bytes = std::fs::read(folder.join(&path)).expect("listed files are there");
        let start = Instant::now();
        let result = decode(&bytes, &Limits::default(), Reduction::Full);
        let took = start.elapsed();
        if took > slowest.0 {
            slowest = (took, path.clone());
        }
        files += 1;
        let mark = if is_met(wanted, &result, &reference) {
            met += 1;
            "ok"
        } else if left_out(&path) {
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
    let Some(folder) = nasty::folder() else { return };
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
