//! The fuzz targets of `fuzz/` on stable Rust: sound files, changed at random but always in the same way, a few hundred for every target.
//!
//! `just fuzz-stable 60` goes on for that many seconds a target (`BAIDI_FUZZ_SECONDS`), with the shared awkward files as seeds where they are present. It has no coverage to steer by; cargo-fuzz
//! (`just fuzz`) does. An input that fails is written to the temporary folder and named.

#![expect(clippy::print_stdout, reason = "the counts are what the recipe is for")]

#[path = "../fuzz/targets.rs"]
mod targets;

#[cfg(feature = "desk")]
#[path = "../fuzz/people.rs"]
mod people;

#[path = "support/nasty.rs"]
#[expect(dead_code, reason = "only the folder is needed here")]
mod nasty;

use std::io::Cursor;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::{Duration, Instant};

use baidi::lab::decode::Format;
use image::{DynamicImage, ImageFormat, Rgb, RgbImage};

/// Xorshift (Marsaglia 2003), so that every run is the same.
struct Chance(u64);

impl Chance {
    fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }

    fn below(&mut self, n: usize) -> usize {
        (self.next() % n.max(1) as u64) as usize
    }

    /// A few bytes changed, put in, left out, repeated, or the end cut off; every other time near the start, where the headers are.
    fn changed(&mut self, seed: &[u8], other: &[u8]) -> Vec<u8> {
        let mut out = seed.to_vec();
        for _ in 0..=self.below(6) {
            let reach = if self.next() & 1 == 0 { out.len().min(256) } else { out.len() };
            let at = self.below(reach);
            let length = self.below(16).min(out.len().saturating_sub(at));
            match self.below(8) {
                0 | 1 => out.iter_mut().skip(at).take(1).for_each(|b| *b = self.next() as u8),
                2 => out.iter_mut().skip(at).take(1).for_each(|b| *b ^= 1 << (self.0 % 8)),
                3 => {
                    let telling = [0, 1, 0x7F, 0x80, 0xFE, 0xFF][self.below(6)];
                    out.iter_mut().skip(at).take(4).for_each(|b| *b = telling);
                }
                4 => drop(out.drain(at..at + length)),
                5 => {
                    let piece = out[at..at + length].to_vec();
                    drop(out.splice(at..at, piece));
                }
                6 => {
                    let from = self.below(other.len());
                    let piece = other[from..(from + 32).min(other.len())].to_vec();
                    drop(out.splice(at..(at + length).min(out.len()), piece));
                }
                _ if self.below(4) == 0 => out.truncate(at),
                _ => {}
            }
        }
        out
    }
}

fn encoded(format: ImageFormat) -> Vec<u8> {
    let picture =
        RgbImage::from_fn(48, 40, |x, y| Rgb([(x * 5) as u8, (y * 6) as u8, (x * y) as u8]));
    let mut out = Cursor::new(Vec::new());
    DynamicImage::from(picture).write_to(&mut out, format).expect("in memory");
    out.into_inner()
}

/// The shared awkward files of an extension, the small ones: a fuzzer gains nothing from megabytes.
fn shared(extension: &str) -> Vec<Vec<u8>> {
    let Some(folder) = nasty::shared::at_hand("nasty").filter(|_| seconds().is_some()) else {
        return Vec::new();
    };
    let mut paths: Vec<_> = ["found", "derived"]
        .iter()
        .filter_map(|f| std::fs::read_dir(folder.join(f)).ok())
        .flatten()
        .filter_map(|e| Some(e.ok()?.path()))
        .filter(|p| p.extension().is_some_and(|e| e.to_string_lossy().starts_with(extension)))
        .collect();
    paths.sort();
    paths.iter().filter_map(|p| std::fs::read(p).ok()).filter(|b| b.len() < 100_000).collect()
}

fn seconds() -> Option<u64> {
    std::env::var("BAIDI_FUZZ_SECONDS").ok()?.parse().ok()
}

/// Runs a target on `count` changed seeds, or for the seconds asked for.
fn hammer(name: &str, mut seeds: Vec<Vec<u8>>, count: usize, target: impl Fn(&[u8])) {
    seeds.retain(|s| !s.is_empty());
    if seeds.is_empty() {
        return;
    }
    let mut chance = Chance(88_172_645_463_325_252);
    let begun = Instant::now();
    let mut done = 0;
    let more = |done: usize| match seconds() {
        Some(seconds) => begun.elapsed() < Duration::from_secs(seconds),
        None => done < count,
    };
    while more(done) {
        let (seed, other) = (chance.below(seeds.len()), chance.below(seeds.len()));
        let input = if done < seeds.len() {
            seeds[done].clone()
        } else {
            chance.changed(&seeds[seed], &seeds[other])
        };
        let before = Instant::now();
        if catch_unwind(AssertUnwindSafe(|| target(&input))).is_err() {
            let path = std::env::temp_dir().join(format!("baidi-hostile-{name}"));
            std::fs::write(&path, &input).expect("the temporary folder");
            panic!("{name}: input {done} failed; it is in {}", path.display());
        }
        assert!(before.elapsed() < Duration::from_secs(60), "{name}: input {done} hangs");
        done += 1;
    }
    println!("{name}: {done} inputs in {:.0} s", begun.elapsed().as_secs_f64());
}

#[test]
fn jpeg() {
    let mut seeds = shared("jp");
    seeds.push(encoded(ImageFormat::Jpeg));
    hammer("decode_jpeg", seeds.clone(), 400, |d| targets::decode(Format::Jpeg, d));
    hammer("jpeg_markers", seeds, 400, targets::jpeg_markers);
}

#[test]
fn png() {
    let mut seeds = shared("png");
    seeds.push(encoded(ImageFormat::Png));
    hammer("decode_png", seeds, 400, |d| targets::decode(Format::Png, d));
}

#[test]
fn webp() {
    let mut seeds = shared("webp");
    seeds.push(encoded(ImageFormat::WebP));
    hammer("decode_webp", seeds, 400, |d| targets::decode(Format::WebP, d));
}

#[test]
fn tiff() {
    let mut seeds = shared("tif");
    seeds.push(encoded(ImageFormat::Tiff));
    hammer("decode_tiff", seeds, 400, |d| targets::decode(Format::Tiff, d));
}

#[test]
fn gif_and_bmp() {
    let mut seeds = shared("gif");
    seeds.push(encoded(ImageFormat::Gif));
    hammer("decode_gif", seeds, 400, |d| targets::decode(Format::Gif, d));
    let mut seeds = shared("bmp");
    seeds.push(encoded(ImageFormat::Bmp));
    hammer("decode_bmp", seeds, 400, |d| targets::decode(Format::Bmp, d));
}

/// There is no encoder at hand: seeds are the fixtures and the shared files.
#[test]
fn heic_and_avif() {
    let [mut heic, mut avif] = ["hei", "avif"].map(shared);
    heic.push(include_bytes!("fixtures/sitter.heic").to_vec());
    avif.push(include_bytes!("fixtures/sitter.avif").to_vec());
    hammer("decode_heic", heic, 60, |d| targets::decode(Format::Heic, d));
    hammer("decode_avif", avif, 60, |d| targets::decode(Format::Avif, d));
}

#[test]
fn specs() {
    let seeds = ["shebao", "visa-us", "exit-entry"]
        .iter()
        .filter_map(|name| {
            let path = format!("{}/src/rules/spec/builtin/{name}.toml", env!("CARGO_MANIFEST_DIR"));
            std::fs::read(path).ok()
        })
        .collect();
    hammer("spec", seeds, 400, targets::spec);
}

#[cfg(feature = "desk")]
#[test]
fn rosters() {
    let tables = [
        "姓名,身份证号,部门\n张三,11010519491231002x,研发\n\"李, 四\",440524188001010014,\n",
        "Name\tID number\tPhoto\nA\t'11010519491231002X\ta.jpg\n\t\nB\t=\"440524188001010014\"\t../b.jpg\nC\t1.10105E+17\tc\n",
    ];
    let mut seeds: Vec<Vec<u8>> = tables.iter().map(|t| t.as_bytes().to_vec()).collect();
    seeds.push(tables.concat().encode_utf16().flat_map(u16::to_le_bytes).collect());
    seeds
        .push(vec![0xD0, 0xD5, 0xC3, 0xFB, b',', b'i', b'd', b'\n', 0xD5, 0xC5, b',', b'1', b'\n']); // 姓名 in GB 18030
    hammer("roster", seeds, 2000, people::roster);
}

#[test]
fn sizes() {
    let seeds = vec![
        [&[0x10, 0x01, 0x00, 0x04, 90, 70, 96, 0], encoded(ImageFormat::Bmp).as_slice()].concat(),
        vec![0; 64],
    ];
    hammer("size_search", seeds, 60, targets::size_search);
}

#[test]
fn checks() {
    let mut seeds = shared("jp");
    seeds.extend([ImageFormat::Jpeg, ImageFormat::Png].map(encoded));
    hammer("check", seeds, 20, targets::check);
}
