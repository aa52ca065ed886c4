//! Exactly what was typed: no files are looked at here.

#[cfg(feature = "serve")]
use std::net::IpAddr;
use std::path::PathBuf;

use clap::{Parser, Subcommand, ValueEnum};

use crate::base::units::{Bytes, Mm};
use crate::desk::sheet::Paper;
use crate::rules::spec::colour::Wanted;
use crate::words::catalogue::Language;

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
    let named = |language: &Language| language.tag() == text;
    Language::ALL
        .into_iter()
        .find(named)
        .ok_or_else(|| format!("there are {}", Language::ALL.map(Language::tag).join(" and ")))
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
    /// Make cards of all photos that come into a folder, until stopped.
    Watch(WatchArgs),
    /// Put cards on photo paper, at their exact size, with marks where to cut.
    Sheet(SheetArgs),
    /// Show the page at native speed, and answer over HTTP, on this machine alone unless told otherwise.
    #[cfg(feature = "serve")]
    Serve(ServeArgs),
    /// Print the completion script of a shell.
    Completions(CompletionsArgs),
    /// Print the manual page, or that of one command.
    Man(ManArgs),
}

/// What every command takes that makes cards.
#[derive(Debug, Clone, clap::Args)]
pub struct CardArgs {
    /// What the photo must be: a built-in name or a TOML file. Given several times, every photo becomes a card of each.
    #[arg(long = "spec", default_value = "shebao", value_name = "NAME|FILE.toml")]
    pub specs: Vec<String>,
    /// The background, where the spec leaves a choice: white, blue, red, light-blue, or #RRGGBB [default: the spec's].
    #[arg(long, value_name = "COLOUR")]
    pub background: Option<Wanted>,
    /// Leave the background as it is.
    #[arg(long, conflicts_with = "background")]
    pub keep_background: bool,
    /// Fewest bytes of a card, for example 15KB or 15KiB [default: the spec's].
    #[arg(long, value_name = "BYTES")]
    pub min_size: Option<Bytes>,
    /// Most bytes of a card [default: the spec's].
    #[arg(long, value_name = "BYTES")]
    pub max_size: Option<Bytes>,
    /// How many photos at a time [default: one per core, as far as the memory allows].
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=1024))]
    pub jobs: Option<u16>,
    /// Do not write a card that breaks a rule.
    #[arg(long)]
    pub strict: bool,
    /// With several specs, a folder for each of them instead of its name behind the photo's.
    #[arg(long, requires = "output")]
    pub folder_per_spec: bool,
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
    /// What a card is made for, and how.
    #[command(flatten)]
    pub card: CardArgs,
    /// Write a report, its format by the extension: .json, .csv, or .html.
    #[arg(long, value_name = "FILE")]
    pub report: Option<PathBuf>,
    /// Whose photos these are: a table with an ID number, name, or file name per person (.xlsx, .xls, or .csv in UTF-8 or GB 18030). Who is done and who is not is written beside the cards, into order-book.html and order-book.csv.
    #[arg(long, value_name = "PEOPLE.xlsx|PEOPLE.csv")]
    pub roster: Option<PathBuf>,
    /// The sheet of the roster's workbook [default: the first].
    #[arg(long, value_name = "SHEET", requires = "roster")]
    pub roster_sheet: Option<String>,
    /// What cards are called, for example {id}.jpg, {id}{name}.jpg, {name}{id:last4}.jpg [default: {id}.jpg, or {name}.jpg].
    #[arg(long, value_name = "PATTERN", requires = "roster")]
    pub name: Option<String>,
    /// Pack the cards into one file, as portals import them.
    #[arg(long, value_name = "FILE.zip")]
    pub zip: Option<PathBuf>,
    /// Write slips to print for those whose photo has to be taken again.
    #[arg(long, value_name = "FILE.html")]
    pub retake: Option<PathBuf>,
    /// Write each card's alpha as an 8-bit grey PNG.
    #[arg(long, value_name = "FILE|DIR")]
    pub matte: Option<PathBuf>,
    /// Most seconds for one photo, 0 for no limit; a photo that takes longer fails and the next one begins.
    #[arg(long, value_name = "SECONDS", default_value_t = 30)]
    pub timeout: u32,
    /// Replace existing outputs.
    #[arg(long)]
    pub force: bool,
    /// Do everything but write.
    #[arg(long)]
    pub dry_run: bool,
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
    /// The background that is wanted, where the spec leaves a choice: white, blue, red, light-blue, or #RRGGBB [default: the spec's].
    #[arg(long, value_name = "COLOUR")]
    pub background: Option<Wanted>,
    /// Print the report as JSON.
    #[arg(long)]
    pub json: bool,
    /// Most seconds for one photo, 0 for no limit; a photo that takes longer fails and the next one begins.
    #[arg(long, value_name = "SECONDS", default_value_t = 30)]
    pub timeout: u32,
    /// Write a report, its format by the extension: .json, .csv, or .html.
    #[arg(long, value_name = "FILE")]
    pub report: Option<PathBuf>,
    /// Write slips to print for those whose photo has to be taken again.
    #[arg(long, value_name = "FILE.html")]
    pub retake: Option<PathBuf>,
}

/// `baidi watch`.
#[derive(Debug, Clone, clap::Args)]
pub struct WatchArgs {
    /// The folder that photos come into; a folder in it may have a spec of its own, spec.toml.
    #[arg(value_name = "IN_DIR")]
    pub input: PathBuf,
    /// The folder that cards go to.
    #[arg(short, long, value_name = "OUT_DIR")]
    pub output: PathBuf,
    /// What a card is made for, and how.
    #[command(flatten)]
    pub card: CardArgs,
    /// Look every so many seconds instead of waiting to be told; for network folders that do not tell [default: 1 when given without a number].
    #[arg(long, value_name = "SECONDS", num_args = 0..=1, default_missing_value = "1", value_parser = seconds)]
    pub poll: Option<f64>,
    /// How many seconds a file must stay as it is before it is opened.
    #[arg(long, value_name = "SECONDS", default_value = "1", value_parser = seconds)]
    pub settle: f64,
    /// After how many seconds without change an unreadable file counts as failed.
    #[arg(long, value_name = "SECONDS", default_value = "60", value_parser = seconds)]
    pub give_up: f64,
    /// Put the originals into the output folder as well, below done and failed.
    #[arg(long, value_enum, value_name = "HOW")]
    pub originals: Option<Originals>,
    /// Append what happens to a file, with the time.
    #[arg(long, value_name = "FILE")]
    pub log: Option<PathBuf>,
    /// End when nothing has come for so many seconds.
    #[arg(long, value_name = "SECONDS", value_parser = seconds)]
    pub exit_when_idle: Option<f64>,
}

/// How originals are put elsewhere.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Originals {
    /// As copies.
    Copy,
    /// As symbolic links.
    Link,
    /// As hard links, which take no space; both folders must be on one disk.
    HardLink,
}

/// `baidi sheet`.
#[derive(Debug, Clone, clap::Args)]
pub struct SheetArgs {
    /// Cards: files or folders.
    #[arg(required = true, value_name = "CARD")]
    pub cards: Vec<PathBuf>,
    /// The sheet; its ending says what it is: .pdf, .png, or .jpg.
    #[arg(short, long, value_name = "FILE")]
    pub output: PathBuf,
    /// The paper: 5in, 6in, 7in, a6, a4, or its two sides in millimetres, 102x152.
    #[arg(long, default_value = "6in", value_name = "PAPER", value_parser = paper)]
    pub paper: Paper,
    /// How the paper is held [default: whichever takes more].
    #[arg(long, value_enum, default_value_t = Hold::Auto, value_name = "HOW")]
    pub orientation: Hold,
    /// How many of each card [default: one sheet filled].
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=10_000))]
    pub copies: Option<u16>,
    /// The spec whose size on paper the cards get, with their number: shebao:8. Several sizes go on one sheet [default: shebao].
    #[arg(long = "spec", value_name = "NAME|FILE.toml[:N]")]
    pub specs: Vec<String>,
    /// Another size on paper, in millimetres, width first, or by its name, with the number: 26x32, one-inch:8, two-inch:4. Several sizes go on one sheet; a card gets every size of its shape.
    #[arg(long = "size", value_name = "WxH|NAME[:N]", value_parser = size_and_number)]
    pub sizes: Vec<SizeArg>,
    /// Millimetres between two cards.
    #[arg(long, value_name = "MM", default_value = "2", value_parser = gap)]
    pub gap: f64,
    /// Millimetres around all that the printer cannot print on; 0 for paper that is printed to its edge.
    #[arg(long, value_name = "MM", default_value = "4", value_parser = gap)]
    pub margin: f64,
    /// The most sheets; what does not go on them is said [default: as many as it takes].
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=10_000))]
    pub pages: Option<u16>,
    /// Dots per inch of a .png or .jpg.
    #[arg(long, value_name = "DPI", default_value = "300", value_parser = clap::value_parser!(u16).range(72..=1200))]
    pub dpi: u16,
    /// How it is shown where to cut [default: corners; lines where there are several sizes].
    #[arg(long, value_enum, value_name = "HOW")]
    pub cut: Option<CutArg>,
    /// Leave the marks out; the same as --cut none.
    #[arg(long, conflicts_with = "cut")]
    pub no_marks: bool,
    /// Replace an existing sheet.
    #[arg(long)]
    pub force: bool,
}

/// How paper is held.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Hold {
    /// Whichever takes more.
    Auto,
    /// Upright.
    Portrait,
    /// Across.
    Landscape,
}

/// How it is shown where to cut.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum CutArg {
    /// Marks at the corners, outside the cards.
    Corners,
    /// Thin lines along the edges.
    Lines,
    /// Nothing.
    None,
}

/// A size on paper, and how many are wanted.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct SizeArg {
    /// Width.
    pub width: Mm,
    /// Height.
    pub height: Mm,
    /// How many, where it is said.
    pub copies: Option<u16>,
}

/// The sizes that shops call by name, in millimetres.
const SHOP_SIZES: [(&str, f64, f64); 5] = [
    ("one-inch", 25.0, 35.0),
    ("small-one-inch", 22.0, 32.0),
    ("two-inch", 35.0, 49.0),
    ("small-two-inch", 33.0, 48.0),
    ("large-two-inch", 35.0, 53.0),
];

/// `text` without the number of copies behind it, and that number.
///
/// # Errors
/// What is wrong with the number.
pub(super) fn with_number(text: &str) -> Result<(&str, Option<u16>), String> {
    let numbered = text.rsplit_once(':').filter(|(_, n)| n.bytes().all(|b| b.is_ascii_digit()));
    let Some((rest, number)) = numbered else { return Ok((text, None)) };
    match number.parse::<u16>() {
        Ok(copies) if (1..=10_000).contains(&copies) => Ok((rest, Some(copies))),
        _ => Err("the number behind the colon lies between 1 and 10000".to_owned()),
    }
}

/// A size with its number.
fn size_and_number(text: &str) -> Result<SizeArg, String> {
    let (size, copies) = with_number(text)?;
    let named = SHOP_SIZES.iter().find(|(name, ..)| *name == size);
    let (width, height) = match named {
        Some((_, width, height)) => (Mm::new(*width), Mm::new(*height)),
        None => millimetres(size)?,
    };
    Ok(SizeArg { width, height, copies })
}

/// A paper by name or by its sides.
fn paper(text: &str) -> Result<Paper, String> {
    let known = [
        ("5in", Paper::FIVE_INCH),
        ("6in", Paper::SIX_INCH),
        ("7in", Paper::SEVEN_INCH),
        ("a6", Paper::A6),
        ("a4", Paper::A4),
    ];
    if let Some((_, paper)) = known.iter().find(|(name, _)| text.eq_ignore_ascii_case(name)) {
        return Ok(*paper);
    }
    let side =
        |text: &str| text.trim().parse::<f64>().ok().filter(|mm| (20.0..=1500.0).contains(mm));
    let sides = text.split_once(['x', 'X', '×', '*']).and_then(|(a, b)| Some((side(a)?, side(b)?)));
    let (a, b) = sides.ok_or_else(|| {
        "a paper is 5in, 6in, 7in, a6, a4, or 102x152, each side between 20 and 1500 mm".to_owned()
    })?;
    Ok(Paper { short: Mm::new(a.min(b)), long: Mm::new(a.max(b)) })
}

/// The port of `baidi serve`: always the same one, since a browser keeps what a page remembers by it.
#[cfg(feature = "serve")]
pub const PORT: u16 = 8642;

/// `baidi serve`.
#[cfg(feature = "serve")]
#[derive(Debug, Clone, clap::Args)]
pub struct ServeArgs {
    /// The port; 0 for any that is free.
    #[arg(long, value_name = "N", default_value_t = PORT)]
    pub port: u16,
    /// Open the page in a browser.
    #[arg(long)]
    pub open: bool,
    /// The address to listen on: this machine's own, or 0.0.0.0 for whoever can reach it.
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1")]
    pub host: IpAddr,
    /// Another name that it is called by, for example photos.example.com behind a proxy; any number of them.
    #[arg(long, value_name = "NAME")]
    pub allow_host: Vec<String>,
    /// A file with the token that whoever calls must show [default: a new one at every start].
    #[arg(long, value_name = "FILE")]
    pub token_file: Option<PathBuf>,
    /// How many photos at a time [default: one per core, as far as the memory allows].
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=1024))]
    pub jobs: Option<u16>,
    /// How many photos may wait; who comes after them is told to come back.
    #[arg(long, value_name = "N", default_value = "32", value_parser = clap::value_parser!(u16).range(0..=1024))]
    pub queue: u16,
    /// Most seconds for one photo, 0 for no limit.
    #[arg(long, value_name = "SECONDS", default_value_t = 30)]
    pub timeout: u32,
    /// How many seconds a sender or a reader may be silent.
    #[arg(long, value_name = "SECONDS", default_value = "20", value_parser = seconds)]
    pub patience: f64,
}

/// `baidi completions`.
#[derive(Debug, Clone, clap::Args)]
pub struct CompletionsArgs {
    /// The shell.
    pub shell: clap_complete::Shell,
}

/// `baidi man`.
#[derive(Debug, Clone, clap::Args)]
pub struct ManArgs {
    /// The command; without one, the program's own page.
    #[cfg_attr(feature = "serve", arg(value_parser = ["fix", "check", "specs", "watch", "sheet", "serve", "completions", "man"]))]
    #[cfg_attr(not(feature = "serve"), arg(value_parser = ["fix", "check", "specs", "watch", "sheet", "completions", "man"]))]
    pub command: Option<String>,
}

/// A time in seconds, at most a day.
fn seconds(text: &str) -> Result<f64, String> {
    match text.parse::<f64>() {
        Ok(seconds) if (0.05..=86_400.0).contains(&seconds) => Ok(seconds),
        _ => Err("seconds lie between 0.05 and 86400".to_owned()),
    }
}

/// A gap in millimetres.
fn gap(text: &str) -> Result<f64, String> {
    match text.parse::<f64>() {
        Ok(mm) if (0.0..=100.0).contains(&mm) => Ok(mm),
        _ => Err("the gap lies between 0 and 100 mm".to_owned()),
    }
}

/// A size on paper.
fn millimetres(text: &str) -> Result<(Mm, Mm), String> {
    let side = |text: &str| {
        text.trim().parse::<f64>().ok().filter(|mm| (5.0..=300.0).contains(mm)).map(Mm::new)
    };
    let sides = text.split_once(['x', 'X', '×', '*']);
    sides.and_then(|(w, h)| Some((side(w)?, side(h)?))).ok_or_else(|| {
        let names = SHOP_SIZES.map(|(name, ..)| name).join(", ");
        format!("a size is written 26x32, each side between 5 and 300 mm, or is one of {names}")
    })
}

/// `baidi specs`.
#[derive(Debug, Clone, clap::Args)]
pub struct SpecsArgs {
    /// The spec to print.
    pub name: Option<String>,
    /// List the specs that fit what people call the card: 社保, 驾照, visa.
    #[arg(long = "for", value_name = "WORDS", conflicts_with = "name")]
    pub wanted: Option<String>,
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
        assert_eq!(args.card.min_size, Some(Bytes::new(9 * 1024)));
        assert_eq!(args.card.max_size, Some(Bytes::new(20_000)));
    }

    #[test]
    fn a_dash_is_an_input() {
        assert_eq!(fix("- -o card.jpg").inputs, [PathBuf::from("-")]);
    }

    #[test]
    fn the_spec_is_shebao_unless_said() {
        assert_eq!(fix("a.jpg").card.specs, ["shebao"]);
        assert_eq!(fix("a.jpg --spec id-card").card.specs, ["id-card"]);
        assert_eq!(fix("--spec cet --spec id-card a.jpg").card.specs, ["cet", "id-card"]);
    }

    #[test]
    fn sheets_take_papers_and_several_sizes_with_their_numbers() {
        let typed = "baidi sheet a.jpg -o s.pdf --paper 100x148 --size one-inch:8 --size 35x49:4";
        let parsed = Args::try_parse_from(typed.split(' ')).expect("valid").command;
        let Command::Sheet(args) = parsed else { panic!("no sheet") };
        assert_eq!((args.paper.short, args.paper.long), (Mm::new(100.0), Mm::new(148.0)));
        let sizes: Vec<_> = args.sizes.iter().map(|s| (s.width, s.height, s.copies)).collect();
        let expected =
            [(Mm::new(25.0), Mm::new(35.0), Some(8)), (Mm::new(35.0), Mm::new(49.0), Some(4))];
        assert_eq!(sizes, expected);
        assert_eq!(with_number("shebao:4"), Ok(("shebao", Some(4))));
        assert_eq!(with_number("C:\\own.toml"), Ok(("C:\\own.toml", None)));
        assert!(with_number("shebao:0").is_err());
    }

    #[test]
    fn what_makes_no_sense_is_refused() {
        let wrong = [
            "fix",
            "fix a.jpg --jobs 0",
            "fix a.jpg --max-size 20furlongs",
            "fix a.jpg --background #12345",
            "fix a.jpg --background blue --keep-background",
            "check a.jpg -q -v",
            "check a.jpg --lang fr",
            if cfg!(feature = "serve") { "serve --port 70000" } else { "serve" },
            "watch in",
            "watch in -o out --settle 0",
            "fix a -o b --name {id}.jpg",
            "sheet a.jpg -o s.pdf --size 26",
            "sheet a.jpg -o s.pdf --gap -1",
            "completions tcl",
            "",
        ];
        for typed in wrong {
            let typed = format!("baidi {typed}");
            let words = typed.split(' ').filter(|w| !w.is_empty());
            assert!(Args::try_parse_from(words).is_err(), "{typed}");
        }
    }
}
