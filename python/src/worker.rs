//! One photo, in a thread that has the stack it needs and may be left behind when it takes too long.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use baidi::lab::batch::guard::Guarded;
use baidi::lab::batch::ledger::Digest;
use baidi::lab::batch::{self, Hands as _};
use baidi::lab::report::PhotoReport;
use baidi::{Account, Baidi, Error, Made};

use crate::answer::Answer;
use crate::order::Order;
use crate::photo::Photo;

/// What is asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Ask {
    /// A card and what is said of it; with the whole `account` also what the photo breaks, and with `everything` the photo's own report, and the cut-out.
    Fix { account: Account, everything: bool },
    /// A verdict.
    Check,
}

/// Does one photo after the other.
#[derive(Debug)]
pub(crate) struct Worker {
    hands: Guarded<Baidi>,
    limit: Option<Duration>,
}

/// Seconds as Python counts them; what is no time is no limit.
fn limit(seconds: Option<f64>) -> Option<Duration> {
    seconds.and_then(|seconds| Duration::try_from_secs_f64(seconds).ok())
}

impl Worker {
    /// A worker that gives up on a photo after `seconds`. Its buffers and networks come with its first photo.
    pub(crate) fn new(seconds: Option<f64>) -> Self {
        batch::keep_freed_memory();
        let limit = limit(seconds);
        Self { hands: Guarded::new(Baidi::open, limit), limit }
    }

    /// What becomes of `photo`. Nothing that it holds raises or panics.
    pub(crate) fn answer(&mut self, ask: Ask, photo: &Photo, order: &Order) -> Answer {
        let started = Instant::now();
        let mut answer = catch_unwind(AssertUnwindSafe(|| self.carried_out(ask, photo, order)))
            .unwrap_or_else(|payload| {
                let error = Error::panicked(payload.as_ref());
                let report = PhotoReport::failed(photo.place(), &error);
                Answer::refused(&report, &error, order, None)
            });
        answer.seconds = started.elapsed().as_secs_f64();
        answer
    }

    fn carried_out(&mut self, ask: Ask, photo: &Photo, order: &Order) -> Answer {
        let mut sha256 = None;
        let done = photo.read().and_then(|bytes| {
            sha256 = Some(Digest::of(&bytes));
            let bytes = Arc::new(bytes.into_owned());
            let mut asked = order.order.clone();
            if let Some(name) = photo.name() {
                asked = asked.file_name(name);
            }
            match ask {
                Ask::Check => {
                    let checked = self.hands.check(&bytes, &asked)?;
                    let spec = Some(asked.spec().name.clone());
                    let report =
                        PhotoReport { spec, ..PhotoReport::checked(photo.place(), checked) };
                    Ok(Answer::of(&report, order, sha256))
                }
                Ask::Fix { account, everything } => {
                    let asked = asked.account(account);
                    let made = self.hands.fix_all(&bytes, std::slice::from_ref(&asked))?;
                    let none = || Error::Internal {
                        stage: "door",
                        reason: "an order without a card".to_owned(),
                    };
                    let made = made.into_iter().next().ok_or_else(none)??;
                    Ok(card(made, everything, photo, &asked, order, sha256))
                }
            }
        });
        done.unwrap_or_else(|error| {
            let report = PhotoReport::failed(photo.place(), &error);
            Answer::refused(&report, &error, order, sha256)
        })
    }
}

fn card(
    mut made: Made,
    everything: bool,
    photo: &Photo,
    asked: &baidi::Order,
    order: &Order,
    sha256: Option<Digest>,
) -> Answer {
    let spec = Some(asked.spec().name.clone());
    let before = everything.then(|| PhotoReport {
        spec: spec.clone(),
        ..PhotoReport::before(photo.place(), &mut made)
    });
    let (report, file, matte) = PhotoReport::made(photo.place(), made);
    let report = PhotoReport { spec, output: asked.name_of_card().map(Into::into), ..report };
    let answer = Answer::of(&report, order, sha256).with_card(file.bytes);
    match before {
        Some(before) => answer.with_everything(&before, &matte, order),
        None => answer,
    }
}

/// Workers that wait for the next single photo, and the process they belong to.
static IDLE: Mutex<(u32, Vec<Worker>)> = Mutex::new((0, Vec::new()));

/// More than this many do not wait: each keeps some 60 MiB of buffers.
const MOST_IDLE: usize = 4;

/// One photo by a worker that is there already, or else by a new one.
pub(crate) fn alone(ask: Ask, photo: &Photo, order: &Order, seconds: Option<f64>) -> Answer {
    let mut worker = idle(limit(seconds)).unwrap_or_else(|| Worker::new(seconds));
    let answer = worker.answer(ask, photo, order);
    if let Ok(mut waiting) = IDLE.try_lock()
        && waiting.0 == std::process::id()
        && waiting.1.len() < MOST_IDLE
    {
        waiting.1.push(worker);
    }
    answer
}

fn idle(limit: Option<Duration>) -> Option<Worker> {
    // Whoever cannot look hires: a process may have been forked while another thread held the lock.
    let mut waiting = IDLE.try_lock().ok()?;
    if waiting.0 != std::process::id() {
        // A forked process has the workers but not their threads.
        std::mem::forget(std::mem::take(&mut waiting.1));
        waiting.0 = std::process::id();
    }
    let at = waiting.1.iter().position(|worker| worker.limit == limit)?;
    Some(waiting.1.swap_remove(at))
}
