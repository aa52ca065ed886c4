//! Where head and eyes must be: ranges in pixels, millimetres, or shares of a side.

use serde::{Deserialize, Serialize};

use super::reading::{self, Reading};
use super::{Grade, PhotoSpec, yes};
use crate::base::units::Mm;

/// What a band's numbers count.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum BandUnit {
    /// Pixels of the card.
    Px,
    /// Millimetres on paper.
    Mm,
    /// Share of the card's width (horizontal rules) or height (vertical rules), 0..=1.
    Share,
}

/// Which side of the card a band is measured along.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Along {
    /// The card's width.
    Width,
    /// The card's height.
    Height,
}

/// A range with the aim inside it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Band {
    /// What the numbers count. Default: `px`.
    #[serde(default = "px")]
    pub unit: BandUnit,
    /// Least accepted value.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub min: Option<f64>,
    /// Greatest accepted value.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max: Option<f64>,
    /// The value to aim at. Default: the middle of the range.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub aim: Option<f64>,
    /// The part of the range to stay in while there is a choice. Default: the range.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub prefer: Option<[f64; 2]>,
    /// Whether the range binds (a miss is a `fail`) or advises (a miss is `doubtful`). Default: true.
    #[serde(default = "yes")]
    pub binding: bool,
    /// Who says so.
    pub source: String,
    /// How far to trust it.
    pub grade: Grade,
    /// What other sources say, in the same unit, where they contradict this one. Where they leave room in common, it is preferred.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub readings: Vec<Reading<f64>>,
}

/// A band in pixels of the card.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct PxBand {
    /// Least accepted value, minus infinity where there is none.
    pub min: f64,
    /// Greatest accepted value, infinity where there is none.
    pub max: f64,
    /// The value to aim at, where one is given or both ends are.
    pub aim: Option<f64>,
    /// The part of the range to stay in while there is a choice.
    pub prefer: (f64, f64),
}

impl PxBand {
    /// Whether `value` lies inside, both ends included.
    #[must_use]
    pub fn contains(&self, value: f64) -> bool {
        (self.min..=self.max).contains(&value)
    }

    /// The band without `margin` pixels at either end; never turned inside out.
    #[must_use]
    pub fn shrunk(&self, margin: f64) -> Self {
        let (min, max) = (self.min + margin, self.max - margin);
        if min > max {
            let middle = (self.min + self.max) / 2.0;
            return Self { min: middle, max: middle, aim: self.aim, prefer: (middle, middle) };
        }
        Self {
            min,
            max,
            aim: self.aim.map(|a| a.clamp(min, max)),
            prefer: (self.prefer.0.clamp(min, max), self.prefer.1.clamp(min, max)),
        }
    }
}

/// Where head and eyes must be.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
pub struct HeadRules {
    /// Ear root to ear root, along the width.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub face_width: Option<Band>,
    /// Top of the hair below the top edge, along the height.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub hair_top: Option<Band>,
    /// Eye midpoint above the bottom edge, along the height.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub eye_line: Option<Band>,
    /// Eye midpoint from the left edge, along the width.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub centring: Option<Band>,
    /// Hair top to chin, along the height.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub head_share: Option<Band>,
    /// Distance between the eye centres, along the width.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub eye_distance: Option<Band>,
    /// Chin above the bottom edge, along the height.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub chin_to_bottom: Option<Band>,
}

const fn px() -> BandUnit {
    BandUnit::Px
}

impl PhotoSpec {
    /// The head rules there are, by their TOML key.
    #[must_use]
    pub fn bands(&self) -> Vec<(&'static str, &Band)> {
        // Taken apart, so that a new band cannot be left out.
        let HeadRules {
            face_width,
            hair_top,
            eye_line,
            centring,
            head_share,
            eye_distance,
            chin_to_bottom,
        } = &self.head;
        [
            ("face-width", face_width),
            ("hair-top", hair_top),
            ("eye-line", eye_line),
            ("centring", centring),
            ("head-share", head_share),
            ("eye-distance", eye_distance),
            ("chin-to-bottom", chin_to_bottom),
        ]
        .into_iter()
        .filter_map(|(key, band)| band.as_ref().map(|b| (key, b)))
        .collect()
    }

    /// A band in pixels of the card, measured along its width or height.
    #[must_use]
    pub fn px(&self, band: &Band, along: Along) -> PxBand {
        let (side, paper) = match along {
            Along::Width => (self.pixels.width, self.print.as_ref().map(|p| p.width)),
            Along::Height => (self.pixels.height, self.print.as_ref().map(|p| p.height)),
        };
        let factor = match band.unit {
            BandUnit::Px => 1.0,
            BandUnit::Share => f64::from(side),
            BandUnit::Mm => match (paper, &self.resolution) {
                (Some(mm), _) if mm.to_mm() > 0.0 => f64::from(side) / mm.to_mm(),
                (_, Some(r)) => Mm::new(1.0).to_px(r.dpi),
                _ => 1.0,
            },
        };
        let common = reading::common(band);
        let aim = band.aim.or_else(|| match common {
            Some([lo, hi]) => Some((lo + hi) / 2.0),
            None => Some((band.min? + band.max?) / 2.0),
        });
        let (min, max) = (
            band.min.map_or(f64::NEG_INFINITY, |v| v * factor),
            band.max.map_or(f64::INFINITY, |v| v * factor),
        );
        let prefer =
            band.prefer.or(common).map_or((min, max), |[lo, hi]| (lo * factor, hi * factor));
        PxBand { min, max, aim: aim.map(|v| v * factor), prefer }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn millimetres_and_shares_become_pixels() {
        let spec = PhotoSpec::builtin("id-card").expect("builtin");
        let band = |unit, value| Band {
            unit,
            min: Some(value),
            max: Some(value),
            aim: None,
            prefer: None,
            binding: true,
            source: String::new(),
            grade: Grade::Ours,
            readings: Vec::new(),
        };
        assert_eq!(spec.px(&band(BandUnit::Mm, 13.0), Along::Width).min.round(), 179.0);
        assert_eq!(spec.px(&band(BandUnit::Share, 0.5), Along::Height).max, 220.5);
    }
}
