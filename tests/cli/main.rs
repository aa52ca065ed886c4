//! The program as people run it, each test in a folder of its own.

mod util;

/// What the commands promise when all goes well.
mod feature;
/// What is said, and with which code, when something is wrong.
mod refusal;
