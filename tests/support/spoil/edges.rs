//! What a cut-out leaves or takes: rims, haze, stairs, bits of the room, bites, holes, bodies that end in mid-air.

use baidi::lab::geometry::Point;

use super::Work;
use super::chance::noise;
use super::paint::{Colour, Outline, mix, step, times};

/// The colour of an old wall.
fn old_wall(work: &mut Work<'_>, colourful: bool) -> Colour {
    if colourful {
        work.chance.pick(&[
            [67.0, 142.0, 219.0],
            [204.0, 40.0, 44.0],
            [70.0, 130.0, 70.0],
            [150.0, 110.0, 60.0],
            [40.0, 70.0, 140.0],
        ])
    } else {
        let level = work.chance.between(60.0, 185.0);
        let warm = work.chance.between(-8.0, 8.0);
        [level + warm, level, level - warm]
    }
}

/// A line of the old wall all round the person, `width` pixels.
fn rim(work: &mut Work<'_>, width: f64, colour: Colour) {
    let far = work.canvas.outside(12);
    let soft = work.chance.between(0.6, 1.6);
    let mut i = 0;
    work.canvas.each(|_, a, c| {
        let d = far[i];
        i += 1;
        let there = step(width + soft, width, d)
            * step(-1.5, -0.2, d)
            * if d < 0.0 { 1.0 - a } else { 1.0 };
        mix(c, colour, there * 0.92)
    });
}

/// A grey line round the person.
pub fn grey_rim(work: &mut Work<'_>, width: f64) {
    let colour = old_wall(work, false);
    rim(work, width, colour);
}

/// A coloured one, as an old blue or red wall leaves.
pub fn coloured_rim(work: &mut Work<'_>, width: f64) {
    let colour = old_wall(work, true);
    rim(work, width, colour);
}

/// A grey or coloured mist that fades over `width` pixels.
pub fn haze(work: &mut Work<'_>, width: f64) {
    let colourful = work.chance.unit() < 0.4;
    let colour = old_wall(work, colourful);
    let far = work.canvas.outside(60);
    let strong = work.chance.between(0.3, 0.55);
    let seed = work.chance.bits();
    let mut i = 0;
    work.canvas.each(|p, a, c| {
        let d = far[i];
        i += 1;
        let uneven = 0.75 + 0.45 * noise(p.x / 30.0, p.y / 30.0, seed);
        mix(c, colour, (1.0 - a) * strong * uneven.max(0.0) * (1.0 - d / width).clamp(0.0, 1.0))
    });
}

/// The person's edge eaten by white, as a bright wall's glow does it, over `width` pixels.
pub fn glow(work: &mut Work<'_>, width: f64) {
    let far = work.canvas.outside(24);
    let mut i = 0;
    let (w, h) = (work.canvas.width as f64, work.canvas.height as f64);
    work.canvas.each(|p, _, c| {
        let d = far[i];
        i += 1;
        let frame = p.x.min(w - 1.0 - p.x).min(h - 1.0 - p.y);
        mix(c, [255.0; 3], 0.85 * step(-width, 0.0, d) * step(0.0, 3.0, frame))
    });
}

/// The outline in stairs of `size` pixels, as scissors of coarse pixels cut.
pub fn stairs(work: &mut Work<'_>, size: f64) {
    let alpha = work.canvas.alpha.clone();
    let old = work.canvas.clone();
    let n = size.round().max(2.0);
    let far = old.outside(2 * n as i64);
    let width = old.width;
    work.canvas.each(|p, _, c| {
        let d = far[p.y as usize * width + p.x as usize];
        if d.abs() > n {
            return c;
        }
        let block = Point::new((p.x / n).floor() * n + n / 2.0, (p.y / n).floor() * n + n / 2.0);
        if alpha.sample(block.x, block.y) > 0.5 {
            // Person: where the picture has wall here, the nearest of the person goes on.
            if f64::from(alpha.sample(p.x, p.y)) > 0.9 {
                c
            } else {
                times(old.at(inward(&old, p, n)), 1.0)
            }
        } else {
            [255.0; 3]
        }
    });
}

/// The nearest place well inside the person.
fn inward(canvas: &super::paint::Canvas, p: Point, reach: f64) -> Point {
    let mut best = (f64::MAX, p);
    for k in 0..24 {
        let (sin, cos) = (f64::from(k) / 24.0 * std::f64::consts::TAU).sin_cos();
        for r in [0.5, 1.0, 1.5, 2.0] {
            let q = Point::new(p.x + cos * r * reach, p.y + sin * r * reach);
            if canvas.person(q) > 0.95 && r < best.0 {
                best = (r, q);
            }
        }
    }
    best.1
}

/// A blob of the room that was behind, its middle beside the person.
fn room_at(work: &mut Work<'_>, at: Point, size: f64, soft: f64) {
    let seed = work.chance.bits();
    let room = work.room();
    let ragged: Vec<Point> = (0..9)
        .map(|k| {
            let (sin, cos) = (f64::from(k) / 9.0 * std::f64::consts::TAU).sin_cos();
            let r = size * (0.75 + 0.5 * noise(f64::from(k) * 1.7, 0.5, seed));
            Point::new(at.x + cos * r * 0.8, at.y + sin * r * 1.2)
        })
        .collect();
    let shape = Outline::smooth(&ragged);
    let before = work.canvas.alpha.clone();
    let scale = work.chance.between(0.8, 1.6);
    let (dx, dy) = (work.chance.between(0.0, 300.0), work.chance.between(0.0, 300.0));
    work.canvas.cover(&shape, soft, |p, _| {
        let a = f64::from(before.sample(p.x, p.y));
        (room.at(p.x * scale + dx, p.y * scale + dy), 1.0 - a)
    });
    work.canvas.alpha = before;
}

/// Where the person's outline is at a height of the face, a little outside.
fn beside(work: &mut Work<'_>, v: f64, out: f64) -> Point {
    let side = work.chance.pick(&[-1.0, 1.0]);
    work.face.at(side * (work.face.girth(v, side) + out), v)
}

fn softness(work: &mut Work<'_>) -> f64 {
    if work.chance.unit() < 0.5 { 1.2 } else { work.chance.between(5.0, 14.0) }
}

/// A piece of the room beside the hair.
pub fn room_by_hair(work: &mut Work<'_>, size: f64) {
    let v = work.chance.between(work.face.top() + 0.15, -0.05);
    let at = beside(work, v, 0.3 * size);
    let soft = softness(work);
    room_at(work, at, size * work.face.width, soft);
}

/// In the corner between neck and shoulder.
pub fn room_by_neck(work: &mut Work<'_>, size: f64) {
    let face = work.face;
    let side = work.chance.pick(&[-1.0, 1.0]);
    // Where the outline comes nearest to the neck, hair or no hair.
    let rows = (0..8).map(|k| face.chin_line() - 0.3 + 0.06 * f64::from(k));
    let v =
        rows.min_by(|a, b| face.girth(*a, side).total_cmp(&face.girth(*b, side))).unwrap_or(0.4);
    let at = face.at(side * (face.girth(v, side) + 0.4 * size), v);
    let soft = softness(work);
    room_at(work, at, size * face.width, soft);
}

/// Above a shoulder, at the frame.
pub fn room_by_shoulder(work: &mut Work<'_>, size: f64) {
    let side = work.chance.pick(&[-1.0, 1.0]);
    let x = if side < 0.0 {
        work.chance.between(0.0, 30.0)
    } else {
        work.canvas.width as f64 - work.chance.between(1.0, 31.0)
    };
    let mut y = work.canvas.height as f64 - 1.0;
    while y > 0.0 && work.canvas.person(Point::new(x, y)) > 0.5 {
        y -= 1.0;
    }
    let soft = softness(work);
    let at = Point::new(x, y - 0.3 * size * work.face.width);
    room_at(work, at, size * work.face.width, soft);
}

/// White where a part of the person was.
fn bite(work: &mut Work<'_>, shape: &Outline, soft: f64) {
    let mut gone = shape.clone();
    gone.0.retain(|p| p.x.is_finite());
    let before = work.canvas.alpha.clone();
    work.canvas.cover(&gone, soft, |_, _| ([255.0; 3], 1.0));
    work.canvas.alpha = before;
}

fn ragged(work: &mut Work<'_>, at: Point, rx: f64, ry: f64) -> Outline {
    let seed = work.chance.bits();
    let points: Vec<Point> = (0..10)
        .map(|k| {
            let (sin, cos) = (f64::from(k) / 10.0 * std::f64::consts::TAU).sin_cos();
            let r = 1.0 + 0.3 * noise(f64::from(k) * 1.9, 0.2, seed);
            Point::new(at.x + cos * rx * r, at.y + sin * ry * r)
        })
        .collect();
    Outline::smooth(&points)
}

/// A part of the hair or head is missing at its edge.
pub fn hair_bitten(work: &mut Work<'_>, size: f64) {
    let v = work.chance.between(work.face.top() + 0.06, -0.15);
    let at = beside(work, v, -0.25 * size);
    let r = size * work.face.width;
    let shape = ragged(work, at, r, r);
    bite(work, &shape, 2.0);
}

/// A shoulder is missing at its edge.
pub fn shoulder_bitten(work: &mut Work<'_>, size: f64) {
    let side = work.chance.pick(&[-1.0, 1.0]);
    let u = work.chance.between(0.55, 0.85) * side;
    let mut at = work.face.at(u, work.face.chin_line() + 1.2);
    at.x = at.x.clamp(4.0, work.canvas.width as f64 - 5.0);
    at.y = work.canvas.height as f64 - 1.0;
    while at.y > 0.0 && work.canvas.person(at) > 0.5 {
        at.y -= 1.0;
    }
    let r = size * work.face.width;
    at.y += 0.35 * r;
    let shape = ragged(work, at, 1.2 * r, r);
    bite(work, &shape, 2.0);
}

/// A white hole in the clothes or the hair, as a matte has them.
pub fn hole(work: &mut Work<'_>, size: f64) {
    let face = work.face;
    let r = size * face.width;
    let bottom = work.canvas.height as f64 - 1.3 * r;
    for _ in 0..30 {
        let (u, v) = if work.chance.unit() < 0.4 {
            (
                work.chance.between(-0.3, 0.3),
                work.chance.between(face.top() + 0.1, face.hair_line()),
            )
        } else {
            (work.chance.between(-0.9, 0.9), face.chin_line() + work.chance.between(0.15, 0.6))
        };
        let at = face.at(u, v);
        let around = work.canvas.mean(at, r);
        let whole = (0..8).all(|k| {
            let (sin, cos) = (f64::from(k) * std::f64::consts::FRAC_PI_4).sin_cos();
            let p = Point::new(at.x + 1.4 * r * cos, at.y + 1.4 * r * sin);
            work.canvas.person(p) > 0.9 && p.x > 0.0 && p.x < work.canvas.width as f64
        });
        if whole && at.y < bottom && around[1] < 190.0 {
            let shape = ragged(work, at, r, r);
            bite(work, &shape, 2.5);
            return;
        }
    }
}

/// Everything below a line is white.
fn cut_below(work: &mut Work<'_>, y: f64, slope: f64, soft: f64) {
    let middle = work.canvas.width as f64 / 2.0;
    let width = work.canvas.width;
    for i in 0..work.canvas.pixels.len() {
        let (x, row) = ((i % width) as f64, (i / width) as f64);
        let gone = step(-soft, soft, row - y - slope * (x - middle));
        work.canvas.pixels[i] = mix(work.canvas.pixels[i], [255.0; 3], gone);
    }
}

/// The body ends `height` pixels above the bottom edge, straight.
pub fn cut_straight(work: &mut Work<'_>, height: f64) {
    let height = height * work.chance.between(0.8, 1.2);
    let soft = work.chance.between(0.5, 2.5);
    cut_below(work, work.canvas.height as f64 - 0.5 - height, 0.0, soft);
}

/// It ends in a slanted line.
pub fn cut_slanted(work: &mut Work<'_>, height: f64) {
    let w = work.canvas.width as f64;
    let slope = work.chance.pick(&[-1.0, 1.0]) * 1.7 * height / w;
    let y = work.canvas.height as f64 - height;
    cut_below(work, y, slope, 1.0);
}

/// It ends in an arch or fades away.
pub fn cut_round(work: &mut Work<'_>, height: f64) {
    let (w, h) = (work.canvas.width as f64, work.canvas.height as f64);
    let faded = work.chance.unit() < 0.4;
    let soft = if faded { 0.5 * height } else { 1.2 };
    work.canvas.each(|p, _, c| {
        let x = (p.x - w / 2.0) / (w / 2.0);
        let y = h - height * (0.25 + 0.9 * x * x);
        mix(c, [255.0; 3], step(-soft, soft, p.y - y))
    });
}

/// The photo ends at the neck: white below it, `below` of a face width under the chin.
pub fn no_body(work: &mut Work<'_>, below: f64) {
    let at = work.face.at(0.0, work.face.chin_line() + below);
    let soft = work.chance.between(0.6, 3.0);
    cut_below(work, at.y, 0.0, soft);
}
