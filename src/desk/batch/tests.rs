//! Tests of the batch with hands that need no pictures.

use std::fs;
use std::path::Path;
use std::sync::{Arc, Mutex};

use super::*;
use crate::base::geometry::Size;
use crate::desk::progress::Silent;
use crate::input::decode::SourceFacts;
use crate::rules::check::{Finding, Outcome, Verdict};
use crate::words::catalogue::Language;

/// Hands that read a file's text as the wanted outcome.
struct Fake;

impl Hands for Fake {
    fn fix_all(&mut self, _: &Arc<Vec<u8>>, _: &[door::Order]) -> Result<Vec<Result<Made>>> {
        Err(Error::NoFace { width: 3, height: 4 })
    }

    fn check(&mut self, file: &Arc<Vec<u8>>, _: &door::Order) -> Result<Checked> {
        let text = String::from_utf8_lossy(file).into_owned();
        let verdict = match text.as_str() {
            "panic" => panic!("struck by {text}"),
            "hang" => loop {
                std::thread::sleep(std::time::Duration::from_secs(1));
            },
            "error" => return Err(Error::NoFace { width: 3, height: 4 }),
            "fail" => Verdict::Fail,
            _ => Verdict::Pass,
        };
        // Later photos are done sooner, so that the order is put to the test.
        if let Ok(number) = text.parse::<u64>() {
            std::thread::sleep(std::time::Duration::from_micros(2_000 - (number * 17) % 2_000));
        }
        let findings = vec![Finding { rule: "roll", outcome: Outcome::new(verdict), before: None }];
        Ok(Checked {
            status: Status::of(&findings),
            source: facts(),
            head: None,
            findings,
            notes: vec![Message::new(text)],
            times: Vec::new(),
        })
    }
}

fn kinds() -> Vec<Kind> {
    let spec = Arc::new(PhotoSpec::builtin("shebao").expect("builtin"));
    vec![Kind { spec, recipe: Digest::of(b"test") }]
}

fn facts() -> SourceFacts {
    SourceFacts {
        format: crate::input::decode::Format::Jpeg,
        stored: Size::new(3, 4),
        orientation: 1,
        orientation_tag: None,
        dpi: None,
        icc: None,
        bytes: 5,
        components: 3,
        bits: 8,
        alpha: false,
        palette: false,
        color: crate::input::decode::ColorModel::Rgb,
        jpeg: None,
    }
}

fn orders(dir: &Path, texts: &[String]) -> Vec<WorkItem> {
    texts
        .iter()
        .enumerate()
        .map(|(i, text)| {
            let path = dir.join(format!("{i}.jpg"));
            fs::write(&path, text).expect("a file");
            WorkItem::Check(Source::File { path, relative: "x.jpg".into(), folder: None })
        })
        .collect()
}

fn ran(texts: &[&str], jobs: usize) -> (Vec<PhotoReport>, BatchReport) {
    ran_by(texts, jobs, || Ok(Fake))
}

fn ran_by<H: Hands>(
    texts: &[&str],
    jobs: usize,
    hire: impl Fn() -> Result<H> + Sync,
) -> (Vec<PhotoReport>, BatchReport) {
    let dir = tempfile::tempdir().expect("a folder");
    let texts: Vec<String> = texts.iter().map(|t| (*t).to_owned()).collect();
    let orders = orders(dir.path(), &texts);
    let settings = Settings { jobs, ..Settings::new(kinds()) };
    let mut photos = Vec::new();
    let batch = run(&orders, &settings, hire, &Silent, |photo| {
        photos.extend(photo);
        ControlFlow::Continue(())
    });
    (photos, batch.expect("threads"))
}

#[test]
fn reports_come_in_input_order_whatever_the_threads() {
    let texts: Vec<String> = (0..60).map(|i| i.to_string()).collect();
    let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
    for jobs in [1, 2, 7] {
        let (photos, batch) = ran(&texts, jobs);
        let got: Vec<&str> = photos.iter().map(|p| p.notes[0].key.as_str()).collect();
        assert_eq!(got, texts, "{jobs} threads");
        assert_eq!(batch.compliant, 60);
    }
}

#[test]
fn a_bad_photo_does_not_stop_the_rest() {
    let (photos, batch) = ran(&["1", "panic", "error", "fail", "2"], 2);
    let statuses: Vec<Status> = photos.iter().map(|p| p.status).collect();
    use Status::{Compliant, Failed, NotCompliant};
    assert_eq!(statuses, [Compliant, Failed, Failed, NotCompliant, Compliant]);
    assert_eq!((batch.compliant, batch.not_compliant, batch.failed), (2, 1, 2));
    let failure = photos[1].error.as_ref().expect("an error");
    let text = failure.message.to_text(Language::En);
    assert!(text.starts_with("internal error"), "{text}");
    assert!(failure.because[0].contains("struck by panic"), "{:?}", failure.because);
    assert!(failure.hint.as_ref().expect("what to send").to_text(Language::En).contains("send us"));
}

#[test]
fn a_worker_that_panicked_is_not_used_again() {
    let dir = tempfile::tempdir().expect("a folder");
    let orders = orders(dir.path(), &["panic", "1", "2"].map(str::to_owned));
    let hired = Mutex::new(0);
    let hire = || {
        *hired.lock().expect("no poison") += 1;
        Ok(Fake)
    };
    let each = |_| ControlFlow::Continue(());
    run(&orders, &Settings::new(kinds()), hire, &Silent, each).expect("threads");
    assert_eq!(*hired.lock().expect("no poison"), 2);
}

#[test]
fn without_a_worker_every_photo_says_so() {
    let dir = tempfile::tempdir().expect("a folder");
    let orders = orders(dir.path(), &["1", "2"].map(str::to_owned));
    let hire = || Err::<Fake, _>(Error::Internal { stage: "model", reason: "gone".to_owned() });
    let each = |_| ControlFlow::Continue(());
    let batch = run(&orders, &Settings::new(kinds()), hire, &Silent, each).expect("threads");
    assert_eq!(batch.failed, 2);
}

#[test]
fn the_listener_can_end_the_batch() {
    let dir = tempfile::tempdir().expect("a folder");
    let texts: Vec<String> = (0..40).map(|i| i.to_string()).collect();
    let orders = orders(dir.path(), &texts);
    let mut seen = 0;
    let each = |_| {
        seen += 1;
        if seen == 3 { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    };
    run(&orders, &Settings::new(kinds()), || Ok(Fake), &Silent, each).expect("threads");
    assert_eq!(seen, 3);
}

#[test]
fn no_photo_at_all_is_an_empty_batch() {
    assert_eq!(ran(&[], 4), (Vec::new(), BatchReport::default()));
}

fn guarded(limit: Option<std::time::Duration>) -> Result<guard::Guarded<Fake>> {
    Ok(guard::Guarded::new(|| Ok(Fake), limit))
}

#[test]
fn a_photo_that_takes_too_long_is_left_and_the_batch_goes_on() {
    // Long enough for the two that do next to nothing, whatever else the machine does.
    let limit = std::time::Duration::from_secs(5);
    let (photos, batch) = ran_by(&["1", "hang", "2"], 1, || guarded(Some(limit)));
    let keys: Vec<&str> = photos
        .iter()
        .map(|p| p.error.as_ref().map_or(p.status.name(), |f| f.message.key.as_str()))
        .collect();
    assert_eq!(keys, ["compliant", "error-timed-out", "compliant"]);
    assert_eq!((batch.compliant, batch.failed), (2, 1));
}

#[test]
fn a_panic_behind_the_guard_is_reported_in_its_own_words_and_the_batch_goes_on() {
    let (photos, batch) = ran_by(&["panic", "1"], 1, || guarded(None));
    let failure = photos[0].error.as_ref().expect("an error");
    assert!(failure.because[0].contains("struck by panic"), "{:?}", failure.because);
    assert!(failure.hint.as_ref().expect("what to send").to_text(Language::En).contains("send us"));
    assert_eq!((batch.compliant, batch.failed), (1, 1));
}

#[test]
fn hands_that_cannot_be_made_fail_every_photo_and_end() {
    let broken = || -> Result<Fake> {
        Err(Error::Internal { stage: "network", reason: "no model".to_owned() })
    };
    let (photos, _) = ran_by(&["1", "2"], 1, || Ok(guard::Guarded::new(broken, None)));
    assert!(photos.iter().all(|p| p.status == Status::Failed));
}
