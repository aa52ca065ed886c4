//! One drawn 12-megapixel portrait (3024 × 4032, JPEG at quality 90) through every stage on one thread, and through the whole of `fix` and `check`.

#[path = "../tests/support/draw/mod.rs"]
#[allow(
    dead_code,
    unused_imports,
    clippy::all,
    reason = "each user of the renderer needs a part of it"
)]
mod draw;

use std::hint::black_box;

use baidi::lab::decode::{Limits, Opened, Reduction};
use baidi::lab::encode::{BackgroundMask, ByteWindow, Encoder};
use baidi::lab::face::{FaceFinder, Search};
use baidi::lab::frame::Card;
use baidi::lab::geometry::Size;
use baidi::lab::pipeline::{Account, Ask, FixOptions, Worker};
use baidi::lab::scratch::Scratch;
use baidi::lab::spec::PhotoSpec;
use baidi::lab::units::Dpi;
use baidi::lab::{matte, placement};
use criterion::{Criterion, criterion_group, criterion_main};
use image::codecs::jpeg::JpegEncoder;

/// A portrait with sensor-like grain, as a phone writes it.
fn phone_photo() -> Vec<u8> {
    let mut picture = draw::draw(&draw::Scene::drawn_by_lot(7, Size::new(1512, 2016))).picture;
    picture =
        image::imageops::resize(&picture, 3024, 4032, image::imageops::FilterType::CatmullRom);
    let mut state = 0x2545_f491_u32;
    for v in picture.iter_mut() {
        state ^= state << 13;
        state ^= state >> 17;
        state ^= state << 5;
        let grain = (state % 9) as i16 + (state / 9 % 9) as i16 - 8;
        *v = (i16::from(*v) + grain).clamp(0, 255) as u8;
    }
    let mut bytes = Vec::new();
    JpegEncoder::new_with_quality(&mut bytes, 90).encode_image(&picture).expect("memory");
    bytes
}

fn photo(c: &mut Criterion) {
    let bytes = phone_photo();
    let spec = PhotoSpec::builtin("shebao").expect("built in");
    let limits = Limits::default();
    let opened = Opened::open(&bytes, &limits).expect("a JPEG");
    let quarter = opened.decode(Reduction::Quarter).expect("decodes").pixels;
    let size = Size::new(quarter.width(), quarter.height());
    let mut scratch = Scratch::default();
    let finder = FaceFinder::new().expect("built-in models");
    let Search::Found(sighting) = finder.find(&mut scratch, &quarter).expect("runs") else {
        panic!("one drawn face")
    };
    let mut cutter = matte::Cutter::new().expect("a built-in model");
    let placed = placement::place(&sighting, size, &spec, None);
    let card =
        Card::new(&mut scratch.resampler, &quarter, &sighting, &placed.photo_to_card, spec.size());
    let head = sighting.head.mapped(&placed.photo_to_card);
    let cut = cutter.cut(&mut scratch, &card, &head).expect("a matte");
    let white = matte::whitened(&card.pixels, &cut, [255; 3]);
    let mask = BackgroundMask::from_alpha(&cut.alpha);
    let window = ByteWindow::new(15_360, 20_000).expect("a window");
    let mut encoder = Encoder::new();
    let mut worker = Worker::new().expect("built-in models");
    let written =
        worker.fix(&bytes, None, &spec, &FixOptions::default()).expect("a card").jpeg.bytes;

    let mut group = c.benchmark_group("12 MP photo");
    group.sample_size(10);
    group.bench_function("decode at 1/4", |b| {
        b.iter(|| opened.decode(black_box(Reduction::Quarter)));
    });
    group.bench_function("face and network", |b| {
        b.iter(|| finder.find(&mut scratch, black_box(&quarter)));
    });
    group.bench_function("placement", |b| {
        b.iter(|| placement::place(black_box(&sighting), size, &spec, None));
    });
    group.bench_function("resample", |b| {
        b.iter(|| {
            Card::new(
                &mut scratch.resampler,
                black_box(&quarter),
                &sighting,
                &placed.photo_to_card,
                spec.size(),
            )
        });
    });
    group.bench_function("matte and foreground", |b| {
        b.iter(|| cutter.cut(&mut scratch, black_box(&card), &head));
    });
    group.bench_function("encode", |b| {
        b.iter(|| encoder.encode_within(black_box(&white), Some(&mask), Dpi::new(350), window));
    });
    group.bench_function("check the card", |b| {
        b.iter(|| worker.check(black_box(&written), None, &spec));
    });
    group.bench_function("fix, whole", |b| {
        b.iter(|| worker.fix(black_box(&bytes), None, &spec, &FixOptions::default()));
    });
    // what `door` does: every card is opened again and judged
    let (second, options) =
        (PhotoSpec::builtin("id-card").expect("built in"), FixOptions::default());
    let ask = |spec| Ask { spec, options: &options, file_name: None, account: Account::Whole };
    for (name, asks) in [
        ("one card, judged", vec![ask(&spec)]),
        ("two cards, judged", vec![ask(&spec), ask(&second)]),
    ] {
        group.bench_function(name, |b| {
            b.iter(|| -> baidi::Result<()> {
                for (card, ask) in worker.fix_all(black_box(&bytes), &asks)?.into_iter().zip(&asks)
                {
                    worker.check(&card?.jpeg.bytes, None, ask.spec)?;
                }
                Ok(())
            });
        });
    }
    group.finish();
}

criterion_group!(benches, photo);
criterion_main!(benches);
