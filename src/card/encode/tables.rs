//! Quantisation tables and the ladder of qualities.

/// Zigzag order: the natural index (8·row + column) of the k-th coefficient, ITU-T T.81, figure A.6.
#[rustfmt::skip]
pub(super) const ZIGZAG: [usize; 64] = [
     0,  1,  8, 16,  9,  2,  3, 10, 17, 24, 32, 25, 18, 11,  4,  5,
    12, 19, 26, 33, 40, 48, 41, 34, 27, 20, 13,  6,  7, 14, 21, 28,
    35, 42, 49, 56, 57, 50, 43, 36, 29, 22, 15, 23, 30, 37, 44, 51,
    58, 59, 52, 45, 38, 31, 39, 46, 53, 60, 61, 54, 47, 55, 62, 63,
];

/// The bottom of the ladder: quality 10 on libjpeg's scale, 2,000 to 2,500 bytes for a portrait of 358×441 px, which still shows whose it
/// is. At quality 6 to 8 (1,900 bytes) faces were blocks of one colour, and SSIMULACRA2 fell under −20.
pub(super) const FIRST_STEP: u32 = 461;

/// The top of the ladder: every quantiser is 1.
pub(super) const LAST_STEP: u32 = 1840;

/// The tables of one step, in natural order, 1..=255 each.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Tables {
    pub(super) luma: [f32; 64],
    pub(super) chroma: [f32; 64],
}

/// How the quantisers of one component grow with frequency, at quality 50: `base` · (1 + `slope` · f^`power`), f = √(u² + v²) / 7.
#[derive(Debug, Clone, Copy)]
struct Shape {
    base: f64,
    slope: f64,
    power: f64,
    dc: f64,
}

/// Fitted by coordinate descent, together with the weights of the trellis, to the mean SSIMULACRA2 of 14 portraits on white at 9, 14
/// and 20 KiB in 4:2:0 (68.2 with Robidoux-like tables, 70.5 with these). Luma loses high frequencies sooner than in the tables of
/// old, chroma is coarser by two thirds.
const LUMA: Shape = Shape { base: 16.0, slope: 4.3, power: 0.88, dc: 16.0 };
const CHROMA: Shape = Shape { base: 27.0, slope: 1.95, power: 2.5, dc: 12.3 };

impl Shape {
    /// The quantisers at a scale in percent.
    fn scaled(self, scale: f64) -> [f32; 64] {
        std::array::from_fn(|i| {
            let (v, u) = ((i / 8) as f64, (i % 8) as f64);
            let f = libm::hypot(u, v) / 7.0;
            let at_50 = if i == 0 {
                self.dc
            } else {
                self.base * (1.0 + self.slope * libm::pow(f, self.power))
            };
            (at_50 * scale / 100.0).round().clamp(1.0, 255.0) as f32
        })
    }
}

impl Tables {
    /// The tables of a step of the ladder.
    pub(super) fn of_step(step: u32) -> Self {
        let scale = scale_of_step(step);
        Self { luma: LUMA.scaled(scale), chroma: CHROMA.scaled(scale) }
    }
}

/// The scale of the tables in percent: 5000 at the bottom, half a percent less with each step, 0 at the top.
pub(super) fn scale_of_step(step: u32) -> f64 {
    if step >= LAST_STEP { 0.0 } else { 5000.0 * libm::exp(-0.005 * f64::from(step)) }
}

/// The quality on libjpeg's scale, 1..=100, whose scale is nearest to that of the step.
pub(super) fn quality_of_step(step: u32) -> u8 {
    let scale = scale_of_step(step);
    let quality = if scale > 100.0 { 5000.0 / scale } else { 100.0 - scale / 2.0 };
    quality.round().clamp(1.0, 100.0) as u8
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_ladder_goes_from_quality_10_to_100_and_never_down() {
        assert_eq!((quality_of_step(FIRST_STEP), quality_of_step(LAST_STEP)), (10, 100));
        for step in FIRST_STEP..LAST_STEP {
            let (lower, upper) = (Tables::of_step(step), Tables::of_step(step + 1));
            for (low, up) in [(lower.luma, upper.luma), (lower.chroma, upper.chroma)] {
                assert!(low.iter().zip(up).all(|(l, u)| *l >= u && u >= 1.0 && *l <= 255.0));
            }
        }
        assert!(Tables::of_step(LAST_STEP).luma.iter().all(|q| *q == 1.0));
    }
}
