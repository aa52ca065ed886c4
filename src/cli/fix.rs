//! `baidi fix`.

use std::ops::ControlFlow;

use anyhow::Result;

use super::args::FixArgs;
use super::exit::ExitStatus;
use super::job::Job;
use super::terminal::{ReportOut, Terminal};
use crate::batch::guard::Guarded;
use crate::batch::{self, Settings};
use crate::output::Pending;
use crate::pipeline::Worker;
use crate::report::Format;

pub(super) fn run(args: &FixArgs, terminal: &mut Terminal) -> Result<ExitStatus> {
    let job = Job::fix(args)?;
    let pending = Pending::default();
    terminal.on_interrupt(&pending)?;
    let mut report =
        ReportOut::open(job.report.as_ref(), &job.spec, terminal.language(), &pending)?;
    let settings = Settings {
        options: job.options.clone(),
        writing: job.writing,
        replace: job.replace,
        thumbnails: job.report.as_ref().is_some_and(|r| r.format == Format::Html),
        jobs: job.jobs,
        pending: pending.clone(),
        ..Settings::new(&job.spec)
    };
    let hire = || Ok(Guarded::new(Worker::new, job.timeout));
    let bar = terminal.bar(job.orders.len());
    let batch = batch::run(&job.orders, &settings, hire, &bar, |photo| {
        bar.suspend(|| terminal.fixed(&photo, job.writing));
        report.photo(&photo);
        ControlFlow::Continue(())
    })?;
    terminal.summary(&batch);
    report.commit()?;
    Ok(ExitStatus::from(&batch))
}
