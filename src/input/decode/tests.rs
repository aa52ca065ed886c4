//! Whole files, written here by encoders and by hand, through [`decode`].

use std::io::Cursor;

use image::{DynamicImage, ImageFormat, Rgb, RgbImage, Rgba, RgbaImage};

use super::exif::tests::orientation_block;
use super::*;

/// A picture in which every corner differs and nothing is symmetric.
fn picture(width: u32, height: u32) -> RgbImage {
    RgbImage::from_fn(width, height, |x, y| {
        let (u, v) = (x * 255 / width.max(1), y * 255 / height.max(1));
        Rgb([u as u8, v as u8, ((u + 2 * v) / 3) as u8])
    })
}

#[expect(clippy::needless_pass_by_value, reason = "pictures are made for the call")]
fn encoded(picture: DynamicImage, format: ImageFormat) -> Vec<u8> {
    let mut out = Cursor::new(Vec::new());
    picture.write_to(&mut out, format).expect("encoding into memory");
    out.into_inner()
}

fn jpeg(picture: &RgbImage, progressive: bool) -> Vec<u8> {
    let preset = if progressive {
        mozjpeg_rs::Preset::ProgressiveBalanced
    } else {
        mozjpeg_rs::Preset::BaselineBalanced
    };
    let encoder = mozjpeg_rs::Encoder::new(preset).quality(95);
    encoder
        .encode_rgb(picture.as_raw(), picture.width(), picture.height())
        .expect("encoding into memory")
}

fn open(bytes: &[u8]) -> Result<Photo> {
    decode(bytes, &Limits::default(), Reduction::Full)
}

fn mean_error(a: &RgbImage, b: &RgbImage) -> f64 {
    assert_eq!(a.dimensions(), b.dimensions());
    a.as_raw().iter().zip(b.as_raw()).map(|(a, b)| f64::from(a.abs_diff(*b))).sum::<f64>()
        / a.as_raw().len() as f64
}

/// Puts an EXIF block with this orientation into a JPEG, PNG, WebP or TIFF file.
fn tagged(
    mut file: Vec<u8>,
    format: Format,
    (width, height): (u32, u32),
    orientation: u16,
) -> Vec<u8> {
    let block = orientation_block(orientation);
    match format {
        Format::Jpeg => {
            let mut segment = vec![0xFF, 0xE1];
            segment.extend((block.len() as u16 + 8).to_be_bytes());
            segment.extend(b"Exif\0\0");
            segment.extend(&block);
            file.splice(2..2, segment);
        }
        Format::Png => {
            let mut chunk = (block.len() as u32).to_be_bytes().to_vec();
            let body = [b"eXIf", block.as_slice()].concat();
            chunk.extend(&body);
            chunk.extend(crc32(&body).to_be_bytes());
            file.splice(33..33, chunk);
        }
        Format::WebP => {
            // A lossless file is RIFF WEBP VP8L; EXIF needs the extended header in front.
            let mut extended = b"VP8X\x0a\0\0\0\x08\0\0\0".to_vec();
            extended.extend(&(width - 1).to_le_bytes()[..3]);
            extended.extend(&(height - 1).to_le_bytes()[..3]);
            file.splice(12..12, extended);
            file.extend(b"EXIF");
            file.extend((block.len() as u32).to_le_bytes());
            file.extend(&block);
            let length = (file.len() as u32 - 8).to_le_bytes();
            file[4..8].copy_from_slice(&length);
        }
        _ => {
            // The directory of a TIFF that the image crate wrote: add the tag by moving the directory to the end.
            let at = u32::from_le_bytes(file[4..8].try_into().expect("four bytes")) as usize;
            let count =
                u16::from_le_bytes(file[at..at + 2].try_into().expect("two bytes")) as usize;
            let mut entries: Vec<[u8; 12]> = file[at + 2..at + 2 + 12 * count]
                .chunks_exact(12)
                .map(|e| e.try_into().expect("twelve bytes"))
                .collect();
            let mut entry = [0x12, 1, 3, 0, 1, 0, 0, 0, 0, 0, 0, 0];
            entry[8..10].copy_from_slice(&orientation.to_le_bytes());
            entries.push(entry);
            entries.sort_by_key(|e| u16::from_le_bytes([e[0], e[1]]));
            let moved = (file.len() as u32).to_le_bytes();
            file[4..8].copy_from_slice(&moved);
            file.extend((entries.len() as u16).to_le_bytes());
            file.extend(entries.concat());
            file.extend([0; 4]);
        }
    }
    file
}

fn crc32(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(!0u32, |crc, b| {
        (0..8).fold(
            crc ^ u32::from(*b),
            |c, _| if c & 1 == 1 { c >> 1 ^ 0xEDB8_8320 } else { c >> 1 },
        )
    })
}

#[test]
fn all_eight_orientations_are_applied_in_four_containers() {
    let upright = picture(23, 17);
    for orientation in 1..=8u8 {
        // stored = the upright picture turned back
        let inverse = [1, 2, 3, 4, 5, 8, 7, 6][usize::from(orientation) - 1];
        let stored = orient::oriented(upright.clone(), inverse);
        for format in [Format::Jpeg, Format::Png, Format::Tiff, Format::WebP] {
            let plain = match format {
                Format::Jpeg => jpeg(&stored, false),
                Format::Png => encoded(stored.clone().into(), ImageFormat::Png),
                Format::Tiff => encoded(stored.clone().into(), ImageFormat::Tiff),
                _ => encoded(stored.clone().into(), ImageFormat::WebP),
            };
            let file = tagged(plain, format, stored.dimensions(), u16::from(orientation));
            let photo = open(&file).expect("the file is sound");
            assert_eq!(photo.facts.orientation, orientation, "{format}");
            assert_eq!(photo.source_size, Size::new(23, 17), "{format}");
            assert!(mean_error(&photo.pixels, &upright) < 4.0, "{format} {orientation}");
        }
    }
}

#[test]
fn an_orientation_outside_1_to_8_is_noted_and_ignored() {
    for tag in [0, 9, 300] {
        let file = tagged(jpeg(&picture(23, 17), false), Format::Jpeg, (23, 17), tag);
        let photo = open(&file).expect("the file is sound");
        assert!(photo.notes.contains(&Note::InvalidOrientation { tag }));
        assert_eq!((photo.facts.orientation, photo.facts.orientation_tag), (1, Some(tag)));
    }
}

#[test]
fn lossless_formats_come_through_unchanged() {
    let original = picture(37, 29);
    for format in [ImageFormat::Png, ImageFormat::Bmp, ImageFormat::Tiff, ImageFormat::WebP] {
        let photo = open(&encoded(original.clone().into(), format)).expect("the file is sound");
        assert_eq!(photo.pixels, original, "{format:?}");
    }
}

#[test]
fn sixteen_bit_and_grey_and_alpha_come_through() {
    let original = picture(37, 29);
    let wide = DynamicImage::ImageRgb16(DynamicImage::from(original.clone()).into_rgb16());
    for format in [ImageFormat::Png, ImageFormat::Tiff] {
        let photo = open(&encoded(wide.clone(), format)).expect("the file is sound");
        assert_eq!((photo.pixels, photo.facts.bits), (original.clone(), 16));
    }
    let grey = DynamicImage::from(original).into_luma8();
    let photo = open(&encoded(grey.clone().into(), ImageFormat::Png)).expect("the file is sound");
    assert!(photo.gray && photo.pixels == DynamicImage::from(grey).into_rgb8());
    let clear = RgbaImage::from_pixel(9, 9, Rgba([0, 0, 0, 0]));
    for format in [ImageFormat::Png, ImageFormat::WebP, ImageFormat::Gif] {
        let photo = open(&encoded(clear.clone().into(), format)).expect("the file is sound");
        assert!(photo.pixels.pixels().all(|p| p.0 == [255; 3]), "{format:?}");
        assert!(photo.notes.contains(&Note::AlphaOverWhite), "{format:?}");
    }
}

#[test]
fn scaled_decoding_agrees_with_averaging_the_full_picture() {
    let original = picture(200, 136);
    for progressive in [false, true] {
        let bytes = jpeg(&original, progressive);
        let full = open(&bytes).expect("the file is sound");
        for reduction in [Reduction::Half, Reduction::Quarter, Reduction::Eighth] {
            let small = decode(&bytes, &Limits::default(), reduction).expect("the file is sound");
            assert_eq!(small.source_size, Size::new(200, 136));
            let n = reduction.factor();
            let averaged = RgbImage::from_fn(200 / n, 136 / n, |x, y| {
                let sum = (0..n * n).fold([0u32; 3], |sum, i| {
                    let p = full.pixels.get_pixel(x * n + i % n, y * n + i / n).0;
                    [0, 1, 2].map(|c| sum[c] + u32::from(p[c]))
                });
                Rgb(sum.map(|s| ((s + n * n / 2) / (n * n)) as u8))
            });
            let error = mean_error(&small.pixels, &averaged);
            assert!(error < 1.0, "1/{n}: {error}");
        }
    }
}

#[test]
fn every_prefix_of_a_good_file_is_decoded_or_refused() {
    let original = picture(40, 32);
    let mut files: Vec<Vec<u8>> = vec![jpeg(&original, false), jpeg(&original, true)];
    for format in
        [ImageFormat::Png, ImageFormat::Tiff, ImageFormat::WebP, ImageFormat::Gif, ImageFormat::Bmp]
    {
        files.push(encoded(original.clone().into(), format));
    }
    for file in files {
        let step = (file.len() / 400).max(1);
        for n in (0..file.len()).step_by(step) {
            if let Err(Error::Internal { reason, .. }) = open(&file[..n]) {
                panic!("{n} bytes: {reason}");
            }
        }
    }
}

#[test]
fn changed_bytes_never_panic() {
    let original = picture(40, 32);
    let mut files: Vec<Vec<u8>> = vec![jpeg(&original, false), jpeg(&original, true)];
    for format in
        [ImageFormat::Png, ImageFormat::Tiff, ImageFormat::WebP, ImageFormat::Gif, ImageFormat::Bmp]
    {
        files.push(encoded(original.clone().into(), format));
    }
    let mut state = 88_172_645_463_325_252_u64;
    for file in files {
        for _ in 0..300 {
            let mut broken = file.clone();
            for _ in 0..4 {
                state ^= state << 13;
                state ^= state >> 7;
                state ^= state << 17;
                // every other change in the header, where it hurts
                let reach = if state & 1 == 0 { broken.len().min(200) } else { broken.len() };
                broken[(state >> 8) as usize % reach] = (state >> 40) as u8;
            }
            let _ = open(&broken);
        }
    }
}

#[test]
fn a_jpeg_cut_near_its_end_is_shown_and_one_cut_in_the_middle_is_refused() {
    let noisy = RgbImage::from_fn(160, 160, |x, y| {
        Rgb([((x * 7919) ^ (y * 104_729)) as u8, (x * 31 + y * 17) as u8, (y * 13) as u8])
    });
    let bytes = jpeg(&noisy, false);
    let most = open(&bytes[..bytes.len() * 95 / 100]).expect("nearly all is there");
    assert!(
        most.notes.iter().any(
            |n| matches!(n, Note::DamagedPart { lost_share } if (0.0..0.2).contains(lost_share))
        )
    );
    assert!(matches!(open(&bytes[..bytes.len() / 2]), Err(Error::Damaged { .. })));
}

#[test]
fn a_progressive_jpeg_that_lacks_only_refinement_is_shown() {
    let bytes = jpeg(&picture(160, 160), true);
    let photo = open(&bytes[..bytes.len() - 10]).expect("the picture is there");
    assert!(
        photo.notes.iter().any(|n| matches!(n, Note::MissingDetail | Note::DamagedPart { .. }))
    );
}

#[test]
fn limits_hold_before_anything_is_allocated() {
    let mut huge = jpeg(&picture(16, 16), false);
    let frame = huge.windows(2).position(|w| w == [0xFF, 0xC0]).expect("baseline");
    huge[frame + 5..frame + 9].copy_from_slice(&[0xFF, 0xDC, 0xFF, 0xDC]);
    assert!(matches!(open(&huge), Err(Error::TooLarge { .. })));
    let small = encoded(picture(100, 100).into(), ImageFormat::Png);
    let limits = Limits { pixels: 9_999, ..Limits::default() };
    assert!(matches!(decode(&small, &limits, Reduction::Full), Err(Error::TooLarge { .. })));
    let limits = Limits { bytes: 10, ..Limits::default() };
    assert!(matches!(decode(&small, &limits, Reduction::Full), Err(Error::TooLarge { .. })));
    let limits = Limits { side: 99, ..Limits::default() };
    assert!(matches!(decode(&small, &limits, Reduction::Full), Err(Error::TooLarge { .. })));
}
