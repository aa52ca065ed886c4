//! The `baidi` program: parse, run, exit.

use std::process::ExitCode;

fn main() -> ExitCode {
    baidi::cli::run(std::env::args_os()).into()
}
