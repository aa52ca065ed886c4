//! The report as one page that needs nothing else: before and after, every finding, a filter by verdict. Prints as it stands.

use std::collections::BTreeMap;
use std::io::{self, Write};

use super::text::{self, FindingText, verdict_name};
use super::{BatchReport, Heading, PhotoReport, Status};
use crate::base::message::Message;
use crate::rules::check::{Finding, Verdict};
use crate::words::catalogue::Language;

const STYLE: &str = include_str!("report.css");
const SCRIPT: &str = include_str!("report.js");

/// What the foot of the page counts.
#[derive(Debug, Clone, Default)]
pub(super) struct Totals {
    batch: BatchReport,
    failing: BTreeMap<&'static str, usize>,
}

impl Totals {
    pub(super) fn add(&mut self, photo: &PhotoReport) {
        self.batch.add(photo);
        for found in photo.findings.iter().filter(|f| f.outcome.verdict == Verdict::Fail) {
            *self.failing.entry(found.rule).or_default() += 1;
        }
    }
}

/// Text made harmless between tags and in attributes: file names come from strangers.
pub(crate) fn escaped(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => safe.push_str("&amp;"),
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '"' => safe.push_str("&quot;"),
            '\'' => safe.push_str("&#39;"),
            _ => safe.push(c),
        }
    }
    safe
}

pub(crate) fn base64(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut text = String::with_capacity(bytes.len().div_ceil(3) * 4);
    for chunk in bytes.chunks(3) {
        let group = chunk
            .iter()
            .chain([&0; 2])
            .take(3)
            .fold(0usize, |group, byte| group << 8 | usize::from(*byte));
        for i in 0..4 {
            let digit = DIGITS[group >> (18 - 6 * i) & 63];
            text.push(if i <= chunk.len() { char::from(digit) } else { '=' });
        }
    }
    text
}

const fn symbol(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Pass => "✓",
        Verdict::Unknown => "·",
        Verdict::Doubtful => "?",
        Verdict::Fail => "✗",
    }
}

pub(super) fn begin(out: &mut impl Write, header: &Heading) -> io::Result<()> {
    let say = |key: &str| escaped(&header.language.text(key));
    let tag = header.language.page_tag();
    let title = say("html-title");
    write!(
        out,
        "<!DOCTYPE html>\n<html lang=\"{tag}\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <title>{title}</title>\n<style>\n{STYLE}</style>\n</head>\n<body>\n\
         <header><h1>{title}</h1><p>{}: {} <code>{}</code></p>\n",
        say("html-spec"),
        escaped(&header.title),
        escaped(&header.spec),
    )?;
    if let Some(receipt) = &header.receipt {
        writeln!(
            out,
            "<p class=\"receipt\"><b>{}</b>{} <small>({}; {})</small></p>",
            say("label-receipt"),
            escaped(&receipt.message),
            escaped(&receipt.source),
            receipt.grade,
        )?;
    }
    out.write_all(b"<nav>")?;
    write!(out, "<button data-show=\"all\" aria-pressed=\"true\">{}</button>", say("html-all"))?;
    for status in [Status::Review, Status::NotCompliant, Status::Failed, Status::Compliant] {
        let name = status.name();
        let word = say(&format!("status-{name}"));
        write!(out, "<button data-show=\"{name}\" aria-pressed=\"false\">{word}</button>")?;
    }
    out.write_all(b"</nav></header>\n<main>\n")
}

pub(super) fn photo(out: &mut impl Write, photo: &PhotoReport, header: &Heading) -> io::Result<()> {
    let language = header.language;
    let say = |key: &str| escaped(&language.text(key));
    let status = photo.status.name();
    let input = escaped(&photo.input.display().to_string());
    writeln!(out, "<article class=\"{status}\">\n<h2>{input}</h2>")?;
    // Where every card is of one spec, the head of the page names it.
    if let Some(spec) = photo.spec.as_ref().filter(|spec| **spec != header.spec) {
        writeln!(out, "<p class=\"spec\"><code>{}</code></p>", escaped(spec))?;
    }
    if let Some(output) = &photo.output {
        let output = escaped(&output.display().to_string());
        writeln!(out, "<p class=\"output\">→ {output}</p>")?;
    }
    writeln!(out, "<p class=\"status\">{}</p>", say(&format!("status-{status}")))?;
    let pictures =
        [("html-before", &photo.thumbnails.before), ("html-after", &photo.thumbnails.after)];
    if pictures.iter().any(|(_, picture)| picture.is_some()) {
        out.write_all(b"<div class=\"pictures\">")?;
        for (caption, picture) in pictures {
            let Some(jpeg) = picture else { continue };
            let caption = say(caption);
            write!(
                out,
                "<figure><img loading=\"lazy\" alt=\"{caption}\" src=\"data:image/jpeg;base64,{}\"><figcaption>{caption}</figcaption></figure>",
                base64(jpeg)
            )?;
        }
        out.write_all(b"</div>\n")?;
    }
    if let Some(error) = &photo.error {
        writeln!(out, "<p class=\"error\">{}</p>", escaped(&error.message.to_text(language)))?;
        if let Some(hint) = &error.hint {
            writeln!(out, "<p class=\"hint\">{}</p>", escaped(&hint.to_text(language)))?;
        }
    }
    // What somebody has to look at first; the rest of forty rules can be unfolded.
    let (seen, calm): (Vec<&Finding>, Vec<&Finding>) =
        photo.findings.iter().partition(|f| f.outcome.verdict >= Verdict::Doubtful);
    findings(out, &seen, language)?;
    if !calm.is_empty() {
        let passed = calm.iter().filter(|f| f.outcome.verdict == Verdict::Pass).count();
        let rest = Message::new("check-rest")
            .number("pass", passed as f64, 0)
            .number("unknown", (calm.len() - passed) as f64, 0)
            .to_text(language);
        writeln!(out, "<details><summary>{}</summary>", escaped(&rest))?;
        findings(out, &calm, language)?;
        out.write_all(b"</details>\n")?;
    }
    let edits: Vec<String> = photo.edits.iter().map(|e| text::edit(e).to_text(language)).collect();
    if !edits.is_empty() {
        writeln!(
            out,
            "<p class=\"note\">{}{}</p>",
            say("label-edits"),
            escaped(&edits.join(" · "))
        )?;
    }
    for note in &photo.notes {
        writeln!(
            out,
            "<p class=\"note\">{}{}</p>",
            say("label-note"),
            escaped(&note.to_text(language))
        )?;
    }
    out.write_all(b"</article>\n")
}

fn findings(out: &mut impl Write, findings: &[&Finding], language: Language) -> io::Result<()> {
    if findings.is_empty() {
        return Ok(());
    }
    out.write_all(b"<ul class=\"findings\">\n")?;
    for found in findings {
        let words = FindingText::new(found, language);
        write!(
            out,
            "<li class=\"{}\"><span>{}</span><b>{}</b> {}",
            verdict_name(found.outcome.verdict),
            symbol(found.outcome.verdict),
            escaped(&words.title),
            escaped(&words.message)
        )?;
        if let Some(hint) = &words.hint {
            write!(out, "<i>{}</i>", escaped(hint))?;
        }
        out.write_all(b"</li>\n")?;
    }
    out.write_all(b"</ul>\n")
}

pub(super) fn end(out: &mut impl Write, header: &Heading, totals: &Totals) -> io::Result<()> {
    let language = header.language;
    let summary = summary(&totals.batch).to_text(language);
    writeln!(out, "</main>\n<footer>\n<p>{}</p>", escaped(&summary))?;
    if !totals.failing.is_empty() {
        writeln!(out, "<h2>{}</h2>\n<table>", escaped(&language.text("html-rules")))?;
        // The commonest reason first; names break ties, so that the page does not depend on chance.
        let mut rows: Vec<_> = totals.failing.iter().collect();
        rows.sort_by_key(|(rule, count)| (std::cmp::Reverse(**count), **rule));
        for (rule, count) in rows {
            writeln!(
                out,
                "<tr><td>{}</td><td>{count}</td></tr>",
                escaped(&text::title(rule, language))
            )?;
        }
        out.write_all(b"</table>\n")?;
    }
    let made = Message::new("html-generated").text("version", env!("CARGO_PKG_VERSION"));
    writeln!(
        out,
        "<p class=\"note\">{}</p>\n</footer>\n<script>\n{SCRIPT}</script>\n</body>\n</html>",
        escaped(&made.to_text(language))
    )
}

/// How the photos ended, in one line.
#[must_use]
pub fn summary(batch: &BatchReport) -> Message {
    Message::new("batch-summary")
        .number("total", batch.total() as f64, 0)
        .number("compliant", batch.compliant as f64, 0)
        .number("review", batch.review as f64, 0)
        .number("broken", batch.not_compliant as f64, 0)
        .number("failed", batch.failed as f64, 0)
        .number("resumed", batch.resumed as f64, 0)
}

#[cfg(test)]
mod tests {
    use super::super::ReportFormat;
    use super::super::tests::{sample, written};
    use super::*;
    use crate::words::report::Thumbnails;

    #[test]
    fn base64_pads_as_rfc_4648_shows() {
        let cases =
            [("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foob", "Zm9vYg==")];
        for (bytes, text) in cases {
            assert_eq!(base64(bytes.as_bytes()), text);
        }
    }

    #[test]
    fn a_file_name_cannot_smuggle_in_a_tag() {
        let photo = PhotoReport::new("<script>alert('x')</script>.jpg");
        let page = written(ReportFormat::Html, Language::En, &[photo]);
        assert!(
            !page.contains("<script>alert") && page.contains("&lt;script&gt;alert(&#39;x&#39;)")
        );
    }

    #[test]
    fn the_page_tells_at_its_head_where_a_receipt_is_wanted() {
        let receipt = crate::words::report::ReceiptText {
            message: "a number <12>".to_owned(),
            source: "a page".to_owned(),
            grade: "C",
        };
        let header =
            Heading { receipt: Some(receipt), ..crate::words::report::tests::header(Language::En) };
        let writer = crate::words::report::Writer::new(ReportFormat::Html, header, Vec::new());
        let page = writer.and_then(crate::words::report::Writer::finish).expect("memory");
        let page = String::from_utf8(page).expect("UTF-8");
        let (head, _) = page.split_once("<main>").expect("a body");
        assert!(head.contains("a number &lt;12&gt;") && head.contains("(a page; C)"), "{head}");
    }

    #[test]
    fn the_page_needs_nothing_from_elsewhere() {
        let mut photo = sample();
        photo.thumbnails = Thumbnails { before: Some(vec![1, 2]), after: Some(vec![3]) };
        let page = written(ReportFormat::Html, Language::Zh, &[photo]);
        assert!(!page.contains("http") && !page.contains("src=\"/") && !page.contains("<link"));
        assert_eq!(page.matches("src=\"data:image/jpeg;base64,").count(), 2);
        assert!(page.contains("像素尺寸") && page.contains("class=\"not-compliant\""));
        for tag in
            ["article", "ul", "li", "figure", "table", "footer", "script", "style", "details"]
        {
            let open = page.matches(&format!("<{tag}>")).count()
                + page.matches(&format!("<{tag} ")).count();
            assert_eq!(open, page.matches(&format!("</{tag}>")).count(), "{tag}");
        }
    }
}
