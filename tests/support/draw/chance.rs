//! Chance without a clock: a small generator and smooth noise, both from a seed.

/// `SplitMix64` (Steele, Lea, Flood 2014): 64 bits of state, the same numbers on every machine.
#[derive(Debug, Clone)]
pub struct Chance(u64);

/// One step of `SplitMix64`'s output function: spreads `x` over all 64 bits.
fn spread(x: u64) -> u64 {
    let x = (x ^ (x >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let x = (x ^ (x >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    x ^ (x >> 31)
}

impl Chance {
    /// The sequence that belongs to `seed`.
    pub fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// The next 64 bits.
    pub fn bits(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        spread(self.0)
    }

    /// A number in 0..1.
    pub fn unit(&mut self) -> f64 {
        (self.bits() >> 11) as f64 / (1u64 << 53) as f64
    }

    /// A number in `low`..`high`.
    pub fn between(&mut self, low: f64, high: f64) -> f64 {
        low + (high - low) * self.unit()
    }

    /// A number around 0 with standard deviation 1: twelve uniform numbers summed.
    pub fn normal(&mut self) -> f64 {
        (0..12).map(|_| self.unit()).sum::<f64>() - 6.0
    }

    /// One of `choices`.
    pub fn pick<T: Copy>(&mut self, choices: &[T]) -> T {
        choices[(self.bits() % choices.len() as u64) as usize]
    }
}

/// The value of the lattice point `x`, `y` in -1..1.
fn lattice(x: i64, y: i64, seed: u64) -> f64 {
    let key = (x as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15)
        ^ (y as u64).wrapping_mul(0xc2b2_ae3d_27d4_eb4f)
        ^ seed.wrapping_mul(0x1656_67b1_9e37_79f9);
    (spread(key) >> 11) as f64 / (1u64 << 52) as f64 - 1.0
}

/// Smooth noise in -1..1 that changes over a distance of about 1.
pub fn noise(x: f64, y: f64, seed: u64) -> f64 {
    let (x0, y0) = (x.floor(), y.floor());
    let ease = |t: f64| t * t * (3.0 - 2.0 * t);
    let (fx, fy) = (ease(x - x0), ease(y - y0));
    let (ix, iy) = (x0 as i64, y0 as i64);
    let top = lattice(ix, iy, seed) * (1.0 - fx) + lattice(ix + 1, iy, seed) * fx;
    let bottom = lattice(ix, iy + 1, seed) * (1.0 - fx) + lattice(ix + 1, iy + 1, seed) * fx;
    top * (1.0 - fy) + bottom * fy
}

/// Noise in about -1..1 with detail down to an eighth of a unit.
pub fn clouds(x: f64, y: f64, seed: u64) -> f64 {
    let octave = |i: u32| {
        let f = f64::from(1 << i);
        noise(x * f, y * f, seed.wrapping_add(u64::from(i))) / f
    };
    (octave(0) + octave(1) + octave(2) + octave(3)) / 1.5
}
