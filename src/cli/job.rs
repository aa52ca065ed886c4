//! What was typed → what is to be done: resolved and validated before any photo is opened.

mod people;
mod targets;
mod wanted;

use std::fs;
use std::num::NonZero;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

pub use self::people::People;
use self::people::{by_roster, free_for_book, roster};
use self::targets::{keep_inputs, layout, matte_layout, paths, place, stdin_once};
use self::wanted::before;
pub(super) use self::wanted::{spec, wanted_specs};
use super::args::{CardArgs, CheckArgs, FixArgs};
use crate::base::message::Message;
use crate::card::pipeline::FixOptions;
use crate::desk::batch::ledger::{self, Digest};
use crate::desk::batch::naming::{self, Apart, Named, Outputs};
use crate::desk::batch::{Destination, Kind, WorkItem, Writing, exists};
use crate::desk::source::{self, Found, Source};
use crate::rules::spec::PhotoSpec;
use crate::words::failure::Failure;
use crate::words::report::ReportFormat;

/// A report to write.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReportFile {
    /// Where.
    pub path: PathBuf,
    /// In what form.
    pub format: ReportFormat,
}

/// What is to be done, with no maybes left.
#[derive(Debug)]
pub struct Job {
    /// One order per input, in their order.
    pub orders: Vec<WorkItem>,
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
        let format =
            ReportFormat::of_path(path).ok_or_else(|| failure("job-report-format", path))?;
        files.push(ReportFile { path: path.clone(), format });
    }
    if let Some(path) = retake {
        if ReportFormat::of_path(path) != Some(ReportFormat::Html) {
            return Err(failure("job-retake-format", path));
        }
        if files.iter().any(|file| place(&file.path) == place(path)) {
            return Err(failure("job-output-twice", path));
        }
        files.push(ReportFile { path: path.clone(), format: ReportFormat::Slip });
    }
    match files.iter().find(|file| file.path.is_dir()) {
        Some(file) => Err(exists(&file.path)),
        None => Ok(files),
    }
}

fn sources(found: &[Found]) -> Vec<&Source> {
    found.iter().filter_map(|f| f.as_ref().ok()).collect()
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
                Ok(source) => WorkItem::Check(source),
                Err((input, failure)) => WorkItem::Refused { input, failure },
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
            Outputs::Folder(folder) => Some(folder.as_path()),
            Outputs::Beside | Outputs::File(_) => None,
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
        let folder = |layout: Outputs| match layout {
            Outputs::Folder(folder) => Some(folder),
            Outputs::Beside | Outputs::File(_) => None,
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

fn orders(
    found: &[Found],
    sources: &[&Source],
    layout: &Outputs,
    mattes: Option<&Outputs>,
    specs: &[&str],
    args: &FixArgs,
    besides: &[PathBuf],
) -> Result<(Vec<WorkItem>, Option<People>), Failure> {
    if let Some(Outputs::File(path)) = mattes
        && sources.len() * specs.len() > 1
    {
        return Err(failure("job-matte-needs-folder", path));
    }
    let apart = apart(&args.card);
    let mut cards: Vec<Result<Vec<Named>, Failure>> =
        naming::cards(sources, layout, specs, apart, "jpg").into_iter().map(Ok).collect();
    let (mut missing, mut people) = (Vec::new(), None);
    if let (Some(path), Outputs::Folder(folder)) = (&args.roster, layout) {
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
        Outputs::Folder(_) => true,
        Outputs::Beside | Outputs::File(_) => false,
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
                orders.push(WorkItem::Refused { input: input.clone(), failure: failure.clone() });
                continue;
            }
        };
        let Some((cards, mattes)) = named.next() else { break };
        let cards = match cards {
            Ok(cards) => cards,
            Err(failure) => {
                orders.push(WorkItem::Refused { input: source.path().to_owned(), failure });
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
        orders.push(WorkItem::Fix(source.clone(), destinations.collect()));
    }
    orders.extend(missing);
    Ok((orders, people))
}

#[cfg(test)]
mod tests;
