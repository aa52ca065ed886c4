//! The bench on bytes, small: faults drawn into the cards of drawn sitters are seen by `check` as files from nowhere, and the cards without them are left in peace. All of it is `just faults`.

#[path = "support/draw/mod.rs"]
mod draw;
#[path = "support/spoil/mod.rs"]
mod spoil;

use baidi::{Baidi, Finding, Order, Status, Verdict};
use spoil::{Card, File, KINDS, Kind, Props, cards};

/// How many drawn sitters.
const SITTERS: u64 = 4;

/// What chance is drawn from.
const SEED: u64 = 19;

fn said(baidi: &mut Baidi, file: &File) -> Vec<Finding> {
    let order = Order::named("shebao").expect("built in").file_name(file.name);
    // A file that cannot be read is refused.
    baidi.check(&file.bytes, &order).map(|checked| checked.findings).unwrap_or_default()
}

fn loud(findings: &[Finding], rule: &str) -> bool {
    findings.iter().any(|f| f.rule == rule && f.outcome.verdict >= Verdict::Doubtful)
}

fn kind(name: &str) -> &'static Kind {
    let mut named = KINDS.iter().filter(|k| k.name.starts_with(name));
    named.next().unwrap_or_else(|| panic!("no kind {name}"))
}

/// On how many of the cards the fault at its strongest is seen by a rule that answers for it.
fn seen(baidi: &mut Baidi, kind: &Kind, good: &[Card], props: &Props) -> (usize, usize) {
    let files = good.iter().filter_map(|card| spoil::spoilt(card, kind, 2, props, SEED));
    let findings: Vec<Vec<Finding>> = files.map(|file| said(baidi, &file)).collect();
    let caught = |f: &&Vec<Finding>| f.is_empty() || kind.rules.iter().any(|r| loud(f, r));
    (findings.iter().filter(caught).count(), findings.len())
}

/// What every drawn sitter must be spared: the wall, the edge and what is worn are as drawn.
const QUIET: &[&str] = &[
    "one-face",
    "face-covered",
    "headwear",
    "eyes-open",
    "gaze",
    "red-eye",
    "mouth",
    "bust",
    "edge-halo",
    "background-white",
    "background-even",
    "border",
    "top",
    "exposure",
    "face-light",
    "hot-spots",
    "colour-cast",
    "black-and-white",
    "sharpness",
    "noise",
    "compression",
    "glasses",
    "face-width",
    "hair-top",
    "centring",
    "roll",
    "yaw",
    "pitch",
    "format",
    "baseline",
    "pixel-size",
    "colour-mode",
    "resolution",
    "file-size",
    "trailing-data",
    "orientation-tag",
    "colour-profile",
    "file-name",
];

/// Faults that nobody misses, one or more of every part.
const PLAIN: &[&str] = &[
    "both lids shut",
    "one lid shut",
    "ends in mid-air, straight",
    "ends in mid-air, slanted",
    "photo ends at the neck",
    "grey wall",
    "coloured wall",
    "whole room behind",
    "border",
    "half the face in shade",
    "out of focus",
    "blocks",
    "skin like wax",
    "pulled upwards",
    "tilted",
    "off the middle",
    "face too wide",
    "pixels missing",
    "another density",
    "too heavy",
    "too light",
    "progressive",
    "one channel of grey",
    "four inks",
    "PNG, BMP, WebP",
    "letters across",
    "another ending",
    "bytes after the end",
    "tag that turns",
    "Display P3",
];

#[test]
fn what_is_plain_to_see_is_caught_and_good_cards_are_left_in_peace() {
    let good = cards::drawn(SITTERS);
    assert_eq!(good.len() as u64, SITTERS, "a card for every drawn sitter");
    let props = Props { rooms: Vec::new(), cards: good.clone() };
    let mut baidi = Baidi::open().expect("the built-in networks load");
    for card in &good {
        for file in [File { bytes: card.bytes.clone(), name: "card.jpg" }, spoil::clean(card)] {
            let findings = said(&mut baidi, &file);
            let of_the_file = file.bytes != card.bytes;
            for rule in QUIET.iter().filter(|r| !(of_the_file && **r == "file-size")) {
                assert!(!loud(&findings, rule), "{}: {rule} speaks up for nothing", card.stem);
            }
        }
    }
    for name in PLAIN {
        let (caught, all) = seen(&mut baidi, kind(name), &good, &props);
        assert!(all > 0 && caught == all, "{name}: {caught} of {all} are seen");
    }
}

#[test]
fn smoothed_skin_is_to_be_looked_at_and_a_soft_picture_is_told_only() {
    let good = cards::drawn(1);
    let props = Props { rooms: Vec::new(), cards: good.clone() };
    let mut baidi = Baidi::open().expect("the built-in networks load");
    for (name, strength, told, status) in [
        ("skin like wax", 2, "sharpness-wax", Status::Review),
        ("sharpened to rims", 1, "sharpness-rims", Status::Compliant),
    ] {
        let file = spoil::spoilt(&good[0], kind(name), strength, &props, SEED).expect("drawn");
        let mut findings = said(&mut baidi, &file);
        findings.retain(|f| f.rule == "sharpness");
        let message = findings[0].outcome.message.as_ref().map(|m| m.key.as_str());
        assert_eq!((message, Status::of(&findings)), (Some(told), status), "{name}");
    }
}

#[test]
fn writing_across_the_face_is_told_as_what_it_is() {
    let good = cards::drawn(SITTERS);
    let props = Props { rooms: Vec::new(), cards: good.clone() };
    let mut baidi = Baidi::open().expect("the built-in networks load");
    let mut named = 0;
    for card in &good {
        let file = spoil::spoilt(card, kind("letters across"), 1, &props, SEED).expect("drawn");
        let findings = said(&mut baidi, &file);
        let message = findings
            .iter()
            .find(|f| f.rule == "face-covered")
            .and_then(|f| f.outcome.message.as_ref());
        named += usize::from(message.is_some_and(|m| m.key == "face-covered-written"));
    }
    // letters in the skin's own colour nobody reads
    assert!(named + 1 >= good.len(), "{named} of {}", good.len());
}

#[test]
fn the_same_seed_spoils_a_card_the_same_way_and_another_one_otherwise() {
    let good = cards::drawn(2);
    let props = Props { rooms: Vec::new(), cards: good.clone() };
    for kind in KINDS.iter().step_by(5) {
        let made = |seed| spoil::spoilt(&good[0], kind, 1, &props, seed).map(|f| f.bytes);
        assert_eq!(made(SEED), made(SEED), "{}", kind.name);
    }
    let hat = |seed| spoil::spoilt(&good[0], kind("hat"), 1, &props, seed).map(|f| f.bytes);
    assert_ne!(hat(SEED), hat(SEED + 1), "the seed decides how a hat looks");
}

#[test]
fn kinds_are_told_apart_and_named_rules_are_spelt_alike() {
    let mut names: Vec<&str> = KINDS.iter().map(|k| k.name).collect();
    names.sort_unstable();
    names.dedup();
    assert_eq!(names.len(), KINDS.len(), "two kinds have one name");
    assert!(KINDS.len() >= 40);
    for kind in KINDS {
        for rule in kind.rules {
            // Those that a later version may bring are named already.
            let coming = ["face-covered", "accessories", "shoulders"].contains(rule);
            assert!(coming || baidi::lab::check::rule(rule).is_some(), "{}: {rule}", kind.name);
        }
    }
}
