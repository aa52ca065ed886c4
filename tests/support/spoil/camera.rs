//! The picture itself: blur, noise, blocks, screens, scans, enlargement, smoothing.

use baidi::lab::geometry::Point;
use image::codecs::jpeg::JpegEncoder;

use super::Work;
use super::paint::{mix, step};

/// Out of focus, `sigma` pixels.
pub fn blur(work: &mut Work<'_>, sigma: f64) {
    work.canvas.pixels = work.canvas.blurred(sigma).pixels;
}

/// Moved while it was taken, over `length` pixels.
pub fn shaken(work: &mut Work<'_>, length: f64) {
    let (sin, cos) = work.chance.between(0.0, std::f64::consts::PI).sin_cos();
    let old = work.canvas.clone();
    work.canvas.each(|p, _, _| {
        let n = 9;
        let mut sum = [0.0; 3];
        for k in 0..n {
            let t = (f64::from(k) / f64::from(n - 1) - 0.5) * length;
            let c = old.at(Point::new(p.x + t * cos, p.y + t * sin));
            sum = std::array::from_fn(|i| sum[i] + c[i] / f64::from(n));
        }
        sum
    });
}

/// A sensor's noise, `sigma` levels, here in the light and there in the colours.
pub fn noise(work: &mut Work<'_>, sigma: f64) {
    let colour = work.chance.between(0.4, 1.0);
    let size = if work.chance.unit() < 0.5 { 1.0 } else { 1.6 };
    let mut chance = work.chance.clone();
    let mut grain = work.canvas.clone();
    grain.each(|_, _, _| {
        let light = chance.normal();
        std::array::from_fn(|_| {
            sigma * (light * (1.0 - 0.5 * colour) + 0.7 * colour * chance.normal())
        })
    });
    work.canvas.each(|p, a, c| {
        let n = grain.at(Point::new(p.x / size, p.y / size));
        // White is burnt out: there a sensor shows less of it.
        let room = 0.35 + 0.65 * a;
        std::array::from_fn(|k| (c[k] + room * n[k]).clamp(0.0, 255.0))
    });
}

fn coded(work: &mut Work<'_>, quality: u8) {
    let mut jpeg = Vec::new();
    let picture = work.canvas.picture();
    if JpegEncoder::new_with_quality(&mut jpeg, quality).encode_image(&picture).is_ok()
        && let Ok(read) = image::load_from_memory(&jpeg)
    {
        work.canvas.pixels = read.to_rgb8().pixels().map(|p| p.0.map(f64::from)).collect();
    }
}

/// Saved as a JPEG of so low a quality that its blocks show.
pub fn blocks(work: &mut Work<'_>, quality: f64) {
    coded(work, quality as u8);
}

fn shrunk(work: &mut Work<'_>, factor: f64) -> image::RgbImage {
    let picture = work.canvas.picture();
    let (w, h) = (f64::from(picture.width()) / factor, f64::from(picture.height()) / factor);
    image::imageops::resize(
        &picture,
        w.round() as u32,
        h.round() as u32,
        image::imageops::FilterType::Triangle,
    )
}

/// Enlarged from a picture `factor` times as small.
pub fn enlarged(work: &mut Work<'_>, factor: f64) {
    let small = shrunk(work, factor);
    let filter = work.chance.pick(&[
        image::imageops::FilterType::CatmullRom,
        image::imageops::FilterType::Triangle,
        image::imageops::FilterType::Nearest,
    ]);
    let (w, h) = (work.canvas.width as u32, work.canvas.height as u32);
    let large = image::imageops::resize(&small, w, h, filter);
    work.canvas.pixels = large.pixels().map(|p| p.0.map(f64::from)).collect();
}

/// Skin smoothed until it looks like wax, `strong` times.
pub fn smoothed(work: &mut Work<'_>, strong: f64) {
    let face = work.face;
    for _ in 0..strong as usize {
        let old = work.canvas.clone();
        work.canvas.each(|p, a, c| {
            let (u, v) = face.local(p);
            if a < 0.5 || u.hypot((v - 0.1) * 0.8) > 0.75 {
                return c;
            }
            let (mut sum, mut total) = ([0.0; 3], 0.0);
            for k in 0..49 {
                let q =
                    Point::new(p.x + f64::from(k % 7 - 3) * 1.5, p.y + f64::from(k / 7 - 3) * 1.5);
                let near = old.at(q);
                let apart: f64 = (0..3).map(|i| (near[i] - c[i]).powi(2)).sum();
                let weight = (-apart / (2.0 * 28.0 * 28.0)).exp();
                sum = std::array::from_fn(|i| sum[i] + weight * near[i]);
                total += weight;
            }
            sum.map(|v| v / total)
        });
    }
}

/// Sharpened until edges have rims.
pub fn oversharp(work: &mut Work<'_>, amount: f64) {
    let soft = work.canvas.blurred(work.chance.between(1.0, 1.8));
    let mut i = 0;
    work.canvas.each(|_, _, c| {
        let s = soft.pixels[i];
        i += 1;
        std::array::from_fn(|k| (c[k] + amount * (c[k] - s[k])).clamp(0.0, 255.0))
    });
}

/// The dots of a printed picture under a scanner, `depth` of full contrast.
pub fn printed(work: &mut Work<'_>, depth: f64) {
    let pitch = work.chance.between(2.6, 4.2);
    let angles = [0.26, 1.31, 0.78];
    work.canvas.each(|p, _, c| {
        std::array::from_fn(|k| {
            let (sin, cos) = f64::sin_cos(angles[k]);
            let (x, y) = ((p.x * cos - p.y * sin) / pitch, (p.x * sin + p.y * cos) / pitch);
            let cell = 0.5
                + 0.25 * ((std::f64::consts::TAU * x).cos() + (std::f64::consts::TAU * y).cos());
            let ink = 1.0 - c[k] / 255.0;
            let dot = step(cell - 0.25, cell + 0.25, ink);
            let printed = 255.0 * (1.0 - dot);
            c[k] + depth * (printed - c[k])
        })
    });
}

/// The waves of a screen that was photographed, `depth` levels.
pub fn screen(work: &mut Work<'_>, depth: f64) {
    let (sin, cos) = work.chance.between(-0.4, 0.4).sin_cos();
    let wave = work.chance.between(5.0, 16.0);
    let bend = work.chance.between(20.0, 60.0);
    let (w, h) = (work.canvas.width as f64, work.canvas.height as f64);
    work.canvas.each(|p, _, c| {
        let t = (p.x * cos + p.y * sin) / wave
            + ((p.x / w - 0.5).powi(2) + (p.y / h - 0.5).powi(2)) * bend / 4.0;
        let grid = 0.25 * ((p.x * 2.1).sin() + (p.y * 2.1).sin());
        std::array::from_fn(|k| {
            let phase = std::f64::consts::TAU * t + k as f64 * 2.1;
            let level = c[k] * 0.97 + depth * (phase.sin() * 0.75 + grid) - 0.4 * depth;
            level.clamp(0.0, 255.0)
        })
    });
}

/// Few colours, as in a GIF: `levels` a channel.
pub fn posterised(work: &mut Work<'_>, levels: f64) {
    work.canvas
        .each(|_, _, c| c.map(|v| (v / 255.0 * (levels - 1.0)).round() / (levels - 1.0) * 255.0));
}

/// Scratches and dust of an old print.
pub fn scratched(work: &mut Work<'_>, many: f64) {
    let (w, h) = (work.canvas.width as f64, work.canvas.height as f64);
    for _ in 0..many as usize {
        let a = Point::new(work.chance.between(0.0, w), work.chance.between(0.0, h));
        let (sin, cos) = work.chance.between(1.0, 2.2).sin_cos();
        let length = work.chance.between(4.0, 120.0);
        let line = super::paint::Outline::stroke(
            a,
            Point::new(a.x + cos * length, a.y + sin * length),
            0.5,
            0.3,
        );
        let tone = work.chance.pick(&[70.0, 120.0, 245.0]);
        let before = work.canvas.alpha.clone();
        work.canvas.cover(&line, 1.4, |_, _| ([tone; 3], 0.8));
        work.canvas.alpha = before;
    }
    work.canvas.each(|_, _, c| mix(c, [228.0, 220.0, 200.0], 0.04));
}
