//! Our own loops beside what the crates of the card offer for the same work: time, and how far the results lie apart. ARCHITECTURE.md has the table.
//!
//! `cargo run --release --package baidi-lab --bin crates -- PORTRAIT [ALPHA]` takes the least time of many runs, on one thread. Without `ALPHA` the masks are an ellipse.

#![expect(clippy::print_stdout, reason = "a program whose purpose is to print")]

use std::error::Error;
use std::hint::black_box;
use std::time::Instant;

use baidi::lab::check::filter::blurred;
use baidi::lab::geometry::{Affine, Point, Size};
use baidi::lab::matte::trimap::{connected, distance_to, within};
use baidi::lab::raster::Plane;
use baidi::lab::resample::Resampler;
use fast_image_resize::images::{Image, ImageRef};
use fast_image_resize::{FilterType, PixelType, ResizeAlg, ResizeOptions, create_srgb_mapper};
use image::{GrayImage, ImageBuffer, Luma, Rgb, RgbImage, imageops};
use imageproc::distance_transform::Norm;
use imageproc::geometric_transformations::{Border, Interpolation, warp_into_with};
use imageproc::region_labelling::{Connectivity, connected_components};

/// The card's size.
const CARD: Size = Size::new(358, 441);

/// Milliseconds of the fastest of many runs, and what it gave.
fn fastest<T>(runs: usize, mut work: impl FnMut() -> T) -> (f64, T) {
    let mut least = f64::INFINITY;
    let mut out = work();
    for _ in 0..runs {
        let started = Instant::now();
        out = black_box(work());
        least = least.min(started.elapsed().as_secs_f64() * 1e3);
    }
    (least, out)
}

fn row(what: &str, ours: f64, theirs: f64, apart: &str) {
    println!("| {what} | {ours:.3} | {theirs:.3} | {apart} |");
}

fn main() -> Result<(), Box<dyn Error>> {
    let mut args = std::env::args().skip(1);
    let portrait = image::open(args.next().ok_or("usage: crates PORTRAIT [ALPHA]")?)?.into_rgb8();
    let alpha = match args.next() {
        Some(path) => image::open(path)?.into_luma8(),
        None => ellipse(),
    };
    let alpha = imageops::resize(&alpha, CARD.width, CARD.height, imageops::FilterType::Triangle);
    println!("| work | ours, ms | theirs, ms | apart |\n|---|---|---|---|");
    reductions(&portrait)?;
    turns(&portrait)?;
    planes(&alpha)?;
    masks(&alpha);
    blurs(&portrait);
    Ok(())
}

fn ellipse() -> GrayImage {
    GrayImage::from_fn(CARD.width, CARD.height, |x, y| {
        let (dx, dy) = ((f64::from(x) - 179.0) / 120.0, (f64::from(y) - 240.0) / 220.0);
        Luma([if dx * dx + dy * dy < 1.0 { 255 } else { 0 }])
    })
}

/// The picture reduced upright in linear light by `fast_image_resize`, 16 bits between.
fn theirs_reduced(picture: &RgbImage, to: Size) -> Result<RgbImage, Box<dyn Error>> {
    let mapper = create_srgb_mapper();
    let (width, height) = picture.dimensions();
    let coded = ImageRef::new(width, height, picture.as_raw(), PixelType::U8x3)?;
    let mut linear = Image::new(width, height, PixelType::U16x3);
    mapper.forward_map(&coded, &mut linear)?;
    let mut small = Image::new(to.width, to.height, PixelType::U16x3);
    let options = ResizeOptions::new().resize_alg(ResizeAlg::Convolution(FilterType::CatmullRom));
    fast_image_resize::Resizer::new().resize(&linear, &mut small, &options)?;
    let mut out = Image::new(to.width, to.height, PixelType::U8x3);
    mapper.backward_map(&small, &mut out)?;
    Ok(RgbImage::from_raw(to.width, to.height, out.into_vec()).ok_or("of another size")?)
}

/// Mean and greatest difference, in levels.
fn levels(a: &RgbImage, b: &RgbImage) -> String {
    let differences = || a.iter().zip(b.iter()).map(|(a, b)| a.abs_diff(*b));
    let mean = differences().map(f64::from).sum::<f64>() / a.len() as f64;
    format!("{mean:.2} levels on average, {} at most", differences().max().unwrap_or(0))
}

fn reductions(portrait: &RgbImage) -> Result<(), Box<dyn Error>> {
    for (width, height) in [(3000, 4000), (1500, 2000), (750, 1000)] {
        let whole = imageops::resize(portrait, width, height, imageops::FilterType::CatmullRom);
        let mut resampler = Resampler::new();
        let map = Affine::resize(Size::new(width, height), CARD);
        let runs = if width > 2000 { 7 } else { 30 };
        let (ours, mine) = fastest(runs, || resampler.warp(&whole, &map, CARD).pixels);
        let (theirs, other) = fastest(runs, || theirs_reduced(&whole, CARD).ok());
        let other = other.ok_or("no reduction")?;
        row(
            &format!("{width} × {height} reduced upright in linear light"),
            ours,
            theirs,
            &levels(&mine, &other),
        );
    }
    Ok(())
}

fn turns(portrait: &RgbImage) -> Result<(), Box<dyn Error>> {
    let (width, height) = (1500u32, 2000u32);
    let whole = imageops::resize(portrait, width, height, imageops::FilterType::CatmullRom);
    let scale = f64::from(CARD.height) / f64::from(height);
    let middle = Point::new(f64::from(width) / 2.0, f64::from(height) / 2.0);
    let to = Point::new(f64::from(CARD.width) / 2.0, f64::from(CARD.height) / 2.0);
    let map = Affine::similarity(scale, 3f64.to_radians(), middle, to);
    let mut resampler = Resampler::new();
    let (ours, mine) = fastest(30, || resampler.warp(&whole, &map, CARD).pixels);
    // reduced upright first, then turned: `imageproc` has no filter for shrinking
    let small = Size::new((f64::from(width) * scale).round() as u32, CARD.height);
    let back = Affine::resize(Size::new(width, height), small);
    let back = back.after(&map.inverse().ok_or("a map without inverse")?);
    let (theirs, other) = fastest(30, || {
        let reduced = theirs_reduced(&whole, small).ok()?;
        let mut out = RgbImage::new(CARD.width, CARD.height);
        let at = |x: f32, y: f32| {
            let p = back.apply(Point::new(f64::from(x), f64::from(y)));
            (p.x as f32, p.y as f32)
        };
        warp_into_with(&reduced, at, Interpolation::Bicubic, Border::Replicate, &mut out);
        Some(out)
    });
    let other = other.ok_or("no reduction")?;
    row("1500 × 2000 reduced and turned by 3°", ours, theirs, &levels(&mine, &other));
    Ok(())
}

fn planes(alpha: &GrayImage) -> Result<(), Box<dyn Error>> {
    let data: Vec<f32> = alpha.iter().map(|v| f32::from(*v) / 255.0).collect();
    let plane = Plane::from_data(CARD, data.clone()).ok_or("of another size")?;
    let furthest =
        |a: &[f32], b: &[f32]| a.iter().zip(b).map(|(a, b)| (a - b).abs()).fold(0.0f32, f32::max);
    for to in [Size::new(192, 240), Size::new(716, 882)] {
        let (ours, mine) = fastest(200, || plane.resized(to));
        let bytes: Vec<u8> = data.iter().flat_map(|v| v.to_ne_bytes()).collect();
        let (theirs, other) = fastest(200, || {
            let whole = ImageRef::new(CARD.width, CARD.height, &bytes, PixelType::F32).ok()?;
            let mut out = Image::new(to.width, to.height, PixelType::F32);
            let options =
                ResizeOptions::new().resize_alg(ResizeAlg::Interpolation(FilterType::Bilinear));
            fast_image_resize::Resizer::new().resize(&whole, &mut out, &options).ok()?;
            Some(out)
        });
        let other: Vec<f32> = other
            .ok_or("no resize")?
            .buffer()
            .as_chunks::<4>()
            .0
            .iter()
            .map(|b| f32::from_ne_bytes(*b))
            .collect();
        let apart = format!("{:.4} of 1 at most", furthest(mine.data(), &other));
        row(&format!("a plane at {} × {}, bilinear", to.width, to.height), ours, theirs, &apart);
    }
    let turn = Affine::similarity(1.1, 0.1, Point::new(179.0, 220.0), Point::new(170.0, 215.0));
    let (ours, mine) = fastest(100, || plane.fetched(&turn, CARD));
    let whole = ImageBuffer::<Luma<f32>, _>::from_raw(CARD.width, CARD.height, data)
        .ok_or("of another size")?;
    let (theirs, other) = fastest(100, || {
        let mut out = ImageBuffer::<Luma<f32>, Vec<f32>>::new(CARD.width, CARD.height);
        let at = |x: f32, y: f32| {
            let p = turn.apply(Point::new(f64::from(x), f64::from(y)));
            (p.x as f32, p.y as f32)
        };
        warp_into_with(&whole, at, Interpolation::Bilinear, Border::Replicate, &mut out);
        out
    });
    row(
        "a plane turned, bilinear",
        ours,
        theirs,
        &format!("{:.4} of 1 at most", furthest(mine.data(), other.as_raw())),
    );
    Ok(())
}

fn masks(alpha: &GrayImage) {
    let mask: Vec<bool> = alpha.iter().map(|v| *v > 127).collect();
    let doubt: Vec<bool> = alpha.iter().map(|v| (16..240).contains(v)).collect();
    let picture = |mask: &[bool]| {
        let bytes = mask.iter().map(|m| if *m { 255 } else { 0 }).collect();
        GrayImage::from_raw(CARD.width, CARD.height, bytes).unwrap_or_default()
    };
    let unlike = |a: &[bool], b: &[bool]| {
        format!("{} of {} pixels", a.iter().zip(b).filter(|(a, b)| a != b).count(), a.len())
    };
    for reach in [3u8, 7] {
        let (ours, mine) = fastest(200, || within(&doubt, CARD, f64::from(reach)));
        let (theirs, other) = fastest(200, || {
            let grown = imageproc::morphology::dilate(&picture(&doubt), Norm::L2, reach);
            grown.iter().map(|v| *v > 0).collect::<Vec<bool>>()
        });
        row(&format!("a mask grown by {reach} px"), ours, theirs, &unlike(&mine, &other));
        let (theirs, other) = fastest(200, || {
            let far = distance_to(&doubt, CARD);
            far.iter().map(|d| *d <= f32::from(reach)).collect::<Vec<bool>>()
        });
        row(
            &format!("the same by Euclidean distances, {reach} px"),
            ours,
            theirs,
            &unlike(&mine, &other),
        );
    }
    let seed = 300 * CARD.width as usize + 179;
    let (ours, mine) = fastest(200, || connected(&mask, CARD, std::iter::once(seed)));
    let (theirs, other) = fastest(200, || {
        let labels = connected_components(&picture(&mask), Connectivity::Four, Luma([0]));
        let ours = labels.as_raw().get(seed).copied().unwrap_or(0);
        labels.iter().map(|l| *l == ours && ours > 0).collect::<Vec<bool>>()
    });
    row("what hangs together with the face", ours, theirs, &unlike(&mine, &other));
}

fn blurs(portrait: &RgbImage) {
    let face = imageops::resize(portrait, 256, 256, imageops::FilterType::CatmullRom);
    let luma: Vec<f32> =
        face.pixels().map(|Rgb(p)| p.iter().map(|v| f32::from(*v) / 3.0).sum()).collect();
    let Some(plane) = Plane::from_data(Size::new(256, 256), luma.clone()) else { return };
    let Some(whole) = ImageBuffer::<Luma<f32>, _>::from_raw(256, 256, luma) else { return };
    for sigma in [1.0f64, 4.0] {
        let (ours, mine) = fastest(100, || blurred(&plane, sigma));
        let (theirs, other) =
            fastest(100, || imageproc::filter::gaussian_blur_f32(&whole, sigma as f32));
        let apart =
            mine.data().iter().zip(other.iter()).map(|(a, b)| (a - b).abs()).fold(0.0f32, f32::max);
        row(
            &format!("256 × 256 blurred by σ = {sigma}"),
            ours,
            theirs,
            &format!("{apart:.3} levels at most"),
        );
    }
}
