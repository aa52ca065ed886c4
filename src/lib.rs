//! Turns a portrait into the photo an office accepts, and says why the last one came back.
//!
//! The door is [`Baidi`]: a portrait's bytes go in, a card comes out with its verdict. No file is touched, nothing is printed.
//!
//! ```
//! use baidi::{Baidi, Order, Status};
//!
//! let mut baidi = Baidi::open()?;
//! let order = Order::named("shebao")?;
//! let portrait = std::fs::read("samples/studio-flyaway.jpg")?;
//!
//! let made = baidi.fix(&portrait, &order)?;
//! assert_eq!(made.status, Status::Compliant);
//! assert!((15_360..=20_000).contains(&made.card.bytes.len()));
//!
//! let checked = baidi.check(&made.card.bytes, &order)?;
//! for finding in &checked.findings {
//!     println!("{}: {:?}", finding.rule, finding.outcome.verdict);
//! }
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! What to say of a finding is in [`report::text`]; many photos on all cores are [`batch`]'s.
//!
//! The way through the house, one stage after the other, each a function from values to a value:
//!
//! 1. [`decode`]: a file's bytes → [`decode::Photo`], upright 8-bit sRGB pixels and the facts of the file
//! 2. [`face`]: photo → [`face::Sighting`], the one head that matters, its landmarks, a coarse person mask
//! 3. [`placement`]: head and spec → [`placement::Placement`], where every source pixel lands on the card
//! 4. [`card`]: photo and placement → [`card::Card`], the one resampling
//! 5. [`background`] and [`matte`]: card and coarse mask → alpha and true foreground colours, whitened
//! 6. [`encode`]: pixels and byte window → [`encode::EncodedJpeg`]
//! 7. [`check`]: the card's bytes, opened again → [`check::Finding`]s
//!
//! [`pipeline`] calls the stages in that order and does nothing clever; the [`door`] puts card and verdict together; [`batch`] goes through the door for many photos.

pub mod color;
pub mod error;
pub mod geometry;
mod inference;
pub mod message;
pub mod raster;
pub mod units;

pub mod id_number;

pub mod decode;
pub mod jpeg;
pub mod spec;

pub mod face;

pub mod card;
pub mod placement;
pub mod resample;

pub mod background;
pub mod matte;

pub mod encode;

pub mod check;
pub mod plan;

pub mod pipeline;

pub mod door;

pub mod batch;
pub mod output;
pub mod progress;
pub mod report;
pub mod source;

#[cfg(feature = "cli")]
pub mod package;
#[cfg(feature = "cli")]
pub mod roster;
#[cfg(feature = "cli")]
pub mod sheet;
#[cfg(feature = "cli")]
pub mod watch;

#[cfg(feature = "cli")]
pub mod cli;

pub use check::{Finding, Verdict};
pub use door::{Baidi, Checked, Made, Order, Status};
pub use error::{Error, Result};
pub use pipeline::{Edit, FixOptions};
pub use spec::PhotoSpec;
pub use units::Bytes;
