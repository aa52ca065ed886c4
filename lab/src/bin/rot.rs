//! Tries what sees bit rot in a JPEG: how often sound photographs have a seam, and how much of rotten ones is found, by the levels from which a boundary counts as one.
//!
//! `cargo run --release --package baidi-lab --bin rot -- FOLDER…` takes the baseline JPEGs of the folders, turns 1, 4, 16 or 64 bytes of each scan into others, four times each, and decodes them.
//! Truly lost is the share of blocks of 16 × 16 pixels whose mean is off by more than 8 levels.

#![expect(clippy::print_stdout, reason = "a program whose purpose is to print")]

use std::error::Error;
use std::path::Path;

use baidi::lab::decode::{Limits, Note, Reduction, audit, decode};
use baidi::lab::geometry::Size;
use baidi_lab::draw::chance::Chance;
use baidi_lab::photos;
use image::{ImageFormat, RgbImage};
use rayon::prelude::*;

/// What the photograph is made of, in pixels: phones have twelve million, and a rule that holds here must hold there.
const BLOCK: u32 = 16;
/// Levels by which a block's mean must be off to be lost.
const OFF: f64 = 8.0;
/// Levels from which a boundary is tried as a seam.
const TRIED: [f64; 5] = [1.0, 2.0, 4.0, 8.0, 16.0];

/// What became of one file.
struct Outcome {
    /// Truly lost, 0..=1; `None` for a sound file.
    lost: Option<f64>,
    seam: f64,
    garbled: f64,
    /// Whether the program says so: refused, or with a note.
    told: bool,
}

fn main() -> Result<(), Box<dyn Error>> {
    let mut files = Vec::new();
    for folder in std::env::args().skip(1) {
        files.extend(photos::in_folder(Path::new(&folder))?);
    }
    let outcomes: Vec<Outcome> = files
        .par_iter()
        .enumerate()
        .map(|(i, path)| of_photo(&std::fs::read(path).unwrap_or_default(), i as u64))
        .flatten()
        .collect();
    let sound: Vec<&Outcome> = outcomes.iter().filter(|o| o.lost.is_none()).collect();
    println!("{} sound photographs:", sound.len());
    for levels in TRIED {
        let seams = sound.iter().filter(|o| o.seam > levels).count();
        println!("  a seam of more than {levels} levels in {seams}");
    }
    println!("  called damaged: {}", sound.iter().filter(|o| o.told || o.garbled > 0.0).count());
    println!(
        "| truly lost | files | told | impossible values | with a seam of more than 1 | 2 | 4 | 8 | 16 levels |"
    );
    println!("|---|---|---|---|---|---|---|---|---|");
    let parts = [(0.0, 0.001), (0.001, 0.05), (0.05, 0.25), (0.25, 0.75), (0.75, 1.01)];
    for (least, most) in parts {
        let of: Vec<&Outcome> = outcomes
            .iter()
            .filter(|o| o.lost.is_some_and(|lost| lost >= least && lost < most))
            .collect();
        let share = |holds: &dyn Fn(&Outcome) -> bool| {
            let n = of.iter().filter(|o| holds(o)).count();
            format!("{:.1} %", 100.0 * n as f64 / of.len().max(1) as f64)
        };
        let seams: Vec<String> =
            TRIED.iter().map(|l| share(&|o| o.seam > *l && o.garbled > 0.0)).collect();
        println!(
            "| {:.1}–{:.1} % | {} | {} | {} | {} |",
            100.0 * least,
            100.0 * f64::min(most, 1.0),
            of.len(),
            share(&|o| o.told),
            share(&|o| o.garbled > 0.0),
            seams.join(" | ")
        );
    }
    Ok(())
}

fn of_photo(sound: &[u8], seed: u64) -> Vec<Outcome> {
    let Some((whole, told, step)) = opened(sound) else { return Vec::new() };
    let mut outcomes = vec![Outcome {
        lost: None,
        seam: seam(&whole, step),
        garbled: audit::garbled_share(sound).unwrap_or(0.0),
        told,
    }];
    let Some(scan) = sound.windows(2).rposition(|w| w == [0xFF, 0xDA]) else { return outcomes };
    for (round, wrong) in [1usize, 4, 16, 64].into_iter().cycle().take(16).enumerate() {
        let mut chance = Chance::new(1000 * seed + round as u64);
        let mut rotten = sound.to_vec();
        for _ in 0..wrong {
            let room = (sound.len() - scan - 20) as f64;
            let at = scan + 14 + (chance.unit() * room) as usize;
            // a byte that makes or breaks a marker is another fault
            let byte = (chance.unit() * 255.0) as u8;
            if rotten[at] != 0xFF && rotten[at - 1] != 0xFF {
                rotten[at] = byte;
            }
        }
        let garbled = audit::garbled_share(&rotten).unwrap_or(0.0);
        let outcome = match opened(&rotten) {
            Some((picture, told, _)) if picture.dimensions() == whole.dimensions() => Outcome {
                lost: Some(lost(&whole, &picture)),
                seam: seam(&picture, step),
                garbled,
                told,
            },
            // refused: what was lost is read off what a decoder without such looks shows
            _ => match image::load_from_memory_with_format(&rotten, ImageFormat::Jpeg) {
                Ok(picture) => {
                    let picture = picture.into_rgb8();
                    if picture.dimensions() != whole.dimensions() {
                        continue;
                    }
                    Outcome {
                        lost: Some(lost(&whole, &picture)),
                        seam: seam(&picture, step),
                        garbled,
                        told: true,
                    }
                }
                Err(_) => continue,
            },
        };
        outcomes.push(outcome);
    }
    outcomes
}

/// The picture of a baseline file that is stored upright, whether something is said of damage, and the height of its rows of blocks.
fn opened(bytes: &[u8]) -> Option<(RgbImage, bool, usize)> {
    let photo = decode(bytes, &Limits::default(), Reduction::Full).ok()?;
    let jpeg = photo.facts.jpeg.as_ref()?;
    let rows = jpeg.sampling.iter().map(|[_, v]| usize::from(*v)).max()?;
    let told =
        photo.notes.iter().any(|n| matches!(n, Note::DamagedPart { .. } | Note::MissingDetail));
    let plain = photo.facts.orientation == 1 && !jpeg.progressive && jpeg.components == 3;
    plain.then_some((photo.pixels, told, 8 * rows))
}

fn seam(picture: &RgbImage, step: usize) -> f64 {
    let size = Size::new(picture.width(), picture.height());
    audit::strongest_seam(picture.as_raw(), size, 3, step)
}

/// The share of blocks whose mean lightness is off.
fn lost(whole: &RgbImage, other: &RgbImage) -> f64 {
    let (columns, rows) = (whole.width() / BLOCK, whole.height() / BLOCK);
    let mean = |picture: &RgbImage, column: u32, row: u32| -> f64 {
        let mut sum = 0.0;
        for y in 0..BLOCK {
            for x in 0..BLOCK {
                let p = picture.get_pixel(column * BLOCK + x, row * BLOCK + y).0;
                sum += p.iter().map(|v| f64::from(*v)).sum::<f64>() / 3.0;
            }
        }
        sum / f64::from(BLOCK * BLOCK)
    };
    let off = (0..rows)
        .flat_map(|row| (0..columns).map(move |column| (column, row)))
        .filter(|(column, row)| {
            (mean(whole, *column, *row) - mean(other, *column, *row)).abs() > OFF
        })
        .count();
    off as f64 / f64::from((columns * rows).max(1))
}
