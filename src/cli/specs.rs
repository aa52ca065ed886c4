//! `baidi specs`.

use anyhow::Result;

use super::args::SpecsArgs;
use super::exit::ExitStatus;
use super::table;
use super::terminal::Terminal;
use crate::base::message::Message;
use crate::rules::spec::{self, Along, BUILTIN, Band, PhotoSpec};
use crate::words::catalogue::Language;
use crate::words::failure::Failure;
use crate::words::report::ReceiptText;

pub(super) fn run(args: &SpecsArgs, terminal: &mut Terminal) -> Result<ExitStatus> {
    match (&args.name, &args.wanted) {
        (None, Some(wanted)) => fitting(wanted, terminal)?,
        (None, None) => list(terminal)?,
        (Some(name), _) => {
            // Asked for by name first, so that an unknown one gets the error that lists them.
            PhotoSpec::builtin(name)?;
            let text = BUILTIN.iter().find(|(n, _)| n == name).map_or("", |(_, text)| text);
            terminal.say(text.trim_end());
        }
    }
    Ok(ExitStatus::Success)
}

fn list(terminal: &mut Terminal) -> Result<()> {
    let all = BUILTIN.iter().map(|(name, _)| PhotoSpec::builtin(name));
    table(&all.collect::<Result<Vec<_>, _>>()?, terminal);
    terminal.remark(&Message::new("specs-more"));
    Ok(())
}

/// The specs that fit `wanted`, best first, with what is to be known of a receipt.
fn fitting(wanted: &str, terminal: &mut Terminal) -> Result<()> {
    let found: Vec<PhotoSpec> = spec::find(wanted)?.into_iter().map(|m| m.spec).collect();
    if found.is_empty() {
        let none = Message::new("specs-none").text("wanted", wanted.trim());
        return Err(Failure::with(none).into());
    }
    table(&found, terminal);
    // Once for specs that say the same, as those of one card do.
    let mut receipts: Vec<(String, Vec<&str>)> = Vec::new();
    for spec in &found {
        let Some(receipt) = &spec.receipt else { continue };
        let text = ReceiptText::new(receipt, terminal.language()).message;
        match receipts.iter_mut().find(|(said, _)| *said == text) {
            Some((_, names)) => names.push(&spec.name),
            None => receipts.push((text, vec![&spec.name])),
        }
    }
    for (text, names) in receipts {
        let line = Message::new("specs-receipt").text("name", names.join(", "));
        terminal.remark(&line.text("receipt", text));
    }
    terminal.remark(&Message::new("specs-more"));
    Ok(())
}

fn table(specs: &[PhotoSpec], terminal: &mut Terminal) {
    let language = terminal.language();
    let heading = [
        "table-name",
        "table-title",
        "table-pixels",
        "table-resolution",
        "table-bytes",
        "table-head",
    ];
    let mut rows = vec![heading.map(|key| language.text(key))];
    rows.extend(specs.iter().map(|spec| row(spec, language)));
    for line in table::columns(&rows) {
        terminal.say(&line);
    }
}

fn row(spec: &PhotoSpec, language: Language) -> [String; 6] {
    [
        spec.name.clone(),
        language.title_of(spec).to_owned(),
        format!("{}×{}", spec.pixels.width, spec.pixels.height),
        spec.resolution.as_ref().map_or_else(|| "–".to_owned(), |r| r.dpi.to_string()),
        format!("{}–{}", spec.file.min, spec.file.max),
        head(spec, language),
    ]
}

/// The binding range that says most about the head, in pixels of the card.
fn head(spec: &PhotoSpec, language: Language) -> String {
    let rules: [(&str, &Option<Band>, Along); 3] = [
        ("specs-face", &spec.head.face_width, Along::Width),
        ("specs-head-share", &spec.head.head_share, Along::Height),
        ("specs-eye-distance", &spec.head.eye_distance, Along::Width),
    ];
    for (key, band, along) in rules {
        let Some(band) = band else { continue };
        let range = spec.px(band, along);
        let range = match (range.min.is_finite(), range.max.is_finite()) {
            (true, true) => format!("{:.0}–{:.0}", range.min, range.max),
            (true, false) => format!("≥ {:.0}", range.min),
            (false, true) => format!("≤ {:.0}", range.max),
            (false, false) => continue,
        };
        return Message::new(key).text("range", range).to_text(language);
    }
    "–".to_owned()
}
