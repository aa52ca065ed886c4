//! Prints what every rule measures on good cards, one line per card: `STEM<TAB>rule=verdict:measured<TAB>…`.
//!
//! `cargo run --release --package baidi-lab --bin measure -- DIR [SPEC] [OUT]` makes a card of each labelled photograph of `DIR` (see `lab/src/labelled.rs`) by its labels, and with `OUT` writes it there as a PNG. The
//! limits in `src/rules/spec/limits.toml` were chosen on its output.

#![expect(clippy::print_stdout, reason = "a program whose purpose is to print")]

use std::error::Error;
use std::path::PathBuf;

use baidi::lab::check::Measured;
use baidi::lab::spec::PhotoSpec;
use baidi_lab::labelled::{self, Card};
use rayon::prelude::*;

fn main() -> Result<(), Box<dyn Error>> {
    let mut args = std::env::args().skip(1);
    let folder = PathBuf::from(args.next().ok_or("usage: measure DIR [SPEC] [OUT]")?);
    let spec = PhotoSpec::builtin(args.next().as_deref().unwrap_or("shebao"))?;
    let cards = labelled::photos(&folder, "", &spec)?;
    if let Some(out) = args.next().map(PathBuf::from) {
        std::fs::create_dir_all(&out)?;
        for card in &cards {
            card.picture.save(out.join(format!("{}.png", card.stem)))?;
        }
    }
    let lines: Vec<String> = cards.par_iter().map(|card| line(card, &spec)).collect();
    for line in lines {
        println!("{line}");
    }
    Ok(())
}

fn line(card: &Card, spec: &PhotoSpec) -> String {
    let mut line = card.stem.clone();
    for finding in card.findings(spec) {
        let outcome = finding.outcome;
        let measured = match outcome.measured {
            Some(Measured::Number(n)) => format!("{n:.3}"),
            Some(Measured::Pair([a, b])) => format!("{a},{b}"),
            Some(Measured::Text(t)) => t,
            None => outcome.message.map_or_else(String::new, |m| m.key),
        };
        line += &format!("\t{}={:?}:{measured}", finding.rule, outcome.verdict);
    }
    line
}
