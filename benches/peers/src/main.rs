//! baidi's encoder and its peers on the same cards at the same ceilings; prints a table in Markdown.
//!
//!     baidi-encode-peers CARDS_DIR PYTHON [EVERY]
//!
//! Needs a Python with Pillow; ImageMagick's `convert` and `jpegoptim` take part where they are installed. Every file is scored after decoding by the crate
//! `ssimulacra2`, which is not the one the encoder chooses with. Times are processor time of the thread, or wall time where another
//! program is started.

use std::cell::Cell;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Instant;

use baidi::lab::encode::{BackgroundMask, ByteWindow, Encoder};
use baidi::lab::geometry::Size;
use baidi::lab::units::Dpi;
use baidi_encode_peers::{Card, cards, processor_ms, reference, score};

type Encode<'a> = Box<dyn FnMut(&Card, &Path, u64) -> Option<(Vec<u8>, f64)> + 'a>;

/// Programs that take part where they are installed, and their rows.
const PROGRAMS: [(&str, &str); 2] =
    [("/usr/bin/convert", "ImageMagick `jpeg:extent`"), ("/usr/bin/jpegoptim", "`jpegoptim --size`")];

fn installed(program: &str) -> bool {
    Path::new(program).exists()
}

fn main() {
    let mut args = std::env::args().skip(1);
    let folder = PathBuf::from(args.next().expect("a folder of cards"));
    let python = args.next().expect("a Python with Pillow");
    let every = args.next().map_or(1, |n| n.parse().expect("a number"));
    let cards: Vec<_> = cards(&folder.to_string_lossy()).into_iter().step_by(every).collect();
    let references: Vec<_> = cards.iter().map(|c| reference(&c.pixels)).collect();
    let scratch = std::env::temp_dir().join(format!("baidi-peers-{}", std::process::id()));
    std::fs::create_dir_all(&scratch).expect("a temporary folder");
    let mut encoder = Encoder::new();
    let (attempts, files) = (Cell::new(0), Cell::new(0));
    let mut encoders: Vec<(&str, Encode<'_>)> = vec![
        ("baidi", Box::new(|card, _, most| {
            let (w, h) = card.pixels.dimensions();
            let mask = BackgroundMask::from_pixels(Size::new(w, h), card.alpha.iter().map(|a| *a == 0).collect());
            let start = processor_ms();
            let jpeg = encoder.encode_within(&card.pixels, mask.as_ref(), Dpi::new(350), ByteWindow::new(1, most)?).ok()?;
            attempts.set(attempts.get() + jpeg.attempts);
            files.set(files.get() + 1);
            Some((jpeg.bytes, processor_ms() - start))
        })),
        ("mozjpeg-rs, 4:2:0, by halving", Box::new(|card, _, most| halved(most, |q| mozjpeg_rs(card, q)))),
        ("mozjpeg (C), 4:2:0, by halving", Box::new(|card, _, most| halved(most, |q| mozjpeg_c(card, q)))),
        (PROGRAMS[0].1, Box::new(|_, path, most| {
            let out = scratch.join("magick.jpg");
            let start = Instant::now();
            let size = format!("jpeg:extent={most}b");
            Command::new(PROGRAMS[0].0).arg(path).args(["-define", &size]).arg(&out).status().ok()?;
            Some((std::fs::read(&out).ok()?, start.elapsed().as_secs_f64() * 1e3))
        })),
        (PROGRAMS[1].1, Box::new(|card, _, most| {
            let out = scratch.join("optim.jpg");
            std::fs::write(&out, image_rs(card, 100)?).ok()?;
            let start = Instant::now();
            Command::new(PROGRAMS[1].0).args(["-q", "--all-normal", &format!("--size={}", most / 1024)]).arg(&out).status().ok()?;
            Some((std::fs::read(&out).ok()?, start.elapsed().as_secs_f64() * 1e3))
        })),
        ("Pillow, −5 steps (Hivision)", Box::new(|_, path, most| {
            let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("pillow_loop.py");
            let start = Instant::now();
            Command::new(&python).arg(script).arg(most.to_string()).arg(&scratch).arg(path).status().ok()?;
            let out = scratch.join(path.file_name()?).with_extension("jpg");
            Some((std::fs::read(out).ok()?, start.elapsed().as_secs_f64() * 1e3))
        })),
        ("image-rs, 4:4:4, by halving", Box::new(|card, _, most| halved(most, |q| image_rs(card, q)))),
    ];
    println!("{} cards of 358×441 px; mean SSIMULACRA2 (mean bytes; files over the ceiling).\n", cards.len());
    println!("| encoder | 9 KiB | 14 KiB | 20 KiB | ms a card |\n|---|---|---|---|---|");
    for (name, encode) in &mut encoders {
        if let Some((program, _)) = PROGRAMS.iter().find(|(program, row)| row == name && !installed(program)) {
            println!("| {name} | `{program}` is not installed | | | |");
            continue;
        }
        let mut row = format!("| {name} |");
        let mut time = 0.0;
        for most in [9_216, 14_336, 20_480] {
            let (mut total, mut bytes, mut over) = (0.0, 0, 0);
            for (card, reference) in cards.iter().zip(&references) {
                let path = folder.join(&card.name).with_extension("png");
                let (jpeg, ms) = encode(card, &path, most).unwrap_or_else(|| panic!("{name} failed on {}", card.name));
                let decoded = image::load_from_memory(&jpeg).expect("a JPEG").to_rgb8();
                total += score(reference, &decoded);
                bytes += jpeg.len();
                over += usize::from(jpeg.len() as u64 > most);
                time += ms;
            }
            row += &format!(" {:.2} ({}; {over}) |", total / cards.len() as f64, bytes / cards.len());
        }
        println!("{row} {:.0} |", time / 3.0 / cards.len() as f64);
    }
    println!("\nbaidi made {:.2} encodings a card on average.", f64::from(attempts.get()) / f64::from(files.get()));
    drop(encoders);
    let _ = std::fs::remove_dir_all(&scratch);
}

/// The best of 1..=100 that fits, by halving.
fn halved(most: u64, mut encode: impl FnMut(u8) -> Option<Vec<u8>>) -> Option<(Vec<u8>, f64)> {
    let start = processor_ms();
    let (mut low, mut high, mut best) = (1, 100, None);
    while low <= high {
        let middle = (low + high) / 2;
        let jpeg = encode(middle)?;
        if jpeg.len() as u64 <= most {
            (best, low) = (Some(jpeg), middle + 1);
        } else {
            high = middle - 1;
        }
    }
    Some((best.or_else(|| encode(1))?, processor_ms() - start))
}

fn mozjpeg_rs(card: &Card, quality: u8) -> Option<Vec<u8>> {
    let (w, h) = card.pixels.dimensions();
    mozjpeg_rs::Encoder::new(mozjpeg_rs::Preset::BaselineBalanced).quality(quality).encode_rgb(&card.pixels, w, h).ok()
}

fn mozjpeg_c(card: &Card, quality: u8) -> Option<Vec<u8>> {
    let (w, h) = card.pixels.dimensions();
    let mut compress = mozjpeg::Compress::new(mozjpeg::ColorSpace::JCS_RGB);
    compress.set_size(w as usize, h as usize);
    compress.set_quality(f32::from(quality));
    compress.set_optimize_coding(true);
    let mut started = compress.start_compress(Vec::new()).ok()?;
    started.write_scanlines(&card.pixels).ok()?;
    started.finish().ok()
}

fn image_rs(card: &Card, quality: u8) -> Option<Vec<u8>> {
    let mut out = Vec::new();
    let mut encoder = image::codecs::jpeg::JpegEncoder::new_with_quality(&mut out, quality);
    encoder.encode_image(&card.pixels).ok()?;
    Some(out)
}
