//! Whose the photos are: a table of people read and matched, and the order book kept from overwriting it.

use std::collections::BTreeMap;
use std::fs;
use std::io::Read as _;
use std::path::{Path, PathBuf};

use super::failure;
use super::targets::place;
use crate::base::error::Error;
use crate::base::message::Message;
use crate::cli::args::FixArgs;
use crate::desk::batch::naming::{self, Apart, Named};
use crate::desk::batch::{WorkItem, exists};
use crate::desk::roster::book::Book;
use crate::desk::roster::template::Template;
use crate::desk::roster::{Roster, matching};
use crate::desk::source::Source;
use crate::words::failure::Failure;

/// Who the photos are of, for the order book.
#[derive(Debug)]
pub struct People {
    /// The people.
    pub roster: Roster,
    /// Whose each photo is, by the path reports name it with.
    pub of_photo: BTreeMap<PathBuf, usize>,
    /// People whose photos were refused, with the photo and why.
    pub troubles: Vec<(usize, PathBuf, Failure)>,
    /// Photos that are nobody's, and why.
    pub strangers: Vec<(PathBuf, Failure)>,
    /// Where each person's cards are or will be, as far as that follows from the roster alone.
    pub cards: Vec<Vec<PathBuf>>,
    /// Where the book goes: the page and the table.
    pub book: [PathBuf; 2],
}

/// No table of people is longer.
const MAX_ROSTER_BYTES: u64 = 256 << 20;

/// The people of the table at `path`.
pub(super) fn roster(path: &Path, sheet: Option<&str>) -> Result<Roster, Failure> {
    let failed = |source| Error::Io { action: "read", path: path.to_owned(), source };
    if fs::metadata(path).map_err(failed)?.len() > MAX_ROSTER_BYTES {
        return Err(Failure::new("roster-broken").because(format!("> {MAX_ROSTER_BYTES} bytes")));
    }
    let bytes = fs::read(path).map_err(failed)?;
    Roster::read(&bytes, sheet).map_err(|failure| failure.because(path.display().to_string()))
}

/// What a roster says of photos.
pub(super) struct ByRoster {
    /// What each photo's cards are called, or why there must be none.
    pub(super) cards: Vec<Result<Vec<Named>, Failure>>,
    /// Orders for those of whom there is no photo.
    pub(super) missing: Vec<WorkItem>,
    pub(super) people: People,
}

/// The names of the order book's page and table in the folder of cards.
const BOOK: [&str; 2] = ["order-book.html", "order-book.csv"];

/// A card's path per photo as the roster names it, and an order refused for everybody of whom there is no photo: who is missing is in every report.
pub(super) fn by_roster(
    roster: Roster,
    path: &Path,
    pattern: Option<&str>,
    sources: &[&Source],
    folder: &Path,
    specs: &[&str],
    apart: Apart,
) -> Result<ByRoster, Failure> {
    let pattern = pattern.unwrap_or(if roster.has_id { "{id}.jpg" } else { "{name}.jpg" });
    let template = Template::parse(pattern, &roster)?;
    let matched = matching::matched(&roster, sources);
    let person = |index: usize| roster.people.get(index);
    let mut names: Vec<Result<String, Failure>> = matched
        .photos
        .into_iter()
        .zip(sources)
        .map(|(index, source)| {
            let stem = source.path().file_stem().unwrap_or_default().to_string_lossy();
            let person = person(index?).ok_or_else(|| Failure::new("roster-no-person"))?;
            template.name(person, &stem)
        })
        .collect();
    // Two people whose cards would have one name: a number behind it would be our guess at what the portal wants.
    let mut count: BTreeMap<String, usize> = BTreeMap::new();
    for name in names.iter().flatten() {
        *count.entry(name.to_lowercase()).or_default() += 1;
    }
    for name in &mut names {
        if let Ok(taken) = name
            && count.get(&taken.to_lowercase()).is_some_and(|n| *n > 1)
        {
            let same = Message::new("roster-same-card").text("name", taken.as_str());
            *name = Err(Failure::with(same.text("pattern", pattern)));
        }
    }
    let paths = |name: &str| -> Vec<PathBuf> {
        let of_spec = |spec: &&str| folder.join(naming::of_spec(name, spec, specs.len(), apart));
        specs.iter().map(of_spec).collect()
    };
    let (mut of_photo, mut troubles, mut strangers) = (BTreeMap::new(), Vec::new(), Vec::new());
    // A name that needs the photo's own cannot be told before there is one.
    let mut cards: Vec<Vec<PathBuf>> = roster
        .people
        .iter()
        .map(|person| template.name(person, "").map_or_else(|_| Vec::new(), |name| paths(&name)))
        .collect();
    for ((name, source), owner) in names.iter().zip(sources).zip(&matched.owners) {
        let photo = source.path().to_owned();
        match (name, owner) {
            (Ok(name), Some(person)) => {
                if let Some(known) = cards.get_mut(*person) {
                    *known = paths(name);
                }
                of_photo.insert(photo, *person);
            }
            (Err(failure), Some(person)) => troubles.push((*person, photo, failure.clone())),
            (Err(failure), None) => strangers.push((photo, failure.clone())),
            (Ok(_), None) => {}
        }
    }
    let named = names
        .into_iter()
        .map(|name| {
            let named = |path| Named { path, renamed: false };
            Ok(paths(&name?).into_iter().map(named).collect())
        })
        .collect();
    let missing = matched.missing.into_iter().filter_map(person).map(|person| {
        let input = PathBuf::from(format!("{}:{}", path.display(), person.line));
        let missing = Message::new("roster-missing").text("person", person.called());
        WorkItem::Refused { input, failure: Failure::with(missing) }
    });
    let missing = missing.collect();
    let book = BOOK.map(|name| folder.join(name));
    let people = People { roster, of_photo, troubles, strangers, cards, book };
    Ok(ByRoster { cards: named, missing, people })
}

/// Refuses to write the order book over the roster itself, or over what is not an order book.
pub(super) fn free_for_book(people: &People, args: &FixArgs) -> Result<(), Failure> {
    for path in &people.book {
        let there = place(path);
        if args.roster.as_ref().is_some_and(|roster| place(roster) == there) {
            return Err(failure("roster-is-book", path));
        }
        let ours = || {
            let mut head = Vec::new();
            let opened = fs::File::open(path).ok()?;
            opened.take(MAX_HEAD).read_to_end(&mut head).ok()?;
            Some(Book::is_ours(&head))
        };
        if path.symlink_metadata().is_ok() && !args.force && ours() != Some(true) {
            return Err(exists(path));
        }
    }
    Ok(())
}

/// Bytes of an order book in which it says that it is one.
const MAX_HEAD: u64 = 64 << 10;
