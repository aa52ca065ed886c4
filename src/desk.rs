//! Files and folders: what is read, written, done already, and who is in the photos.

pub mod batch;
pub mod output;
pub mod package;
pub mod progress;
pub mod roster;
pub mod sheet;
pub mod source;
pub mod watch;
