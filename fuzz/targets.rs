//! What is fuzzed: one function per target, for any bytes. The libFuzzer targets of this folder call them, and so does `tests/hostile.rs`, which every build compiles and runs on stable Rust.
//!
//! A target fails by panicking, by an internal error, or by an answer that breaks a promise.

use std::cell::RefCell;

use baidi::Error;
use baidi::lab::decode::{Format, Limits, Opened, Reduction};
use baidi::lab::encode::{ByteWindow, Encoder};
use baidi::lab::pipeline::Worker;
use baidi::lab::spec::PhotoSpec;
use baidi::lab::units::Dpi;
use image::{Rgb, RgbImage};

/// A fuzzed file is small: what matters is what its header says.
const LIMITS: Limits = Limits { pixels: 4_000_000, bytes: 1 << 20, side: 65_535 };

fn not_ours<T>(result: baidi::Result<T>) -> Option<T> {
    match result {
        Ok(value) => Some(value),
        Err(Error::Internal { stage, reason }) => panic!("internal error in {stage}: {reason}"),
        Err(_) => None,
    }
}

/// Decoding a file that is taken for `format`: upright, of the size that was promised, at two scales.
pub(crate) fn decode(format: Format, data: &[u8]) {
    let Some(opened) = not_ours(Opened::open(data, &LIMITS)) else { return };
    if opened.facts().format != format {
        return;
    }
    for reduction in [Reduction::Full, Reduction::Quarter] {
        if let Some(photo) = not_ours(opened.decode(reduction)) {
            assert_eq!(photo.source_size, opened.upright_size());
            assert!(photo.pixels.width() <= photo.source_size.width);
            assert!(photo.pixels.height() <= photo.source_size.height);
        }
    }
}

/// Reading and rewriting the markers of a JPEG.
pub(crate) fn jpeg_markers(data: &[u8]) {
    let facts = baidi::lab::markers::read(data);
    if let Some(changed) = baidi::lab::markers::with_density(data, 350) {
        assert!(changed.len() <= data.len() + 18);
        let after = baidi::lab::markers::read(&changed).expect("it was one before");
        let before = facts.expect("only a JPEG is changed");
        assert_eq!(
            (after.width, after.height, after.scans),
            (before.width, before.height, before.scans)
        );
    }
}

/// A spec as somebody may write it.
pub(crate) fn spec(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else { return };
    if let Some(spec) = not_ours(PhotoSpec::parse("fuzzed", text)) {
        let size = spec.size();
        assert!(size.width > 0 && size.height > 0);
    }
}

/// The search for a byte window: what it returns lies inside, or it says that it cannot.
pub(crate) fn size_search(data: &[u8]) {
    let Some((head, pixels)) = data.split_at_checked(8) else { return };
    let number = |i: usize| u64::from(u16::from_le_bytes([head[i], head[i + 1]]));
    let (width, height) = (1 + u32::from(head[4]) % 96, 1 + u32::from(head[5]) % 96);
    let picture = RgbImage::from_fn(width, height, |x, y| {
        let at = ((y * width + x) * 3) as usize;
        Rgb([0, 1, 2].map(|c| pixels.get((at + c) % pixels.len().max(1)).copied().unwrap_or(255)))
    });
    let (low, high) = (number(0), number(2));
    let Some(window) = ByteWindow::new(low.min(high), low.max(high)) else { return };
    let dpi = Dpi::new(u16::from(head[6]));
    if let Some(jpeg) = not_ours(Encoder::new().encode_within(&picture, None, dpi, window)) {
        let length = jpeg.bytes.len() as u64;
        assert!((low.min(high)..=low.max(high)).contains(&length), "{length} bytes");
    }
}

thread_local! {
    static WORKER: RefCell<Option<(Worker, PhotoSpec)>> = const { RefCell::new(None) };
}

/// The whole of `check`, face search and rules included.
pub(crate) fn check(data: &[u8]) {
    if data.len() as u64 > LIMITS.bytes || Opened::open(data, &LIMITS).is_err() {
        return;
    }
    WORKER.with_borrow_mut(|slot| {
        let (worker, spec) = slot.get_or_insert_with(|| {
            (Worker::new().expect("models"), PhotoSpec::builtin("shebao").expect("builtin"))
        });
        if let Some(checked) = not_ours(worker.check(data, Some("a.jpg"), spec)) {
            assert!(!checked.findings.is_empty());
        }
    });
}
