//! A folder of its own for every test, and the program run in it.

use std::collections::BTreeMap;
use std::fs;
use std::io::Cursor;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use assert_cmd::Command;
use baidi::lab::geometry::Size;
use serde_json::Value;

use crate::draw::{Backdrop, Scene, Sitter, Style, draw};

/// A temporary folder in which the program runs.
pub(crate) struct Dir(tempfile::TempDir);

impl Dir {
    pub(crate) fn new() -> Self {
        Self(tempfile::tempdir().expect("a folder"))
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    pub(crate) fn write(&self, name: &str, bytes: impl AsRef<[u8]>) {
        let path = self.path(name);
        fs::create_dir_all(path.parent().expect("a parent")).expect("folders");
        fs::write(path, bytes).expect("a file");
    }

    pub(crate) fn read(&self, name: &str) -> Vec<u8> {
        fs::read(self.path(name)).unwrap_or_else(|e| panic!("{name}: {e}"))
    }

    /// All files below, sorted, hidden ones included: a forgotten temporary file shows.
    pub(crate) fn files(&self) -> Vec<String> {
        let mut found = Vec::new();
        let mut open = vec![self.0.path().to_owned()];
        while let Some(folder) = open.pop() {
            for entry in fs::read_dir(folder).expect("a folder") {
                let path = entry.expect("an entry").path();
                if path.is_dir() {
                    open.push(path);
                } else {
                    let name = path.strip_prefix(self.0.path()).expect("below");
                    found.push(name.display().to_string());
                }
            }
        }
        found.sort();
        found
    }

    /// The program, speaking English whatever the locale.
    pub(crate) fn baidi(&self, args: &str) -> Command {
        let mut command = Command::cargo_bin("baidi").expect("the program");
        command.current_dir(self.0.path());
        for name in ["LC_ALL", "LC_MESSAGES", "LANG", "NO_COLOR", "CLICOLOR_FORCE"] {
            command.env_remove(name);
        }
        command.env("LANG", "C.UTF-8");
        command.args(args.split_whitespace());
        command
    }
}

/// Drawn portraits, small so that a card takes a moment, as PNG files; the same numbers give the same bytes.
pub(crate) fn drawn(number: u64) -> Vec<u8> {
    static DRAWN: Mutex<BTreeMap<u64, Vec<u8>>> = Mutex::new(BTreeMap::new());
    let mut drawn = DRAWN.lock().unwrap_or_else(PoisonError::into_inner);
    let bytes = drawn.entry(number).or_insert_with(|| {
        let size = Size::new(320, 400);
        let mut sitter = Sitter::drawn_by_lot(number);
        sitter.style = Style::Short;
        let backdrop = Backdrop::Plain([67, 142, 219]);
        let scene = Scene { backdrop, samples: 1, ..Scene::of(sitter, size, number) };
        let mut png = Cursor::new(Vec::new());
        draw(&scene).picture.write_to(&mut png, image::ImageFormat::Png).expect("memory");
        png.into_inner()
    });
    bytes.clone()
}

/// Whether these bytes are a whole card: a decoder that baidi does not use reads it to the end.
pub(crate) fn whole(card: &[u8]) -> bool {
    let mut decoder = zune_jpeg::JpegDecoder::new(Cursor::new(card));
    decoder.decode().is_ok()
        && decoder.dimensions() == Some((358, 441))
        && card.ends_with(&[0xff, 0xd9])
}

/// What a finished run printed.
pub(crate) struct Said {
    pub(crate) code: Option<i32>,
    pub(crate) out: String,
    pub(crate) err: String,
}

/// Runs it to the end.
pub(crate) fn said(mut command: Command) -> Said {
    let output = command.output().expect("the program runs");
    Said {
        code: output.status.code(),
        out: String::from_utf8(output.stdout).expect("UTF-8"),
        err: String::from_utf8(output.stderr).expect("UTF-8"),
    }
}

/// The photos in `samples/`, sorted; none where the folder is not there.
pub(crate) fn samples() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("samples");
    let Ok(entries) = fs::read_dir(folder) else { return Vec::new() };
    let mut found: Vec<PathBuf> = entries
        .filter_map(|e| Some(e.ok()?.path()))
        .filter(|p| p.extension().is_some_and(|e| e == "jpg" || e == "png"))
        .collect();
    found.sort();
    found
}

/// A report in JSON, which keeps to the schema that is handed out.
pub(crate) fn report_in(text: impl AsRef<[u8]>) -> Value {
    let report = serde_json::from_slice(text.as_ref()).expect("JSON");
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/report.schema.json");
    let schema = serde_json::from_slice(&fs::read(path).expect("the schema")).expect("JSON");
    assert_eq!(crate::schema::faults(&schema, &report), Vec::<String>::new());
    report
}
