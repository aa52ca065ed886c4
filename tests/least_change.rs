//! `fix` changes no more than what is wrong: a drawn portrait becomes a card, the card is spoiled in one way, and what `fix` then did is looked at.

#[path = "support/draw/mod.rs"]
mod draw;

use std::io::Cursor;
use std::sync::OnceLock;

use baidi::lab::check::Verdict;
use baidi::lab::geometry::{Affine, Point, Size};
use baidi::lab::markers;
use baidi::lab::pipeline::{Edit, FixOptions, Fixed, Worker};
use baidi::lab::spec::{Editing, PhotoSpec};
use draw::{Backdrop, Scene, Sitter, Style, draw};
use image::codecs::jpeg::JpegEncoder;
use image::{ImageFormat, Rgb, RgbImage};

fn spec() -> PhotoSpec {
    PhotoSpec::builtin("shebao").expect("a built-in spec")
}

fn fix(source: &[u8], spec: &PhotoSpec) -> Fixed {
    let mut worker = Worker::new().expect("the built-in models load");
    worker.fix(source, None, spec, &FixOptions::default()).expect("one face")
}

/// The rules that fail on a file.
fn fails(file: &[u8], spec: &PhotoSpec) -> Vec<&'static str> {
    let mut worker = Worker::new().expect("the built-in models load");
    let checked = worker.check(file, None, spec).expect("a picture");
    let failed = |f: &&baidi::lab::check::Finding| f.outcome.verdict == Verdict::Fail;
    checked.findings.iter().filter(failed).map(|f| f.rule).collect()
}

/// A compliant card.
fn card() -> &'static [u8] {
    &made().jpeg.bytes
}

/// The card and what is known of it, made once.
fn made() -> &'static Fixed {
    static MADE: OnceLock<Fixed> = OnceLock::new();
    MADE.get_or_init(|| {
        let mut sitter = Sitter::drawn_by_lot(22);
        sitter.style = Style::Short;
        let scene = Scene {
            backdrop: Backdrop::Plain([150, 170, 190]),
            samples: 2,
            ..Scene::of(sitter, Size::new(560, 700), 22)
        };
        let fixed = fix(&written(&draw(&scene).picture, ImageFormat::Png), &spec());
        assert_eq!(fixed.edits.last(), Some(&Edit::Encoded));
        assert_eq!(fails(&fixed.jpeg.bytes, &spec()), [""; 0]);
        fixed
    })
}

fn written(picture: &RgbImage, format: ImageFormat) -> Vec<u8> {
    let mut bytes = Cursor::new(Vec::new());
    picture.write_to(&mut bytes, format).expect("memory takes a picture");
    bytes.into_inner()
}

fn pixels(file: &[u8]) -> RgbImage {
    image::load_from_memory(file).expect("a picture").into_rgb8()
}

/// The bytes from the first scan on: the coded picture.
fn scan(file: &[u8]) -> &[u8] {
    let at = file.windows(2).position(|w| w == [0xFF, 0xDA]).expect("a scan");
    &file[at..]
}

#[test]
fn a_compliant_card_is_copied_byte_by_byte() {
    let again = fix(card(), &spec());
    assert_eq!(again.jpeg.bytes, card());
    assert_eq!(again.edits, [Edit::Copied]);
    assert_eq!(again.placed.source_to_card, Affine::IDENTITY);
    assert_eq!(again.jpeg.attempts, 0);
    let facts = markers::read(card()).expect("a JPEG");
    assert_eq!(Some(again.jpeg.quality), facts.quality_estimate);
    assert_eq!(again.jpeg.subsampling, facts.subsampling.expect("it has a name"));
    assert_eq!(again.matte.size(), spec().size());
    assert!(again.matte.at(179, 240) > 0.99 && again.matte.at(3, 3) < 0.01, "nose and corner");
}

#[test]
fn a_wrong_density_is_patched_and_the_scan_kept() {
    let wrong = markers::with_density(card(), 72).expect("a JPEG");
    let fixed = fix(&wrong, &spec());
    assert_eq!(fixed.edits, [Edit::DensityPatched]);
    assert_eq!(scan(&fixed.jpeg.bytes), scan(&wrong));
    assert_eq!(markers::read(&fixed.jpeg.bytes).and_then(|f| f.density), Some((1, 350, 350)));
    assert_eq!(fails(&fixed.jpeg.bytes, &spec()), [""; 0]);
}

#[test]
fn too_many_bytes_are_encoded_anew_pixel_on_pixel() {
    let picture = pixels(card());
    let mut large = Vec::new();
    JpegEncoder::new_with_quality(&mut large, 98).encode_image(&picture).expect("memory");
    assert!(large.len() > 20_000);
    let fixed = fix(&large, &spec());
    assert_eq!(fixed.edits, [Edit::Encoded]);
    assert_eq!(fixed.placed.source_to_card, Affine::IDENTITY);
    assert!((15_360..=20_000).contains(&fixed.jpeg.bytes.len()));
    assert_eq!(fails(&fixed.jpeg.bytes, &spec()), [""; 0]);
}

#[test]
fn too_few_bytes_and_bytes_after_the_end_are_encoded_anew() {
    let mut small = Vec::new();
    JpegEncoder::new_with_quality(&mut small, 50).encode_image(&pixels(card())).expect("memory");
    assert!(small.len() < 15_360, "{}", small.len());
    let longer: Vec<u8> = card().iter().copied().chain([0; 100]).collect();
    for source in [small, longer] {
        let fixed = fix(&source, &spec());
        assert_eq!(fixed.edits, [Edit::Encoded]);
        assert_eq!(fails(&fixed.jpeg.bytes, &spec()), [""; 0]);
    }
}

#[test]
fn another_format_of_the_cards_size_is_only_encoded() {
    let fixed = fix(&written(&pixels(card()), ImageFormat::Png), &spec());
    assert_eq!(fixed.edits, [Edit::Encoded]);
    assert_eq!(fixed.placed.source_to_card, Affine::IDENTITY);
}

/// The card before a grey wall.
fn before_grey() -> Vec<u8> {
    let mut picture = pixels(card());
    for (p, alpha) in picture.pixels_mut().zip(made().matte.data()) {
        for (v, grey) in p.0.iter_mut().zip([205.0, 208.0, 212.0]) {
            *v = (f32::from(*v) - (1.0 - alpha) * (255.0 - grey)).max(0.0) as u8;
        }
    }
    written(&picture, ImageFormat::Png)
}

#[test]
fn only_the_background_is_replaced_and_nothing_resampled() {
    let source = before_grey();
    assert!(fails(&source, &spec()).contains(&"background-white"));
    let fixed = fix(&source, &spec());
    assert_eq!(fixed.edits, [Edit::BackgroundReplaced, Edit::Encoded]);
    assert_eq!(fixed.placed.source_to_card, Affine::IDENTITY);
    let (old, new) = (pixels(&source), pixels(&fixed.jpeg.bytes));
    assert_eq!(new.get_pixel(5, 5).0, [255; 3]);
    // The face differs by coding only: a resampling by half a pixel would show at the eyes.
    let (mut sum, mut count) = (0u32, 0u32);
    for (x, y) in (130..230).flat_map(|x| (190..290).map(move |y| (x, y))) {
        sum += u32::from(old.get_pixel(x, y)[1].abs_diff(new.get_pixel(x, y)[1]));
        count += 1;
    }
    assert!(f64::from(sum) / f64::from(count) < 4.0, "{sum} over {count} pixels");
}

#[test]
fn what_the_office_forbids_becomes_advice() {
    let source = before_grey();
    for editing in [Editing::NoBackground, Editing::None] {
        let spec = PhotoSpec { editing, ..spec() };
        let fixed = fix(&source, &spec);
        assert_eq!(fixed.edits, [Edit::Encoded], "{editing:?}");
        let wall = pixels(&fixed.jpeg.bytes).get_pixel(5, 5).0;
        assert!(wall.iter().all(|v| (195..222).contains(v)), "{wall:?}");
        let white =
            fixed.before.iter().find(|f| f.rule == "background-white").expect("it is there");
        assert!(!white.outcome.fixable);
        let hint = white.outcome.hint.as_ref().map(|h| h.key.as_str());
        assert_eq!(hint, Some("hint-background-not-allowed"));
    }
}

#[test]
fn a_picture_that_must_stay_as_it_is_keeps_its_size() {
    let whole = RgbImage::from_fn(400, 500, |x, y| {
        if (20..378).contains(&x) && (50..491).contains(&y) {
            *pixels_once().get_pixel(x - 20, y - 50)
        } else {
            Rgb([255; 3])
        }
    });
    let spec = PhotoSpec { editing: Editing::None, ..spec() };
    let fixed = fix(&written(&whole, ImageFormat::Png), &spec);
    assert_eq!(fixed.edits, [Edit::Encoded]);
    assert_eq!(pixels(&fixed.jpeg.bytes).dimensions(), (400, 500));
    assert!(fails(&fixed.jpeg.bytes, &spec).contains(&"pixel-size"));
}

fn pixels_once() -> &'static RgbImage {
    static PIXELS: OnceLock<RgbImage> = OnceLock::new();
    PIXELS.get_or_init(|| pixels(card()))
}

/// The card with nothing but white below a slanted line, as a photo that ends too soon leaves it.
fn cut_off(rows: f64, slope: f64) -> Vec<u8> {
    let mut picture = pixels_once().clone();
    for (x, y, pixel) in picture.enumerate_pixels_mut() {
        if f64::from(y) > 441.0 - rows - slope * (f64::from(x) - 179.0) {
            *pixel = Rgb([255; 3]);
        }
    }
    let mut bytes = Vec::new();
    JpegEncoder::new_with_quality(&mut bytes, 90).encode_image(&picture).expect("memory");
    bytes
}

#[test]
fn a_bust_cut_off_in_mid_air_fails_whatever_a_network_sees_there() {
    for (rows, slope) in [(8.0, 0.0), (10.0, 0.04), (40.0, -0.05), (70.0, 0.0), (100.0, 0.08)] {
        let failed = fails(&cut_off(rows, slope), &spec());
        assert!(failed.contains(&"bust"), "{rows} rows, slope {slope}: {failed:?}");
    }
}

#[test]
fn nothing_is_said_of_a_top_that_is_not_there() {
    let failed = fails(&cut_off(100.0, 0.0), &spec());
    assert!(!failed.contains(&"top"), "{failed:?}");
}

#[test]
fn a_source_whose_name_is_wrong_is_told_so() {
    let mut worker = Worker::new().expect("the built-in models load");
    let fixed = worker
        .fix(card(), Some("11010519491231002x.jpg"), &spec(), &FixOptions::default())
        .expect("one face");
    let name = fixed.before.iter().find(|f| f.rule == "file-name").expect("it is there");
    assert_eq!(name.outcome.verdict, Verdict::Doubtful);
    assert_eq!(fixed.edits, [Edit::Copied]);
}

#[test]
fn a_small_picture_laid_into_a_corner_goes_with_the_wall_and_is_told() {
    let mut sitter = Sitter::drawn_by_lot(22);
    sitter.style = Style::Short;
    let size = Size::new(560, 700);
    let wall = Backdrop::Plain([150, 170, 190]);
    let mut photo =
        draw(&Scene { backdrop: wall, samples: 2, ..Scene::of(sitter, size, 22) }).picture;
    let plain = fix(&written(&photo, ImageFormat::Png), &spec());
    let small = image::imageops::thumbnail(&photo, 140, 175);
    let framed = |mut p: RgbImage| {
        p.enumerate_pixels_mut()
            .filter(|(x, y, _)| *x >= 136 || *y < 4)
            .for_each(|(_, _, p)| p.0 = [250; 3]);
        p
    };
    image::imageops::replace(&mut photo, &framed(small), 0, i64::from(size.height) - 175);
    let fixed = fix(&written(&photo, ImageFormat::Png), &spec());
    let told = |fixed: &Fixed| fixed.notes.iter().any(|n| n.key == "note-inset");
    assert!(told(&fixed) && !told(&plain));
    // where the wall stays, so does what lies on it
    let kept = FixOptions { keep_background: true, ..FixOptions::default() };
    let mut worker = Worker::new().expect("the built-in models load");
    let with_wall =
        worker.fix(&written(&photo, ImageFormat::Png), None, &spec(), &kept).expect("one face");
    assert!(!told(&with_wall));
    // where the small picture was the card is white, but for the JPEG's own noise
    let back = fixed.placed.source_to_card.inverse().expect("a map");
    let card = pixels(&fixed.jpeg.bytes);
    let mut there = 0;
    for (x, y, p) in card.enumerate_pixels() {
        let at = back.apply(Point::new(f64::from(x), f64::from(y)));
        if at.x < 132.0 && at.y > f64::from(size.height) - 170.0 {
            there += 1;
            assert!(p.0.iter().all(|v| *v > 240), "{x}, {y}: {:?}", p.0);
        }
    }
    assert!(there > 400, "only {there} pixels of the corner are on the card");
}
