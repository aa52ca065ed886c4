use super::answer::{self, Answer, Ending, answered};
use super::question::Question;
use super::shown;
use crate::door::Baidi;
use crate::rules::spec::BUILTIN;
use serde_json::json;

const PORTRAIT: &[u8] = include_bytes!("../../samples/studio-flyaway.jpg");

fn question(json: &str) -> Question {
    Question::read(json.as_bytes()).expect("a question")
}

fn read(json: &[u8]) -> serde_json::Value {
    serde_json::from_slice(json).expect("JSON")
}

fn fixed(baidi: &mut Baidi, photo: &[u8], json: &str) -> Answer {
    answered(&question(json), |asked| answer::fix(baidi, photo, asked))
}

fn checked(baidi: &mut Baidi, photo: &[u8], json: &str) -> Answer {
    answered(&question(json), |asked| answer::check(baidi, photo, asked))
}

#[test]
fn a_card_comes_with_its_report_and_with_that_of_the_photo() {
    let mut baidi = Baidi::open().expect("networks");
    let asked = r#"{"language":"en","name":"a.png","slip":true}"#;
    let made = fixed(&mut baidi, PORTRAIT, asked);
    assert_eq!(made.ending, Ending::Done);
    assert!((15_360..=20_000).contains(&made.picture.len()) && made.slip.is_empty());
    let (card, source) = (read(&made.json), read(&made.source));
    assert_eq!(card["photos"][0]["status"], "compliant");
    assert_eq!(card["photos"][0]["output"], "a.jpg");
    assert_eq!(source["photos"][0]["status"], "not-compliant");
    let looked = checked(&mut baidi, PORTRAIT, asked);
    assert_eq!(source["photos"][0]["findings"], read(&looked.json)["photos"][0]["findings"]);
    assert!(!looked.slip.is_empty());
    assert!(checked(&mut baidi, PORTRAIT, "{}").slip.is_empty(), "none was wanted");
}

#[test]
fn what_is_no_picture_is_refused_and_a_wrong_question_is_not_understood() {
    let mut baidi = Baidi::open().expect("networks");
    let refused = fixed(&mut baidi, b"no picture", r#"{"slip":true}"#);
    assert_eq!(refused.ending, Ending::Refused);
    assert_eq!(read(&refused.json)["photos"][0]["status"], "failed");
    assert!(String::from_utf8_lossy(&refused.slip).contains("<section>"));
    for wrong in [
        r#"{"spec":"library-card"}"#,
        r#"{"minBytes":9000,"maxBytes":5000}"#,
        r#"{"spec":"putonghua","background":"mauve"}"#,
        r#"{"background":"a b"}"#,
        r#"{"background":"white","keepBackground":true}"#,
    ] {
        let answer = checked(&mut baidi, PORTRAIT, wrong);
        assert_eq!(answer.ending, Ending::Misunderstood, "{wrong}");
        assert!(read(&answer.json)["error"]["message"].is_string());
    }
    assert!(Question::read(b"{").is_err());
    let unknown = Question::read(br#"{"colour":"red"}"#).expect_err("no such key");
    assert!(unknown.to_string().contains("colour"), "{unknown}");
}

#[test]
fn a_background_is_asked_for_where_the_spec_leaves_a_choice() {
    let blue = question(r#"{"spec":"putonghua","background":"blue"}"#).asked().expect("a choice");
    let own = question(r#"{"spec":"putonghua"}"#).asked().expect("a spec");
    assert_ne!(blue.order.spec().background.colour, own.order.spec().background.colour);
}

#[test]
fn a_preview_keeps_the_shape_and_is_small() {
    let shown = shown::preview(PORTRAIT);
    let picture = image::load_from_memory(&shown.picture).expect("a JPEG");
    assert_eq!((picture.width(), picture.height()), (960, 1200));
    assert_eq!(shown::preview(b"no picture").ending, Ending::Refused);
}

#[test]
fn every_spec_says_what_its_ruler_allows() {
    let all = read(&shown::specs(&question(r#"{"language":"zh"}"#)).json);
    let first = &all["specs"][0];
    assert_eq!((&first["name"], &first["width"]), (&json!("shebao"), &json!(358)));
    assert_eq!(first["ruler"]["eye-line"], json!({ "min": 207.0, "max": null }));
    assert_eq!(all["specs"].as_array().map(Vec::len), Some(BUILTIN.len()));
}
