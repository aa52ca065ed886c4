//! What was assumed on the way in: the picture is there, and this is what a reader may want to know about it.

use serde::Serialize;

use crate::base::message::{Arg, Message};

/// An assumption made while decoding. [`Note::key`] and [`Note::args`] name the sentence in the catalogue.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(tag = "note", rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Note {
    /// No colour profile; the pixels are taken for sRGB.
    AssumedSrgb,
    /// CMYK without a usable profile; converted by plain inversion, so colours are approximate.
    AssumedCmyk,
    /// The embedded profile is broken or of another kind than the pixels; ignored, the pixels are taken for sRGB.
    IgnoredProfile {
        /// What is wrong with it.
        reason: String,
    },
    /// The pixels were converted from this profile to sRGB.
    ConvertedProfile {
        /// The profile's own name, `Display P3`.
        name: String,
    },
    /// A PNG gamma without a profile was ignored, as browsers and photo programs do.
    IgnoredGamma {
        /// The file's gamma, 0.45455 for ordinary pictures.
        gamma: f64,
    },
    /// The picture was turned or mirrored as its orientation tag says.
    OrientedFromTag {
        /// The tag, 2..=8.
        orientation: u8,
    },
    /// The orientation tag is none of 1..=8; ignored.
    InvalidOrientation {
        /// The tag.
        tag: u16,
    },
    /// An animation or burst: the first frame was taken.
    FirstFrameOnly,
    /// Several pages: the first was taken.
    FirstPageOnly,
    /// Transparent parts were laid over white.
    AlphaOverWhite,
    /// Part of the picture is missing or garbled.
    DamagedPart {
        /// The share of the picture, 0..=1, that is lost.
        lost_share: f64,
    },
    /// The file was cut short; the whole picture is there, but some of its fine detail is missing.
    MissingDetail,
    /// Bytes that belong to no picture stand before it; skipped.
    LeadingJunk {
        /// How many.
        bytes: u64,
    },
    /// An HDR photo with a gain map: its standard picture was taken.
    BaseOfHdr,
    /// The picture was decoded smaller than asked for, to stay within the memory budget.
    ReducedForMemory {
        /// By how much each side shrank: 2, 4 or 8.
        factor: u32,
    },
}

impl Note {
    /// The name of the note, stable across versions.
    #[must_use]
    pub const fn key(&self) -> &'static str {
        match self {
            Self::AssumedSrgb => "assumed-srgb",
            Self::AssumedCmyk => "assumed-cmyk",
            Self::IgnoredProfile { .. } => "ignored-profile",
            Self::ConvertedProfile { .. } => "converted-profile",
            Self::IgnoredGamma { .. } => "ignored-gamma",
            Self::OrientedFromTag { .. } => "oriented-from-tag",
            Self::InvalidOrientation { .. } => "invalid-orientation",
            Self::FirstFrameOnly => "first-frame-only",
            Self::FirstPageOnly => "first-page-only",
            Self::AlphaOverWhite => "alpha-over-white",
            Self::DamagedPart { .. } => "damaged-part",
            Self::MissingDetail => "missing-detail",
            Self::LeadingJunk { .. } => "leading-junk",
            Self::BaseOfHdr => "base-of-hdr",
            Self::ReducedForMemory { .. } => "reduced-for-memory",
        }
    }

    /// The values in the note's sentence, by name; a share is given in per cent.
    #[must_use]
    pub fn args(&self) -> Vec<(&'static str, Arg)> {
        let number = |name, value: f64, decimals| vec![(name, Arg::Number(value, decimals))];
        match self {
            Self::IgnoredProfile { reason } => vec![("reason", Arg::Reason(reason.clone()))],
            Self::ConvertedProfile { name } => vec![("name", Arg::Text(name.clone()))],
            Self::IgnoredGamma { gamma } => number("gamma", *gamma, 3),
            Self::OrientedFromTag { orientation } => {
                number("orientation", f64::from(*orientation), 0)
            }
            Self::InvalidOrientation { tag } => number("tag", f64::from(*tag), 0),
            Self::DamagedPart { lost_share } => number("percent", lost_share * 100.0, 1),
            Self::LeadingJunk { bytes } => vec![("bytes", Arg::Bytes(*bytes))],
            Self::ReducedForMemory { factor } => number("factor", f64::from(*factor), 0),
            Self::AssumedSrgb
            | Self::AssumedCmyk
            | Self::FirstFrameOnly
            | Self::FirstPageOnly
            | Self::AlphaOverWhite
            | Self::MissingDetail
            | Self::BaseOfHdr => Vec::new(),
        }
    }
}

impl From<&Note> for Message {
    /// The message called `note-` and the note's key, with the note's values.
    fn from(note: &Note) -> Self {
        Self { key: format!("note-{}", note.key()), args: note.args() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::words::catalogue::Language;

    /// The note that is listed after this one. A note that is missing here does not compile.
    fn next(note: &Note) -> Option<Note> {
        Some(match note {
            Note::AssumedSrgb => Note::AssumedCmyk,
            Note::AssumedCmyk => Note::IgnoredProfile { reason: "too short".to_owned() },
            Note::IgnoredProfile { .. } => Note::ConvertedProfile { name: "Display P3".to_owned() },
            Note::ConvertedProfile { .. } => Note::IgnoredGamma { gamma: 1.0 },
            Note::IgnoredGamma { .. } => Note::OrientedFromTag { orientation: 6 },
            Note::OrientedFromTag { .. } => Note::InvalidOrientation { tag: 9 },
            Note::InvalidOrientation { .. } => Note::FirstFrameOnly,
            Note::FirstFrameOnly => Note::FirstPageOnly,
            Note::FirstPageOnly => Note::AlphaOverWhite,
            Note::AlphaOverWhite => Note::DamagedPart { lost_share: 0.1 },
            Note::DamagedPart { .. } => Note::MissingDetail,
            Note::MissingDetail => Note::LeadingJunk { bytes: 3 },
            Note::LeadingJunk { .. } => Note::BaseOfHdr,
            Note::BaseOfHdr => Note::ReducedForMemory { factor: 2 },
            Note::ReducedForMemory { .. } => return None,
        })
    }

    #[test]
    fn every_note_is_in_the_catalogue_with_its_values() {
        for note in std::iter::successors(Some(Note::AssumedSrgb), next) {
            let message = Message::from(&note);
            for language in [Language::Zh, Language::En] {
                assert!(language.has(&message.key), "{}", message.key);
                let text = message.to_text(language);
                assert!(!text.contains("{$"), "{text}");
            }
        }
    }
}
