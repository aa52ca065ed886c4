//! Measures the face finder: `cargo run --release --package baidi-lab --bin detect -- LABELLED [MORE…] --empty PORTRAITS`.
//!
//! Every labelled photo (`STEM.jpg`, `STEM.json` with `{"landmarks": 478 × [x, y] in 0..1}`) is searched as it is, shrunk on a canvas so that the face is 1/12
//! of the height, turned by 30° either way, and lying on its side or upside down. Found means: both eyes within a quarter of a face width. Then 200 pictures
//! without a face: rooms of `PORTRAITS` with the sitter (`STEM.alpha.png`) painted over by the colours around, and textures.

#![expect(clippy::print_stdout, reason = "a program whose purpose is to print")]

use std::error::Error;
use std::path::{Path, PathBuf};

use baidi::lab::decode::{Limits, Reduction, decode};
use baidi::lab::face::{FaceFinder, Head, Landmark, Search};
use baidi::lab::geometry::{Affine, Point, Size};
use baidi::lab::matte::background::Backdrop;
use baidi::lab::matte::trimap::Known;
use baidi::lab::resample::Resampler;
use baidi::lab::scratch::Scratch;
use baidi_lab::photos;
use image::{Rgb, RgbImage, imageops};

/// Longer side of the turned pictures, in pixels: as of a small upload.
const SIDE: f64 = 900.0;
/// Pictures without a face.
const EMPTY: usize = 200;

fn main() -> Result<(), Box<dyn Error>> {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let split = args.iter().position(|a| a == "--empty").unwrap_or(args.len());
    let (finder, mut scratch) = (FaceFinder::new()?, Scratch::default());
    let mut errors: [Vec<f64>; 3] = Default::default();
    let mut cases: Vec<(String, usize, usize)> = Vec::new();
    for folder in &args[..split] {
        for path in labelled(folder)? {
            let photo = decode(&std::fs::read(&path)?, &Limits::default(), Reduction::Full)?.pixels;
            let truth = photos::landmarks(&path, Size::new(photo.width(), photo.height()))?;
            let face = truth[Landmark::LeftEarRoot].distance(truth[Landmark::RightEarRoot]);
            let mut seen = Vec::new();
            for (name, picture, map) in variants(&mut scratch.resampler, &photo, face) {
                let found = searched(&finder, &mut scratch, &picture, &map)?;
                let near = |head: &Head| {
                    head.left_eye().distance(truth[Landmark::LeftIris]) < 0.25 * face
                        && head.right_eye().distance(truth[Landmark::RightIris]) < 0.25 * face
                };
                let hit = found.as_ref().is_some_and(near);
                if !hit && std::env::var_os("VERBOSE").is_some() {
                    let what = match finder.find(&mut scratch, &picture)? {
                        Search::Found(_) if found.is_some() => "another place".to_owned(),
                        Search::Found(_) => "one face".to_owned(),
                        Search::Turned(degrees) => format!("turn by {degrees}°"),
                        Search::Several(sizes) => format!("faces of {sizes:.0?} px"),
                        Search::Nothing => "nothing".to_owned(),
                    };
                    println!("{name}: {what}: {}", path.display());
                }
                seen.push((name.to_owned(), usize::from(hit)));
                if let (Some(head), "as it is") = (&found, name) {
                    let off = |l| head.landmarks[l].distance(truth[l]) / face;
                    errors[0].push((off(Landmark::LeftIris) + off(Landmark::RightIris)) / 2.0);
                    errors[1]
                        .push((off(Landmark::LeftEarRoot) + off(Landmark::RightEarRoot)) / 2.0);
                    errors[2].push(off(Landmark::Chin));
                }
            }
            for (name, hit) in seen {
                match cases.iter_mut().find(|c| c.0 == name) {
                    Some(case) => {
                        case.1 += hit;
                        case.2 += 1;
                    }
                    None => cases.push((name, hit, 1)),
                }
            }
        }
    }
    for (name, hit, all) in cases {
        println!("{name:14} found {hit} of {all}  {:.3}", hit as f64 / all as f64);
    }
    for (name, mut e) in ["eyes", "ear roots", "chin"].into_iter().zip(errors) {
        e.sort_by(f64::total_cmp);
        let at = |q: f64| e.get((e.len() as f64 * q) as usize).copied().unwrap_or(f64::NAN);
        println!("{name:14} error in face widths: median {:.4}  p95 {:.4}", at(0.5), at(0.95));
    }
    let (mut seen, mut all) = (0, 0);
    for folder in args.iter().skip(split + 1) {
        for path in labelled(folder)?.into_iter().step_by(3).take(EMPTY - 20) {
            all += 1;
            if !matches!(finder.find(&mut scratch, &painted_over(&path)?)?, Search::Nothing) {
                seen += 1;
                println!("a face where the sitter was painted over: {}", path.display());
            }
        }
    }
    for n in 0..20 {
        all += 1;
        if !matches!(finder.find(&mut scratch, &texture(n))?, Search::Nothing) {
            seen += 1;
            println!("a face in texture {n}");
        }
    }
    println!(
        "no face there  found {seen} of {all}  {:.3}",
        f64::from(seen as u32) / f64::from(all)
    );
    Ok(())
}

fn labelled(folder: &str) -> std::io::Result<Vec<PathBuf>> {
    let mut paths = photos::in_folder(Path::new(folder))?;
    paths.retain(|p| p.with_extension("json").exists());
    Ok(paths)
}

/// Pictures made of a photo, with the map from the photo to each.
fn variants(
    resampler: &mut Resampler,
    photo: &RgbImage,
    face: f64,
) -> Vec<(&'static str, RgbImage, Affine)> {
    let (w, h) = (f64::from(photo.width()), f64::from(photo.height()));
    let middle = Point::new(w / 2.0 - 0.5, h / 2.0 - 0.5);
    let mut all = vec![("as it is", photo.clone(), Affine::IDENTITY)];
    let mut add = |name, scale: f64, degrees: f64, size: Size| {
        let to = Point::new(f64::from(size.width) / 2.0 - 0.5, f64::from(size.height) / 2.0 - 0.5);
        let map = Affine::similarity(scale, degrees.to_radians(), middle, to);
        let warped = resampler.warp(photo, &map, size);
        let mut picture = warped.pixels;
        for (pixel, covered) in picture.pixels_mut().zip(&warped.covered) {
            if !covered {
                *pixel = Rgb([128; 3]);
            }
        }
        all.push((name, picture, map));
    };
    // a portrait of 900 × 1200 in which the face is 100 px
    let shrunk = 100.0 / face;
    add("face 1/12", shrunk, 0.0, Size::new(900, 1200));
    let scale = (SIDE / w.max(h)).min(1.0);
    let size = Size::new((w * scale) as u32, (h * scale) as u32);
    add("turned 30°", scale, 30.0, size);
    add("turned -30°", scale, -30.0, size);
    add("on its side", scale, 90.0, Size::new(size.height, size.width));
    add("other side", scale, 270.0, Size::new(size.height, size.width));
    add("upside down", scale, 180.0, size);
    all
}

/// The head in the photo's pixels, after the quarter turns the finder asks for.
fn searched(
    finder: &FaceFinder,
    scratch: &mut Scratch,
    picture: &RgbImage,
    from_photo: &Affine,
) -> Result<Option<Head>, Box<dyn Error>> {
    let degrees = match finder.find(scratch, picture)? {
        Search::Turned(degrees) => degrees,
        Search::Found(s) => {
            return Ok(from_photo.inverse().map(|back| s.head.mapped(&back)));
        }
        Search::Several(_) | Search::Nothing => return Ok(None),
    };
    let turned = match degrees {
        90 => imageops::rotate90(picture),
        180 => imageops::rotate180(picture),
        _ => imageops::rotate270(picture),
    };
    let size = Size::new(picture.width(), picture.height());
    let back = Affine::quarter_turned(degrees, size).after(from_photo).inverse();
    Ok(match finder.find(scratch, &turned)? {
        Search::Found(s) => back.map(|back| s.head.mapped(&back)),
        Search::Several(_) | Search::Nothing | Search::Turned(_) => None,
    })
}

/// The photo with the sitter filled in by the colours around.
fn painted_over(path: &Path) -> Result<RgbImage, Box<dyn Error>> {
    let photo = image::open(path)?.to_rgb8();
    let stem = path.file_stem().and_then(|s| s.to_str()).unwrap_or_default();
    let label = image::open(path.with_file_name(format!("{stem}.alpha.png")))?.to_luma8();
    let (w, h) = (photo.width().min(480), photo.height() * photo.width().min(480) / photo.width());
    let photo = imageops::resize(&photo, w, h.max(1), imageops::FilterType::Triangle);
    let label = imageops::resize(&label, w, h.max(1), imageops::FilterType::Triangle);
    let label =
        imageproc::morphology::grayscale_dilate(&label, &imageproc::morphology::Mask::square(6));
    let codes: Vec<[f32; 3]> = photo.pixels().map(|p| p.0.map(|v| f32::from(v) / 255.0)).collect();
    let known: Vec<Known> = label
        .pixels()
        .map(|p| if p.0[0] > 8 { Known::Unknown } else { Known::Background })
        .collect();
    let wall = Backdrop::of(&codes, &known, Size::new(photo.width(), photo.height()));
    let mut out = photo;
    for ((pixel, known), colour) in out.pixels_mut().zip(&known).zip(&wall.colour) {
        if *known == Known::Unknown {
            pixel.0 = colour.map(|v| (v * 255.0) as u8);
        }
    }
    Ok(out)
}

/// Plaids, rings, and noise of several sizes.
fn texture(n: u32) -> RgbImage {
    let grain = 3 + 5 * (n % 7);
    RgbImage::from_fn(480, 600, |x, y| {
        let hash =
            |a: u32, b: u32| (a * 374_761_393 + b * 668_265_263 + n * 97).rotate_left(13) >> 24;
        let v = match n % 3 {
            0 => hash(x / grain, y / grain),
            1 => ((x / grain + y / (grain + 2)) % 2) * 120 + hash(x, y) / 8,
            _ => {
                let r = f64::from((x % 160).abs_diff(80)).hypot(f64::from((y % 200).abs_diff(100)));
                (127.0 + 120.0 * (r / f64::from(grain)).sin()) as u32
            }
        };
        Rgb([v.min(255) as u8, (v * 4 / 5).min(255) as u8, (v * 2 / 3).min(255) as u8])
    })
}
