//! What a photo must be, and what can be said of one.

pub mod check;
pub mod id_number;
pub mod spec;
