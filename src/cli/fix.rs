//! `baidi fix`.

use std::ops::ControlFlow;
use std::path::PathBuf;

use anyhow::Result;

use super::args::FixArgs;
use super::exit::ExitStatus;
use super::job::{Job, People};
use super::terminal::{ReportOut, Terminal};
use crate::base::message::Message;
use crate::card::pipeline::Account;
use crate::desk::batch::guard::Guarded;
use crate::desk::batch::ledger::Ledger;
use crate::desk::batch::{self, Kind, Settings, Writing};
use crate::desk::output::Staged;
use crate::desk::output::{self, Pending};
use crate::desk::package;
use crate::desk::roster::book::Book;
use crate::desk::source;
use crate::door::Baidi;
use crate::words::failure::Failure;
use crate::words::report::PhotoReport;

pub(super) fn run(args: &FixArgs, terminal: &mut Terminal) -> Result<ExitStatus> {
    let job = Job::fix(args)?;
    let pending = Pending::default();
    terminal.on_interrupt(&pending)?;
    let ledger = open_ledger(&job)?;
    let mut report = ReportOut::open(&job.reports, &job.kinds, terminal.language(), &pending)?;
    let settings = Settings {
        options: job.options.clone(),
        writing: job.writing,
        replace: job.replace,
        thumbnails: job.has_pictures(),
        // of the photos themselves only reports say something
        account: if job.reports.is_empty() { Account::Card } else { Account::Whole },
        jobs: job.jobs,
        pending: pending.clone(),
        ledger: ledger.as_ref(),
        ..Settings::new(job.kinds.clone())
    };
    let hire = || Ok(Guarded::new(Baidi::open, job.timeout));
    let bar = terminal.bar(job.orders.len());
    let mut cards = Vec::new();
    let mut book = job.people.as_ref().map(|people| Book::new(&people.roster, terminal.language()));
    let batch = batch::run(&job.orders, &settings, hire, &bar, |photos| {
        if let (Some(book), Some(people), Some(folder)) = (&mut book, &job.people, &job.folder)
            && let Some(person) = photos.first().and_then(|p| people.of_photo.get(&p.input))
        {
            book.reports(*person, &photos, folder);
        }
        for photo in photos {
            bar.suspend(|| terminal.fixed(&photo, job.writing));
            report.photo(&photo);
            if job.zip.is_some() {
                cards.extend(photo.output);
            }
        }
        ControlFlow::Continue(())
    })?;
    if batch.total() > batch.failed {
        terminal.receipt(&job.kinds);
    }
    terminal.summary(&batch);
    report.commit()?;
    if let (Some(zip), Some(folder)) = (&job.zip, &job.folder)
        && job.writing != Writing::Nothing
    {
        package::pack(&cards, folder, zip, &pending).map_err(Failure::from)?;
        let packed = Message::new("zip-written").text("path", zip.display().to_string());
        terminal.remark(&packed.number("cards", cards.len() as f64, 0));
    }
    if let (Some(book), Some(people)) = (book, &job.people) {
        let book = completed(book, people, &job, ledger.as_ref());
        terminal.remark(&book.summary());
        if job.writing != Writing::Nothing {
            let [page, table] = &people.book;
            for (path, text) in [(page, book.html()), (table, book.csv())] {
                let staged = Staged::with(path, text.as_bytes(), &pending);
                staged.and_then(|staged| staged.commit(true)).map_err(Failure::from)?;
            }
            terminal.remark(&Message::new("book-written").text("path", page.display().to_string()));
        }
    }
    Ok(ExitStatus::of(&batch, args.card.strict))
}

/// The book with what needs no photo of this run: who was refused, who was done before, which photos are nobody's.
fn completed<'r>(
    mut book: Book<'r>,
    people: &People,
    job: &Job,
    ledger: Option<&Ledger>,
) -> Book<'r> {
    for (person, photo, failure) in &people.troubles {
        book.trouble(*person, &source::slashed(photo), failure);
    }
    for (photo, failure) in &people.strangers {
        book.stranger(photo, failure);
    }
    if let (Some(ledger), Some(folder)) = (ledger, &job.folder) {
        for (person, cards) in people.cards.iter().enumerate().filter(|(_, c)| !c.is_empty()) {
            if book.knows(person) {
                continue;
            }
            let of_kind = |(card, kind): (&PathBuf, &Kind)| {
                Some(PhotoReport { spec: Some(kind.spec.name.clone()), ..ledger.last(card)? })
            };
            let known: Vec<PhotoReport> =
                cards.iter().zip(&job.kinds).filter_map(of_kind).collect();
            // One card of several is not all of what was ordered.
            if known.len() == cards.len() {
                book.reports(person, &known, folder);
            }
        }
    }
    book
}

/// The ledger of the folder that cards go to; what a killed run left half-written there is cleared away. A dry run only looks.
fn open_ledger(job: &Job) -> Result<Option<Ledger>, Failure> {
    let Some(folder) = &job.folder else { return Ok(None) };
    if job.writing == Writing::Nothing {
        return Ok(Some(Ledger::peek(folder)));
    }
    let ledger = Ledger::open(folder)?;
    for folder in [Some(folder), job.mattes.as_ref()].into_iter().flatten() {
        output::sweep(folder);
    }
    Ok(Some(ledger))
}
