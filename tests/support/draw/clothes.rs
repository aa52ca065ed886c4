//! Neck, shoulders and the top. Coordinates: face widths from the middle between the eyes, as far below the chin as on the average face.

use super::chance::{clouds, noise};
use super::head::{HeadShape, Lit, lambert, skin};
use super::shape::{Curve, Light, bump, light, scaled, step};
use super::sitter::{Collar, Sitter};

/// Half the body's width at each height: neck, trapezius, shoulder, arm.
const BODY: [[f64; 2]; 14] = [
    [0.40, 0.33],
    [0.60, 0.365],
    [0.80, 0.368],
    [0.95, 0.375],
    [1.04, 0.40],
    [1.11, 0.47],
    [1.17, 0.60],
    [1.24, 0.84],
    [1.31, 1.10],
    [1.40, 1.32],
    [1.54, 1.47],
    [1.75, 1.55],
    [2.20, 1.60],
    [4.00, 1.68],
];

/// What a point of the body is.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Body {
    /// Cloth: lies over the neck and under the hair.
    Cloth(Light),
    /// Neck and chest.
    Skin(Light),
}

/// Neck and shoulders, ready to be drawn.
#[derive(Debug)]
pub struct BodyShape {
    outline: Curve,
    /// How far the chin lies below the average's.
    drop: f64,
}

impl BodyShape {
    /// The body of `sitter`.
    pub fn new(sitter: &Sitter) -> Self {
        Self { outline: Curve::through(&BODY), drop: super::head::CHIN * (sitter.length - 1.0) }
    }

    /// What lies at face coordinates `u`, `v`, or nothing.
    pub fn at(
        &self,
        sitter: &Sitter,
        head: &HeadShape,
        u: f64,
        v: f64,
        side: f64,
        seed: u64,
    ) -> Option<Body> {
        let w = v - self.drop;
        if w < BODY[0][0] {
            return None;
        }
        let x = u.abs();
        let half = self.outline.at(w);
        let (neckline, thickness) = neckline(sitter.collar, x);
        if w > neckline && x < self.outline.at(w + 0.025) + 0.02 * thickness {
            return Some(Body::Cloth(self.cloth(sitter, u, w, half, w - neckline, side, seed)));
        }
        (x < half).then(|| Body::Skin(self.neck(sitter, head, u, v, w, half, side, seed)))
    }

    fn neck(
        &self,
        sitter: &Sitter,
        head: &HeadShape,
        u: f64,
        v: f64,
        w: f64,
        half: f64,
        side: f64,
        seed: u64,
    ) -> Light {
        let x = (u / half.min(0.45)).clamp(-0.98, 0.98);
        let round = x / (1.0 - x * x).sqrt().max(0.2) * step(1.25, 1.0, w);
        let cords =
            0.5 * bump(u.abs() - (0.27 - 0.6 * (w - 0.85)), 0.03) * u.signum() * step(0.85, 1.0, w);
        let bones =
            -1.6 * bump(w - 1.165 + 0.12 * (u.abs() - 0.1), 0.014) * step(0.04, 0.12, u.abs())
                + 1.2 * bump(w - 1.20 + 0.12 * (u.abs() - 0.1), 0.018) * step(0.04, 0.12, u.abs());
        let diffuse = lambert([0.75 * round + cords, 0.25 - 0.35 * bones, 1.0], side);
        let tone = light(sitter.skin);
        // The jaw keeps the light off the neck: deepest right below it.
        let [au, av] = head.to_average(u - 0.06 * side, v);
        let below = step(0.42, 0.0, head.below_jaw(au, av));
        let notch = 0.25 * bump(u, 0.035) * bump(w - 1.2, 0.03);
        let lit = Lit {
            diffuse: diffuse * (1.0 - 0.58 * below) * (1.0 - notch),
            specular: 0.1 * bump(u, 0.2),
            hollow: 0.0,
        };
        let mottled = scaled(tone, 0.97 + 0.05 * clouds(u * 7.0, v * 7.0, seed ^ 51));
        skin(mottled, lit, 0.5)
    }

    fn cloth(
        &self,
        sitter: &Sitter,
        u: f64,
        w: f64,
        half: f64,
        below: f64,
        side: f64,
        seed: u64,
    ) -> Light {
        let x = (u / (half + 0.02)).clamp(-1.0, 1.0);
        let turn = 0.9 * x * x.abs() / (1.05 - x * x).sqrt();
        let top = -0.9 * step(0.42, 0.0, w - 1.02 - 0.28 * (u.abs() - 0.2).max(0.0));
        let folds = |a: f64, b: f64| clouds(2.6 * a + 0.8 * b, 1.1 * b - 1.6 * a.abs(), seed ^ 61);
        let e = 0.02;
        let fold = [
            (folds(u + e, w) - folds(u - e, w)) / (2.0 * e),
            (folds(u, w + e) - folds(u, w - e)) / (2.0 * e),
        ];
        let diffuse = lambert([turn + 0.10 * fold[0], top + 0.10 * fold[1], 1.0], side);
        let weave = 1.0
            + 0.05 * noise(u * 210.0, w * 210.0, seed ^ 62)
            + 0.05 * noise(u * 60.0, w * 240.0, seed ^ 63);
        let own = light(sitter.top);
        let white = light([226, 228, 232]);
        let mut colour = own;
        let edge = match sitter.collar {
            Collar::Crew => {
                let ribs = 0.9 + 0.14 * (u.atan2(w - 0.6) * 160.0).sin();
                if below < 0.055 {
                    colour = scaled(own, ribs);
                }
                0.4 * bump(below - 0.055, 0.006) + 0.35 * bump(below, 0.008)
            }
            Collar::Vee => 0.35 * bump(below - 0.035, 0.005) + 0.3 * bump(below, 0.008),
            Collar::Shirt => leaf(u, w) + placket(u, w),
            Collar::Jacket => {
                let lapel = u.abs() - (0.46 - 0.62 * (w - 1.0)).max(0.0);
                if lapel < 0.0 {
                    colour = white;
                    leaf(u, w) + placket(u, w) + 0.45 * bump(lapel, 0.03)
                } else {
                    let notch =
                        bump(w - 1.36 + 0.35 * (u.abs() - 0.35), 0.006) * step(0.24, 0.2, lapel);
                    let fold =
                        bump(lapel - 0.21 + 0.10 * (w - 1.36).max(0.0), 0.008) * step(1.1, 1.2, w);
                    0.5 * notch + 0.4 * fold + 0.25 * bump(lapel, 0.01)
                }
            }
        };
        scaled(colour, (diffuse * weave * (1.0 - edge.min(0.8))).max(0.02))
    }
}

/// Where cloth begins at a distance `x` from the middle, and whether it stands off the skin there.
fn neckline(collar: Collar, x: f64) -> (f64, f64) {
    let arc = |deep: f64, wide: f64| 1.035 + deep * (1.0 - (x / wide).min(1.0).powi(2)).sqrt();
    match collar {
        Collar::Crew => (arc(0.135, 0.44), 1.0),
        Collar::Vee => (1.04 + 0.42 * (1.0 - x / 0.46).max(0.0), 1.0),
        Collar::Shirt | Collar::Jacket => {
            // The band stands up around the neck and opens in front.
            let band = 0.955 + 0.10 * step(0.40, 0.05, x);
            let open = 1.30 - 1.15 * x;
            (if x < 0.30 { band.max(open.min(1.30)) } else { band }, 1.6)
        }
    }
}

/// Shadow lines of a shirt collar's leaves.
fn leaf(u: f64, w: f64) -> f64 {
    let x = u.abs();
    // From the tip at (0.26, 1.36) to the opening and to the shoulder.
    let inner = x - 0.26 + 1.05 * (1.36 - w);
    let lower = w - (1.36 - 0.95 * (x - 0.26));
    let seam = bump(lower, 0.010) * step(0.22, 0.26, x) * step(0.56, 0.5, x);
    let fold = bump(inner, 0.009) * step(1.38, 1.34, w) * step(1.1, 1.16, w);
    0.55 * seam + 0.4 * fold
}

/// The shirt's front edge and its buttons.
fn placket(u: f64, w: f64) -> f64 {
    let line = 0.3 * bump(u - 0.045, 0.005) * step(1.28, 1.34, w);
    let button = u.hypot((w - 1.5).rem_euclid(0.34) - 0.17);
    line + 0.4 * bump(button - 0.017, 0.005) * step(1.3, 1.32, w)
}
