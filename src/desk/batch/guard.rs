//! A time limit for every photo: it is worked on by a thread of its own, which is left behind when it takes too long.
//!
//! Rust has no way to stop a thread from outside, and decoders of others do not look at a clock. So the batch goes on with a new thread and new buffers, and the one
//! left behind ends when its photo ends, or with the program; until then it keeps a core busy and its memory (at most what [`crate::input::decode::Limits`] allow). What the limit
//! covers is decoding, making and measuring; reading the source and writing the card are the system's and are waited for.

use std::any::Any;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::sync::Arc;
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::thread;
use std::time::Duration;

use super::{Hands, STACK};
use crate::base::error::{Error, Result};
use crate::door::{Checked, Made, Order};

type Make<H> = Arc<dyn Fn() -> Result<H> + Send + Sync>;

/// Hands that give up on a photo after a time.
pub struct Guarded<H> {
    make: Make<H>,
    limit: Option<Duration>,
    link: Option<Link>,
}

/// The way to the thread that works.
struct Link {
    tasks: Sender<Task>,
    results: Receiver<Done>,
}

enum Task {
    Fix { source: Arc<Vec<u8>>, orders: Vec<Order> },
    Check { file: Arc<Vec<u8>>, order: Order },
}

enum Done {
    Made(Result<Vec<Result<Made>>>),
    Checked(Result<Box<Checked>>),
    Panicked(Box<dyn Any + Send>),
}

impl<H> std::fmt::Debug for Guarded<H> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Guarded").field("limit", &self.limit).finish_non_exhaustive()
    }
}

impl<H: Hands + 'static> Guarded<H> {
    /// Hands that `make` makes, on a thread of their own, with at most `limit` for a photo; `None` for no limit. Making a card and judging it count together.
    pub fn new(
        make: impl Fn() -> Result<H> + Send + Sync + 'static,
        limit: Option<Duration>,
    ) -> Self {
        Self { make: Arc::new(make), limit, link: None }
    }

    fn done(&mut self, task: Task) -> Result<Done> {
        let ended =
            || Error::Internal { stage: "threads", reason: "a thread ended early".to_owned() };
        let link = match self.link.take() {
            Some(link) => link,
            None => begin(Arc::clone(&self.make))?,
        };
        link.tasks.send(task).map_err(|_| ended())?;
        let done = match self.limit {
            None => link.results.recv().map_err(|_| ended())?,
            Some(limit) => link.results.recv_timeout(limit).map_err(|e| match e {
                RecvTimeoutError::Timeout => Error::TimedOut { seconds: limit.as_secs() },
                RecvTimeoutError::Disconnected => ended(),
            })?,
        };
        if let Done::Panicked(payload) = done {
            // To the batch, which reports it; the thread and its buffers are gone.
            resume_unwind(payload);
        }
        self.link = Some(link);
        Ok(done)
    }
}

fn begin<H: Hands + 'static>(make: Make<H>) -> Result<Link> {
    let (tasks, orders) = channel();
    let (answers, results) = channel();
    thread::Builder::new()
        .name("photo".to_owned())
        .stack_size(STACK)
        .spawn(move || work(&make, &orders, &answers))
        .map_err(|e| Error::Internal { stage: "threads", reason: e.to_string() })?;
    Ok(Link { tasks, results })
}

/// Does what comes until nobody waits for it.
fn work<H: Hands>(make: &Make<H>, tasks: &Receiver<Task>, answers: &Sender<Done>) {
    let mut hands = None;
    while let Ok(task) = tasks.recv() {
        let answer = catch_unwind(AssertUnwindSafe(|| carry_out(task, make, &mut hands)));
        let answer = answer.unwrap_or_else(Done::Panicked);
        let over = matches!(answer, Done::Panicked(_));
        if answers.send(answer).is_err() || over {
            return;
        }
    }
}

fn carry_out<H: Hands>(task: Task, make: &Make<H>, hands: &mut Option<H>) -> Done {
    let hired = match hands.take() {
        Some(hired) => Ok(hired),
        None => make(),
    };
    match (task, hired) {
        (Task::Fix { source, orders }, Ok(hired)) => {
            Done::Made(hands.insert(hired).fix_all(&source, &orders))
        }
        (Task::Check { file, order }, Ok(hired)) => {
            Done::Checked(hands.insert(hired).check(&file, &order).map(Box::new))
        }
        (Task::Fix { .. }, Err(error)) => Done::Made(Err(error)),
        (Task::Check { .. }, Err(error)) => Done::Checked(Err(error)),
    }
}

fn mixed_up() -> Error {
    Error::Internal { stage: "threads", reason: "an answer to another question".to_owned() }
}

impl<H: Hands + 'static> Hands for Guarded<H> {
    fn fix_all(&mut self, source: &Arc<Vec<u8>>, orders: &[Order]) -> Result<Vec<Result<Made>>> {
        match self.done(Task::Fix { source: Arc::clone(source), orders: orders.to_vec() })? {
            Done::Made(made) => made,
            Done::Checked(_) | Done::Panicked(_) => Err(mixed_up()),
        }
    }

    fn check(&mut self, file: &Arc<Vec<u8>>, order: &Order) -> Result<Checked> {
        match self.done(Task::Check { file: Arc::clone(file), order: order.clone() })? {
            Done::Checked(checked) => checked.map(|c| *c),
            Done::Made(_) | Done::Panicked(_) => Err(mixed_up()),
        }
    }
}
