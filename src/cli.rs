//! The command line: what was typed → a job → the library → what is printed.
//!
//! Only [`terminal`] prints, only [`exit`] ends the process.

pub mod args;
mod check;
#[cfg(all(windows, feature = "serve"))]
mod clicked;
pub mod exit;
mod fix;
pub mod job;
#[cfg(feature = "serve")]
mod serve;
mod sheet;
mod shell;
mod specs;
mod table;
pub mod terminal;
mod watch;

use std::ffi::OsString;

use anyhow::Result;
use clap::Parser as _;

use crate::desk::batch;
use crate::words::catalogue::Language;
use args::{Args, Command};
use exit::ExitStatus;
use terminal::Terminal;

/// Runs the program with the arguments `typed` (the program's name first) and says how it ended.
#[must_use]
pub fn run(typed: impl IntoIterator<Item = OsString>) -> ExitStatus {
    batch::keep_freed_memory();
    let args = match Args::try_parse_from(typed) {
        Ok(args) => args,
        Err(error) => return terminal::usage(&error),
    };
    let language = args.common.lang.unwrap_or_else(locale);
    let mut terminal = Terminal::new(&args.common, language);
    terminal::quiet_panics();
    let ended = dispatch(&args.command, &mut terminal);
    ended.unwrap_or_else(|error| {
        terminal.error(None, &error);
        ExitStatus::Failed
    })
}

/// Runs the program as the system started it: with what was typed, or, double-clicked under Windows, with the page.
#[must_use]
pub fn started() -> ExitStatus {
    #[cfg(all(windows, feature = "serve"))]
    if std::env::args_os().len() < 2 && clicked::by_explorer() {
        return clicked::ended(run(clicked::typed()));
    }
    run(std::env::args_os())
}

fn dispatch(command: &Command, terminal: &mut Terminal) -> Result<ExitStatus> {
    match command {
        Command::Fix(args) => fix::run(args, terminal),
        Command::Check(args) => check::run(args, terminal),
        Command::Specs(args) => specs::run(args, terminal),
        Command::Watch(args) => watch::run(args, terminal),
        Command::Sheet(args) => sheet::run(args, terminal),
        #[cfg(feature = "serve")]
        Command::Serve(args) => serve::run(args, terminal),
        Command::Completions(args) => shell::completions(args, terminal),
        Command::Man(args) => shell::man(args, terminal),
    }
}

/// The language of the locale, as POSIX orders its variables, or the system's own setting where there are none.
fn locale() -> Language {
    let set = |name| std::env::var(name).ok().filter(|value: &String| !value.is_empty());
    let locale = ["LC_ALL", "LC_MESSAGES", "LANG"].into_iter().find_map(set);
    Language::of_locale(&locale.or_else(sys_locale::get_locale).unwrap_or_default())
}
