//! What a person reads: sentences in two languages, reports.

pub mod catalogue;
pub mod failure;
pub mod report;
