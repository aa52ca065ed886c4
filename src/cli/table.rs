//! What the terminal shows, as lines of text with colours; nothing here prints.

use anstyle::{AnsiColor, Style};
use unicode_width::UnicodeWidthStr;

use crate::base::message::Message;
use crate::rules::check::{Finding, Verdict};
use crate::words::catalogue::Language;
use crate::words::report::text::FindingText;
use crate::words::report::{PhotoReport, Status};

pub(super) const BOLD: Style = Style::new().bold();
pub(super) const DIM: Style = Style::new().dimmed();
pub(super) const GOOD: Style = AnsiColor::Green.on_default().bold();
pub(super) const DOUBT: Style = AnsiColor::Yellow.on_default().bold();
pub(super) const BAD: Style = AnsiColor::Red.on_default().bold();

/// `text` in `style`; the colours are taken out again where nobody wants them.
pub(super) fn styled(style: Style, text: &str) -> String {
    format!("{style}{text}{style:#}")
}

/// A verdict as one sign. The signs differ in shape, too: not everybody sees red and green.
fn sign(verdict: Verdict) -> String {
    match verdict {
        Verdict::Pass => styled(GOOD, "✓"),
        Verdict::Unknown => styled(DIM, "·"),
        Verdict::Doubtful => styled(DOUBT, "?"),
        Verdict::Fail => styled(BAD, "✗"),
    }
}

/// A photo's verdict as one sign.
pub(super) fn photo_sign(photo: &PhotoReport) -> String {
    match photo.status {
        Status::Failed => styled(BAD, "!"),
        Status::NotCompliant => sign(Verdict::Fail),
        Status::Review => sign(Verdict::Doubtful),
        Status::Compliant => sign(Verdict::Pass),
    }
}

/// `text` filled up with blanks to `width` columns; a Chinese character takes two.
fn padded(text: &str, width: usize) -> String {
    format!("{text}{}", " ".repeat(width.saturating_sub(text.width())))
}

/// Rows as lines whose columns stand under one another, the first row as the heading.
pub(super) fn columns<const N: usize>(rows: &[[String; N]]) -> Vec<String> {
    let mut widths = [0; N];
    for row in rows {
        for (width, cell) in widths.iter_mut().zip(row) {
            *width = (*width).max(cell.width());
        }
    }
    rows.iter()
        .enumerate()
        .map(|(i, row)| {
            let cells: Vec<String> =
                row.iter().zip(widths).map(|(cell, width)| padded(cell, width)).collect();
            let line = cells.join("  ").trim_end().to_owned();
            if i == 0 { styled(DIM, &line) } else { line }
        })
        .collect()
}

/// How many rules fail or are doubtful, in words.
pub(super) fn verdict_line(photo: &PhotoReport, language: Language) -> String {
    let (fail, doubtful) = (photo.count(Verdict::Fail), photo.count(Verdict::Doubtful));
    let style = match (fail, doubtful) {
        (0, 0) => GOOD,
        (0, _) => DOUBT,
        _ => BAD,
    };
    let message = Message::new("check-summary").number("fail", fail as f64, 0).number(
        "doubtful",
        doubtful as f64,
        0,
    );
    styled(style, message.to_text(language).trim())
}

/// A photo's findings: what somebody should look at with its message and hint, the rest counted, or listed where `verbose`.
pub(super) fn findings(photo: &PhotoReport, language: Language, verbose: bool) -> Vec<String> {
    let shown: Vec<(&Finding, FindingText)> = photo
        .findings
        .iter()
        .filter(|f| verbose || f.outcome.verdict >= Verdict::Doubtful)
        .map(|f| (f, FindingText::new(f, language)))
        .collect();
    let width = |cell: fn(&FindingText) -> &str| {
        shown.iter().map(|(_, text)| cell(text).width()).max().unwrap_or(0)
    };
    let (titles, measured) = (width(|t| &t.title), width(|t| &t.measured));
    let mut lines = Vec::new();
    for (found, text) in &shown {
        let verdict = found.outcome.verdict;
        let calm = verdict < Verdict::Doubtful;
        let title = padded(&text.title, titles);
        let title = if calm { title } else { styled(BOLD, &title) };
        let mut line = format!("  {} {title}", sign(verdict));
        if verdict == Verdict::Unknown {
            line.push_str(&format!("  {}", styled(DIM, &text.message)));
        } else {
            let required = styled(DIM, &text.required);
            line.push_str(&format!("  {}  {required}", padded(&text.measured, measured)));
        }
        lines.push(line.trim_end().to_owned());
        // a pass says something of its own where sources contradict one another and the card keeps to one of them
        let says_more = verdict == Verdict::Pass && found.outcome.message.is_some();
        if calm && !says_more {
            continue;
        }
        lines.push(format!("      {}", text.message));
        if calm {
            continue;
        }
        if let Some(hint) = &text.hint {
            let label = styled(DIM, &language.text("label-hint"));
            lines.push(format!("      {label}{hint}"));
        }
        if verbose && let Some(clause) = &found.outcome.clause {
            let clause = Message::new("check-clause").text("clause", clause).to_text(language);
            lines.push(format!("      {}", styled(DIM, &clause)));
        }
    }
    if !verbose {
        let rest = Message::new("check-rest")
            .number("pass", photo.count(Verdict::Pass) as f64, 0)
            .number("unknown", photo.count(Verdict::Unknown) as f64, 0)
            .to_text(language);
        let more = language.text("check-rest-more");
        lines.push(format!("  {}", styled(DIM, &format!("{rest}{more}"))));
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::words::report::tests::sample;

    fn plain(lines: &[String]) -> Vec<String> {
        lines.iter().map(|l| anstream::adapter::strip_str(l).to_string()).collect()
    }

    #[test]
    fn wide_characters_stay_in_their_columns() {
        let cells = |a: &str, b: &str| [a.to_owned(), b.to_owned()];
        let rows = [cells("名称", "x"), cells("abcdef", "y"), cells("社保", "z")];
        assert_eq!(plain(&columns(&rows)), ["名称    x", "abcdef  y", "社保    z"]);
    }

    #[test]
    fn what_fails_comes_with_message_and_hint_and_the_rest_is_counted() {
        let lines = plain(&findings(&sample(), Language::En, false));
        assert!(lines[0].starts_with("  ✗ pixel size  1200×1600 px  358×441 px"), "{lines:#?}");
        assert!(lines[1].contains("the size must be 358×441 px"), "{lines:#?}");
        assert!(lines[2].starts_with("      hint: "), "{lines:#?}");
        assert!(lines[3].starts_with("  ? face width  192 px        193–221 px"), "{lines:#?}");
        assert_eq!(lines[lines.len() - 1], "  1 pass, 1 not measured (-v lists them)");
    }

    #[test]
    fn verbose_lists_everything_with_its_source() {
        let lines = plain(&findings(&sample(), Language::Zh, true));
        assert!(lines.iter().any(|l| l.contains("✓ 文件大小")), "{lines:#?}");
        assert!(lines.iter().any(|l| l.contains("没有找到人脸")), "{lines:#?}");
        assert!(lines.iter().any(|l| l.contains("依据：GA 461-2004")), "{lines:#?}");
    }

    #[test]
    fn a_pass_that_has_more_to_say_says_it_among_all_findings() {
        use crate::base::message::Message;
        use crate::rules::check::{Finding, Outcome};
        let mut photo = sample();
        let outcome = Outcome::new(Verdict::Pass).message(
            Message::new("readings-differ").text("kept", "207–220").text("broken", "≥ 230"),
        );
        photo.findings = vec![Finding { rule: "eye-line", outcome, before: None }];
        let lines = plain(&findings(&photo, Language::En, true));
        assert!(lines.iter().any(|l| l.contains("≥ 230")), "{lines:#?}");
        let short = plain(&findings(&photo, Language::En, false));
        assert!(!short.iter().any(|l| l.contains("≥ 230")), "{short:#?}");
    }

    #[test]
    fn the_verdict_line_counts() {
        let photo = sample();
        let line =
            |p: &PhotoReport, l| anstream::adapter::strip_str(&verdict_line(p, l)).to_string();
        assert_eq!(line(&photo, Language::En), "1 failing, 1 doubtful");
        assert_eq!(line(&photo, Language::Zh), "1 项不合格，1 项存疑");
        assert_eq!(line(&PhotoReport::new("a"), Language::Zh), "全部合格");
    }
}
