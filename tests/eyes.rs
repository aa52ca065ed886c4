//! Open and shut eyes through the whole of `check`: drawn ones, and the shared photographs where they are present.

#[path = "support/draw/mod.rs"]
mod draw;
#[path = "support/shared.rs"]
mod shared;

use std::io::Cursor;
use std::path::{Path, PathBuf};

use baidi::lab::check::Verdict;
use baidi::lab::geometry::Size;
use baidi::lab::pipeline::Worker;
use baidi::lab::spec::PhotoSpec;
use draw::{Scene, draw};
use image::ImageFormat;

/// What `eyes-open` says of the picture.
fn verdict(worker: &mut Worker, bytes: &[u8]) -> Option<Verdict> {
    let spec = PhotoSpec::builtin("shebao").expect("a built-in spec");
    let checked = worker.check(bytes, None, &spec).ok()?;
    checked.findings.iter().find(|f| f.rule == "eyes-open").map(|f| f.outcome.verdict)
}

#[test]
fn drawn_open_eyes_pass() {
    let mut worker = Worker::new().expect("the built-in models load");
    for seed in [3, 4, 5] {
        let drawn = draw(&Scene::drawn_by_lot(seed, Size::new(560, 700)));
        let mut bytes = Cursor::new(Vec::new());
        drawn.picture.write_to(&mut bytes, ImageFormat::Png).expect("memory takes a PNG");
        let said = verdict(&mut worker, bytes.get_ref());
        assert_eq!(said, Some(Verdict::Pass), "seed {seed}");
    }
}

/// The photos in a folder of the shared sets.
fn photos_in(folder: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
    let mut photos: Vec<PathBuf> = entries.map(|e| e.path()).collect();
    photos.retain(|p| p.extension().is_some_and(|e| e == "jpg"));
    photos.sort();
    photos
}

/// How many of the photos are measured, and how many of those do not pass.
fn doubted(worker: &mut Worker, photos: &[PathBuf]) -> (usize, usize) {
    let said = photos.iter().filter_map(|p| verdict(worker, &std::fs::read(p).ok()?));
    let measured: Vec<Verdict> = said.filter(|v| *v != Verdict::Unknown).collect();
    (measured.len(), measured.iter().filter(|v| **v > Verdict::Pass).count())
}

#[test]
fn shut_eyes_are_seen_and_open_ones_left_in_peace() {
    let folders = ["eyes/closed", "portraits/dev", "portraits/dev-asia"].map(shared::folder);
    let [Some(closed), Some(dev), Some(asia)] = folders else { return };
    let mut worker = Worker::new().expect("the built-in models load");
    let (shut, seen) = doubted(&mut worker, &photos_in(&closed));
    // what the network reaches today, 77 of 99, less what chance moves
    assert!(10 * seen >= 7 * shut, "{seen} of {shut} shut pairs are seen");
    let (mut open, mut accused) = (0, 0);
    for folder in [dev, asia] {
        let (more, doubts) = doubted(&mut worker, &photos_in(&folder));
        (open, accused) = (open + more, accused + doubts);
    }
    assert!(100 * accused <= 2 * open, "{accused} of {open} open pairs are doubted");
}
