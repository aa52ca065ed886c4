//! What a finished photo must be.
