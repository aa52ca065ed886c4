//! The program as people run it, each test in a folder of its own.

#[path = "../support/draw/mod.rs"]
mod draw;
#[path = "../support/schema.rs"]
mod schema;
mod util;

/// What the commands promise when all goes well.
mod feature;
/// What a studio's whole order needs: backgrounds, sheets of several sizes, who is done.
mod order;
/// What is said, and with which code, when something is wrong.
mod refusal;
/// What a second run does after one that ended, was killed, or met other photos.
mod resume;
/// What an employer and a photo studio do all day: rosters, packages, hot folders, sheets.
mod studio;
