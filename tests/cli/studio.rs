//! What an employer and a photo studio do all day: rosters, packages, hot folders, sheets.

use std::fs::{self, OpenOptions};
use std::io::{Cursor, Read as _, Write as _};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::Value;

use crate::util::{Dir, drawn, report_in, said, whole};

#[test]
fn a_roster_names_the_cards_reports_who_is_missing_and_packs_the_rest() {
    let dir = Dir::new();
    let table = "姓名,身份证号\n张三,11010519491231002x\n李四,440524188001010014\n王五,110101199003070011\n";
    let (gb, _, _) = encoding_rs::GB18030.encode(table);
    dir.write("people.csv", &gb);
    dir.write("in/张三.png", drawn(0));
    dir.write("in/440524188001010014.png", drawn(1));
    dir.write("in/IMG_1.png", drawn(2));
    let run = said(dir.baidi(
        "fix in -o out --roster people.csv --name {id}{name}.jpg --zip cards.zip --report r.json --retake slips.html",
    ));
    assert_eq!(run.code, Some(2), "{}", run.err);
    assert!(run.err.contains("nobody in the roster has the name or number 'IMG_1'"), "{}", run.err);
    assert!(run.err.contains("people.csv:4") && run.err.contains("王五"), "{}", run.err);
    let cards = ["11010519491231002X张三.jpg", "440524188001010014李四.jpg"];
    let mut archive = zip::ZipArchive::new(Cursor::new(dir.read("cards.zip"))).expect("a package");
    assert_eq!(archive.len(), 2);
    for name in cards {
        let card = dir.read(&format!("out/{name}"));
        assert!(whole(&card), "{name}");
        let mut packed = Vec::new();
        archive.by_name(name).expect(name).read_to_end(&mut packed).expect("readable");
        assert_eq!(packed, card);
    }
    let report: Value = report_in(dir.read("r.json"));
    let photos = report["photos"].as_array().expect("photos");
    let failed: Vec<&str> = photos
        .iter()
        .filter(|p| p["status"] == "failed")
        .map(|p| p["input"].as_str().expect("an input"))
        .collect();
    assert_eq!(failed, ["in/IMG_1.png", "people.csv:4"]);
    let named = photos.iter().find(|p| p["input"] == "in/张三.png").expect("reported");
    let rule = |name: &str| {
        named["findings"].as_array().expect("findings").iter().find(|f| f["rule"] == name).cloned()
    };
    assert_eq!(rule("file-name").expect("measured")["verdict"], "pass");
    let slips = String::from_utf8(dir.read("slips.html")).expect("UTF-8");
    assert!(slips.contains("IMG_1"));
    // Again: nothing is made twice, and the package is the same.
    let before = dir.read("cards.zip");
    let run =
        said(dir.baidi("fix in -o out --roster people.csv --name {id}{name}.jpg --zip cards.zip"));
    assert!(run.err.contains("2 of them done by an earlier run"), "{}", run.err);
    assert_eq!(dir.read("cards.zip"), before);
}

#[test]
fn several_specs_give_a_card_each_the_same_as_alone_and_a_report_that_agrees_with_the_files() {
    const SPECS: [&str; 3] = ["shebao", "id-card", "passport-cn"];
    let dir = Dir::new();
    for i in 0..3 {
        dir.write(&format!("in/{i}.png"), drawn(i));
    }
    dir.write("in/no.jpg", b"no picture");
    let all = "--spec shebao --spec id-card --spec passport-cn";
    for (out, jobs) in [("one", 1), ("two", 2)] {
        let command = format!("fix in -o {out} {all} --jobs {jobs} --report {out}.json");
        let run = said(dir.baidi(&command));
        assert_eq!(run.code, Some(2), "{}", run.err);
    }
    for spec in SPECS {
        said(dir.baidi(&format!("fix in -o alone-{spec} --spec {spec}")));
    }
    let report: Value = serde_json::from_slice(&dir.read("one.json")).expect("JSON");
    assert_eq!(report["spec"], "shebao, id-card, passport-cn");
    let photos = report["photos"].as_array().expect("photos");
    assert_eq!(photos.len(), 10, "three cards of each photo, and what is no photo once");
    let mut seen = 0;
    for photo in photos.iter().filter(|p| p["status"] != "failed") {
        let (spec, output) = (photo["spec"].as_str(), photo["output"].as_str());
        let (spec, output) = (spec.expect("a spec"), output.expect("a card"));
        let card = dir.read(output);
        assert_eq!(photo["jpeg"]["bytes"], card.len(), "{output}");
        let stem = output.strip_prefix("one/").and_then(|o| o.strip_suffix(".jpg"));
        let stem = stem.and_then(|s| s.strip_suffix(&format!("-{spec}"))).expect("STEM-SPEC.jpg");
        assert_eq!(card, dir.read(&format!("two/{stem}-{spec}.jpg")), "{output}: threads");
        assert_eq!(card, dir.read(&format!("alone-{spec}/{stem}.jpg")), "{output}: alone");
        seen += 1;
    }
    assert_eq!(seen, 9);
    // A spec more: only its cards are made. One card gone: only that one is made again.
    fs::remove_file(dir.path("one/1-id-card.jpg")).expect("a card");
    let again = format!("fix in -o one {all} --spec cet --report again.json");
    let run = said(dir.baidi(&again));
    assert!(run.err.contains("8 of them done by an earlier run"), "{}", run.err);
    assert_eq!(dir.read("one/1-id-card.jpg"), dir.read("two/1-id-card.jpg"));
    let run = said(dir.baidi("fix in/0.png -o by --folder-per-spec --spec shebao --spec cet"));
    assert!(run.code < Some(2), "{}", run.err);
    assert!(whole(&dir.read("by/shebao/0.jpg")) && !dir.read("by/cet/0.jpg").is_empty());
}

#[test]
fn a_watched_folder_with_a_list_of_specs_gets_a_card_of_each() {
    let dir = Dir::new();
    dir.write("in/a.png", drawn(0));
    dir.write("in/both/b.png", drawn(1));
    dir.write("in/both/spec.toml", "specs = [\"shebao\", \"id-card\"]\n");
    let run = said(
        dir.baidi("watch in -o out --settle 0.1 --poll 0.1 --exit-when-idle 1 --originals copy"),
    );
    assert!(run.code < Some(2), "{}", run.err);
    for card in ["out/a.jpg", "out/both/b-shebao.jpg", "out/both/b-id-card.jpg"] {
        assert!(whole(&dir.read(card)), "{card}");
    }
    assert_eq!(dir.read("out/done/both/b.png"), drawn(1));
}

/// A watch that ends with the test.
struct Watch(Child);

impl Drop for Watch {
    fn drop(&mut self) {
        drop(self.0.kill());
        drop(self.0.wait());
    }
}

fn watch(dir: &Dir, args: &str) -> Watch {
    let child = Command::new(assert_cmd::cargo::cargo_bin("baidi"))
        .args(["watch", "in", "-o", "out", "--log", "watch.log", "--settle", "0.4"])
        .args(args.split_whitespace())
        .current_dir(dir.path(""))
        .env("LANG", "C.UTF-8")
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .expect("the program starts");
    Watch(child)
}

/// Waits until it is so, for as long as a busy machine may take.
fn until(what: &str, so: impl Fn() -> bool) {
    let begun = Instant::now();
    while !so() {
        assert!(begun.elapsed() < Duration::from_secs(120), "waited in vain: {what}");
        std::thread::sleep(Duration::from_millis(50));
    }
}

fn logged(dir: &Dir) -> String {
    fs::read_to_string(dir.path("watch.log")).unwrap_or_default()
}

#[test]
fn a_hot_folder_waits_for_whole_files_and_tells_photos_of_one_name_apart() {
    for polling in ["", "--poll 0.2"] {
        let dir = Dir::new();
        fs::create_dir(dir.path("in")).expect("a folder");
        dir.write("in/there before.png", drawn(0));
        let _watch = watch(&dir, &format!("{polling} --give-up 8 --originals copy"));
        until("the photo that was there", || dir.path("out/there before.jpg").exists());

        // Written in chunks with pauses longer than the settling time; half a file rests for more than a second.
        let photo = drawn(1);
        fs::create_dir(dir.path("in/sub")).expect("a folder");
        let mut file = OpenOptions::new()
            .create(true)
            .append(true)
            .open(dir.path("in/sub/slow.png"))
            .expect("a file");
        for chunk in photo.chunks(photo.len() / 3 + 1) {
            std::thread::sleep(Duration::from_millis(700));
            assert!(!dir.path("out/sub/slow.jpg").exists(), "opened before it was whole");
            file.write_all(chunk).expect("written");
            file.flush().expect("written");
        }
        drop(file);
        until("the slow photo", || dir.path("out/sub/slow.jpg").exists());

        // Renamed into place, another of the same stem, an empty one, and the same name with another photo in it.
        dir.write("in/.part", drawn(2));
        fs::rename(dir.path("in/.part"), dir.path("in/a.png")).expect("renamed");
        until("the renamed photo", || dir.path("out/a.jpg").exists());
        let mut bmp = Cursor::new(Vec::new());
        let picture = image::load_from_memory(&drawn(3)).expect("a picture");
        picture.write_to(&mut bmp, image::ImageFormat::Bmp).expect("memory");
        dir.write("in/a.bmp", bmp.into_inner());
        dir.write("in/empty.jpg", "");
        until("the second of the name", || dir.path("out/a-bmp.jpg").exists());
        let first = dir.read("out/there before.jpg");
        dir.write("in/there before.png", drawn(4));
        until("the photo shot again", || dir.read("out/there before.jpg") != first);
        until("the empty file", || dir.path("out/failed/empty.jpg.txt").exists());
        let reason = String::from_utf8(dir.read("out/failed/empty.jpg.txt")).expect("UTF-8");
        assert!(reason.contains("empty file"), "{reason}");
        until("the copy", || dir.path("out/done/sub/slow.png").exists());
        assert_eq!(dir.read("out/done/sub/slow.png"), photo);
        assert_eq!(dir.read("in/sub/slow.png"), photo, "the original is as it was");
        for card in ["there before", "sub/slow", "a", "a-bmp"] {
            assert!(whole(&dir.read(&format!("out/{card}.jpg"))), "{card}");
        }
        // Nothing failed but the empty file: no half of a photo was tried.
        assert_eq!(logged(&dir).matches("failed").count(), 1, "{}", logged(&dir));
    }
}

#[test]
fn a_burst_is_done_once_and_a_restart_goes_on() {
    const BURST: u64 = 12;
    let dir = Dir::new();
    fs::create_dir(dir.path("in")).expect("a folder");
    let running = watch(&dir, "");
    for number in 0..BURST {
        dir.write(&format!("in/{number}.png"), drawn(number % 3));
    }
    // Killed in the middle of it.
    until("the first cards", || logged(&dir).matches(" done ").count() >= 2);
    drop(running);
    // Comes while nobody watches, for a folder that wants another card.
    let spec = said(dir.baidi("specs id-card")).out;
    dir.write("in/id/spec.toml", spec.replace("\"id-card\"", "\"own-card\""));
    dir.write("in/id/late.png", drawn(0));
    let run = said(dir.baidi("watch in -o out --log watch.log --settle 0.4 --exit-when-idle 2"));
    assert!(matches!(run.code, Some(0 | 1)), "{}", run.err);
    for number in 0..BURST {
        assert!(whole(&dir.read(&format!("out/{number}.jpg"))), "{number}");
    }
    assert!(whole(&dir.read("out/id/late.jpg")));
    let log = logged(&dir);
    assert!(!log.contains("failed"), "{log}");
    // A line "done" per card and no more: what was whole was not made again.
    for number in 0..BURST {
        let made = log.lines().filter(|l| l.contains(&format!("input=in/{number}.png")));
        let made = made.filter(|l| l.contains(" done ") && !l.contains("done before")).count();
        assert!(made <= 1, "{number} made {made} times:\n{log}");
    }
    let ledger = String::from_utf8(dir.read("out/.baidi-ledger.jsonl")).expect("UTF-8");
    let recipes = |name: &str| {
        let line =
            ledger.lines().find(|l| l.contains(&format!("\"card\":\"{name}\""))).expect(name);
        serde_json::from_str::<Value>(line).expect("JSON")["recipe"].clone()
    };
    assert_ne!(recipes("0.jpg"), recipes("id/late.jpg"));
    let again = said(dir.baidi("watch in -o out --settle 0.4 --exit-when-idle 1"));
    assert!(again.err.contains("13 of them done by an earlier run"), "{}", again.err);
}

#[test]
fn a_folder_that_is_not_there_or_in_use_is_said() {
    let dir = Dir::new();
    let run = said(dir.baidi("watch gone -o out"));
    assert_eq!(run.code, Some(2));
    assert!(run.err.contains("cannot list gone"), "{}", run.err);
    fs::create_dir(dir.path("in")).expect("a folder");
    let _watch = watch(&dir, "");
    until("the watch", || logged(&dir).contains("watching"));
    let run = said(dir.baidi("watch in -o out --exit-when-idle 1"));
    assert_eq!(run.code, Some(2));
    assert!(run.err.contains("another run of baidi"), "{}", run.err);
}

#[test]
fn cards_go_on_paper_at_their_size() {
    let dir = Dir::new();
    for number in 0..2 {
        dir.write(&format!("{number}.png"), drawn(number));
        said(dir.baidi(&format!("fix {number}.png -o {number}.jpg")));
    }
    let pdf = said(dir.baidi("sheet 0.jpg 1.jpg -o s.pdf --copies 9 --paper 6in"));
    assert_eq!(pdf.code, Some(0), "{}", pdf.err);
    assert!(pdf.err.contains("18 cards of 26.0×32.0 mm, 2 pages"), "{}", pdf.err);
    let (file, card) = (dir.read("s.pdf"), dir.read("1.jpg"));
    assert!(file.windows(card.len()).any(|w| w == card), "the card's own bytes are in the PDF");
    let png = said(dir.baidi("sheet 0.jpg 1.jpg -o s.png --dpi 300"));
    assert_eq!(png.code, Some(0), "{}", png.err);
    let page = image::load_from_memory(&dir.read("s.png")).expect("a PNG");
    assert_eq!((page.width().max(page.height()), page.width().min(page.height())), (1795, 1205));
    let run = said(dir.baidi("sheet 0.jpg -o s.png"));
    assert!(run.code == Some(2) && run.err.contains("s.png already exists"), "{}", run.err);
    let run = said(dir.baidi("sheet 0.jpg -o t.png --size 35x45"));
    assert!(run.code == Some(2) && run.err.contains("would be stretched"), "{}", run.err);
    let run = said(dir.baidi("sheet 0.jpg -o t.gif"));
    assert_eq!(run.code, Some(2));
}

#[test]
fn completions_and_manual_pages_come_from_the_program() {
    let dir = Dir::new();
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        let run = said(dir.baidi(&format!("completions {shell}")));
        assert_eq!(run.code, Some(0));
        assert!(run.out.contains("exit-when-idle"), "{shell}");
    }
    let page = said(dir.baidi("man"));
    assert!(page.out.contains(".TH baidi 1") && page.out.contains("watch"), "{}", page.out);
    let page = said(dir.baidi("man watch"));
    assert!(page.out.contains("give\\-up"), "{}", page.out);
}
