//! Bytes that carry no picture: comment segments for a floor that picture data cannot reach.

/// What the comments say, again and again; plain ASCII, so that whoever opens the file in an editor reads why it is this large.
const SENTENCE: &[u8] =
    b"Padding without picture data, added to reach the minimum file size asked for. ";

/// The shortest text a comment carries when only a few bytes are missing.
const SHORTEST: &[u8] = b"padding";

/// Marker, length field: what a comment segment costs before its text.
const FRAME: usize = 4;

/// The longest text one segment holds: its length field counts itself and has 16 bits.
const LONGEST: usize = 65_535 - 2;

/// The least number of bytes that padding can add.
pub(super) const LEAST: u64 = (FRAME + SHORTEST.len()) as u64;

/// Inserts comment segments (ITU-T T.81, B.2.4.5) of `count` bytes in all, frames included, after the start-of-image marker and
/// the JFIF segment. `None` when `count` is under [`LEAST`] or `jpeg` does not begin with these two.
pub(super) fn padded(jpeg: &[u8], count: u64) -> Option<Vec<u8>> {
    let count = usize::try_from(count).ok().filter(|n| *n as u64 >= LEAST)?;
    let [0xFF, 0xD8, 0xFF, 0xE0, high, low, ..] = *jpeg else { return None };
    let head_end = 4 + usize::from(u16::from_be_bytes([high, low]));
    let (head, rest) = (jpeg.get(..head_end)?, jpeg.get(head_end..)?);
    let mut out = Vec::with_capacity(jpeg.len() + count);
    out.extend_from_slice(head);
    let mut left = count;
    while left > 0 {
        // What stays for the next segment must be able to hold a text of its own.
        let mut text = left.min(FRAME + LONGEST) - FRAME;
        let after = left - FRAME - text;
        if after > 0 && (after as u64) < LEAST {
            text -= LEAST as usize - after;
        }
        out.extend_from_slice(&[0xFF, 0xFE]);
        out.extend_from_slice(&((text + 2) as u16).to_be_bytes());
        out.extend(text_of(text));
        left -= FRAME + text;
    }
    out.extend_from_slice(rest);
    Some(out)
}

/// `length` bytes of text: one word and dots where the sentence has no room, else the sentence as often as it fits.
fn text_of(length: usize) -> impl Iterator<Item = u8> {
    let (words, filler) =
        if length < SENTENCE.len() { (SHORTEST, &b"."[..]) } else { (SENTENCE, SENTENCE) };
    words.iter().chain(filler.iter().cycle()).copied().take(length)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const TINY: &[u8] = &[
        0xFF, 0xD8, 0xFF, 0xE0, 0, 16, b'J', b'F', b'I', b'F', 0, 1, 1, 1, 1, 94, 1, 94, 0, 0,
        0xFF, 0xDB, 0, 3, 9, 0xFF, 0xD9,
    ];

    #[test]
    fn less_than_a_comment_with_a_word_in_it_is_refused() {
        assert!(padded(TINY, LEAST - 1).is_none());
        assert!(padded(TINY, 0).is_none());
        assert!(padded(b"GIF89a", 100).is_none());
    }

    #[test]
    fn the_comment_says_in_ascii_what_it_is() {
        let out = padded(TINY, 400).expect("room enough");
        let text = String::from_utf8_lossy(&out);
        assert!(text.contains("Padding without picture data"));
    }

    proptest! {
        #[test]
        fn padding_adds_exactly_the_count_before_the_tables_and_nothing_behind_the_end(count in LEAST..400_000) {
            let out = padded(TINY, count).expect("room enough");
            prop_assert_eq!(out.len() as u64, TINY.len() as u64 + count);
            prop_assert_eq!(&out[..20], &TINY[..20]);
            prop_assert_eq!(&out[out.len() - 7..], &TINY[20..]);
            let mut at = 20;
            while out[at + 1] == 0xFE {
                let length = usize::from(u16::from_be_bytes([out[at + 2], out[at + 3]]));
                let text = &out[at + 4..at + 2 + length];
                prop_assert!(text.len() >= SHORTEST.len() && text.iter().all(|b| b.is_ascii_graphic() || *b == b' '));
                at += 2 + length;
            }
            prop_assert_eq!(at as u64, 20 + count);
        }
    }
}
