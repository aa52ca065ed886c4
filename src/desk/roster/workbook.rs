//! Tables as spreadsheets save them: `.xlsx` and `.xls`.
//!
//! A cell that holds a number is that number as people would write it, as long as the file has all of its digits. A spreadsheet keeps fifteen: an ID number that was typed into a
//! cell for numbers has lost its end, is written as `1.10105E+17` here as there, and is refused by whoever reads ID numbers.

use std::io::Cursor;
use std::panic::{AssertUnwindSafe, catch_unwind};

use calamine::{Data, Range, Reader as _, Sheets, Xls, Xlsx};

use crate::base::message::Message;
use crate::words::failure::Failure;

/// How the two kinds of workbooks begin.
const XLSX: &[u8] = b"PK\x03\x04";
const XLS: &[u8] = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1";

/// The most bytes that the parts of an `.xlsx` may unpack to: a table of a million people has fewer.
const MAX_UNPACKED: u64 = 512 << 20;

/// The number from which a spreadsheet may have lost digits.
const FIFTEEN_DIGITS: f64 = 1e15;

/// Whether the bytes are those of a workbook.
#[must_use]
pub fn is_workbook(bytes: &[u8]) -> bool {
    bytes.starts_with(XLSX) || bytes.starts_with(XLS)
}

/// The rows of the sheet called `sheet`, or of the first one, from the first row on; each cell as a text.
///
/// # Errors
/// A [`Failure`] when the workbook cannot be read, or has no sheet of this name.
pub fn rows(bytes: &[u8], sheet: Option<&str>) -> Result<Vec<Vec<String>>, Failure> {
    let broken = |why: String| Failure::new("roster-broken-workbook").because(why);
    if bytes.starts_with(XLSX) {
        bounded(bytes)?;
    }
    // Workbooks come from strangers, and the reader is not ours.
    let read = catch_unwind(AssertUnwindSafe(|| range(bytes, sheet)));
    let range = read.map_err(|_| broken("not readable".to_owned()))??;
    let first = range.start().map_or(0, |(row, _)| row as usize);
    let mut rows = vec![Vec::new(); first];
    rows.extend(range.rows().map(|row| row.iter().map(text).collect()));
    Ok(rows)
}

/// Refuses an `.xlsx` that unpacks to more than any table.
fn bounded(bytes: &[u8]) -> Result<(), Failure> {
    let broken = |why: String| Failure::new("roster-broken-workbook").because(why);
    let mut archive =
        zip::ZipArchive::new(Cursor::new(bytes)).map_err(|e| broken(e.to_string()))?;
    let mut unpacked = 0u64;
    for i in 0..archive.len() {
        let part = archive.by_index_raw(i).map_err(|e| broken(e.to_string()))?;
        unpacked = unpacked.saturating_add(part.size());
    }
    if unpacked > MAX_UNPACKED { Err(broken(format!("> {MAX_UNPACKED} bytes"))) } else { Ok(()) }
}

fn range(bytes: &[u8], sheet: Option<&str>) -> Result<Range<Data>, Failure> {
    let broken = |why: String| Failure::new("roster-broken-workbook").because(why);
    let data = Cursor::new(bytes);
    let mut book = if bytes.starts_with(XLS) {
        Sheets::Xls(Xls::new(data).map_err(|e| broken(e.to_string()))?)
    } else {
        Sheets::Xlsx(Xlsx::new(data).map_err(|e| broken(e.to_string()))?)
    };
    let names = book.sheet_names();
    let wanted = match sheet {
        None => names.first().cloned(),
        Some(sheet) => names.iter().find(|name| *name == sheet).cloned(),
    };
    let Some(name) = wanted else {
        let message = Message::new("roster-no-sheet")
            .text("sheet", sheet.unwrap_or_default())
            .text("sheets", names.join(", "));
        return Err(Failure::with(message));
    };
    book.worksheet_range(&name).map_err(|e| broken(e.to_string()))
}

/// A cell as people would write it.
fn text(cell: &Data) -> String {
    match cell {
        Data::Empty | Data::Error(_) => String::new(),
        Data::String(text) | Data::DateTimeIso(text) | Data::DurationIso(text) => text.clone(),
        Data::Int(number) => number.to_string(),
        Data::Float(number) => number_text(*number),
        Data::Bool(truth) => truth.to_string(),
        Data::DateTime(day) => number_text(day.as_f64()),
    }
}

fn number_text(number: f64) -> String {
    if number.abs() < FIFTEEN_DIGITS { format!("{number}") } else { rounded(number) }
}

/// A number of more digits than the file has, as spreadsheets show it.
fn rounded(number: f64) -> String {
    let text = format!("{number:.5E}");
    match text.split_once('E') {
        Some((digits, power)) => {
            let digits = digits.trim_end_matches('0').trim_end_matches('.');
            format!("{digits}E+{power}")
        }
        None => text,
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use std::io::Write as _;

    use zip::write::SimpleFileOptions;

    use super::*;

    /// A cell of a drawn workbook: a text, or a number as the file has it.
    pub(crate) enum Cell<'a> {
        Text(&'a str),
        Number(&'a str),
    }

    /// An `.xlsx` with the sheets, rows and cells given.
    pub(crate) fn xlsx(sheets: &[(&str, &[&[Cell<'_>]])]) -> Vec<u8> {
        let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
        let stored =
            SimpleFileOptions::default().compression_method(zip::CompressionMethod::Stored);
        let mut part = |name: &str, text: &str| {
            zip.start_file(name, stored).expect("memory");
            zip.write_all(text.as_bytes()).expect("memory");
        };
        let xml = "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>";
        let main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
        let rel = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
        let packed = "http://schemas.openxmlformats.org/package/2006";
        let (mut listed, mut related, mut typed) = (String::new(), String::new(), String::new());
        for (i, (name, _)) in sheets.iter().enumerate() {
            let n = i + 1;
            listed += &format!("<sheet name=\"{name}\" sheetId=\"{n}\" r:id=\"rId{n}\"/>");
            related += &format!(
                "<Relationship Id=\"rId{n}\" Type=\"{rel}/worksheet\" Target=\"worksheets/sheet{n}.xml\"/>"
            );
            typed += &format!(
                "<Override PartName=\"/xl/worksheets/sheet{n}.xml\" ContentType=\"application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml\"/>"
            );
        }
        part(
            "[Content_Types].xml",
            &format!(
                "{xml}<Types xmlns=\"{packed}/content-types\"><Default Extension=\"rels\" ContentType=\"application/vnd.openxmlformats-package.relationships+xml\"/><Override PartName=\"/xl/workbook.xml\" ContentType=\"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml\"/>{typed}</Types>"
            ),
        );
        part(
            "_rels/.rels",
            &format!(
                "{xml}<Relationships xmlns=\"{packed}/relationships\"><Relationship Id=\"rId1\" Type=\"{rel}/officeDocument\" Target=\"xl/workbook.xml\"/></Relationships>"
            ),
        );
        part(
            "xl/workbook.xml",
            &format!(
                "{xml}<workbook xmlns=\"{main}\" xmlns:r=\"{rel}\"><sheets>{listed}</sheets></workbook>"
            ),
        );
        part(
            "xl/_rels/workbook.xml.rels",
            &format!(
                "{xml}<Relationships xmlns=\"{packed}/relationships\">{related}</Relationships>"
            ),
        );
        for (i, (_, rows)) in sheets.iter().enumerate() {
            let mut data = String::new();
            for (y, row) in rows.iter().enumerate() {
                data += &format!("<row r=\"{}\">", y + 1);
                for (x, cell) in row.iter().enumerate() {
                    let at = format!("{}{}", char::from(b'A' + x as u8), y + 1);
                    data += &match cell {
                        Cell::Text(text) => {
                            format!("<c r=\"{at}\" t=\"inlineStr\"><is><t>{text}</t></is></c>")
                        }
                        Cell::Number(number) => format!("<c r=\"{at}\"><v>{number}</v></c>"),
                    };
                }
                data += "</row>";
            }
            part(
                &format!("xl/worksheets/sheet{}.xml", i + 1),
                &format!(
                    "{xml}<worksheet xmlns=\"{main}\"><sheetData>{data}</sheetData></worksheet>"
                ),
            );
        }
        zip.finish().expect("memory").into_inner()
    }

    #[test]
    fn cells_are_what_people_would_write_and_lost_digits_show() {
        use Cell::{Number, Text};
        let row: &[Cell<'_>] = &[
            Text("张三"),
            Number("7"),
            Number("1.10105194912310E+17"),
            Number("110105491231002"),
            Number("0.5"),
        ];
        let book = xlsx(&[("人员", &[row])]);
        assert!(is_workbook(&book));
        let rows = rows(&book, None).expect("a workbook");
        assert_eq!(rows, [["张三", "7", "1.10105E+17", "110105491231002", "0.5"]]);
    }

    #[test]
    fn a_table_as_excel_97_saved_it_is_read_too() {
        let book = include_bytes!("../../../tests/fixtures/roster.xls");
        assert!(is_workbook(book));
        assert_eq!(rows(book, None).expect("the first"), [["名单在第二张表"]]);
        assert_eq!(
            rows(book, Some("人员")).expect("the second"),
            [
                ["姓名", "公民身份号码", "工号"],
                ["张三", "11010519491231002X", "7"],
                ["李四", "1.10105E+17", "8.5"],
                ["欧阳 明", "", ""],
            ]
        );
        for cut in [600, book.len() / 2] {
            assert!(rows(&book[..cut], Some("人员")).is_err(), "cut off at {cut}");
        }
    }

    #[test]
    fn the_first_sheet_or_the_one_named() {
        use Cell::Text;
        let (one, two): (&[Cell<'_>], &[Cell<'_>]) = (&[Text("a")], &[Text("b")]);
        let book = xlsx(&[("一", &[one]), ("二", &[two])]);
        assert_eq!(rows(&book, None).expect("the first"), [["a"]]);
        assert_eq!(rows(&book, Some("二")).expect("the second"), [["b"]]);
        let failure = rows(&book, Some("三")).expect_err("no such sheet");
        assert_eq!(failure.message.key, "roster-no-sheet");
        assert!(
            failure
                .hint
                .expect("a hint")
                .to_text(crate::words::catalogue::Language::En)
                .contains("一, 二")
        );
    }

    #[test]
    fn what_is_no_workbook_is_refused_and_never_panics() {
        let book = xlsx(&[("一", &[&[Cell::Text("a")]])]);
        for cut in [4, 40, book.len() / 2, book.len() - 3] {
            let failure = rows(&book[..cut], None).expect_err("cut off");
            assert_eq!(failure.message.key, "roster-broken-workbook", "{cut}");
        }
        let mut ole = XLS.to_vec();
        ole.extend([0u8; 2048]);
        assert!(rows(&ole, None).is_err());
        assert!(!is_workbook("姓名,号码".as_bytes()));
    }
}
