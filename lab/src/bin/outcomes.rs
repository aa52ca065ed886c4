//! Runs `check` and `fix` over the shared set of awkward and hostile pictures, one process per file and command, and prints what became of each beside what its index
//! wants, with the share that came out as wanted, the peak memory and the slowest.
//!
//! `cargo run --release --package baidi-lab --bin outcomes -- [PROGRAM]`; the program is `target/release/baidi` unless said. Peak memory is the process's high-water mark, polled every
//! millisecond from `/proc`, and 0 where there is none.
//!
//! As wanted means: no crash, no internal error, an end within [`PATIENCE`]; a file to be refused is refused for what the file is; of a file to be decoded the rules are
//! measured, and `fix` makes a card or says that no single large enough face is in it. From a portrait a card must come, and its face must lie where it lies in the reference.

#![expect(clippy::print_stdout, reason = "a program whose purpose is to print")]

#[path = "../../../tests/support/nasty.rs"]
#[expect(dead_code, reason = "tests are skipped, a program says why it cannot go on")]
mod nasty;

use std::error::Error;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitStatus, Stdio};
use std::time::{Duration, Instant};

use nasty::{Listed, Wanted};
use serde_json::Value;

/// After this a process counts as hung and is killed.
const PATIENCE: Duration = Duration::from_secs(60);

/// Greatest distance between an eye and its place in the reference, in eye distances: what a landmark strays between two encodings of one picture, several times over.
const EYES_MAY_MOVE: f64 = 0.1;

/// One run of the program.
struct Run {
    /// How it ended; `None` where it had to be killed.
    status: Option<ExitStatus>,
    time: Duration,
    /// The most memory it held, in bytes.
    peak: u64,
    /// The report's record of the photo.
    photo: Value,
}

/// What became of a file, read off the report.
#[derive(Debug, PartialEq)]
enum Became {
    /// Measured; with `fix`, a card.
    Done,
    /// The picture was opened, and no card can be made for want of a face.
    NoFace(String),
    /// The file was refused.
    Refused(String),
    /// A crash, a hang, an internal error.
    Wrong(String),
}

fn main() -> Result<(), Box<dyn Error>> {
    let program =
        std::env::args_os().nth(1).map_or_else(|| "target/release/baidi".into(), PathBuf::from);
    let program = fs::canonicalize(&program)?;
    let folder = nasty::shared::at_hand("nasty")
        .ok_or("the shared files are not here; BAIDI_SHARED names their folder")?;
    let out = tempfile::tempdir()?;
    let reference = run(&program, &folder.join("derived/00_reference.png"), false, out.path())?;
    let reference = eyes(&reference.photo).ok_or("no face in the reference")?;

    let files = nasty::index(&folder)?;
    let mut met = [0; 2];
    let mut peak = (0, String::new());
    let mut slowest = (Duration::ZERO, String::new());
    for file in &files {
        let mut line = String::new();
        for (command, fix) in [("check", false), ("fix", true)] {
            let run = run(&program, &folder.join(&file.path), fix, out.path())?;
            let became = became(&run);
            let as_wanted = is_met(file, &became, &run, fix, reference);
            met[usize::from(fix)] += usize::from(as_wanted);
            if run.peak > peak.0 {
                peak = (run.peak, format!("{command} {}", file.path));
            }
            if run.time > slowest.0 {
                slowest = (run.time, format!("{command} {}", file.path));
            }
            line += &format!(
                " | {command} {} {became:?} {} ms {:.0} MB",
                if as_wanted { "ok" } else { "MISSED" },
                run.time.as_millis(),
                run.peak as f64 / 1e6
            );
        }
        println!("{:?} {}{line}", file.wanted, file.path);
    }
    let share = |met: usize| met as f64 / files.len().max(1) as f64;
    println!(
        "check: {} of {} as wanted ({:.3}); fix: {} of {} ({:.3}); peak memory {:.0} MB in {}; slowest {:.2} s in {}",
        met[0],
        files.len(),
        share(met[0]),
        met[1],
        files.len(),
        share(met[1]),
        peak.0 as f64 / 1e6,
        peak.1,
        slowest.0.as_secs_f64(),
        slowest.1
    );
    Ok(())
}

fn run(program: &Path, file: &Path, fix: bool, out: &Path) -> Result<Run, Box<dyn Error>> {
    let report = out.join("report.json");
    drop(fs::remove_file(&report));
    let mut command = Command::new(program);
    command.arg(if fix { "fix" } else { "check" }).arg(file);
    if fix {
        command.arg("--output").arg(out.join("card.jpg")).arg("--force");
    }
    command.arg("--report").arg(&report).args(["--lang", "en", "--quiet"]);
    command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    let start = Instant::now();
    let mut child = command.spawn()?;
    let (mut peak, mut status) = (0, None);
    while start.elapsed() < PATIENCE {
        peak = high_water(child.id()).max(peak);
        status = child.try_wait()?;
        if status.is_some() {
            break;
        }
        std::thread::sleep(Duration::from_millis(1));
    }
    if status.is_none() {
        child.kill()?;
        child.wait()?;
    }
    let record = fs::read(&report).ok().and_then(|b| serde_json::from_slice::<Value>(&b).ok());
    let photo = record.map_or(Value::Null, |r| r["photos"][0].clone());
    Ok(Run { status, time: start.elapsed(), peak, photo })
}

/// The most memory that a process has held so far, in bytes.
fn high_water(id: u32) -> u64 {
    let status = fs::read_to_string(format!("/proc/{id}/status")).unwrap_or_default();
    let line = status.lines().find_map(|l| l.strip_prefix("VmHWM:"));
    let kib = line.and_then(|l| l.split_whitespace().next()).and_then(|n| n.parse::<u64>().ok());
    kib.unwrap_or(0) * 1024
}

fn became(run: &Run) -> Became {
    match run.status.map(|s| s.code()) {
        None => return Became::Wrong("hung".to_owned()),
        Some(Some(0..=2)) => {}
        Some(other) => return Became::Wrong(format!("ended with {other:?}")),
    }
    if run.photo["status"].is_null() {
        return Became::Wrong("no record in the report".to_owned());
    }
    let Some(error) = run.photo["error"]["message"].as_str() else { return Became::Done };
    let starts = |with: &[&str]| with.iter().any(|w| error.starts_with(w));
    if starts(&["unsupported format", "damaged", "too large"]) {
        Became::Refused(error.to_owned())
    } else if starts(&["no face", "the face is"]) || error.contains("faces of like size") {
        Became::NoFace(error.to_owned())
    } else {
        Became::Wrong(error.to_owned())
    }
}

/// Whether a file shows the portrait of the reference, large and whole enough for a card.
fn shows_the_portrait(file: &Listed) -> bool {
    let too_poor = ["derived/one_pixel.png", "derived/tiny_33x42.jpg", "derived/bilevel.png"];
    file.path.starts_with("derived/")
        && !matches!(file.wanted, Wanted::Refused | Wanted::Survived)
        && !too_poor.contains(&file.path.as_str())
}

fn is_met(file: &Listed, became: &Became, run: &Run, fix: bool, reference: [[f64; 2]; 2]) -> bool {
    match (file.wanted, became) {
        (_, Became::Wrong(_)) => false,
        (Wanted::Refused, outcome) => matches!(outcome, Became::Refused(_)),
        (Wanted::Survived, _) => true,
        (Wanted::DecodedOrUnsupported, Became::Refused(why)) => why.starts_with("unsupported"),
        (_, Became::Refused(_)) => false,
        (_, Became::NoFace(_)) => fix && !shows_the_portrait(file),
        (_, Became::Done) => {
            !shows_the_portrait(file) || eyes(&run.photo).is_some_and(|e| same(e, reference))
        }
    }
}

/// Where the eyes are, in widths of the upright picture.
fn eyes(photo: &Value) -> Option<[[f64; 2]; 2]> {
    let width = photo["source"]["width"].as_f64()?;
    let eye = |name: &str| {
        let point = &photo["face"][name];
        Some([point[0].as_f64()? / width, point[1].as_f64()? / width])
    };
    Some([eye("left_eye")?, eye("right_eye")?])
}

fn same(a: [[f64; 2]; 2], b: [[f64; 2]; 2]) -> bool {
    let distance = |p: [f64; 2], q: [f64; 2]| (p[0] - q[0]).hypot(p[1] - q[1]);
    let apart = distance(b[0], b[1]);
    (0..2).all(|i| distance(a[i], b[i]) <= EYES_MAY_MOVE * apart)
}
