//! Who the photos are of: a table of people, as personnel departments export it, as text or as a workbook ([`workbook`]).
//!
//! The first line names the columns; in a workbook a title may stand above it. Three of them are known by their names, in either language: the ID number, the name, and the photo's file name. All columns can be used in card names
//! ([`template`]). Which photo is whose is found in [`matching`]; who is done, and who is not, stands in the [`book`].

pub mod book;
pub mod matching;
pub mod template;
pub mod workbook;

use std::collections::BTreeMap;

use encoding_rs::{Encoding, GB18030, UTF_8};

use crate::base::message::Message;
use crate::rules::id_number::{IdNumber, NoId};
use crate::words::failure::Failure;

/// Headings that mean the ID number, lower case.
const ID: &[&str] = &[
    "id",
    "id number",
    "id_number",
    "idnumber",
    "id card",
    "身份证",
    "身份证号",
    "身份证号码",
    "公民身份号码",
    "居民身份证号码",
    "证件号",
    "证件号码",
    "社会保障号码",
    "社保号",
];

/// Headings that mean the name.
const NAME: &[&str] = &["name", "full name", "姓名", "名字"];

/// Headings that mean the photo's file name.
const FILE: &[&str] = &[
    "file",
    "filename",
    "file name",
    "photo",
    "picture",
    "文件名",
    "照片",
    "照片名",
    "照片文件名",
    "图片",
];

/// More people than any importer takes at once; a file with more is something else.
const MAX_PEOPLE: usize = 1_000_000;

/// One line of the table.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Person {
    /// The line in the file, the heading being line 1.
    pub line: u64,
    /// The ID number, its X in upper case; any other document's number as it stands.
    pub id: Option<String>,
    /// The name.
    pub name: Option<String>,
    /// The photo's file name.
    pub file: Option<String>,
    /// Why the ID number cannot be right.
    pub wrong_id: Option<Message>,
    /// Every column by its heading, without blanks at the ends.
    pub columns: BTreeMap<String, String>,
}

impl Person {
    /// What people call this person: the name, or the number.
    #[must_use]
    pub fn called(&self) -> String {
        match (&self.name, &self.id) {
            (Some(name), Some(id)) => format!("{name} {id}"),
            (Some(one), None) | (None, Some(one)) => one.clone(),
            (None, None) => self.file.clone().unwrap_or_default(),
        }
    }
}

/// A table of people.
#[derive(Debug, Clone, PartialEq)]
pub struct Roster {
    /// The headings, in their order.
    pub headings: Vec<String>,
    /// The people, in their order.
    pub people: Vec<Person>,
    /// Whether a column gives the ID number.
    pub has_id: bool,
}

/// The text in `bytes`: as its byte-order mark says, else UTF-8, else GB 18030, which the spreadsheets of a Chinese Windows write.
fn decoded(bytes: &[u8]) -> Option<String> {
    let marked = Encoding::for_bom(bytes).map(|(encoding, _)| encoding);
    let encoding = marked.unwrap_or_else(|| match std::str::from_utf8(bytes) {
        Ok(_) => UTF_8,
        Err(_) => GB18030,
    });
    let (text, _, malformed) = encoding.decode(bytes);
    (!malformed).then(|| text.into_owned())
}

/// The separator of the heading: whichever of tab, semicolon, and comma stands in it most often.
fn separator(text: &str) -> u8 {
    let heading = text.lines().next().unwrap_or_default();
    let count = |c: char| heading.matches(c).count();
    [('\t', b'\t'), (';', b';'), (',', b',')]
        .into_iter()
        .max_by_key(|(c, _)| count(*c))
        .map_or(b',', |(_, separator)| separator)
}

/// A cell without what spreadsheets put around numbers to keep them texts: `'110…`, `="110…"`.
fn cell(text: &str) -> &str {
    let text = text.trim();
    let text = text.strip_prefix('\'').unwrap_or(text);
    text.strip_prefix("=\"").and_then(|t| t.strip_suffix('"')).unwrap_or(text).trim()
}

/// The number as cards carry it, and what is wrong with it.
fn id(text: &str) -> (String, Option<Message>) {
    let wrong = |key: &str| Message::new(key).text("id", text);
    match IdNumber::parse(text) {
        Ok(id) => (id.as_str().to_owned(), None),
        Err(NoId::CheckDigit { wanted }) => (
            text.to_uppercase(),
            Some(wrong("roster-check-digit").text("wanted", wanted.to_string())),
        ),
        Err(NoId::Form) => {
            let digits = text.bytes().filter(u8::is_ascii_digit).count();
            let number = digits == text.len();
            // 1.10105E+17: a spreadsheet took the number for a quantity and threw its end away.
            let rounded = text.parse::<f64>().is_ok() && !number;
            let wrong = if rounded {
                Some(wrong("roster-rounded"))
            } else if number && digits > 15 {
                Some(wrong("roster-id-length").number("count", digits as f64, 0))
            } else {
                None
            };
            (text.to_owned(), wrong)
        }
    }
}

/// How many rows of a sheet are looked at for the headings: above them stands what the table is called.
const ABOVE: usize = 20;

/// A row of a table, and the line it stands in, the first being 1.
type Row = (u64, Vec<String>);

impl Roster {
    /// Reads a table from a file's bytes: a text, or a workbook of which the sheet called `sheet` is meant, or the first one.
    ///
    /// # Errors
    /// A [`Failure`] when the bytes are no text in a known encoding and no workbook, or hold no table with a column that tells people apart.
    pub fn read(bytes: &[u8], sheet: Option<&str>) -> Result<Self, Failure> {
        if !workbook::is_workbook(bytes) {
            return match sheet {
                Some(sheet) => {
                    Err(Failure::with(Message::new("roster-sheet-of-text").text("sheet", sheet)))
                }
                None => Self::parse(bytes),
            };
        }
        let mut rows: Vec<Row> = (1..).zip(workbook::rows(bytes, sheet)?).collect();
        let known = |row: &Row| {
            let headings = row.1.iter().map(|h| cell(h).to_lowercase());
            headings.into_iter().any(|h| [ID, NAME, FILE].iter().any(|k| k.contains(&h.as_str())))
        };
        let begins = rows.iter().take(ABOVE).position(known);
        let filled = || rows.iter().position(|(_, row)| row.iter().any(|c| !cell(c).is_empty()));
        let mut table = rows.split_off(begins.or_else(filled).unwrap_or(rows.len()));
        let headings = if table.is_empty() { Vec::new() } else { table.remove(0).1 };
        Self::of(&headings, table.into_iter().map(Ok))
    }

    /// Reads a table from a text's bytes.
    ///
    /// # Errors
    /// A [`Failure`] when the bytes are no text in a known encoding, or no table with a column that tells people apart.
    pub fn parse(bytes: &[u8]) -> Result<Self, Failure> {
        let text = decoded(bytes).ok_or_else(|| Failure::new("roster-encoding"))?;
        let mut reader = csv::ReaderBuilder::new()
            .delimiter(separator(&text))
            .flexible(true)
            .from_reader(text.as_bytes());
        let broken = |e: csv::Error| Failure::new("roster-broken").because(e.to_string());
        let headings: Vec<String> =
            reader.headers().map_err(broken)?.iter().map(str::to_owned).collect();
        let rows = (2..).zip(reader.records()).map(|(at_least, record)| {
            let record = record.map_err(broken)?;
            // the reader counts line feeds, and old spreadsheets end lines with a carriage return alone
            let line = record.position().map_or(0, csv::Position::line).max(at_least);
            Ok((line, record.iter().map(str::to_owned).collect()))
        });
        Self::of(&headings, rows)
    }

    /// The table with these headings and rows.
    fn of(
        headings: &[String],
        rows: impl Iterator<Item = Result<Row, Failure>>,
    ) -> Result<Self, Failure> {
        let headings: Vec<String> = headings.iter().map(|h| cell(h).to_owned()).collect();
        let find = |known: &[&str]| {
            headings.iter().position(|h| known.contains(&h.to_lowercase().as_str()))
        };
        let (ids, names, files) = (find(ID), find(NAME), find(FILE));
        if ids.or(names).or(files).is_none() {
            let message = Message::new("roster-no-column").text("headings", headings.join(", "));
            return Err(Failure::with(message));
        }
        let mut people = Vec::new();
        for row in rows {
            let (line, row) = row?;
            if people.len() == MAX_PEOPLE {
                return Err(Failure::new("roster-broken").because(format!("> {MAX_PEOPLE}")));
            }
            let at = |column: Option<usize>| {
                let value = cell(row.get(column?)?);
                (!value.is_empty()).then(|| value.to_owned())
            };
            if row.iter().all(|c| cell(c).is_empty()) {
                continue;
            }
            let (id, wrong_id) = at(ids).map_or((None, None), |text| {
                let (id, wrong) = id(&text);
                (Some(id), wrong)
            });
            let columns = headings
                .iter()
                .enumerate()
                .map(|(i, h)| (h.clone(), at(Some(i)).unwrap_or_default()))
                .collect();
            people.push(Person { line, id, wrong_id, name: at(names), file: at(files), columns });
        }
        Ok(Self { headings, people, has_id: ids.is_some() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TABLE: &str =
        "姓名,身份证号,部门\n张三,11010519491231002x,研发\n\"李, 四\",440524188001010014,\n";

    fn people(bytes: &[u8]) -> Vec<(String, String)> {
        let roster = Roster::parse(bytes).expect("a table");
        let person =
            |p: &Person| (p.name.clone().unwrap_or_default(), p.id.clone().unwrap_or_default());
        roster.people.iter().map(person).collect()
    }

    #[test]
    fn the_same_table_is_read_in_every_encoding() {
        let expected = [("张三", "11010519491231002X"), ("李, 四", "440524188001010014")]
            .map(|(n, i)| (n.to_owned(), i.to_owned()));
        let (gb, _, _) = GB18030.encode(TABLE);
        let marked = ["\u{feff}", TABLE].concat();
        let utf16: Vec<u8> = marked.encode_utf16().flat_map(u16::to_le_bytes).collect();
        for bytes in [TABLE.as_bytes(), marked.as_bytes(), &gb, &utf16] {
            assert_eq!(people(bytes), expected);
        }
        let crlf = TABLE.replace('\n', "\r\n").replace(',', ";").replace("李; 四", "李, 四");
        assert_eq!(people(crlf.as_bytes()), expected);
    }

    #[test]
    fn lines_columns_and_what_spreadsheets_do_to_numbers() {
        let table = "Name\tID number\nA\t'11010519491231002X\n\t\nB\t=\"440524188001010014\"\nC\t1.10105E+17\nD\t110105194912310021\nE\tE23456789\nF\t1101051949123100\n";
        let roster = Roster::parse(table.as_bytes()).expect("a table");
        let wrong: Vec<Option<&str>> =
            roster.people.iter().map(|p| p.wrong_id.as_ref().map(|m| m.key.as_str())).collect();
        let expected = [
            None,
            None,
            Some("roster-rounded"),
            Some("roster-check-digit"),
            None,
            Some("roster-id-length"),
        ];
        assert_eq!(wrong, expected);
        assert_eq!(roster.people.iter().map(|p| p.line).collect::<Vec<_>>(), [2, 4, 5, 6, 7, 8]);
        assert_eq!(roster.people[1].id.as_deref(), Some("440524188001010014"));
        assert_eq!(roster.people[0].columns["Name"], "A");
    }

    #[test]
    fn lines_that_end_in_a_carriage_return_alone_are_counted() {
        let roster = Roster::parse(b"Name,ID number\rA,1\rB,2\r").expect("a table");
        assert_eq!(roster.people.iter().map(|p| p.line).collect::<Vec<_>>(), [2, 3]);
    }

    #[test]
    fn a_workbook_is_read_like_a_text_and_a_number_that_lost_its_end_is_an_error_and_no_match() {
        use workbook::tests::Cell::{Number, Text};
        let rows: [&[workbook::tests::Cell<'_>]; 5] = [
            &[Text("2026 年员工名单")],
            &[],
            &[Text("姓名"), Text("身份证号"), Text("工号")],
            &[Text("张三"), Text("11010519491231002x"), Number("7")],
            &[Text("李四"), Number("4.4052418800101001E+17"), Number("8")],
        ];
        let book = workbook::tests::xlsx(&[("名单", &rows)]);
        let roster = Roster::read(&book, None).expect("a table");
        assert_eq!(roster.headings, ["姓名", "身份证号", "工号"]);
        let lines: Vec<u64> = roster.people.iter().map(|p| p.line).collect();
        assert_eq!(lines, [4, 5]);
        assert_eq!(roster.people[0].id.as_deref(), Some("11010519491231002X"));
        assert_eq!(roster.people[0].columns["工号"], "7");
        let wrong = roster.people[1].wrong_id.as_ref().expect("an error");
        assert_eq!(wrong.key, "roster-rounded");
        assert!(wrong.to_text(crate::words::catalogue::Language::En).contains("4.40524E+17"));
        let refused = Roster::read(TABLE.as_bytes(), Some("名单")).expect_err("no workbook");
        assert_eq!(refused.message.key, "roster-sheet-of-text");
        assert_eq!(Roster::read(TABLE.as_bytes(), None), Roster::parse(TABLE.as_bytes()));
    }

    #[test]
    fn what_is_no_table_of_people_is_refused() {
        let refused = |bytes: &[u8]| Roster::parse(bytes).expect_err("no table").message.key;
        assert_eq!(refused(b"colour,size\nred,3\n"), "roster-no-column");
        assert_eq!(refused(b""), "roster-no-column");
        assert_eq!(refused(b"name\n\xff\xff\xff\n"), "roster-encoding");
    }
}
