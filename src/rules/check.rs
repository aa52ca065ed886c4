//! A finished file, measured: one rule per file, each a function from [`Evidence`] to an [`Outcome`].
//!
//! Rules look at the file that was written, read back from disk, and never at what the pipeline meant to do, so they work on anyone's photo.
//!
//! # Catalogue keys
//!
//! Every rule has `RULE-pass`, `RULE-doubtful`, `RULE-fail` (arguments `measured`, `required`, `unit`) and `RULE-hint`. Beside these, with the same arguments:
//!
//! | key | when |
//! |---|---|
//! | `one-face-none`, `one-face-none-hint` | no face was found |
//! | `hair-top-eye-line-wins` | passes: the frame cuts the hair because the eye line is at its limit |
//! | `hair-top-cut-in-source`, with `-hint` | the picture's own edge cuts the hair |
//! | `background-white-pass`, `-doubtful`, `-fail` | also `darkest` (number, 0–255) and `colour` (text, `255,255,255`) |
//! | `background-colour-pass`, `-doubtful`, `-fail` | the same where another colour is wanted; also `farthest` (number, 0–255) |
//! | `background-line`, with `-hint` | a line runs from the picture's edge across the wall |
//! | `sharpness-moved`, `sharpness-steps`, `sharpness-rims`, `sharpness-wax`, each with `-hint` | moved, enlarged by repeated pixels, sharpened too much, skin smoothed |
//! | `shoulders-bare`, with `-hint` | they are not dressed |
//! | `top-colour` | the top is as light as a background that is not white |
//! | `resolution-none` | the file gives no density |
//! | `face-width-pulled`, `face-width-squeezed`, each with `-hint` | the face is too wide, or too narrow, for its height |
//! | `compression-tones`, with `-hint` | few tones |
//! | `exposure-dark`, `exposure-bright`, `exposure-bright-eyes`, `exposure-veil`, each with `-hint` | which of these it is |
//! | `black-and-white-tint` | a tinted picture |
//! | `colour-cast-red`, `colour-cast-green`, `colour-cast-blue`, `colour-cast-orange`, `colour-cast-pink` | which way the light leans |
//! | `edge-halo-line` | a line of one colour runs round the person |
//! | `edge-halo-fade` | the edge fades into the background, all round |
//! | `edge-halo-left`, `edge-halo-bits`, `edge-halo-lost` | what the critic sees |
//! | `face-covered-patch`, `face-covered-written` | a patch of another colour than the skin's; writing |
//! | `headwear-worn-doubtful` | the network sees a hat |
//! | `glasses-worn` | passes: glasses are seen, without glare or tint |
//! | `glasses-glare`, `glasses-tint`, `glasses-frame`, each with `-hint` | what is wrong with them |
//! | `file-name-lower-case-x`, `file-name-check-digit` | an ID number as the name |
//! | `reading-broken`, `reading-hint` | sources contradict one another: also `kept` and `broken`, the sources on either side |
//! | `readings-differ` | passes: no photo keeps to all sources, this one to the spec's own; also `kept` and `broken` |
//!
//! Reasons of `unknown`, without arguments: `unknown-ears`, `unknown-decoded-smaller`, `unknown-face-outside`, `unknown-face-too-small`, `unknown-headwear`, `unknown-no-background`,
//! `unknown-no-colour`, `unknown-no-file-name`, `unknown-no-garment`, `unknown-no-head`, `unknown-no-limit`, `unknown-no-matte`, `unknown-no-outline`, `unknown-not-asked`, `unknown-not-jpeg`, `unknown-not-required`,
//! `unknown-not-white-yet`, `unknown-several-faces`, `unknown-too-small`.

pub mod axis;
pub mod evidence;
pub mod filter;
pub mod finding;
pub mod judge;
pub mod mend;
pub mod outline;
pub mod parts;
pub mod region;

pub mod accessories;
pub mod background_even;
pub mod background_white;
pub mod baseline;
pub mod black_and_white;
pub mod border;
pub mod bust;
pub mod centring;
pub mod chin_to_bottom;
pub mod colour_cast;
pub mod colour_mode;
pub mod colour_profile;
pub mod compression;
pub mod ears;
pub mod edge_halo;
pub mod exposure;
pub mod eye_distance;
pub mod eye_line;
pub mod eyes_open;
pub mod face_covered;
pub mod face_light;
pub mod face_width;
pub mod file_name;
pub mod file_size;
pub mod format;
pub mod gaze;
pub mod glasses;
pub mod hair_over_face;
pub mod hair_top;
pub mod head_share;
pub mod headwear;
pub mod hot_spots;
pub mod mouth;
pub mod noise;
pub mod one_face;
pub mod orientation_tag;
pub mod pitch;
pub mod pixel_size;
pub mod red_eye;
pub mod resolution;
pub mod roll;
pub mod sharpness;
pub mod shoulders;
pub mod source_size;
pub mod top;
pub mod trailing_data;
pub mod yaw;

#[cfg(test)]
pub(crate) mod bench;

pub use evidence::Evidence;
pub use finding::{Doubt, Finding, Measured, Outcome, Rule, Verdict};
pub use mend::Mend;
pub use region::Regions;

/// All rules: among rules of one verdict, what a person should care about first comes first.
pub const RULES: &[Rule] = &[
    one_face::RULE,
    format::RULE,
    pixel_size::RULE,
    file_size::RULE,
    resolution::RULE,
    baseline::RULE,
    colour_mode::RULE,
    orientation_tag::RULE,
    face_width::RULE,
    hair_top::RULE,
    eye_line::RULE,
    eye_distance::RULE,
    chin_to_bottom::RULE,
    centring::RULE,
    head_share::RULE,
    background_white::RULE,
    background_even::RULE,
    border::RULE,
    bust::RULE,
    edge_halo::RULE,
    top::RULE,
    shoulders::RULE,
    face_covered::RULE,
    eyes_open::RULE,
    gaze::RULE,
    yaw::RULE,
    pitch::RULE,
    roll::RULE,
    mouth::RULE,
    glasses::RULE,
    hair_over_face::RULE,
    ears::RULE,
    headwear::RULE,
    accessories::RULE,
    sharpness::RULE,
    source_size::RULE,
    exposure::RULE,
    face_light::RULE,
    hot_spots::RULE,
    colour_cast::RULE,
    black_and_white::RULE,
    red_eye::RULE,
    compression::RULE,
    noise::RULE,
    trailing_data::RULE,
    colour_profile::RULE,
    file_name::RULE,
];

/// Applies every rule.
#[must_use]
pub fn check(evidence: &Evidence<'_>) -> Vec<Finding> {
    check_some(evidence, |_| true)
}

/// Applies the rules that are `wanted`; what the others would say stays `unknown`, since nobody asked.
#[must_use]
pub fn check_some(evidence: &Evidence<'_>, wanted: impl Fn(&Rule) -> bool) -> Vec<Finding> {
    let unasked =
        |rule| Finding { rule, outcome: Outcome::unknown("unknown-not-asked"), before: None };
    let found = |rule| if wanted(rule) { Finding::of(rule, evidence) } else { unasked(rule.name) };
    RULES.iter().map(found).collect()
}

/// Findings in the order of a report: by what a person should care about first, rules of one kind in the order of [`RULES`].
#[must_use]
pub fn in_report_order(mut findings: Vec<Finding>) -> Vec<Finding> {
    findings.sort_by_key(Finding::turn);
    findings
}

/// The rule called `name`.
#[must_use]
pub fn rule(name: &str) -> Option<&'static Rule> {
    RULES.iter().find(|rule| rule.name == name)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The rule names that people, scripts, and reports rely on.
    const NAMES: &str = "format baseline pixel-size colour-mode resolution file-size trailing-data orientation-tag colour-profile file-name \
        one-face face-width hair-top eye-line eye-distance chin-to-bottom centring head-share roll yaw pitch background-white background-even border edge-halo bust source-size \
        sharpness compression noise exposure face-light hot-spots colour-cast black-and-white red-eye face-covered eyes-open gaze mouth glasses hair-over-face ears headwear accessories shoulders top";

    #[test]
    fn every_promised_rule_is_there_once() {
        let mut promised: Vec<&str> = NAMES.split_whitespace().collect();
        let mut there: Vec<&str> = RULES.iter().map(|r| r.name).collect();
        promised.sort_unstable();
        there.sort_unstable();
        assert_eq!(there, promised);
        for name in there {
            assert!(name.bytes().all(|b| b.is_ascii_lowercase() || b == b'-'), "{name}");
        }
    }

    #[test]
    fn every_band_of_every_built_in_spec_has_a_rule() {
        for (name, _) in crate::rules::spec::BUILTIN {
            let mut bench = bench::Bench::card();
            bench.spec = crate::rules::spec::PhotoSpec::builtin(name).expect("builtin");
            for (key, band) in bench.spec.bands() {
                let rule = rule(key).unwrap_or_else(|| panic!("{name}: no rule {key}"));
                let outcome = (rule.measure)(&bench.evidence());
                assert!(outcome.measured.is_some(), "{name}: {key} is not measured: {outcome:?}");
                if key != "face-width" {
                    let others = band.readings.iter().map(|reading| &reading.source);
                    let named =
                        others.chain([&band.source]).any(|s| outcome.clause.as_ref() == Some(s));
                    assert!(named, "{name}: {key}: {:?}", outcome.clause);
                }
            }
        }
    }

    #[test]
    fn every_rule_is_documented() {
        for rule in RULES {
            let file = format!(
                "{}/src/rules/check/{}.rs",
                env!("CARGO_MANIFEST_DIR"),
                rule.name.replace('-', "_")
            );
            let text = std::fs::read_to_string(&file).expect("one file per rule");
            assert!(text.starts_with(&format!("//! `{}`\n", rule.name)), "{file}");
            for heading in [
                "What it checks",
                "Why offices refuse it",
                "How it is measured",
                "Source",
                "Known weakness",
            ] {
                assert!(text.contains(&format!("//! *{heading}:*")), "{file} lacks '{heading}'");
            }
        }
    }

    #[test]
    fn what_takes_another_photo_comes_before_what_software_mends() {
        use Verdict::{Doubtful, Fail, Pass, Unknown};
        let finding = |rule, verdict, fixable| Finding {
            rule,
            outcome: Outcome { fixable, ..Outcome::new(verdict) },
            before: None,
        };
        let findings = vec![
            finding("format", Pass, true),
            finding("pixel-size", Fail, true),
            finding("ears", Unknown, false),
            finding("top", Doubtful, false),
            finding("file-size", Fail, true),
            finding("eyes-open", Fail, false),
        ];
        let order: Vec<&str> = in_report_order(findings).iter().map(|f| f.rule).collect();
        assert_eq!(order, ["eyes-open", "pixel-size", "file-size", "top", "ears", "format"]);
    }

    #[test]
    fn what_the_office_forbids_is_advised_and_not_promised() {
        let mut bench = bench::Bench::card().with_wall(|_, _| [200, 200, 200]);
        let found = |bench: &bench::Bench| {
            let findings = check(&bench.evidence());
            let white = findings.iter().find(|f| f.rule == "background-white").cloned();
            white.expect("every rule is there").outcome
        };
        assert!(found(&bench).fixable && found(&bench).hint.is_none());
        bench.spec.editing = crate::rules::spec::Editing::NoBackground;
        let outcome = found(&bench);
        assert!(!outcome.fixable);
        assert_eq!(outcome.hint.map(|h| h.key).as_deref(), Some("hint-background-not-allowed"));
    }

    #[test]
    fn a_good_card_has_no_fault_and_unknown_is_what_the_spec_does_not_ask_for() {
        let bench = bench::Bench::card();
        for finding in check(&bench.evidence()) {
            let not_asked = ["eye-distance", "chin-to-bottom"].contains(&finding.rule);
            let wanted = if not_asked { Verdict::Unknown } else { Verdict::Pass };
            assert_eq!(finding.outcome.verdict, wanted, "{}: {:?}", finding.rule, finding.outcome);
        }
    }
}
