//! What is worn: hats, caps and scarves on the head, glasses, jewellery, earphones.

use baidi::lab::face::Landmark as L;
use baidi::lab::geometry::Point;

use super::Work;
use super::chance::noise;
use super::covers::cloth;
use super::eyes::Eye;
use super::paint::{Colour, Outline, grain, mix, step, times};

/// Lays a piece of cloth that bulges towards its middle.
fn bulge(work: &mut Work<'_>, shape: &Outline, colour: Colour, depth: f64, fine: f64) {
    let face = work.face;
    let seed = work.chance.bits();
    let w = face.width;
    work.canvas.cover(shape, 1.5, |p, d| {
        let (u, v) = face.local(p);
        let round = 1.0 - depth + depth * (-d / (0.28 * w)).clamp(0.0, 1.0) - 0.12 * u;
        let folds = 1.0 + fine * noise(u * 5.0, v * 5.0, seed);
        (times(colour, round * folds * grain(p, 3.0, 0.03, seed ^ 9)), 1.0)
    });
}

/// The dome that sits on the head from `low` (in face widths above the eyes) upwards, `room` of a face width off the hair.
fn dome(work: &Work<'_>, low: f64, room: f64, square: f64) -> Outline {
    let face = work.face;
    let top = face.top() - room;
    let (l, r) = (face.girth(low, -1.0) + room, face.girth(low, 1.0) + room);
    let half = 0.5 * (l + r);
    let middle = 0.5 * (r - l);
    let tall = low - top;
    Outline::smooth(&[
        face.at(-l, low + 0.02),
        face.at(middle - half * 0.99, low - 0.3 * tall),
        face.at(middle - half * (0.8 + 0.12 * square), low - 0.72 * tall),
        face.at(middle - half * (0.42 + 0.2 * square), top + 0.04 * tall),
        face.at(middle, top),
        face.at(middle + half * (0.42 + 0.2 * square), top + 0.04 * tall),
        face.at(middle + half * (0.8 + 0.12 * square), low - 0.72 * tall),
        face.at(middle + half * 0.99, low - 0.3 * tall),
        face.at(r, low + 0.02),
        face.at(middle + 0.5 * half, low + 0.07),
        face.at(middle, low + 0.09),
        face.at(middle - 0.5 * half, low + 0.07),
    ])
}

/// How low a hat sits: from high on the forehead to the brows.
fn seat(work: &Work<'_>, deep: f64) -> f64 {
    let (line, brow) = (work.face.hair_line(), work.face.brow_line());
    line + (brow - 0.05 - line) * deep
}

/// A hat with a brim all round, its brim `broad`.
pub fn hat(work: &mut Work<'_>, broad: f64) {
    let face = work.face;
    let colour = work.chance.pick(&[
        [206.0, 180.0, 130.0],
        [64.0, 52.0, 44.0],
        [40.0, 40.0, 44.0],
        [120.0, 92.0, 66.0],
        [176.0, 178.0, 180.0],
        [110.0, 30.0, 44.0],
    ]);
    let low = seat(work, 0.25 + 0.5 * broad);
    let w = face.width;
    let crown = dome(work, low, 0.035, 0.8);
    let (l, r) = (face.girth(low, -1.0), face.girth(low, 1.0));
    let (half, middle) = (0.5 * (l + r), 0.5 * (r - l));
    let turn = face.angle() + work.chance.between(-0.06, 0.06);
    let brim = Outline::ellipse(
        face.at(middle, low + 0.02),
        (half + 0.12 + 0.4 * broad) * w,
        (0.07 + 0.08 * broad) * w,
        turn,
    );
    work.canvas.shade(&brim.moved(0.0, 0.1 * w), 0.1 * w, 0.4);
    bulge(work, &brim, times(colour, 0.92), 0.18, 0.04);
    bulge(work, &crown, colour, 0.3, 0.05);
    let band = work.chance.pick(&[[30.0, 28.0, 30.0], [130.0, 40.0, 40.0], [236.0, 230.0, 216.0]]);
    let ribbon = Outline::smooth(&[
        face.at(middle - half, low - 0.1),
        face.at(middle, low - 0.06),
        face.at(middle + half, low - 0.1),
        face.at(middle + half + 0.02, low + 0.0),
        face.at(middle, low + 0.05),
        face.at(middle - half - 0.02, low + 0.0),
    ]);
    bulge(work, &ribbon, band, 0.2, 0.03);
}

/// A cap with a visor.
pub fn cap(work: &mut Work<'_>, deep: f64) {
    let face = work.face;
    let colour = cloth(work);
    let low = seat(work, 0.2 + 0.6 * deep);
    let w = face.width;
    let crown = dome(work, low, 0.02, 0.35);
    bulge(work, &crown, colour, 0.32, 0.03);
    for s in [-1.0, 0.0, 1.0] {
        let seam =
            Outline::stroke(face.at(0.05 * s, face.top() - 0.01), face.at(0.4 * s, low), 0.6, 0.6);
        work.canvas.cover(&seam, 1.4, |_, _| (times(colour, 0.72), 0.6));
    }
    let visor = Outline::smooth(&[
        face.at(-0.42, low - 0.02),
        face.at(0.0, low - 0.06),
        face.at(0.42, low - 0.02),
        face.at(0.44, low + 0.1),
        face.at(0.25, low + 0.17),
        face.at(0.0, low + 0.19),
        face.at(-0.25, low + 0.17),
        face.at(-0.44, low + 0.1),
    ]);
    work.canvas.shade(&visor.moved(0.0, 0.07 * w), 0.07 * w, 0.45);
    let brim = if work.chance.unit() < 0.4 { cloth(work) } else { times(colour, 0.86) };
    bulge(work, &visor, brim, 0.15, 0.02);
    if work.chance.unit() < 0.6 {
        let badge =
            Outline::plate(face.at(0.0, low - 0.2), 0.09 * w, 0.06 * w, 0.02 * w, face.angle());
        work.canvas.cover(&badge, 1.3, |_, d| {
            (if d > -2.0 { [40.0; 3] } else { [238.0, 236.0, 230.0] }, 1.0)
        });
    }
}

/// A knitted cap, ribbed, sometimes with a bobble.
pub fn knitted(work: &mut Work<'_>, deep: f64) {
    let face = work.face;
    let colour = cloth(work);
    let low = seat(work, 0.2 + 0.7 * deep);
    let crown = dome(work, low, 0.04, 0.3);
    let seed = work.chance.bits();
    let w = face.width;
    let fold = low - 0.16;
    work.canvas.shade(&crown, 0.04 * w, 0.3);
    work.canvas.cover(&crown, 1.8, |p, d| {
        let (u, v) = face.local(p);
        let rib = 0.86 + 0.16 * (u * 75.0 + 0.6 * noise(u * 6.0, v * 6.0, seed)).sin();
        let cuff = if v > fold { 0.9 + 0.12 * step(fold, fold + 0.03, v) } else { 1.0 };
        let round = 0.78 + 0.3 * (-d / (0.25 * w)).clamp(0.0, 1.0);
        (times(colour, rib * cuff * round), 1.0)
    });
    if work.chance.unit() < 0.5 {
        let ball = Outline::ellipse(face.at(0.0, face.top() - 0.05), 0.12 * w, 0.11 * w, 0.0);
        work.canvas.cover(&ball, 3.0, |p, d| {
            let fluff = 0.85 + 0.25 * noise(p.x / 2.5, p.y / 2.5, seed);
            (
                times(
                    mix(colour, [255.0; 3], 0.3),
                    fluff * (0.8 + 0.25 * (-d / (0.1 * w)).clamp(0.0, 1.0)),
                ),
                1.0,
            )
        });
    }
}

/// A cloth over hair, ears and neck that leaves the face free from brows to chin.
pub fn headscarf(work: &mut Work<'_>, deep: f64) {
    let face = work.face;
    let colour = cloth(work);
    let w = face.width;
    let top = face.top() - 0.03;
    let (l, r) = (face.girth(-0.1, -1.0) + 0.04, face.girth(-0.1, 1.0) + 0.04);
    let outer = Outline::smooth(&[
        face.at(0.0, top),
        face.at(0.6 * r, top + 0.1),
        face.at(r, -0.3),
        face.at(r + 0.02, 0.2),
        face.at(r + 0.04, 0.7),
        face.at(0.85, 1.1),
        face.at(0.4, 1.45),
        face.at(-0.4, 1.45),
        face.at(-0.85, 1.1),
        face.at(-l - 0.04, 0.7),
        face.at(-l - 0.02, 0.2),
        face.at(-l, -0.3),
        face.at(-0.6 * l, top + 0.1),
    ]);
    let line = seat(work, 0.15 + 0.5 * deep);
    let chin = face.chin_line();
    let oval = Outline::smooth(&[
        face.at(0.0, line),
        face.at(0.3, line + 0.06),
        face.at(0.47 - 0.05 * deep, -0.1),
        face.at(0.46 - 0.05 * deep, 0.25),
        face.at(0.26, chin - 0.06),
        face.at(0.0, chin + 0.01),
        face.at(-0.26, chin - 0.06),
        face.at(-0.46 + 0.05 * deep, 0.25),
        face.at(-0.47 + 0.05 * deep, -0.1),
        face.at(-0.3, line + 0.06),
    ]);
    let before = work.canvas.clone();
    let seed = work.chance.bits();
    work.canvas.cover(&outer, 1.5, |p, d| {
        let (u, v) = face.local(p);
        let out = oval.distance(p);
        let keep = (0.5 - out / 1.6).clamp(0.0, 1.0);
        let fold = noise(u.abs() * 3.0 + v, u.hypot(v - 0.3) * 9.0, seed);
        let rim = step(0.0, 0.06 * w, out);
        let shade = 0.82 + 0.2 * rim * (-d / (0.2 * w)).clamp(0.2, 1.0) + 0.12 * fold;
        // The face lies in the cloth's shadow near its edge.
        let skin = times(before.at(p), 1.0 - 0.3 * step(-0.06 * w, 0.0, out));
        (mix(times(colour, shade), skin, keep), 1.0)
    });
}

/// Big headphones over the head.
pub fn headphones(work: &mut Work<'_>, broad: f64) {
    let face = work.face;
    let w = face.width;
    let colour = work.chance.pick(&[
        [34.0, 34.0, 38.0],
        [224.0, 224.0, 226.0],
        [160.0, 40.0, 44.0],
        [60.0, 80.0, 130.0],
    ]);
    let (l, r) = (face.girth(0.0, -1.0), face.girth(0.0, 1.0));
    let top = face.top() + 0.01;
    let steps = 24;
    let arc = |k: i32| {
        let t = f64::from(k) / f64::from(steps) * std::f64::consts::PI;
        let x = if t.cos() > 0.0 { r } else { l };
        face.at(t.cos() * (x + 0.01), 0.05 - t.sin() * (0.05 - top))
    };
    for k in 0..steps {
        let piece = Outline::stroke(
            arc(k),
            arc(k + 1),
            (0.025 + 0.02 * broad) * w,
            (0.025 + 0.02 * broad) * w,
        );
        work.canvas.cover(&piece, 1.4, |_, d| {
            (times(colour, 0.8 + 0.35 * (-d / (0.03 * w)).clamp(0.0, 1.0)), 1.0)
        });
    }
    for (s, x) in [(-1.0, l), (1.0, r)] {
        let cup = Outline::plate(
            face.at(s * (x.min(0.62) - 0.02), 0.12),
            (0.06 + 0.03 * broad) * w,
            (0.13 + 0.06 * broad) * w,
            0.06 * w,
            face.angle(),
        );
        work.canvas.shade(&cup, 0.05 * w, 0.35);
        work.canvas.cover(&cup, 1.4, |_, d| {
            (times(colour, 0.75 + 0.4 * (-d / (0.08 * w)).clamp(0.0, 1.0)), 1.0)
        });
    }
}

/// A place at an ear: so far outside and below its root, in face widths.
fn ear(work: &Work<'_>, side: f64, out: f64, down: f64) -> Point {
    let root = if side < 0.0 { L::LeftEarRoot } else { L::RightEarRoot };
    let (u, v) = work.face.local(work.face.mark(root));
    let v = v + down;
    work.face.at(side * (side * u + out).min(work.face.girth(v, side)), v)
}

/// Drops or hoops at both ears, `size` of a face width.
pub fn earrings(work: &mut Work<'_>, size: f64) {
    let face = work.face;
    let w = face.width;
    let colour = work.chance.pick(&[
        [222.0, 178.0, 80.0],
        [206.0, 208.0, 214.0],
        [60.0, 120.0, 170.0],
        [176.0, 30.0, 50.0],
    ]);
    let hoop = work.chance.unit() < 0.5;
    for s in [-1.0, 1.0] {
        let lobe = ear(work, s, 0.04, 0.21);
        let r = size * w;
        let at = Point::new(lobe.x, lobe.y + r);
        let ring = Outline::ellipse(at, if hoop { r * 0.7 } else { r * 0.45 }, r, 0.0);
        let wide = (0.22 * r).max(1.6);
        work.canvas.cover(&ring, 1.2, |p, d| {
            let gleam = 0.75 + 0.5 * noise(p.x / 3.0, p.y / 3.0, 17);
            (times(colour, gleam), if hoop && d < -wide { 0.0 } else { 1.0 })
        });
    }
}

/// White or black earphones with their stems or wires.
pub fn earphones(work: &mut Work<'_>, size: f64) {
    let face = work.face;
    let w = face.width;
    let colour =
        work.chance.pick(&[[242.0, 242.0, 244.0], [36.0, 36.0, 40.0], [216.0, 120.0, 130.0]]);
    let wired = work.chance.unit() < 0.4;
    for s in [-1.0, 1.0] {
        let at = ear(work, s, 0.0, 0.08);
        let bud = Outline::ellipse(at, 0.42 * size * w, 0.5 * size * w, 0.0);
        let stem = Outline::stroke(
            at,
            ear(work, s, -0.03, 0.08 + 1.5 * size),
            0.2 * size * w,
            0.17 * size * w,
        );
        for part in [&stem, &bud] {
            work.canvas.shade(part, 3.0, 0.3);
            work.canvas.cover(part, 1.2, |_, d| {
                (times(colour, 0.82 + 0.2 * (-d / 4.0).clamp(0.0, 1.0)), 1.0)
            });
        }
        if wired {
            let wire = Outline::stroke(
                ear(work, s, -0.03, 0.08 + 1.5 * size),
                face.at(0.08 * s, 1.25),
                0.9,
                0.9,
            );
            work.canvas.cover(&wire, 1.2, |_, _| (colour, 1.0));
        }
    }
}

/// A chain or beads round the neck.
pub fn necklace(work: &mut Work<'_>, size: f64) {
    let face = work.face;
    let w = face.width;
    let colour = work.chance.pick(&[
        [232.0, 226.0, 214.0],
        [214.0, 170.0, 70.0],
        [60.0, 60.0, 66.0],
        [150.0, 30.0, 44.0],
    ]);
    let drop = work.chance.between(0.08, 0.15);
    let chin = face.chin_line();
    for k in 0..40 {
        let t = (f64::from(k) + 0.5) / 20.0 - 1.0;
        let at = face.at(0.3 * t, chin + 0.05 + drop * (1.0 - t * t));
        let bead = Outline::ellipse(at, size * w, size * w, 0.0);
        work.canvas.cover(&bead, 1.2, |p, d| {
            let gleam = if (p.x - at.x) + (p.y - at.y) < -0.4 * size * w { 1.15 } else { 0.85 };
            (times(colour, gleam + 0.1 * d / (size * w)), 1.0)
        });
    }
}

/// A bow, a flower or a clip in the hair.
pub fn ornament(work: &mut Work<'_>, size: f64) {
    let face = work.face;
    let w = face.width;
    let side = work.chance.pick(&[-1.0, 1.0]);
    let colour = work.chance.pick(&[
        [226.0, 60.0, 100.0],
        [240.0, 200.0, 60.0],
        [80.0, 120.0, 220.0],
        [250.0, 240.0, 244.0],
    ]);
    let v = 0.5 * (face.top() + face.hair_line());
    let at = face.at(side * 0.55 * face.girth(v, side), v);
    let r = size * w;
    if work.chance.unit() < 0.5 {
        for k in 0..6 {
            let (sin, cos) = (f64::from(k) * std::f64::consts::FRAC_PI_3).sin_cos();
            let petal = Outline::ellipse(
                Point::new(at.x + 0.6 * r * cos, at.y + 0.6 * r * sin),
                0.5 * r,
                0.36 * r,
                sin.atan2(cos),
            );
            work.canvas.cover(&petal, 1.2, |_, d| {
                (times(colour, 0.78 + 0.3 * (-d / (0.4 * r)).clamp(0.0, 1.0)), 1.0)
            });
        }
        let heart = Outline::ellipse(at, 0.28 * r, 0.28 * r, 0.0);
        work.canvas.cover(&heart, 1.2, |_, _| ([246.0, 216.0, 90.0], 1.0));
    } else {
        for s in [-1.0, 1.0] {
            let p = |x: f64, y: f64| Point::new(at.x + s * x * r, at.y + y * r);
            let wing = Outline::smooth(&[
                p(0.0, 0.0),
                p(0.7, -0.6),
                p(1.15, -0.45),
                p(1.1, 0.45),
                p(0.7, 0.6),
            ]);
            bulge(work, &wing, colour, 0.35, 0.1);
        }
        let knot = Outline::ellipse(at, 0.22 * r, 0.28 * r, 0.0);
        work.canvas.cover(&knot, 1.2, |_, _| (times(colour, 0.7), 1.0));
    }
}

/// The two lenses of a pair of glasses and what holds them; `bar` is the frame's thickness in face widths.
fn glasses(work: &mut Work<'_>, bar: f64, drop: f64) -> [Outline; 2] {
    let face = work.face;
    let w = face.width;
    let colour = work.chance.pick(&[
        [30.0, 28.0, 30.0],
        [92.0, 60.0, 36.0],
        [120.0, 122.0, 128.0],
        [110.0, 24.0, 34.0],
    ]);
    let round = work.chance.between(0.35, 1.0);
    let lens = |left: bool| {
        let eye = Eye::of(face, left);
        let at = eye.place(0.0, drop);
        Outline::plate(at, 0.168 * w, 0.13 * w, 0.125 * w * round, face.angle())
    };
    let lenses = [lens(true), lens(false)];
    let (a, b) = (Eye::of(face, true).place(0.0, drop), Eye::of(face, false).place(0.0, drop));
    let t = |x: f64| Point::new(a.x + (b.x - a.x) * x, a.y + (b.y - a.y) * x);
    let far = a.distance(b) / w;
    let bridge =
        Outline::stroke(t(0.168 / far), t(1.0 - 0.168 / far), 0.35 * bar * w, 0.35 * bar * w);
    let mut parts = vec![bridge];
    for (s, from) in [(-1.0, t(-0.168 / far)), (1.0, t(1.0 + 0.168 / far))] {
        parts.push(Outline::stroke(
            from,
            face.at(s * face.side(0.02, s).min(0.56), 0.02),
            0.4 * bar * w,
            0.3 * bar * w,
        ));
    }
    for part in &parts {
        work.canvas.shade(part, 3.0, 0.15);
        work.canvas.cover(part, 1.2, |_, _| (colour, 1.0));
    }
    let half = 0.5 * bar * w;
    for lens in &lenses {
        let outer = Outline(
            lens.0
                .iter()
                .map(|p| {
                    let c = if lens.0[0].distance(a) < lens.0[0].distance(b) { a } else { b };
                    let k = 1.0 + (half + 1.0) / (0.16 * w);
                    Point::new(c.x + (p.x - c.x) * k, c.y + (p.y - c.y) * k)
                })
                .collect(),
        );
        work.canvas.shade(&outer, 4.0, 0.12);
        work.canvas.cover(&outer, 1.2, |p, _| {
            let d = lens.distance(p);
            (
                times(colour, 1.0 + 0.07 * noise(p.x / 9.0, p.y / 9.0, 3)),
                (0.5 + (d + half) / 1.2).clamp(0.0, 1.0),
            )
        });
    }
    lenses
}

/// Glasses with a window or a lamp mirrored in them; `size` of a lens.
pub fn glare(work: &mut Work<'_>, size: f64) {
    let bar = work.chance.between(0.018, 0.04);
    let lenses = glasses(work, bar, 0.12);
    let w = work.face.width;
    let both = work.chance.unit() < 0.6;
    let window = work.chance.unit() < 0.5;
    let lean = work.chance.between(-0.6, 0.6);
    let shift = work.chance.between(-0.3, 0.3);
    let first = usize::from(work.chance.unit() < 0.5);
    let tint =
        work.chance.pick(&[[255.0, 255.0, 255.0], [236.0, 246.0, 255.0], [255.0, 250.0, 232.0]]);
    for k in 0..2 {
        if k != first && !both {
            continue;
        }
        let eye = Eye::of(work.face, k == 0);
        let at = eye.place(shift, -0.05);
        let blot = if window {
            Outline::plate(at, size * 0.17 * w, size * 0.12 * w, 3.0, lean)
        } else {
            Outline::ellipse(at, size * 0.17 * w, size * 0.12 * w, lean)
        };
        let lens = &lenses[k];
        work.canvas.cover(&blot, 4.0, |p, d| {
            let inside = (0.5 - lens.distance(p) / 1.5).clamp(0.0, 1.0);
            (tint, inside * (0.8 + 0.18 * step(0.0, -4.0, d)))
        });
    }
}

/// Glasses with dark or coloured lenses that let `light` through.
pub fn tinted(work: &mut Work<'_>, light: f64) {
    let bar = work.chance.between(0.02, 0.04);
    let lenses = glasses(work, bar, 0.12);
    let tint = work.chance.pick(&[
        [0.9, 0.9, 0.95],
        [1.0, 0.85, 0.65],
        [0.8, 1.0, 0.85],
        [0.95, 0.8, 0.95],
    ]);
    let top = work.chance.unit() < 0.4;
    let face = work.face;
    for lens in &lenses {
        let before = work.canvas.clone();
        work.canvas.cover(lens, 1.2, |p, _| {
            let (_, v) = face.local(p);
            let more = if top { 1.0 + 0.6 * step(-0.05, 0.15, v) } else { 1.0 };
            let c = before.at(p);
            (std::array::from_fn(|k| (c[k] * light * more * tint[k]).min(255.0)), 1.0)
        });
    }
}

/// Thick frames whose bar lies over the eyes.
pub fn thick(work: &mut Work<'_>, bar: f64) {
    // The glasses have slid until the upper bar lies before the irises.
    let drop = 0.75 - 0.25 * bar / 0.1;
    glasses(work, bar, drop);
}
