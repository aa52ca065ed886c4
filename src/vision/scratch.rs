//! What one worker works with: one of each, passed down to whoever needs it.

use crate::base::resample::Resampler;
use crate::vision::inference::Pool;

/// The buffers of one thread and the tables that go with them. What lies in them between two photos changes no result.
#[derive(Debug, Default)]
pub struct Scratch {
    /// Brings pictures into frames.
    pub resampler: Resampler,
    /// What the networks' maps lie in.
    pub(crate) pool: Pool,
}
