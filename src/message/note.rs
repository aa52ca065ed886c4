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

    #[test]
    fn every_note_is_in_the_catalogue_with_its_values() {
        let notes = [
            Note::AssumedSrgb,
            Note::AssumedCmyk,
            Note::IgnoredProfile { reason: "too short".to_owned() },
            Note::ConvertedProfile { name: "Display P3".to_owned() },
            Note::IgnoredGamma { gamma: 1.0 },
            Note::OrientedFromTag { orientation: 6 },
            Note::InvalidOrientation { tag: 9 },
            Note::FirstFrameOnly,
            Note::FirstPageOnly,
            Note::AlphaOverWhite,
            Note::DamagedPart { lost_share: 0.1 },
            Note::LeadingJunk { bytes: 3 },
            Note::BaseOfHdr,
            Note::ReducedForMemory { factor: 2 },
        ];
        for note in &notes {
            let message = Message::from(note);
            for language in [Language::Zh, Language::En] {
                assert!(language.has(&message.key), "{}", message.key);
                let text = message.to_text(language);
                assert!(!text.contains("{$"), "{text}");
            }
        }
    }
}
