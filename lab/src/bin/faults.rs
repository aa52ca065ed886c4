//! The bench on bytes: spoils good cards as a person would see it, hands each to `check` as a file from nowhere, and prints in Markdown what was caught, where a rule spoke up for nothing, and
//! what no rule could tell.
//!
//! ```text
//! faults [--sitters N] [--seed N] [--kinds WORD,WORD] [--rooms DIR] [--missed DIR] [--files DIR] [--commit ID] [DIR...]
//! faults --sheets DIR …      draws contact sheets of the kinds, and of all good cards, instead, to look at
//! ```
//!
//! Each `DIR` has labelled photographs (`STEM.jpg`, `STEM.json`, `STEM.alpha.png`, see `tests/support/spoil/cards.rs`); their cards are made by `fix` when the program runs. Without a `DIR` the
//! sitters are drawn ones. A fault counts as caught when a rule that answers for it doubts or fails and did not on the same card without the fault. `--missed` receives every picture that slipped
//! through, and every card that a rule speaks up against for nothing; `--files` every file that `check` was given, to be looked into by other means.

#![expect(clippy::print_stdout, reason = "a program whose purpose is to print")]

use std::collections::BTreeMap;
use std::error::Error;
use std::path::{Path, PathBuf};

use baidi::lab::check::RULES;
use baidi::{Baidi, Finding, Order, Verdict};
use baidi_lab::sitters::{Group, truly};
use baidi_lab::spoil::{self, Card, File, KINDS, Kind, Props};
use image::{Rgb, RgbImage, imageops};
use rayon::prelude::*;

/// Why the program ended early.
type Failure = Box<dyn Error + Send + Sync>;

/// What was asked for.
struct Asked {
    sitters: usize,
    seed: u64,
    kinds: Vec<&'static Kind>,
    rooms: Option<PathBuf>,
    missed: Option<PathBuf>,
    files: Option<PathBuf>,
    sheets: Option<PathBuf>,
    commit: Option<String>,
    folders: Vec<PathBuf>,
}

impl Asked {
    fn read(mut args: impl Iterator<Item = String>) -> Result<Self, Failure> {
        let mut asked = Self {
            sitters: 16,
            seed: 19,
            kinds: KINDS.iter().collect(),
            rooms: None,
            missed: None,
            files: None,
            sheets: None,
            commit: None,
            folders: Vec::new(),
        };
        while let Some(arg) = args.next() {
            let mut value = || args.next().ok_or(format!("{arg} wants a value"));
            match arg.as_str() {
                "--sitters" => asked.sitters = value()?.parse()?,
                "--seed" => asked.seed = value()?.parse()?,
                "--rooms" => asked.rooms = Some(value()?.into()),
                "--missed" => asked.missed = Some(value()?.into()),
                "--files" => asked.files = Some(value()?.into()),
                "--sheets" => asked.sheets = Some(value()?.into()),
                "--commit" => asked.commit = Some(value()?),
                "--kinds" => {
                    let words = value()?;
                    let meant = |k: &&Kind| {
                        words.split(',').any(|w| {
                            k.name.contains(w) || k.part == w || k.rules.first() == Some(&w)
                        })
                    };
                    asked.kinds.retain(meant);
                }
                _ if arg.starts_with("--") => return Err(format!("{arg} is not known").into()),
                _ => asked.folders.push(arg.into()),
            }
        }
        Ok(asked)
    }
}

/// How many portraits are drawn by lot.
const DRAWN: u64 = 24;

/// How many rooms are at hand for what is left beside a person.
const ROOMS: usize = 40;

fn main() -> Result<(), Failure> {
    let asked = Asked::read(std::env::args().skip(1))?;
    for folder in asked.missed.iter().chain(&asked.files).chain(&asked.sheets) {
        std::fs::create_dir_all(folder)?;
    }
    // What a photo goes through wants a main thread's stack.
    let pool = rayon::ThreadPoolBuilder::new().stack_size(16 << 20).build()?;
    pool.install(|| run(&asked))
}

fn run(asked: &Asked) -> Result<(), Failure> {
    let mut cards = Vec::new();
    for folder in &asked.folders {
        cards.extend(spoil::cards::photos(folder)?);
    }
    if asked.folders.is_empty() || asked.commit.is_some() {
        cards.extend(spoil::cards::drawn(DRAWN));
    }
    let rooms = asked
        .rooms
        .as_deref()
        .map(|r| spoil::cards::rooms(r, ROOMS, asked.seed))
        .unwrap_or_default();
    let props = Props { rooms, cards };
    if let Some(folder) = &asked.sheets {
        all_cards(&props.cards, folder)?;
        return asked
            .kinds
            .par_iter()
            .try_for_each(|kind| sheet(kind, &props, asked.seed, folder).map_err(|e| e.to_string()))
            .map_err(Into::into);
    }
    if let Some(folder) = &asked.files {
        for card in &props.cards {
            let bytes = spoil::clean(card).bytes;
            std::fs::write(folder.join(format!("clean-{}.jpg", card.stem)), bytes)?;
        }
    }
    let judged = Judged::all(&props.cards)?;
    if let Some(commit) = &asked.commit {
        head(asked, commit, &judged, &props);
    }
    let caught = caught(asked, &judged, &props)?;
    raised(&judged, asked.missed.as_deref())?;
    by_rule(&caught, &judged);
    by_part(&caught);
    untold(&judged);
    Ok(())
}

/// A good card, what is said of it as it was made, and of the same picture as another program saves it.
struct Judged<'a> {
    card: &'a Card,
    group: Group,
    made: Verdicts,
    again: Verdicts,
}

/// What the rules say, by name.
type Verdicts = BTreeMap<&'static str, Finding>;

impl<'a> Judged<'a> {
    fn all(cards: &'a [Card]) -> Result<Vec<Self>, Failure> {
        let order = Order::named("shebao")?;
        let judged: Result<Vec<Self>, String> = cards
            .par_iter()
            .map_init(Baidi::open, |baidi, card| {
                let baidi = baidi.as_mut().map_err(|e| e.to_string())?;
                let made = File { bytes: card.bytes.clone(), name: "card.jpg" };
                Ok(Self {
                    card,
                    group: Group::of(card),
                    made: said(baidi, &made, &order),
                    again: said(baidi, &spoil::clean(card), &order),
                })
            })
            .collect();
        Ok(judged?)
    }

    fn faces_the_camera(&self) -> bool {
        ["one-face", "yaw", "pitch", "roll"].iter().all(|r| self.quiet(r))
    }

    fn quiet(&self, rule: &str) -> bool {
        loudness(&self.again, rule) < Verdict::Doubtful
    }
}

/// What `check` says of a file; nothing of one that it cannot read.
fn said(baidi: &mut Baidi, file: &File, order: &Order) -> Verdicts {
    let order = order.clone().file_name(file.name);
    match baidi.check(&file.bytes, &order) {
        Ok(checked) => checked.findings.into_iter().map(|f| (f.rule, f)).collect(),
        Err(_) => Verdicts::new(),
    }
}

fn loudness(said: &Verdicts, rule: &str) -> Verdict {
    said.get(rule).map_or(Verdict::Unknown, |f| f.outcome.verdict)
}

/// What became of one kind of fault.
struct Caught {
    kind: &'static Kind,
    sitters: usize,
    /// By strength: caught by any rule that answers for it, and by the one that should name it.
    shares: [[f64; 2]; 3],
    /// Who slipped through at the middle strength.
    missed: Vec<String>,
    /// At the middle strength, by group: caught by any rule, of how many.
    by_group: [(usize, usize); GROUPS.len()],
}

/// The strengths, weakest first.
const STRENGTHS: [&str; 3] = ["weak", "middle", "strong"];

/// A group's name, and who belongs to it.
type Who = (&'static str, fn(&Group) -> bool);

/// The groups that are told apart.
const GROUPS: [Who; 8] = [
    ("all", |_| true),
    ("lighter", |g| g.lighter),
    ("darker", |g| !g.lighter),
    ("Asian", |g| g.asian == Some(true)),
    ("not", |g| g.asian == Some(false)),
    ("glasses", |g| g.glasses == Some(true)),
    ("none", |g| g.glasses == Some(false)),
    ("drawn", |g| g.asian.is_none()),
];

/// What `check` said of one spoilt card.
struct Seen<'a> {
    strength: usize,
    /// By a rule that answers for the fault.
    any: bool,
    /// By the one that should name it.
    named: bool,
    stem: &'a str,
    group: Group,
}

fn caught(asked: &Asked, judged: &[Judged<'_>], props: &Props) -> Result<Vec<Caught>, Failure> {
    let order = Order::named("shebao")?;
    let mut all = Vec::new();
    for kind in &asked.kinds {
        // A sitter counts who faces the camera, whose card has nothing against it in the rule that is meant, and of whom no other that answers rightly says the like already.
        let meant = kind.rules[0];
        let good = |j: &&Judged<'_>| {
            let stem = &j.card.stem;
            let rightly = |rule: &&str| !j.quiet(rule) && truly(rule, stem).is_some();
            !j.card.flawed
                && j.faces_the_camera()
                && j.quiet(meant)
                && truly(meant, stem).is_none()
                && !kind.rules.iter().any(rightly)
        };
        let mut good: Vec<&Judged<'_>> = judged.iter().filter(good).collect();
        good.sort_by_key(|j| spoil::spread(asked.seed, &format!("{}{}", kind.name, j.card.stem)));
        good.truncate(asked.sitters);
        let jobs: Vec<(usize, &Judged<'_>)> =
            (0..3).flat_map(|s| good.iter().map(move |j| (s, *j))).collect();
        let seen: Vec<Option<Seen<'_>>> = jobs
            .par_iter()
            .map_init(Baidi::open, |baidi, (strength, before)| {
                let file = spoil::spoilt(before.card, kind, *strength, props, asked.seed)?;
                if let Some(folder) = &asked.files {
                    let name = format!(
                        "{}-{}-{}",
                        as_file_name(kind),
                        STRENGTHS[*strength],
                        before.card.stem
                    );
                    std::fs::write(folder.join(name + ".jpg"), &file.bytes).ok()?;
                }
                let after = said(baidi.as_mut().ok()?, &file, &order);
                let newly =
                    |rule: &str| loudness(&after, rule) >= Verdict::Doubtful && before.quiet(rule);
                // What cannot be read is refused, which is seen too.
                let named = after.is_empty() || newly(meant);
                let any = named || kind.rules.iter().any(|r| newly(r));
                if !any {
                    show(asked.missed.as_deref(), kind, *strength, &before.card.stem, &file);
                }
                Some(Seen {
                    strength: *strength,
                    any,
                    named,
                    stem: &before.card.stem,
                    group: before.group,
                })
            })
            .collect();
        let seen: Vec<Seen<'_>> = seen.into_iter().flatten().collect();
        let of = |s: usize| seen.iter().filter(move |x| x.strength == s);
        let share = |s: usize, is: fn(&Seen<'_>) -> bool| {
            of(s).filter(|x| is(x)).count() as f64 / of(s).count().max(1) as f64
        };
        all.push(Caught {
            kind,
            sitters: of(1).count(),
            shares: [0, 1, 2].map(|s| [share(s, |x| x.any), share(s, |x| x.named)]),
            by_group: GROUPS.map(|(_, is)| {
                let some = of(1).filter(|x| is(&x.group));
                (some.clone().filter(|x| x.any).count(), some.count())
            }),
            missed: of(1).filter(|x| !x.any).map(|x| x.stem.to_owned()).collect(),
        });
    }
    print_caught(&all);
    Ok(all)
}

/// A kind's name as a part of a file's.
fn as_file_name(kind: &Kind) -> String {
    let words = kind.name.split(|c: char| !c.is_alphanumeric()).filter(|w| !w.is_empty());
    words.collect::<Vec<_>>().join("-")
}

/// Keeps what slipped through, to be looked at.
fn show(folder: Option<&Path>, kind: &Kind, strength: usize, stem: &str, file: &File) {
    if let (Some(folder), Ok(picture)) = (folder, image::load_from_memory(&file.bytes)) {
        let name = format!("missed-{}-{}-{stem}.png", as_file_name(kind), STRENGTHS[strength]);
        // A picture that cannot be kept is no reason to stop.
        let _ = picture.save(folder.join(name));
    }
}

fn print_caught(all: &[Caught]) {
    println!("## What is caught\n");
    println!(
        "Share of the sitters on whom a person can see the fault and a rule that answers for the fault doubts or fails, and did not before; *named*: at the middle strength by the first rule of the row.\n"
    );
    let mut part = "";
    for c in all {
        if c.kind.part != part {
            part = c.kind.part;
            println!("\n### {part}\n");
            println!(
                "| what is seen | strengths | rules | sitters | weak | middle | strong | named | missed at the middle strength |"
            );
            println!("|---|---|---|---|---|---|---|---|---|");
        }
        let [weak, middle, strong] = c.shares;
        let strengths: Vec<String> = c.kind.strengths.iter().map(f64::to_string).collect();
        println!(
            "| {} | {} | {} | {} | {:.2} | {:.2} | {:.2} | {:.2} | {} |",
            c.kind.name,
            strengths.join(", "),
            c.kind.rules.join(", "),
            c.sitters,
            weak[0],
            middle[0],
            strong[0],
            middle[1],
            shortened(&c.missed, 4)
        );
    }
    let mean = |s: usize, which: usize| {
        all.iter().map(|c| c.shares[s][which]).sum::<f64>() / all.len().max(1) as f64
    };
    let weakest = all.iter().min_by(|a, b| a.shares[1][0].total_cmp(&b.shares[1][0]));
    let below = all.iter().filter(|c| c.shares[1][0] < 0.9).count();
    println!(
        "\n**{} kinds; mean caught: weak {:.3}, middle {:.3}, strong {:.3}; by the named rule at the middle strength {:.3}. Below 0.90 at the middle strength: {below}. Weakest: {}.**",
        all.len(),
        mean(0, 0),
        mean(1, 0),
        mean(2, 0),
        mean(1, 1),
        weakest.map_or(String::new(), |c| format!("{}, {:.2}", c.kind.name, c.shares[1][0]))
    );
}

/// The first `most` names, and how many more there are.
fn shortened(names: &[String], most: usize) -> String {
    match names.get(most..) {
        _ if names.is_empty() => "–".to_owned(),
        Some(rest) if !rest.is_empty() => {
            format!("{} and {} more", names[..most].join(", "), rest.len())
        }
        _ => names.join(", "),
    }
}

/// Rules that rightly see what `fix` left beside the person or took away.
const OF_THE_CUT: [&str; 5] =
    ["edge-halo", "background-white", "background-even", "border", "bust"];

/// Why a rule is right to speak up.
fn rightly(rule: &str, card: &Card) -> Option<&'static str> {
    let cut = (card.flawed && OF_THE_CUT.contains(&rule)).then_some("the cut-out is wrong");
    truly(rule, &card.stem).or(cut)
}

/// What a rule says of a card for nothing: `None` where it is quiet or right.
fn false_alarm(said: &Verdicts, rule: &str, card: &Card) -> Option<Verdict> {
    let verdict = loudness(said, rule);
    (verdict >= Verdict::Doubtful && rightly(rule, card).is_none()).then_some(verdict)
}

/// Rules that another program's file may break though its picture is good.
const OF_THE_FILE: [&str; 4] = ["file-size", "trailing-data", "resolution", "baseline"];

fn raised(judged: &[Judged<'_>], missed: Option<&Path>) -> Result<(), Failure> {
    println!("\n## Where a rule speaks up and nothing was drawn\n");
    println!(
        "On {} good cards as `fix` made them. In brackets who truly has the fault, looked at one by one: these are no false alarms. *Saved again*: the same pictures out of another program's encoder.\n",
        judged.len()
    );
    println!("| rule | fail | doubtful | saved again | who |\n|---|---|---|---|---|");
    for rule in RULES {
        let (mut counts, mut again, mut names) = ([0usize; 2], 0, Vec::new());
        for j in judged {
            let stem = &j.card.stem;
            if !OF_THE_FILE.contains(&rule.name)
                && false_alarm(&j.again, rule.name, j.card).is_some()
            {
                again += 1;
            }
            let verdict = loudness(&j.made, rule.name);
            if verdict < Verdict::Doubtful {
                continue;
            }
            let word = if verdict == Verdict::Fail { "fail" } else { "doubtful" };
            match rightly(rule.name, j.card) {
                Some(why) => names.push(format!("[{stem}: {why}]")),
                None => {
                    counts[usize::from(verdict != Verdict::Fail)] += 1;
                    names.push(format!("{stem}: {word}"));
                    if let Some(folder) = missed {
                        j.card
                            .picture
                            .save(folder.join(format!("raised-{}-{stem}.png", rule.name)))?;
                    }
                }
            }
        }
        if !names.is_empty() || again > 0 {
            let share = |n: usize| n as f64 / judged.len().max(1) as f64;
            let (true_ones, false_ones): (Vec<String>, Vec<String>) =
                names.into_iter().partition(|n| n.starts_with('['));
            let mut who = shortened(&false_ones, 16);
            if !true_ones.is_empty() {
                who += &format!(" [and {} who truly have it]", true_ones.len());
            }
            println!(
                "| `{}` | {:.3} | {:.3} | {:.3} | {who} |",
                rule.name,
                share(counts[0]),
                share(counts[1]),
                share(again)
            );
        }
    }
    Ok(())
}

fn by_rule(caught: &[Caught], judged: &[Judged<'_>]) {
    println!("\n## Rule by rule\n");
    println!(
        "Caught: mean over the kinds that the rule should name, by that rule alone. False alarms: `doubtful` or `fail` on good cards, as shares of each group.\n"
    );
    let heads: Vec<String> = GROUPS
        .iter()
        .map(|(name, is)| format!("{name} ({})", judged.iter().filter(|j| is(&j.group)).count()))
        .collect();
    println!("| rule | kinds | weak | middle | strong | {} | unknown |", heads.join(" | "));
    println!("|---|---|---|---|---|{}---|", "---|".repeat(GROUPS.len()));
    let mut widest = (0.0, "");
    for rule in RULES {
        let meant: Vec<&Caught> = caught.iter().filter(|c| c.kind.rules[0] == rule.name).collect();
        let mean = |s: usize| match meant.len() {
            0 => "–".to_owned(),
            n => format!("{:.2}", meant.iter().map(|c| c.shares[s][1]).sum::<f64>() / n as f64),
        };
        let rates: Vec<f64> = GROUPS
            .iter()
            .map(|(_, is)| {
                let of: Vec<&Judged<'_>> = judged.iter().filter(|j| is(&j.group)).collect();
                let loud = of.iter().filter(|j| false_alarm(&j.made, rule.name, j.card).is_some());
                loud.count() as f64 / of.len().max(1) as f64
            })
            .collect();
        let apart = (rates[1] - rates[2]).abs();
        if apart > widest.0 {
            widest = (apart, rule.name);
        }
        let unknown =
            judged.iter().filter(|j| loudness(&j.made, rule.name) == Verdict::Unknown).count();
        let rates: Vec<String> = rates
            .iter()
            .map(|r| if *r == 0.0 { "0".to_owned() } else { format!("{r:.3}") })
            .collect();
        println!(
            "| `{}` | {} | {} | {} | {} | {} | {:.2} |",
            rule.name,
            meant.len(),
            mean(0),
            mean(1),
            mean(2),
            rates.join(" | "),
            unknown as f64 / judged.len().max(1) as f64
        );
    }
    println!(
        "\nLighter and darker skin are farthest apart by {:.3}{}.",
        widest.0,
        if widest.1.is_empty() { String::new() } else { format!(", at `{}`", widest.1) }
    );
    let absent: Vec<&str> = caught
        .iter()
        .map(|c| c.kind.rules[0])
        .filter(|name| RULES.iter().all(|r| r.name != *name))
        .collect::<std::collections::BTreeSet<_>>()
        .into_iter()
        .collect();
    if !absent.is_empty() {
        println!(
            "\nRules that kinds ask for and that this program does not have: {}.",
            absent.join(", ")
        );
    }
}

/// Prints how much is caught of each part's faults on whom.
fn by_part(caught: &[Caught]) {
    println!("\n## Caught on whom\n");
    println!(
        "At the middle strength, by any rule that answers; in brackets how many spoilt cards that is.\n"
    );
    let heads: Vec<&str> = GROUPS.iter().map(|g| g.0).collect();
    println!("| faults | {} |\n|---|{}", heads.join(" | "), "---|".repeat(GROUPS.len()));
    let mut parts: Vec<&str> = caught.iter().map(|c| c.kind.part).collect();
    parts.dedup();
    for part in parts {
        let row: Vec<String> = (0..GROUPS.len())
            .map(|g| {
                let of = caught.iter().filter(|c| c.kind.part == part).map(|c| c.by_group[g]);
                let (seen, all) = of.fold((0, 0), |(a, b), (c, d)| (a + c, b + d));
                match all {
                    0 => "–".to_owned(),
                    _ => format!("{:.2} ({all})", seen as f64 / all as f64),
                }
            })
            .collect();
        println!("| {part} | {} |", row.join(" | "));
    }
}

fn untold(judged: &[Judged<'_>]) {
    println!("\n## What `unknown` means, and where\n");
    println!("| rule | share of good cards | why |\n|---|---|---|");
    for rule in RULES {
        let mut reasons: BTreeMap<String, usize> = BTreeMap::new();
        for j in judged {
            if let Some(f) = j.made.get(rule.name).filter(|f| f.outcome.verdict == Verdict::Unknown)
            {
                let key = f.outcome.message.as_ref().map_or("no reason", |m| m.key.as_ref());
                *reasons.entry(key.to_owned()).or_default() += 1;
            }
        }
        let all: usize = reasons.values().sum();
        if all > 0 {
            let why: Vec<String> = reasons.iter().map(|(key, n)| format!("`{key}` {n}")).collect();
            println!(
                "| `{}` | {:.2} | {} |",
                rule.name,
                all as f64 / judged.len() as f64,
                why.join(", ")
            );
        }
    }
}

/// What stands above the tables of `docs/verdict.md`.
fn head(asked: &Asked, commit: &str, judged: &[Judged<'_>], props: &Props) {
    let flawed = judged.iter().filter(|j| j.card.flawed).count();
    let count = |is: fn(&Group) -> bool| judged.iter().filter(|j| is(&j.group)).count();
    println!("# What the verdict is worth\n");
    println!(
        "How often a fault that a person sees is caught, and how often a rule speaks up where nothing is wrong. Written by `just verdict`; do not edit.\n"
    );
    println!(
        "- **How made.** `fix` made {} cards: {} of photographs of people on whom nothing was trained, {} of portraits drawn by lot. `lab/src/bin/faults.rs` drew each of {} kinds of faults at three strengths into the pixels or the file of {} of them by lot, and gave the bytes to `check`, without labels or landmarks. Place, size and colour are drawn from the seed; bits of rooms come from {}.",
        judged.len(),
        count(|g| g.asian.is_some()),
        count(|g| g.asian.is_none()),
        asked.kinds.len(),
        asked.sitters,
        match props.rooms.len() {
            0 => "the renderer".to_owned(),
            n => format!("{n} views of real ones"),
        }
    );
    println!(
        "- **Good cards.** A card is spoilt only if its sitter faces the camera and its own cut-out neither left wall beside the person nor lost a part of them, by the photo's labels ({flawed} of the cards did), and if the rule that is meant says nothing against it before, nor any other that answers for the fault something that is true."
    );
    println!(
        "- **Seed** {}, **commit** {commit}. The same seed on the same portraits gives the same tables.",
        asked.seed
    );
    println!(
        "- **Who.** {} with lighter skin, {} with darker (individual typology angle of the cheeks on the card above or below 28°; light and camera are in it); {} Asian portraits, {} others; {} with glasses.",
        count(|g| g.lighter),
        count(|g| !g.lighter),
        count(|g| g.asian == Some(true)),
        count(|g| g.asian == Some(false)),
        count(|g| g.glasses == Some(true)),
    );
    println!(
        "- **What cannot be known.** A drawn fault is no real one: a real mask has another cut, a real hand other light, and what the drawing and the rule's author imagined alike flatters the figure. With {} sitters a kind, a share is good to about ±{:.2}. Children and veils worn for faith are not among the sitters. No clerk judged these cards: a *false alarm* is what this project's eyes found nothing at. The photographs are on loan and cannot be published, so that nobody else can repeat the tables exactly; the drawn sitters anybody can.\n",
        asked.sitters,
        1.0 / (asked.sitters as f64).sqrt() * 0.6
    );
}

/// All good cards, sixty a sheet, half size; prints their names in order.
fn all_cards(cards: &[Card], folder: &Path) -> Result<(), Failure> {
    let (w, h) = (358 / 2, 441 / 2);
    for (n, some) in cards.chunks(60).enumerate() {
        let mut sheet = RgbImage::from_pixel(10 * w, 6 * h, Rgb([120, 130, 140]));
        for (i, card) in some.iter().enumerate() {
            let small = imageops::resize(&card.picture, w, h, imageops::FilterType::Triangle);
            let (left, top) = ((i as u32 % 10) * w, (i as u32 / 10) * h);
            imageops::replace(&mut sheet, &small, left.into(), top.into());
        }
        sheet.save(folder.join(format!("cards-{n}.png")))?;
        for row in some.chunks(10) {
            let names: Vec<&str> = row.iter().map(|c| c.stem.as_str()).collect();
            println!("cards-{n}: {}", names.join(" "));
        }
    }
    Ok(())
}

/// Eight sitters at three strengths, half size, and the good cards above them.
fn sheet(kind: &Kind, props: &Props, seed: u64, folder: &Path) -> Result<(), Failure> {
    let mut cards: Vec<&Card> = props.cards.iter().collect();
    cards.sort_by_key(|c| spoil::spread(seed, &format!("{}{}", kind.name, c.stem)));
    cards.truncate(8);
    let (w, h) = (358 / 2, 441 / 2);
    let mut sheet = RgbImage::from_pixel(8 * (w + 4), 3 * (h + 4), Rgb([120, 130, 140]));
    for (x, card) in cards.iter().enumerate() {
        for strength in 0..3 {
            let file = spoil::spoilt(card, kind, strength, props, seed);
            let Some(Ok(picture)) = file.map(|f| image::load_from_memory(&f.bytes)) else {
                continue;
            };
            let small = imageops::resize(&picture.to_rgb8(), w, h, imageops::FilterType::Triangle);
            let (left, top) = (x as u32 * (w + 4) + 2, strength as u32 * (h + 4) + 2);
            imageops::replace(&mut sheet, &small, left.into(), top.into());
        }
    }
    Ok(sheet.save(folder.join(format!("{}.png", as_file_name(kind))))?)
}
