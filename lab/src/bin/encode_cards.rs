//! Writes the cards that the encoder gets, for benches of the encoder:
//! `cargo run --release --package baidi-lab --bin encode_cards -- CARDS PORTRAITS...`.
//!
//! Each photo of the folders PORTRAITS becomes `CARDS/STEM.png`, the white card before encoding, and `CARDS/STEM.mask.png`, which is 0
//! exactly where the alpha is: the background as the encoder knows it. Photos without a single face are named and left out.

#![expect(clippy::print_stdout, reason = "a program that says what it left out")]

use std::path::{Path, PathBuf};

use baidi::lab::decode::{Limits, Reduction, decode};
use baidi::lab::face::{FaceFinder, Search};
use baidi::lab::frame::Card;
use baidi::lab::geometry::Size;
use baidi::lab::matte;
use baidi::lab::placement;
use baidi::lab::scratch::Scratch;
use baidi::lab::spec::PhotoSpec;
use baidi_lab::photos;
use image::{GrayImage, Luma};

fn main() {
    let mut args = std::env::args().skip(1);
    let out = PathBuf::from(args.next().expect("a folder to write to"));
    std::fs::create_dir_all(&out).expect("writable");
    let spec = PhotoSpec::builtin("shebao").expect("built in");
    let finder = FaceFinder::new().expect("built-in models");
    let mut scratch = Scratch::default();
    let mut cutter = matte::Cutter::new().expect("a built-in model");
    let mut written = 0;
    for folder in args {
        let photos = photos::in_folder(Path::new(&folder)).expect("a folder");
        for path in photos {
            if card(&path, &out, &spec, &finder, &mut scratch, &mut cutter).is_none() {
                println!("{}: no single face", path.display());
            } else {
                written += 1;
            }
        }
    }
    println!("{written} cards");
}

fn card(
    path: &Path,
    out: &Path,
    spec: &PhotoSpec,
    finder: &FaceFinder,
    scratch: &mut Scratch,
    cutter: &mut matte::Cutter,
) -> Option<()> {
    let bytes = std::fs::read(path).expect("readable");
    let photo = decode(&bytes, &Limits::default(), Reduction::Full).ok()?.pixels;
    let Ok(Search::Found(sighting)) = finder.find(scratch, &photo) else { return None };
    let size = Size::new(photo.width(), photo.height());
    let placed = placement::place(&sighting, size, spec, None);
    let card =
        Card::new(&mut scratch.resampler, &photo, &sighting, &placed.photo_to_card, spec.size());
    let cut =
        cutter.cut(scratch, &card, &sighting.head.mapped(&placed.photo_to_card)).expect("a matte");
    let white = matte::whitened(&card.pixels, &cut, spec.background.colour);
    let alpha = cut.alpha.data();
    let mask = GrayImage::from_fn(white.width(), white.height(), |x, y| {
        Luma([(alpha[(y * white.width() + x) as usize].clamp(0.0, 1.0) * 255.0).ceil() as u8])
    });
    let name = path.file_stem()?.to_str()?;
    white.save(out.join(format!("{name}.png"))).expect("writable");
    mask.save(out.join(format!("{name}.mask.png"))).expect("writable");
    Some(())
}
