//! Nobody learns more from a card than its picture: whatever a source carries beside its pixels, no byte of it is in the card.

#[path = "support/nasty.rs"]
#[expect(dead_code, reason = "only the folder is needed here")]
mod nasty;

use std::fs;
use std::path::Path;

use baidi::lab::markers::{self, JpegFacts};
use baidi::lab::pipeline::{FixOptions, Worker};
use baidi::lab::spec::PhotoSpec;

/// Where metadata lie in a JPEG: the payloads of its `APPn` and COM segments, marker bytes included, up to the frame.
fn segments(file: &[u8]) -> Vec<(u8, &[u8])> {
    let mut found = Vec::new();
    let mut at = 2;
    while let Some(&[0xFF, marker, hi, lo]) = file.get(at..).and_then(|b| b.first_chunk::<4>()) {
        let end = at + 2 + usize::from(u16::from_be_bytes([hi, lo]));
        if matches!(marker, 0xC0..=0xC2 | 0xDA) || end > file.len() {
            break;
        }
        if matches!(marker, 0xE1..=0xEF | 0xFE) {
            found.push((marker, &file[at..end]));
        }
        at = end;
    }
    found
}

/// `photo` with `extra` segments behind its start marker.
fn with_segments(photo: &[u8], extra: &[&[u8]]) -> Vec<u8> {
    [&photo[..2], &extra.concat(), &photo[2..]].concat()
}

fn segment(marker: u8, payload: &[u8]) -> Vec<u8> {
    let mut out = vec![0xFF, marker];
    out.extend((payload.len() as u16 + 2).to_be_bytes());
    out.extend(payload);
    out
}

/// The portrait that is drawn, so that no photograph is needed.
fn photo() -> Vec<u8> {
    let sample = Path::new(env!("CARGO_MANIFEST_DIR")).join("samples/studio-flyaway.jpg");
    fs::read(sample).expect("a sample")
}

fn card(source: &[u8], spec: &str) -> Vec<u8> {
    let spec = PhotoSpec::builtin(spec).expect("builtin");
    let mut worker = Worker::new().expect("models");
    worker.fix(source, None, &spec, &FixOptions::default()).expect("a card").jpeg.bytes
}

/// Nothing but JFIF, and where the spec's floor asks for padding, comments that say so.
fn holds_only_its_picture(card: &[u8]) -> JpegFacts {
    let facts = markers::read(card).expect("a JPEG");
    assert!(!facts.has_exif && !facts.has_xmp && !facts.has_icc && !facts.mpf, "{facts:?}");
    assert_eq!((facts.trailing_bytes, facts.leading_bytes), (0, 0));
    for segment in &facts.segments {
        assert!(matches!(segment.marker, 0xE0 | 0xFE), "{segment:?}");
    }
    facts
}

/// Whether 12 bytes in a row of `secret` are in `card`; runs of one value are in every file.
fn leaks(card: &[u8], secret: &[u8]) -> bool {
    let windows: std::collections::BTreeSet<&[u8]> = card.windows(12).collect();
    let telling = |w: &&[u8]| w.iter().any(|b| *b != w[0]);
    secret.windows(12).filter(telling).any(|w| windows.contains(w))
}

#[test]
fn what_phones_and_editors_write_beside_the_picture_is_not_in_the_card() {
    let photo = photo();
    let place = b"GPSLatitude 31.2304 N, taken by SN-4711-0815 for Zhang San";
    let mut exif =
        b"Exif\0\0MM\0*\0\0\0\x08\0\x01\x01\x0e\0\x02\0\0\0\x3a\0\0\0\x1a\0\0\0\0".to_vec();
    exif.extend(place);
    let xmp = [b"http://ns.adobe.com/xap/1.0/\0<x:xmpmeta>", place.as_slice()].concat();
    let thumbnail = [b"JFXX\0\x10", photo.get(..400).unwrap_or_default()].concat();
    let extra = [
        segment(0xE1, &exif),
        segment(0xE1, &xmp),
        segment(0xE0, &thumbnail),
        segment(0xE2, &[b"MPF\0", place.as_slice()].concat()),
        segment(0xED, &[b"Photoshop 3.0\0", place.as_slice()].concat()),
        segment(0xFE, place),
    ];
    let extra: Vec<&[u8]> = extra.iter().map(Vec::as_slice).collect();
    let mut source = with_segments(&photo, &extra);
    source.extend(place); // behind the picture, as motion photos have it
    for spec in ["shebao", "shebao-140k"] {
        let card = card(&source, spec);
        holds_only_its_picture(&card);
        assert!(!leaks(&card, place), "{spec}");
        assert_eq!(card, self::card(&photo, spec), "{spec}: the metadata changed the card");
    }
}

/// The metadata of the ten found files that carry most of it, put before a portrait.
#[test]
fn the_richest_metadata_found_anywhere_is_not_in_the_card() {
    let Some(folder) = nasty::folder() else { return };
    let photo = photo();
    let mut rich: Vec<(usize, String, Vec<u8>)> = Vec::new();
    for entry in fs::read_dir(folder.join("found")).expect("a folder") {
        let path = entry.expect("an entry").path();
        let file = fs::read(&path).expect("a file");
        if file.starts_with(&[0xFF, 0xD8]) {
            // Profiles change colours, and an Adobe segment how they are coded; neither names anybody.
            let telling = segments(&file).into_iter().filter(|(m, _)| !matches!(m, 0xE2 | 0xEE));
            let bytes: Vec<u8> = telling.flat_map(|(_, s)| s.iter().copied()).collect();
            rich.push((bytes.len(), path.display().to_string(), bytes));
        }
    }
    rich.sort_by(|a, b| b.cmp(a));
    for (length, path, bytes) in rich.iter().take(10) {
        assert!(*length > 1_000, "{path} is not rich");
        let source = with_segments(&photo, &[bytes.as_slice()]);
        let card = card(&source, "shebao");
        holds_only_its_picture(&card);
        // Thumbnails have Huffman tables as every JPEG has them: what the card holds without this metadata is not leaked from it.
        let plain = self::card(&photo, "shebao");
        assert!(card == plain || !leaks(&card, bytes), "{path}");
    }
}

#[test]
fn the_tests_would_see_a_leak() {
    let secret = b"the street where somebody lives";
    assert!(leaks(&[b"..".as_slice(), secret].concat(), secret));
    assert!(!leaks(b"another street altogether", secret));
}
