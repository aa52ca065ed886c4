//! A folder that photos keep coming into: which of them may be opened now, and what each card is called.
//!
//! A file is ready when its length and time have not changed for a while *and* it decodes to its last row: cameras, copying programs and networks write in chunks and pause
//! between them. A file that stays unreadable is given up after a longer while and reported, so that nothing waits for ever. Nothing here sleeps or reads a clock; whoever calls says
//! what time it is.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant, SystemTime};

use walkdir::WalkDir;

use crate::desk::batch::ledger::Ledger;
use crate::desk::source::{self, Source};
use crate::input::decode::{self, Format, Limits, Note, Reduction, SourceFacts};

/// What the file system says of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FileState {
    /// Bytes.
    pub length: u64,
    /// When it was last written, where the system says so.
    pub modified: Option<SystemTime>,
}

/// How patient the watch is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Patience {
    /// How long a file must stay as it is before it is opened. Default: 1 s; a camera's card reader writes at least every few hundred milliseconds.
    pub settle: Duration,
    /// How long an unreadable file may stay as it is before it is given up. Default: 60 s; transfers over wireless networks stall for that long and go on.
    pub give_up: Duration,
}

impl Default for Patience {
    fn default() -> Self {
        Self { settle: Duration::from_secs(1), give_up: Duration::from_secs(60) }
    }
}

#[derive(Debug)]
struct Followed {
    look: FileState,
    since: Instant,
    asked: Instant,
    taken: bool,
}

/// Follows the files of a folder until each is ready.
#[derive(Debug)]
pub struct Settling {
    patience: Patience,
    files: BTreeMap<PathBuf, Followed>,
}

impl Settling {
    /// Nothing seen yet.
    #[must_use]
    pub const fn new(patience: Patience) -> Self {
        Self { patience, files: BTreeMap::new() }
    }

    /// Takes in what is there `now` and returns the files that have become ready, each once until it changes. `whole` says whether a file decodes to its end; it is
    /// asked only of files that have settled, and not more often than every settling time.
    pub fn observe(
        &mut self,
        now: Instant,
        there: &BTreeMap<PathBuf, FileState>,
        whole: impl Fn(&Path) -> bool,
    ) -> Vec<PathBuf> {
        self.files.retain(|path, _| there.contains_key(path));
        let mut ready = Vec::new();
        for (path, look) in there {
            let seen = self.files.entry(path.clone()).or_insert(Followed {
                look: *look,
                since: now,
                asked: now,
                taken: false,
            });
            if seen.look != *look {
                *seen = Followed { look: *look, since: now, asked: now, taken: false };
            }
            let quiet = now.saturating_duration_since(seen.since);
            let due = now.saturating_duration_since(seen.asked) >= self.patience.settle;
            if seen.taken || quiet < self.patience.settle || !due {
                continue;
            }
            seen.asked = now;
            if (look.length > 0 && whole(path)) || quiet >= self.patience.give_up {
                seen.taken = true;
                ready.push(path.clone());
            }
        }
        ready
    }

    /// How many files are there that are not ready yet.
    #[must_use]
    pub fn waiting(&self) -> usize {
        self.files.values().filter(|seen| !seen.taken).count()
    }
}

/// The pictures below `folder` as the system shows them now, without hidden ones and without what lies below `except`.
///
/// # Errors
/// What the system says when the folder itself cannot be listed. Below it, what cannot be looked at is not there yet.
pub fn look(folder: &Path, except: &Path) -> std::io::Result<BTreeMap<PathBuf, FileState>> {
    fs::read_dir(folder)?;
    let except = fs::canonicalize(except).ok();
    let hidden = |name: &std::ffi::OsStr| name.as_encoded_bytes().starts_with(b".");
    let entries = WalkDir::new(folder).follow_links(true).into_iter().filter_entry(|entry| {
        entry.depth() == 0
            || !(hidden(entry.file_name())
                || entry.file_type().is_dir()
                    && except.is_some()
                    && fs::canonicalize(entry.path()).ok() == except)
    });
    let pictures = entries
        .filter_map(Result::ok)
        .filter(|e| e.file_type().is_file() && source::looks_like_a_picture(e.path()));
    Ok(pictures
        .filter_map(|entry| {
            let meta = entry.metadata().ok()?;
            let look = FileState { length: meta.len(), modified: meta.modified().ok() };
            Some((entry.into_path(), look))
        })
        .collect())
}

/// Whether the file decodes to its last row, at the smallest size, and has its end, which a writer may still owe.
#[must_use]
pub fn is_whole(path: &Path) -> bool {
    let source = Source::File { path: path.to_owned(), relative: path.into(), folder: None };
    let Ok(bytes) = source.read() else { return false };
    let decoded = decode::decode(&bytes, &Limits::default(), Reduction::Eighth);
    decoded.is_ok_and(|photo| {
        !photo.notes.iter().any(|note| matches!(note, Note::DamagedPart { .. }))
            && has_end(&bytes, &photo.facts)
    })
}

/// Whether a file of a format that says where it ends has that end; what follows it does not matter.
fn has_end(bytes: &[u8], facts: &SourceFacts) -> bool {
    match facts.format {
        Format::Jpeg => facts.jpeg.as_ref().is_none_or(|jpeg| jpeg.eoi),
        // ISO/IEC 15948:2004, 11.2.5
        Format::Png => bytes.windows(8).any(|w| w == b"IEND\xAE\x42\x60\x82"),
        // the length of a RIFF file counts from after itself
        Format::WebP => match bytes.get(4..8) {
            Some(&[a, b, c, d]) => {
                bytes.len() as u64 >= u64::from(u32::from_le_bytes([a, b, c, d])) + 8
            }
            _ => false,
        },
        // The others do not say where they end.
        _ => true,
    }
}

/// Gives every photo of a watched folder its card's path, and never one card to two photos: not today, and not after a restart.
#[derive(Debug, Default)]
pub struct Names {
    given: BTreeMap<PathBuf, String>,
}

impl Names {
    /// The card of the photo at `relative` below the watched folder, in the output folder `root`: the photo's place with `.jpg`. Where another photo has that card, or it is somebody
    /// else's file, the photo's extension follows the stem, then `-2`, `-3`, …
    ///
    /// The first to come keeps its card: unlike a batch, a watch does not know what is still to come. `suffix` is what stands between stem and ending.
    pub fn card(&mut self, relative: &Path, suffix: &str, root: &Path, ledger: &Ledger) -> PathBuf {
        let input = source::slashed(relative);
        let stem = relative.file_stem().map(|s| s.to_string_lossy().into_owned());
        let stem = stem.unwrap_or_default();
        let kind = relative.extension().map(|e| e.to_string_lossy().to_lowercase());
        let longer = kind.map_or_else(|| stem.clone(), |kind| format!("{stem}-{kind}"));
        let folder = root.join(relative.parent().unwrap_or(Path::new("")));
        let numbered = (2..).map(|number| format!("{longer}-{number}"));
        let names = [stem, longer.clone()].into_iter().chain(numbered);
        for name in names {
            let card = folder.join(format!("{name}{suffix}.jpg"));
            let free = match self.given.get(&card) {
                Some(owner) => *owner == input,
                None => match ledger.owner(&card) {
                    Some(owner) => owner == input,
                    None => card.symlink_metadata().is_err(),
                },
            };
            if free {
                self.given.insert(card.clone(), input);
                return card;
            }
        }
        // The names never end.
        folder.join(format!("{longer}{suffix}.jpg"))
    }
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;

    use super::*;

    #[test]
    fn a_picture_whose_last_bytes_are_still_to_come_is_not_whole() {
        let dir = tempfile::tempdir().expect("a folder");
        let picture =
            image::RgbImage::from_fn(40, 30, |x, y| image::Rgb([x as u8 * 5, y as u8 * 8, 90]));
        for (name, owed) in [("a.png", 1), ("a.png", 12), ("a.jpg", 2), ("a.webp", 1)] {
            let path = dir.path().join(name);
            picture.save(&path).expect("written");
            assert!(is_whole(&path), "{name}");
            let bytes = fs::read(&path).expect("readable");
            fs::write(&path, &bytes[..bytes.len() - owed]).expect("written");
            assert!(!is_whole(&path), "{name} without its last {owed}");
            fs::write(&path, [&bytes[..], b"and more"].concat()).expect("written");
            assert!(is_whole(&path), "{name} with something behind it");
        }
    }

    fn there(files: &[(&str, u64)]) -> BTreeMap<PathBuf, FileState> {
        let look = |length| FileState { length, modified: None };
        files.iter().map(|(path, length)| (PathBuf::from(path), look(*length))).collect()
    }

    /// A watch whose time is counted in tenths of a second.
    struct Time(Settling, Instant, Cell<u32>);

    impl Time {
        fn new() -> Self {
            Self(Settling::new(Patience::default()), Instant::now(), Cell::new(0))
        }

        fn at(&mut self, tenths: u64, files: &[(&str, u64)], whole: bool) -> usize {
            let now = self.1 + Duration::from_millis(100 * tenths);
            let asked = &self.2;
            let ask = |_: &Path| {
                asked.set(asked.get() + 1);
                whole
            };
            self.0.observe(now, &there(files), ask).len()
        }
    }

    #[test]
    fn a_file_that_grows_is_not_opened_before_it_rests() {
        let mut time = Time::new();
        for tenths in 0..30 {
            assert_eq!(time.at(tenths, &[("a.jpg", 100 + tenths / 5)], true), 0, "at {tenths}");
        }
        assert_eq!(time.2.get(), 0, "never even tried");
        assert_eq!(time.0.waiting(), 1);
        assert_eq!(time.at(35, &[("a.jpg", 105)], true), 1);
        assert_eq!(time.at(60, &[("a.jpg", 105)], true), 0, "once is enough");
        assert_eq!(time.0.waiting(), 0);
    }

    #[test]
    fn half_a_file_that_rests_waits_until_it_is_whole() {
        let mut time = Time::new();
        for tenths in 0..100 {
            assert_eq!(time.at(tenths, &[("a.jpg", 100)], false), 0);
        }
        assert!((5..=10).contains(&time.2.get()), "asked {} times in 10 s", time.2.get());
        assert_eq!(time.at(101, &[("a.jpg", 200)], true), 0);
        assert_eq!(time.at(111, &[("a.jpg", 200)], true), 1);
    }

    #[test]
    fn what_never_becomes_whole_is_given_up_and_an_empty_file_is_never_tried() {
        let mut time = Time::new();
        let ready: usize = (0..700).map(|tenths| time.at(tenths, &[("empty.jpg", 0)], true)).sum();
        assert_eq!((ready, time.2.get()), (1, 0));
    }

    #[test]
    fn the_same_name_with_other_content_is_ready_again() {
        let mut time = Time::new();
        time.at(0, &[("a.jpg", 1)], true);
        assert_eq!(time.at(10, &[("a.jpg", 1)], true), 1);
        time.at(20, &[("a.jpg", 2)], true);
        assert_eq!(time.at(30, &[("a.jpg", 2)], true), 1);
        // Taken away and put back, it is new as well.
        time.at(40, &[], true);
        time.at(50, &[("a.jpg", 2)], true);
        assert_eq!(time.at(60, &[("a.jpg", 2)], true), 1);
    }

    #[test]
    fn two_photos_never_get_one_card_and_a_strangers_file_is_left_alone() {
        let dir = tempfile::tempdir().expect("a folder");
        let ledger = Ledger::peek(dir.path());
        let mut names = Names::default();
        let mut name = |relative: &str| {
            let card = names.card(Path::new(relative), "", dir.path(), &ledger);
            source::slashed(card.strip_prefix(dir.path()).expect("below"))
        };
        fs::write(dir.path().join("b.jpg"), b"somebody's").expect("a file");
        assert_eq!(name("a.jpg"), "a.jpg");
        assert_eq!(name("a.png"), "a-png.jpg");
        assert_eq!(name("a.PNG"), "a-png-2.jpg");
        assert_eq!(name("a.jpg"), "a.jpg", "the same photo, shot again");
        assert_eq!(name("b.jpg"), "b-jpg.jpg");
        assert_eq!(name("sub/a.jpg"), "sub/a.jpg");
    }

    #[test]
    fn only_visible_pictures_outside_the_output_are_seen() {
        let dir = tempfile::tempdir().expect("a folder");
        for name in ["a.jpg", ".b.jpg", "c.txt", "sub/d.png", "out/e.jpg", "f.jpg.part"] {
            let path = dir.path().join(name);
            fs::create_dir_all(path.parent().expect("a parent")).expect("folders");
            fs::write(path, b"x").expect("a file");
        }
        let seen = look(dir.path(), &dir.path().join("out")).expect("listed");
        let names: Vec<_> = seen.keys().map(|p| p.file_name().expect("a name")).collect();
        assert_eq!(names, ["a.jpg", "d.png"]);
        assert!(look(&dir.path().join("gone"), dir.path()).is_err());
    }
}
