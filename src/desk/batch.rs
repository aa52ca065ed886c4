//! Many photos, one worker per thread, reports in input order.

pub mod guard;
pub mod ledger;
pub mod naming;
mod photo;
mod record;

use std::collections::BTreeMap;
use std::ops::ControlFlow;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::PathBuf;
use std::sync::{Arc, mpsc};

use ledger::{Digest, Ledger};
use rayon::iter::{ParallelBridge as _, ParallelIterator as _};

use crate::base::error::{Error, Result};
use crate::base::message::Message;
use crate::card::pipeline::{Account, FixOptions};
use crate::desk::output::Pending;
use crate::desk::progress::Progress;
use crate::desk::source::Source;
use crate::door::{self, Baidi, Checked, Made};
use crate::rules::spec::PhotoSpec;
use crate::words::failure::Failure;
use crate::words::report::{BatchReport, PhotoReport, Status};

/// Does one photo after the other; every thread has its own.
pub trait Hands {
    /// Makes a card for each order from a source's bytes, which another thread may share, and judges it, as [`Baidi::fix_all`] does.
    ///
    /// # Errors
    /// Every [`Error`] a photo can cause; what a single card causes stands in its place.
    fn fix_all(
        &mut self,
        source: &Arc<Vec<u8>>,
        orders: &[door::Order],
    ) -> Result<Vec<Result<Made>>>;

    /// Judges a file's bytes, as [`Baidi::check`] does.
    ///
    /// # Errors
    /// [`Error`] when the bytes are no picture that can be read.
    fn check(&mut self, file: &Arc<Vec<u8>>, order: &door::Order) -> Result<Checked>;
}

impl Hands for Baidi {
    fn fix_all(
        &mut self,
        source: &Arc<Vec<u8>>,
        orders: &[door::Order],
    ) -> Result<Vec<Result<Made>>> {
        Self::fix_all(self, source, orders)
    }

    fn check(&mut self, file: &Arc<Vec<u8>>, order: &door::Order) -> Result<Checked> {
        Self::check(self, file, order)
    }
}

/// Where a card goes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Destination {
    /// The card.
    pub card: PathBuf,
    /// The card's alpha, where it is wanted.
    pub matte: Option<PathBuf>,
    /// Whether the name had to be told apart from another card's.
    pub renamed: bool,
}

/// What is to be done with one input.
#[derive(Debug, Clone, PartialEq)]
pub enum WorkItem {
    /// Nothing: it was refused before it was opened.
    Refused {
        /// The input as it was named.
        input: PathBuf,
        /// Why.
        failure: Failure,
    },
    /// To be measured.
    Check(Source),
    /// To be made cards of, one of each kind of the settings, in their order; or why there must not be one.
    Fix(Source, Vec<Result<Destination, Failure>>),
}

impl WorkItem {
    fn input(&self) -> PathBuf {
        match self {
            Self::Refused { input, .. } => input.clone(),
            Self::Check(source) | Self::Fix(source, _) => source.path().to_owned(),
        }
    }
}

/// What is done with cards.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Writing {
    /// Every card is written. Where its name is taken the photo fails.
    #[default]
    Every,
    /// Only cards that break no rule are written.
    Compliant,
    /// None is: a dry run.
    Nothing,
}

/// One kind of card: made of every photo, or what every photo is judged by.
#[derive(Debug, Clone, PartialEq)]
pub struct Kind {
    /// What the card must be.
    pub spec: Arc<PhotoSpec>,
    /// What makes such a card what it is, for the ledger: [`ledger::recipe`].
    pub recipe: Digest,
}

/// What holds for all photos of a batch.
#[derive(Debug, Clone)]
pub struct Settings<'a> {
    /// What is made of every photo. A check judges by the first.
    pub kinds: Vec<Kind>,
    /// What `fix` was told besides.
    pub options: FixOptions,
    /// Which cards are written. Default: every.
    pub writing: Writing,
    /// Whether existing outputs are replaced. Default: false.
    pub replace: bool,
    /// Whether reports carry small pictures. Default: false.
    pub thumbnails: bool,
    /// How much is wanted of what the rules say of the photos that cards are made of. Default: all of it.
    pub account: Account,
    /// How many threads work; at least one does. Default: 1.
    pub jobs: usize,
    /// The temporary files of this run.
    pub pending: Pending,
    /// What was done before in the output folder and need not be done again; cards are written down there. Default: nothing.
    pub ledger: Option<&'a Ledger>,
}

impl Settings<'_> {
    /// The defaults for cards of `kinds`.
    #[must_use]
    pub fn new(kinds: Vec<Kind>) -> Self {
        Self {
            kinds,
            options: FixOptions::default(),
            writing: Writing::default(),
            replace: false,
            thumbnails: false,
            account: Account::Whole,
            jobs: 1,
            pending: Pending::default(),
            ledger: None,
        }
    }

    /// What is asked of a photo that is called `name`.
    fn order(&self, kind: &Kind, name: Option<&str>) -> door::Order {
        let order = door::Order::of(Arc::clone(&kind.spec))
            .options(self.options.clone())
            .account(self.account);
        match name {
            Some(name) => order.file_name(name),
            None => order,
        }
    }
}

/// Stack of a working thread, in bytes: the main thread's usual 8 MiB, where rayon would give 2.
const STACK: usize = 8 << 20;

/// Carries out `orders` and hands every photo's reports, one for each of its cards, to `each`, in the order of `orders`, as soon as they and all before them are there.
///
/// `hire` makes one worker per thread; a worker that panicked is dismissed and another one hired, and the photo is reported as an internal error. `each` may end the batch
/// early. Nothing of a photo is kept after its report, so memory does not grow with their number.
///
/// # Errors
/// [`Error::Internal`] when no threads can be started.
pub fn run<H: Hands>(
    orders: &[WorkItem],
    settings: &Settings<'_>,
    hire: impl Fn() -> Result<H> + Sync,
    progress: &dyn Progress,
    mut each: impl FnMut(Vec<PhotoReport>) -> ControlFlow<()>,
) -> Result<BatchReport> {
    let jobs = settings.jobs.clamp(1, orders.len().max(1));
    let pool = rayon::ThreadPoolBuilder::new()
        .num_threads(jobs)
        .stack_size(STACK)
        .build()
        .map_err(|e| Error::Internal { stage: "threads", reason: e.to_string() })?;
    let (sender, receiver) = mpsc::channel();
    let mut batch = BatchReport::default();
    progress.begin(orders.len());
    pool.in_place_scope(|scope| {
        let hire = &hire;
        scope.spawn(move |_| {
            // A bridge hands out one photo at a time, in their order, so that reports do not pile up. Whoever finds nobody listening stops: the batch was ended.
            let photos = orders.iter().enumerate().par_bridge();
            let hands = || (None, sender.clone());
            let _ended = photos.try_for_each_init(hands, |(hands, sender), (index, order)| {
                sender.send((index, attempt(order, settings, hire, hands)))
            });
        });
        // The first `expected` reports are out; those that came before their turn wait here.
        let mut waiting = BTreeMap::new();
        let mut expected = 0;
        for (index, reports) in receiver {
            waiting.insert(index, reports);
            while let Some(reports) = waiting.remove(&expected) {
                expected += 1;
                reports.iter().for_each(|report| batch.add(report));
                let worst = reports.iter().map(|r| r.status).max();
                progress.done(worst.unwrap_or(Status::Compliant));
                if each(reports).is_break() {
                    return;
                }
            }
        }
    });
    progress.end();
    Ok(batch)
}

fn attempt<H: Hands>(
    order: &WorkItem,
    settings: &Settings<'_>,
    hire: &impl Fn() -> Result<H>,
    hands: &mut Option<H>,
) -> Vec<PhotoReport> {
    // A worker is dropped after a panic, so no half-changed buffer is seen again.
    let outcome = catch_unwind(AssertUnwindSafe(|| {
        let worker = match hands {
            Some(worker) => worker,
            None => match hire() {
                Ok(worker) => hands.insert(worker),
                Err(error) => return vec![PhotoReport::failed(order.input(), &error)],
            },
        };
        photo::process(order, settings, worker)
    }));
    outcome.unwrap_or_else(|payload| {
        *hands = None;
        vec![PhotoReport::failed(order.input(), Error::panicked(payload.as_ref()))]
    })
}

/// Lets the GNU C library keep freed memory for the next buffer. By itself it takes each large one fresh from the system, page by page, until one of like size was freed
/// (mallopt(3), "dynamic mmap threshold"); one of 31 MiB, nearly the most that counts, is taken here and given back untouched. One photo takes 6 % less time, and a
/// folder 5 %. Elsewhere it does nothing.
pub fn keep_freed_memory() {
    drop(std::hint::black_box(Vec::<u8>::with_capacity(31 << 20)));
}

/// The refusal of an output that is there already.
#[must_use]
pub fn exists(path: &std::path::Path) -> Failure {
    Failure::with(Message::new("job-output-exists").text("path", path.display().to_string()))
}

#[cfg(test)]
mod tests;
