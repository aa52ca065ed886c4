//! Decodes pictures as every command does and writes them as PNG: upright, 8-bit sRGB, over white. `cargo run --release --package baidi-lab --bin decoded -- FILE... DIR`; the names in `DIR` are the files' with `.png` behind.

use std::error::Error;
use std::path::PathBuf;

use baidi::lab::decode::{Limits, Reduction, decode};

fn main() -> Result<(), Box<dyn Error>> {
    let mut paths: Vec<PathBuf> = std::env::args_os().skip(1).map(PathBuf::from).collect();
    let folder = paths.pop().ok_or("usage: decoded FILE... DIR")?;
    for path in paths {
        let photo = decode(&std::fs::read(&path)?, &Limits::default(), Reduction::Full)?;
        let mut name = path.file_name().ok_or("a file has a name")?.to_owned();
        name.push(".png");
        photo.pixels.save(folder.join(name))?;
    }
    Ok(())
}
