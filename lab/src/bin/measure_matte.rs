//! Measures the cut-out against labelled portraits, without encoding: `cargo run --release --package baidi-lab --bin measure_matte -- ../shared/portraits/dev`.
//!
//! `CARDS=DIR` writes card, mask, alpha, label and the white card side by side; `EVERY=3` takes every third photo.
//!
//! Labels: `STEM.jpg` with `STEM.alpha.png`, the person's alpha in 8 bits at its own size. Printed are the judge's figures, on the card before encoding.

#![expect(clippy::print_stdout, reason = "a program that prints a table")]

use std::path::{Path, PathBuf};

use baidi::lab::decode::{Limits, Reduction, decode};
use baidi::lab::face::{FaceFinder, Search};
use baidi::lab::frame::Card;
use baidi::lab::geometry::{Affine, Point, Size};
use baidi::lab::matte;
use baidi::lab::placement;
use baidi::lab::raster::Plane;
use baidi::lab::scratch::Scratch;
use baidi::lab::spec::PhotoSpec;
use baidi_lab::photos;

fn main() {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let spec = PhotoSpec::builtin("shebao").expect("built in");
    let finder = FaceFinder::new().expect("built-in models");
    let mut scratch = Scratch::default();
    let mut cutter = matte::Cutter::new().expect("a built-in model");
    let mut rows: Vec<Row> = Vec::new();
    let mut time = std::time::Duration::ZERO;
    for folder in args.iter().filter(|a| !a.starts_with("--")) {
        let photos = photos::in_folder(Path::new(&folder)).expect("a folder");
        let every: usize = std::env::var("EVERY").ok().and_then(|v| v.parse().ok()).unwrap_or(1);
        let photos: Vec<PathBuf> = photos.into_iter().step_by(every).collect();
        for path in photos {
            let stem = path.file_stem().and_then(|s| s.to_str()).unwrap_or_default().to_owned();
            let Ok(label) = image::open(path.with_file_name(format!("{stem}.alpha.png"))) else {
                continue;
            };
            let bytes = std::fs::read(&path).expect("readable");
            let photo =
                decode(&bytes, &Limits::default(), Reduction::Full).expect("decodes").pixels;
            let size = Size::new(photo.width(), photo.height());
            let Ok(Search::Found(sighting)) = finder.find(&mut scratch, &photo) else {
                println!("{stem}: no single face");
                continue;
            };
            let placed = placement::place(&sighting, size, &spec, None);
            let card = Card::new(
                &mut scratch.resampler,
                &photo,
                &sighting,
                &placed.photo_to_card,
                spec.size(),
            );
            let head = sighting.head.mapped(&placed.photo_to_card);
            let start = std::time::Instant::now();
            let cut = cutter.cut(&mut scratch, &card, &head).expect("a matte");
            time += start.elapsed();
            let truth = warped(&label.to_luma8(), size, &placed.photo_to_card, spec.size());
            let row = measured(&stem, &card, &cut, &truth);
            if let Some(out) = std::env::var_os("CARDS") {
                save(Path::new(&out), &stem, &card, &cut, &truth);
            }
            rows.push(row);
        }
    }
    rows.sort_by(|a, b| a.edge.total_cmp(&b.edge));
    for r in &rows {
        println!(
            "{:44} edge {:6.2} leaked {:.4} eaten {:.4} iou {:.4} alpha {:.3} coarse iou {:.4} confidence {:.2}",
            r.stem, r.edge, r.leaked, r.eaten, r.iou, r.alpha, r.coarse, r.confidence
        );
    }
    let n = rows.len().max(1);
    let stat = |name: &str, f: fn(&Row) -> f64| {
        let mut v: Vec<f64> = rows.iter().map(f).collect();
        v.sort_by(f64::total_cmp);
        let at = |q: f64| {
            v.get(((v.len().max(1) - 1) as f64 * q).round() as usize).copied().unwrap_or(f64::NAN)
        };
        println!(
            "{name:10} p5 {:.4} p50 {:.4} p95 {:.4} mean {:.4}",
            at(0.05),
            at(0.5),
            at(0.95),
            v.iter().sum::<f64>() / n as f64
        );
    };
    stat("edge", |r| r.edge);
    stat("leaked", |r| r.leaked);
    stat("eaten", |r| r.eaten);
    stat("iou", |r| r.iou);
    stat("coarse iou", |r| r.coarse);
    stat("alpha", |r| r.alpha);
    stat("confidence", |r| r.confidence);
    let clean =
        rows.iter().filter(|r| r.leaked <= 0.002 && r.eaten <= 0.002 && r.edge <= 12.0).count();
    println!(
        "clean {:.3}  matte and foreground {:.1} ms a photo",
        clean as f64 / n as f64,
        time.as_secs_f64() * 1e3 / n as f64
    );
}

struct Row {
    stem: String,
    edge: f64,
    leaked: f64,
    eaten: f64,
    iou: f64,
    alpha: f64,
    coarse: f64,
    confidence: f64,
}

/// The label's alpha on the card, averaged over 3 × 3 points a pixel.
fn warped(label: &image::GrayImage, photo: Size, to_card: &Affine, card: Size) -> Plane {
    let size = Size::new(label.width(), label.height());
    let plane =
        Plane::from_data(size, label.as_raw().iter().map(|v| f32::from(*v) / 255.0).collect())
            .expect("sizes agree");
    let back = Affine::resize(photo, size).after(&to_card.inverse().expect("a placement"));
    let mut out = Plane::filled(card, 0.0);
    let width = card.width as usize;
    for (i, v) in out.data_mut().iter_mut().enumerate() {
        for k in 0..9 {
            let (dx, dy) = (f64::from(k % 3 - 1) / 3.0, f64::from(k / 3 - 1) / 3.0);
            let p = back.apply(Point::new((i % width) as f64 + dx, (i / width) as f64 + dy));
            *v += plane.sample(p.x, p.y) / 9.0;
        }
    }
    out
}

fn measured(stem: &str, card: &Card, cut: &matte::Matte, truth: &Plane) -> Row {
    let size = card.size();
    let image: Vec<[f32; 3]> =
        card.pixels.pixels().map(|p| p.0.map(|v| f32::from(v) / 255.0)).collect();
    let ideal = matte::foreground::estimate(&image, truth.data(), size);
    let white = matte::whitened(&card.pixels, cut, [255; 3]);
    let near = |seed: &dyn Fn(f32) -> bool, reach: f32| -> Vec<bool> {
        let seeds: Vec<bool> = truth.data().iter().map(|a| seed(*a)).collect();
        matte::trimap::distance_to(&seeds, size).iter().map(|d| *d <= reach).collect()
    };
    let person = near(&|a| a >= 0.02, 3.0);
    let not_core = near(&|a| a <= 0.98, 2.0);
    let band = near(&|a| a > 0.02 && a < 0.98, 2.0);
    let (mut bg, mut leaked, mut core, mut eaten, mut edge, mut edges, mut alpha) =
        (0, 0, 0, 0, 0.0, 0, 0.0);
    let (mut both, mut either, mut coarse_both, mut coarse_either) = (0, 0, 0, 0);
    for (i, pixel) in white.pixels().enumerate() {
        if !card.covered[i] {
            continue;
        }
        let (t, a, p) = (truth.data()[i], cut.alpha.data()[i], card.probability.data()[i]);
        let least = *pixel.0.iter().min().expect("three");
        if !person[i] {
            bg += 1;
            leaked += usize::from(least < 240);
        }
        if !not_core[i] {
            core += 1;
            let source = *card.pixels.as_raw()[i * 3..i * 3 + 3].iter().min().expect("three");
            eaten += usize::from(least > 244 && source < 228);
        }
        if band[i] {
            edges += 1;
            alpha += f64::from((a - t).abs());
            for c in 0..3 {
                let want = ideal[i][c] * t + 1.0 - t;
                edge += f64::from((want * 255.0 - f32::from(pixel.0[c])).abs()) / 3.0;
            }
        }
        both += usize::from(a > 0.5 && t > 0.5);
        either += usize::from(a > 0.5 || t > 0.5);
        coarse_both += usize::from(p > 0.5 && t > 0.5);
        coarse_either += usize::from(p > 0.5 || t > 0.5);
    }
    let share = |a: usize, b: usize| a as f64 / b.max(1) as f64;
    Row {
        stem: stem.to_owned(),
        edge: edge / f64::from(edges.max(1)),
        leaked: share(leaked, bg),
        eaten: share(eaten, core),
        iou: share(both, either),
        alpha: alpha / f64::from(edges.max(1)),
        coarse: share(coarse_both, coarse_either),
        confidence: cut.confidence,
    }
}

/// Card, coarse mask, trimap, alpha, truth, and the white card, side by side.
fn save(folder: &Path, stem: &str, card: &Card, cut: &matte::Matte, truth: &Plane) {
    let (w, h) = card.pixels.dimensions();
    let mut sheet = image::RgbImage::new(w * 5, h);
    let gray = |p: &Plane| image::DynamicImage::ImageLuma8(p.to_gray()).to_rgb8();
    let panels = [
        card.pixels.clone(),
        gray(&card.probability),
        gray(&cut.alpha),
        gray(truth),
        matte::whitened(&card.pixels, cut, [255; 3]),
    ];
    for (i, panel) in panels.iter().enumerate() {
        image::imageops::replace(&mut sheet, panel, i64::from(w) * i as i64, 0);
    }
    sheet.save(folder.join(format!("{stem}.png"))).expect("writable");
}
