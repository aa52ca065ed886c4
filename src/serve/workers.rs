//! Photos at work: so many at a time, so many that wait, in the order in which they came. Whatever goes away meanwhile makes room.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::task::spawn_blocking;
use tokio::time::timeout;

use crate::base::error::{Error, Result};
use crate::door::Baidi;

/// What a photo is taken to need before any was done, in milliseconds.
const USUAL: u64 = 1000;

/// The longest wait that is proposed, in seconds.
const LONGEST_WAIT: u64 = 120;

/// Why nothing was done.
#[derive(Debug)]
pub(super) enum Undone {
    /// As many wait as may; how many seconds to stay away.
    Busy(u64),
    /// The server is ending.
    Ending,
    /// It could not be done.
    Failed(Error),
}

/// What was done, and how long it took.
#[derive(Debug)]
pub(super) struct Done<T> {
    pub(super) result: T,
    pub(super) waited: Duration,
    pub(super) worked: Duration,
}

/// Those who work on photos.
#[derive(Debug)]
pub(super) struct Workers {
    /// How many work at a time.
    count: usize,
    /// One for each photo in the house.
    places: Arc<Semaphore>,
    /// How many there are.
    whole: usize,
    /// One for each photo that is worked on.
    seats: Arc<Semaphore>,
    /// Networks and buffers of those who have nothing to do.
    idle: Arc<Mutex<Vec<Baidi>>>,
    limit: Option<Duration>,
    /// Threads that took too long and still work.
    left_behind: Arc<AtomicUsize>,
    /// What a photo usually takes, in milliseconds.
    usual: AtomicU64,
}

/// Tells the thread to stop when the request that waits for it goes away.
struct Leaving(Arc<AtomicBool>);

impl Drop for Leaving {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Relaxed);
    }
}

/// A seat that a thread has, until it is done or it is taken from it.
type Seat = Arc<Mutex<Option<OwnedSemaphorePermit>>>;

fn vacated(seat: &Seat) -> Option<OwnedSemaphorePermit> {
    seat.lock().unwrap_or_else(PoisonError::into_inner).take()
}

impl Workers {
    pub(super) fn new(count: usize, queue: usize, limit: Option<Duration>) -> Self {
        let whole = count + queue;
        Self {
            count,
            places: Arc::new(Semaphore::new(whole)),
            whole,
            seats: Arc::new(Semaphore::new(count)),
            idle: Arc::default(),
            limit,
            left_behind: Arc::default(),
            usual: AtomicU64::new(USUAL),
        }
    }

    /// How many photos are worked on, and how many wait.
    pub(super) fn state(&self) -> (usize, usize) {
        let inside = self.whole.saturating_sub(self.places.available_permits());
        let running = self.count.saturating_sub(self.seats.available_permits());
        (running, inside.saturating_sub(running))
    }

    /// Whether another photo would be taken now.
    pub(super) fn has_place(&self) -> std::result::Result<(), Undone> {
        if self.places.available_permits() > 0 { Ok(()) } else { Err(self.busy()) }
    }

    /// With how long it takes until half of what waits is done: later, the workers might have nothing left to do.
    pub(super) fn busy(&self) -> Undone {
        let (_, waiting) = self.state();
        let usual = self.usual.load(Ordering::Relaxed);
        let wait = (waiting as u64 / 2 + 1) * usual / (self.count as u64 * 1000);
        Undone::Busy(wait.clamp(1, LONGEST_WAIT))
    }

    /// Nobody who waits gets a seat any more.
    pub(super) fn send_away(&self) {
        self.seats.close();
    }

    /// Does `work` when its turn comes. Dropped before it is done, it gives up its place, and its worker stops after the stage it is at.
    pub(super) async fn done<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut Baidi) -> T + Send + 'static,
    ) -> std::result::Result<Done<T>, Undone> {
        let came = Instant::now();
        let place = Arc::clone(&self.places).try_acquire_owned().map_err(|_| self.busy())?;
        let seat = Arc::clone(&self.seats).acquire_owned().await.map_err(|_| Undone::Ending)?;
        let began = Instant::now();
        let seat: Seat = Arc::new(Mutex::new(Some(seat)));
        let over = Arc::new(AtomicBool::new(false));
        let leaving = Leaving(Arc::clone(&over));
        let thread = spawn_blocking({
            let (idle, seat, left_behind) =
                (Arc::clone(&self.idle), Arc::clone(&seat), Arc::clone(&self.left_behind));
            move || {
                let result = worked(&idle, over, work);
                if vacated(&seat).is_none() {
                    left_behind.fetch_sub(1, Ordering::Relaxed);
                }
                result
            }
        });
        let ended = match self.limit {
            Some(limit) => timeout(limit, thread).await.map_err(|_| limit),
            None => Ok(thread.await),
        };
        let worked = began.elapsed();
        drop((leaving, place));
        self.remember(worked);
        match ended {
            Ok(Ok(Ok(result))) => Ok(Done { result, waited: began - came, worked }),
            Ok(Ok(Err(error))) => Err(Undone::Failed(error)),
            Ok(Err(_)) => {
                let reason = "a thread ended early".to_owned();
                Err(Undone::Failed(Error::Internal { stage: "threads", reason }))
            }
            Err(limit) => {
                self.leave_behind(&seat);
                Err(Undone::Failed(Error::TimedOut { seconds: limit.as_secs() }))
            }
        }
    }

    fn remember(&self, worked: Duration) {
        let worked = worked.as_millis().try_into().unwrap_or(u64::MAX / 8);
        let usual = self.usual.load(Ordering::Relaxed);
        self.usual.store((7 * usual + worked) / 8, Ordering::Relaxed);
    }

    /// Gives the seat of a thread that hangs to the next photo, as long as no more hang than there are workers.
    fn leave_behind(&self, seat: &Seat) {
        let more = self.left_behind.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |n| {
            (n < self.count).then_some(n + 1)
        });
        if more.is_ok() && vacated(seat).is_none() {
            // It was done just now.
            self.left_behind.fetch_sub(1, Ordering::Relaxed);
        }
    }
}

/// Does `work` with networks and buffers that were used before, where there are some. After a panic they are given up with all that lies in them.
fn worked<T>(
    idle: &Mutex<Vec<Baidi>>,
    over: Arc<AtomicBool>,
    work: impl FnOnce(&mut Baidi) -> T,
) -> Result<T> {
    let rested = idle.lock().unwrap_or_else(PoisonError::into_inner).pop();
    let baidi = rested.map_or_else(Baidi::open, Ok)?;
    let mut baidi = baidi.stopped_by(move || over.load(Ordering::Relaxed));
    let outcome = catch_unwind(AssertUnwindSafe(|| work(&mut baidi)));
    let result = outcome.map_err(|payload| Error::panicked(payload.as_ref()))?;
    idle.lock().unwrap_or_else(PoisonError::into_inner).push(baidi);
    Ok(result)
}
