//! What the laboratory's programs share: portraits that are drawn, faults that are drawn into them, and labelled photographs on disk.
//!
//! One program per file in `src/bin/`: `cargo run --release --package baidi-lab --bin detect -- …`; `just` runs most of them.

#[path = "../../tests/support/draw/mod.rs"]
pub mod draw;
pub mod labelled;
pub mod photos;
pub mod sitters;
#[path = "../../tests/support/spoil/mod.rs"]
pub mod spoil;
