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
//! What to say of a finding is [`FindingText`]; what a card must be is [`PhotoSpec`], and the ones that are built in are [`spec::BUILTIN`].
//!
//! Behind the door lie rooms, and a room knows only those before it: `base`, `input`, `vision`, `rules`, `card`, the door itself, `words`, `counter`, `desk`, `serve`, `cli`. ARCHITECTURE.md has the map.

#![cfg_attr(not(test), warn(clippy::disallowed_methods))]

mod base;
mod card;
mod input;
mod rules;
mod vision;

mod door;

mod counter;
#[cfg(feature = "desk")]
mod desk;
mod words;

#[cfg(feature = "serve")]
mod serve;

#[cfg(feature = "cli")]
#[doc(hidden)]
pub mod cli;

pub use base::error::{Error, Result, SpecFault};
pub use base::geometry::{Affine, Point, Size};
pub use base::message::{Arg, Message};
pub use base::raster::Plane;
pub use base::units::{Bytes, Dpi, Mm};
pub use card::pipeline::{Account, CardFile, Edit, FixOptions, Placed, StageTime};
pub use door::{Baidi, Checked, Made, Order, Status};
pub use input::decode::{ColorModel, Format, SourceFacts};
pub use input::markers::{JpegFacts, Segment};
pub use rules::check::{Finding, Measured, Outcome, Verdict};
pub use rules::spec::{self, PhotoSpec};
pub use vision::face::{Head, Landmark, Landmarks};
pub use words::catalogue::Language;
pub use words::report::text::FindingText;

/// What benches, tests, and the programs that measure look at. It may change with every version.
#[doc(hidden)]
pub mod lab {
    pub use crate::base::*;
    pub use crate::card::*;
    pub use crate::counter::*;
    #[cfg(feature = "desk")]
    pub use crate::desk::*;
    pub use crate::input::*;
    pub use crate::rules::*;
    pub use crate::vision::*;
    pub use crate::words::*;
}
