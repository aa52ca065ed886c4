//! The `baidi` program: parse, run, exit.

fn main() {}
