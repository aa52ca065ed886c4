//! Curves and colours that every part of the drawing uses.

/// Linear-light RGB, 0..=1 where it fits a screen.
pub type Light = [f32; 3];

/// sRGB bytes as linear light (IEC 61966-2-1).
pub fn light(srgb: [u8; 3]) -> Light {
    srgb.map(|c| {
        let c = f32::from(c) / 255.0;
        if c <= 0.04045 { c / 12.92 } else { ((c + 0.055) / 1.055).powf(2.4) }
    })
}

/// Linear light as an sRGB value in 0..=255, not rounded.
pub fn coded(value: f32) -> f32 {
    let v = value.clamp(0.0, 1.0);
    255.0 * if v <= 0.003_130_8 { 12.92 * v } else { 1.055 * v.powf(1.0 / 2.4) - 0.055 }
}

/// `a` turning into `b` as `t` goes from 0 to 1.
pub fn mix(a: Light, b: Light, t: f64) -> Light {
    let t = t.clamp(0.0, 1.0) as f32;
    std::array::from_fn(|i| a[i] + (b[i] - a[i]) * t)
}

/// `a` times `k`.
pub fn scaled(a: Light, k: f64) -> Light {
    a.map(|v| v * k as f32)
}

/// Rises smoothly from 0 at `from` to 1 at `to` (or falls, where `to` is the smaller).
pub fn step(from: f64, to: f64, x: f64) -> f64 {
    let t = ((x - from) / (to - from)).clamp(0.0, 1.0);
    t * t * (3.0 - 2.0 * t)
}

/// A bump of height 1 at 0 with standard deviation `s`.
pub fn bump(x: f64, s: f64) -> f64 {
    (-0.5 * (x / s) * (x / s)).exp()
}

/// A function of one variable through given points, smooth (Catmull-Rom) and tabulated.
#[derive(Debug, Clone)]
pub struct Curve {
    start: f64,
    step: f64,
    values: Vec<f64>,
}

impl Curve {
    const ENTRIES: usize = 2048;

    /// The curve through `points`, given as `(x, y)` in the order of x; beyond the ends it keeps their values.
    /// Both coordinates are interpolated along the curve, so that it may leave its ends upright, as a chin does.
    pub fn through(points: &[[f64; 2]]) -> Self {
        let at = |i: i64| points[i.clamp(0, points.len() as i64 - 1) as usize];
        let mut dense = Vec::new();
        for i in 0..points.len() as i64 - 1 {
            let (a, b, c, d) = (at(i - 1), at(i), at(i + 1), at(i + 2));
            for k in 0..64 {
                let t = f64::from(k) / 64.0;
                dense.push([0, 1].map(|j| {
                    let (p, q) = (c[j] - a[j], 2.0 * a[j] - 5.0 * b[j] + 4.0 * c[j] - d[j]);
                    let r = 3.0 * (b[j] - c[j]) + d[j] - a[j];
                    b[j] + 0.5 * t * (p + t * (q + t * r))
                }));
            }
        }
        dense.push(at(points.len() as i64));
        let (start, end) = (points[0][0], at(points.len() as i64)[0]);
        let step = (end - start) / (Self::ENTRIES - 1) as f64;
        let mut values = Vec::with_capacity(Self::ENTRIES);
        let mut k = 0;
        for i in 0..Self::ENTRIES {
            let x = start + step * i as f64;
            while k + 2 < dense.len() && dense[k + 1][0] < x {
                k += 1;
            }
            let ([x0, y0], [x1, y1]) = (dense[k], dense[k + 1]);
            let t = if x1 > x0 { ((x - x0) / (x1 - x0)).clamp(0.0, 1.0) } else { 1.0 };
            values.push(y0 + (y1 - y0) * t);
        }
        Self { start, step, values }
    }

    /// The curve's value at `x`.
    pub fn at(&self, x: f64) -> f64 {
        let t = ((x - self.start) / self.step).clamp(0.0, (Self::ENTRIES - 1) as f64);
        let i = (t as usize).min(Self::ENTRIES - 2);
        let f = t - i as f64;
        self.values[i] * (1.0 - f) + self.values[i + 1] * f
    }

    /// Whether `x` lies between the first and the last point.
    pub fn covers(&self, x: f64) -> bool {
        x >= self.start && x <= self.start + self.step * (Self::ENTRIES - 1) as f64
    }
}
