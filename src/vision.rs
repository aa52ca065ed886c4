//! Pixels → where the head is, what is the person and what the wall.

pub mod critic;
pub mod face;
pub mod frame;
pub(crate) mod inference;
pub mod inset;
pub mod letters;
pub mod matte;
pub(crate) mod places;
pub mod scratch;
pub mod selfie;
pub mod signs;
