//! What the commands promise when all goes well.

use std::fs;

use serde_json::Value;

use crate::util::{Dir, report_in, said, samples};

#[test]
fn specs_lists_every_spec_and_prints_one_with_its_sources() {
    let dir = Dir::new();
    let list = said(dir.baidi("specs"));
    assert_eq!(list.code, Some(0));
    for name in ["shebao ", "shebao-20k", "shebao-140k", "id-card", "postgraduate"] {
        assert!(list.out.contains(name), "{}", list.out);
    }
    let one = said(dir.baidi("specs id-card"));
    assert_eq!(one.code, Some(0));
    assert!(one.out.contains("name = \"id-card\"") && one.out.contains("source = "));
    // What is printed works as a spec of one's own.
    dir.write("own.toml", one.out.replace("\"id-card\"", "\"own\""));
    dir.write("a.jpg", "no picture");
    let used = said(dir.baidi("check a.jpg --spec own.toml"));
    assert!(used.err.contains("unsupported format"), "{}", used.err);
}

#[test]
fn the_locale_and_lang_choose_the_language() {
    let dir = Dir::new();
    assert!(said(dir.baidi("specs --lang zh")).out.contains("社会保障卡"));
    let mut command = dir.baidi("specs");
    command.env("LC_ALL", "zh_CN.UTF-8");
    assert!(said(command).out.contains("社会保障卡"));
    let mut command = dir.baidi("specs --lang en");
    command.env("LC_ALL", "zh_CN.UTF-8");
    assert!(said(command).out.contains("Social-security card"));
}

#[test]
fn colours_are_for_terminals_unless_asked_for() {
    let dir = Dir::new();
    assert!(!said(dir.baidi("specs")).out.contains('\u{1b}'));
    assert!(said(dir.baidi("specs --color always")).out.contains('\u{1b}'));
}

#[test]
fn a_failed_photo_is_in_the_json_and_the_rest_is_checked() {
    let dir = Dir::new();
    dir.write("in/a.jpg", "");
    dir.write("in/b.png", "text, not a picture");
    let run = said(dir.baidi("check in --json"));
    assert_eq!(run.code, Some(2));
    let report: Value = report_in(&run.out);
    assert_eq!(report["spec"], "shebao");
    let photos = report["photos"].as_array().expect("photos");
    assert_eq!(photos.len(), 2);
    for (photo, name) in photos.iter().zip(["in/a.jpg", "in/b.png"]) {
        assert_eq!(photo["input"], name);
        assert_eq!(photo["status"], "failed");
        assert!(
            photo["error"]["message"].as_str().is_some_and(|e| e.contains("unsupported format"))
        );
        assert_eq!((&photo["output"], &photo["jpeg"]), (&Value::Null, &Value::Null));
        assert_eq!(photo["findings"], Value::Array(vec![]));
    }
}

#[test]
fn a_photo_becomes_a_card_and_the_report_agrees_with_the_file() {
    for sample in samples() {
        let dir = Dir::new();
        let original = fs::read(&sample).expect("a sample");
        let extension = sample.extension().expect("an extension").to_string_lossy();
        let input = format!("me.{extension}");
        dir.write(&input, &original);
        let run = said(dir.baidi(&format!("fix {input} --report r.json --matte m.png")));
        assert!(matches!(run.code, Some(0 | 1)), "{}: {}", sample.display(), run.err);
        let mut files = vec!["m.png", "me-shebao.jpg", input.as_str(), "r.json"];
        files.sort_unstable();
        assert_eq!(dir.files(), files);
        assert_eq!(dir.read(&input), original);
        let card = dir.read("me-shebao.jpg");
        assert!((15_360..=20_000).contains(&card.len()), "{} bytes", card.len());
        let mut decoder = zune_jpeg::JpegDecoder::new(std::io::Cursor::new(&card));
        decoder.decode_headers().expect("a JPEG");
        assert_eq!(decoder.dimensions(), Some((358, 441)));
        let matte = image::load_from_memory(&dir.read("m.png")).expect("a PNG");
        assert_eq!(
            (matte.width(), matte.height(), matte.color()),
            (358, 441, image::ColorType::L8)
        );
        let report: Value = report_in(dir.read("r.json"));
        let photo = &report["photos"][0];
        assert_eq!(photo["output"], "me-shebao.jpg");
        assert_eq!(photo["jpeg"]["bytes"], card.len());
        assert_eq!(photo["source"]["bytes"], original.len());
        // a sample before a bookshelf keeps a little of it, and is to be looked at
        let fits = |status: &str| match run.code {
            Some(0) => ["compliant", "review"].contains(&status),
            _ => status == "not-compliant",
        };
        assert!(photo["status"].as_str().is_some_and(fits), "{}: {photo}", sample.display());

        // The card checked by itself says of the file what the report said.
        let check = said(dir.baidi("check me-shebao.jpg --json"));
        let check: Value = report_in(&check.out);
        let verdict = |report: &Value, rule: &str| {
            let findings = report["photos"][0]["findings"].as_array().expect("findings").clone();
            findings.into_iter().find(|f| f["rule"] == rule).map(|f| f["verdict"].clone())
        };
        for rule in ["format", "pixel-size", "file-size", "resolution", "baseline"] {
            assert_eq!(verdict(&check, rule), Some("pass".into()), "{rule}");
            assert_eq!(verdict(&report, rule), Some("pass".into()), "{rule}");
        }
    }
}

#[test]
fn a_folder_keeps_its_tree_and_the_number_of_threads_changes_no_byte() {
    let Some(sample) = samples().into_iter().next() else { return };
    let dir = Dir::new();
    let bytes = fs::read(&sample).expect("a sample");
    let extension = sample.extension().expect("an extension").to_string_lossy();
    dir.write(&format!("in/a.{extension}"), &bytes);
    dir.write(&format!("in/sub/b.{extension}"), &bytes);
    dir.write("in/sub/broken.jpg", "no picture");
    dir.write("in/sub/notes.txt", "no photo");
    for jobs in [1, 3] {
        let run =
            said(dir.baidi(&format!("fix in -o out{jobs} --jobs {jobs} --report r{jobs}.csv")));
        assert_eq!(run.code, Some(2));
        assert!(run.err.contains("broken.jpg"), "{}", run.err);
        assert!(dir.read(&format!("r{jobs}.csv")).starts_with("\u{feff}input,".as_bytes()));
    }
    let cards: Vec<String> =
        dir.files().into_iter().filter(|f| f.starts_with("out") && !f.contains("/.")).collect();
    assert_eq!(cards, ["out1/a.jpg", "out1/sub/b.jpg", "out3/a.jpg", "out3/sub/b.jpg"]);
    for name in ["a.jpg", "sub/b.jpg"] {
        assert_eq!(dir.read(&format!("out1/{name}")), dir.read(&format!("out3/{name}")));
    }
}

#[test]
fn a_dry_run_writes_nothing_and_says_what_it_would() {
    let Some(sample) = samples().into_iter().next() else { return };
    let dir = Dir::new();
    dir.write("me.jpg", fs::read(&sample).expect("a sample"));
    let run = said(dir.baidi("fix me.jpg --dry-run"));
    assert!(run.out.contains("me-shebao.jpg") && run.out.contains("would be"), "{}", run.out);
    assert_eq!(dir.files(), ["me.jpg"]);
}

#[test]
fn a_card_that_breaks_a_rule_is_written_and_with_strict_it_is_not() {
    let Some(sample) = samples().into_iter().next() else { return };
    let dir = Dir::new();
    dir.write("me.jpg", fs::read(&sample).expect("a sample"));
    // Not even 1 KB: the picture is there, and bad enough for some rule, or no JPEG is so small.
    let plain = said(dir.baidi("fix me.jpg -o plain.jpg --min-size 0 --max-size 1500"));
    let strict = said(dir.baidi("fix me.jpg -o strict.jpg --min-size 0 --max-size 1500 --strict"));
    assert_eq!(plain.code, strict.code);
    assert!(!dir.files().contains(&"strict.jpg".to_owned()) || strict.code == Some(0));
    assert_eq!(dir.files().contains(&"plain.jpg".to_owned()), plain.code != Some(2));
}

#[test]
fn standard_input_is_an_input() {
    let Some(sample) = samples().into_iter().next() else { return };
    let dir = Dir::new();
    let mut command = dir.baidi("fix - -o card.jpg");
    command.write_stdin(fs::read(&sample).expect("a sample"));
    let run = said(command);
    assert!(matches!(run.code, Some(0 | 1)), "{}", run.err);
    assert_eq!(dir.files(), ["card.jpg"]);
}

#[test]
fn a_page_carries_both_pictures() {
    let Some(sample) = samples().into_iter().next() else { return };
    let dir = Dir::new();
    dir.write("me.jpg", fs::read(&sample).expect("a sample"));
    said(dir.baidi("fix me.jpg --report r.html --lang zh"));
    let page = String::from_utf8(dir.read("r.html")).expect("UTF-8");
    assert_eq!(page.matches("data:image/jpeg;base64,").count(), 2);
    assert!(page.contains("处理前") && page.contains("像素尺寸"));
}

/// What phones write, the same drawn sitter twice: found where the sample shows them, and made into a card.
#[cfg(feature = "avif")]
#[test]
fn heic_and_avif_are_read_upright_and_become_cards() {
    let dir = Dir::new();
    let here = std::path::Path::new(env!("CARGO_MANIFEST_DIR"));
    for (name, format) in [("sitter.heic", "heic"), ("sitter.avif", "avif")] {
        fs::copy(here.join("tests/fixtures").join(name), dir.path(name)).expect("a fixture");
        let run = said(dir.baidi(&format!("fix {name} -o {format}.jpg --report {format}.json")));
        assert_eq!(run.code, Some(0), "{name}: {}{}", run.out, run.err);
        assert!(crate::util::whole(&dir.read(&format!("{format}.jpg"))), "{name}");
        let report: Value = report_in(dir.read(&format!("{format}.json")));
        let photo = &report["photos"][0];
        assert_eq!(photo["source"]["format"], format);
        assert_eq!([&photo["source"]["width"], &photo["source"]["height"]], [432, 540]);
        // Four tenths of where samples/studio-flyaway.jpg has them.
        for (point, x, y) in [("left_eye", 184.6, 227.2), ("right_eye", 247.6, 227.0)] {
            let at = |i: usize| photo["face"][point][i].as_f64().expect("a number");
            assert!((at(0) - x).hypot(at(1) - y) < 2.0, "{name}: {}", photo["face"]);
        }
    }
}

#[test]
fn specs_for_finds_by_what_people_call_a_card_and_says_when_nothing_fits() {
    let dir = Dir::new();
    let found = said(dir.baidi("specs --for 社保 --lang zh"));
    assert_eq!(found.code, Some(0));
    let rows: Vec<&str> = found.out.lines().skip(1).collect();
    assert_eq!(rows.len(), 3, "{}", found.out);
    assert!(rows[0].starts_with("shebao "), "{}", found.out);
    assert_eq!(found.err.matches("图像号").count(), 1, "{}", found.err);
    let mut visa = dir.baidi("specs --lang en --for");
    visa.arg("us visa");
    let visa = said(visa);
    assert!(visa.out.lines().nth(1).is_some_and(|row| row.starts_with("visa-us")), "{}", visa.out);

    let none = said(dir.baidi("specs --for hovercraft --lang en"));
    assert_eq!((none.code, none.out.as_str()), (Some(2), ""));
    assert!(none.err.contains("hovercraft") && none.err.contains("baidi specs"), "{}", none.err);
}

#[test]
fn a_report_tells_where_offices_want_a_receipt_number() {
    let Some(sample) = samples().into_iter().next() else { return };
    let dir = Dir::new();
    dir.write("me.jpg", fs::read(&sample).expect("a sample"));
    let run = said(dir.baidi("fix me.jpg --report r.json --lang zh"));
    assert!(run.out.contains("照片回执：广东") && run.out.contains("图像号"), "{}", run.out);
    let report: Value = serde_json::from_slice(&dir.read("r.json")).expect("JSON");
    let message = report["receipt"]["message"].as_str().expect("a message");
    assert!(message.contains("图像号") && message.contains("不能出具"), "{message}");
    assert_eq!(report["receipt"]["grade"], "C");

    let check = said(dir.baidi("check me.jpg --report r.html --lang en"));
    assert!(check.out.contains("Guangdong") && check.out.contains("cannot issue"), "{}", check.out);
    let page = String::from_utf8(dir.read("r.html")).expect("UTF-8");
    assert!(page.contains("class=\"receipt\"") && page.contains("image number"));

    let plain = said(dir.baidi("fix me.jpg --spec one-inch --report o.json --lang en"));
    assert!(!plain.out.contains("receipt"), "{}", plain.out);
    let report: Value = serde_json::from_slice(&dir.read("o.json")).expect("JSON");
    assert_eq!(report.get("receipt"), None);
    assert!(!said(dir.baidi("check me.jpg --quiet")).out.contains("Guangdong"));
}
