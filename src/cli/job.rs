//! What was typed → what is to be done: resolved and validated before any photo is opened.

use std::collections::BTreeMap;
use std::fs;
use std::io::Read as _;
use std::num::NonZero;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use super::args::{CardArgs, CheckArgs, FixArgs};
use crate::base::error::Error;
use crate::base::message::Message;
use crate::base::units::Bytes;
use crate::card::pipeline::FixOptions;
use crate::counter::question::narrow;
use crate::desk::batch::ledger::{self, Digest};
use crate::desk::batch::naming::{self, Apart, Layout, Named};
use crate::desk::batch::{Destination, Kind, Order, Writing, exists};
use crate::desk::roster::book::Book;
use crate::desk::roster::template::Template;
use crate::desk::roster::{Roster, matching};
use crate::desk::source::{self, Found, Source};
use crate::rules::spec::PhotoSpec;
use crate::rules::spec::colour::Wanted;
use crate::words::failure::Failure;
use crate::words::report::Format;

/// A report to write.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReportFile {
    /// Where.
    pub path: PathBuf,
    /// In what form.
    pub format: Format,
}

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

/// What is to be done, with no maybes left.
#[derive(Debug)]
pub struct Job {
    /// One order per input, in their order.
    pub orders: Vec<Order>,
    /// What is made of every photo, or what it is judged by.
    pub kinds: Vec<Kind>,
    /// What `fix` does besides.
    pub options: FixOptions,
    /// Which cards are written.
    pub writing: Writing,
    /// Whether existing outputs are replaced.
    pub replace: bool,
    /// How many threads work.
    pub jobs: usize,
    /// The most time for one photo; `None` for no limit.
    pub timeout: Option<Duration>,
    /// The reports to write.
    pub reports: Vec<ReportFile>,
    /// The package to write.
    pub zip: Option<PathBuf>,
    /// The folder all cards go to, where they go to one; it keeps a ledger.
    pub folder: Option<PathBuf>,
    /// The folder all mattes go to, where they go to one.
    pub mattes: Option<PathBuf>,
    /// Who the photos are of, where there is a roster.
    pub people: Option<People>,
}

fn failure(key: &str, path: &Path) -> Failure {
    Failure::with(Message::new(key).text("path", path.display().to_string()))
}

pub(super) fn limit(seconds: u32) -> Option<Duration> {
    (seconds > 0).then(|| Duration::from_secs(seconds.into()))
}

/// Photos at a time where nothing is said: one per core, but no more than the memory that the system grants this program has room for.
pub(super) fn jobs() -> usize {
    let cores = std::thread::available_parallelism().map_or(1, NonZero::get);
    jobs_within(cores, fs::read_to_string(MEMORY_LIMIT).ok().as_deref())
}

/// Where Linux says how many bytes a control group may use (cgroup v2), as containers and services have them.
const MEMORY_LIMIT: &str = "/sys/fs/cgroup/memory.max";

/// What a worker needs for a photo of 100 megapixels, and the program beside it, in bytes.
const MEMORY_OF_ONE: u64 = 160 << 20;

fn jobs_within(cores: usize, limit: Option<&str>) -> usize {
    // "max" where there is no limit
    let room = limit.and_then(|text| text.trim().parse::<u64>().ok());
    let most = room.map_or(usize::MAX, |bytes| (bytes / MEMORY_OF_ONE) as usize);
    cores.min(most).max(1)
}

/// No spec is longer; a file that is, is something else.
const MAX_SPEC_BYTES: u64 = 1 << 20;

/// Whether a spec is named by its file.
fn names_spec_file(name: &str) -> bool {
    let path = Path::new(name);
    path.extension().is_some_and(|e| e.eq_ignore_ascii_case("toml"))
        || path.components().count() > 1
}

/// The built-in spec of that name, or the one in that file.
pub(super) fn spec(name: &str) -> Result<PhotoSpec, Failure> {
    if !names_spec_file(name) {
        return Ok(PhotoSpec::builtin(name)?);
    }
    Ok(PhotoSpec::parse(name, &spec_text(name)?)?)
}

/// What a file with nothing but `specs = ["shebao", "own.toml"]` says.
#[derive(serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct SpecList {
    specs: Vec<String>,
}

/// The specs that `names` stand for, each once: built-in names, files of one spec, and files that list several, by built-in names or by their places beside the list.
pub(super) fn specs(names: &[String]) -> Result<Vec<PhotoSpec>, Failure> {
    let mut specs: Vec<PhotoSpec> = Vec::new();
    for name in names {
        if !names_spec_file(name) {
            specs.push(spec(name)?);
            continue;
        }
        let text = spec_text(name)?;
        match toml::from_str::<SpecList>(&text) {
            Ok(list) => {
                let beside = Path::new(name).parent().unwrap_or(Path::new(""));
                for entry in list.specs {
                    let file = names_spec_file(&entry);
                    let place = beside.join(&entry).display().to_string();
                    specs.push(spec(if file { &place } else { &entry })?);
                }
            }
            Err(_) => specs.push(PhotoSpec::parse(name, &text)?),
        }
    }
    let mut known = std::collections::BTreeSet::new();
    match specs.iter().find(|spec| !known.insert(spec.name.as_str())) {
        Some(twice) => {
            Err(Failure::with(Message::new("job-spec-twice").text("spec", twice.name.as_str())))
        }
        None if specs.is_empty() => Err(Failure::new("job-no-spec")),
        None => Ok(specs),
    }
}

fn spec_text(name: &str) -> Result<String, Failure> {
    let path = Path::new(name);
    let failed = |source| Error::Io { action: "read", path: path.to_owned(), source };
    let length = fs::metadata(path).map_err(failed)?.len();
    if length > MAX_SPEC_BYTES {
        let reason = format!("{} bytes are too many for a spec", Bytes::new(length));
        return Err(Error::Spec { name: name.to_owned(), reason }.into());
    }
    Ok(fs::read_to_string(path).map_err(failed)?)
}

/// The spec with the background that was asked for.
fn before(spec: PhotoSpec, background: Option<&Wanted>) -> Result<PhotoSpec, Failure> {
    match background {
        Some(wanted) => spec.with_background(wanted)?.map_err(Failure::with),
        None => Ok(spec),
    }
}

/// The specs that were asked for, with the background and the byte window that were.
pub(super) fn wanted_specs(names: &[String], card: &CardArgs) -> Result<Vec<PhotoSpec>, Failure> {
    let wanted = |spec: PhotoSpec| {
        let mut spec = before(spec, card.background.as_ref())?;
        narrow(&mut spec, &options(card))?;
        Ok(spec)
    };
    specs(names)?.into_iter().map(wanted).collect()
}

/// What `fix` is told besides the spec.
pub(super) fn options(card: &CardArgs) -> FixOptions {
    FixOptions {
        keep_background: card.keep_background,
        min_size: card.min_size,
        max_size: card.max_size,
    }
}

/// The kinds of cards of `specs`, for the ledger.
pub(super) fn kinds(
    specs: Vec<PhotoSpec>,
    options: &FixOptions,
    strict: bool,
    matte: bool,
) -> Vec<Kind> {
    let kind = |spec: PhotoSpec| Kind {
        recipe: ledger::recipe(&spec, options, strict, matte),
        spec: Arc::new(spec),
    };
    specs.into_iter().map(kind).collect()
}

/// How cards of several specs are kept apart.
pub(super) const fn apart(card: &CardArgs) -> Apart {
    if card.folder_per_spec { Apart::ByFolder } else { Apart::ByName }
}

/// The report and the slips that were asked for.
fn reports(report: Option<&PathBuf>, retake: Option<&PathBuf>) -> Result<Vec<ReportFile>, Failure> {
    let mut files = Vec::new();
    if let Some(path) = report {
        let format = Format::of_path(path).ok_or_else(|| failure("job-report-format", path))?;
        files.push(ReportFile { path: path.clone(), format });
    }
    if let Some(path) = retake {
        if Format::of_path(path) != Some(Format::Html) {
            return Err(failure("job-retake-format", path));
        }
        if files.iter().any(|file| place(&file.path) == place(path)) {
            return Err(failure("job-output-twice", path));
        }
        files.push(ReportFile { path: path.clone(), format: Format::Slip });
    }
    match files.iter().find(|file| file.path.is_dir()) {
        Some(file) => Err(exists(&file.path)),
        None => Ok(files),
    }
}

fn stdin_once(inputs: &[PathBuf]) -> Result<bool, Failure> {
    match inputs.iter().filter(|i| i.as_os_str() == "-").count() {
        0 => Ok(false),
        1 => Ok(true),
        _ => Err(Failure::new("job-stdin-twice")),
    }
}

/// The file a path leads to, whether it is there or not: two spellings of one place compare equal.
fn place(path: &Path) -> PathBuf {
    if let Ok(there) = fs::canonicalize(path) {
        return there;
    }
    let parent = match path.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent,
        _ => Path::new("."),
    };
    let parent = fs::canonicalize(parent).or_else(|_| std::path::absolute(parent));
    match (parent, path.file_name()) {
        (Ok(parent), Some(name)) => parent.join(name),
        _ => path.to_owned(),
    }
}

fn sources(found: &[Found]) -> Vec<&Source> {
    found.iter().filter_map(|f| f.as_ref().ok()).collect()
}

/// Reports and packages replace what was there before, but never a photo.
fn keep_inputs(outputs: &[PathBuf], sources: &[&Source]) -> Result<(), Failure> {
    let outputs: Vec<PathBuf> = outputs.iter().map(|path| place(path)).collect();
    match sources.iter().find(|s| outputs.contains(&place(s.path()))) {
        Some(source) => Err(failure("job-output-is-input", source.path())),
        None => Ok(()),
    }
}

fn paths(reports: &[ReportFile], zip: Option<&PathBuf>) -> Vec<PathBuf> {
    reports.iter().map(|r| r.path.clone()).chain(zip.cloned()).collect()
}

/// No table of people is longer.
const MAX_ROSTER_BYTES: u64 = 256 << 20;

/// The people of the table at `path`.
fn roster(path: &Path, sheet: Option<&str>) -> Result<Roster, Failure> {
    let failed = |source| Error::Io { action: "read", path: path.to_owned(), source };
    if fs::metadata(path).map_err(failed)?.len() > MAX_ROSTER_BYTES {
        return Err(Failure::new("roster-broken").because(format!("> {MAX_ROSTER_BYTES} bytes")));
    }
    let bytes = fs::read(path).map_err(failed)?;
    Roster::read(&bytes, sheet).map_err(|failure| failure.because(path.display().to_string()))
}

impl Job {
    /// Whether a report shows pictures.
    #[must_use]
    pub fn has_pictures(&self) -> bool {
        self.reports.iter().any(|r| r.format.has_pictures())
    }

    /// The job of `baidi check`.
    ///
    /// # Errors
    /// A [`Failure`] when the command is wrong as a whole. An input that is no photo is an order refused.
    pub fn check(args: &CheckArgs) -> Result<Self, Failure> {
        let spec = before(spec(&args.spec)?, args.background.as_ref())?;
        stdin_once(&args.inputs)?;
        let reports = reports(args.report.as_ref(), args.retake.as_ref())?;
        let found = source::gather(&args.inputs, None);
        keep_inputs(&paths(&reports, None), &sources(&found))?;
        let orders = found
            .into_iter()
            .map(|f| match f {
                Ok(source) => Order::Check(source),
                Err((input, failure)) => Order::Refused { input, failure },
            })
            .collect();
        Ok(Self {
            orders,
            kinds: vec![Kind { spec: Arc::new(spec), recipe: Digest::of(b"check") }],
            options: FixOptions::default(),
            writing: Writing::Nothing,
            replace: false,
            jobs: jobs(),
            timeout: limit(args.timeout),
            reports,
            zip: None,
            folder: None,
            mattes: None,
            people: None,
        })
    }

    /// The job of `baidi fix`.
    ///
    /// # Errors
    /// A [`Failure`] when the command is wrong as a whole. An input that is no photo, or whose output must not be written, is an order refused.
    pub fn fix(args: &FixArgs) -> Result<Self, Failure> {
        let card = &args.card;
        let specs = wanted_specs(&card.specs, card)?;
        let reports = reports(args.report.as_ref(), args.retake.as_ref())?;
        let layout = layout(args, specs.len())?;
        let except = match &layout {
            Layout::Folder(folder) => Some(folder.as_path()),
            Layout::Beside | Layout::File(_) => None,
        };
        let found = source::gather(&args.inputs, except);
        let mattes = match &args.matte {
            Some(path) => Some(matte_layout(path, &layout)?),
            None => None,
        };
        let writing = match (args.dry_run, card.strict) {
            (true, _) => Writing::Nothing,
            (false, true) => Writing::Compliant,
            (false, false) => Writing::Every,
        };
        let sources = sources(&found);
        let besides = paths(&reports, args.zip.as_ref());
        keep_inputs(&besides, &sources)?;
        let names: Vec<&str> = specs.iter().map(|spec| spec.name.as_str()).collect();
        let (orders, people) =
            orders(&found, &sources, &layout, mattes.as_ref(), &names, args, &besides)?;
        if let Some(people) = &people {
            free_for_book(people, args)?;
        }
        let options = options(card);
        let folder = |layout: Layout| match layout {
            Layout::Folder(folder) => Some(folder),
            Layout::Beside | Layout::File(_) => None,
        };
        Ok(Self {
            orders,
            kinds: kinds(specs, &options, card.strict, mattes.is_some()),
            options,
            folder: folder(layout),
            mattes: mattes.and_then(folder),
            people,
            writing,
            replace: args.force,
            jobs: card.jobs.map_or_else(jobs, usize::from),
            timeout: limit(args.timeout),
            reports,
            zip: args.zip.clone(),
        })
    }
}

/// Whether a path names a folder: one that is there, or one that is written as such.
fn names_folder(path: &Path) -> bool {
    path.is_dir() || path.as_os_str().as_encoded_bytes().ends_with(b"/")
}

/// Whether a path names a file that pictures are written to, by its extension.
fn names_picture(path: &Path) -> bool {
    !names_folder(path) && source::looks_like_a_picture(path)
}

/// Where cards go, `specs` of each photo.
fn layout(args: &FixArgs, specs: usize) -> Result<Layout, Failure> {
    // Cards that get other names, or go into a package, need a folder of their own.
    let to_folder = args.roster.is_some() || args.zip.is_some();
    if to_folder && args.output.is_none() {
        return Err(Failure::new("job-roster-needs-output"));
    }
    let stdin = stdin_once(&args.inputs)?;
    let folder = args.inputs.iter().find(|i| i.is_dir());
    let single = args.inputs.len() == 1 && folder.is_none() && !to_folder && specs == 1;
    let Some(output) = &args.output else {
        return match (folder, stdin) {
            (Some(folder), _) => Err(failure("job-folder-needs-output", folder)),
            (None, true) => Err(Failure::new("job-stdin-needs-output")),
            (None, false) => Ok(Layout::Beside),
        };
    };
    if single && !names_folder(output) {
        return Ok(Layout::File(output.clone()));
    }
    if output.exists() && !output.is_dir() {
        return Err(failure("job-output-not-folder", output));
    }
    if names_picture(output) {
        let alone = args.inputs.len() == 1 && folder.is_none();
        let key = if alone && specs > 1 {
            "job-several-specs-need-folder"
        } else {
            "job-several-need-folder"
        };
        return Err(failure(key, output));
    }
    Ok(Layout::Folder(output.clone()))
}

fn matte_layout(path: &Path, cards: &Layout) -> Result<Layout, Failure> {
    let single = match cards {
        Layout::File(_) => true,
        Layout::Beside | Layout::Folder(_) => false,
    };
    if !names_folder(path) && (single || names_picture(path)) {
        return Ok(Layout::File(path.to_owned()));
    }
    if path.exists() && !path.is_dir() {
        return Err(failure("job-output-not-folder", path));
    }
    Ok(Layout::Folder(path.to_owned()))
}

fn orders(
    found: &[Found],
    sources: &[&Source],
    layout: &Layout,
    mattes: Option<&Layout>,
    specs: &[&str],
    args: &FixArgs,
    besides: &[PathBuf],
) -> Result<(Vec<Order>, Option<People>), Failure> {
    if let Some(Layout::File(path)) = mattes
        && sources.len() * specs.len() > 1
    {
        return Err(failure("job-matte-needs-folder", path));
    }
    let apart = apart(&args.card);
    let mut cards: Vec<Result<Vec<Named>, Failure>> =
        naming::cards(sources, layout, specs, apart, "jpg").into_iter().map(Ok).collect();
    let (mut missing, mut people) = (Vec::new(), None);
    if let (Some(path), Layout::Folder(folder)) = (&args.roster, layout) {
        let roster = roster(path, args.roster_sheet.as_deref())?;
        let pattern = args.name.as_deref();
        let matched = by_roster(roster, path, pattern, sources, folder, specs, apart)?;
        (cards, missing) = (matched.cards, matched.missing);
        people = Some(matched.people);
    }
    let alphas = mattes.map(|to| naming::cards(sources, to, specs, apart, "png"));
    let inputs: std::collections::BTreeSet<PathBuf> =
        sources.iter().map(|s| place(s.path())).collect();
    let besides: Vec<PathBuf> = besides.iter().map(|path| place(path)).collect();
    let in_folder = match layout {
        Layout::Folder(_) => true,
        Layout::Beside | Layout::File(_) => false,
    };
    let refusal = |destination: &Destination| {
        let card = place(&destination.card);
        let outputs = [(Some(&destination.card), false), (destination.matte.as_ref(), true)];
        for (path, is_matte) in outputs {
            let Some(path) = path else { continue };
            let there = place(path);
            if inputs.contains(&there) {
                return Some(failure("job-output-is-input", path));
            }
            if (is_matte && there == card) || besides.contains(&there) {
                return Some(failure("job-output-twice", path));
            }
            // In a folder the ledger knows which are ours.
            let foreign = !in_folder && !args.force && path.symlink_metadata().is_ok();
            if path.is_dir() || foreign {
                return Some(exists(path));
            }
        }
        None
    };
    let mut named = cards.into_iter().zip(
        alphas.map_or_else(|| vec![None; sources.len()], |a| a.into_iter().map(Some).collect()),
    );
    let mut orders = Vec::with_capacity(found.len());
    for found in found {
        let source = match found {
            Ok(source) => source,
            Err((input, failure)) => {
                orders.push(Order::Refused { input: input.clone(), failure: failure.clone() });
                continue;
            }
        };
        let Some((cards, mattes)) = named.next() else { break };
        let cards = match cards {
            Ok(cards) => cards,
            Err(failure) => {
                orders.push(Order::Refused { input: source.path().to_owned(), failure });
                continue;
            }
        };
        let mattes = mattes.map_or_else(
            || vec![None; cards.len()],
            |mattes| mattes.into_iter().map(|m| Some(m.path)).collect(),
        );
        let destinations = cards.into_iter().zip(mattes).map(|(card, matte)| {
            let to = Destination { card: card.path, matte, renamed: card.renamed };
            refusal(&to).map_or(Ok(to), Err)
        });
        orders.push(Order::Fix(source.clone(), destinations.collect()));
    }
    orders.extend(missing);
    Ok((orders, people))
}

/// What a roster says of photos.
struct ByRoster {
    /// What each photo's cards are called, or why there must be none.
    cards: Vec<Result<Vec<Named>, Failure>>,
    /// Orders for those of whom there is no photo.
    missing: Vec<Order>,
    people: People,
}

/// The names of the order book's page and table in the folder of cards.
const BOOK: [&str; 2] = ["order-book.html", "order-book.csv"];

/// A card's path per photo as the roster names it, and an order refused for everybody of whom there is no photo: who is missing is in every report.
fn by_roster(
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
        Order::Refused { input, failure: Failure::with(missing) }
    });
    let missing = missing.collect();
    let book = BOOK.map(|name| folder.join(name));
    let people = People { roster, of_photo, troubles, strangers, cards, book };
    Ok(ByRoster { cards: named, missing, people })
}

/// Refuses to write the order book over the roster itself, or over what is not an order book.
fn free_for_book(people: &People, args: &FixArgs) -> Result<(), Failure> {
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

#[cfg(test)]
mod tests;
