//! What Python calls: `baidi._baidi`, behind the package in `python/baidi`.
//!
//! It hands bytes in and JSON out; what Python makes of them, the types that people see, and the reading of arrays and tables is Python's own.

mod answer;
mod crew;
mod order;
mod photo;
mod specs;
mod worker;

use std::ffi::OsString;

use pyo3::prelude::*;

#[pymodule]
mod _baidi {
    #[pymodule_export]
    use super::answer::Answer;
    #[pymodule_export]
    use super::crew::Crew;
    #[pymodule_export]
    use super::order::Order;
    #[pymodule_export]
    use super::photo::Photo;
    #[pymodule_export]
    use super::{check, fix, run};
    #[pymodule_export]
    use crate::specs::specs;

    /// The endings by which photos are known in a folder.
    #[pymodule_export]
    const EXTENSIONS: &[&str] = baidi::lab::source::EXTENSIONS;

    #[pymodule_export]
    #[expect(non_upper_case_globals, reason = "the name Python programs look for")]
    const __version__: &str = env!("CARGO_PKG_VERSION");
}

/// Makes a card of one photo, with other Python threads running meanwhile.
#[pyfunction]
#[pyo3(signature = (photo, order, timeout))]
fn fix(
    py: Python<'_>,
    photo: &Bound<'_, photo::Photo>,
    order: &Bound<'_, order::Order>,
    timeout: Option<f64>,
) -> answer::Answer {
    let (photo, order) = (photo.get(), order.get());
    let ask = worker::Ask::Fix { account: baidi::Account::Whole, everything: true };
    py.detach(|| worker::alone(ask, photo, order, timeout))
}

/// Judges one photo, with other Python threads running meanwhile.
#[pyfunction]
#[pyo3(signature = (photo, order, timeout))]
fn check(
    py: Python<'_>,
    photo: &Bound<'_, photo::Photo>,
    order: &Bound<'_, order::Order>,
    timeout: Option<f64>,
) -> answer::Answer {
    let (photo, order) = (photo.get(), order.get());
    py.detach(|| worker::alone(worker::Ask::Check, photo, order, timeout))
}

/// Runs the command line with what was typed, the program's name first, and says the exit code.
#[pyfunction]
fn run(py: Python<'_>, typed: Vec<OsString>) -> u8 {
    py.detach(|| baidi::cli::run(typed).code())
}
