//! What is behind and around the person: walls, shadows, lines, writing, borders, other faces, pale clothes.

use baidi::lab::geometry::Point;

use super::Work;
use super::chance::{clouds, noise};
use super::paint::{Canvas, Colour, Outline, mix, step, times};

fn wall(work: &mut Work<'_>, colour: impl Fn(Point) -> Colour) {
    work.canvas.each(|p, a, c| {
        let new = colour(p);
        // White was added where the person does not cover: what is added now is the wall's.
        std::array::from_fn(|k| (c[k] - (1.0 - a) * (255.0 - new[k])).max(0.0))
    });
}

/// The wall is grey, `less` levels below white.
pub fn grey(work: &mut Work<'_>, less: f64) {
    let lean: [f64; 3] = std::array::from_fn(|_| work.chance.between(0.85, 1.15));
    wall(work, |_| lean.map(|l| (255.0 - less * l).min(255.0)));
}

/// The wall is coloured.
pub fn coloured(work: &mut Work<'_>, share: f64) {
    let colour = work.chance.pick(&[
        [67.0, 142.0, 219.0],
        [204.0, 36.0, 40.0],
        [190.0, 220.0, 240.0],
        [230.0, 210.0, 180.0],
        [120.0, 160.0, 120.0],
    ]);
    wall(work, |_| mix([255.0; 3], colour, share));
}

/// The wall darkens from one side to the other by `levels`.
pub fn gradient(work: &mut Work<'_>, levels: f64) {
    let (sin, cos) = work.chance.between(0.0, std::f64::consts::TAU).sin_cos();
    let (w, h) = (work.canvas.width as f64, work.canvas.height as f64);
    wall(work, |p| {
        let t = 0.5
            + 0.5 * ((p.x / w - 0.5) * 2.0 * cos + (p.y / h - 0.5) * 2.0 * sin).clamp(-1.0, 1.0);
        [255.0 - levels * t; 3]
    });
}

/// The wall is blotched by `levels`.
pub fn blotched(work: &mut Work<'_>, levels: f64) {
    let seed = work.chance.bits();
    let scale = work.chance.between(40.0, 120.0);
    wall(work, |p| {
        let t = 0.5 + 0.5 * clouds(p.x / scale, p.y / scale, seed);
        [255.0 - levels * t.clamp(0.0, 1.0); 3]
    });
}

/// The person's shadow on the wall, `levels` deep.
pub fn shadow(work: &mut Work<'_>, levels: f64) {
    let side = work.chance.pick(&[-1.0, 1.0]);
    let (dx, dy) = (side * work.chance.between(12.0, 40.0), work.chance.between(4.0, 24.0));
    let mut thrown = work.canvas.clone();
    thrown.each(|_, a, _| [a; 3]);
    let thrown = thrown.blurred(work.chance.between(2.0, 9.0));
    wall(work, |p| [255.0 - levels * thrown.at(Point::new(p.x - dx, p.y - dy))[0]; 3]);
}

/// Joints of tiles or a door's frame behind.
pub fn lines(work: &mut Work<'_>, levels: f64) {
    let n = 1 + (work.chance.bits() % 3) as usize;
    let lines: Vec<(bool, f64, f64)> = (0..n)
        .map(|_| {
            (
                work.chance.unit() < 0.6,
                work.chance.between(0.05, 0.95),
                work.chance.between(1.2, 5.0),
            )
        })
        .collect();
    let (w, h) = (work.canvas.width as f64, work.canvas.height as f64);
    wall(work, |p| {
        let dark: f64 = lines
            .iter()
            .map(|(upright, at, wide)| {
                let d = if *upright { p.x - at * w } else { p.y - at * 0.6 * h };
                step(*wide, wide - 1.2, d.abs())
            })
            .fold(0.0, f64::max);
        [255.0 - levels * dark; 3]
    });
}

/// A whole room behind, as in a photo that nobody cut out; `share` of its contrast.
pub fn uncut(work: &mut Work<'_>, share: f64) {
    let room = work.room();
    let (dx, dy) = (work.chance.between(0.0, 100.0), work.chance.between(0.0, 100.0));
    wall(work, |p| mix([255.0; 3], room.at(p.x + dx, p.y + dy), share));
}

/// Letters of a mark laid across the picture.
pub fn writing(work: &mut Work<'_>, strong: f64) {
    // Strokes of SAMPLE-like block letters: each letter a few lines in a cell of 4 by 6.
    const LETTERS: [&[[f64; 4]]; 5] = [
        &[[0.0, 6.0, 0.0, 0.0], [0.0, 0.0, 3.0, 0.0], [3.0, 0.0, 3.0, 3.0], [3.0, 3.0, 0.0, 3.0]],
        &[[0.0, 6.0, 1.5, 0.0], [1.5, 0.0, 3.0, 6.0], [0.7, 4.0, 2.3, 4.0]],
        &[[0.0, 6.0, 0.0, 0.0], [0.0, 0.0, 1.5, 3.0], [1.5, 3.0, 3.0, 0.0], [3.0, 0.0, 3.0, 6.0]],
        &[[3.0, 0.0, 0.0, 0.0], [0.0, 0.0, 0.0, 6.0], [0.0, 6.0, 3.0, 6.0], [0.0, 3.0, 2.2, 3.0]],
        &[[0.0, 0.0, 0.0, 6.0], [0.0, 6.0, 3.0, 6.0]],
    ];
    let size = work.chance.between(5.0, 8.0);
    let (sin, cos) = work.chance.between(-0.6, 0.1).sin_cos();
    let colour = work.chance.pick(&[[120.0; 3], [200.0, 60.0, 50.0], [60.0, 90.0, 180.0]]);
    let start = Point::new(work.chance.between(10.0, 40.0), work.chance.between(120.0, 300.0));
    let at = |x: f64, y: f64| Point::new(start.x + x * cos - y * sin, start.y + x * sin + y * cos);
    for k in 0..8 {
        let letter = LETTERS[(work.chance.bits() % 5) as usize];
        for [x0, y0, x1, y1] in letter {
            let x = f64::from(k) * 5.0 * size;
            let line = Outline::stroke(
                at(x + x0 * size, y0 * size),
                at(x + x1 * size, y1 * size),
                0.5 * size,
                0.5 * size,
            );
            let before = work.canvas.alpha.clone();
            work.canvas.cover(&line, 1.3, |_, _| (colour, strong));
            work.canvas.alpha = before;
        }
    }
}

/// A frame round the card, `wide` pixels.
pub fn border(work: &mut Work<'_>, wide: f64) {
    let colour =
        work.chance.pick(&[[20.0; 3], [90.0; 3], [40.0, 60.0, 140.0], [150.0, 120.0, 60.0]]);
    let (w, h) = (work.canvas.width as f64, work.canvas.height as f64);
    work.canvas.each(|p, _, c| {
        let d = p.x.min(p.y).min(w - 1.0 - p.x).min(h - 1.0 - p.y);
        if d < wide { colour } else { c }
    });
}

/// Corners rounded as on a printed photo, on grey or black.
pub fn corners(work: &mut Work<'_>, radius: f64) {
    let colour = work.chance.pick(&[[60.0; 3], [150.0; 3], [16.0; 3]]);
    let (w, h) = (work.canvas.width as f64, work.canvas.height as f64);
    work.canvas.each(|p, _, c| {
        let dx = radius - p.x.min(w - 1.0 - p.x);
        let dy = radius - p.y.min(h - 1.0 - p.y);
        if dx > 0.0 && dy > 0.0 && dx.hypot(dy) > radius { colour } else { c }
    });
}

/// Somebody else's head beside the sitter, `size` of the sitter's.
pub fn second_face(work: &mut Work<'_>, size: f64) {
    let Some(other) = work.other() else { return };
    let from = Canvas::of(&other.picture, &other.alpha);
    let side = work.chance.pick(&[-1.0, 1.0]);
    let face = work.face;
    let scale = size * face.width / other.face.width;
    // Beside the head, before the wall; a big one lies over the shoulder.
    let u = side * (face.girth(0.1, side) + 0.42 * size);
    let mut at = face.at(u, 0.35 + 0.3 * size);
    at.x =
        at.x.clamp(0.42 * size * face.width, work.canvas.width as f64 - 0.42 * size * face.width);
    let eyes = other.face.at(0.0, 0.1);
    let behind = size < 0.6;
    work.canvas.each(|p, a, c| {
        let q = Point::new(eyes.x + (p.x - at.x) / scale, eyes.y + (p.y - at.y) / scale);
        let (_, v) = other.face.local(q);
        let inside =
            q.x >= 0.0 && q.y >= 0.0 && q.x < from.width as f64 && q.y < from.height as f64;
        if !inside {
            return c;
        }
        let there = from.person(q) * step(1.05, 0.8, v) * if behind { 1.0 - a } else { 1.0 };
        mix(c, from.at(q), there)
    });
}

/// The clothes are as pale as the wall: `share` of the way to white.
pub fn pale_top(work: &mut Work<'_>, share: f64) {
    let face = work.face;
    if face.girth(0.4, -1.0).max(face.girth(0.4, 1.0)) > 0.66 {
        // Long hair lies on the shoulders: what of it is cloth cannot be told here.
        return;
    }
    let low = face.chin_line();
    if face.at(0.0, low + 0.4).y > work.canvas.height as f64 {
        // Of a bust that ends under the chin nobody sees the clothes.
        return;
    }
    let skin = work.canvas.mean(face.at(0.0, low + 0.06), 0.05 * face.width);
    let cloth = work.canvas.mean(face.at(0.5, low + 0.3), 0.1 * face.width);
    let base = (cloth[0] + cloth[1] + cloth[2]) / 3.0;
    if base > 215.0 {
        // They are pale as they are.
        return;
    }
    let seed = work.chance.bits();
    let target = work.chance.between(246.0, 253.0);
    work.canvas.each(|p, a, c| {
        let (u, v) = face.local(p);
        let light = (c[0] + c[1] + c[2]) / 3.0;
        // Skin in whatever light: its colour, not how bright it is.
        let tone = light / ((skin[0] + skin[1] + skin[2]) / 3.0).max(1.0);
        let unlike = (0..3).map(|k| (c[k] - skin[k] * tone).abs()).fold(0.0, f64::max);
        let neck = step(0.42, 0.3, u.abs()) * step(28.0, 14.0, unlike) * step(0.45, 0.6, tone);
        let from = low + 0.16 - 0.14 * u.abs().min(0.9);
        let there = step(from, from + 0.02, v) * a * (1.0 - neck);
        // Folds stay as faint as they are on white cloth.
        let fold = ((light - base) * 0.12).clamp(-12.0, 3.0) + 1.5 * noise(u * 6.0, v * 6.0, seed);
        let white = [target + fold, target + fold, target + fold + 1.0];
        mix(c, white, share * there)
    });
}

/// Bare shoulders, as in a dress without sleeves or straps: its edge lies `down` of a face width below the chin.
pub fn bare_shoulders(work: &mut Work<'_>, down: f64) {
    let face = work.face;
    let low = face.chin_line();
    let skin = times(work.canvas.mean(face.at(0.0, low - 0.12), 0.06 * face.width), 0.94);
    let seed = work.chance.bits();
    work.canvas.each(|p, a, c| {
        let (u, v) = face.local(p);
        let from = low + 0.02 + 0.05 * step(0.25, 0.0, u.abs());
        let to = low + down + 0.03 * (u * 2.5).cos();
        let there = step(from - 0.02, from + 0.03, v) * step(to + 0.008, to - 0.008, v) * a;
        let under_chin = 0.14 * step(0.16, 0.0, v - low) * step(0.4, 0.15, u.abs());
        let bone = (v - low - 0.24 + 0.1 * u.abs()).abs();
        let round = 1.03 - 0.12 * step(0.3, 1.0, u.abs()) + 0.03 * noise(u * 4.0, v * 4.0, seed)
            - 0.09 * step(0.03, 0.0, bone) * step(0.06, 0.12, u.abs())
            - under_chin;
        mix(c, times(skin, round), there)
    });
}

/// One shoulder much higher than the other: the body below the chin leans by `slope`.
pub fn leaning(work: &mut Work<'_>, slope: f64) {
    let face = work.face;
    let slope = slope * work.chance.pick(&[-1.0, 1.0]);
    let chin = face.at(0.0, face.chin_line());
    let middle = chin.x;
    work.canvas.warp(|p| {
        let far = step(0.2 * face.width, 0.75 * face.width, (p.x - middle).abs());
        Point::new(
            p.x,
            p.y + slope
                * (p.x - middle)
                * far
                * step(chin.y - 0.35 * face.width, chin.y + 0.1 * face.width, p.y),
        )
    });
}
