//! Which photo is whose. What is not certain is reported, never guessed.
//!
//! The first of these that says anything decides: the roster's column of file names; the ID number in the photo's name; the photo's name being the person's name, alone or with
//! the ID number or its last four places. Two people for one photo, two photos for one person, and one picture under two names are all refused.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use super::{Person, Roster};
use crate::base::message::Message;
use crate::desk::batch::ledger::Digest;
use crate::desk::source::Source;
use crate::rules::id_number::IdNumber;
use crate::words::failure::Failure;

/// What came of the matching.
#[derive(Debug)]
pub struct Matched {
    /// One for one with the photos: the index of the person, or why there is none.
    pub photos: Vec<Result<usize, Failure>>,
    /// One for one with the photos: whose each would be, though it may be refused.
    pub owners: Vec<Option<usize>>,
    /// The people, by index, of whom there is no photo at all.
    pub missing: Vec<usize>,
}

/// Says of each of `sources` whose photo it is.
#[must_use]
pub fn matched(roster: &Roster, sources: &[&Source]) -> Matched {
    let index = Index::new(roster);
    let mut photos: Vec<Result<usize, Failure>> =
        sources.iter().map(|source| index.person(source)).collect();
    let owners: Vec<Option<usize>> = photos.iter().map(|p| p.as_ref().ok().copied()).collect();
    let found: BTreeSet<usize> = owners.iter().flatten().copied().collect();
    refuse_second_photos(&mut photos, sources, roster);
    refuse_same_pictures(&mut photos, sources, roster);
    let missing = (0..roster.people.len()).filter(|i| !found.contains(i)).collect();
    Matched { photos, owners, missing }
}

/// A text as it is compared: without case, blanks, and the signs that people put between the parts of a name.
fn bare(text: &str) -> String {
    text.chars()
        .filter(|c| !c.is_whitespace() && !['-', '_', '.', '·', '+', ','].contains(c))
        .flat_map(char::to_lowercase)
        .collect()
}

struct Index<'r> {
    roster: &'r Roster,
    files: BTreeMap<String, Vec<usize>>,
    ids: BTreeMap<String, Vec<usize>>,
    names: BTreeMap<String, Vec<usize>>,
}

impl<'r> Index<'r> {
    fn new(roster: &'r Roster) -> Self {
        let mut index =
            Self { roster, files: BTreeMap::new(), ids: BTreeMap::new(), names: BTreeMap::new() };
        for (i, person) in roster.people.iter().enumerate() {
            if let Some(file) = &person.file {
                index.files.entry(file.to_lowercase()).or_default().push(i);
            }
            if let Some(id) = &person.id {
                index.ids.entry(id.to_uppercase()).or_default().push(i);
            }
            if let Some(name) = &person.name {
                let name = bare(name);
                let mut keys = BTreeSet::from([name.clone()]);
                if let Some(id) = person.id.as_ref().map(|id| id.to_lowercase()) {
                    let skip = id.chars().count().saturating_sub(4);
                    let last: String = id.chars().skip(skip).collect();
                    for part in [&id, &last] {
                        keys.extend([format!("{name}{part}"), format!("{part}{name}")]);
                    }
                }
                for key in keys {
                    index.names.entry(key).or_default().push(i);
                }
            }
        }
        index
    }

    fn person(&self, source: &Source) -> Result<usize, Failure> {
        let path = source.path();
        let stem = path.file_stem().map(|s| s.to_string_lossy().into_owned()).unwrap_or_default();
        let one = |people: &[usize]| match people {
            [one] => self.sound(*one),
            several => Err(self.several(several)),
        };
        if let Some(people) = self.by_file(source, &stem) {
            return one(people);
        }
        let numbers: BTreeSet<String> =
            IdNumber::candidates(&stem).into_iter().map(str::to_uppercase).collect();
        let by_id: Vec<usize> =
            numbers.iter().filter_map(|n| self.ids.get(n)).flatten().copied().collect();
        let by_name = self.names.get(&bare(&stem));
        match (by_id.as_slice(), numbers.first()) {
            ([], Some(number)) => {
                Err(Failure::with(Message::new("roster-unknown-id").text("id", number.as_str())))
            }
            ([id], _) => self.sound(*id).and_then(|id| self.agreeing(id, &stem)),
            ([], None) => match by_name {
                Some(people) => one(people),
                None => self.by_plain_id(&stem).map_or_else(
                    || {
                        Err(Failure::with(
                            Message::new("roster-no-person").text("name", stem.as_str()),
                        ))
                    },
                    one,
                ),
            },
            (several, _) => Err(self.several(several)),
        }
    }

    fn by_file(&self, source: &Source, stem: &str) -> Option<&[usize]> {
        let relative = match source {
            Source::File { relative, .. } => relative.as_path(),
            Source::Stdin => Path::new(""),
        };
        let parts: Vec<_> =
            relative.components().map(|c| c.as_os_str().to_string_lossy()).collect();
        let name = parts.last().map(ToString::to_string).unwrap_or_default();
        [parts.join("/"), name, stem.to_owned()]
            .iter()
            .find_map(|key| self.files.get(&key.to_lowercase()))
            .map(Vec::as_slice)
    }

    /// Numbers of other documents, which cannot be told from other digits: the whole name must be the number.
    fn by_plain_id(&self, stem: &str) -> Option<&[usize]> {
        self.ids.get(&stem.trim().to_uppercase()).map(Vec::as_slice)
    }

    /// The person, unless the ID number cannot be right: a card under a wrong number is worse than none.
    fn sound(&self, person: usize) -> Result<usize, Failure> {
        match self.roster.people.get(person).and_then(|p| p.wrong_id.as_ref()) {
            Some(wrong) => Err(Failure::with(wrong.clone())),
            None => Ok(person),
        }
    }

    /// The person, unless the rest of the photo's name is somebody else's name.
    fn agreeing(&self, person: usize, stem: &str) -> Result<usize, Failure> {
        let Some(known) = self.roster.people.get(person) else { return Ok(person) };
        let id = known.id.as_deref().unwrap_or_default();
        let rest = bare(&stem.to_uppercase().replace(id, ""));
        match self.names.get(&rest) {
            Some(others) if !rest.is_empty() && !others.contains(&person) => {
                let all: Vec<usize> = [person].into_iter().chain(others.iter().copied()).collect();
                Err(self.several(&all))
            }
            _ => Ok(person),
        }
    }

    fn several(&self, people: &[usize]) -> Failure {
        Failure::with(Message::new("roster-several-people").text("people", self.list(people)))
    }

    fn list(&self, people: &[usize]) -> String {
        let people = people.iter().filter_map(|i| self.roster.people.get(*i));
        let lines: Vec<String> = people.map(line).collect();
        lines.join(", ")
    }
}

/// A person as messages name one.
fn line(person: &Person) -> String {
    format!("{} (:{})", person.called(), person.line)
}

fn list(sources: &[&Source], photos: &[usize]) -> String {
    let paths = photos.iter().filter_map(|i| sources.get(*i));
    paths.map(|s| s.path().display().to_string()).collect::<Vec<_>>().join(", ")
}

fn refuse_second_photos(
    photos: &mut [Result<usize, Failure>],
    sources: &[&Source],
    roster: &Roster,
) {
    let mut of: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
    for (photo, person) in photos.iter().enumerate() {
        if let Ok(person) = person {
            of.entry(*person).or_default().push(photo);
        }
    }
    for (person, several) in of.into_iter().filter(|(_, photos)| photos.len() > 1) {
        let called = roster.people.get(person).map(line).unwrap_or_default();
        let message = Message::new("roster-several-photos")
            .text("person", called)
            .text("photos", list(sources, &several));
        for photo in several {
            if let Some(slot) = photos.get_mut(photo) {
                *slot = Err(Failure::with(message.clone()));
            }
        }
    }
}

/// The same bytes under two people's names: one of them is not that person. Files are only read where others have the same length.
fn refuse_same_pictures(
    photos: &mut [Result<usize, Failure>],
    sources: &[&Source],
    roster: &Roster,
) {
    let matched: Vec<usize> =
        photos.iter().enumerate().filter(|(_, p)| p.is_ok()).map(|(i, _)| i).collect();
    let grouped = |photos: &[usize], key: &dyn Fn(&Path) -> Option<String>| {
        let mut groups: BTreeMap<String, Vec<usize>> = BTreeMap::new();
        for photo in photos {
            if let Some(key) = sources.get(*photo).and_then(|s| key(s.path())) {
                groups.entry(key).or_default().push(*photo);
            }
        }
        groups.into_values().filter(|g| g.len() > 1).collect::<Vec<_>>()
    };
    let length = |path: &Path| Some(fs::metadata(path).ok()?.len().to_string());
    let digest = |path: &Path| Some(Digest::of_file(path).ok()?.to_string());
    for alike in grouped(&matched, &length) {
        for same in grouped(&alike, &digest) {
            let people = same.iter().filter_map(|i| photos.get(*i)?.as_ref().ok());
            let people: Vec<String> =
                people.filter_map(|p| roster.people.get(*p)).map(line).collect();
            let message = Message::new("roster-same-picture")
                .text("photos", list(sources, &same))
                .text("people", people.join(", "));
            for photo in same {
                if let Some(slot) = photos.get_mut(photo) {
                    *slot = Err(Failure::with(message.clone()));
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TABLE: &str = "姓名,身份证号,照片\n张三,11010519491231002x,\n李四,440524188001010014,DSC1.jpg\n王五,,\n王五,,\n赵六,110105194912310021,\nAnn Lee,E23456789,\n";

    fn outcomes(files: &[(&str, &str)]) -> (Vec<String>, Vec<u64>) {
        let dir = tempfile::tempdir().expect("a folder");
        let roster = Roster::parse(TABLE.as_bytes()).expect("a table");
        let sources: Vec<Source> = files
            .iter()
            .map(|(name, bytes)| {
                let path = dir.path().join(name);
                fs::write(&path, bytes).expect("a file");
                Source::File { path, relative: name.into(), folder: Some(dir.path().to_owned()) }
            })
            .collect();
        let matched = matched(&roster, &sources.iter().collect::<Vec<_>>());
        let said = matched.photos.into_iter().map(|p| match p {
            Ok(person) => roster.people[person].called(),
            Err(failure) => failure.message.key,
        });
        (said.collect(), matched.missing.iter().map(|i| roster.people[*i].line).collect())
    }

    #[test]
    fn by_file_column_by_number_and_by_name() {
        let (photos, missing) = outcomes(&[
            ("dsc1.JPG", "a"),
            ("zs-11010519491231002X (2).jpg", "b"),
            ("e23456789.png", "c"),
        ]);
        assert_eq!(
            photos,
            ["李四 440524188001010014", "张三 11010519491231002X", "Ann Lee E23456789"]
        );
        assert_eq!(missing, [4, 5, 6]);
        assert_eq!(
            outcomes(&[("张三_002X.jpg", "a"), ("ann lee.jpg", "b")]).0,
            ["张三 11010519491231002X", "Ann Lee E23456789"]
        );
    }

    #[test]
    fn what_is_not_certain_is_refused_with_the_reason() {
        for (file, key) in [
            ("IMG_0001.jpg", "roster-no-person"),
            ("王五.jpg", "roster-several-people"),
            ("赵六.jpg", "roster-check-digit"),
            ("11010519491231002X李四.jpg", "roster-several-people"),
            ("110101199003070011.jpg", "roster-unknown-id"),
        ] {
            assert_eq!(outcomes(&[(file, "x")]).0, [key], "{file}");
        }
    }

    #[test]
    fn one_person_twice_and_one_picture_twice_are_refused() {
        let (photos, missing) = outcomes(&[("张三.jpg", "a"), ("11010519491231002X.png", "b")]);
        assert_eq!(photos, ["roster-several-photos"; 2]);
        assert_eq!(missing, [3, 4, 5, 6, 7], "张三 is not missing");
        let (photos, _) =
            outcomes(&[("张三.jpg", "same"), ("DSC1.jpg", "same"), ("Ann Lee.jpg", "also")]);
        assert_eq!(photos, ["roster-same-picture", "roster-same-picture", "Ann Lee E23456789"]);
    }
}
