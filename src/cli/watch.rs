//! `baidi watch`.

use std::collections::BTreeMap;
use std::fs::{self, OpenOptions};
use std::io;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, mpsc};
use std::time::{Duration, Instant};

use anyhow::Result;
use notify::{RecursiveMode, Watcher as _};

use super::args::{Originals, WatchArgs};
use super::exit::ExitStatus;
use super::job;
use super::terminal::{Live, Terminal};
use crate::base::error::Error;
use crate::base::message::Message;
use crate::card::pipeline::Account;
use crate::desk::batch::guard::Guarded;
use crate::desk::batch::ledger::{Digest, Ledger};
use crate::desk::batch::naming::Apart;
use crate::desk::batch::{self, Destination, Kind, Settings, WorkItem, Writing};
use crate::desk::output::{self, Pending, Staged};
use crate::desk::progress::Silent;
use crate::desk::source::{self, Source};
use crate::desk::watch::{self, Names, Patience, Settling};
use crate::door::Baidi;
use crate::rules::spec::PhotoSpec;
use crate::words::catalogue::Language;
use crate::words::failure::Failure;
use crate::words::report::{BatchReport, PhotoReport, Status};

/// The most photos given to the workers at once: few enough that the status line lives and a photo taken now is not the last of a long row.
const HANDFUL: usize = 16;

/// How long at most until the folder is looked at again although nobody told of a change: notifications get lost.
const LOOK_ANYWAY: Duration = Duration::from_secs(5);

/// The most seconds for one photo, as `fix` has it.
const PHOTO_SECONDS: u32 = 30;

/// The name of a folder's own spec.
const SPEC_FILE: &str = "spec.toml";

pub(super) fn run(args: &WatchArgs, terminal: &mut Terminal) -> Result<ExitStatus> {
    if !args.input.is_dir() {
        let kind = io::ErrorKind::NotADirectory.into();
        let failed = Error::Io { action: "list", path: args.input.clone(), source: kind };
        return Err(Failure::from(&failed).into());
    }
    // Asked for now, so that a wrong one is refused before the day begins.
    job::wanted_specs(&args.card.specs, &args.card)?;
    let ledger = Ledger::open(&args.output)?;
    output::sweep(&args.output);
    let pending = Pending::default();
    terminal.on_interrupt(&pending)?;
    log_to(args.log.as_deref())?;
    let (telling, told) = mpsc::channel();
    // Kept until the end: dropped, it tells no more.
    let notifier = if args.poll.is_none() { notifier(&args.input, telling) } else { None };
    let live = terminal.live();
    let patience = Patience {
        settle: Duration::from_secs_f64(args.settle),
        give_up: Duration::from_secs_f64(args.give_up.max(args.settle)),
    };
    let mut day = Day {
        args,
        ledger: &ledger,
        pending,
        names: Names::default(),
        counts: BatchReport::default(),
    };
    let mut settling = Settling::new(patience);
    let mut busy = Instant::now();
    let mut trouble = None;
    tracing::info!(folder = %args.input.display(), output = %args.output.display(), "watching");
    terminal.remark(
        &Message::new("watch-begin")
            .text("path", args.input.display().to_string())
            .text("output", args.output.display().to_string()),
    );
    loop {
        match watch::look(&args.input, &args.output) {
            Ok(there) => {
                trouble = None;
                let whole = |path: &Path| day.is_whole(path);
                let ready = settling.observe(Instant::now(), &there, whole);
                for some in ready.chunks(HANDFUL) {
                    day.make(some, terminal, &live)?;
                    live.show(&day.status(&settling));
                }
                if !ready.is_empty() || settling.waiting() > 0 {
                    busy = Instant::now();
                }
            }
            // A network folder that is gone comes back; it is said once.
            Err(source) => {
                let kind = source.kind();
                if trouble.replace(kind) != Some(kind) {
                    let failed = Error::Io { action: "list", path: args.input.clone(), source };
                    tracing::error!("{failed}");
                    live.suspend(|| terminal.error(None, &Failure::from(&failed).into()));
                }
            }
        }
        live.show(&day.status(&settling));
        if args.exit_when_idle.is_some_and(|idle| busy.elapsed().as_secs_f64() >= idle) {
            break;
        }
        let rest = if settling.waiting() > 0 {
            patience.settle.mul_f64(0.25).clamp(Duration::from_millis(50), Duration::from_secs(1))
        } else {
            args.poll.map_or(LOOK_ANYWAY, Duration::from_secs_f64)
        };
        let rest = args
            .exit_when_idle
            .map_or(rest, |idle| rest.min(Duration::from_secs_f64(idle.max(0.1))));
        match &notifier {
            Some(_) => {
                // One change seldom comes alone: all that are here count once.
                if told.recv_timeout(rest).is_ok() {
                    std::thread::sleep(Duration::from_millis(50));
                    while told.try_recv().is_ok() {}
                }
            }
            None => std::thread::sleep(rest),
        }
    }
    live.end();
    terminal.summary(&day.counts);
    tracing::info!("ended");
    Ok(match day.counts.worst() {
        Some(_) => ExitStatus::of(&day.counts, args.card.strict),
        // A quiet day is no wrong command.
        None => ExitStatus::Success,
    })
}

/// Something that sends whenever the folder changes; `None` where the system cannot tell, and it has to be looked at again and again.
fn notifier(folder: &Path, telling: mpsc::Sender<()>) -> Option<notify::RecommendedWatcher> {
    let tell = move |event: notify::Result<notify::Event>| {
        // Reading is what we do ourselves.
        if !event.is_ok_and(|e| e.kind.is_access()) {
            let _ = telling.send(());
        }
    };
    let mut watcher = notify::recommended_watcher(tell).ok()?;
    match watcher.watch(folder, RecursiveMode::Recursive) {
        Ok(()) => Some(watcher),
        Err(error) => {
            tracing::warn!(%error, "no notifications; polling");
            None
        }
    }
}

/// Has everything that is traced written to the end of `path`, with the time.
fn log_to(path: Option<&Path>) -> Result<(), Failure> {
    let Some(path) = path else { return Ok(()) };
    let file = OpenOptions::new()
        .create(true)
        .append(true)
        .open(path)
        .map_err(|source| Error::Io { action: "write", path: path.to_owned(), source })?;
    let subscriber = tracing_subscriber::fmt()
        .with_writer(Mutex::new(file))
        .with_ansi(false)
        .with_target(false)
        .finish();
    // Only one watch runs in a process; a second one would log where the first does.
    let _ = tracing::subscriber::set_global_default(subscriber);
    Ok(())
}

/// What stays the same, and what adds up, while the folder is watched.
struct Day<'a> {
    args: &'a WatchArgs,
    ledger: &'a Ledger,
    pending: Pending,
    names: Names,
    counts: BatchReport,
}

impl Day<'_> {
    /// Whether the photo can be opened: it is known from an earlier run, or decodes to its end.
    fn is_whole(&self, path: &Path) -> bool {
        Digest::of_file(path).is_ok_and(|digest| self.ledger.knows(&digest))
            || watch::is_whole(path)
    }

    fn status(&self, settling: &Settling) -> Message {
        Message::new("watch-status")
            .number("done", (self.counts.total() - self.counts.failed) as f64, 0)
            .number("review", self.counts.review as f64, 0)
            .number("broken", self.counts.not_compliant as f64, 0)
            .number("failed", self.counts.failed as f64, 0)
            .number("waiting", settling.waiting() as f64, 0)
    }

    /// The specs of the nearest folder that has its own, or those of the command line.
    fn specs(&self, photo: &Path) -> Result<Vec<PhotoSpec>, Failure> {
        let folders = photo.ancestors().skip(1).take_while(|f| f.starts_with(&self.args.input));
        let card = &self.args.card;
        match folders.map(|f| f.join(SPEC_FILE)).find(|f| f.is_file()) {
            Some(own) => job::wanted_specs(&[own.display().to_string()], card),
            None => job::wanted_specs(&card.specs, card),
        }
    }

    /// Where the card of `spec`, one of `specs`, goes.
    fn destination(&mut self, relative: &Path, spec: &str, specs: usize) -> Destination {
        let root = &self.args.output;
        let (root, suffix) = match job::apart(&self.args.card) {
            _ if specs < 2 => (root.clone(), String::new()),
            Apart::ByName => (root.clone(), format!("-{spec}")),
            Apart::ByFolder => (root.join(spec), String::new()),
        };
        let card = self.names.card(relative, &suffix, &root, self.ledger);
        let stem = relative.file_stem().unwrap_or_default().to_string_lossy();
        let plain = format!("{stem}{suffix}.jpg");
        let renamed = card.file_name().is_none_or(|name| name.to_string_lossy() != plain);
        Destination { card, matte: None, renamed }
    }

    /// Makes the cards of `photos`.
    fn make(&mut self, photos: &[PathBuf], terminal: &mut Terminal, live: &Live) -> Result<()> {
        let options = job::options(&self.args.card);
        let mut groups: BTreeMap<Vec<Digest>, (Vec<Kind>, Vec<WorkItem>)> = BTreeMap::new();
        for photo in photos {
            let relative = photo.strip_prefix(&self.args.input).unwrap_or(photo).to_owned();
            let specs = match self.specs(photo) {
                Ok(specs) => specs,
                Err(failure) => {
                    self.ended(&[PhotoReport::failed(photo, failure)], terminal, live);
                    continue;
                }
            };
            let kinds = job::kinds(specs, &options, self.args.card.strict, false);
            let to = kinds
                .iter()
                .map(|kind| Ok(self.destination(&relative, &kind.spec.name, kinds.len())))
                .collect();
            let folder = Some(self.args.input.clone());
            let source = Source::File { path: photo.clone(), relative, folder };
            let recipes = kinds.iter().map(|kind| kind.recipe).collect();
            let group = groups.entry(recipes).or_insert_with(|| (kinds, Vec::new()));
            group.1.push(WorkItem::Fix(source, to));
        }
        for (kinds, orders) in groups.into_values() {
            let writing = if self.args.card.strict { Writing::Compliant } else { Writing::Every };
            let settings = Settings {
                options: options.clone(),
                writing,
                account: Account::Card,
                jobs: self.args.card.jobs.map_or_else(job::jobs, usize::from),
                pending: self.pending.clone(),
                ledger: Some(self.ledger),
                ..Settings::new(kinds)
            };
            let hire = || Ok(Guarded::new(Baidi::open, job::limit(PHOTO_SECONDS)));
            batch::run(&orders, &settings, hire, &Silent, |cards| {
                self.ended(&cards, terminal, live);
                ControlFlow::Continue(())
            })?;
        }
        Ok(())
    }

    /// Counts, says, logs, and sorts a photo whose cards are done.
    fn ended(&mut self, cards: &[PhotoReport], terminal: &mut Terminal, live: &Live) {
        let writing = if self.args.card.strict { Writing::Compliant } else { Writing::Every };
        for photo in cards {
            self.counts.add(photo);
            let input = photo.input.display();
            let output = photo.output.as_ref().map(|o| o.display().to_string()).unwrap_or_default();
            match &photo.error {
                Some(failure) => tracing::error!(%input, %failure, "failed"),
                None if photo.resumed => tracing::info!(%input, output, "done before"),
                None => tracing::info!(%input, output, status = photo.status.name(), "done"),
            }
            live.suspend(|| terminal.fixed(photo, writing));
        }
        if let Err(error) = self.sort(cards, terminal.language())
            && let Some(photo) = cards.first()
        {
            tracing::error!(input = %photo.input.display(), %error, "not sorted");
            live.suspend(|| terminal.error(Some(&photo.input), &Failure::from(&error).into()));
        }
    }

    /// Puts a copy of the original, or a link to it, into `done/` or `failed/`, there with the reason beside it. The original stays where it is. One card that there is not is enough to
    /// put it with the failed.
    fn sort(&self, cards: &[PhotoReport], language: Language) -> Result<(), Error> {
        let (Some(way), Some(photo)) = (self.args.originals, cards.first()) else { return Ok(()) };
        let relative = photo.input.strip_prefix(&self.args.input).unwrap_or(&photo.input);
        let is_good = |card: &PhotoReport| card.status != Status::Failed && card.output.is_some();
        let good = cards.iter().all(is_good);
        let [done, failed] = ["done", "failed"].map(|f| self.args.output.join(f).join(relative));
        let reason = failed.with_file_name({
            let mut name = failed.file_name().unwrap_or_default().to_owned();
            name.push(".txt");
            name
        });
        let (to, stale) =
            if good { (&done, vec![&failed, &reason]) } else { (&failed, vec![&done]) };
        for old in stale {
            // What is not there need not go.
            drop(fs::remove_file(old));
        }
        if !(cards.iter().all(|card| card.resumed) && to.symlink_metadata().is_ok()) {
            self.put(&photo.input, to, way)?;
        }
        if !good {
            let text = reasons(&photo.input, cards.iter().filter(|c| !is_good(c)), language);
            Staged::with(&reason, text.as_bytes(), &self.pending)?.commit(true)?;
        }
        Ok(())
    }

    fn put(&self, original: &Path, to: &Path, way: Originals) -> Result<(), Error> {
        let failed = |source| Error::Io { action: "create", path: to.to_owned(), source };
        if way == Originals::Copy {
            let source =
                Source::File { path: original.to_owned(), relative: original.into(), folder: None };
            return Staged::with(to, &source.read()?, &self.pending)?.commit(true);
        }
        if let Some(folder) = to.parent() {
            fs::create_dir_all(folder).map_err(failed)?;
        }
        drop(fs::remove_file(to));
        let original = std::path::absolute(original).map_err(failed)?;
        match way {
            #[cfg(unix)]
            Originals::Link => std::os::unix::fs::symlink(original, to),
            #[cfg(not(unix))]
            Originals::Link => fs::hard_link(original, to),
            Originals::HardLink | Originals::Copy => fs::hard_link(original, to),
        }
        .map_err(failed)
    }
}

/// Why there is no card, for the photographer.
fn reasons<'a>(
    input: &Path,
    cards: impl Iterator<Item = &'a PhotoReport>,
    language: Language,
) -> String {
    let mut lines = vec![source::slashed(input)];
    for line in cards.flat_map(|card| crate::words::report::slip::reasons(card, language)) {
        if !lines.contains(&line) {
            lines.push(line);
        }
    }
    lines.push(String::new());
    lines.join("\n")
}
