//! Files and folders: what is read, written, done already, and who is in the photos.

pub mod batch;
pub mod output;
#[cfg(feature = "cli")]
pub mod package;
pub mod progress;
#[cfg(feature = "cli")]
pub mod roster;
#[cfg(feature = "cli")]
pub mod sheet;
pub mod source;
#[cfg(feature = "cli")]
pub mod watch;
