//! The head without its hair: outline, relief, shading of the skin.
//!
//! Everything is in *face coordinates*: the origin half way between the eyes, 1 = ear root to ear root, v downwards. The
//! proportions are the mean of 131 frontal photographs (London and Canada sets of the Face Research Lab, CC BY 4.0).

use super::chance::{clouds, noise};
use super::shape::{Curve, Light, bump, light, mix, scaled, step};
use super::sitter::Sitter;

/// Where the chin of the average face lies.
pub const CHIN: f64 = 0.823;
/// Where the skull of the average head ends.
pub const SKULL: f64 = -0.69;

/// Half the head's width at each height, skull to chin, ears excluded: `(v, half width)`.
const OUTLINE: [[f64; 2]; 25] = [
    [SKULL, 0.0],
    [-0.68, 0.09],
    [-0.66, 0.16],
    [-0.615, 0.25],
    [-0.54, 0.34],
    [-0.45, 0.41],
    [-0.33, 0.465],
    [-0.2, 0.492],
    [-0.065, 0.5],
    [0.047, 0.502],
    [0.152, 0.5],
    [0.259, 0.4915],
    [0.373, 0.4735],
    [0.4905, 0.441],
    [0.5835, 0.3965],
    [0.6515, 0.345],
    [0.712, 0.28],
    [0.7545, 0.2235],
    [0.79, 0.1625],
    [0.806, 0.12],
    [0.815, 0.088],
    [0.819, 0.06],
    [0.8218, 0.035],
    [0.8228, 0.015],
    [CHIN, 0.0],
];

/// How much wider the drawn outline is than the mesh it was measured with: at 1, two independent detectors put the ear roots
/// of drawn faces 3 to 5 % too near each other, because hair and the turn of the cheek hide the last of the face.
const OUTSIDE_THE_MESH: f64 = 1.015;

/// The relief's grid: its extent in face coordinates and its cells.
const GRID: ([f64; 2], [f64; 2], usize, usize) = ([-0.62, -0.72], [0.62, 0.86], 372, 474);

/// What the light does at a point of the skin.
#[derive(Debug, Clone, Copy)]
pub struct Lit {
    /// Light that falls on the skin, 1 in the open.
    pub diffuse: f64,
    /// Gloss.
    pub specular: f64,
    /// Depth of folds and hollows, 0 in the open.
    pub hollow: f64,
}

/// The direction to the main light for `side` in -1..=1.
pub fn to_light(side: f64) -> [f64; 3] {
    let v = [0.75 * side, -0.42, 0.95];
    let n = (v[0] * v[0] + v[1] * v[1] + v[2] * v[2]).sqrt();
    v.map(|c| c / n)
}

/// Light from the main lamp, a weaker one opposite, and the room, on a surface with this (unnormalised) normal.
pub fn lambert(normal: [f64; 3], side: f64) -> f64 {
    let n = (normal[0] * normal[0] + normal[1] * normal[1] + normal[2] * normal[2]).sqrt();
    let normal = normal.map(|c| c / n);
    let dot = |l: [f64; 3]| (0..3).map(|i| l[i] * normal[i]).sum::<f64>();
    let wrapped = |d: f64| ((d + 0.3) / 1.3).max(0.0);
    let fill = to_light(-side.signum() * (0.6 + 0.4 * side.abs()));
    0.16 + 0.08 * -normal[1] + 0.62 * wrapped(dot(to_light(side))) + 0.26 * wrapped(dot(fill))
}

/// A head ready to be shaded.
#[derive(Debug)]
pub struct HeadShape {
    outline: Curve,
    jaw: f64,
    length: f64,
    lit: Vec<Lit>,
}

impl HeadShape {
    /// Models the head of `sitter`, lit from `side`.
    pub fn new(sitter: &Sitter, side: f64) -> Self {
        let outline = Curve::through(&OUTLINE);
        let mut head = Self { outline, jaw: sitter.jaw, length: sitter.length, lit: Vec::new() };
        head.lit = head.shade(side);
        head
    }

    /// From the drawn person's proportions to the average's: what is below the eyes is stretched by `length`.
    pub fn to_average(&self, u: f64, v: f64) -> [f64; 2] {
        [u, if v > 0.0 { v / self.length } else { v }]
    }

    /// The way back.
    pub fn to_person(&self, u: f64, v: f64) -> [f64; 2] {
        [u, if v > 0.0 { v * self.length } else { v }]
    }

    /// Half the width of this head at the average's height `v`; negative above the skull and below the chin.
    pub fn half_width(&self, v: f64) -> f64 {
        if !self.outline.covers(v) {
            return -1.0;
        }
        OUTSIDE_THE_MESH * self.outline.at(v) * self.jaw_at(v)
    }

    /// How much wider than the average this head is at height `v`.
    pub fn jaw_at(&self, v: f64) -> f64 {
        1.0 + (self.jaw - 1.0) * step(0.2, 0.6, v)
    }

    /// Height of the face above the plane of the ears.
    fn relief(&self, u: f64, v: f64) -> f64 {
        let half = self.half_width(v).max(0.02);
        let (x, y) = (u / half, (v - 0.066) / 0.76);
        let round = (1.0 - x.abs().powf(2.3)).max(0.0).powf(1.0 / 2.3);
        let tall = (1.0 - y.abs().powf(4.5)).max(0.0).powf(1.0 / 4.5);
        let hill = |cu: f64, cv: f64, su: f64, sv: f64| bump(u.abs() - cu, su) * bump(v - cv, sv);
        let ridge = step(-0.06, 0.26, v) * step(0.335, 0.27, v);
        let ridge_width = 0.040 + 0.020 * step(0.05, 0.28, v);
        0.47 * round * tall
            + 0.020 * hill(0.22, -0.12, 0.15, 0.045)
            + 0.012 * hill(0.0, -0.10, 0.07, 0.06)
            - 0.040 * hill(0.21, 0.0, 0.11, 0.055)
            - 0.030 * hill(0.09, 0.01, 0.03, 0.05)
            + 0.030 * hill(0.225, 0.003, 0.085, 0.042)
            + (0.014 + 0.082 * ridge)
                * bump(u, ridge_width)
                * step(-0.16, -0.02, v)
                * step(0.345, 0.275, v)
            + 0.036 * hill(0.0, 0.258, 0.05, 0.042)
            + 0.036 * hill(0.09, 0.272, 0.036, 0.034)
            + 0.030 * hill(0.28, 0.19, 0.12, 0.10)
            - 0.010
                * bump(u.abs() - 0.15 - 0.35 * (v - 0.31), 0.022)
                * step(0.27, 0.33, v)
                * step(0.5, 0.4, v)
            + 0.030 * hill(0.0, 0.48, 0.15, 0.11)
            - 0.007 * hill(0.0, 0.395, 0.015, 0.03)
            + 0.014 * hill(0.0, 0.455, 0.11, 0.02)
            + 0.026 * hill(0.0, 0.525, 0.10, 0.024)
            - 0.012 * hill(0.0, 0.486, 0.12, 0.008) * step(0.19, 0.16, u.abs())
            - 0.020 * hill(0.0, 0.60, 0.085, 0.024)
            - 0.012 * hill(0.20, 0.50, 0.02, 0.05)
            + 0.034 * hill(0.0, 0.71, 0.095, 0.06)
            - 0.018 * hill(0.43, -0.2, 0.06, 0.12)
            - 0.014 * hill(0.35, 0.42, 0.08, 0.12)
    }

    /// How far below the jaw a point lies that is not on the head, in the average's coordinates; endless beside the face.
    pub fn below_jaw(&self, u: f64, v: f64) -> f64 {
        let (mut inside, mut outside) = (0.2, CHIN);
        if self.half_width(inside) < u.abs() {
            return f64::INFINITY;
        }
        for _ in 0..16 {
            let middle = 0.5 * (inside + outside);
            if self.half_width(middle) > u.abs() { inside = middle } else { outside = middle }
        }
        v - inside
    }

    fn shade(&self, side: f64) -> Vec<Lit> {
        let ([u0, v0], [u1, v1], w, h) = GRID;
        let (du, dv) = ((u1 - u0) / (w - 1) as f64, (v1 - v0) / (h - 1) as f64);
        let at = |i: usize, j: usize| (u0 + du * i as f64, v0 + dv * j as f64);
        let heights: Vec<f64> = (0..w * h)
            .map(|k| {
                let (u, v) = at(k % w, k / w);
                self.relief(u, v)
            })
            .collect();
        let around = blurred(&heights, w, h, 9);
        let eye = [0.0, 0.0, 1.0];
        let lamp = to_light(side);
        let half: [f64; 3] = std::array::from_fn(|i| lamp[i] + eye[i]);
        let norm = (half[0] * half[0] + half[1] * half[1] + half[2] * half[2]).sqrt();
        (0..w * h)
            .map(|k| {
                let (i, j) = (k % w, k / w);
                let (l, r) = (i.saturating_sub(1), (i + 1).min(w - 1));
                let (t, b) = (j.saturating_sub(1), (j + 1).min(h - 1));
                let zu = (heights[j * w + r] - heights[j * w + l]) / (du * (r - l) as f64);
                let zv = (heights[b * w + i] - heights[t * w + i]) / (dv * (b - t) as f64);
                let n = (zu * zu + zv * zv + 1.0).sqrt();
                let gloss =
                    ((-zu * half[0] - zv * half[1] + half[2]) / (n * norm)).max(0.0).powi(22);
                // The outline itself drops steeply; only hollows of the face count.
                let inside = step(0.0, 0.1, self.half_width(at(i, j).1) - at(i, j).0.abs());
                Lit {
                    diffuse: lambert([-zu, -zv, 1.0], side),
                    specular: gloss,
                    hollow: ((around[k] - heights[k]) * 28.0).clamp(-0.15, 0.6) * inside,
                }
            })
            .collect()
    }

    /// The light at a point, in the average's coordinates.
    pub fn lit(&self, u: f64, v: f64) -> Lit {
        let ([u0, v0], [u1, v1], w, h) = GRID;
        let x = ((u - u0) / (u1 - u0) * (w - 1) as f64).clamp(0.0, (w - 1) as f64 - 1e-6);
        let y = ((v - v0) / (v1 - v0) * (h - 1) as f64).clamp(0.0, (h - 1) as f64 - 1e-6);
        let (i, j) = (x as usize, y as usize);
        let (fx, fy) = (x - i as f64, y - j as f64);
        let blend = |f: fn(&Lit) -> f64| {
            let g = |i: usize, j: usize| f(&self.lit[j * w + i]);
            (g(i, j) * (1.0 - fx) + g(i + 1, j) * fx) * (1.0 - fy)
                + (g(i, j + 1) * (1.0 - fx) + g(i + 1, j + 1) * fx) * fy
        };
        Lit {
            diffuse: blend(|l| l.diffuse),
            specular: blend(|l| l.specular),
            hollow: blend(|l| l.hollow),
        }
    }
}

/// The mean over a square of `2 radius + 1` cells, twice, clamped at the edge.
fn blurred(data: &[f64], w: usize, h: usize, radius: usize) -> Vec<f64> {
    let pass = |data: &[f64], n: usize, stride: usize, lines: usize, line_stride: usize| {
        let mut out = vec![0.0; data.len()];
        for line in 0..lines {
            let base = line * line_stride;
            for i in 0..n {
                let (a, b) = (i.saturating_sub(radius), (i + radius).min(n - 1));
                let sum: f64 = (a..=b).map(|k| data[base + k * stride]).sum();
                out[base + i * stride] = sum / (b - a + 1) as f64;
            }
        }
        out
    };
    let once = pass(&pass(data, w, 1, h, w), h, w, w, 1);
    pass(&pass(&once, w, 1, h, w), h, w, w, 1)
}

/// Skin of colour `base` under `lit`: shadows redden, because light comes back out of skin red.
pub fn skin(base: Light, lit: Lit, gloss: f64) -> Light {
    let d = (lit.diffuse * (1.0 - 0.55 * lit.hollow)).max(0.02);
    let shine = (0.11 * gloss * lit.specular) as f32;
    [
        base[0] * d.powf(0.88) as f32 + shine,
        base[1] * d.powf(1.04) as f32 + shine,
        base[2] * d.powf(1.12) as f32 + shine,
    ]
}

/// The skin's colour at a point of the average face, before light: redder cheeks and nose, freckled by chance, stubble.
pub fn complexion(sitter: &Sitter, u: f64, v: f64, seed: u64) -> Light {
    let base = light(sitter.skin);
    let red = 0.55 * bump(u.abs() - 0.27, 0.1) * bump(v - 0.24, 0.09)
        + 0.45 * bump(u, 0.07) * bump(v - 0.27, 0.06)
        + 0.25 * bump(u, 0.1) * bump(v - 0.74, 0.06);
    let mut c = mix(base, [base[0] * 0.98, base[1] * 0.78, base[2] * 0.74], red);
    c = scaled(
        c,
        1.0 + 0.045 * clouds(u * 9.0, v * 9.0, seed ^ 11)
            + 0.03 * noise(u * 160.0, v * 160.0, seed ^ 12),
    );
    let ring = bump(u.abs() - 0.2, 0.08) * bump(v - 0.075, 0.022);
    c = mix(c, [base[0] * 0.74, base[1] * 0.62, base[2] * 0.62], 0.4 * ring);
    let beard = sitter.stubble
        * step(0.30, 0.42, v + 0.25 * (u.abs() - 0.2).max(0.0))
        * step(0.02, 0.1, (u / 0.2).powi(2) + ((v - 0.49) / 0.085).powi(2) - 0.9);
    if beard > 0.0 {
        let grain = 0.75 + 0.5 * noise(u * 220.0, v * 120.0, seed ^ 13);
        c = mix(c, mix(light(sitter.hair), base, 0.35), 0.6 * beard * grain);
    }
    c
}
