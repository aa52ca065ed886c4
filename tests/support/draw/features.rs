//! Eyes, brows, nostrils, mouth, ears and glasses, painted over the shaded skin. Face coordinates of the average face.

use baidi::lab::face::Landmark;

use super::chance::noise;
use super::head::{HeadShape, Lit, complexion, skin};
use super::shape::{Light, bump, light, mix, scaled, step};
use super::sitter::Sitter;

/// The eyes' inner and outer corners, and the iris.
const INNER: [f64; 2] = [0.1215, 0.0195];
const OUTER: [f64; 2] = [0.319, 0.006];
const IRIS: f64 = 0.228;
const IRIS_RADIUS: f64 = 0.043;

/// How far along the eye `x` lies, 0 inner corner .. 1 outer corner, and the height of the line between the corners there.
fn along_eye(x: f64) -> (f64, f64) {
    let t = (x - INNER[0]) / (OUTER[0] - INNER[0]);
    (t, INNER[1] + (OUTER[1] - INNER[1]) * t)
}

/// Edge of the upper lid at `x` from the middle of the face.
fn upper_lid(x: f64, open: f64) -> f64 {
    let (t, line) = along_eye(x);
    let arch = (std::f64::consts::PI * t.clamp(0.0, 1.0).powf(1.18)).sin().max(0.0).powf(0.8);
    line - (0.0425 + 0.065 * (open - 1.0)) * arch
}

/// Edge of the lower lid at `x`.
fn lower_lid(x: f64) -> f64 {
    let (t, line) = along_eye(x);
    let arch = (std::f64::consts::PI * t.clamp(0.0, 1.0).powf(1.1)).sin().max(0.0).powf(0.85);
    line + 0.0235 * arch
}

/// Upper edge of the brow at `x`: the parabola through its three landmarks.
fn brow(x: f64) -> f64 {
    let [(x0, y0), (x1, y1), (x2, y2)] = [(0.105, -0.1455), (0.2995, -0.1635), (0.412, -0.1)];
    y0 * (x - x1) * (x - x2) / ((x0 - x1) * (x0 - x2))
        + y1 * (x - x0) * (x - x2) / ((x1 - x0) * (x1 - x2))
        + y2 * (x - x0) * (x - x1) / ((x2 - x0) * (x2 - x1))
}

/// Half the mouth's width, and the height of its corners.
const MOUTH: [f64; 2] = [0.187, 0.482];

/// Where the lips part.
fn lip_line(u: f64) -> f64 {
    MOUTH[1] + 0.005 * bump(u.abs() - 0.06, 0.06)
}

/// Top edge of the upper lip.
fn lip_top(u: f64) -> f64 {
    let x = (u / MOUTH[0]).abs().min(1.0);
    MOUTH[1] - 0.052 * (1.0 - x.powf(1.5)) + 0.011 * bump(u, 0.02)
}

/// Bottom edge of the lower lip.
fn lip_bottom(u: f64) -> f64 {
    let x = (u / MOUTH[0]).abs().min(1.0);
    MOUTH[1] + 0.083 * (1.0 - x * x).powf(0.8)
}

/// Where the landmarks of this head lie, in the average's coordinates.
pub fn landmark(which: Landmark, head: &HeadShape, sitter: &Sitter) -> [f64; 2] {
    use Landmark as L;
    let jaw = |u: f64, v: f64| [u * head.jaw_at(v), v];
    match which {
        L::LeftIris => [-IRIS, 0.0],
        L::RightIris => [IRIS, 0.0],
        L::LeftEyeOuter => [-OUTER[0], OUTER[1]],
        L::RightEyeOuter => OUTER,
        L::LeftEyeInner => [-INNER[0], INNER[1]],
        L::RightEyeInner => INNER,
        L::LeftLidUpper => [-0.238, upper_lid(0.238, sitter.eyes_open)],
        L::RightLidUpper => [0.238, upper_lid(0.238, sitter.eyes_open)],
        L::LeftLidLower => [-0.228, lower_lid(0.228)],
        L::RightLidLower => [0.228, lower_lid(0.228)],
        L::LeftEarRoot => jaw(-0.5, 0.152),
        L::RightEarRoot => jaw(0.5, 0.152),
        L::Chin => [0.0, 0.823],
        L::Forehead => [0.0, -0.36],
        L::NoseTip => [0.0, 0.285],
        L::MouthLeft => [-MOUTH[0], MOUTH[1]],
        L::MouthRight => MOUTH,
        L::LipUpperInner => [0.0, lip_line(0.0) - 0.003],
        L::LipLowerInner => [0.0, lip_line(0.0) + 0.005],
        L::LeftBrowOuter => [-0.412, -0.1],
        L::RightBrowOuter => [0.412, -0.1],
        L::LeftBrowMiddle => [-0.2995, -0.1635],
        L::RightBrowMiddle => [0.2995, -0.1635],
        L::LeftBrowInner => [-0.105, -0.1455],
        L::RightBrowInner => [0.105, -0.1455],
        L::LeftJawUpper => jaw(-0.3965, 0.5835),
        L::RightJawUpper => jaw(0.3965, 0.5835),
        L::LeftJawMiddle => jaw(-0.28, 0.712),
        L::RightJawMiddle => jaw(0.28, 0.712),
        L::LeftJawLower => jaw(-0.1625, 0.79),
        L::RightJawLower => jaw(0.1625, 0.79),
    }
}

/// The face at a point inside the head's outline.
pub fn face(sitter: &Sitter, head: &HeadShape, u: f64, v: f64, side: f64, seed: u64) -> Light {
    let lit = head.lit(u, v);
    let mut base = complexion(sitter, u, v, seed);
    let (top, line, bottom) = (lip_top(u), lip_line(u), lip_bottom(u));
    let lips = if u.abs() < MOUTH[0] {
        step(top - 0.006, top + 0.006, v) * step(bottom + 0.008, bottom - 0.008, v)
    } else {
        0.0
    };
    let tone = light(sitter.skin);
    let red: Light = [tone[0] * 0.80, tone[1] * 0.50, tone[2] * 0.52];
    let crease = 1.0 + 0.10 * noise(u * 90.0, v * 9.0, seed ^ 21);
    base = mix(base, scaled(red, if v < line { 0.82 } else { crease }), 0.85 * lips);
    let mut c = skin(base, lit, 0.8 + 0.6 * lips);
    let shadow = scaled(red, 0.22);
    if u.abs() < MOUTH[0] + 0.03 {
        let end = step(MOUTH[0] + 0.004, MOUTH[0] - 0.03, u.abs());
        c = mix(c, shadow, 0.85 * bump(v - line, 0.0055) * end);
        c = mix(c, shadow, 0.35 * bump(u.abs() - MOUTH[0], 0.012) * bump(v - MOUTH[1], 0.012));
    }
    let (x, y) = ((u.abs() - 0.053) / 0.025, (v - 0.312 + 0.22 * (u.abs() - 0.053)) / 0.0115);
    c = mix(c, scaled(red, 0.10), 0.85 * step(1.4, 0.5, (x * x + y * y).sqrt()));
    let wing = ((u.abs() - 0.086) / 0.048).hypot((v - 0.274) / 0.046);
    c = mix(c, scaled(red, 0.3), 0.34 * bump(wing - 1.0, 0.13) * step(0.085, 0.12, u.abs()));
    c = mix(c, scaled(red, 0.3), 0.28 * bump(u, 0.085) * bump(v - 0.338, 0.016));
    c = eye(sitter, lit, c, u, v, side, seed);
    c = brows(sitter, c, u, v, seed);
    if sitter.glasses { spectacles(c, u, v) } else { c }
}

fn eye(sitter: &Sitter, lit: Lit, under: Light, u: f64, v: f64, side: f64, seed: u64) -> Light {
    let x = u.abs();
    if !(0.09..0.37).contains(&x) || v.abs() > 0.12 {
        return under;
    }
    let (t, _) = along_eye(x);
    let (up, low) = (upper_lid(x, sitter.eyes_open), lower_lid(x));
    let tone = light(sitter.skin);
    let dark: Light = scaled([tone[0] * 0.5, tone[1] * 0.34, tone[2] * 0.3], 0.5);
    let lash = scaled(light([30, 22, 20]), 0.7);
    let mut c = under;
    let span = step(-0.12, 0.12, t) * step(1.2, 0.95, t);
    c = mix(c, dark, 0.5 * span * bump(v - (up - 0.034 - 0.012 * t * (1.0 - t)), 0.0065));
    c = mix(c, dark, 0.22 * span * bump(v - (low + 0.016), 0.007));
    if (0.0..=1.0).contains(&t) && v > up && v < low {
        let round = 1.0 - 0.5 * (2.0 * t - 1.0).powi(2);
        let sclera = scaled(light([226, 216, 210]), lit.diffuse.max(0.4) * round);
        c = mix(sclera, light([196, 130, 118]), 0.8 * step(0.1, 0.0, t));
        let r = (x - IRIS).hypot(v);
        let angle = v.atan2(x - IRIS);
        let spokes = 1.0 + 0.35 * noise(angle * 9.0, r * 30.0, seed ^ 31);
        let ring = step(0.6, 1.0, r / IRIS_RADIUS);
        let glow = 1.0 + 0.5 * step(-0.5, 1.0, v / IRIS_RADIUS);
        let iris = scaled(light(sitter.iris), spokes * glow * (1.0 - 0.7 * ring));
        c = mix(c, iris, step(IRIS_RADIUS + 0.0025, IRIS_RADIUS - 0.0025, r));
        c = mix(c, [0.004; 3], step(0.0185, 0.0155, r));
        c = mix(c, scaled(c, 0.25), 0.9 * bump(v - up, 0.014));
        let spark = (u - IRIS.copysign(u) - 0.013 * side.signum()).hypot(v + 0.013);
        c = mix(c, [0.95; 3], step(0.0095, 0.0055, spark));
    }
    if (-0.02..1.1).contains(&t) {
        let width = 0.006 + 0.008 * t.clamp(0.0, 1.0);
        let edge = step(up - width, up - 0.3 * width, v) * step(up + 0.006, up, v);
        c = mix(c, lash, 0.9 * edge * step(-0.02, 0.1, t) * step(1.1, 0.98, t));
        let lower = bump(v - low - 0.001, 0.0026);
        c = mix(c, lash, 0.5 * lower * step(0.1, 0.6, t) * step(1.04, 0.96, t));
    }
    c
}

fn brows(sitter: &Sitter, under: Light, u: f64, v: f64, seed: u64) -> Light {
    let x = u.abs();
    if !(0.06..0.45).contains(&x) {
        return under;
    }
    let from_top = v - brow(x);
    let thick = 0.050 * step(0.07, 0.13, x) * (1.0 - 0.72 * step(0.24, 0.42, x));
    let hairs = noise(x * 70.0 + v * 45.0, v * 26.0 - x * 10.0, seed ^ 41);
    let body = step(-0.012, 0.008, from_top + 0.006 * hairs)
        * step(thick + 0.012, thick - 0.012, from_top + 0.008 * hairs)
        * step(0.085, 0.125, x + 0.008 * hairs)
        * step(0.432, 0.39, x);
    let hair = light(sitter.hair);
    mix(under, scaled(hair, 0.75), (0.78 + 0.25 * hairs) * body)
}

fn spectacles(under: Light, u: f64, v: f64) -> Light {
    let x = u.abs();
    let (dx, dy) = ((x - 0.228).abs() - 0.085, (v - 0.018).abs() - 0.045);
    let rim = dx.max(0.0).hypot(dy.max(0.0)) + dx.max(dy).min(0.0) - 0.072;
    let frame = scaled(light([44, 40, 40]), 1.0);
    let mut c = if rim < 0.0 { mix(under, [0.8; 3], 0.03) } else { under };
    let bridge = bump(v + 0.012 + 0.9 * (0.075 - x).max(0.0) * 0.2, 0.006) * step(0.085, 0.07, x);
    let side = bump(v + 0.02, 0.006) * step(0.37, 0.39, x);
    c = mix(c, scaled(under, 0.7), 0.3 * bump(rim - 0.016, 0.01));
    mix(c, frame, step(0.0095, 0.0065, rim.abs()).max(bridge).max(side))
}

/// Whether a point belongs to an ear, and its colour there. Ears lie behind the outline of the head.
pub fn ear(sitter: &Sitter, u: f64, v: f64, lit_side: f64) -> Option<Light> {
    let (x, y) = (u.abs() - 0.528 + 0.09 * (v - 0.1), v - 0.085);
    let (a, b) = (0.056 + 0.018 * step(0.12, -0.12, y), if y < 0.0 { 0.155 } else { 0.185 });
    let r = (x / a).hypot(y / b);
    if r > 1.0 {
        return None;
    }
    let tone = light(sitter.skin);
    let base: Light = [tone[0] * 0.95, tone[1] * 0.78, tone[2] * 0.72];
    let toward = 0.72 + 0.22 * lit_side * u.signum();
    let fold = 0.42 * bump(r - 0.62, 0.11) * step(0.14, 0.02, y) + 0.35 * step(0.45, 0.1, r);
    let rim = 0.16 * bump(r - 0.85, 0.09);
    Some(scaled(base, (toward * (1.0 - fold) + rim) * (1.0 - 0.35 * step(0.93, 1.0, r))))
}
