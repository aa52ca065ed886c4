//! A portrait in, a card and its verdict out: `cargo run --release --example minimal -- PORTRAIT CARD`.

#![expect(clippy::print_stdout, reason = "an example whose purpose is to print")]

use std::error::Error;

use baidi::{Baidi, Order};

fn main() -> Result<(), Box<dyn Error>> {
    let mut args = std::env::args_os().skip(1);
    let (portrait, card) = args.next().zip(args.next()).ok_or("usage: minimal PORTRAIT CARD")?;
    let made = Baidi::open()?.fix(&std::fs::read(portrait)?, &Order::named("shebao")?)?;
    std::fs::write(card, &made.card.bytes)?;
    println!("{}", made.status.name());
    Ok(())
}
