//! What is held or worn before the face: masks, hands, phones, leaves, microphones, stickers, scarves, hair.

use baidi::lab::face::Landmark as L;
use baidi::lab::geometry::Point;

use super::Work;
use super::chance::{clouds, noise};
use super::paint::{Colour, Outline, grain, mix, step, times};

/// A cloth or surgical mask that reaches up to `up`: 0 the upper lip, 0.5 the tip of the nose, 1 its root.
pub fn mask(work: &mut Work<'_>, up: f64) {
    let face = work.face;
    let (nose, lip, chin) =
        (face.mark(L::NoseTip), face.mark(L::LipUpperInner), face.mark(L::Chin));
    let root = face.mark(L::LeftEyeInner).midpoint(face.mark(L::RightEyeInner));
    let under = lip.midpoint(nose);
    let top =
        if up < 0.5 { along(under, nose, 2.0 * up) } else { along(nose, root, 1.2 * (up - 0.5)) };
    let colour = work.chance.pick(&[
        [150.0, 196.0, 222.0],
        [236.0, 238.0, 240.0],
        [38.0, 38.0, 42.0],
        [206.0, 176.0, 190.0],
        [120.0, 134.0, 120.0],
    ]);
    let out = |l: L, by: f64| {
        let p = face.mark(l);
        along(chin.midpoint(nose), p, 1.0 + by)
    };
    let (left, right) = (face.mark(L::LeftEarRoot), face.mark(L::RightEarRoot));
    let (left, right) = (
        along(left, out(L::LeftJawUpper, 0.0), 0.55),
        along(right, out(L::RightJawUpper, 0.0), 0.55),
    );
    let below = along(nose, chin, 1.07);
    let shape = Outline::smooth(&[
        along(left, nose, 0.06),
        along(along(left, top, 0.55), nose, 0.04),
        top,
        along(along(right, top, 0.55), nose, 0.04),
        along(right, nose, 0.06),
        out(L::RightJawUpper, 0.0),
        out(L::RightJawMiddle, 0.04),
        out(L::RightJawLower, 0.05),
        below,
        out(L::LeftJawLower, 0.05),
        out(L::LeftJawMiddle, 0.04),
        out(L::LeftJawUpper, 0.0),
    ]);
    let strap = if colour[0] < 100.0 { times(colour, 1.1) } else { [240.0, 240.0, 240.0] };
    for (ear, from) in [(L::LeftEarRoot, left), (L::RightEarRoot, right)] {
        let string = Outline::stroke(from, along(from, face.mark(ear), 1.2), 1.6, 1.6);
        work.canvas.shade(&string, 3.0, 0.2);
        work.canvas.cover(&string, 1.3, |_, _| (strap, 1.0));
    }
    work.canvas.shade(&shape, 0.05 * face.width, 0.35);
    let (w, folds) = (face.width, work.chance.unit() < 0.7);
    let (axis, down) = (face.along(), work.chance.bits());
    let middle = top.midpoint(below);
    work.canvas.cover(&shape, 1.6, |p, d| {
        let (dx, dy) = (p.x - middle.x, p.y - middle.y);
        let v = (dy * axis.0 - dx * axis.1) / w;
        let u = (dx * axis.0 + dy * axis.1) / w;
        let round = 1.04 - 0.55 * u * u - 0.1 * v;
        let pleat = if folds {
            1.0 - 0.13 * step(0.75, 1.0, ((v + 2.0) * 11.0 + 0.8 * u * u).fract())
        } else {
            1.0
        };
        let hem = if d > -0.018 * w { 0.93 } else { 1.0 };
        (times(colour, round * pleat * hem * grain(p, 7.0, 0.02, down)), 1.0)
    });
}

fn along(a: Point, b: Point, t: f64) -> Point {
    Point::new(a.x + (b.x - a.x) * t, a.y + (b.y - a.y) * t)
}

/// Fingers from below or the side, of the sitter's own skin, over the share `much` of the lower face.
pub fn hand(work: &mut Work<'_>, much: f64) {
    let face = work.face;
    let side = work.chance.pick(&[-1.0, 1.0]);
    let skin = times(
        work.canvas.mean(face.at(0.22 * side, 0.18), 0.05 * face.width),
        work.chance.between(0.88, 1.0),
    );
    let tilt = work.chance.between(0.5, 1.1) * side;
    let w = face.width;
    // The fingertips: over the cheek when weak, over the mouth, over nose and eye.
    let tip = face.at(side * (0.30 - 0.30 * much), 0.42 - 0.26 * much);
    let (dx, dy) = (tilt.sin(), tilt.cos());
    let (ax, ay) = (dy, -dx);
    let thick = 0.082 * w;
    let palm = Point::new(tip.x + dx * 0.72 * w, tip.y + dy * 0.72 * w);
    let back = Outline::ellipse(palm, 0.3 * w, 0.24 * w, dy.atan2(dx));
    let arm = Outline::stroke(
        palm,
        Point::new(palm.x + dx * 1.4 * w, palm.y + dy * 1.4 * w),
        0.2 * w,
        0.22 * w,
    );
    work.canvas.shade(&back, 0.08 * w, 0.35);
    let seed = work.chance.bits();
    let lit = move |r: f64| {
        move |p: Point, d: f64| {
            let inner = (-d / r).clamp(0.0, 1.0);
            (times(skin, (0.74 + 0.3 * inner.sqrt()) * grain(p, 9.0, 0.025, seed)), 1.0)
        }
    };
    work.canvas.cover(&arm, 1.5, lit(0.2 * w));
    work.canvas.cover(&back, 1.5, lit(0.2 * w));
    for k in 0..4 {
        let off = (f64::from(k) - 1.5) * 1.9 * thick;
        let reach = [0.12, 0.0, 0.03, 0.16][k as usize] * w;
        let a = Point::new(tip.x + ax * off + dx * reach, tip.y + ay * off + dy * reach);
        let b = Point::new(palm.x + ax * off * 0.85, palm.y + ay * off * 0.85);
        let finger = Outline::stroke(a, b, thick * 0.82, thick);
        work.canvas.shade(&finger, 0.05 * w, 0.3);
        work.canvas.cover(&finger, 1.5, lit(thick));
        let nail = Outline::ellipse(
            Point::new(a.x - dx * 0.25 * thick, a.y - dy * 0.25 * thick),
            thick * 0.55,
            thick * 0.42,
            dy.atan2(dx),
        );
        let shine = mix(skin, [250.0, 225.0, 220.0], 0.45);
        work.canvas.cover(&nail, 1.5, |_, _| (shine, 0.9));
        for joint in [0.42, 0.75] {
            let at = along(a, b, joint);
            let fold = Outline::stroke(
                Point::new(at.x - ax * thick * 0.6, at.y - ay * thick * 0.6),
                Point::new(at.x + ax * thick * 0.6, at.y + ay * thick * 0.6),
                0.7,
                0.7,
            );
            work.canvas.cover(&fold, 1.5, |_, _| (times(skin, 0.7), 0.5));
        }
    }
}

/// A phone held up, covering more of the face the stronger.
pub fn phone(work: &mut Work<'_>, much: f64) {
    let face = work.face;
    let side = work.chance.pick(&[-1.0, 1.0]);
    let w = face.width;
    let turn = face.angle() + work.chance.between(-0.35, 0.35);
    let centre = face.at(side * (0.42 - 0.34 * much), 0.28 - 0.06 * much);
    let body = work.chance.pick(&[
        [32.0, 33.0, 38.0],
        [210.0, 212.0, 216.0],
        [52.0, 70.0, 98.0],
        [186.0, 150.0, 130.0],
    ]);
    let case = Outline::plate(centre, 0.19 * w, 0.4 * w, 0.05 * w, turn);
    work.canvas.shade(&case, 0.08 * w, 0.35);
    let seed = work.chance.bits();
    work.canvas.cover(&case, 1.3, |p, d| {
        let sheen = 1.0 + 0.14 * noise((p.x + p.y) / w * 2.0, (p.x - p.y) / w, seed);
        (times(body, if d > -1.8 { 1.25 } else { sheen }), 1.0)
    });
    let (sin, cos) = turn.sin_cos();
    let on =
        |x: f64, y: f64| Point::new(centre.x + x * cos - y * sin, centre.y + x * sin + y * cos);
    let bump = Outline::plate(on(-0.09 * w, -0.29 * w), 0.075 * w, 0.085 * w, 0.03 * w, turn);
    work.canvas.cover(&bump, 1.2, |_, _| (times(body, 0.75), 1.0));
    for (x, y) in [(-0.12, -0.33), (-0.06, -0.27), (-0.12, -0.25)] {
        let lens = Outline::ellipse(on(x * w, y * w), 0.024 * w, 0.024 * w, 0.0);
        work.canvas
            .cover(&lens, 1.2, |_, d| (if d > -1.2 { [90.0; 3] } else { [14.0, 14.0, 22.0] }, 1.0));
    }
    // The fingers that hold it.
    let skin = work.canvas.mean(face.at(-0.22 * side, 0.18), 0.05 * w);
    for k in 0..4 {
        let y = 0.02 + 0.1 * f64::from(k);
        let finger = Outline::stroke(
            on(side * 0.26 * w, (y + 0.03) * w),
            on(side * 0.08 * w, y * w),
            0.05 * w,
            0.042 * w,
        );
        work.canvas.cover(&finger, 1.4, |_, d| {
            (times(skin, 0.78 + 0.25 * (-d / (0.05 * w)).clamp(0.0, 1.0)), 1.0)
        });
    }
}

/// A leaf or a flower's petal before the face.
pub fn leaf(work: &mut Work<'_>, much: f64) {
    let face = work.face;
    let w = face.width;
    let side = work.chance.pick(&[-1.0, 1.0]);
    let tip = face.at(side * (0.22 - 0.34 * much), 0.2 + work.chance.between(-0.2, 0.15));
    let from = face.at(side * 0.75, work.chance.between(0.3, 0.9));
    let colour = work.chance.pick(&[
        [62.0, 118.0, 48.0],
        [96.0, 140.0, 60.0],
        [44.0, 88.0, 56.0],
        [196.0, 80.0, 60.0],
    ]);
    let (dx, dy) = (from.x - tip.x, from.y - tip.y);
    let length = dx.hypot(dy);
    let (nx, ny) = (-dy / length, dx / length);
    let broad = (0.1 + 0.16 * much) * w;
    let at = |t: f64, off: f64| Point::new(tip.x + dx * t + nx * off, tip.y + dy * t + ny * off);
    let shape = Outline::smooth(&[
        tip,
        at(0.15, 0.6 * broad),
        at(0.4, broad),
        at(0.7, 0.8 * broad),
        at(1.0, 0.1 * broad),
        at(1.0, -0.1 * broad),
        at(0.7, -0.8 * broad),
        at(0.4, -broad),
        at(0.15, -0.6 * broad),
    ]);
    work.canvas.shade(&shape, 0.07 * w, 0.3);
    let seed = work.chance.bits();
    work.canvas.cover(&shape, 1.4, |p, _| {
        let (px, py) = (p.x - tip.x, p.y - tip.y);
        let (t, off) = ((px * dx + py * dy) / (length * length), (px * nx + py * ny) / broad);
        let rib = (1.0 - off.abs() * broad / 1.3).clamp(0.0, 1.0);
        let vein =
            (1.0 - (((t * 9.0 + off.abs() * 1.6).fract() - 0.5).abs() * 14.0)).clamp(0.0, 1.0);
        let half = if off > 0.0 { 1.06 } else { 0.9 };
        let c = times(colour, half * grain(p, 12.0, 0.08, seed));
        (mix(c, times(colour, 1.45), 0.8 * rib + 0.35 * vein * (1.0 - rib)), 1.0)
    });
}

/// A microphone before the mouth.
pub fn microphone(work: &mut Work<'_>, much: f64) {
    let face = work.face;
    let w = face.width;
    let side = work.chance.pick(&[-1.0, 1.0]);
    let mouth = face.mark(L::LipUpperInner).midpoint(face.mark(L::LipLowerInner));
    let up = 0.06 - 0.1 * much;
    let head = Point::new(mouth.x + side * 0.04 * w, mouth.y + up * w + 0.06 * w);
    let foot = face.at(side * work.chance.between(0.1, 0.4), 1.5);
    let handle = Outline::stroke(head, foot, 0.06 * w, 0.08 * w);
    let r = (0.11 + 0.05 * much) * w;
    let ball = Outline::ellipse(head, r, r * 1.08, 0.0);
    work.canvas.shade(&handle, 0.05 * w, 0.3);
    let (body, top) = work.chance.pick(&[
        ([36.0, 36.0, 40.0], [60.0, 60.0, 64.0]),
        ([30.0, 30.0, 32.0], [168.0, 170.0, 174.0]),
        ([24.0, 24.0, 26.0], [28.0, 28.0, 30.0]),
    ]);
    work.canvas.cover(&handle, 1.4, |_, d| {
        (times(body, 0.7 + 0.6 * (-d / (0.07 * w)).clamp(0.0, 1.0)), 1.0)
    });
    work.canvas.shade(&ball, 0.06 * w, 0.35);
    work.canvas.cover(&ball, 1.4, |p, d| {
        let mesh = 0.85 + 0.15 * (p.x * 1.9 + p.y * 1.1).sin() * (p.x * 1.1 - p.y * 1.9).sin();
        let light = 0.6 + 0.55 * (-d / r).clamp(0.0, 1.0) * (1.0 - (p.x - head.x) / (3.0 * r));
        (times(top, mesh * light), 1.0)
    });
}

/// A coloured disc stuck over a part of the face, as people hide one.
pub fn sticker(work: &mut Work<'_>, much: f64) {
    let face = work.face;
    let r = (0.09 + 0.22 * much) * face.width;
    let at = face.at(work.chance.between(-0.2, 0.2), work.chance.between(0.0, 0.38));
    let colour = work.chance.pick(&[
        [250.0, 204.0, 60.0],
        [236.0, 96.0, 120.0],
        [120.0, 190.0, 240.0],
        [250.0, 250.0, 250.0],
        [24.0, 24.0, 24.0],
    ]);
    let disc = Outline::ellipse(at, r, r, 0.0);
    work.canvas.cover(&disc, 1.2, |_, d| (if d > -1.5 { times(colour, 0.7) } else { colour }, 1.0));
    for s in [-1.0, 1.0] {
        let eye = Outline::ellipse(
            Point::new(at.x + s * 0.35 * r, at.y - 0.2 * r),
            0.1 * r,
            0.15 * r,
            0.0,
        );
        work.canvas.cover(&eye, 1.2, |_, _| ([60.0, 40.0, 20.0], 1.0));
    }
    let smile = Outline::ellipse(Point::new(at.x, at.y + 0.35 * r), 0.42 * r, 0.12 * r, 0.0);
    work.canvas.cover(&smile, 1.2, |_, _| ([120.0, 50.0, 30.0], 1.0));
}

/// A scarf wound round neck and chin, up to lip, nose or eyes.
pub fn scarf(work: &mut Work<'_>, up: f64) {
    let face = work.face;
    let colour = cloth(work);
    let top = 0.62 - 0.5 * up;
    let (l, r) = (face.side(0.45, -1.0), face.side(0.45, 1.0));
    let shape = Outline::smooth(&[
        face.at(-l - 0.04, top - 0.12),
        face.at(-0.25, top + 0.01),
        face.at(0.0, top + 0.03),
        face.at(0.25, top + 0.01),
        face.at(r + 0.04, top - 0.12),
        face.at(r + 0.14, 0.55),
        face.at(0.62, 1.0),
        face.at(0.3, 1.22),
        face.at(-0.3, 1.22),
        face.at(-0.62, 1.0),
        face.at(-l - 0.14, 0.55),
    ]);
    work.canvas.shade(&shape, 0.06 * face.width, 0.35);
    let seed = work.chance.bits();
    let w = face.width;
    let pattern = work.chance.unit() < 0.4;
    work.canvas.cover(&shape, 1.6, |p, d| {
        let (u, v) = face.local(p);
        let fold = noise(u * 1.8, (v + 0.25 * u * u) * 7.0, seed);
        let check =
            if pattern && ((u * 9.0).sin() > 0.6 || (v * 9.0).sin() > 0.6) { 0.72 } else { 1.0 };
        let rim = if d > -0.012 * w { 1.12 } else { 1.0 };
        (times(colour, (0.9 + 0.26 * fold) * check * rim), 1.0)
    });
}

/// A colour of clothes.
pub fn cloth(work: &mut Work<'_>) -> Colour {
    work.chance.pick(&[
        [150.0, 34.0, 40.0],
        [36.0, 60.0, 120.0],
        [40.0, 42.0, 46.0],
        [196.0, 170.0, 130.0],
        [70.0, 110.0, 84.0],
        [120.0, 120.0, 124.0],
        [214.0, 196.0, 200.0],
        [226.0, 178.0, 60.0],
        [92.0, 60.0, 110.0],
    ])
}

/// A fringe combed down to `to`: 0 the middle of the forehead, 0.5 the brows, 1 the eyes.
pub fn fringe(work: &mut Work<'_>, to: f64) {
    let face = work.face;
    let hair = face.hair_colour(&work.canvas);
    let (high, line, brow) = (face.top(), face.hair_line(), face.brow_line());
    let low = if to < 0.5 {
        -0.3 + (brow + 0.3) * 2.0 * to
    } else {
        brow + (0.12 - brow) * 2.0 * (to - 0.5)
    };
    let part = work.chance.between(-0.15, 0.15);
    strands(work, hair, |u| {
        // It springs from the crown and lies round the forehead.
        let top = high + 0.45 * (line - high) + 0.5 * u * u;
        let end = low - 1.2 * (u.abs() - 0.34).max(0.0) + 0.12 * (u - part).abs()
            - 0.1 * (1.0 - (u - part).abs() * 8.0).max(0.0);
        (u.abs() < 0.47 && end > top).then_some((top, end))
    });
}

/// A wide lock over one eye and cheek, down from the parting.
pub fn lock(work: &mut Work<'_>, width: f64) {
    let face = work.face;
    let hair = face.hair_colour(&work.canvas);
    let side = work.chance.pick(&[-1.0, 1.0]);
    let (high, line) = (face.top(), face.hair_line());
    let inner = 0.5 - width;
    strands(work, hair, |u| {
        let u = u * side;
        let top = high + 0.4 * (line - high) + 0.4 * u * u;
        // Its inner edge swings outwards on the way down.
        let end = 0.62 - 1.6 * (inner + 0.12 - u).max(0.0) / width.max(0.1);
        (u > inner - 0.12 && u < 0.53 && end > top).then_some((top, end))
    });
}

/// Hair from above the ears down over them.
pub fn over_ears(work: &mut Work<'_>, much: f64) {
    let face = work.face;
    let hair = face.hair_colour(&work.canvas);
    let (l, r) = (face.side(0.1, -1.0), face.side(0.1, 1.0));
    strands(work, hair, |u| {
        let edge = if u < 0.0 { l } else { r };
        (u.abs() > 0.5 - 0.1 * much && u.abs() < edge.max(0.55) + 0.04 * much)
            .then_some((-0.42 + 0.3 * (u.abs() - 0.5), 0.1 + 0.5 * much))
    });
}

/// Hair that hangs from above down, its ends ragged: where it begins and ends in each column of the face.
fn strands(work: &mut Work<'_>, hair: Colour, span: impl Fn(f64) -> Option<(f64, f64)>) {
    let face = work.face;
    let seed = work.chance.bits();
    work.canvas.each(|p, _, c| {
        let (u, v) = face.local(p);
        let lean = u + 0.05 * noise(v * 2.0, u * 2.0, seed) * (v + 0.5);
        let Some((top, low)) = span(lean) else { return c };
        let ragged =
            low + 0.05 * noise(lean * 26.0, 0.0, seed) + 0.02 * noise(lean * 70.0, 3.0, seed);
        let cover = step(top - 0.08, top + 0.02, v) * step(ragged + 0.015, ragged - 0.015, v);
        let sheen = 1.0 + 0.35 * clouds(lean * 40.0, v * 1.5, seed);
        mix(c, times(hair, sheen), cover * (0.97 + 0.03 * noise(lean * 60.0, v * 3.0, seed ^ 5)))
    });
}
