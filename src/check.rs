//! A finished file, measured: one rule per file, each a function from [`Evidence`] to an [`Outcome`].
//!
//! Rules look at the file that was written, read back from disk, and never at what the pipeline meant to do, so they work on anyone's photo.

pub mod evidence;
pub mod finding;

pub mod face_width;
pub mod pixel_size;

pub use evidence::Evidence;
pub use finding::{Finding, Measured, Outcome, Rule, Verdict};

/// All rules, in the order of a report: what a person should care about first comes first.
pub const RULES: &[Rule] = &[pixel_size::RULE, face_width::RULE];

/// Applies every rule.
#[must_use]
pub fn check(evidence: &Evidence<'_>) -> Vec<Finding> {
    RULES.iter().map(|rule| Finding::new(rule, (rule.measure)(evidence))).collect()
}
