//! Whether anybody still waits for what is being made.
//!
//! A thread cannot be stopped from outside. So the work asks between two stages, and ends by itself where nobody wants its result any more.

use std::fmt;
use std::sync::Arc;

/// Tells whether to stop. Default: never.
#[derive(Clone, Default)]
pub struct Stop(Option<Arc<dyn Fn() -> bool + Send + Sync>>);

impl Stop {
    /// One that asks `over`.
    #[must_use]
    pub fn when(over: impl Fn() -> bool + Send + Sync + 'static) -> Self {
        Self(Some(Arc::new(over)))
    }

    /// Whether to stop now.
    #[must_use]
    pub fn is_asked(&self) -> bool {
        self.0.as_ref().is_some_and(|over| over())
    }
}

impl fmt::Debug for Stop {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Stop")
    }
}
