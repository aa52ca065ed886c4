//! The person's own colours where a pixel is part person, part wall, so that no tint of the old wall reaches the card.
//!
//! Fast multi-level foreground estimation (Germer, Uelwer, Conrad, Harmeling 2020, algorithm 1): from one pixel up to the full size, each level starts from
//! the one below and relaxes, pixel by pixel, the cost `(αF + (1-α)B - I)² + Σ (ε + ω|∇α|) (|∇F|² + |∇B|²)`.

use crate::base::geometry::Size;

/// Smoothness where alpha is flat, and how much more where it changes (the paper's `ε_r` and `ω`).
const REGULAR: f32 = 1e-5;
const GRADIENT: f32 = 1.0;
/// Sweeps per level: 10 up to 32 px, 2 above, as in the paper.
const SMALL: usize = 32;
/// How far around mixed pixels the larger levels are swept, in pixels of the level.
const AROUND: usize = 2;

/// Estimates foreground colours, in the codes of `image` (0..=1). `image` and `alpha` (0..=1) hold the pixels of `size`. Where alpha is 1 the image's own colour.
///
/// Levels above 32 px are swept only where alpha is mixed and two pixels around: elsewhere one of the two colours is the image's and the other is not asked for.
#[must_use]
pub fn estimate(image: &[[f32; 3]], alpha: &[f32], size: Size) -> Vec<[f32; 3]> {
    let (w, h) = (size.width as usize, size.height as usize);
    if w == 0 || h == 0 || image.len() != w * h || alpha.len() != w * h {
        return image.to_vec();
    }
    let levels = libm::log2(w.max(h) as f64).ceil().max(1.0) as u32;
    let mut front: Vec<[f32; 3]> = vec![mean(image, alpha, |a| a)];
    let mut back: Vec<[f32; 3]> = vec![mean(image, alpha, |a| 1.0 - a)];
    let (mut pw, mut ph) = (1, 1);
    for level in 1..=levels {
        let share = f64::from(level) / f64::from(levels);
        let side = |full: usize| libm::pow(full as f64, share).round().max(1.0) as usize;
        let (lw, lh) = (side(w).min(w), side(h).min(h));
        let (lw, lh) = if level == levels { (w, h) } else { (lw, lh) };
        // where each of `n` places of this level lies among the `m` of another
        let picks =
            |n: usize, m: usize| -> Vec<usize> { (0..n).map(|x| (x * m / n).min(m - 1)).collect() };
        let (columns, rows) = (picks(lw, w), picks(lh, h));
        let (low_columns, low_rows) = (picks(lw, pw), picks(lh, ph));
        let mut i = Vec::with_capacity(lw * lh);
        let mut a = Vec::with_capacity(lw * lh);
        let (mut f, mut b) = (Vec::with_capacity(lw * lh), Vec::with_capacity(lw * lh));
        for (row, low_row) in rows.iter().zip(&low_rows) {
            for (column, low_column) in columns.iter().zip(&low_columns) {
                let at = row * w + column;
                i.push(image[at]);
                a.push(alpha[at]);
                let low = low_row * pw + low_column;
                f.push(front[low]);
                b.push(back[low]);
            }
        }
        if lw.max(lh) <= SMALL {
            let all: Vec<usize> = (0..lw * lh).collect();
            for _ in 0..10 {
                sweep(&i, &a, &mut f, &mut b, lw, lh, &all);
            }
        } else {
            for (at, alpha) in a.iter().enumerate() {
                if *alpha >= 1.0 {
                    f[at] = i[at];
                } else if *alpha <= 0.0 {
                    b[at] = i[at];
                }
            }
            let band = around_mixed(&a, lw, lh);
            for _ in 0..2 {
                sweep(&i, &a, &mut f, &mut b, lw, lh, &band);
            }
        }
        (front, back, pw, ph) = (f, b, lw, lh);
    }
    for ((f, i), a) in front.iter_mut().zip(image).zip(alpha) {
        if *a >= 1.0 {
            *f = *i;
        }
    }
    front
}

/// The mean colour, weighted.
fn mean(image: &[[f32; 3]], alpha: &[f32], weight: impl Fn(f32) -> f32) -> [f32; 3] {
    let mut sum = [0.0f64; 4];
    for (p, a) in image.iter().zip(alpha) {
        let w = f64::from(weight(*a));
        for c in 0..3 {
            sum[c] += w * f64::from(p[c]);
        }
        sum[3] += w;
    }
    let n = sum[3].max(1e-9);
    [(sum[0] / n) as f32, (sum[1] / n) as f32, (sum[2] / n) as f32]
}

/// The pixels whose alpha is mixed or changes, and those around them, in order.
fn around_mixed(alpha: &[f32], w: usize, h: usize) -> Vec<usize> {
    let mut near = vec![false; w * h];
    for y in 0..h {
        for x in 0..w {
            let at = y * w + x;
            let mixed = alpha[at] > 0.0 && alpha[at] < 1.0
                || x + 1 < w && alpha[at] != alpha[at + 1]
                || y + 1 < h && alpha[at] != alpha[at + w];
            if mixed {
                for ny in y.saturating_sub(AROUND)..=(y + AROUND).min(h - 1) {
                    let row = ny * w;
                    near[row + x.saturating_sub(AROUND)..=row + (x + AROUND).min(w - 1)].fill(true);
                }
            }
        }
    }
    near.iter().enumerate().filter(|(_, n)| **n).map(|(at, _)| at).collect()
}

/// One Gauss-Seidel sweep over the pixels `wanted`.
fn sweep(
    i: &[[f32; 3]],
    a: &[f32],
    f: &mut [[f32; 3]],
    b: &mut [[f32; 3]],
    w: usize,
    h: usize,
    wanted: &[usize],
) {
    for &at in wanted {
        let (x, y) = (at % w, at / w);
        let neighbours = [
            if x > 0 { at - 1 } else { at },
            if x + 1 < w { at + 1 } else { at },
            if y > 0 { at - w } else { at },
            if y + 1 < h { at + w } else { at },
        ];
        let alpha = a[at];
        let beta = 1.0 - alpha;
        let (mut a00, a01, mut a11) = (alpha * alpha, alpha * beta, beta * beta);
        let (mut rf, mut rb) = ([0.0f32; 3], [0.0f32; 3]);
        for c in 0..3 {
            rf[c] = alpha * i[at][c];
            rb[c] = beta * i[at][c];
        }
        for n in neighbours {
            let s = REGULAR + GRADIENT * (alpha - a[n]).abs();
            a00 += s;
            a11 += s;
            for c in 0..3 {
                rf[c] += s * f[n][c];
                rb[c] += s * b[n][c];
            }
        }
        let det = 1.0 / (a00 * a11 - a01 * a01);
        for c in 0..3 {
            f[at][c] = ((a11 * rf[c] - a01 * rb[c]) * det).clamp(0.0, 1.0);
            b[at][c] = ((a00 * rb[c] - a01 * rf[c]) * det).clamp(0.0, 1.0);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_soft_edge_keeps_the_persons_colour_and_none_of_the_wall() {
        let size = Size::new(64, 48);
        let (person, wall) = ([0.30, 0.20, 0.15], [0.1, 0.2, 0.9]);
        let mut image = Vec::new();
        let mut alpha = Vec::new();
        for _ in 0..48 {
            for x in 0..64 {
                let a = ((x as f32 - 26.0) / 12.0).clamp(0.0, 1.0);
                alpha.push(a);
                image.push([0, 1, 2].map(|c| person[c] * a + wall[c] * (1.0 - a)));
            }
        }
        let f = estimate(&image, &alpha, size);
        for (f, a) in f.iter().zip(&alpha).filter(|(_, a)| **a > 0.05) {
            for c in 0..3 {
                assert!((f[c] - person[c]).abs() < 0.02, "alpha {a}: {f:?}");
            }
        }
    }

    #[test]
    fn one_pixel_and_no_pixel_are_survived() {
        assert_eq!(estimate(&[[0.5; 3]], &[1.0], Size::new(1, 1)), vec![[0.5; 3]]);
        assert!(estimate(&[], &[], Size::new(0, 0)).is_empty());
    }
}
