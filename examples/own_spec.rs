//! A card by one's own spec, here a staff pass: `cargo run --release --example own_spec -- PORTRAIT CARD`. `baidi specs shebao` prints all that a spec can say.

#![expect(clippy::print_stdout, reason = "an example whose purpose is to print")]

use std::error::Error;
use std::fs;

use baidi::FindingText;
use baidi::Language;
use baidi::{Baidi, Order, PhotoSpec};

const PASS: &str = r#"
name = "staff-pass"
title = { zh = "工作证", en = "Staff pass" }
editing = "any"

[pixels]
width = 300
height = 400
source = "the pass printer"
grade = "A"

[background]
colour = [255, 255, 255]
source = "the pass printer"
grade = "A"

[file]
max = 60000
source = "the intranet's form"
grade = "A"
"#;

fn main() -> Result<(), Box<dyn Error>> {
    let mut args = std::env::args_os().skip(1);
    let (portrait, card) = args.next().zip(args.next()).ok_or("usage: own_spec PORTRAIT CARD")?;
    let order = Order::of(PhotoSpec::parse("staff-pass", PASS)?);
    let made = Baidi::open()?.fix(&fs::read(portrait)?, &order)?;
    for finding in made.findings.iter().filter(|f| f.outcome.measured.is_some()) {
        let text = FindingText::new(finding, Language::En);
        println!("{:<32} {:>16}  {}", text.title, text.measured, text.message);
    }
    Ok(fs::write(card, made.card.bytes)?)
}
