//! A decoder's note as people read it.

use super::{Arg, Message};
use crate::decode::Note;

impl From<&Note> for Message {
    /// The message called `note-` and the note's key, with the note's values.
    fn from(note: &Note) -> Self {
        let args = note.args().into_iter().map(|(name, value)| (name, Arg::Text(value))).collect();
        Self { key: format!("note-{}", note.key()), args }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::message::Language;

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
