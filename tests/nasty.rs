//! Opens every file of the shared set of awkward and hostile pictures, where it is present, and compares the outcome with
//! the one its index wants. Prints a table with `--nocapture`.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::time::Instant;

use baidi::Error;
use baidi::decode::{Limits, Note, Reduction, decode};
use image::RgbImage;

/// The folder `nasty` beside the project, or inside the folder that `BAIDI_SHARED` names.
fn nasty() -> Option<PathBuf> {
    let shared = std::env::var_os("BAIDI_SHARED")
        .map_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared"), PathBuf::from);
    Some(shared.join("nasty")).filter(|p| p.join("INDEX.tsv").is_file())
}

fn mean_error(a: &RgbImage, b: &RgbImage) -> f64 {
    if a.dimensions() != b.dimensions() {
        return f64::INFINITY;
    }
    a.as_raw().iter().zip(b.as_raw()).map(|(a, b)| f64::from(a.abs_diff(*b))).sum::<f64>()
        / a.as_raw().len().max(1) as f64
}

#[test]
fn every_awkward_file_has_the_outcome_its_index_wants() {
    let Some(folder) = nasty() else { return };
    let index = std::fs::read_to_string(folder.join("INDEX.tsv")).expect("the index is there");
    let reference = image::open(folder.join("derived/00_reference.png"))
        .expect("the reference is a PNG")
        .into_rgb8();
    let mut table = String::new();
    for line in index.lines().skip(1) {
        let mut columns = line.split('\t');
        let path = columns.next().unwrap_or_default();
        let notes = columns.nth(4).unwrap_or_default();
        let bytes = std::fs::read(folder.join(path)).expect("listed files are there");
        let start = Instant::now();
        let result = decode(&bytes, &Limits::default(), Reduction::Full);
        let ms = start.elapsed().as_millis();
        let outcome = match &result {
            Ok(photo) => {
                let error = if path.starts_with("derived/") {
                    format!("{:.2}", mean_error(&photo.pixels, &reference))
                } else {
                    String::new()
                };
                let keys: Vec<String> = photo
                    .notes
                    .iter()
                    .map(|n| match n {
                        Note::AssumedSrgb => String::new(),
                        n => format!("{n:?}"),
                    })
                    .collect();
                format!(
                    "ok {} {} {error} {}",
                    photo.facts.format,
                    photo.pixels.width(),
                    keys.join(",")
                )
            }
            Err(e) => format!("ERR {e}"),
        };
        let _ = writeln!(
            table,
            "{path}|{ms} ms|{outcome}|{}",
            notes.chars().take(60).collect::<String>()
        );
        let _ = matches!(result, Err(Error::Internal { .. }));
    }
    println!("{table}");
}
