//! The roster as an order book: who is done, who waits for a look, who has to come again and why, and of whom there is no photo yet. A page to search and print, and a table.
//!
//! It is written anew by every run, from what this run did and from what the output folder's ledger knows of earlier ones, so that photos that came later may be made alone.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::path::Path;

use super::{Person, Roster};
use crate::base::message::Message;
use crate::desk::source::slashed;
use crate::rules::check::Verdict;
use crate::words::catalogue::Language;
use crate::words::failure::Failure;
use crate::words::report::html::escaped;
use crate::words::report::{PhotoReport, Status, csv, slip};

const STYLE: &str = include_str!("book.css");
const SCRIPT: &str = include_str!("book.js");

/// What marks a page as ours, so that nobody else's file is replaced.
const MARK: &str = "<meta name=\"generator\" content=\"baidi order book\">";

/// How things stand with a person.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Standing {
    /// Every card is there, and nothing is in doubt.
    Done,
    /// Somebody has to look: a finding is in doubt, or photo and roster do not go together.
    Look,
    /// The photo has to be taken again.
    Again,
    /// There is no photo.
    Missing,
}

impl Standing {
    /// All, in the order of the page's buttons.
    pub const ALL: [Self; 4] = [Self::Done, Self::Look, Self::Again, Self::Missing];

    /// The word in the page's classes and the catalogue's keys.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Done => "done",
            Self::Look => "look",
            Self::Again => "again",
            Self::Missing => "missing",
        }
    }

    fn text(self, language: Language) -> String {
        language.text(&format!("book-{}", self.name()))
    }

    /// How a card that was made or could not be made leaves its person.
    #[must_use]
    pub fn of(report: &PhotoReport) -> Self {
        match (report.status, &report.error) {
            (Status::Failed, Some(failure)) if !is_the_photos(failure) => Self::Look,
            (Status::Failed | Status::NotCompliant, _) => Self::Again,
            (Status::Review, _) => Self::Look,
            (Status::Compliant, _) => Self::Done,
        }
    }
}

/// Whether a failure lies in the photo, which another photo mends, and not in files, names, or the program.
fn is_the_photos(failure: &Failure) -> bool {
    const PHOTO: [&str; 5] = [
        "error-no-face",
        "error-several-faces",
        "error-damaged",
        "error-unsupported-format",
        "error-too-large",
    ];
    PHOTO.contains(&failure.message.key.as_str())
}

/// What is known of a person.
#[derive(Debug, Clone, PartialEq, Default)]
struct Entry {
    state: Option<Standing>,
    photo: String,
    cards: Vec<String>,
    why: Vec<String>,
    advice: Vec<String>,
}

/// How things stand with everybody.
#[derive(Debug, Clone)]
pub struct Book<'r> {
    roster: &'r Roster,
    language: Language,
    entries: Vec<Entry>,
    strangers: Vec<(String, String)>,
}

impl<'r> Book<'r> {
    /// A book in which nobody has a photo yet; whose ID number cannot be right is to be looked at.
    #[must_use]
    pub fn new(roster: &'r Roster, language: Language) -> Self {
        let entries = vec![Entry::default(); roster.people.len()];
        let mut book = Self { roster, language, entries, strangers: Vec::new() };
        for (i, person) in roster.people.iter().enumerate() {
            if let Some(wrong) = &person.wrong_id {
                book.trouble(i, "", &Failure::with(wrong.clone()));
            }
        }
        book
    }

    /// Whether anything is known of a person.
    #[must_use]
    pub fn knows(&self, person: usize) -> bool {
        self.entries.get(person).is_some_and(|e| e.state.is_some())
    }

    /// How things stand with a person.
    #[must_use]
    pub fn state(&self, person: usize) -> Standing {
        self.entries.get(person).and_then(|e| e.state).unwrap_or(Standing::Missing)
    }

    /// Enters what became of a person's photo: a report for each card. The worst decides.
    pub fn reports(&mut self, person: usize, reports: &[PhotoReport], root: &Path) {
        let language = self.language;
        let Some(entry) = self.entries.get_mut(person) else { return };
        let several = reports.len() > 1;
        for report in reports {
            let state = Standing::of(report);
            entry.state = entry.state.max(Some(state));
            entry.photo = slashed(&report.input);
            let least = if state == Standing::Look { Verdict::Doubtful } else { Verdict::Fail };
            let (why, advice) = slip::why(report, least, language);
            let spec = report.spec.as_ref().filter(|_| several);
            let of_spec = |text: String| match spec {
                Some(spec) => format!("{spec}: {text}"),
                None => text,
            };
            for (texts, all) in [(why, &mut entry.why), (Vec::from_iter(advice), &mut entry.advice)]
            {
                for text in texts {
                    // What is wrong with the photo is wrong with all of its cards.
                    if !all.iter().any(|t| t.ends_with(&text)) {
                        all.push(of_spec(text));
                    }
                }
            }
            let card = report.output.as_ref();
            entry.cards.extend(card.map(|c| slashed(c.strip_prefix(root).unwrap_or(c))));
        }
    }

    /// Enters that photo and person do not go together.
    pub fn trouble(&mut self, person: usize, photo: &str, failure: &Failure) {
        let language = self.language;
        let Some(entry) = self.entries.get_mut(person) else { return };
        entry.state = entry.state.max(Some(Standing::Look));
        if entry.photo.is_empty() {
            photo.clone_into(&mut entry.photo);
        }
        let why = failure.message.to_text(language);
        if !entry.why.contains(&why) {
            entry.why.push(why);
            entry.advice.extend(failure.hint.as_ref().map(|h| h.to_text(language)));
        }
    }

    /// Enters a photo that is nobody's.
    pub fn stranger(&mut self, photo: &Path, failure: &Failure) {
        self.strangers.push((slashed(photo), failure.message.to_text(self.language)));
    }

    /// How many people stand how, in the order of [`Standing::ALL`].
    #[must_use]
    pub fn counts(&self) -> [usize; 4] {
        Standing::ALL.map(|s| (0..self.entries.len()).filter(|i| self.state(*i) == s).count())
    }

    /// How many people stand how, in one line.
    #[must_use]
    pub fn summary(&self) -> Message {
        let [done, look, again, missing] = self.counts().map(|n| n as f64);
        Message::new("book-summary")
            .number("total", self.entries.len() as f64, 0)
            .number("done", done, 0)
            .number("look", look, 0)
            .number("again", again, 0)
            .number("missing", missing, 0)
    }

    /// Whether a file that begins with these bytes is an order book of ours.
    #[must_use]
    pub fn is_ours(bytes: &[u8]) -> bool {
        let text = String::from_utf8_lossy(bytes);
        let heading = text.lines().next().unwrap_or_default();
        let ours = |language: Language| heading.ends_with(&own_headings(language).join(","));
        text.contains(MARK) || Language::ALL.into_iter().any(ours)
    }

    /// The table: the roster's own columns, then how things stand. UTF-8 with a mark, as spreadsheets want it.
    #[must_use]
    pub fn csv(&self) -> String {
        let own: BTreeSet<String> = Language::ALL.into_iter().flat_map(own_headings).collect();
        // A book that became a roster has these columns already.
        let headings: Vec<&String> =
            self.roster.headings.iter().filter(|h| !own.contains(*h)).collect();
        let mut table = "\u{feff}".to_owned();
        let fields = headings.iter().map(|h| csv::field(h)).chain(own_headings(self.language));
        csv::row(&mut table, fields);
        for (i, (person, entry)) in self.roster.people.iter().zip(&self.entries).enumerate() {
            let columns = headings.iter().map(|h| {
                let value = person.columns.get(*h).map_or("", String::as_str);
                number_field(value).unwrap_or_else(|| csv::field(value))
            });
            let stands = [
                self.state(i).text(self.language),
                entry.why.join("; "),
                entry.advice.join("; "),
                entry.cards.join("; "),
                entry.photo.clone(),
            ];
            csv::row(&mut table, columns.chain(stands.iter().map(|text| csv::field(text))));
        }
        table
    }

    /// The page: everybody, with buttons for each state, a field to search, and what is shown to print. It needs nothing else; cards are linked by their places beside it.
    #[must_use]
    pub fn html(&self) -> String {
        let say = |key: &str| escaped(&self.language.text(key));
        let tag = self.language.page_tag();
        let title = say("book-title");
        let mut page = format!(
            "<!DOCTYPE html>\n<html lang=\"{tag}\">\n<head>\n<meta charset=\"utf-8\">\n{MARK}\n\
             <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
             <title>{title}</title>\n<style>\n{STYLE}</style>\n</head>\n<body>\n<h1>{title}</h1>\n<p>{}</p>\n<nav>\
             <button data-show=\"all\" aria-pressed=\"true\">{} {}</button>",
            escaped(&self.summary().to_text(self.language)),
            say("html-all"),
            self.entries.len(),
        );
        for (state, count) in Standing::ALL.into_iter().zip(self.counts()) {
            let _ = write!(
                page,
                "<button data-show=\"{}\" aria-pressed=\"false\">{} {count}</button>",
                state.name(),
                escaped(&state.text(self.language)),
            );
        }
        let _ = write!(
            page,
            "<input type=\"search\" id=\"search\" placeholder=\"{0}\" aria-label=\"{0}\"><button id=\"print\">{1}</button></nav>\n<table>\n<thead><tr>",
            say("book-search"),
            say("book-print"),
        );
        for key in ["book-line", "book-name", "book-id", "book-state", "book-why", "book-cards"] {
            let _ = write!(page, "<th>{}</th>", say(key));
        }
        page.push_str("</tr></thead>\n<tbody>\n");
        for (i, (person, entry)) in self.roster.people.iter().zip(&self.entries).enumerate() {
            self.person(&mut page, person, entry, self.state(i));
        }
        page.push_str("</tbody>\n</table>\n");
        if !self.strangers.is_empty() {
            let _ = writeln!(page, "<h2>{}</h2>\n<ul>", say("book-strangers"));
            for (photo, why) in &self.strangers {
                let _ = writeln!(page, "<li>{}: {}</li>", escaped(photo), escaped(why));
            }
            page.push_str("</ul>\n");
        }
        let _ = writeln!(page, "<script>\n{SCRIPT}</script>\n</body>\n</html>");
        page
    }

    fn person(&self, page: &mut String, person: &Person, entry: &Entry, state: Standing) {
        let cell = |text: Option<&String>| escaped(text.map_or("", String::as_str));
        let _ = write!(
            page,
            "<tr class=\"{}\"><td>{}</td><td>{}</td><td>{}</td><td>{}</td><td>",
            state.name(),
            person.line,
            cell(person.name.as_ref()),
            cell(person.id.as_ref().or(person.file.as_ref())),
            escaped(&state.text(self.language)),
        );
        page.push_str(&escaped(&entry.why.join("; ")));
        if !entry.advice.is_empty() {
            let _ = write!(page, "<i>{}</i>", escaped(&entry.advice.join("; ")));
        }
        page.push_str("</td><td>");
        for card in &entry.cards {
            let _ = write!(page, "<a href=\"{}\">{}</a> ", link(card), escaped(card));
        }
        page.push_str("</td></tr>\n");
    }
}

/// The columns that a book adds to a roster's.
fn own_headings(language: Language) -> Vec<String> {
    ["book-state", "book-why", "book-advice", "book-cards", "book-photo"]
        .map(|key| language.text(key))
        .to_vec()
}

/// A long number as a spreadsheet leaves it alone: `="110105194912310021"`. Others than digits and one X behind them are no number.
fn number_field(value: &str) -> Option<String> {
    let digits = value.strip_suffix(['X', 'x']).unwrap_or(value);
    let long = digits.len() > 11 && digits.bytes().all(|b| b.is_ascii_digit());
    long.then(|| format!("\"=\"\"{value}\"\"\""))
}

/// A path below the page's folder as a link: what is not plain is written as bytes in `%`.
fn link(path: &str) -> String {
    let mut link = String::from("./");
    for byte in path.bytes() {
        if byte.is_ascii_alphanumeric() || b"/-_.~".contains(&byte) {
            link.push(char::from(byte));
        } else {
            let _ = write!(link, "%{byte:02X}");
        }
    }
    link
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::error::Error;
    use crate::words::report::tests::{finding, sample};

    const TABLE: &str = "姓名,身份证号,部门\n张三,11010519491231002x,研发\n李四,440524188001010014,=1+1\n王五,,\n赵六,110105194912310021,\n<b>孙七,,\n";

    fn roster() -> Roster {
        Roster::parse(TABLE.as_bytes()).expect("a table")
    }

    fn book(roster: &Roster, language: Language) -> Book<'_> {
        let mut book = Book::new(roster, language);
        let root = Path::new("out");
        let good = PhotoReport {
            output: Some("out/11010519491231002X.jpg".into()),
            findings: vec![finding("roll", Verdict::Pass)],
            ..PhotoReport::new("in/张三.jpg")
        };
        book.reports(0, &[good], root);
        let bad = PhotoReport { output: Some("out/李 四.jpg".into()), ..sample() };
        book.reports(1, &[bad], root);
        let error = Error::NoFace { width: 3, height: 4 };
        book.reports(4, &[PhotoReport::failed("in/7.jpg", &error)], root);
        book.stranger(Path::new("in/IMG_1.jpg"), &Failure::new("roster-no-person"));
        book
    }

    #[test]
    fn everybody_stands_somewhere() {
        let roster = roster();
        let book = book(&roster, Language::En);
        let states: Vec<Standing> = (0..5).map(|i| book.state(i)).collect();
        use Standing::{Again, Done, Look, Missing};
        assert_eq!(states, [Done, Again, Missing, Look, Again]);
        assert_eq!(book.counts(), [1, 1, 2, 1]);
        for (rule, state) in [("roll", Look), ("mouth", Done)] {
            let findings = vec![finding(rule, Verdict::Doubtful)];
            let status = Status::of(&findings);
            let report = PhotoReport { findings, status, ..PhotoReport::new("a") };
            assert_eq!(Standing::of(&report), state, "{rule}");
        }
        let full = PhotoReport::failed("a", Failure::new("job-output-exists"));
        assert_eq!(Standing::of(&full), Look, "another photo would not help");
    }

    #[test]
    fn the_table_keeps_the_roster_and_its_numbers_and_can_be_a_roster_again() {
        let roster = roster();
        for language in [Language::Zh, Language::En] {
            let table = book(&roster, language).csv();
            assert!(table.contains("\"=\"\"440524188001010014\"\"\""), "{table}");
            assert!(table.contains("'=1+1"), "{table}");
            assert!(Book::is_ours(table.as_bytes()) && !Book::is_ours(TABLE.as_bytes()));
            let again = Roster::parse(table.as_bytes()).expect("a table");
            let ids = |r: &Roster| r.people.iter().map(|p| p.id.clone()).collect::<Vec<_>>();
            assert_eq!(ids(&again), ids(&roster));
            assert_eq!(again.people[0].name, roster.people[0].name);
            let twice = Book::new(&again, language).csv();
            let heading = |t: &str| t.lines().next().map(str::to_owned);
            assert_eq!(heading(&twice), heading(&table), "no column twice");
        }
    }

    #[test]
    fn the_page_needs_nothing_from_elsewhere_and_no_name_becomes_markup() {
        let roster = roster();
        let page = book(&roster, Language::Zh).html();
        assert!(!page.contains("http") && !page.contains("<link") && !page.contains("<b>孙七"));
        assert_eq!(page.matches("<tr class=").count(), 5);
        assert!(page.contains("href=\"./%E6%9D%8E%20%E5%9B%9B.jpg\""), "a blank in a link");
        assert!(page.contains("IMG_1.jpg") && Book::is_ours(page.as_bytes()));
        for tag in ["table", "tr", "td", "nav", "button", "script", "style", "ul", "li", "i"] {
            let open = page.matches(&format!("<{tag}>")).count()
                + page.matches(&format!("<{tag} ")).count();
            assert_eq!(open, page.matches(&format!("</{tag}>")).count(), "{tag}");
        }
    }
}
