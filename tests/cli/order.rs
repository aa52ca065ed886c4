//! A studio's whole order: backgrounds, sheets of several sizes, and who on the roster is done.

use std::collections::BTreeMap;
use std::fs;
use std::io::Cursor;

use image::{Rgb, RgbImage};
use serde_json::Value;

use crate::util::{Dir, drawn, said};

/// A card's pixels, by a decoder that baidi does not use.
fn pixels(card: &[u8]) -> (usize, Vec<u8>) {
    let mut decoder = zune_jpeg::JpegDecoder::new(Cursor::new(card));
    let pixels = decoder.decode().expect("a JPEG");
    (decoder.dimensions().expect("decoded").0, pixels)
}

#[test]
fn a_card_has_the_background_that_was_asked_for_where_the_spec_leaves_the_choice() {
    let dir = Dir::new();
    dir.write("a.png", drawn(0));
    for (name, colour) in [
        ("blue", [67, 142, 219]),
        ("red", [255, 0, 0]),
        ("white", [255; 3]),
        ("#438EDB", [67, 142, 219]),
    ] {
        let command = format!(
            "fix a.png -o card.jpg --force --spec putonghua --background {name} --report r.json"
        );
        let run = said(dir.baidi(&command));
        assert!(run.code < Some(2), "{name}: {}", run.err);
        let (width, card) = pixels(&dir.read("card.jpg"));
        for at in [0, 8, width - 9, width - 1] {
            for y in [2, 30] {
                let p = &card[3 * (y * width + at)..][..3];
                let off = p.iter().zip(colour).map(|(a, b)| a.abs_diff(b)).max();
                assert!(off <= Some(5), "{name} at {at},{y}: {p:?}");
            }
        }
        let report: Value = serde_json::from_slice(&dir.read("r.json")).expect("JSON");
        let findings = report["photos"][0]["findings"].as_array().expect("findings").clone();
        let rule = |name: &str| findings.iter().find(|f| f["rule"] == name).cloned();
        assert_eq!(rule("background-white").expect("measured")["verdict"], "pass", "{name}");
        let judged = format!("check card.jpg --spec putonghua --background {name} --json");
        let checked: Value = serde_json::from_str(&said(dir.baidi(&judged)).out).expect("JSON");
        let findings = checked["photos"][0]["findings"].as_array().expect("findings").clone();
        let white = findings.iter().find(|f| f["rule"] == "background-white").expect("measured");
        assert_eq!(white["verdict"], "pass", "{name}: {white}");
    }
}

#[test]
fn official_cards_refuse_another_background_with_the_reason() {
    let dir = Dir::new();
    dir.write("a.png", drawn(0));
    let run = said(dir.baidi("fix a.png --background blue --spec putonghua --spec shebao"));
    assert_eq!(run.code, Some(2));
    assert!(run.err.contains("shebao") && run.err.contains("背景应为白色"), "{}", run.err);
    assert_eq!(dir.files(), ["a.png"]);
    let run = said(dir.baidi("fix a.png --background #00ff00 --spec putonghua"));
    assert!(run.err.contains("white, blue, red"), "{}", run.err);
}

/// What a PDF shows, read from its cross-reference table on, as a reader does.
struct Paper {
    /// Width and height in millimetres, and what is drawn.
    pages: Vec<(f64, f64, Vec<Drawn>)>,
}

/// A picture on a page: the box it fills, in millimetres from the lower left corner, whether its sides changed places, and its size in pixels.
struct Drawn {
    x: f64,
    y: f64,
    width: f64,
    height: f64,
    turned: bool,
    pixels: (u32, u32),
}

impl Paper {
    fn read(file: &[u8]) -> Self {
        // one letter a byte, so that offsets hold; no picture's bytes are looked at
        let text: String =
            file.iter().map(|b| if b.is_ascii() { char::from(*b) } else { '?' }).collect();
        let number = |text: &str| text.trim().parse::<usize>().expect("a number");
        let table = number(
            text.rsplit("startxref").next().expect("an end").trim().trim_end_matches("%%EOF"),
        );
        let entries: Vec<&str> =
            text[table..].lines().skip(2).take_while(|l| l.len() >= 17).collect();
        let object = |id: usize| {
            let from = number(entries[id].split(' ').next().expect("an offset"));
            assert!(text[from..].starts_with(&format!("{id} 0 obj")), "object {id}");
            text[from..].split("endobj").next().expect("its end").to_owned()
        };
        let after = |object: &str, key: &str| -> Vec<String> {
            let rest = object.split_once(key).unwrap_or_else(|| panic!("{key} in {object:.200}")).1;
            let words = rest.replace(['[', ']', '<', '>'], " ");
            words.split_whitespace().take(400).map(str::to_owned).collect()
        };
        let root = number(&after(&text[table..], "/Root")[0]);
        let tree = object(number(&after(&object(root), "/Pages")[0]));
        let count = number(&after(&tree, "/Count")[0]);
        let kids = after(&tree, "/Kids");
        let mm = |points: &str| points.parse::<f64>().expect("a number") / 72.0 * 25.4;
        let pages = (0..count).map(|i| {
            let page = object(number(&kids[3 * i]));
            let sides = after(&page, "/MediaBox");
            let names = after(&page, "/XObject");
            let picture: BTreeMap<String, usize> = names
                .windows(2)
                .filter(|w| w[0].starts_with("/P") && w[0][2..].parse::<u32>().is_ok())
                .map(|w| (w[0].clone(), number(&w[1])))
                .collect();
            let content = object(number(&after(&page, "/Contents")[0]));
            let content = content.split("stream").nth(1).expect("a stream").to_owned();
            let words: Vec<&str> = content.split_whitespace().collect();
            let drawn = words.iter().enumerate().filter(|(_, w)| **w == "cm").map(|(at, _)| {
                let m: Vec<f64> = words[at - 6..at].iter().map(|w| mm(w)).collect();
                let corners = [(0.0, 0.0), (1.0, 0.0), (0.0, 1.0), (1.0, 1.0)]
                    .map(|(u, v)| (m[0] * u + m[2] * v + m[4], m[1] * u + m[3] * v + m[5]));
                let least =
                    |of: fn(&(f64, f64)) -> f64| corners.iter().map(of).fold(f64::MAX, f64::min);
                let most =
                    |of: fn(&(f64, f64)) -> f64| corners.iter().map(of).fold(f64::MIN, f64::max);
                let (x, y) = (least(|c| c.0), least(|c| c.1));
                let object = object(picture[words[at + 1]]);
                assert_eq!(words[at + 2], "Do");
                let side = |key| after(&object, key)[0].parse().expect("pixels");
                Drawn {
                    x,
                    y,
                    width: most(|c| c.0) - x,
                    height: most(|c| c.1) - y,
                    turned: m[0].abs() < 1e-6,
                    pixels: (side("/Width "), side("/Height ")),
                }
            });
            (mm(&sides[2]), mm(&sides[3]), drawn.collect())
        });
        Self { pages: pages.collect() }
    }

    /// That every picture has one of `sizes`, keeps `margin` free, lies on no other, and is not stretched; how many there are of each size.
    fn sound(&self, sizes: &[(f64, f64)], margin: f64) -> Vec<usize> {
        let mut counts = vec![0; sizes.len()];
        for (width, height, drawn) in &self.pages {
            for (i, a) in drawn.iter().enumerate() {
                let sides = if a.turned { (a.height, a.width) } else { (a.width, a.height) };
                let near =
                    |s: &(f64, f64)| (s.0 - sides.0).abs() < 0.1 && (s.1 - sides.1).abs() < 0.1;
                let size = sizes.iter().position(near).unwrap_or_else(|| panic!("{sides:?} mm"));
                counts[size] += 1;
                let inside = a.x >= margin - 0.1
                    && a.y >= margin - 0.1
                    && a.x + a.width <= width - margin + 0.1
                    && a.y + a.height <= height - margin + 0.1;
                assert!(inside, "over the margin: {} {}", a.x, a.y);
                let shape = f64::from(a.pixels.0) / f64::from(a.pixels.1) * sides.1 / sides.0;
                assert!((shape - 1.0).abs() < 0.02, "stretched: {shape}");
                for b in &drawn[i + 1..] {
                    let apart = a.x + a.width <= b.x + 0.01
                        || b.x + b.width <= a.x + 0.01
                        || a.y + a.height <= b.y + 0.01
                        || b.y + b.height <= a.y + 0.01;
                    assert!(apart, "two pictures on one place");
                }
            }
        }
        counts
    }
}

/// A card of these pixels with a dark corner, so that a turn would show.
fn card(width: u32, height: u32) -> Vec<u8> {
    let picture = RgbImage::from_fn(width, height, |x, y| {
        if x < width / 2 && y < height / 2 { Rgb([40, 40, 90]) } else { Rgb([220, 210, 200]) }
    });
    let mut jpeg = Cursor::new(Vec::new());
    picture.write_to(&mut jpeg, image::ImageFormat::Jpeg).expect("memory");
    jpeg.into_inner()
}

#[test]
fn eight_one_inch_and_four_two_inch_cards_lie_on_one_sheet_as_a_reader_of_the_pdf_sees_it() {
    let dir = Dir::new();
    dir.write("a.jpg", card(295, 413));
    let run = said(
        dir.baidi("sheet a.jpg -o s.pdf --size one-inch:8 --size two-inch:4 --margin 1 --gap 0.5"),
    );
    assert_eq!(run.code, Some(0), "{}", run.err);
    let paper = Paper::read(&dir.read("s.pdf"));
    assert_eq!(paper.pages.len(), 1);
    assert_eq!(paper.sound(&[(25.0, 35.0), (35.0, 49.0)], 1.0), [8, 4]);
    // With the usual margin it takes two, or what does not fit is said.
    let run = said(dir.baidi("sheet a.jpg -o t.pdf --size one-inch:8 --size two-inch:4"));
    assert_eq!(run.code, Some(0), "{}", run.err);
    let paper = Paper::read(&dir.read("t.pdf"));
    assert_eq!(paper.pages.len(), 2);
    assert_eq!(paper.sound(&[(25.0, 35.0), (35.0, 49.0)], 4.0), [8, 4]);
    let run = said(dir.baidi("sheet a.jpg -o u.pdf --size one-inch:8 --size two-inch:4 --pages 1"));
    assert_eq!(run.code, Some(1));
    assert!(run.err.contains("did not fit") && run.err.contains("25×35 mm"), "{}", run.err);
    let paper = Paper::read(&dir.read("u.pdf"));
    let on: usize = paper.sound(&[(25.0, 35.0), (35.0, 49.0)], 4.0).iter().sum();
    assert!((1..12).contains(&on));
}

#[test]
fn cards_of_several_people_and_specs_go_on_any_paper_held_either_way() {
    let dir = Dir::new();
    dir.write("a.jpg", card(358, 441));
    dir.write("b.jpg", card(358, 441));
    dir.write("c.jpg", card(390, 567));
    for (hold, wide) in [("portrait", false), ("landscape", true)] {
        let run = said(dir.baidi(&format!(
            "sheet a.jpg b.jpg c.jpg -o {hold}.pdf --paper a4 --orientation {hold} --spec shebao:3 --spec passport-cn:5 --gap 0 --margin 6",
        )));
        assert_eq!(run.code, Some(0), "{}", run.err);
        let paper = Paper::read(&dir.read(&format!("{hold}.pdf")));
        assert_eq!(paper.pages[0].0 > paper.pages[0].1, wide);
        assert_eq!(paper.sound(&[(26.0, 32.0), (33.0, 48.0)], 6.0), [6, 5]);
    }
    let plain = said(dir.baidi("sheet a.jpg -o plain.pdf --margin 2 --copies 5"));
    assert_eq!(plain.code, Some(0), "{}", plain.err);
    assert_eq!(Paper::read(&dir.read("plain.pdf")).sound(&[(26.0, 32.0)], 2.0), [5]);
    let wrong = said(dir.baidi("sheet a.jpg -o w.pdf --size one-inch:2 --size two-inch:2"));
    assert_eq!(wrong.code, Some(2));
    assert!(wrong.err.contains("a.jpg"), "{}", wrong.err);
}

#[test]
fn a_turned_card_on_a_page_of_pixels_is_the_card_turned() {
    let dir = Dir::new();
    dir.write("a.jpg", card(295, 413));
    let run = said(dir.baidi(
        "sheet a.jpg -o s.png --size one-inch:8 --size two-inch:4 --margin 1 --gap 0.5 --dpi 200 --cut none",
    ));
    assert_eq!(run.code, Some(0), "{}", run.err);
    let page = image::load_from_memory(&dir.read("s.png")).expect("a PNG").to_rgb8();
    let long = f64::from(page.width().max(page.height())) / 200.0 * 25.4;
    assert!((long - 152.0).abs() < 0.1, "{long} mm");
    let dark = page.pixels().filter(|p| p.0[0] < 100).count() as f64;
    let cards = page.pixels().filter(|p| p.0 != [255; 3]).count() as f64;
    assert!(
        (dark / cards - 0.25).abs() < 0.01,
        "a quarter of every card is dark: {}",
        dark / cards
    );
}

#[test]
fn the_order_book_says_who_is_done_and_a_second_run_brings_it_up_to_date() {
    let dir = Dir::new();
    dir.write(
        "people.csv",
        "姓名,身份证号\n张三,11010519491231002x\n李四,440524188001010014\n王五,110101199003070011\n赵六,1.10105E+17\n",
    );
    dir.write("in/张三.png", drawn(0));
    dir.write("in/王五.png", card(640, 480));
    dir.write("in/IMG_1.png", drawn(2));
    let run = said(dir.baidi("fix in -o out --roster people.csv --report r.json"));
    assert_eq!(run.code, Some(2), "{}", run.err);
    assert!(run.err.contains("4 people on the roster"), "{}", run.err);
    let book = || -> BTreeMap<String, Vec<String>> {
        let table = dir.read("out/order-book.csv");
        let mut reader = csv::ReaderBuilder::new().from_reader(&table[3..]);
        let rows = reader.records().map(|r| r.expect("a row"));
        rows.map(|r| (r[0].to_owned(), r.iter().map(str::to_owned).collect())).collect()
    };
    let report: Value = serde_json::from_slice(&dir.read("r.json")).expect("JSON");
    let state = |input: &str| {
        let photo =
            report["photos"].as_array().expect("photos").iter().find(|p| p["input"] == input);
        let photo = photo.expect("reported");
        let doubtful = photo["findings"]
            .as_array()
            .expect("findings")
            .iter()
            .any(|f| f["verdict"] == "doubtful");
        match photo["status"].as_str() {
            Some("compliant") if !doubtful => "done",
            Some("compliant") => "look",
            _ => "take again",
        }
    };
    let first = book();
    assert_eq!(first["张三"][2], state("in/张三.png"));
    assert_eq!(first["张三"][5], "11010519491231002X.jpg");
    assert_eq!(first["李四"][2], "no photo");
    assert_eq!(first["王五"][2], "take again");
    assert!(first["王五"][3].contains("no face"), "{:?}", first["王五"]);
    assert_eq!(first["赵六"][2], "look", "the roster's number has to be mended");
    assert!(first["赵六"][3].contains("1.10105E+17"), "{:?}", first["赵六"]);
    assert_eq!(first["李四"][1], "=\"440524188001010014\"", "a spreadsheet must leave it alone");
    let page = String::from_utf8(dir.read("out/order-book.html")).expect("UTF-8");
    assert!(page.contains("IMG_1.png") && page.contains("李四") && !page.contains("http"));
    // Those who came later, alone: the others stay as they were.
    dir.write("later/李四.png", drawn(1));
    let run = said(dir.baidi("fix later -o out --roster people.csv"));
    assert!(run.code.is_some_and(|c| c <= 2), "{}", run.err);
    let second = book();
    assert_eq!(second["张三"][2], first["张三"][2]);
    assert_ne!(second["李四"][2], "no photo");
    assert_eq!(second["李四"][5], "440524188001010014.jpg");
    // A card that is gone is no longer done.
    fs::remove_file(dir.path("out/11010519491231002X.jpg")).expect("a card");
    said(dir.baidi("fix later -o out --roster people.csv"));
    assert_eq!(book()["张三"][2], "no photo");
    // Somebody else's file of that name is left alone, and so is the roster.
    dir.write("out/order-book.csv", "mine");
    let run = said(dir.baidi("fix later -o out --roster people.csv"));
    assert!(run.err.contains("order-book.csv"), "{}", run.err);
    assert_eq!(dir.read("out/order-book.csv"), b"mine");
    let run = said(dir.baidi("fix later -o out --roster out/order-book.csv"));
    assert_eq!(run.code, Some(2));
    assert_eq!(dir.read("out/order-book.csv"), b"mine");
}
