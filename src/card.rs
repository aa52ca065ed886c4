//! A photo and what the rules say of it → a card: how little has to be done, where the head goes, the file.

pub mod encode;
pub mod pipeline;
pub mod placement;
pub mod plan;
