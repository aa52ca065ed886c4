//! Good cards: made by `fix` from labelled photographs, and from portraits drawn by lot.

use std::error::Error;
use std::io::Cursor;
use std::path::{Path, PathBuf};

use baidi::lab::face::{Landmark, Landmarks};
use baidi::lab::geometry::{Affine, Point, Size};
use baidi::lab::raster::Plane;
use baidi::{Baidi, Order};
use image::{ImageFormat, RgbImage};
use rayon::prelude::*;

use super::super::draw::{Backdrop, Scene, draw};
use super::chance::Chance;
use super::{Card, Face};

/// The card that `fix` makes of `photo`, with the truth about the photo carried to it; `None` where it makes none.
fn made(
    (set, stem): (&str, &str),
    photo: &[u8],
    size: Size,
    landmarks: &Landmarks,
    alpha: &Plane,
) -> Option<Card> {
    let made = Baidi::open().ok()?.fix(photo, &Order::named("shebao").ok()?).ok()?;
    let picture = image::load_from_memory(&made.card.bytes).ok()?.into_rgb8();
    let to_card = made.placed.source_to_card;
    let back = Affine::resize(size, alpha.size()).after(&to_card.inverse()?);
    let card = Size::new(picture.width(), picture.height());
    let truth = alpha.fetched(&back, card);
    let cut = made.matte.resized(card);
    let flawed = flaws(&picture, &truth, &cut) > FLAWS;
    // What is white on the card is no person, and what the label calls wall is none either.
    let both = truth.data().iter().zip(cut.data()).map(|(a, b)| a.min(*b)).collect();
    let alpha = Plane::from_data(card, both)?;
    Some(Card {
        stem: stem.to_owned(),
        set: set.to_owned(),
        bytes: made.card.bytes,
        face: Face::new(landmarks.mapped(&to_card), &alpha),
        flawed,
        picture,
        alpha,
    })
}

/// How many pixels of wall a good card may keep, or of the person lose, farther than two pixels from the outline.
const FLAWS: usize = 60;

/// How many pixels it keeps or loses, by the truth about the photo.
fn flaws(picture: &RgbImage, truth: &Plane, cut: &Plane) -> usize {
    let width = picture.width() as usize;
    let pixels = picture.pixels().enumerate().filter(|(i, p)| {
        let (x, y) = ((i % width) as i64, (i / width) as i64);
        let near = || (0..25).map(|k| truth.at(x + k % 5 - 2, y + k / 5 - 2));
        let left = p.0.iter().any(|v| *v < 225) && near().all(|a| a < 0.05);
        left || (cut.data()[*i] < 0.5 && near().all(|a| a > 0.95))
    });
    pixels.count()
}

/// A photograph `STEM.jpg` with `STEM.alpha.png` and `STEM.json` (`{"landmarks": 478 × [x, y]}` in shares of width and height, MediaPipe's numbering).
fn of_photo(set: &str, path: &Path) -> Result<Option<Card>, Box<dyn Error + Send + Sync>> {
    let bytes = std::fs::read(path)?;
    let photo = image::load_from_memory(&bytes)?;
    let size = Size::new(photo.width(), photo.height());
    let label: serde_json::Value =
        serde_json::from_slice(&std::fs::read(path.with_extension("json"))?)?;
    let mesh: Vec<[f64; 2]> = serde_json::from_value(label["landmarks"].clone())?;
    let points = Landmark::ALL
        .iter()
        .filter_map(|l| mesh.get(l.mesh_index()))
        .map(|p| Point::new(p[0] * f64::from(size.width), p[1] * f64::from(size.height)));
    let landmarks = Landmarks::new(points.collect()).ok_or("too few landmarks")?;
    let alpha = image::open(path.with_extension("alpha.png"))?.into_luma8();
    let of = Size::new(alpha.width(), alpha.height());
    let alpha = alpha.pixels().map(|p| f32::from(p[0]) / 255.0).collect();
    let alpha = Plane::from_data(of, alpha).ok_or("an alpha without pixels")?;
    let stem = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
    Ok(made((set, &stem), &bytes, size, &landmarks, &alpha))
}

/// Cards of the labelled photographs in `folder`, by name; photos of which none can be made are left out.
pub fn photos(folder: &Path) -> Result<Vec<Card>, Box<dyn Error + Send + Sync>> {
    let set = folder.file_name().unwrap_or_default().to_string_lossy().into_owned();
    let mut paths: Vec<PathBuf> =
        std::fs::read_dir(folder)?.filter_map(|entry| Some(entry.ok()?.path())).collect();
    paths.retain(|p| p.extension().is_some_and(|e| e == "jpg"));
    paths.sort();
    let cards: Vec<Option<Card>> =
        paths.par_iter().map(|path| of_photo(&set, path).ok().flatten()).collect();
    Ok(cards.into_iter().flatten().collect())
}

/// Cards of `count` portraits drawn by lot, in even light and before plain walls.
pub fn drawn(count: u64) -> Vec<Card> {
    let cards: Vec<Option<Card>> = (0..count)
        .into_par_iter()
        .map(|seed| {
            let size = Size::new(560, 700);
            let scene = Scene::drawn_by_lot(seed, size);
            let light = 0.3 * scene.light;
            let backdrop = match scene.backdrop {
                Backdrop::Clutter | Backdrop::TwoTone { .. } => Backdrop::Plain([206, 209, 214]),
                plain => plain,
            };
            let scene = Scene { light, backdrop, shadow: None, noise: 1.0, samples: 2, ..scene };
            let drawn = draw(&scene);
            let mut png = Cursor::new(Vec::new());
            drawn.picture.write_to(&mut png, ImageFormat::Png).ok()?;
            let stem = format!("drawn-{seed:02}");
            made(("drawn", &stem), png.get_ref(), size, &drawn.landmarks, &drawn.alpha)
        })
        .collect();
    cards.into_iter().flatten().collect()
}

/// At most `count` views of rooms from `folder`, by the lot of `seed`; none where the folder is not.
pub fn rooms(folder: &Path, count: usize, seed: u64) -> Vec<RgbImage> {
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
    let mut paths: Vec<PathBuf> = entries.map(|e| e.path()).collect();
    paths.retain(|p| p.extension().is_some_and(|e| e == "jpg"));
    paths.sort();
    let mut chance = Chance::new(seed);
    let mut rooms = Vec::new();
    while rooms.len() < count && !paths.is_empty() {
        let lot = (chance.bits() % paths.len() as u64) as usize;
        rooms.extend(image::open(paths.swap_remove(lot)).map(image::DynamicImage::into_rgb8));
    }
    rooms
}
