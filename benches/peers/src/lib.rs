//! What the measuring programs share: cards, the score, processor time, markers.

use image::{GrayImage, RgbImage};
use ssimulacra2::{ColorPrimaries, LinearRgb, Rgb, TransferCharacteristic};

/// A card before encoding and the alpha of the person on it.
pub struct Card {
    pub name: String,
    pub pixels: RgbImage,
    pub alpha: GrayImage,
}

impl Card {
    /// Whether no pixel of the person lies within 8 pixels.
    pub fn far_from_person(&self, index: usize) -> bool {
        let (w, h) = (self.alpha.width() as i64, self.alpha.height() as i64);
        let (x, y) = (index as i64 % w, index as i64 / w);
        (y - 8..=y + 8).all(|v| (x - 8..=x + 8).all(|u| {
            let outside = u < 0 || v < 0 || u >= w || v >= h || (u - x).pow(2) + (v - y).pow(2) > 64;
            outside || self.alpha.get_pixel(u as u32, v as u32).0[0] == 0
        }))
    }
}

/// All cards of a folder that the example `encode_cards` wrote, by name.
pub fn cards(folder: &str) -> Vec<Card> {
    let mut paths: Vec<_> = std::fs::read_dir(folder)
        .expect("a folder")
        .filter_map(|e| Some(e.ok()?.path()))
        .filter(|p| p.extension().is_some_and(|e| e == "png") && !p.to_string_lossy().ends_with(".mask.png"))
        .collect();
    paths.sort();
    paths
        .iter()
        .map(|p| Card {
            name: p.file_stem().unwrap_or_default().to_string_lossy().into_owned(),
            pixels: image::open(p).expect("a card").to_rgb8(),
            alpha: image::open(p.with_extension("mask.png")).expect("its mask").to_luma8(),
        })
        .collect()
}

/// A card as the measure takes it.
pub fn reference(pixels: &RgbImage) -> LinearRgb {
    let (w, h) = pixels.dimensions();
    let data = pixels.pixels().map(|p| p.0.map(|v| f32::from(v) / 255.0)).collect();
    let rgb = Rgb::new(data, w as usize, h as usize, TransferCharacteristic::SRGB, ColorPrimaries::BT709).expect("sizes agree");
    LinearRgb::try_from(rgb).expect("sRGB is known")
}

/// SSIMULACRA2 by the crate `ssimulacra2`, which is not the one the encoder chooses with.
pub fn score(reference: &LinearRgb, decoded: &RgbImage) -> f64 {
    ssimulacra2::compute_frame_ssimulacra2(reference.clone(), self::reference(decoded)).expect("sizes agree")
}

/// Processor time of this thread so far, in milliseconds: the machine may be busy with other things.
pub fn processor_ms() -> f64 {
    let text = std::fs::read_to_string("/proc/thread-self/schedstat").expect("Linux");
    text.split(' ').next().and_then(|n| n.parse::<f64>().ok()).expect("nanoseconds") / 1e6
}

/// Whether the markers are SOI, JFIF at 350 dpi, then tables, comments, one SOF0, one SOS with all three components, EOI at the end.
pub fn baseline_single_scan(jpeg: &[u8]) -> bool {
    if !jpeg.starts_with(&[0xFF, 0xD8, 0xFF, 0xE0, 0, 16, b'J', b'F', b'I', b'F', 0, 1, 1, 1, 1, 94, 1, 94, 0, 0]) {
        return false;
    }
    let (mut at, mut frames, mut scans) = (2, 0, 0);
    while at + 4 <= jpeg.len() && jpeg[at] == 0xFF {
        match jpeg[at + 1] {
            0xD9 => break,
            0xC0 => frames += 1,
            0xC1..=0xC3 | 0xC5..=0xCF => return false,
            0xDA => {
                scans += usize::from(jpeg[at + 4] == 3);
                at += 2 + usize::from(u16::from_be_bytes([jpeg[at + 2], jpeg[at + 3]]));
                while at + 1 < jpeg.len() && !(jpeg[at] == 0xFF && jpeg[at + 1] != 0) {
                    at += 1;
                }
                continue;
            }
            _ => {}
        }
        at += 2 + usize::from(u16::from_be_bytes([jpeg[at + 2], jpeg[at + 3]]));
    }
    frames == 1 && scans == 1 && at + 2 == jpeg.len() && jpeg[at..] == [0xFF, 0xD9]
}
