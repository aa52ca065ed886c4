//! Draws portraits whose truth is known: a head-and-shoulders person with hair strands before a wall.
//!
//! Support for tests, benches and the laboratory; include it with `#[path]`. The same [`Scene`] gives the same
//! bytes: chance comes from the scene's seed alone. Light adds in linear light, as in a camera, so every pixel is
//! `alpha * person + (1 - alpha) * wall` before it is coded as sRGB, and the alpha that is returned is the one that was used.
#![allow(dead_code, reason = "each test and bench uses the part it needs")]
#![allow(unreachable_pub, reason = "the module is included in several crates")]

pub mod backdrop;
pub mod chance;
pub mod clothes;
pub mod features;
pub mod hair;
pub mod head;
pub mod shape;
pub mod sitter;

use baidi::lab::face::{Landmark, Landmarks};
use baidi::lab::geometry::{Affine, Point};
use baidi::lab::raster::Plane;
use image::{Rgb, RgbImage};
use rayon::prelude::*;

#[allow(unused_imports, reason = "each test and bench uses the part it needs")]
pub use sitter::{Backdrop, Collar, Scene, Shadow, Sitter, Style};

use backdrop::Wall;
use chance::Chance;
use clothes::{Body, BodyShape};
use hair::HairShape;
use head::HeadShape;
use shape::coded;

/// A drawn portrait and the truth about it, in its pixels.
#[derive(Debug, Clone)]
pub struct Drawn {
    /// The picture, sRGB.
    pub picture: RgbImage,
    /// How much of each pixel the person covers, 0..=1.
    pub alpha: Plane,
    /// All landmarks.
    pub landmarks: Landmarks,
    /// The highest point of the hair or the bare head along the head's own upright, single hairs aside.
    pub hair_top: Point,
    /// Face coordinates (face widths, origin between the eyes) to pixels.
    pub face_to_picture: Affine,
}

/// The person's part of one pixel, before and without the wall: premultiplied linear light and alpha.
type Cell = [f32; 4];

/// Draws `scene`.
pub fn draw(scene: &Scene) -> Drawn {
    let sitter = &scene.sitter;
    let head = HeadShape::new(sitter, scene.light);
    let face_to_picture = Affine::similarity(
        scene.face_width,
        scene.roll_degrees.to_radians(),
        Point::new(0.0, 0.0),
        scene.eyes,
    );
    let person = person(scene, &head, &face_to_picture);
    let (w, h) = (scene.size.width, scene.size.height);
    let alpha: Vec<f32> = person.iter().map(|c| c[3].clamp(0.0, 1.0)).collect();
    let alpha = Plane::from_data(scene.size, alpha).expect("one cell per pixel");
    let shade = shadow(scene, &alpha);
    let wall = Wall::new(scene.backdrop, scene.seed);
    let aspect = f64::from(w) / f64::from(h);
    let mut chance = Chance::new(scene.seed ^ 0x6e_6f69_7365);
    let mut picture = RgbImage::new(w, h);
    for (index, (x, y, pixel)) in picture.enumerate_pixels_mut().enumerate() {
        let behind = wall.at(
            (f64::from(x) + 0.5) / f64::from(w),
            (f64::from(y) + 0.5) / f64::from(h),
            aspect,
        );
        let cell = person[index];
        let see_through =
            (1.0 - cell[3].clamp(0.0, 1.0)) * shade.as_ref().map_or(1.0, |s| s.data()[index]);
        *pixel = Rgb(std::array::from_fn(|i| {
            let value = coded(cell[i] + see_through * behind[i]);
            (value + (scene.noise * chance.normal()) as f32).round().clamp(0.0, 255.0) as u8
        }));
    }
    let landmarks = Landmark::ALL
        .iter()
        .map(|&which| {
            let [u, v] = features::landmark(which, &head, sitter);
            let [u, v] = head.to_person(u, v);
            face_to_picture.apply(Point::new(u, v))
        })
        .collect();
    let landmarks = Landmarks::new(landmarks).expect("one point per landmark");
    let hair_top = highest(&alpha, &face_to_picture);
    Drawn { picture, alpha, landmarks, hair_top, face_to_picture }
}

/// What one subsample of the person is.
enum Sample {
    /// Nothing: the wall shows.
    Empty,
    /// Behind the head: cloth, long hair.
    Back(shape::Light),
    /// The head, the neck, the hair in front.
    Front(shape::Light),
}

fn person(scene: &Scene, head: &HeadShape, face_to_picture: &Affine) -> Vec<Cell> {
    let sitter = &scene.sitter;
    let body = BodyShape::new(sitter);
    let hair = HairShape::new(sitter, scene.light, scene.seed);
    let to_face = face_to_picture.inverse().expect("a similarity has an inverse");
    let sample = |p: Point| -> Sample {
        let f = to_face.apply(p);
        let [u, v] = head.to_average(f.x, f.y);
        if let Some(hair) = &hair
            && hair.in_cap(head, u, v)
        {
            return Sample::Front(hair.mass(u, v, false));
        }
        if u.abs() < head.half_width(v) {
            return Sample::Front(features::face(sitter, head, u, v, scene.light, scene.seed));
        }
        if let Some(colour) = features::ear(sitter, u, v, scene.light) {
            return Sample::Front(colour);
        }
        let below = body.at(sitter, head, f.x, f.y, scene.light, scene.seed);
        if let Some(Body::Skin(colour)) = below
            && f.x.abs() < 0.45
        {
            return Sample::Front(colour);
        }
        if let Some(hair) = &hair
            && hair.in_fall(u, v)
        {
            return Sample::Back(hair.mass(u, v, true));
        }
        match below {
            Some(Body::Cloth(colour) | Body::Skin(colour)) => Sample::Back(colour),
            None => Sample::Empty,
        }
    };
    let strands = hair.as_ref().map(|h| h.strands(sitter, head, face_to_picture, scene.size));
    let width = scene.size.width as usize;
    let n = scene.samples.max(1);
    (0..scene.size.area() as usize)
        .into_par_iter()
        .map(|index| {
            let (x, y) = ((index % width) as f64, (index / width) as f64);
            let (mut back, mut front) = ([0.0f32; 4], [0.0f32; 4]);
            for k in 0..n * n {
                let at = |i: u32| (f64::from(i) + 0.5) / f64::from(n) - 0.5;
                let (sum, c) = match sample(Point::new(x + at(k % n), y + at(k / n))) {
                    Sample::Empty => continue,
                    Sample::Back(c) => (&mut back, c),
                    Sample::Front(c) => (&mut front, c),
                };
                for (s, v) in sum.iter_mut().zip([c[0], c[1], c[2], 1.0]) {
                    *s += v / (n * n) as f32;
                }
            }
            let Some((behind, before)) = &strands else {
                return std::array::from_fn(|i| back[i] + front[i]);
            };
            // Strands behind the head lie over what is behind it, strands before it over everything.
            let hidden = 1.0 - front[3];
            let behind = behind.pixel(index).map(|v| v * hidden);
            let back_cover = behind[3] / hidden.max(1e-6);
            let before = before.pixel(index);
            std::array::from_fn(|i| {
                let rear = behind[i] + back[i] * (1.0 - back_cover);
                before[i] + (front[i] + rear) * (1.0 - before[3])
            })
        })
        .collect()
}

/// How much of the wall's light the person's shadow leaves, or `None` without a shadow.
fn shadow(scene: &Scene, alpha: &Plane) -> Option<Plane> {
    let shadow = scene.shadow?;
    let radius = (shadow.blur * scene.face_width).round().max(1.0) as i64;
    let [dx, dy] = shadow.offset.map(|o| o * scene.face_width);
    let mut plane = alpha.clone();
    let (w, h) = (alpha.width() as i64, alpha.height() as i64);
    for y in 0..h {
        for x in 0..w {
            plane.data_mut()[(y * w + x) as usize] = alpha.sample(x as f64 - dx, y as f64 - dy);
        }
    }
    for _ in 0..3 {
        plane = smeared(&plane, radius, true);
        plane = smeared(&plane, radius, false);
    }
    for v in plane.data_mut() {
        *v = 1.0 - shadow.depth as f32 * *v;
    }
    Some(plane)
}

/// The mean over `2 radius + 1` pixels along rows or columns.
fn smeared(plane: &Plane, radius: i64, along_rows: bool) -> Plane {
    let (w, h) = (plane.width() as i64, plane.height() as i64);
    let mut out = plane.clone();
    let (lines, length) = if along_rows { (h, w) } else { (w, h) };
    for line in 0..lines {
        let at = |i: i64| if along_rows { plane.at(i, line) } else { plane.at(line, i) };
        let mut sum: f64 = (-radius..=radius).map(|i| f64::from(at(i))).sum();
        for i in 0..length {
            let index = if along_rows { line * w + i } else { i * w + line };
            out.data_mut()[index as usize] = (sum / (2 * radius + 1) as f64) as f32;
            sum += f64::from(at(i + radius + 1)) - f64::from(at(i - radius));
        }
    }
    out
}

/// The highest point of the person along the head's upright, where at least half a pixel's row of seven is covered.
fn highest(alpha: &Plane, face_to_picture: &Affine) -> Point {
    let [[_, b, _], [_, d, _]] = face_to_picture.0;
    let n = b.hypot(d);
    let down = [b / n, d / n];
    let (w, h) = (alpha.width() as i64, alpha.height() as i64);
    let mut best: Option<(f64, Point)> = None;
    for y in 0..h {
        for x in 0..w {
            let mean = (-3..=3).map(|i| alpha.at(x + i, y)).sum::<f32>() / 7.0;
            let depth = x as f64 * down[0] + y as f64 * down[1];
            if mean >= 0.5 && best.is_none_or(|(d, _)| depth < d) {
                best = Some((depth, Point::new(x as f64, y as f64)));
            }
        }
    }
    best.map_or(Point::default(), |(_, p)| p)
}
