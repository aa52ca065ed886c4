//! Every photo of a folder through one door; why a card is refused stands behind its name: `cargo run --release --example folder -- PHOTOS CARDS`.

#![expect(clippy::print_stdout, reason = "an example whose purpose is to print")]

use std::error::Error;
use std::fs;
use std::path::PathBuf;

use baidi::FindingText;
use baidi::Language;
use baidi::{Baidi, Order, Verdict};

fn main() -> Result<(), Box<dyn Error>> {
    let mut args = std::env::args_os().skip(1).map(PathBuf::from);
    let (photos, cards) = args.next().zip(args.next()).ok_or("usage: folder PHOTOS CARDS")?;
    fs::create_dir_all(&cards)?;
    let mut baidi = Baidi::open()?;
    let order = Order::named("shebao")?;
    for entry in fs::read_dir(photos)? {
        let path = entry?.path();
        let Some(name) = path.file_name().and_then(|n| n.to_str()).filter(|_| path.is_file())
        else {
            continue;
        };
        let order = order.clone().file_name(name);
        match baidi.fix(&fs::read(&path)?, &order) {
            Ok(made) => {
                println!("{name}: {}", made.status.name());
                for finding in &made.findings {
                    if finding.outcome.verdict == Verdict::Fail {
                        println!("  {}", FindingText::new(finding, Language::En).message);
                    }
                }
                fs::write(cards.join(order.name_of_card().unwrap_or_default()), made.card.bytes)?;
            }
            // one bad photo must not end the rest
            Err(error) => println!("{name}: {error}"),
        }
    }
    Ok(())
}
