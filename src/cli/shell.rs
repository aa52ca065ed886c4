//! `baidi completions` and `baidi man`: what a package puts beside the program, made by the program.

use std::io::Write as _;

use anyhow::Result;
use clap::CommandFactory as _;

use super::args::{Args, CompletionsArgs, ManArgs};
use super::exit::ExitStatus;
use super::terminal::Terminal;
use crate::base::message::Message;
use crate::words::failure::Failure;

pub(super) fn completions(args: &CompletionsArgs, terminal: &Terminal) -> Result<ExitStatus> {
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut Args::command(), "baidi", &mut script);
    print(&script, terminal)
}

pub(super) fn man(args: &ManArgs, terminal: &Terminal) -> Result<ExitStatus> {
    let mut command = Args::command();
    command.build();
    let page = match &args.command {
        None => command,
        Some(name) => command.find_subcommand(name).cloned().ok_or_else(|| {
            let names: Vec<&str> = command.get_subcommands().map(|c| c.get_name()).collect();
            let said = Message::new("man-no-command").text("name", name.as_str());
            Failure::with(said.text("names", names.join(", ")))
        })?,
    };
    let mut roff = Vec::new();
    clap_mangen::Man::new(page).manual("baidi").render(&mut roff)?;
    print(&roff, terminal)
}

fn print(bytes: &[u8], terminal: &Terminal) -> Result<ExitStatus> {
    let mut out = terminal.results();
    let written = out.write_all(bytes).and_then(|()| out.flush());
    terminal.heard(written)?;
    Ok(ExitStatus::Success)
}
