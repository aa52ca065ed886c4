//! `baidi check`.

use std::ops::ControlFlow;

use anyhow::Result;

use super::args::CheckArgs;
use super::exit::ExitStatus;
use super::job::Job;
use super::terminal::{ReportOut, Terminal};
use crate::desk::batch::guard::Guarded;
use crate::desk::batch::{self, Settings};
use crate::desk::output::Pending;
use crate::door::Baidi;
use crate::words::report::{ReportFormat, Status, Writer};

pub(super) fn run(args: &CheckArgs, terminal: &mut Terminal) -> Result<ExitStatus> {
    let job = Job::check(args)?;
    let pending = Pending::default();
    terminal.on_interrupt(&pending)?;
    let mut report = ReportOut::open(&job.reports, &job.kinds, terminal.language(), &pending)?;
    let header = super::terminal::header(&job.kinds, terminal.language());
    let mut json = if args.json {
        Some(Writer::new(ReportFormat::Json, header, terminal.results()))
    } else {
        None
    }
    .transpose();
    let settings = Settings {
        thumbnails: job.has_pictures(),
        jobs: job.jobs,
        pending: pending.clone(),
        ..Settings::new(job.kinds.clone())
    };
    let hire = || Ok(Guarded::new(Baidi::open, job.timeout));
    let bar = terminal.bar(job.orders.len());
    let batch = batch::run(&job.orders, &settings, hire, &bar, |photos| {
        for photo in &photos {
            report.photo(photo);
            if !args.json {
                bar.suspend(|| terminal.checked(photo));
                continue;
            }
            if let Ok(Some(writer)) = &mut json
                && let Err(error) = writer.photo(photo)
            {
                json = Err(error);
            }
            if photo.status == Status::Failed {
                bar.suspend(|| terminal.failed(photo));
            }
        }
        // A reader who has seen enough, as `head` has, ends the work, unless a report is to be written besides.
        let unheard = json.is_err() || terminal.closed();
        if unheard && !report.is_open() {
            ControlFlow::Break(())
        } else {
            ControlFlow::Continue(())
        }
    })?;
    let json = json.and_then(|writer| writer.map(Writer::finish).transpose());
    let unheard = terminal.heard(json.map(drop))?;
    if !args.json && batch.total() > batch.failed {
        terminal.receipt(&job.kinds);
    }
    terminal.summary(&batch);
    report.commit()?;
    Ok(if unheard { ExitStatus::Success } else { ExitStatus::of(&batch, false) })
}
