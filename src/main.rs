//! The `baidi` program: parse, run, exit.

use std::process::ExitCode;

fn main() -> ExitCode {
    baidi::cli::started().into()
}
