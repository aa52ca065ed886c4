//! What was done, on disk, so that a run that was stopped, killed, or repeated goes on where the last one ended.
//!
//! The ledger is a file in the output folder, one line of JSON per card that was made: the card's place, the SHA-256 of the source, of the *recipe* (program, networks and rules, spec,
//! options) and of the card itself, and the photo's report. A photo is done when source and recipe are those of a line and the file on disk has the bytes of that line; whatever differs
//! is done again. So nothing is believed that is not there.
//!
//! A line is appended and flushed to the disk *before* the card gets its name. Killed in between, there is a line without a card, and the photo is done again; killed later, both are there.
//! A card without a line is not ours, and is not replaced unless told to. A line cut off by a crash is dropped when the ledger is opened.
//!
//! One run at a time writes to a folder: the ledger is locked while it is open, by the system, which lets go when the process ends however it ends.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{self, BufRead as _, BufReader, Read as _, Seek as _, SeekFrom, Write as _};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};

use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use super::Destination;
use super::record::Record;
use crate::base::error::{Error, Result};
use crate::base::message::Message;
use crate::card::pipeline::FixOptions;
use crate::desk::source::slashed;
use crate::rules::spec::PhotoSpec;
use crate::words::failure::Failure;
use crate::words::report::PhotoReport;

/// The ledger's name in the output folder. Hidden: a folder of cards is to hold cards.
pub const NAME: &str = ".baidi-ledger.jsonl";

/// A SHA-256, by which contents are known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Digest([u8; 32]);

impl Digest {
    /// The digest of `bytes`.
    #[must_use]
    pub fn of(bytes: &[u8]) -> Self {
        Self(Sha256::digest(bytes).into())
    }

    /// The digest of a file's content, read in pieces.
    ///
    /// # Errors
    /// What the system says.
    pub fn of_file(path: &Path) -> io::Result<Self> {
        let mut file = File::open(path)?;
        let mut hasher = Sha256::new();
        let mut piece = vec![0; 1 << 16];
        loop {
            let read = file.read(&mut piece)?;
            match piece.get(..read) {
                Some(read) if !read.is_empty() => hasher.update(read),
                _ => return Ok(Self(hasher.finalize().into())),
            }
        }
    }

    fn parse(text: &str) -> Option<Self> {
        let mut bytes = [0; 32];
        if text.len() != 64 || !text.is_ascii() {
            return None;
        }
        for (i, byte) in bytes.iter_mut().enumerate() {
            *byte = u8::from_str_radix(text.get(2 * i..2 * i + 2)?, 16).ok()?;
        }
        Some(Self(bytes))
    }
}

impl fmt::Display for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

/// The program as far as cards depend on it: a digest, taken by the build script, of the networks and of all code that makes or judges a card.
const MADE_OF: &str = env!("BAIDI_MADE_OF");

/// What, besides the source, decides a card's bytes and what is said of it.
#[must_use]
pub fn recipe(spec: &PhotoSpec, options: &FixOptions, strict: bool, matte: bool) -> Digest {
    recipe_of(MADE_OF, spec, options, strict, matte)
}

fn recipe_of(
    made_of: &str,
    spec: &PhotoSpec,
    options: &FixOptions,
    strict: bool,
    matte: bool,
) -> Digest {
    let form = serde_json::json!({
        "baidi": env!("CARGO_PKG_VERSION"),
        "made-of": made_of,
        "spec": spec,
        "options": options,
        "strict": strict,
        "matte": matte,
    });
    Digest::of(form.to_string().as_bytes())
}

#[derive(Serialize, Deserialize)]
struct Line {
    card: String,
    /// The photo's place below the folder that was named.
    input: String,
    source: String,
    recipe: String,
    /// The card's digest; `None` where `--strict` withheld it.
    sha256: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    matte: Option<String>,
    photo: Record,
}

/// The part of a line that is looked at for every photo; the rest is looked up.
#[derive(Debug, Clone)]
struct Entry {
    input: String,
    source: Digest,
    recipe: Digest,
    card: Option<Digest>,
    matte: Option<Digest>,
    offset: u64,
}

/// The heads of a line, without what is long.
#[derive(Deserialize)]
struct Heads {
    card: String,
    input: String,
    source: String,
    recipe: String,
    sha256: Option<String>,
    #[serde(default)]
    matte: Option<String>,
}

#[derive(Debug)]
struct State {
    file: Option<File>,
    end: u64,
    entries: BTreeMap<String, Vec<Entry>>,
    sources: BTreeSet<Digest>,
}

impl State {
    fn new(file: Option<File>, end: u64, entries: BTreeMap<String, Vec<Entry>>) -> Self {
        let sources = entries.values().flatten().map(|e| e.source).collect();
        Self { file, end, entries, sources }
    }
}

/// What was done in an output folder.
#[derive(Debug)]
pub struct Ledger {
    root: PathBuf,
    path: PathBuf,
    state: Mutex<State>,
}

impl Ledger {
    /// The ledger of the folder `root`, which is made where it is missing, locked for this process.
    ///
    /// # Errors
    /// A [`Failure`] when another run writes to the folder, or the file cannot be read or written.
    pub fn open(root: &Path) -> Result<Self, Failure> {
        let path = root.join(NAME);
        let failed = |action, source| Error::Io { action, path: path.clone(), source };
        fs::create_dir_all(root).map_err(|e| Error::Io {
            action: "create",
            path: root.to_owned(),
            source: e,
        })?;
        let mut file = OpenOptions::new()
            .read(true)
            .write(true)
            .create(true)
            .truncate(false)
            .open(&path)
            .map_err(|e| failed("write", e))?;
        // Where the file system knows no locks, nobody is kept out.
        if let Err(TryLockError::WouldBlock) = file.try_lock() {
            let text = root.display().to_string();
            return Err(Failure::with(Message::new("job-folder-busy").text("path", text)));
        }
        let (entries, end) = read(&mut file).map_err(|e| failed("read", e))?;
        // Behind the last whole line there is what a crash left of the next.
        file.set_len(end).map_err(|e| failed("write", e))?;
        Ok(Self {
            root: root.to_owned(),
            path,
            state: Mutex::new(State::new(Some(file), end, entries)),
        })
    }

    /// The ledger of `root` for looking only, as a dry run does: nothing is made, nothing is locked. Where there is none it is empty.
    #[must_use]
    pub fn peek(root: &Path) -> Self {
        let path = root.join(NAME);
        let file = File::open(&path).ok();
        let (entries, end) =
            file.and_then(|mut file| read(&mut file).ok()).unwrap_or_else(|| (BTreeMap::new(), 0));
        let state = Mutex::new(State::new(None, end, entries));
        Self { root: root.to_owned(), path, state }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A card's name in the ledger: its place below the folder, with `/` on every system.
    fn key(&self, card: &Path) -> String {
        slashed(card.strip_prefix(&self.root).unwrap_or(card))
    }

    /// The report of the card at `to`, if it was made from `source` by `recipe` and is there as it was written.
    #[must_use]
    pub fn finished(
        &self,
        to: &Destination,
        source: &Digest,
        recipe: &Digest,
    ) -> Option<PhotoReport> {
        let entry = {
            let state = self.lock();
            let entries = state.entries.get(&self.key(&to.card))?;
            entries.iter().rev().find(|e| e.source == *source && e.recipe == *recipe)?.clone()
        };
        let there = |path: &Path, digest: Digest| Digest::of_file(path).ok() == Some(digest);
        if entry.card.is_some_and(|digest| !there(&to.card, digest)) {
            return None;
        }
        if let Some(matte) = &to.matte
            && entry.card.is_some()
            && !entry.matte.is_some_and(|digest| there(matte, digest))
        {
            return None;
        }
        let line: Line = serde_json::from_str(&self.line(entry.offset).ok()?).ok()?;
        let written = line.photo.written();
        let report = line.photo.report()?;
        Some(PhotoReport { output: written.then(|| to.card.clone()), ..report })
    }

    fn line(&self, offset: u64) -> io::Result<String> {
        // A handle of its own: the one that appends is at the end.
        let mut file = File::open(&self.path)?;
        file.seek(SeekFrom::Start(offset))?;
        let mut line = String::new();
        BufReader::new(file).read_line(&mut line)?;
        Ok(line)
    }

    /// Whether the file at `path` is, byte for byte, one that was made here: it may be replaced. `card` is the card it belongs to.
    #[must_use]
    pub fn made(&self, card: &Path, path: &Path) -> bool {
        let known: Vec<Digest> = {
            let state = self.lock();
            let Some(entries) = state.entries.get(&self.key(card)) else { return false };
            entries.iter().flat_map(|e| [e.card, e.matte]).flatten().collect()
        };
        Digest::of_file(path).is_ok_and(|digest| known.contains(&digest))
    }

    /// What was last said of the card at `path`, which is there as it was written, or was withheld; whatever it was made from.
    #[must_use]
    pub fn last(&self, card: &Path) -> Option<PhotoReport> {
        let entry = self.lock().entries.get(&self.key(card))?.last()?.clone();
        if entry.card.is_some_and(|digest| Digest::of_file(card).ok() != Some(digest)) {
            return None;
        }
        let line: Line = serde_json::from_str(&self.line(entry.offset).ok()?).ok()?;
        let written = line.photo.written();
        Some(PhotoReport {
            input: line.input.into(),
            output: written.then(|| card.to_owned()),
            resumed: true,
            ..line.photo.report()?
        })
    }

    /// Whether a card was made from a source with these bytes.
    #[must_use]
    pub fn knows(&self, source: &Digest) -> bool {
        self.lock().sources.contains(source)
    }

    /// The place of the photo that the card was last made from.
    #[must_use]
    pub fn owner(&self, card: &Path) -> Option<String> {
        let state = self.lock();
        Some(state.entries.get(&self.key(card))?.last()?.input.clone())
    }

    /// Writes down that the card at `to`, made from the photo at the place `input`, is about to get its name, with the bytes of `card`; `None` where it is withheld.
    ///
    /// # Errors
    /// [`Error::Io`] when it cannot be written; then the card must not get its name.
    pub fn note(
        &self,
        input: &str,
        to: &Destination,
        source: &Digest,
        recipe: &Digest,
        card: Option<&[u8]>,
        matte: Option<&[u8]>,
        photo: &PhotoReport,
    ) -> Result<()> {
        let Some(photo) = Record::of(photo) else { return Ok(()) };
        let (card, matte) = (card.map(Digest::of), matte.map(Digest::of));
        let key = self.key(&to.card);
        let line = Line {
            card: key.clone(),
            input: input.to_owned(),
            source: source.to_string(),
            recipe: recipe.to_string(),
            sha256: card.map(|d| d.to_string()),
            matte: matte.map(|d| d.to_string()),
            photo,
        };
        let failed = |source| Error::Io { action: "write", path: self.path.clone(), source };
        let mut text = serde_json::to_string(&line)
            .map_err(|e| Error::Internal { stage: "ledger", reason: e.to_string() })?;
        text.push('\n');
        let mut state = self.lock();
        let offset = state.end;
        let Some(file) = &mut state.file else { return Ok(()) };
        let written = file
            .seek(SeekFrom::Start(offset))
            .and_then(|_| file.write_all(text.as_bytes()))
            .and_then(|()| file.sync_data());
        if let Err(error) = written {
            // Half a line would spoil the next one.
            drop(file.set_len(offset));
            return Err(failed(error));
        }
        state.end = offset + text.len() as u64;
        let input = input.to_owned();
        let entry = Entry { input, source: *source, recipe: *recipe, card, matte, offset };
        state.sources.insert(*source);
        state.entries.entry(key).or_default().push(entry);
        Ok(())
    }
}

/// The whole lines of a ledger, and where the last one ends. A line that makes no sense is passed over: its photo is done again.
fn read(file: &mut File) -> io::Result<(BTreeMap<String, Vec<Entry>>, u64)> {
    let mut entries: BTreeMap<String, Vec<Entry>> = BTreeMap::new();
    let mut offset = 0;
    let mut reader = BufReader::new(file);
    let mut line = Vec::new();
    loop {
        line.clear();
        let length = reader.read_until(b'\n', &mut line)? as u64;
        if line.last() != Some(&b'\n') {
            return Ok((entries, offset));
        }
        if let Some((key, entry)) = entry(&line, offset) {
            entries.entry(key).or_default().push(entry);
        }
        offset += length;
    }
}

fn entry(line: &[u8], offset: u64) -> Option<(String, Entry)> {
    let heads: Heads = serde_json::from_slice(line).ok()?;
    let digest = |text: Option<&String>| match text {
        Some(text) => Digest::parse(text).map(Some),
        None => Some(None),
    };
    let entry = Entry {
        input: heads.input,
        source: Digest::parse(&heads.source)?,
        recipe: Digest::parse(&heads.recipe)?,
        card: digest(heads.sha256.as_ref())?,
        matte: digest(heads.matte.as_ref())?,
        offset,
    };
    Some((heads.card, entry))
}

#[cfg(test)]
#[expect(dead_code, reason = "its main is cargo's")]
#[path = "../../../build.rs"]
mod build;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::words::report::tests::sample;

    #[test]
    fn better_networks_and_other_rules_make_another_program_and_other_words_do_not() {
        let here = Path::new(env!("CARGO_MANIFEST_DIR"));
        assert_eq!(MADE_OF.len(), 32);
        let dir = tempfile::tempdir().expect("a folder");
        let copies = [
            "models/portrait.safetensors",
            "models/detector.safetensors",
            "models/matting.safetensors",
            "src/rules/check/roll.rs",
            "src/rules/spec/limits.toml",
            "src/rules/spec/builtin/shebao.toml",
            "src/words/catalogue/zh.ftl",
            "src/words/report.rs",
            "Cargo.lock",
        ];
        for name in copies {
            let to = dir.path().join(name);
            fs::create_dir_all(to.parent().expect("a folder")).expect("a folder");
            fs::copy(here.join(name), to).expect("a copy");
        }
        let made_of = || build::made_of(dir.path()).expect("readable");
        let mut before = made_of();
        for name in copies {
            let path = dir.path().join(name);
            let mut bytes = fs::read(&path).expect("a copy");
            *bytes.last_mut().expect("something") ^= 1;
            fs::write(&path, bytes).expect("written");
            let only_said = name.starts_with("src/words/");
            assert_eq!(made_of() == before, only_said, "{name}");
            before = made_of();
        }
    }

    fn to(dir: &Path, name: &str) -> Destination {
        Destination { card: dir.join(name), matte: None, renamed: false }
    }

    fn noted(ledger: &Ledger, to: &Destination, source: &[u8], card: &[u8]) {
        let photo = PhotoReport { output: Some(to.card.clone()), ..sample() };
        ledger
            .note(
                "in.jpg",
                to,
                &Digest::of(source),
                &Digest::of(b"recipe"),
                Some(card),
                None,
                &photo,
            )
            .expect("written");
    }

    #[test]
    fn a_digest_is_what_sha256sum_prints_and_is_read_back() {
        let digest = Digest::of(b"abc");
        let text = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
        assert_eq!(digest.to_string(), text);
        assert_eq!(Digest::parse(text), Some(digest));
        assert_eq!(Digest::parse(&text[1..]), None);
    }

    #[test]
    fn done_is_what_source_recipe_and_the_file_on_disk_agree_on() {
        let dir = tempfile::tempdir().expect("a folder");
        let (recipe, other) = (Digest::of(b"recipe"), Digest::of(b"other"));
        let a = to(dir.path(), "sub/a.jpg");
        {
            let ledger = Ledger::open(dir.path()).expect("a new ledger");
            noted(&ledger, &a, b"photo", b"card");
            assert!(ledger.finished(&a, &Digest::of(b"photo"), &recipe).is_none(), "no card yet");
        }
        fs::create_dir(dir.path().join("sub")).expect("a folder");
        fs::write(&a.card, b"card").expect("a card");
        let ledger = Ledger::open(dir.path()).expect("the ledger");
        let report = ledger.finished(&a, &Digest::of(b"photo"), &recipe).expect("done");
        assert_eq!(report.findings, sample().findings);
        assert_eq!(report.output.as_ref(), Some(&a.card));
        assert!(ledger.finished(&a, &Digest::of(b"another photo"), &recipe).is_none());
        assert!(
            ledger.finished(&to(dir.path(), "b.jpg"), &Digest::of(b"photo"), &recipe).is_none()
        );
        assert!(ledger.made(&a.card, &a.card));
        assert!(ledger.finished(&a, &Digest::of(b"photo"), &other).is_none());
        let last = ledger.last(&a.card).expect("there");
        assert_eq!((last.input.as_path(), last.status), (Path::new("in.jpg"), sample().status));
        fs::write(&a.card, b"touched").expect("a card");
        assert!(ledger.last(&a.card).is_none(), "not the card that was spoken of");
        assert!(ledger.finished(&a, &Digest::of(b"photo"), &recipe).is_none());
        assert!(!ledger.made(&a.card, &a.card));
    }

    #[test]
    fn a_torn_line_is_dropped_and_the_next_one_is_whole() {
        let dir = tempfile::tempdir().expect("a folder");
        let recipe = Digest::of(b"recipe");
        let (a, b) = (to(dir.path(), "a.jpg"), to(dir.path(), "b.jpg"));
        noted(&Ledger::open(dir.path()).expect("a ledger"), &a, b"1", b"a");
        let path = dir.path().join(NAME);
        let whole = fs::read(&path).expect("the ledger");
        for cut in [1, whole.len() / 2, whole.len() - 1] {
            fs::write(&path, [&whole[..], &whole[..cut]].concat()).expect("torn");
            noted(&Ledger::open(dir.path()).expect("a ledger"), &b, b"2", b"b");
            for (to, bytes) in [(&a, b"a"), (&b, b"b")] {
                fs::write(&to.card, bytes).expect("a card");
            }
            let ledger = Ledger::open(dir.path()).expect("a ledger");
            assert!(ledger.finished(&a, &Digest::of(b"1"), &recipe).is_some(), "cut at {cut}");
            assert!(ledger.finished(&b, &Digest::of(b"2"), &recipe).is_some(), "cut at {cut}");
        }
    }

    #[test]
    fn nonsense_in_a_ledger_is_passed_over() {
        let dir = tempfile::tempdir().expect("a folder");
        fs::write(dir.path().join(NAME), b"\n{}\nnull\n\xff\xfe\n{\"card\":\"a\"}\n")
            .expect("a file");
        let ledger = Ledger::open(dir.path()).expect("a ledger");
        let digest = Digest::of(b"1");
        assert!(ledger.finished(&to(dir.path(), "a"), &digest, &digest).is_none());
    }

    #[test]
    fn two_runs_do_not_write_to_one_folder() {
        let dir = tempfile::tempdir().expect("a folder");
        let first = Ledger::open(dir.path()).expect("a ledger");
        let refused = Ledger::open(dir.path()).expect_err("locked");
        assert_eq!(refused.message.key, "job-folder-busy");
        drop(first);
        Ledger::open(dir.path()).expect("free again");
    }

    #[test]
    fn the_recipe_changes_with_everything_that_changes_a_card() {
        let spec = PhotoSpec::builtin("shebao").expect("builtin");
        let plain = recipe(&spec, &FixOptions::default(), false, false);
        assert_eq!(plain, recipe(&spec, &FixOptions::default(), false, false));
        let mut wider = spec.clone();
        wider.file.max = crate::base::units::Bytes::new(20_001);
        let kept = FixOptions { keep_background: true, ..FixOptions::default() };
        let others = [
            recipe_of("other networks or rules", &spec, &FixOptions::default(), false, false),
            recipe(&wider, &FixOptions::default(), false, false),
            recipe(&spec, &kept, false, false),
            recipe(&spec, &FixOptions::default(), true, false),
            recipe(&spec, &FixOptions::default(), false, true),
        ];
        for (i, other) in others.iter().enumerate() {
            assert!(*other != plain && !others[i + 1..].contains(other), "{i}");
        }
    }
}
