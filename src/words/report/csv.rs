//! The report as a table for a spreadsheet: UTF-8 with a byte-order mark so that Excel reads Chinese, CRLF line ends (RFC 4180), one column per rule.

use std::io::{self, Write};

use super::PhotoReport;
use super::text::{FindingText, verdict_name};
use crate::rules::check;
use crate::words::catalogue::Language;

const COLUMNS: [&str; 10] = [
    "input", "output", "status", "error", "bytes", "quality", "padding", "fail", "doubtful", "spec",
];

/// One field, quoted where it must be. A text that a spreadsheet would take for a formula gets an apostrophe in front: file names come from strangers.
pub(crate) fn field(text: &str) -> String {
    let text = if text.starts_with(['=', '+', '-', '@', '\t', '\r']) && text != "-" {
        format!("'{text}")
    } else {
        text.to_owned()
    };
    if text.contains(['"', ',', '\n', '\r']) {
        format!("\"{}\"", text.replace('"', "\"\""))
    } else {
        text
    }
}

/// Appends a line of fields that are quoted already.
#[cfg(feature = "desk")]
pub(crate) fn row(table: &mut String, fields: impl Iterator<Item = String>) {
    table.push_str(&fields.collect::<Vec<_>>().join(","));
    table.push_str("\r\n");
}

fn line(out: &mut impl Write, fields: impl IntoIterator<Item = String>) -> io::Result<()> {
    let fields: Vec<String> = fields.into_iter().map(|f| field(&f)).collect();
    write!(out, "{}\r\n", fields.join(","))
}

pub(super) fn begin(out: &mut impl Write) -> io::Result<()> {
    out.write_all("\u{feff}".as_bytes())?;
    let rules = check::RULES.iter().map(|r| r.name);
    line(out, COLUMNS.into_iter().chain(rules).chain(["notes"]).map(str::to_owned))
}

pub(super) fn photo(
    out: &mut impl Write,
    photo: &PhotoReport,
    language: Language,
) -> io::Result<()> {
    use check::Verdict::{Doubtful, Fail};
    let jpeg = photo.jpeg.as_ref();
    let mut fields = vec![
        photo.input.display().to_string(),
        photo.output.as_ref().map(|p| p.display().to_string()).unwrap_or_default(),
        photo.status.name().to_owned(),
        photo.error.as_ref().map(|e| e.message.to_text(language)).unwrap_or_default(),
        jpeg.map(|j| j.bytes.to_string()).unwrap_or_default(),
        jpeg.map(|j| j.quality.to_string()).unwrap_or_default(),
        jpeg.map(|j| j.padding.to_string()).unwrap_or_default(),
        photo.count(Fail).to_string(),
        photo.count(Doubtful).to_string(),
        photo.spec.clone().unwrap_or_default(),
    ];
    for rule in check::RULES {
        let found = photo.findings.iter().find(|f| f.rule == rule.name);
        fields.push(found.map_or_else(String::new, |f| {
            let measured = FindingText::new(f, language).measured;
            format!("{} {measured}", verdict_name(f.outcome.verdict)).trim_end().to_owned()
        }));
    }
    let notes: Vec<String> = photo.notes.iter().map(|n| n.to_text(language)).collect();
    fields.push(notes.join("; "));
    line(out, fields)
}

#[cfg(test)]
mod tests {
    use super::super::ReportFormat;
    use super::super::tests::{sample, written};
    use super::*;

    #[test]
    fn every_line_has_one_field_per_column() {
        let text = written(ReportFormat::Csv, Language::Zh, &[sample(), PhotoReport::new("b.jpg")]);
        let text = text.strip_prefix('\u{feff}').expect("a byte-order mark");
        let lines: Vec<&str> = text.strip_suffix("\r\n").expect("CRLF").split("\r\n").collect();
        assert_eq!(lines.len(), 3);
        let columns = COLUMNS.len() + check::RULES.len() + 1;
        assert_eq!(lines[0].split(',').count(), columns);
        assert_eq!(lines[2].split(',').count(), columns);
        assert!(lines[0].contains(",pixel-size,"));
    }

    #[test]
    fn quotes_are_doubled_and_verdicts_come_with_what_was_measured() {
        let text = written(ReportFormat::Csv, Language::En, &[sample()]);
        assert!(text.contains("\"in/a \"\"b\"\".jpg\",,not-compliant"), "{text}");
        assert!(text.contains("fail 1200×1600 px"), "{text}");
    }

    #[test]
    fn a_name_that_looks_like_a_formula_is_disarmed() {
        assert_eq!(field("=cmd()"), "'=cmd()");
        assert_eq!(field("-"), "-");
        assert_eq!(field("a,b"), "\"a,b\"");
    }
}
