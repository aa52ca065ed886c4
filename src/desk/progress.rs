//! How far a batch has come: the library tells, whoever wants to may show it.

use crate::words::report::Status;

/// Hears how far a batch has come; called from one thread.
pub trait Progress {
    /// A batch of `photos` photos begins.
    fn begin(&self, photos: usize) {
        let _ = photos;
    }

    /// One more photo is done; called in input order.
    fn done(&self, status: Status) {
        let _ = status;
    }

    /// The batch is over.
    fn end(&self) {}
}

/// Tells nobody.
#[derive(Debug, Clone, Copy, Default)]
pub struct Silent;

impl Progress for Silent {}
