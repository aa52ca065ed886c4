//! Prints what every rule measures on labelled cards, one line per card: `STEM<TAB>rule=verdict:measured<TAB>…`.
//!
//! `cargo run --example measure -- DIR` looks at each `STEM.jpg` of `DIR` that has `STEM.alpha.png` (the person's alpha at the picture's size) and `STEM.json`
//! (`{"landmarks": 478 × [x, y] in pixels}`, MediaPipe's numbering). Head and matte come from the labels, so what is seen is the rules and not the network: the
//! limits in `src/spec/limits.toml` were chosen on its output.

#![expect(clippy::print_stdout, reason = "an example whose purpose is to print")]

use std::error::Error;
use std::path::{Path, PathBuf};

use baidi::check::{Evidence, Measured, Regions, check};
use baidi::decode::{Limits, Reduction, decode};
use baidi::face::{Head, Landmark, Landmarks};
use baidi::geometry::{Point, Size};
use baidi::raster::Plane;
use baidi::spec::PhotoSpec;
use rayon::prelude::*;

fn main() -> Result<(), Box<dyn Error>> {
    let mut args = std::env::args().skip(1);
    let folder = PathBuf::from(args.next().ok_or("usage: measure DIR [SPEC]")?);
    let spec = PhotoSpec::builtin(args.next().as_deref().unwrap_or("shebao"))?;
    let mut cards: Vec<PathBuf> = std::fs::read_dir(&folder)?
        .filter_map(|entry| Some(entry.ok()?.path()))
        .filter(|path| path.extension().is_some_and(|e| e == "jpg"))
        .collect();
    cards.sort();
    let lines: Vec<String> = cards
        .par_iter()
        .map(|card| line(card, &spec).unwrap_or_else(|e| format!("{}\terror={e}", card.display())))
        .collect();
    for line in lines {
        println!("{line}");
    }
    Ok(())
}

fn line(card: &Path, spec: &PhotoSpec) -> Result<String, Box<dyn Error>> {
    let bytes = std::fs::read(card)?;
    let photo = decode(&bytes, &Limits::default(), Reduction::Full)?;
    let picture = photo.pixels;
    let label: serde_json::Value =
        serde_json::from_slice(&std::fs::read(card.with_extension("json"))?)?;
    let mesh: Vec<[f64; 2]> = serde_json::from_value(label["landmarks"].clone())?;
    let points = Landmark::ALL
        .iter()
        .filter_map(|l| mesh.get(l.mesh_index()).map(|p| Point::from(*p)))
        .collect();
    let landmarks = Landmarks::new(points).ok_or("too few landmarks")?;
    let head = Head { landmarks, hair_top: None, confidence: 1.0 };
    let alpha = image::open(card.with_extension("alpha.png"))?.into_luma8();
    let matte = Plane::from_data(
        Size::new(alpha.width(), alpha.height()),
        alpha.pixels().map(|p| f32::from(p[0]) / 255.0).collect(),
    );
    let evidence = Evidence {
        spec,
        facts: &photo.facts,
        file_name: Some("card.jpg"),
        native: &picture,
        frame: &picture,
        head: Some(&head),
        face_widths: &[head.face_width()],
        matte: matte.as_ref(),
        no_head: None,
        regions: Regions::default(),
    };
    let mut line = card.file_stem().unwrap_or_default().to_string_lossy().into_owned();
    for finding in check(&evidence) {
        let outcome = finding.outcome;
        let measured = match outcome.measured {
            Some(Measured::Number(n)) => format!("{n:.3}"),
            Some(Measured::Pair([a, b])) => format!("{a},{b}"),
            Some(Measured::Text(t)) => t,
            None => outcome.message.map_or_else(String::new, |m| m.key),
        };
        line += &format!("\t{}={:?}:{measured}", finding.rule, outcome.verdict);
    }
    Ok(line)
}
