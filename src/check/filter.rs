//! The two filters that the optical rules share.

use crate::raster::Plane;

/// The plane blurred by a Gaussian of `sigma` pixels, the edge repeated. Copies.
#[must_use]
pub fn blurred(plane: &Plane, sigma: f64) -> Plane {
    let reach = (3.0 * sigma).ceil().max(1.0) as i64;
    let mut kernel: Vec<f32> = (-reach..=reach)
        .map(|i| (-((i * i) as f64) / (2.0 * sigma * sigma)).exp() as f32)
        .collect();
    let sum: f32 = kernel.iter().sum();
    kernel.iter_mut().for_each(|k| *k /= sum);
    let (w, h) = (plane.width(), plane.height());
    if w == 0 || h == 0 {
        return plane.clone();
    }
    let mut across = plane.clone();
    for y in 0..h {
        let row = plane.row(y);
        let out = &mut across.data_mut()[y * w..(y + 1) * w];
        for (x, o) in out.iter_mut().enumerate() {
            let mut v = 0.0;
            for (k, weight) in kernel.iter().enumerate() {
                let at = (x as i64 + k as i64 - reach).clamp(0, w as i64 - 1) as usize;
                v += weight * row[at];
            }
            *o = v;
        }
    }
    let mut out = Plane::filled(plane.size(), 0.0);
    for y in 0..h {
        for (k, weight) in kernel.iter().enumerate() {
            let from = (y as i64 + k as i64 - reach).clamp(0, h as i64 - 1) as usize;
            let (source, target) = (across.row(from), &mut out.data_mut()[y * w..(y + 1) * w]);
            for (o, s) in target.iter_mut().zip(source) {
                *o += weight * s;
            }
        }
    }
    out
}

/// The sum over `pixels` of the squared difference of two planes of one size.
#[must_use]
pub fn energy(a: &Plane, b: &Plane, pixels: &[usize]) -> f64 {
    pixels
        .iter()
        .filter_map(|i| Some(f64::from(a.data().get(*i)? - b.data().get(*i)?).powi(2)))
        .sum()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::geometry::Size;

    #[test]
    fn blurring_keeps_the_sum_and_lowers_the_peak() {
        let mut plane = Plane::filled(Size::new(31, 31), 0.0);
        plane.data_mut()[15 * 31 + 15] = 1.0;
        let soft = blurred(&plane, 2.0);
        let sum: f32 = soft.data().iter().sum();
        assert!((sum - 1.0).abs() < 1e-4, "{sum}");
        // A Gaussian of σ = 2 peaks at 1 / (2πσ²).
        assert!((soft.at(15, 15) - 0.0398).abs() < 1e-3);
        let all: Vec<usize> = (0..31 * 31).collect();
        assert!(energy(&plane, &soft, &all) > 0.9);
    }
}
