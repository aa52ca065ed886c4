//! What several sources say about one thing, where they contradict one another.
//!
//! Offices publish less than is quoted, and what is quoted differs. Where nobody can tell which copy is right, all of them stand in the spec, and a finding says which one a photo breaks.

use serde::{Deserialize, Serialize};

use super::{Band, FileWindow, Grade, Pixels};
use crate::base::units::Bytes;

/// A range that one source gives; both ends are inside.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Reading<T> {
    /// Least accepted value.
    #[serde(default = "Option::default", skip_serializing_if = "Option::is_none")]
    pub min: Option<T>,
    /// Greatest accepted value.
    #[serde(default = "Option::default", skip_serializing_if = "Option::is_none")]
    pub max: Option<T>,
    /// Who says so.
    pub source: String,
    /// How far to trust it.
    pub grade: Grade,
}

impl<T> Reading<T> {
    /// What this source says of a photo, its range in words.
    #[must_use]
    pub fn claim(&self, holds: bool, range: String) -> Claim<'_> {
        Claim { holds, range, source: &self.source, grade: self.grade }
    }
}

impl Reading<f64> {
    /// Whether there is anything in the range, and a limit at all.
    pub(super) fn is_range(&self) -> bool {
        let finite = [self.min, self.max].into_iter().flatten().all(|v| v.is_finite() && v >= 0.0);
        let some = self.min.is_some() || self.max.is_some();
        finite && some && self.min.zip(self.max).is_none_or(|(min, max)| min <= max)
    }
}

impl Reading<Bytes> {
    /// Whether a file of `bytes` is accepted.
    #[must_use]
    pub fn holds(&self, bytes: Bytes) -> bool {
        self.min.is_none_or(|min| bytes >= min) && self.max.is_none_or(|max| bytes <= max)
    }

    pub(super) fn is_range(&self) -> bool {
        let some = self.min.is_some() || self.max.is_some();
        some && self.min.zip(self.max).is_none_or(|(min, max)| min <= max)
    }
}

impl Reading<[u32; 2]> {
    /// Whether a picture of `size`, width and height in pixels, is accepted.
    #[must_use]
    pub fn holds(&self, size: [u32; 2]) -> bool {
        let over = |min: [u32; 2]| size[0] >= min[0] && size[1] >= min[1];
        let under = |max: [u32; 2]| size[0] <= max[0] && size[1] <= max[1];
        self.min.is_none_or(over) && self.max.is_none_or(under)
    }

    pub(super) fn is_range(&self) -> bool {
        let some = self.min.is_some() || self.max.is_some();
        some && self.min.zip(self.max).is_none_or(|(min, max)| min[0] <= max[0] && min[1] <= max[1])
    }
}

/// Whether something lies in all of these ranges.
fn meet<T: Copy + PartialOrd>(ranges: &[(Option<T>, Option<T>)]) -> bool {
    let ends = || ranges.iter().filter_map(|range| range.1);
    ranges.iter().filter_map(|range| range.0).all(|min| ends().all(|max| min <= max))
}

/// The spec's own range with those of the readings; without its own where that was computed from theirs.
fn all<T: Copy>(
    own: (Option<T>, Option<T>),
    grade: Grade,
    readings: &[Reading<T>],
) -> Vec<(Option<T>, Option<T>)> {
    let own = Some(own).filter(|_| grade != Grade::Calc);
    own.into_iter().chain(readings.iter().map(|r| (r.min, r.max))).collect()
}

impl Band {
    /// Whether some value suits every source.
    #[must_use]
    pub fn leaves_room(&self) -> bool {
        meet(&all((self.min, self.max), self.grade, &self.readings))
    }
}

impl FileWindow {
    /// Whether some size in bytes suits every source.
    #[must_use]
    pub fn leaves_room(&self) -> bool {
        meet(&all((Some(self.min), Some(self.max)), self.grade, &self.readings))
    }
}

impl Pixels {
    /// Whether some size suits every source, its shape aside.
    #[must_use]
    pub fn leaves_room(&self) -> bool {
        let (min, max) = self.range();
        let ranges = all((Some(min), Some(max)), self.grade, &self.readings);
        (0..2).all(|side| {
            let along = |(min, max): &(Option<[u32; 2]>, Option<[u32; 2]>)| {
                (min.map(|min| min[side]), max.map(|max| max[side]))
            };
            meet(&ranges.iter().map(along).collect::<Vec<_>>())
        })
    }
}

/// What one source says of a photo: whether it keeps to it, and the words for it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Claim<'a> {
    /// Whether the photo keeps to it.
    pub holds: bool,
    /// The range in words, without unit: `15–22`.
    pub range: String,
    /// Who says so.
    pub source: &'a str,
    /// How far to trust it.
    pub grade: Grade,
}

/// The part of a band that every source accepts, in the band's unit; `None` where there is only one source or no such part.
pub(super) fn common(band: &Band) -> Option<[f64; 2]> {
    if band.readings.is_empty() {
        return None;
    }
    let own = (band.min.unwrap_or(0.0), band.max.unwrap_or(f64::INFINITY));
    let (min, max) = band.readings.iter().fold(own, |(min, max), reading| {
        (min.max(reading.min.unwrap_or(0.0)), max.min(reading.max.unwrap_or(f64::INFINITY)))
    });
    (min <= max && max.is_finite()).then_some([min, max])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::spec::{Along, BUILTIN, PhotoSpec};

    fn spec(head: &str) -> Result<PhotoSpec, String> {
        let text = BUILTIN[0].1.split("[head.").next().expect("a head").to_owned() + head;
        PhotoSpec::parse("own", &text).map_err(|e| e.to_string())
    }

    const WIDTHS: &str = "[head.face-width]\nmin = 170\nmax = 210\nsource = \"a notice\"\ngrade = \"C\"\n\
        [[head.face-width.readings]]\nmin = 190\nmax = 240\nsource = \"a page\"\ngrade = \"A\"\n";

    #[test]
    fn what_all_sources_accept_is_preferred_and_aimed_at() {
        let spec = spec(WIDTHS).expect("valid");
        let band = spec.head.face_width.as_ref().expect("a band");
        let px = spec.px(band, Along::Width);
        assert_eq!(
            (px.min, px.max, px.aim, px.prefer),
            (170.0, 210.0, Some(200.0), (190.0, 210.0))
        );
    }

    #[test]
    fn where_nothing_suits_all_the_spec_keeps_to_its_own() {
        let spec = spec(&WIDTHS.replace("190", "230")).expect("valid");
        let band = spec.head.face_width.as_ref().expect("a band");
        let px = spec.px(band, Along::Width);
        assert_eq!((px.aim, px.prefer), (Some(190.0), (170.0, 210.0)));
    }

    #[test]
    fn a_reading_turned_inside_out_or_without_limits_is_refused() {
        let turned = spec(&WIDTHS.replace("190", "250")).expect_err("no range");
        assert!(
            turned.contains("head.face-width.readings") && turned.contains("a page"),
            "{turned}"
        );
        assert!(spec(&WIDTHS.replace("min = 190\nmax = 240\n", "")).is_err());
    }

    #[test]
    fn sizes_are_compared_side_by_side() {
        let reading =
            Reading { min: Some([295, 413]), max: None, source: String::new(), grade: Grade::C };
        assert!(reading.holds([295, 413]) && !reading.holds([600, 400]));
    }

    #[test]
    fn what_no_photo_suits_is_known_from_what_one_could() {
        let rooms = |name: &str| {
            let spec = PhotoSpec::builtin(name).expect("builtin");
            (spec.pixels.leaves_room(), spec.file.leaves_room())
        };
        assert_eq!(rooms("shebao"), (true, true));
        assert_eq!(rooms("exit-entry"), (true, true));
        assert_eq!(rooms("cet"), (false, true));
        assert_eq!(rooms("civil-service"), (false, false));
        assert_eq!(rooms("personnel-exam"), (true, false));
        let band = |text: &str| spec(text).expect("valid").head.face_width.expect("a band");
        assert!(band(WIDTHS).leaves_room());
        assert!(!band(&WIDTHS.replace("190", "230")).leaves_room());
    }
}
