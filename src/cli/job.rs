//! What was typed → what is to be done: resolved and validated before any photo is opened.

use std::fs;
use std::num::NonZero;
use std::path::{Path, PathBuf};
use std::time::Duration;

use super::args::{CheckArgs, FixArgs};
use crate::batch::naming::{self, Layout};
use crate::batch::{Destination, Order, Writing, exists};
use crate::error::Error;
use crate::message::{Failure, Message};
use crate::pipeline::FixOptions;
use crate::report::Format;
use crate::source::{self, Found, Source};
use crate::spec::PhotoSpec;
use crate::units::Bytes;

/// A report to write.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReportFile {
    /// Where.
    pub path: PathBuf,
    /// In what form.
    pub format: Format,
}

/// What is to be done, with no maybes left.
#[derive(Debug)]
pub struct Job {
    /// One order per input, in their order.
    pub orders: Vec<Order>,
    /// What the photos must be.
    pub spec: PhotoSpec,
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
    /// The report to write.
    pub report: Option<ReportFile>,
}

fn failure(key: &str, path: &Path) -> Failure {
    Failure::with(Message::new(key).text("path", path.display().to_string()))
}

fn limit(seconds: u32) -> Option<Duration> {
    (seconds > 0).then(|| Duration::from_secs(seconds.into()))
}

fn cores() -> usize {
    std::thread::available_parallelism().map_or(1, NonZero::get)
}

/// No spec is longer; a file that is, is something else.
const MAX_SPEC_BYTES: u64 = 1 << 20;

/// The built-in spec of that name, or the one in that file.
fn spec(name: &str) -> Result<PhotoSpec, Failure> {
    let path = Path::new(name);
    let is_file = path.extension().is_some_and(|e| e.eq_ignore_ascii_case("toml"))
        || path.components().count() > 1;
    if !is_file {
        return Ok(PhotoSpec::builtin(name)?);
    }
    let failed = |source| Error::Io { action: "read", path: path.to_owned(), source };
    let length = fs::metadata(path).map_err(failed)?.len();
    if length > MAX_SPEC_BYTES {
        let reason = format!("{} bytes are too many for a spec", Bytes::new(length));
        return Err(Error::Spec { name: name.to_owned(), reason }.into());
    }
    let text = fs::read_to_string(path).map_err(failed)?;
    Ok(PhotoSpec::parse(name, &text)?)
}

fn report(path: Option<&PathBuf>) -> Result<Option<ReportFile>, Failure> {
    let Some(path) = path else { return Ok(None) };
    let format = Format::of_path(path).ok_or_else(|| failure("job-report-format", path))?;
    if path.is_dir() {
        return Err(exists(path));
    }
    Ok(Some(ReportFile { path: path.clone(), format }))
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

/// Reports replace what was there before, but never a photo.
fn keep_inputs(report: Option<&ReportFile>, sources: &[&Source]) -> Result<(), Failure> {
    let Some(report) = report else { return Ok(()) };
    let report = place(&report.path);
    match sources.iter().find(|s| place(s.path()) == report) {
        Some(source) => Err(failure("job-output-is-input", source.path())),
        None => Ok(()),
    }
}

impl Job {
    /// The job of `baidi check`.
    ///
    /// # Errors
    /// A [`Failure`] when the command is wrong as a whole. An input that is no photo is an order refused.
    pub fn check(args: &CheckArgs) -> Result<Self, Failure> {
        let spec = spec(&args.spec)?;
        stdin_once(&args.inputs)?;
        let report = report(args.report.as_ref())?;
        let found = source::gather(&args.inputs, None);
        keep_inputs(report.as_ref(), &sources(&found))?;
        let orders = found
            .into_iter()
            .map(|f| match f {
                Ok(source) => Order::Check(source),
                Err((input, failure)) => Order::Refused { input, failure },
            })
            .collect();
        Ok(Self {
            orders,
            spec,
            options: FixOptions::default(),
            writing: Writing::Nothing,
            replace: false,
            jobs: cores(),
            timeout: limit(args.timeout),
            report,
        })
    }

    /// The job of `baidi fix`.
    ///
    /// # Errors
    /// A [`Failure`] when the command is wrong as a whole. An input that is no photo, or whose output must not be written, is an order refused.
    pub fn fix(args: &FixArgs) -> Result<Self, Failure> {
        let mut spec = spec(&args.spec)?;
        narrow(&mut spec, args.min_size, args.max_size)?;
        let report = report(args.report.as_ref())?;
        let layout = layout(args)?;
        let except = match &layout {
            Layout::Folder(folder) => Some(folder.as_path()),
            Layout::Beside | Layout::File(_) => None,
        };
        let found = source::gather(&args.inputs, except);
        let mattes = match &args.matte {
            Some(path) => Some(matte_layout(path, &layout)?),
            None => None,
        };
        let writing = match (args.dry_run, args.strict) {
            (true, _) => Writing::Nothing,
            (false, true) => Writing::Compliant,
            (false, false) => Writing::Every,
        };
        let sources = sources(&found);
        keep_inputs(report.as_ref(), &sources)?;
        let orders = orders(&found, &sources, &layout, mattes.as_ref(), &spec, args, &report)?;
        Ok(Self {
            orders,
            options: FixOptions {
                keep_background: args.keep_background,
                min_size: args.min_size,
                max_size: args.max_size,
            },
            spec,
            writing,
            replace: args.force,
            jobs: args.jobs.map_or_else(cores, usize::from),
            timeout: limit(args.timeout),
            report,
        })
    }
}

/// Puts the byte window that was asked for in the spec's place, so that the card is checked against what it was made for.
fn narrow(spec: &mut PhotoSpec, min: Option<Bytes>, max: Option<Bytes>) -> Result<(), Failure> {
    if min.is_none() && max.is_none() {
        return Ok(());
    }
    let (floor, ceiling) = (spec.file.min, spec.file.max);
    let max = max.unwrap_or(ceiling);
    // A ceiling below the spec's floor takes the floor down with it: who asks for 10 KB wants no more than 10 KB.
    let min = min.unwrap_or(if floor > max { Bytes::new(0) } else { floor });
    if max.to_bytes() < 200 {
        return Err(Failure::with(Message::new("job-window-tiny").text("max", max.to_string())));
    }
    if min > max {
        return Err(Failure::with(
            Message::new("job-window")
                .text("min", min.to_string())
                .text("max", max.to_string())
                .text("spec", spec.name.as_str())
                .text("floor", floor.to_string())
                .text("ceiling", ceiling.to_string()),
        ));
    }
    (spec.file.min, spec.file.max) = (min, max);
    spec.file.source = "--min-size, --max-size".to_owned();
    Ok(())
}

/// Whether a path names a folder: one that is there, or one that is written as such.
fn names_folder(path: &Path) -> bool {
    path.is_dir() || path.as_os_str().as_encoded_bytes().ends_with(b"/")
}

/// Whether a path names a file that pictures are written to, by its extension.
fn names_picture(path: &Path) -> bool {
    !names_folder(path) && source::looks_like_a_picture(path)
}

fn layout(args: &FixArgs) -> Result<Layout, Failure> {
    let stdin = stdin_once(&args.inputs)?;
    let folder = args.inputs.iter().find(|i| i.is_dir());
    let single = args.inputs.len() == 1 && folder.is_none();
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
        return Err(failure("job-several-need-folder", output));
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
    spec: &PhotoSpec,
    args: &FixArgs,
    report: &Option<ReportFile>,
) -> Result<Vec<Order>, Failure> {
    if let Some(Layout::File(path)) = mattes
        && sources.len() > 1
    {
        return Err(failure("job-matte-needs-folder", path));
    }
    let cards = naming::cards(sources, layout, &spec.name, "jpg");
    let alphas = mattes.map(|to| naming::cards(sources, to, &spec.name, "png"));
    let inputs: std::collections::BTreeSet<PathBuf> =
        sources.iter().map(|s| place(s.path())).collect();
    let report = report.as_ref().map(|r| place(&r.path));
    let refusal = |destination: &Destination| {
        let card = place(&destination.card);
        let outputs = [(Some(&destination.card), false), (destination.matte.as_ref(), true)];
        for (path, is_matte) in outputs {
            let Some(path) = path else { continue };
            let there = place(path);
            if inputs.contains(&there) {
                return Some(failure("job-output-is-input", path));
            }
            if (is_matte && there == card) || report.as_ref() == Some(&there) {
                return Some(failure("job-output-twice", path));
            }
            if path.is_dir() || (!args.force && !args.dry_run && path.symlink_metadata().is_ok()) {
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
        let Some((card, matte)) = named.next() else { break };
        let destination =
            Destination { card: card.path, matte: matte.map(|m| m.path), renamed: card.renamed };
        orders.push(match refusal(&destination) {
            Some(failure) => Order::Refused { input: source.path().to_owned(), failure },
            None => Order::Fix(source.clone(), destination),
        });
    }
    Ok(orders)
}

#[cfg(test)]
mod tests;
