//! The only module that prints. Results go to standard output, everything else to standard error.

use std::fmt::Write as _;
use std::io::{self, BufWriter, IsTerminal as _, Stderr, Stdout, Write};
use std::path::{Path, PathBuf};
use std::time::Duration;

use anstream::{AutoStream, ColorChoice};
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use super::args::{Color, Common};
use super::exit::ExitStatus;
use super::job::ReportFile;
use super::table::{self, BAD, BOLD, DIM, styled};
use crate::base::error::Error;
use crate::base::message::Message;
use crate::base::units::Bytes;
use crate::card::pipeline::Edit;
use crate::desk::batch::{Kind, Writing};
use crate::desk::output::{Pending, Staged};
use crate::desk::progress::Progress;
use crate::rules::check::Verdict;
use crate::words::catalogue::Language;
use crate::words::failure::Failure;
use crate::words::report::text::edit;
use crate::words::report::{self, BatchReport, Heading, PhotoReport, Status, Writer};

/// The two streams, and how to speak on them.
#[derive(Debug)]
pub struct Terminal {
    out: AutoStream<Stdout>,
    err: AutoStream<Stderr>,
    colors: ColorChoice,
    language: Language,
    quiet: bool,
    verbose: bool,
    closed: bool,
}

impl Terminal {
    /// The process's own streams.
    #[must_use]
    pub fn new(common: &Common, language: Language) -> Self {
        let colors = match common.color {
            Color::Auto => ColorChoice::Auto,
            Color::Always => ColorChoice::Always,
            Color::Never => ColorChoice::Never,
        };
        Self {
            out: AutoStream::new(io::stdout(), colors),
            err: AutoStream::new(io::stderr(), colors),
            colors,
            language,
            quiet: common.quiet,
            verbose: common.verbose,
            closed: false,
        }
    }

    /// The language messages are in.
    #[must_use]
    pub const fn language(&self) -> Language {
        self.language
    }

    /// Whether only errors are said.
    #[cfg(feature = "serve")]
    pub(super) const fn is_quiet(&self) -> bool {
        self.quiet
    }

    /// Whether nobody reads standard output any more.
    #[must_use]
    pub const fn closed(&self) -> bool {
        self.closed
    }

    /// Standard output, for a result that is no text for people.
    pub(super) fn results(&self) -> BufWriter<Stdout> {
        BufWriter::new(io::stdout())
    }

    /// Whether writing results ended because nobody reads them any more, which is no fault.
    ///
    /// # Errors
    /// Any other reason.
    pub(super) fn heard(&self, written: io::Result<()>) -> Result<bool, Failure> {
        match written {
            Ok(()) => Ok(self.closed),
            Err(e) if e.kind() == io::ErrorKind::BrokenPipe => Ok(true),
            Err(source) => Err(Error::Io { action: "write", path: "-".into(), source }.into()),
        }
    }

    /// Prints a result.
    pub(super) fn say(&mut self, text: &str) {
        // Whatever is wrong with standard output, the photos go on; that nobody reads is no fault.
        self.closed |= writeln!(self.out, "{text}").is_err();
    }

    fn tell(&mut self, text: &str) {
        // Without standard error there is nobody left to tell.
        drop(writeln!(self.err, "{text}"));
    }

    /// Says something that is neither result nor error.
    pub(super) fn remark(&mut self, message: &Message) {
        if !self.quiet {
            let text = styled(DIM, &message.to_text(self.language));
            self.tell(&text);
        }
    }

    /// Prints an error with what to do about it.
    pub(super) fn error(&mut self, file: Option<&Path>, error: &anyhow::Error) {
        match error.downcast_ref::<Failure>() {
            Some(failure) => self.failure(file, failure),
            None => match error.downcast_ref::<Error>() {
                Some(error) => self.failure(file, &Failure::from(error)),
                None => {
                    let causes = error.chain().skip(1).map(ToString::to_string).collect();
                    self.lines(file, &error.to_string(), None, causes);
                }
            },
        }
    }

    fn failure(&mut self, file: Option<&Path>, failure: &Failure) {
        let hint = failure.hint.as_ref().map(|h| h.to_text(self.language));
        let message = failure.message.to_text(self.language);
        self.lines(file, &message, hint, failure.because.clone());
    }

    fn lines(
        &mut self,
        file: Option<&Path>,
        message: &str,
        hint: Option<String>,
        because: Vec<String>,
    ) {
        let mut text = format!("{} ", styled(BAD, "baidi:"));
        // A message that names the file itself needs no other.
        if let Some(file) = file.map(|f| f.display().to_string())
            && !message.contains(&file)
        {
            let _ = write!(text, "{}: ", styled(BOLD, &file));
        }
        text.push_str(message);
        let label = |key: &str| styled(DIM, &self.language.text(key));
        for cause in because {
            let _ = write!(text, "\n  {}{cause}", label("label-because"));
        }
        if let Some(hint) = hint {
            let _ = write!(text, "\n  {}{hint}", label("label-hint"));
        }
        self.tell(&text);
    }

    /// Prints why a photo could not be processed.
    pub(super) fn failed(&mut self, photo: &PhotoReport) {
        if let Some(failure) = &photo.error {
            self.failure(Some(&photo.input), failure);
        }
    }

    /// Prints what `check` found.
    pub(super) fn checked(&mut self, photo: &PhotoReport) {
        if photo.status == Status::Failed {
            return self.failed(photo);
        }
        if self.quiet {
            return;
        }
        let mut text = heading(photo);
        if let Some(facts) = &photo.source {
            let turned = facts.orientation > 4;
            let size = if turned { facts.stored.transposed() } else { facts.stored };
            let bytes = Bytes::new(facts.bytes);
            let unit = self.language.text("word-bytes");
            let format = facts.format.name().to_uppercase();
            let facts = format!("{format} {}×{}, {bytes} {unit}", size.width, size.height);
            let _ = write!(text, "  {}", styled(DIM, &facts));
        }
        self.finish(photo, text);
    }

    /// Prints what `fix` made. What an earlier run made is only counted, unless more is to be said.
    pub(super) fn fixed(&mut self, photo: &PhotoReport, writing: Writing) {
        if photo.status == Status::Failed {
            return self.failed(photo);
        }
        if self.quiet || (photo.resumed && !self.verbose) {
            return;
        }
        let mut text = heading(photo);
        if let Some(output) = &photo.output {
            let _ = write!(text, " → {}", styled(BOLD, &output.display().to_string()));
        }
        if let Some(jpeg) = &photo.jpeg {
            let key = match (&photo.output, writing) {
                (None, _) => "fix-withheld",
                (_, Writing::Nothing) => "fix-would-write",
                _ if photo.edits == [Edit::Copied] => "fix-copied",
                _ => "fix-written",
            };
            let made = Message::new(key).text("bytes", Bytes::new(jpeg.bytes).to_string()).number(
                "quality",
                jpeg.quality,
                0,
            );
            let _ = write!(text, "  {}", made.to_text(self.language));
            if jpeg.padding > 0 {
                let padding = Message::new("fix-padding")
                    .text("padding", Bytes::new(jpeg.padding).to_string());
                let _ = write!(text, "\n  {}", padding.to_text(self.language));
            }
        }
        if photo.count(Verdict::Fail) + photo.count(Verdict::Doubtful) > 0 || self.verbose {
            self.finish(photo, text);
        } else {
            self.say(&text);
        }
    }

    /// Prints `text` with the findings and notes of its photo.
    fn finish(&mut self, photo: &PhotoReport, mut text: String) {
        let _ = write!(text, "  {}", table::verdict_line(photo, self.language));
        for line in table::findings(photo, self.language, self.verbose) {
            let _ = write!(text, "\n{line}");
        }
        self.notes(photo, &mut text);
        self.say(&text);
    }

    fn notes(&self, photo: &PhotoReport, text: &mut String) {
        if !self.verbose {
            return;
        }
        let mut line = |key: &str, said: &str| {
            let label = styled(DIM, &self.language.text(key));
            let _ = write!(text, "\n  {label}{said}");
        };
        let edits: Vec<String> =
            photo.edits.iter().map(|e| edit(e).to_text(self.language)).collect();
        if !edits.is_empty() {
            line("label-edits", &edits.join(" · "));
        }
        for note in &photo.notes {
            line("label-note", &note.to_text(self.language));
        }
    }

    /// Prints what is to be known where offices want a number in place of a file.
    pub(super) fn receipt(&mut self, kinds: &[Kind]) {
        if let Some(receipt) = receipt(kinds, self.language)
            && !self.quiet
        {
            let label = styled(DIM, &self.language.text("label-receipt"));
            self.say(&format!("{label}{}", receipt.message));
        }
    }

    /// Prints how several photos ended.
    pub(super) fn summary(&mut self, batch: &BatchReport) {
        if batch.total() > 1 {
            self.remark(&report::html::summary(batch));
        }
    }

    /// A progress bar for `photos` photos; it shows itself only on a terminal and for more than one.
    pub(super) fn bar(&self, photos: usize) -> Bar {
        let shown = !self.quiet && photos > 1 && io::stderr().is_terminal();
        let target =
            if shown { ProgressDrawTarget::stderr() } else { ProgressDrawTarget::hidden() };
        let bar = ProgressBar::with_draw_target(Some(photos as u64), target);
        let plain = self.colors == ColorChoice::Never || std::env::var_os("NO_COLOR").is_some();
        let template = if plain { "{bar:28} {msg}" } else { "{bar:28.green/dim} {msg}" };
        if let Ok(style) = ProgressStyle::with_template(template) {
            bar.set_style(style.progress_chars("━╸─"));
        }
        Bar { bar, language: self.language }
    }

    /// A line that shows how things stand; it shows itself only on a terminal.
    pub(super) fn live(&self) -> Live {
        let shown = !self.quiet && io::stderr().is_terminal();
        let target =
            if shown { ProgressDrawTarget::stderr() } else { ProgressDrawTarget::hidden() };
        let bar = ProgressBar::with_draw_target(None, target);
        if let Ok(style) = ProgressStyle::with_template("{spinner} {msg}") {
            bar.set_style(style);
        }
        if shown {
            bar.enable_steady_tick(Duration::from_millis(250));
        }
        Live { bar, language: self.language }
    }

    /// On Ctrl-C: removes the temporary files, says so, and ends with code 130.
    ///
    /// # Errors
    /// A [`Failure`] when the system lets nobody listen for signals.
    pub(super) fn on_interrupt(&self, pending: &Pending) -> Result<(), Failure> {
        let (pending, language, colors) = (pending.clone(), self.language, self.colors);
        let listening = ctrlc::set_handler(move || {
            pending.interrupt();
            let mut err = AutoStream::new(io::stderr(), colors);
            drop(writeln!(err, "\nbaidi: {}", language.text("job-interrupted")));
            ExitStatus::Interrupted.leave()
        });
        listening.map_err(|e| Error::Internal { stage: "signals", reason: e.to_string() }.into())
    }

    /// On Ctrl-C and where the system asks the program to end: has `end` end it, and says so; where that was done before, ends with code 130 at once.
    ///
    /// # Errors
    /// A [`Failure`] when the system lets nobody listen for signals.
    #[cfg(feature = "serve")]
    pub(super) fn on_end(&self, end: impl Fn() -> bool + Send + 'static) -> Result<(), Failure> {
        let (language, colors, quiet) = (self.language, self.colors, self.quiet);
        let listening = ctrlc::set_handler(move || {
            if !end() {
                ExitStatus::Interrupted.leave();
            }
            if !quiet {
                let mut err = AutoStream::new(io::stderr(), colors);
                drop(writeln!(err, "\nbaidi: {}", language.text("serve-ending")));
            }
        });
        listening.map_err(|e| Error::Internal { stage: "signals", reason: e.to_string() }.into())
    }
}

/// A photo's sign and name.
fn heading(photo: &PhotoReport) -> String {
    let name = styled(BOLD, &photo.input.display().to_string());
    format!("{} {name}", table::photo_sign(photo))
}

/// Prints what clap has to say: help and version to standard output, errors to standard error.
pub(super) fn usage(error: &clap::Error) -> ExitStatus {
    // Nobody may be reading; the code says it all the same.
    drop(error.print());
    if error.use_stderr() { ExitStatus::Failed } else { ExitStatus::Success }
}

/// Makes a panic one line that can be sent to us. The batch turns it into an internal error of the photo.
pub(super) fn quiet_panics() {
    std::panic::set_hook(Box::new(|info| {
        let place = info.location().map(ToString::to_string).unwrap_or_default();
        drop(writeln!(io::stderr(), "baidi: panic at {place}"));
    }));
}

/// A progress bar with rate and time left.
#[derive(Debug)]
pub(super) struct Bar {
    bar: ProgressBar,
    language: Language,
}

impl Bar {
    /// Takes the bar away while `work` prints.
    pub(super) fn suspend<R>(&self, work: impl FnOnce() -> R) -> R {
        self.bar.suspend(work)
    }
}

/// A line that shows how things stand.
#[derive(Debug)]
pub(super) struct Live {
    bar: ProgressBar,
    language: Language,
}

impl Live {
    /// Shows `message` from now on.
    pub(super) fn show(&self, message: &Message) {
        self.bar.set_message(message.to_text(self.language));
    }

    /// Takes the line away while `work` prints.
    pub(super) fn suspend<R>(&self, work: impl FnOnce() -> R) -> R {
        self.bar.suspend(work)
    }

    /// Takes the line away.
    pub(super) fn end(&self) {
        self.bar.finish_and_clear();
    }
}

/// A duration as `m:ss` or `h:mm:ss`.
fn clock(time: Duration) -> String {
    let seconds = time.as_secs();
    let (hours, minutes, seconds) = (seconds / 3600, seconds / 60 % 60, seconds % 60);
    if hours > 0 {
        format!("{hours}:{minutes:02}:{seconds:02}")
    } else {
        format!("{minutes}:{seconds:02}")
    }
}

impl Progress for Bar {
    fn begin(&self, _: usize) {
        self.bar.enable_steady_tick(Duration::from_millis(250));
    }

    fn done(&self, _: Status) {
        self.bar.inc(1);
        let message = Message::new("progress")
            .number("done", self.bar.position() as f64, 0)
            .number("total", self.bar.length().unwrap_or(0) as f64, 0)
            .number("rate", self.bar.per_sec(), 1)
            .text("left", clock(self.bar.eta()));
        self.bar.set_message(message.to_text(self.language));
    }

    fn end(&self) {
        self.bar.finish_and_clear();
    }
}

/// What is to be known of receipts where cards of `kinds` go.
fn receipt(kinds: &[Kind], language: Language) -> Option<report::ReceiptText> {
    let specs: Vec<_> = kinds.iter().map(|kind| &*kind.spec).collect();
    report::ReceiptText::of_all(&specs, language)
}

/// What a report on cards of `kinds` says at its head.
pub(super) fn header(kinds: &[Kind], language: Language) -> Heading {
    let names: Vec<&str> = kinds.iter().map(|kind| kind.spec.name.as_str()).collect();
    let titles: Vec<&str> = kinds.iter().map(|kind| language.title_of(&kind.spec)).collect();
    Heading {
        spec: names.join(", "),
        title: titles.join(" · "),
        receipt: receipt(kinds, language),
        language,
    }
}

/// Report files on their way; each gets its name when it is whole.
#[derive(Debug)]
pub(super) struct ReportOut {
    open: Vec<(PathBuf, Writer<BufWriter<Staged>>)>,
    failed: Option<(PathBuf, io::Error)>,
}

impl ReportOut {
    /// Begins the reports that were asked for.
    pub(super) fn open(
        files: &[ReportFile],
        kinds: &[Kind],
        language: Language,
        pending: &Pending,
    ) -> Result<Self, Failure> {
        let mut open = Vec::new();
        for ReportFile { path, format } in files {
            let staged = BufWriter::new(Staged::new(path, pending)?);
            let writer =
                Writer::new(*format, header(kinds, language), staged).map_err(|source| {
                    Failure::from(Error::Io { action: "write", path: path.clone(), source })
                })?;
            open.push((path.clone(), writer));
        }
        Ok(Self { open, failed: None })
    }

    /// Whether there is a report to write.
    pub(super) const fn is_open(&self) -> bool {
        !self.open.is_empty()
    }

    /// Appends a photo. What goes wrong is said at the end: the photos matter more than their reports.
    pub(super) fn photo(&mut self, photo: &PhotoReport) {
        let failed = &mut self.failed;
        self.open.retain_mut(|(path, writer)| match writer.photo(photo) {
            Ok(()) => true,
            Err(error) => {
                failed.get_or_insert_with(|| (path.clone(), error));
                false
            }
        });
    }

    /// Gives the reports their names.
    pub(super) fn commit(self) -> Result<(), Failure> {
        let failed = |path, source| Failure::from(Error::Io { action: "write", path, source });
        for (path, writer) in self.open {
            let sink = writer.finish().map_err(|e| failed(path.clone(), e))?;
            let staged = sink.into_inner().map_err(|e| failed(path.clone(), e.into_error()))?;
            staged.commit(true)?;
        }
        match self.failed {
            Some((path, error)) => Err(failed(path, error)),
            None => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_read_like_a_clock() {
        assert_eq!(clock(Duration::from_secs(5)), "0:05");
        assert_eq!(clock(Duration::from_secs(3_725)), "1:02:05");
    }
}
