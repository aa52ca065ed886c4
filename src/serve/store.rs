//! Bodies: read into memory as fast as a sender of good will is, and as far as there is room.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use axum::body::{Body, HttpBody as _};
use http_body_util::BodyExt as _;
use tokio::sync::watch;
use tokio::time::{Instant, timeout_at};

/// The most bytes of one body: the limit of a photo's file, and room for a form around it.
pub(super) const LARGEST: usize = (64 << 20) + (64 << 10);

/// The slowest that a body may come, in bytes a second, once the sender's patience is used up: a third of what a weak mobile network gives.
const SLOWEST: f64 = 64.0 * 1024.0;

/// How long a body is read that nobody wants, so that its sender hears why.
const DRAIN: Duration = Duration::from_secs(5);

/// Room for bodies, shared by all requests.
#[derive(Debug)]
pub(super) struct Store {
    free: AtomicUsize,
    whole: usize,
}

/// A part of the room; it is free again when this is dropped.
#[derive(Debug)]
struct Share {
    store: Arc<Store>,
    bytes: usize,
}

impl Share {
    /// Takes `bytes` more, where they are there.
    fn grow(&mut self, bytes: usize) -> bool {
        let taken = self
            .store
            .free
            .fetch_update(Ordering::Relaxed, Ordering::Relaxed, |free| free.checked_sub(bytes));
        self.bytes += if taken.is_ok() { bytes } else { 0 };
        taken.is_ok()
    }
}

impl Drop for Share {
    fn drop(&mut self) {
        self.store.free.fetch_add(self.bytes, Ordering::Relaxed);
    }
}

/// Bytes with the room they take.
#[derive(Debug)]
pub(super) struct Held {
    pub(super) bytes: Vec<u8>,
    share: Share,
}

impl Held {
    /// Other bytes in the same room, such as the part of a form that is the photo.
    pub(super) fn replaced(self, bytes: Vec<u8>) -> Self {
        Self { bytes, share: self.share }
    }
}

/// Why a body was not read to its end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Unread {
    /// It is larger than a photo may be.
    TooLarge,
    /// There is no room for it now.
    NoRoom,
    /// It comes too slowly.
    Slow,
    /// It ended early, or is not framed as HTTP has it.
    Broken,
    /// The server is ending.
    Ending,
}

/// How long a sender may take.
#[derive(Debug, Clone, Copy)]
pub(super) struct Pace {
    /// How long it may be silent, and what it has on top of the time its bytes take at the slowest.
    pub(super) patience: Duration,
}

impl Store {
    pub(super) fn new(whole: usize) -> Arc<Self> {
        Arc::new(Self { free: AtomicUsize::new(whole), whole })
    }

    /// Bytes that are held now.
    pub(super) fn held(&self) -> usize {
        self.whole.saturating_sub(self.free.load(Ordering::Relaxed))
    }

    /// Reads `body` to its end.
    pub(super) async fn read(
        self: &Arc<Self>,
        body: &mut Body,
        Pace { patience }: Pace,
        ending: &watch::Receiver<bool>,
    ) -> Result<Held, Unread> {
        let mut ending = ending.clone();
        if is_too_large(body) {
            return Err(Unread::TooLarge);
        }
        let mut bytes = Vec::new();
        let mut share = Share { store: Arc::clone(self), bytes: 0 };
        let begun = Instant::now();
        loop {
            let earned = Duration::from_secs_f64(bytes.len() as f64 / SLOWEST);
            let until = (begun + patience + earned).min(Instant::now() + patience);
            let frame = tokio::select! {
                frame = timeout_at(until, body.frame()) => frame,
                _ = ending.wait_for(|ending| *ending) => return Err(Unread::Ending),
            };
            match frame.map_err(|_| Unread::Slow)? {
                None => return Ok(Held { bytes, share }),
                Some(frame) => {
                    let Ok(data) = frame.map_err(|_| Unread::Broken)?.into_data() else { continue };
                    if bytes.len() + data.len() > LARGEST {
                        return Err(Unread::TooLarge);
                    }
                    if !share.grow(data.len()) {
                        return Err(Unread::NoRoom);
                    }
                    bytes.extend_from_slice(&data);
                }
            }
        }
    }
}

/// Whether a body says itself that it is larger than a photo may be.
fn is_too_large(body: &Body) -> bool {
    body.size_hint().lower() > LARGEST as u64
}

/// Reads what is left of a body and forgets it: most clients hear nothing before they have sent everything.
pub(super) async fn drain(body: &mut Body) {
    if is_too_large(body) {
        return;
    }
    let until = Instant::now() + DRAIN;
    let mut left = LARGEST;
    while let Ok(Some(Ok(frame))) = timeout_at(until, body.frame()).await {
        let bytes = frame.data_ref().map_or(0, |data| data.len());
        match left.checked_sub(bytes) {
            Some(rest) => left = rest,
            None => return,
        }
    }
}
