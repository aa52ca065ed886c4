use image::{Rgb, RgbImage};
use proptest::prelude::*;

use super::*;

/// A head and shoulders of sorts on white: gradients, hair-like lines, a striped tie.
fn card(width: u32, height: u32) -> RgbImage {
    RgbImage::from_fn(width, height, |x, y| {
        let (u, v) = (f64::from(x) / f64::from(width) - 0.5, f64::from(y) / f64::from(height));
        let head = (u / 0.28).powi(2) + ((v - 0.4) / 0.3).powi(2);
        let body = v > 0.72 && u.abs() < 0.15 + (v - 0.72) * 1.3;
        if head < 1.0 {
            let hair = v < 0.28 || head > 0.85;
            let line = (f64::from(x * 7919 + y * 104_729) * 0.37).sin() * 22.0;
            let shade = 40.0 * u + 15.0 * (v * 30.0).sin();
            let [r, g, b] = if hair { [70.0, 48.0, 36.0] } else { [212.0, 160.0, 136.0] };
            let t = if hair { line } else { shade + line / 6.0 };
            Rgb([r + t, g + t, b + t].map(|c: f64| c.clamp(0.0, 250.0) as u8))
        } else if body {
            let stripe = (f64::from(x + 2 * y) * 0.35).sin() * 30.0;
            Rgb([(40.0 + stripe / 2.0) as u8, (60.0 + stripe) as u8, (110.0 + stripe) as u8])
        } else {
            Rgb([255; 3])
        }
    })
}

fn encoded(pixels: &RgbImage, min: u64, max: u64) -> Result<EncodedJpeg> {
    let window = ByteWindow::new(min, max).expect("min is at most max");
    Encoder::new().encode_within(pixels, None, Dpi::new(350), window)
}

fn decoded(bytes: &[u8]) -> (usize, usize, Vec<u8>) {
    let mut decoder =
        zune_jpeg::JpegDecoder::new(zune_jpeg::zune_core::bytestream::ZCursor::new(bytes));
    let mut pixels = decoder.decode().expect("a JPEG");
    let (width, height) = decoder.dimensions().expect("a header was read");
    pixels.truncate(3 * width * height);
    (width, height, pixels)
}

/// The markers of a file in order, and whether the last one is the end of the image and of the file.
fn markers(jpeg: &[u8]) -> (Vec<u8>, bool) {
    let (mut at, mut seen) = (2, vec![0xD8]);
    while at + 4 <= jpeg.len() && jpeg[at + 1] != 0xD9 {
        seen.push(jpeg[at + 1]);
        let scan = jpeg[at + 1] == 0xDA;
        at += 2 + usize::from(u16::from_be_bytes([jpeg[at + 2], jpeg[at + 3]]));
        while scan && !(jpeg[at] == 0xFF && jpeg[at + 1] != 0) {
            at += 1;
        }
    }
    (seen, jpeg[at..] == [0xFF, 0xD9])
}

#[test]
fn the_windows_of_the_offices_are_hit_with_nothing_but_picture() {
    let card = card(358, 441);
    for (min, max) in
        [(9_000, 10_000), (9_216, 20_480), (14_336, 20_000), (15_360, 20_000), (20_480, 35_000)]
    {
        let jpeg = encoded(&card, min, max).expect("there is a JPEG of that size");
        assert!(
            (min..=max).contains(&(jpeg.bytes.len() as u64)),
            "{} not in {min}..={max}",
            jpeg.bytes.len()
        );
        assert_eq!(jpeg.padding, 0);
        assert_eq!(markers(&jpeg.bytes), (vec![0xD8, 0xE0, 0xDB, 0xC0, 0xC4, 0xDA], true));
        assert_eq!(
            jpeg.bytes[..20],
            *b"\xFF\xD8\xFF\xE0\0\x10JFIF\0\x01\x01\x01\x01\x5E\x01\x5E\0\0"
        );
    }
}

#[test]
fn a_floor_out_of_reach_is_padded_before_the_scan_and_disclosed() {
    let jpeg = encoded(&card(358, 441), 143_360, 199_000).expect("padding reaches any floor");
    assert!((143_360..=199_000).contains(&(jpeg.bytes.len() as u64)));
    assert!(jpeg.padding > 0);
    assert_eq!((jpeg.quality, jpeg.subsampling), (100, Subsampling::S444));
    let (seen, ends) = markers(&jpeg.bytes);
    assert!(
        ends && seen.starts_with(&[0xD8, 0xE0, 0xFE]) && seen.ends_with(&[0xDB, 0xC0, 0xC4, 0xDA]),
        "{seen:X?}"
    );
}

#[test]
fn a_window_too_small_is_refused_with_the_smallest_size() {
    let Err(Error::WindowUnreachable { smallest, .. }) = encoded(&card(358, 441), 1, 300) else {
        panic!("300 bytes hold no card")
    };
    assert!(smallest.to_bytes() > 300 && smallest.to_bytes() < 9_000, "{smallest}");
    // The size named is reached, and both ends of a window belong to it.
    let least = smallest.to_bytes();
    let jpeg = encoded(&card(358, 441), least, least).expect("it was reached before");
    assert_eq!((jpeg.bytes.len() as u64, jpeg.padding, jpeg.quality), (least, 0, 10));
    assert!(encoded(&card(358, 441), 1, least * 9 / 10).is_err());
}

#[test]
fn the_preview_that_is_scored_is_what_an_independent_decoder_shows() {
    let card = card(359, 443);
    // Decoders differ in how they round, and by a little more where they mix shared chroma.
    for (subsampling, most) in
        [(Subsampling::S444, 2), (Subsampling::S422, 5), (Subsampling::S420, 5)]
    {
        let mut press = press::Press::new();
        let (mut file, mut shown) = (Vec::new(), Vec::new());
        press.load(&card, None, subsampling);
        press.encode(900, Dpi::new(350), &mut file);
        press.keep();
        press.preview(900, &mut shown);
        let (_, _, pixels) = decoded(&file);
        assert_eq!(pixels.len(), shown.len());
        let off = pixels.iter().zip(&shown).map(|(a, b)| a.abs_diff(*b)).max();
        assert!(off <= Some(most), "{subsampling}: {off:?}");
    }
}

/// The darkest channel of the pixels that are white on the card, and of those with nothing but white within 8 pixels.
fn darkest_white(card: &RgbImage, jpeg: &EncodedJpeg) -> (u8, u8) {
    let (width, height) = (card.width() as i64, card.height() as i64);
    let (_, _, pixels) = decoded(&jpeg.bytes);
    let (mut near, mut far) = (255, 255);
    for (i, shown) in pixels.chunks_exact(3).enumerate() {
        let (x, y) = (i as i64 % width, i as i64 / width);
        let white = |u: i64, v: i64| card.get_pixel(u as u32, v as u32).0 == [255; 3];
        if !white(x, y) {
            continue;
        }
        let darkest = shown.iter().copied().min().unwrap_or(255);
        near = near.min(darkest);
        if darkest < far {
            let reach = |at: i64, end: i64| (at - 8).max(0)..=(at + 8).min(end - 1);
            let alone = reach(y, height).all(|v| {
                reach(x, width).all(|u| (u - x).pow(2) + (v - y).pow(2) > 64 || white(u, v))
            });
            far = if alone { darkest } else { far };
        }
    }
    (near, far)
}

#[test]
fn white_stays_white_beside_hair_and_sharp_edges() {
    // Strands one pixel wide with white between them, red on one side, around the head.
    let mut card = card(358, 441);
    for y in 30..300u32 {
        for x in (20..338u32).filter(|x| (x * 7 + y * 3) % 5 < 2 && (x + y / 9) % 40 < 30) {
            let colour = if x < 179 { [52, 33, 24] } else { [150, 30, 40] };
            card.put_pixel(x, y, Rgb(colour));
        }
    }
    for (min, max) in [(9_000, 10_000), (14_336, 20_000), (20_480, 35_000)] {
        let jpeg = encoded(&card, min, max).expect("fits");
        let (near, far) = darkest_white(&card, &jpeg);
        assert!(near >= 245 && far >= 250, "{max} bytes: {near} near, {far} far");
    }
}

#[test]
fn only_background_is_kept_white_where_it_is_known() {
    let card = card(358, 441);
    let size = Size::new(358, 441);
    let nothing = BackgroundMask::from_pixels(size, vec![false; 358 * 441]).expect("sizes agree");
    let window = ByteWindow::new(15_360, 20_000).expect("a window");
    let free = Encoder::new().encode_within(&card, Some(&nothing), Dpi::new(350), window);
    let kept = encoded(&card, 15_360, 20_000).expect("fits");
    assert!(free.expect("fits").bytes != kept.bytes);
}

#[test]
fn the_same_card_gives_the_same_bytes_whatever_the_encoder_did_before() {
    let (a, b) = (card(358, 441), card(100, 140));
    let window = ByteWindow::new(9_000, 20_000).expect("a window");
    let mut used = Encoder::new();
    used.encode_within(&b, None, Dpi::new(350), window).expect("fits or is padded");
    let again = used.encode_within(&a, None, Dpi::new(350), window).expect("fits");
    assert_eq!(again, encoded(&a, 9_000, 20_000).expect("fits"));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]
    #[test]
    fn pictures_of_any_size_land_inside(width in 1u32..70, height in 1u32..70, noise in any::<u32>(), min in 100u64..9_000, width_of_window in 11u64..3_000) {
        let picture = RgbImage::from_fn(width, height, |x, y| {
            let n = (x * 31 + y * 17).wrapping_mul(noise | 1);
            Rgb([(n >> 8) as u8, (n >> 16) as u8, if n % 3 == 0 { 255 } else { (n >> 24) as u8 }])
        });
        match encoded(&picture, min, min + width_of_window) {
            Ok(jpeg) => {
                prop_assert!((min..=min + width_of_window).contains(&(jpeg.bytes.len() as u64)));
                let (w, h, pixels) = decoded(&jpeg.bytes);
                prop_assert_eq!((w, h, pixels.len()), (width as usize, height as usize, (3 * width * height) as usize));
            }
            Err(Error::WindowUnreachable { smallest, .. }) => prop_assert!(smallest.to_bytes() > min + width_of_window),
            Err(other) => prop_assert!(false, "{other}"),
        }
    }
}
