//! The 8×8 discrete cosine transform of ITU-T T.81, A.3.3, in `f32`, without fused operations: the same bits on every machine.

/// One 8×8 block, row after row.
pub(super) type Block = [f32; 64];

/// `BASIS[u][x]` = C(u)/2 · cos((2x+1)uπ/16): rows are orthonormal, so the inverse is the transpose.
const BASIS: [[f32; 8]; 8] = [
    [
        0.353_553_4,
        0.353_553_4,
        0.353_553_4,
        0.353_553_4,
        0.353_553_4,
        0.353_553_4,
        0.353_553_4,
        0.353_553_4,
    ],
    [
        0.490_392_64,
        0.415_734_8,
        0.277_785_12,
        0.097_545_16,
        -0.097_545_16,
        -0.277_785_12,
        -0.415_734_8,
        -0.490_392_64,
    ],
    [
        0.461_939_77,
        0.191_341_71,
        -0.191_341_71,
        -0.461_939_77,
        -0.461_939_77,
        -0.191_341_71,
        0.191_341_71,
        0.461_939_77,
    ],
    [
        0.415_734_8,
        -0.097_545_16,
        -0.490_392_64,
        -0.277_785_12,
        0.277_785_12,
        0.490_392_64,
        0.097_545_16,
        -0.415_734_8,
    ],
    [
        0.353_553_4,
        -0.353_553_4,
        -0.353_553_4,
        0.353_553_4,
        0.353_553_4,
        -0.353_553_4,
        -0.353_553_4,
        0.353_553_4,
    ],
    [
        0.277_785_12,
        -0.490_392_64,
        0.097_545_16,
        0.415_734_8,
        -0.415_734_8,
        -0.097_545_16,
        0.490_392_64,
        -0.277_785_12,
    ],
    [
        0.191_341_71,
        -0.461_939_77,
        0.461_939_77,
        -0.191_341_71,
        -0.191_341_71,
        0.461_939_77,
        -0.461_939_77,
        0.191_341_71,
    ],
    [
        0.097_545_16,
        -0.277_785_12,
        0.415_734_8,
        -0.490_392_64,
        0.490_392_64,
        -0.415_734_8,
        0.277_785_12,
        -0.097_545_16,
    ],
];

/// What one unit of the coefficient with natural index `k` adds to the `i`-th sample.
pub(super) const fn wave(k: usize, i: usize) -> f32 {
    BASIS[k / 8][i / 8] * BASIS[k % 8][i % 8]
}

/// Samples to coefficients, both row after row: coefficient `8·v + u` has horizontal frequency u and vertical frequency v.
pub(super) fn forward(samples: &Block) -> Block {
    transposed(&analysed(&transposed(&analysed(samples))))
}

/// Coefficients to samples, the inverse of [`forward`].
pub(super) fn inverse(coefficients: &Block) -> Block {
    transposed(&synthesised(&transposed(&synthesised(coefficients))))
}

/// The transform along each column, all eight columns side by side; sums and differences of mirrored rows halve the products.
fn analysed(block: &Block) -> Block {
    let mut out = [0.0; 64];
    let (mut sums, mut differences) = ([0.0; 32], [0.0; 32]);
    for y in 0..4 {
        for x in 0..8 {
            sums[8 * y + x] = block[8 * y + x] + block[8 * (7 - y) + x];
            differences[8 * y + x] = block[8 * y + x] - block[8 * (7 - y) + x];
        }
    }
    for (u, basis) in BASIS.iter().enumerate() {
        let half = if u % 2 == 0 { &sums } else { &differences };
        for x in 0..8 {
            out[8 * u + x] = half[x] * basis[0]
                + half[8 + x] * basis[1]
                + half[16 + x] * basis[2]
                + half[24 + x] * basis[3];
        }
    }
    out
}

/// The inverse along each column: even and odd frequencies apart, then mirrored.
fn synthesised(block: &Block) -> Block {
    let mut out = [0.0; 64];
    for y in 0..4 {
        for x in 0..8 {
            let even = block[x] * BASIS[0][y]
                + block[16 + x] * BASIS[2][y]
                + block[32 + x] * BASIS[4][y]
                + block[48 + x] * BASIS[6][y];
            let odd = block[8 + x] * BASIS[1][y]
                + block[24 + x] * BASIS[3][y]
                + block[40 + x] * BASIS[5][y]
                + block[56 + x] * BASIS[7][y];
            out[8 * y + x] = even + odd;
            out[8 * (7 - y) + x] = even - odd;
        }
    }
    out
}

fn transposed(block: &Block) -> Block {
    let mut out = [0.0; 64];
    for y in 0..8 {
        for x in 0..8 {
            out[8 * x + y] = block[8 * y + x];
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use std::f64::consts::PI;

    use proptest::prelude::*;

    use super::*;

    /// Equation A.3.3, word for word.
    fn slow(samples: &Block) -> Block {
        let c = |k: usize| if k == 0 { 0.5f64.sqrt() } else { 1.0 };
        std::array::from_fn(|i| {
            let (v, u) = (i / 8, i % 8);
            let mut sum = 0.0;
            for (j, s) in samples.iter().enumerate() {
                let (y, x) = (j / 8, j % 8);
                let (x, y, u, v) = (x as f64, y as f64, u as f64, v as f64);
                sum += f64::from(*s)
                    * ((2.0 * x + 1.0) * u * PI / 16.0).cos()
                    * ((2.0 * y + 1.0) * v * PI / 16.0).cos();
            }
            (0.25 * c(u) * c(v) * sum) as f32
        })
    }

    proptest! {
        #[test]
        fn the_fast_transform_is_the_one_of_the_standard(samples in prop::collection::vec(-128f32..127.0, 64)) {
            let samples: Block = samples.try_into().expect("64 samples");
            let (fast, slow) = (forward(&samples), slow(&samples));
            for (a, b) in fast.iter().zip(&slow) {
                prop_assert!((a - b).abs() < 0.01, "{} and {}", a, b);
            }
            for (a, b) in inverse(&fast).iter().zip(&samples) {
                prop_assert!((a - b).abs() < 0.01, "{} and {}", a, b);
            }
        }
    }
}
