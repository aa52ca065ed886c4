//! Exactly what was typed: no files are looked at here.

use std::path::PathBuf;

use clap::{Parser, Subcommand, ValueEnum};

use crate::message::Language;
use crate::units::Bytes;

/// Turns any portrait into the photo an office accepts, and says exactly why the last one came back.
#[derive(Debug, Parser)]
#[command(name = "baidi", version, propagate_version = true, max_term_width = 100)]
pub struct Args {
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
    /// What every command takes.
    #[command(flatten)]
    pub common: Common,
}

/// What every command takes.
#[derive(Debug, Clone, clap::Args)]
pub struct Common {
    /// Language of messages [default: the locale's].
    #[arg(long, global = true, value_parser = language, value_name = "zh|en")]
    pub lang: Option<Language>,
    /// Say nothing but errors.
    #[arg(short, long, global = true, conflicts_with = "verbose")]
    pub quiet: bool,
    /// Say more: rules that pass, notes, sources.
    #[arg(short, long, global = true)]
    pub verbose: bool,
    /// Use colours.
    #[arg(long, global = true, value_enum, default_value_t = Color::Auto, value_name = "WHEN")]
    pub color: Color,
}

/// When to use colours.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Color {
    /// On a terminal, unless `NO_COLOR` is set.
    Auto,
    /// Always.
    Always,
    /// Never.
    Never,
}

fn language(text: &str) -> Result<Language, String> {
    match text {
        "zh" => Ok(Language::Zh),
        "en" => Ok(Language::En),
        _ => Err("there are zh and en".to_owned()),
    }
}

/// The commands.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Make the photo an office accepts, and check it.
    Fix(FixArgs),
    /// Say what an office would object to.
    Check(CheckArgs),
    /// List the built-in specs, or print one with the source of every number.
    Specs(SpecsArgs),
}

/// `baidi fix`.
#[derive(Debug, Clone, clap::Args)]
pub struct FixArgs {
    /// Photos: files, folders, or - for standard input.
    #[arg(required = true, value_name = "INPUT")]
    pub inputs: Vec<PathBuf>,
    /// Where the cards go: a file for one photo, a folder for several [default: STEM-SPEC.jpg beside the photo].
    #[arg(short, long, value_name = "PATH")]
    pub output: Option<PathBuf>,
    /// What the photo must be: a built-in name or a TOML file.
    #[arg(long, default_value = "shebao", value_name = "NAME|FILE.toml")]
    pub spec: String,
    /// Write a report, its format by the extension: .json, .csv, or .html.
    #[arg(long, value_name = "FILE")]
    pub report: Option<PathBuf>,
    /// Write each card's alpha as an 8-bit grey PNG.
    #[arg(long, value_name = "FILE|DIR")]
    pub matte: Option<PathBuf>,
    /// Leave the background as it is.
    #[arg(long)]
    pub keep_background: bool,
    /// Fewest bytes of a card, for example 15KB or 15KiB [default: the spec's].
    #[arg(long, value_name = "BYTES")]
    pub min_size: Option<Bytes>,
    /// Most bytes of a card [default: the spec's].
    #[arg(long, value_name = "BYTES")]
    pub max_size: Option<Bytes>,
    /// How many photos at a time [default: one per core].
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=1024))]
    pub jobs: Option<u16>,
    /// Most seconds for one photo, 0 for no limit; a photo that takes longer fails and the next one begins.
    #[arg(long, value_name = "SECONDS", default_value_t = 30)]
    pub timeout: u32,
    /// Replace existing outputs.
    #[arg(long)]
    pub force: bool,
    /// Do everything but write.
    #[arg(long)]
    pub dry_run: bool,
    /// Do not write a card that breaks a rule.
    #[arg(long)]
    pub strict: bool,
}

/// `baidi check`.
#[derive(Debug, Clone, clap::Args)]
pub struct CheckArgs {
    /// Photos: files, folders, or - for standard input.
    #[arg(required = true, value_name = "INPUT")]
    pub inputs: Vec<PathBuf>,
    /// What the photo must be: a built-in name or a TOML file.
    #[arg(long, default_value = "shebao", value_name = "NAME|FILE.toml")]
    pub spec: String,
    /// Print the report as JSON.
    #[arg(long)]
    pub json: bool,
    /// Most seconds for one photo, 0 for no limit; a photo that takes longer fails and the next one begins.
    #[arg(long, value_name = "SECONDS", default_value_t = 30)]
    pub timeout: u32,
    /// Write a report, its format by the extension: .json, .csv, or .html.
    #[arg(long, value_name = "FILE")]
    pub report: Option<PathBuf>,
}

/// `baidi specs`.
#[derive(Debug, Clone, clap::Args)]
pub struct SpecsArgs {
    /// The spec to print.
    pub name: Option<String>,
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory as _;

    use super::*;

    fn fix(typed: &str) -> FixArgs {
        let typed = format!("baidi fix {typed}");
        match Args::try_parse_from(typed.split(' ')).expect("valid").command {
            Command::Fix(args) => args,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn clap_finds_no_fault_with_the_definitions() {
        Args::command().debug_assert();
    }

    #[test]
    fn every_flag_has_a_help_text() {
        for command in Args::command().get_subcommands() {
            for arg in command.get_arguments() {
                assert!(arg.get_help().is_some(), "{} {}", command.get_name(), arg.get_id());
            }
        }
    }

    #[test]
    fn sizes_mean_what_they_say() {
        let args = fix("a.jpg --min-size 9KiB --max-size 20KB");
        assert_eq!(args.min_size, Some(Bytes::new(9 * 1024)));
        assert_eq!(args.max_size, Some(Bytes::new(20_000)));
    }

    #[test]
    fn a_dash_is_an_input() {
        assert_eq!(fix("- -o card.jpg").inputs, [PathBuf::from("-")]);
    }

    #[test]
    fn the_spec_is_shebao_unless_said() {
        assert_eq!(fix("a.jpg").spec, "shebao");
        assert_eq!(fix("a.jpg --spec id-card").spec, "id-card");
    }

    #[test]
    fn what_makes_no_sense_is_refused() {
        let wrong = [
            "fix",
            "fix a.jpg --jobs 0",
            "fix a.jpg --max-size 20furlongs",
            "check a.jpg -q -v",
            "check a.jpg --lang fr",
            "serve",
            "watch in -o out",
            "",
        ];
        for typed in wrong {
            let typed = format!("baidi {typed}");
            let words = typed.split(' ').filter(|w| !w.is_empty());
            assert!(Args::try_parse_from(words).is_err(), "{typed}");
        }
    }
}
