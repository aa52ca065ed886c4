//! Tests of what is refused, and where cards go, before any photo is opened.

use std::fs;
use std::path::{Path, PathBuf};

use super::super::args::{CardArgs, FixArgs};
use super::*;
use crate::base::units::Bytes;
use crate::words::catalogue::Language;

fn args(inputs: &[&Path]) -> FixArgs {
    FixArgs {
        inputs: inputs.iter().map(|p| p.to_path_buf()).collect(),
        output: None,
        card: CardArgs {
            specs: vec!["shebao".to_owned()],
            folder_per_spec: false,
            background: None,
            keep_background: false,
            min_size: None,
            max_size: None,
            jobs: None,
            strict: false,
        },
        report: None,
        roster: None,
        roster_sheet: None,
        name: None,
        zip: None,
        retake: None,
        matte: None,
        timeout: 30,
        force: false,
        dry_run: false,
    }
}

fn folder(files: &[&str]) -> tempfile::TempDir {
    let dir = tempfile::tempdir().expect("a folder");
    for file in files {
        let path = dir.path().join(file);
        fs::create_dir_all(path.parent().expect("a parent")).expect("folders");
        fs::write(path, b"x").expect("a file");
    }
    dir
}

fn refused(result: Result<Job, Failure>) -> String {
    result.expect_err("a wrong command").message.key
}

fn outcome(order: &WorkItem) -> Vec<String> {
    match order {
        WorkItem::Refused { failure, .. } => vec![failure.message.key.clone()],
        WorkItem::Fix(_, cards) => {
            let name = |p: &PathBuf| p.file_name().expect("a name").to_string_lossy().into_owned();
            let said = |to: &Result<Destination, Failure>| match to {
                Ok(to) => {
                    let matte = to.matte.as_ref().map(|m| format!(" {}", name(m)));
                    format!("{}{}", name(&to.card), matte.unwrap_or_default())
                }
                Err(failure) => failure.message.key.clone(),
            };
            cards.iter().map(said).collect()
        }
        WorkItem::Check(_) => vec!["check".to_owned()],
    }
}

fn outcomes(job: &Job) -> Vec<String> {
    job.orders.iter().flat_map(outcome).collect()
}

#[test]
fn one_file_goes_beside_itself() {
    let dir = folder(&["a.jpg"]);
    let job = Job::fix(&args(&[&dir.path().join("a.jpg")])).expect("valid");
    assert_eq!(outcomes(&job), ["a-shebao.jpg"]);
}

#[test]
fn a_folder_or_stdin_needs_an_output() {
    let dir = folder(&["a.jpg"]);
    assert_eq!(refused(Job::fix(&args(&[dir.path()]))), "job-folder-needs-output");
    assert_eq!(refused(Job::fix(&args(&[Path::new("-")]))), "job-stdin-needs-output");
    let twice = [Path::new("-"), Path::new("-")];
    assert_eq!(refused(Job::fix(&args(&twice))), "job-stdin-twice");
}

#[test]
fn several_photos_cannot_share_one_file() {
    let dir = folder(&["a.jpg", "b.jpg", "taken"]);
    let (a, b) = (dir.path().join("a.jpg"), dir.path().join("b.jpg"));
    let with = |output: &str| FixArgs { output: Some(dir.path().join(output)), ..args(&[&a, &b]) };
    assert_eq!(refused(Job::fix(&with("card.jpg"))), "job-several-need-folder");
    assert_eq!(refused(Job::fix(&with("taken"))), "job-output-not-folder");
    assert_eq!(outcomes(&Job::fix(&with("cards")).expect("valid")), ["a.jpg", "b.jpg"]);
}

#[test]
fn an_existing_output_is_refused_without_force() {
    let dir = folder(&["a.jpg", "a-shebao.jpg", "b.jpg"]);
    let inputs = [dir.path().join("a.jpg"), dir.path().join("b.jpg")];
    let plain = args(&[&inputs[0], &inputs[1]]);
    let job = Job::fix(&plain).expect("valid");
    assert_eq!(outcomes(&job), ["job-output-exists", "b-shebao.jpg"]);
    let job = Job::fix(&FixArgs { force: true, ..plain }).expect("valid");
    assert_eq!(outcomes(&job), ["a-shebao.jpg", "b-shebao.jpg"]);
}

#[test]
fn an_input_is_never_an_output_even_with_force() {
    let dir = folder(&["a.jpg", "b.jpg"]);
    let (a, b) = (dir.path().join("a.jpg"), dir.path().join("b.jpg"));
    let roundabout = dir.path().join("new/../a.jpg");
    fs::create_dir(dir.path().join("new")).expect("a folder");
    for output in [&a, &roundabout] {
        let args = FixArgs { output: Some(output.clone()), force: true, ..args(&[&a]) };
        assert_eq!(outcomes(&Job::fix(&args).expect("valid")), ["job-output-is-input"]);
    }
    let in_place =
        FixArgs { output: Some(dir.path().to_owned()), force: true, ..args(&[dir.path()]) };
    let job = Job::fix(&in_place).expect("valid");
    assert_eq!(outcomes(&job), ["job-output-is-input", "job-output-is-input"]);
    let report = b.with_extension("json");
    fs::rename(&b, &report).expect("renamed");
    let args = FixArgs { report: Some(report.clone()), ..args(&[&report]) };
    assert_eq!(refused(Job::fix(&args)), "job-output-is-input");
}

#[test]
fn mattes_go_to_a_file_for_one_photo_and_to_a_folder_for_several() {
    let dir = folder(&["a.jpg", "b.jpg"]);
    let (a, b) = (dir.path().join("a.jpg"), dir.path().join("b.jpg"));
    let to = |matte: &str, inputs: &[&Path]| FixArgs {
        matte: Some(dir.path().join(matte)),
        output: Some(dir.path().join(if inputs.len() == 1 { "c.jpg" } else { "cards" })),
        ..args(inputs)
    };
    assert_eq!(outcomes(&Job::fix(&to("m.png", &[&a])).expect("valid")), ["c.jpg m.png"]);
    let job = Job::fix(&to("mattes", &[&a, &b])).expect("valid");
    assert_eq!(outcomes(&job), ["a.jpg a.png", "b.jpg b.png"]);
    assert_eq!(refused(Job::fix(&to("m.png", &[&a, &b]))), "job-matte-needs-folder");
    assert_eq!(outcomes(&Job::fix(&to("c.jpg", &[&a])).expect("valid")), ["job-output-twice"]);
}

#[test]
fn a_window_turned_inside_out_is_refused_and_a_good_one_replaces_the_specs() {
    let dir = folder(&["a.jpg"]);
    let a = dir.path().join("a.jpg");
    let window = |min: Option<u64>, max: Option<u64>| {
        let mut args = args(&[&a]);
        args.card.min_size = min.map(Bytes::new);
        args.card.max_size = max.map(Bytes::new);
        args
    };
    let failure = Job::fix(&window(Some(30_000), None)).expect_err("above the spec's ceiling");
    let hint = failure.hint.expect("a hint").to_text(Language::En);
    assert!(hint.contains("15,360–20,000") && hint.contains("give both"), "{hint}");
    assert_eq!(refused(Job::fix(&window(Some(0), Some(100)))), "job-window-tiny");
    let job = Job::fix(&window(None, Some(10_000))).expect("valid");
    assert_eq!(
        (job.kinds[0].spec.file.min, job.kinds[0].spec.file.max),
        (Bytes::new(0), Bytes::new(10_000))
    );
    let job = Job::fix(&window(Some(9_216), Some(20_480))).expect("valid");
    assert_eq!(
        (job.kinds[0].spec.file.min, job.kinds[0].spec.file.max),
        (Bytes::new(9_216), Bytes::new(20_480))
    );
}

#[test]
fn a_spec_is_a_name_or_a_file() {
    let dir = folder(&["a.jpg"]);
    let own = dir.path().join("own.toml");
    let text = crate::rules::spec::BUILTIN[0].1.replacen("name = \"shebao\"", "name = \"ours\"", 1);
    fs::write(&own, text).expect("a file");
    let a = dir.path().join("a.jpg");
    let with = |spec: &str| {
        let mut args = args(&[&a]);
        args.card.specs = vec![spec.to_owned()];
        args
    };
    let job = Job::fix(&with(&own.display().to_string())).expect("valid");
    assert_eq!(outcomes(&job), ["a-ours.jpg"]);
    assert_eq!(refused(Job::fix(&with("no-such"))), "error-spec-not-built-in");
    assert_eq!(refused(Job::fix(&with("gone.toml"))), "error-io");
}

#[test]
fn several_specs_make_a_card_each_apart_by_name_or_by_folder() {
    let dir = folder(&["in/a.jpg"]);
    let list = dir.path().join("list.toml");
    fs::write(&list, "specs = [\"shebao\", \"own.toml\"]\n").expect("a file");
    let text = crate::rules::spec::BUILTIN[0].1.replacen("name = \"shebao\"", "name = \"ours\"", 1);
    fs::write(dir.path().join("own.toml"), text).expect("a file");
    let photo = dir.path().join("in/a.jpg");
    let with = |specs: &[&str]| {
        let mut args = args(&[&photo]);
        args.card.specs = specs.iter().map(|s| (*s).to_owned()).collect();
        args
    };
    let both = ["shebao", "id-card"];
    let job = Job::fix(&with(&both)).expect("valid");
    assert_eq!(outcomes(&job), ["a-shebao.jpg", "a-id-card.jpg"]);
    let out = dir.path().join("out");
    let mut by_folder = FixArgs { output: Some(out.clone()), ..with(&both) };
    by_folder.card.folder_per_spec = true;
    let job = Job::fix(&by_folder).expect("valid");
    let WorkItem::Fix(_, cards) = &job.orders[0] else { panic!("{:?}", job.orders) };
    let paths: Vec<&PathBuf> = cards.iter().flatten().map(|to| &to.card).collect();
    assert_eq!(paths, [&out.join("shebao/a.jpg"), &out.join("id-card/a.jpg")]);
    let job = Job::fix(&with(&[&list.display().to_string()])).expect("a list");
    assert_eq!(outcomes(&job), ["a-shebao.jpg", "a-ours.jpg"]);
    assert_eq!(refused(Job::fix(&with(&["cet", "cet"]))), "job-spec-twice");
    let one_file = FixArgs { output: Some(dir.path().join("c.jpg")), ..with(&both) };
    assert_eq!(refused(Job::fix(&one_file)), "job-several-specs-need-folder");
}

#[test]
fn a_report_says_its_format_by_its_extension() {
    let dir = folder(&["a.jpg"]);
    let a = dir.path().join("a.jpg");
    let with = |report: &str| FixArgs { report: Some(dir.path().join(report)), ..args(&[&a]) };
    assert_eq!(refused(Job::fix(&with("r.txt"))), "job-report-format");
    let job = Job::fix(&with("r.csv")).expect("valid");
    assert_eq!(job.reports[0].format, ReportFormat::Csv);
}

#[test]
fn the_roster_names_the_cards_and_everybody_it_cannot_is_refused_with_the_reason() {
    let dir = folder(&["in/张三.jpg", "in/440524188001010014.png", "in/IMG_7.jpg"]);
    fs::write(dir.path().join("in/张三.jpg"), b"another photo").expect("a file");
    let table = "姓名,身份证号\n张三,11010519491231002x\n李四,440524188001010014\n王五,\n";
    let people = dir.path().join("people.csv");
    fs::write(&people, table).expect("a file");
    let input = dir.path().join("in");
    let with = |name: Option<&str>| FixArgs {
        output: Some(dir.path().join("out")),
        roster: Some(people.clone()),
        name: name.map(str::to_owned),
        ..args(&[&input])
    };
    let job = Job::fix(&with(None)).expect("valid");
    let expected =
        ["440524188001010014.jpg", "roster-no-person", "11010519491231002X.jpg", "roster-missing"];
    assert_eq!(outcomes(&job), expected);
    assert_eq!(job.orders.len(), 4);
    let job = Job::fix(&with(Some("{name}{id:last4}"))).expect("valid");
    assert_eq!(outcomes(&job)[2], "张三002X.jpg");
    assert_eq!(refused(Job::fix(&with(Some("{shoe}.jpg")))), "roster-template-column");
    let beside = FixArgs { output: None, ..with(None) };
    assert_eq!(refused(Job::fix(&beside)), "job-roster-needs-output");
}

#[test]
fn there_are_no_more_photos_at_a_time_than_memory_for_them() {
    assert_eq!(jobs_within(8, None), 8);
    assert_eq!(jobs_within(8, Some("max\n")), 8);
    assert_eq!(jobs_within(8, Some("1073741824\n")), 6);
    assert_eq!(jobs_within(8, Some("1000\n")), 1);
}
