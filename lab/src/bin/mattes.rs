//! Makes the cards of a folder and writes beside each what only a matte's maker knows: `cargo run --release --package baidi-lab --bin mattes -- FOLDER OUT`.
//!
//! Of `FOLDER/NAME.jpg`: `OUT/NAME.jpg`, the social-security card; `OUT/NAME.png`, its alpha; `OUT/NAME.json`, the six numbers that take the photo's pixels to the card's. What networks that look
//! at cut-outs are trained on (`training/cards.py`). A photo that no card can be made of is passed over.

use std::error::Error;
use std::path::PathBuf;

use baidi::{Baidi, Order};
use baidi_lab::photos;

fn main() -> Result<(), Box<dyn Error>> {
    let mut args = std::env::args_os().skip(1).map(PathBuf::from);
    let (folder, out) = args.next().zip(args.next()).ok_or("usage: mattes FOLDER OUT")?;
    std::fs::create_dir_all(&out)?;
    let (mut baidi, order) = (Baidi::open()?, Order::named("shebao")?);
    for path in photos::in_folder(&folder)? {
        let Ok(made) = baidi.fix(&std::fs::read(&path)?, &order) else { continue };
        let to = out.join(path.file_name().ok_or("a file has a name")?);
        std::fs::write(to.with_extension("jpg"), &made.card.bytes)?;
        made.matte.to_gray().save(to.with_extension("png"))?;
        let [x, y] = made.placed.source_to_card.0;
        std::fs::write(to.with_extension("json"), serde_json::to_string(&[x, y])?)?;
    }
    Ok(())
}
