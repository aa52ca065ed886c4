//! What is wrong with a file rather than with what it shows.

use std::io::Cursor;

use image::{ImageFormat, RgbImage, imageops};
use libjpeg_turbo_rs as turbo;
use mozjpeg_rs::{Encoder, PixelDensity, Preset};

use super::chance::Chance;
use super::{Card, File, quality};

fn encoder(preset: Preset, quality: u8, dpi: u16) -> Encoder {
    Encoder::new(preset).quality(quality).pixel_density(PixelDensity::dpi(dpi, dpi))
}

/// The picture as a baseline JPEG.
pub fn jpeg(picture: &RgbImage, quality: u8, dpi: u16) -> Vec<u8> {
    encoder(Preset::BaselineFastest, quality, dpi)
        .encode_rgb(picture.as_raw(), picture.width(), picture.height())
        .expect("a card can be encoded")
}

fn named(bytes: Vec<u8>) -> File {
    File { bytes, name: "card.jpg" }
}

fn again(card: &Card) -> Vec<u8> {
    jpeg(&card.picture, quality(card), 350)
}

/// `segment` after the start of a JPEG.
fn with_segment(jpeg: &[u8], marker: u8, segment: &[u8]) -> Vec<u8> {
    let length = (segment.len() as u16 + 2).to_be_bytes();
    [&jpeg[..2], &[0xff, marker], &length, segment, &jpeg[2..]].concat()
}

/// Smaller by some pixels.
pub fn small(card: &Card, less: f64, chance: &mut Chance) -> File {
    let (w, h) = card.picture.dimensions();
    let less = less as u32;
    let (dw, dh) = chance.pick(&[(less, 0), (0, less), (less, less)]);
    let filter = imageops::FilterType::CatmullRom;
    named(jpeg(&imageops::resize(&card.picture, w - dw, h - dh, filter), quality(card), 350))
}

/// Another density in the header.
pub fn density(card: &Card, dpi: f64, _: &mut Chance) -> File {
    named(jpeg(&card.picture, quality(card), dpi as u16))
}

/// Filled up with comments to `bytes`.
pub fn heavy(card: &Card, bytes: f64, _: &mut Chance) -> File {
    let mut file = card.bytes.clone();
    while file.len() < bytes as usize {
        let missing = (bytes as usize - file.len()).saturating_sub(4).clamp(1, 60_000);
        file = with_segment(&file, 0xfe, &vec![b' '; missing]);
    }
    named(file)
}

/// Pressed below `bytes`.
pub fn light(card: &Card, bytes: f64, _: &mut Chance) -> File {
    let mut quality = 92;
    loop {
        let file = jpeg(&card.picture, quality, 350);
        if file.len() <= bytes as usize || quality <= 3 {
            return named(file);
        }
        quality -= 3;
    }
}

/// In several passes, as web pages have it.
pub fn progressive(card: &Card, _: f64, _: &mut Chance) -> File {
    let (w, h) = card.picture.dimensions();
    let encoder = encoder(Preset::ProgressiveBalanced, quality(card), 350);
    named(encoder.encode_rgb(card.picture.as_raw(), w, h).expect("a card can be encoded"))
}

/// One channel of grey.
pub fn grey(card: &Card, _: f64, _: &mut Chance) -> File {
    let (w, h) = card.picture.dimensions();
    let grey = imageops::grayscale(&card.picture);
    let encoder = encoder(Preset::BaselineFastest, quality(card), 350);
    named(encoder.encode_gray(grey.as_raw(), w, h).expect("a card can be encoded"))
}

/// In the four inks of a printer.
pub fn cmyk(card: &Card, _: f64, _: &mut Chance) -> File {
    let (w, h) = card.picture.dimensions();
    let inks: Vec<u8> = card
        .picture
        .pixels()
        .flat_map(|p| {
            let k = p.0.into_iter().max().unwrap_or(0);
            let ink = |v: u8| if k == 0 { 255 } else { (255 * u32::from(v) / u32::from(k)) as u8 };
            // Adobe writes inks the wrong way round.
            [ink(p[0]), ink(p[1]), ink(p[2]), k]
        })
        .collect();
    let (format, sampling) = (turbo::PixelFormat::Cmyk, turbo::Subsampling::S444);
    let file = turbo::compress(&inks, w as usize, h as usize, format, quality(card), sampling);
    named(file.expect("a card can be encoded"))
}

/// Another format under a JPEG's name.
pub fn renamed(card: &Card, which: f64, _: &mut Chance) -> File {
    let format = [ImageFormat::Png, ImageFormat::Bmp, ImageFormat::WebP][which as usize % 3];
    let mut file = Cursor::new(Vec::new());
    card.picture.write_to(&mut file, format).expect("memory takes a picture");
    named(file.into_inner())
}

/// A name that ends otherwise.
pub fn misnamed(card: &Card, which: f64, _: &mut Chance) -> File {
    let name = ["card.jpeg.png", "card.png", "card.bmp"][which as usize % 3];
    File { bytes: card.bytes.clone(), name }
}

/// Something behind the picture's end.
pub fn trailing(card: &Card, bytes: f64, chance: &mut Chance) -> File {
    let mut file = card.bytes.clone();
    file.extend((0..bytes as usize).map(|_| (chance.bits() >> 32) as u8));
    named(file)
}

/// A tag that says the picture lies on its side, or stands on its head.
pub fn lying(card: &Card, orientation: f64, _: &mut Chance) -> File {
    let mut exif = b"Exif\0\0MM\0\x2a\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0".to_vec();
    exif.extend([orientation as u8, 0, 0, 0, 0, 0, 0]);
    named(with_segment(&again(card), 0xe1, &exif))
}

/// Colours of a wider space than sRGB.
pub fn profile(card: &Card, which: f64, _: &mut Chance) -> File {
    let profile = match which as usize {
        0 => moxcms::ColorProfile::new_display_p3(),
        1 => moxcms::ColorProfile::new_adobe_rgb(),
        _ => moxcms::ColorProfile::new_bt2020(),
    };
    let (w, h) = card.picture.dimensions();
    let encoder = encoder(Preset::BaselineFastest, quality(card), 350)
        .icc_profile(profile.encode().expect("a built-in profile"));
    named(encoder.encode_rgb(card.picture.as_raw(), w, h).expect("a card can be encoded"))
}
