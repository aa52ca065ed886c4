//! The two filters that the optical rules share.

use pulp::{Arch, Simd, WithSimd};

use crate::base::raster::Plane;

/// The plane blurred by a Gaussian of `sigma` pixels, the edge repeated. Copies.
#[must_use]
pub fn blurred(plane: &Plane, sigma: f64) -> Plane {
    let reach = (3.0 * sigma).ceil().max(1.0) as usize;
    let mut kernel: Vec<f32> = (0..=2 * reach)
        .map(|i| i as f64 - reach as f64)
        .map(|d| libm::exp(-(d * d) / (2.0 * sigma * sigma)) as f32)
        .collect();
    let sum: f32 = kernel.iter().sum();
    kernel.iter_mut().for_each(|k| *k /= sum);
    let (w, h) = (plane.width(), plane.height());
    if w == 0 || h == 0 {
        return plane.clone();
    }
    Arch::new().dispatch(Blur { plane, kernel: &kernel, reach })
}

struct Blur<'a> {
    plane: &'a Plane,
    kernel: &'a [f32],
    reach: usize,
}

impl WithSimd for Blur<'_> {
    type Output = Plane;

    #[inline(always)]
    fn with_simd<S: Simd>(self, _: S) -> Plane {
        let Self { plane, kernel, reach } = self;
        let (w, h) = (plane.width(), plane.height());
        let mut across = Plane::filled(plane.size(), 0.0);
        // one row with its ends repeated, so that every tap is a shifted copy of it
        let mut padded = vec![0.0f32; w + 2 * reach];
        for (y, out) in across.data_mut().chunks_exact_mut(w).enumerate() {
            let row = plane.row(y);
            padded[..reach].fill(row[0]);
            padded[reach..reach + w].copy_from_slice(row);
            padded[reach + w..].fill(row[w - 1]);
            for (k, weight) in kernel.iter().enumerate() {
                for (o, v) in out.iter_mut().zip(&padded[k..k + w]) {
                    *o += weight * v;
                }
            }
        }
        let mut out = Plane::filled(plane.size(), 0.0);
        for (y, target) in out.data_mut().chunks_exact_mut(w).enumerate() {
            for (k, weight) in kernel.iter().enumerate() {
                let from = (y + k).saturating_sub(reach).min(h - 1);
                for (o, s) in target.iter_mut().zip(across.row(from)) {
                    *o += weight * s;
                }
            }
        }
        out
    }
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
    use crate::base::geometry::Size;

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
