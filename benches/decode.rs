//! Decoding a 12-megapixel phone photo at every reduction, on one thread.

use std::hint::black_box;

use baidi::lab::decode::{Limits, Reduction, decode};
use criterion::{Criterion, criterion_group, criterion_main};
use image::{Rgb, RgbImage};

/// A 3024×4032 JPEG of quality 90 with smooth shapes and noise like a phone's sensor leaves: about 4 MB.
fn phone_photo() -> Vec<u8> {
    let mut state = 0x2545_F491_4F6C_DD1D_u64;
    let mut noise = move || {
        // xorshift64*; the sum of four uniform bytes is bell-shaped
        state ^= state >> 12;
        state ^= state << 25;
        state ^= state >> 27;
        let bytes = state.wrapping_mul(0x2545_F491_4F6C_DD1D).to_le_bytes();
        (bytes.iter().take(4).map(|b| f32::from(*b)).sum::<f32>() - 510.0) / 40.0
    };
    let picture = RgbImage::from_fn(3024, 4032, |x, y| {
        let (u, v) = (x as f32 / 3024.0 - 0.5, y as f32 / 4032.0 - 0.45);
        let head = ((0.08 - u * u - v * v) * 60.0).clamp(0.0, 1.0);
        let wave = 12.0 * (u * 40.0 + (v * 25.0).sin()).sin();
        let grain = noise();
        let channel = |wall: f32, skin: f32| {
            (wall + (skin - wall) * head + wave + grain).clamp(0.0, 255.0) as u8
        };
        Rgb([channel(168.0, 205.0), channel(186.0, 160.0), channel(200.0, 140.0)])
    });
    let encoder = mozjpeg_rs::Encoder::new(mozjpeg_rs::Preset::BaselineFastest).quality(90);
    encoder.encode_rgb(picture.as_raw(), 3024, 4032).expect("a picture of this size can be encoded")
}

fn decoding(c: &mut Criterion) {
    let bytes = phone_photo();
    let mut group = c.benchmark_group("decode 12 MP");
    group.sample_size(10);
    for reduction in Reduction::ALL {
        group.bench_function(format!("1/{}", reduction.factor()), |b| {
            b.iter(|| {
                decode(black_box(&bytes), &Limits::default(), reduction).expect("the file is sound")
            });
        });
    }
    group.finish();
}

criterion_group!(benches, decoding);
criterion_main!(benches);
