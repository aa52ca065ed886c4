//! What a second run does after one that ended, was killed, or met other photos.

use std::collections::BTreeMap;
use std::fs;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant, SystemTime};

use serde_json::Value;

use crate::draw::chance::Chance;
use crate::util::{Dir, drawn, report_in, said, whole};

const LEDGER: &str = "out/.baidi-ledger.jsonl";

/// The cards in `out` with the time each was written.
fn cards(dir: &Dir) -> BTreeMap<String, SystemTime> {
    let files = dir.files().into_iter().filter(|f| f.starts_with("out/") && !f.contains("/."));
    let written =
        |f: &String| fs::metadata(dir.path(f)).and_then(|m| m.modified()).expect("a time");
    files.map(|f| (f.clone(), written(&f))).collect()
}

fn findings(dir: &Dir, report: &str) -> Vec<Value> {
    let report: Value = report_in(dir.read(report));
    report["photos"].as_array().expect("photos").iter().map(|p| p["findings"].clone()).collect()
}

#[test]
fn what_is_done_is_not_done_again_and_what_changed_is() {
    let dir = Dir::new();
    for number in 0..2 {
        dir.write(&format!("in/{number}.png"), drawn(number));
    }
    let first = said(dir.baidi("fix in -o out --report 1.json"));
    assert!(matches!(first.code, Some(0 | 1)), "{}", first.err);
    let before = cards(&dir);
    assert_eq!(before.len(), 2);
    let again = said(dir.baidi("fix in -o out --report 2.json"));
    assert_eq!(again.code, first.code, "{}", again.err);
    assert!(again.err.contains("2 of them done by an earlier run"), "{}", again.err);
    assert_eq!(cards(&dir), before);
    assert_eq!(findings(&dir, "1.json"), findings(&dir, "2.json"));

    // Another photo of the same name, a card that somebody opened and saved, and a card that is gone.
    dir.write("in/0.png", drawn(7));
    let run = said(dir.baidi("fix in -o out"));
    assert!(run.err.contains("1 of them done"), "{}", run.err);
    let (changed, kept) = (cards(&dir), "out/1.jpg".to_owned());
    assert!(changed[&kept] == before[&kept] && changed["out/0.jpg"] > before["out/0.jpg"]);
    fs::remove_file(dir.path("out/1.jpg")).expect("gone");
    dir.write("out/0.jpg", "somebody's own");
    let run = said(dir.baidi("fix in -o out"));
    assert_eq!(run.code, Some(2));
    assert!(run.err.contains("out/0.jpg already exists"), "{}", run.err);
    assert_eq!(dir.read("out/0.jpg"), b"somebody's own");
    assert!(whole(&dir.read("out/1.jpg")));

    // Another spec, and then nothing but --force, does everything again.
    let before = cards(&dir);
    let run = said(dir.baidi("fix in -o out --spec id-card --force"));
    assert!(!run.err.contains("earlier run"), "{}", run.err);
    assert!(cards(&dir).iter().all(|(name, time)| *time > before[name]));
    let run = said(dir.baidi("fix in -o out --spec shebao"));
    assert!(!run.err.contains("earlier run"), "{}", run.err);
}

#[test]
fn a_dry_run_says_what_is_done_and_what_is_in_the_way_and_writes_nothing() {
    let dir = Dir::new();
    dir.write("in/0.png", drawn(0));
    said(dir.baidi("fix in -o out"));
    dir.write("in/1.png", drawn(1));
    dir.write("out/1.jpg", "somebody's own");
    let (files, ledger) = (dir.files(), dir.read(LEDGER));
    let run = said(dir.baidi("fix in -o out --dry-run"));
    assert_eq!(run.code, Some(2));
    assert!(run.err.contains("out/1.jpg already exists") && run.err.contains("1 of them done"));
    assert_eq!((dir.files(), dir.read(LEDGER)), (files, ledger));
}

#[test]
fn what_strict_withheld_is_known_to_the_next_run() {
    let dir = Dir::new();
    // Eyes 430 px above the bottom of 441 px: no card can be right.
    let spec = said(dir.baidi("specs shebao")).out;
    let narrow =
        spec.replace("name = \"shebao\"", "name = \"own\"").replace("min = 207", "min = 430");
    dir.write("own.toml", narrow);
    dir.write("in/0.png", drawn(0));
    let run = said(dir.baidi("fix in -o out --strict --spec own.toml"));
    assert_eq!(run.code, Some(1), "{}", run.err);
    assert!(cards(&dir).is_empty());
    let run = said(dir.baidi("fix in -o out --strict --spec own.toml -v"));
    assert_eq!(run.code, Some(1), "{}", run.err);
    assert!(run.out.contains("made by an earlier run"), "{}", run.out);
    said(dir.baidi("fix in -o out --spec own.toml"));
    assert_eq!(cards(&dir).len(), 1);
}

/// Kill -9 at moments drawn by lot. What is there is whole, is never made again, and in the end everything is there once.
#[cfg(unix)]
#[test]
fn killed_at_any_moment_it_leaves_whole_files_and_goes_on() {
    const PHOTOS: u64 = 4;
    let dir = Dir::new();
    for number in 0..PHOTOS {
        dir.write(&format!("in/{number}.png"), drawn(number));
    }
    let started = Instant::now();
    said(dir.baidi("fix in -o reference --jobs 2"));
    let usual = started.elapsed();
    let mut chance = Chance::new(20_261_122);
    let mut seen = BTreeMap::new();
    for _ in 0..6 {
        let mut run = Command::new(assert_cmd::cargo::cargo_bin("baidi"))
            .args(["fix", "in", "-o", "out", "--jobs", "2"])
            .current_dir(dir.path(""))
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("the program starts");
        std::thread::sleep(Duration::from_secs_f64(usual.as_secs_f64() * chance.unit() * 0.7));
        run.kill().expect("killed");
        run.wait().expect("ended");
        let now = cards(&dir);
        for (card, time) in &seen {
            assert_eq!(now.get(card), Some(time), "{card} was whole and was made again");
        }
        for card in now.keys() {
            assert!(whole(&dir.read(card)), "{card} is in pieces");
        }
        seen = now;
    }
    let run = said(dir.baidi("fix in -o out --jobs 2"));
    assert!(matches!(run.code, Some(0 | 1)), "{}", run.err);
    let now = cards(&dir);
    assert!(seen.iter().all(|(card, time)| now[card] == *time));
    for number in 0..PHOTOS {
        assert_eq!(
            dir.read(&format!("out/{number}.jpg")),
            dir.read(&format!("reference/{number}.jpg"))
        );
    }
    let out: Vec<String> = dir.files().into_iter().filter(|f| f.starts_with("out/")).collect();
    assert_eq!(out.len(), PHOTOS as usize + 1, "temporary files are left: {out:?}");
}

#[cfg(unix)]
#[test]
fn what_cannot_be_read_or_written_is_said_and_the_rest_goes_on() {
    let dir = Dir::new();
    dir.write("in/0.png", drawn(0));
    std::os::unix::fs::symlink("nowhere", dir.path("in/gone.jpg")).expect("a link");
    dir.write("in/sub/1.png", drawn(0));
    // A file where a folder has to be.
    dir.write("out/sub", "in the way");
    let run = said(dir.baidi("fix in -o out"));
    assert_eq!(run.code, Some(2));
    assert!(run.err.contains("cannot read in/gone.jpg"), "{}", run.err);
    assert!(run.err.contains("cannot create out/sub"), "{}", run.err);
    assert!(whole(&dir.read("out/0.jpg")));
    // A read-only photo is a photo like any other, and stays read-only.
    let photo = dir.path("in/0.png");
    let mut rights = fs::metadata(&photo).expect("there").permissions();
    rights.set_readonly(true);
    fs::set_permissions(&photo, rights).expect("changed");
    let run = said(dir.baidi("fix in/0.png -o other.jpg"));
    assert!(matches!(run.code, Some(0 | 1)), "{}", run.err);
    assert!(fs::metadata(&photo).expect("there").permissions().readonly());
}
