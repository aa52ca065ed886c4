//! A drawn card into the windows of the offices, scoring included.

use std::hint::black_box;

use baidi::lab::encode::{ByteWindow, Encoder};
use baidi::lab::units::Dpi;
use criterion::{Criterion, criterion_group, criterion_main};
use image::{Rgb, RgbImage};

/// An oval with hair-like lines over striped shoulders, on white.
fn drawn_card() -> RgbImage {
    RgbImage::from_fn(358, 441, |x, y| {
        let (u, v) = (f64::from(x) / 358.0 - 0.5, f64::from(y) / 441.0);
        let head = (u / 0.28).powi(2) + ((v - 0.4) / 0.3).powi(2);
        let wave = (f64::from(x * 3 + y) * 0.7).sin() * 12.0;
        let colour = if head < 1.0 && (v < 0.28 || head > 0.85) {
            [70.0, 48.0, 36.0]
        } else if head < 1.0 {
            [212.0 + 40.0 * u, 160.0 + 20.0 * v, 136.0]
        } else if v > 0.72 && u.abs() < 0.15 + (v - 0.72) * 1.3 {
            [40.0, 60.0, 110.0]
        } else {
            return Rgb([255; 3]);
        };
        Rgb(colour.map(|c| (c + wave).clamp(0.0, 250.0) as u8))
    })
}

fn encode(c: &mut Criterion) {
    let card = drawn_card();
    let mut encoder = Encoder::new();
    let mut group = c.benchmark_group("encode");
    for (name, min, max) in
        [("shebao", 15_360, 20_000), ("shebao-20k", 20_480, 35_000), ("id-card", 14_336, 20_000)]
    {
        let Some(window) = ByteWindow::new(min, max) else { continue };
        group.bench_function(name, |b| {
            b.iter(|| encoder.encode_within(black_box(&card), None, Dpi::new(350), window));
        });
    }
    group.finish();
}

criterion_group!(benches, encode);
criterion_main!(benches);
