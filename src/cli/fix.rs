//! `baidi fix`.

use std::ops::ControlFlow;

use anyhow::Result;

use super::args::FixArgs;
use super::exit::ExitStatus;
use super::job::Job;
use super::terminal::{ReportOut, Terminal};
use crate::batch::guard::Guarded;
use crate::batch::ledger::Ledger;
use crate::batch::{self, Settings, Writing};
use crate::door::Baidi;
use crate::message::{Failure, Message};
use crate::output::{self, Pending};
use crate::package;

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
        jobs: job.jobs,
        pending: pending.clone(),
        ledger: ledger.as_ref(),
        ..Settings::new(job.kinds.clone())
    };
    let hire = || Ok(Guarded::new(Baidi::open, job.timeout));
    let bar = terminal.bar(job.orders.len());
    let mut cards = Vec::new();
    let batch = batch::run(&job.orders, &settings, hire, &bar, |photos| {
        for photo in photos {
            bar.suspend(|| terminal.fixed(&photo, job.writing));
            report.photo(&photo);
            if job.zip.is_some() {
                cards.extend(photo.output);
            }
        }
        ControlFlow::Continue(())
    })?;
    terminal.summary(&batch);
    report.commit()?;
    if let (Some(zip), Some(folder)) = (&job.zip, &job.folder)
        && job.writing != Writing::Nothing
    {
        package::pack(&cards, folder, zip, &pending).map_err(Failure::from)?;
        let packed = Message::new("zip-written").text("path", zip.display().to_string());
        terminal.remark(&packed.number("cards", cards.len() as f64, 0));
    }
    Ok(ExitStatus::from(&batch))
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
