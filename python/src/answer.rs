//! What became of one photo.

use baidi::lab::batch::ledger::Digest;
use baidi::lab::report::{PhotoReport, ReportFormat, Writer};
use baidi::{Error, Plane, Status};
use pyo3::prelude::*;
use pyo3::types::PyBytes;

use crate::order::Order;

/// What became of one photo: the report as JSON, and the card where there is one.
#[pyclass(frozen, module = "baidi._baidi")]
#[derive(Debug)]
pub(crate) struct Answer {
    status: Status,
    report: String,
    before: Option<String>,
    card: Option<Vec<u8>>,
    matte: Option<Alpha>,
    sha256: Option<Digest>,
    errno: Option<i32>,
    pub(crate) seconds: f64,
}

/// Rows of alpha, 0 background … 255 person.
#[derive(Debug)]
pub(crate) struct Alpha {
    width: u32,
    height: u32,
    rows: Vec<u8>,
}

impl From<&Plane> for Alpha {
    fn from(matte: &Plane) -> Self {
        let rows = matte.to_gray();
        Self { width: rows.width(), height: rows.height(), rows: rows.into_raw() }
    }
}

/// The document that the program writes with `--report x.json`, of one photo.
fn document(photo: &PhotoReport, order: &Order) -> String {
    let mut text = Vec::new();
    let written =
        Writer::new(ReportFormat::Json, order.header.clone(), &mut text).and_then(|mut writer| {
            writer.photo(photo)?;
            writer.finish().map(drop)
        });
    debug_assert!(written.is_ok(), "memory takes everything");
    String::from_utf8(text).unwrap_or_default()
}

impl Answer {
    pub(crate) fn of(report: &PhotoReport, order: &Order, sha256: Option<Digest>) -> Self {
        Self {
            status: report.status,
            report: document(report, order),
            before: None,
            card: None,
            matte: None,
            sha256,
            errno: None,
            seconds: 0.0,
        }
    }

    pub(crate) fn with_card(self, card: Vec<u8>) -> Self {
        Self { card: Some(card), ..self }
    }

    pub(crate) fn with_everything(
        self,
        before: &PhotoReport,
        matte: &Plane,
        order: &Order,
    ) -> Self {
        Self { before: Some(document(before, order)), matte: Some(matte.into()), ..self }
    }

    pub(crate) fn refused(
        report: &PhotoReport,
        error: &Error,
        order: &Order,
        sha256: Option<Digest>,
    ) -> Self {
        let errno = match error {
            Error::Io { source, .. } => source.raw_os_error(),
            _ => None,
        };
        Self { errno, ..Self::of(report, order, sha256) }
    }
}

#[pymethods]
impl Answer {
    /// `compliant`, `review`, `not-compliant` or `failed`.
    #[getter]
    fn status(&self) -> &'static str {
        self.status.name()
    }

    /// The report, as the program writes it with `--report x.json`.
    #[getter]
    fn report(&self) -> &str {
        &self.report
    }

    /// The same of the photo, where that was asked for.
    #[getter]
    fn before(&self) -> Option<&str> {
        self.before.as_deref()
    }

    /// The card's file.
    #[getter]
    fn card<'py>(&self, py: Python<'py>) -> Option<Bound<'py, PyBytes>> {
        self.card.as_ref().map(|card| PyBytes::new(py, card))
    }

    /// Height, width, and rows of alpha, 0 background … 255 person, where they were asked for.
    #[getter]
    fn matte<'py>(&self, py: Python<'py>) -> Option<(u32, u32, Bound<'py, PyBytes>)> {
        let matte = self.matte.as_ref()?;
        Some((matte.height, matte.width, PyBytes::new(py, &matte.rows)))
    }

    /// The SHA-256 of the photo's file, in hexadecimal digits; none where it could not be read.
    #[getter]
    fn sha256(&self) -> Option<String> {
        self.sha256.map(|digest| digest.to_string())
    }

    /// The SHA-256 of the card's file, in hexadecimal digits.
    #[getter]
    fn card_sha256(&self) -> Option<String> {
        self.card.as_ref().map(|card| Digest::of(card).to_string())
    }

    /// The system's number for why a file could not be read.
    #[getter]
    fn errno(&self) -> Option<i32> {
        self.errno
    }

    /// How long it took, reading included.
    #[getter]
    fn seconds(&self) -> f64 {
        self.seconds
    }
}
