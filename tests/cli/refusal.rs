//! What is said, and with which code, when something is wrong.

use crate::util::{Dir, said};

#[test]
fn a_wrong_command_is_2_and_help_is_0() {
    let dir = Dir::new();
    for args in
        ["", "fix", "fix a.jpg --jobs 0", "check a.jpg --no-such", "serve", "specs --lang fr"]
    {
        assert_eq!(said(dir.baidi(args)).code, Some(2), "{args}");
    }
    for args in ["--help", "fix --help", "--version"] {
        let run = said(dir.baidi(args));
        assert_eq!((run.code, run.err.as_str()), (Some(0), ""), "{args}");
        assert!(run.out.contains("baidi"));
    }
}

#[test]
fn a_folder_without_output_gets_a_hint() {
    let dir = Dir::new();
    dir.write("in/a.jpg", "x");
    let run = said(dir.baidi("fix in"));
    assert_eq!(run.code, Some(2));
    assert!(run.err.starts_with("baidi: in is a folder"), "{}", run.err);
    assert!(run.err.contains("hint: for example: baidi fix in -o cards"), "{}", run.err);
    assert_eq!(run.out, "");
}

#[test]
fn an_existing_output_is_refused_and_stays_as_it_is() {
    let dir = Dir::new();
    dir.write("a.jpg", "x");
    dir.write("a-shebao.jpg", "precious");
    let run = said(dir.baidi("fix a.jpg"));
    assert_eq!(run.code, Some(2));
    assert!(run.err.contains("a-shebao.jpg already exists") && run.err.contains("--force"));
    assert_eq!(dir.read("a-shebao.jpg"), b"precious");
    assert_eq!(dir.files(), ["a-shebao.jpg", "a.jpg"]);
}

#[test]
fn an_input_is_not_overwritten_even_with_force() {
    let dir = Dir::new();
    dir.write("a.jpg", "x");
    let run = said(dir.baidi("fix a.jpg -o a.jpg --force"));
    assert_eq!(run.code, Some(2));
    assert!(run.err.contains("is itself an input"), "{}", run.err);
    assert_eq!(dir.read("a.jpg"), b"x");
}

#[test]
fn what_cannot_be_read_is_named_with_its_cause() {
    let dir = Dir::new();
    let run = said(dir.baidi("check gone.jpg"));
    assert_eq!(run.code, Some(2));
    assert!(run.err.contains("baidi: cannot read gone.jpg"), "{}", run.err);
    assert!(run.err.contains("because: ") && run.err.contains("hint: "), "{}", run.err);
    assert_eq!(run.out, "");
    let run = said(dir.baidi("check gone.jpg --lang zh"));
    assert!(run.err.contains("无法读取 gone.jpg") && run.err.contains("提示："), "{}", run.err);
}

#[test]
fn what_is_no_picture_is_named_and_leaves_nothing_behind() {
    let dir = Dir::new();
    dir.write("a.jpg", "just text");
    let run = said(dir.baidi("fix a.jpg"));
    assert_eq!(run.code, Some(2));
    assert!(run.err.starts_with("baidi: a.jpg: unsupported format"), "{}", run.err);
    assert_eq!(dir.files(), ["a.jpg"]);
}

#[test]
fn an_empty_folder_is_said_to_be_empty() {
    let dir = Dir::new();
    dir.write("in/notes.txt", "x");
    let run = said(dir.baidi("check in"));
    assert_eq!(run.code, Some(2));
    assert!(run.err.contains("no pictures in in"), "{}", run.err);
}

#[test]
fn an_unknown_spec_lists_those_there_are() {
    let dir = Dir::new();
    dir.write("a.jpg", "x");
    for args in ["fix a.jpg --spec no-such", "specs no-such"] {
        let run = said(dir.baidi(args));
        assert_eq!(run.code, Some(2));
        assert!(run.err.contains("shebao, shebao-20k"), "{}", run.err);
    }
    dir.write("own.toml", "name = 'own'\nwidht = 3\n");
    let run = said(dir.baidi("check a.jpg --spec own.toml"));
    assert!(run.err.contains("own.toml"), "{}", run.err);
}

#[test]
fn a_report_is_written_even_when_every_photo_failed() {
    let dir = Dir::new();
    dir.write("a.jpg", "x");
    let run = said(dir.baidi("check a.jpg --report r.json -q"));
    assert_eq!((run.code, run.out.as_str()), (Some(2), ""));
    assert_eq!(dir.files(), ["a.jpg", "r.json"]);
    assert!(String::from_utf8_lossy(&dir.read("r.json")).contains("\"failed\""));
    let run = said(dir.baidi("check a.jpg --report r.docx"));
    assert!(run.err.contains(".json, .csv, or .html"), "{}", run.err);
}

#[cfg(unix)]
#[test]
fn a_closed_pipe_is_no_failure() {
    use std::process::{Command, Stdio};
    let mut child = Command::new(env!("CARGO_BIN_EXE_baidi"))
        .args(["specs", "shebao"])
        .stdout(Stdio::piped())
        .spawn()
        .expect("the program runs");
    drop(child.stdout.take());
    assert_eq!(child.wait().expect("it ends").code(), Some(0));
}
