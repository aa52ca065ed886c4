//! What time is measured with.
//!
//! The core asks no system for the time. With the feature `desk` the system's clock is the default; without it no time passes unless a caller hands a clock in.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

/// Tells how long it is since some moment of its own.
#[derive(Clone)]
pub struct Clock(Arc<dyn Fn() -> Duration + Send + Sync>);

impl Clock {
    /// A clock that asks `now`.
    #[must_use]
    pub fn new(now: impl Fn() -> Duration + Send + Sync + 'static) -> Self {
        Self(Arc::new(now))
    }

    /// The time since the clock's own moment.
    #[must_use]
    pub fn now(&self) -> Duration {
        (self.0)()
    }
}

impl Default for Clock {
    /// The system's clock, or where there is no system one that stands still.
    fn default() -> Self {
        #[cfg(feature = "desk")]
        {
            let start = std::time::Instant::now();
            Self::new(move || start.elapsed())
        }
        #[cfg(not(feature = "desk"))]
        Self::new(|| Duration::ZERO)
    }
}

impl fmt::Debug for Clock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Clock")
    }
}
