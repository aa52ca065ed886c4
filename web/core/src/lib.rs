//! baidi for the web: what the page and the package ask, and what they get.
//!
//! [`answer`] does the work and is plain Rust; `door` is the handful of functions that JavaScript calls.

pub mod answer;
mod door;
