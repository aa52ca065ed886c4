//! The sequence header of an AV1 stream: what must be known before anything is decoded (AV1 specification, 5.5).

/// What the header says of every frame.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Sequence {
    /// The largest frame, in pixels.
    pub(super) width: u32,
    pub(super) height: u32,
    /// Bits per sample: 8, 10 or 12.
    pub(super) bits: u8,
    /// Whether there is luma only.
    pub(super) monochrome: bool,
    /// Primaries, transfer and matrix, numbered as in ITU-T H.273; 2 is unspecified.
    pub(super) primaries: u16,
    pub(super) transfer: u16,
    pub(super) matrix: u16,
    /// Whether samples use their full range.
    pub(super) full_range: bool,
}

/// The most units looked at in search of the header; it is the first or the second.
const MOST_UNITS: usize = 16;

/// Finds and reads the sequence header among the units (OBUs) of `data`.
pub(super) fn find(mut data: &[u8]) -> Option<Sequence> {
    for _ in 0..MOST_UNITS {
        let (&head, mut rest) = data.split_first()?;
        if head & 0b100 != 0 {
            rest = rest.get(1..)?; // the extension: layers
        }
        let length = if head & 0b10 != 0 { leb128(&mut rest)? } else { rest.len() };
        let payload = rest.get(..length)?;
        if (head >> 3) & 15 == 1 {
            return Bits::new(payload).sequence();
        }
        data = rest.get(length..)?;
    }
    None
}

/// Reads a length in groups of seven bits, the lowest first (4.10.5).
fn leb128(data: &mut &[u8]) -> Option<usize> {
    let mut value = 0u64;
    for group in 0..8 {
        let (&byte, rest) = data.split_first()?;
        *data = rest;
        value |= u64::from(byte & 0x7F) << (7 * group);
        if byte & 0x80 == 0 {
            return usize::try_from(value).ok();
        }
    }
    None
}

/// Bits, the highest first.
struct Bits<'a> {
    data: &'a [u8],
    at: usize,
}

impl<'a> Bits<'a> {
    const fn new(data: &'a [u8]) -> Self {
        Self { data, at: 0 }
    }

    fn flag(&mut self) -> Option<bool> {
        let byte = self.data.get(self.at / 8)?;
        let bit = byte >> (7 - self.at % 8) & 1;
        self.at += 1;
        Some(bit == 1)
    }

    fn bits(&mut self, count: u32) -> Option<u32> {
        (0..count).try_fold(0u32, |value, _| Some(value << 1 | u32::from(self.flag()?)))
    }

    /// A number after as many zeros as it has bits (4.10.3); only its end matters here.
    fn skip_uvlc(&mut self) -> Option<()> {
        let mut zeros = 0;
        while !self.flag()? {
            zeros += 1;
        }
        if zeros < 32 { self.bits(zeros).map(|_| ()) } else { Some(()) }
    }

    fn sequence(mut self) -> Option<Sequence> {
        let profile = self.bits(3)?;
        self.flag()?; // still_picture
        let reduced = self.flag()?;
        if reduced {
            self.bits(5)?; // seq_level_idx
        } else {
            self.timing_and_operating_points()?;
        }
        let (width_bits, height_bits) = (self.bits(4)? + 1, self.bits(4)? + 1);
        let width = self.bits(width_bits)? + 1;
        let height = self.bits(height_bits)? + 1;
        if !reduced && self.flag()? {
            self.bits(4 + 3)?; // lengths of frame numbers
        }
        self.bits(3)?; // superblock size, filter intra, intra edge filter
        if !reduced {
            self.tools_between_frames()?;
        }
        self.bits(3)?; // superres, cdef, restoration
        self.color(profile, width, height)
    }

    fn timing_and_operating_points(&mut self) -> Option<()> {
        let mut delay_bits = None;
        if self.flag()? {
            self.bits(32)?;
            self.bits(32)?;
            if self.flag()? {
                self.skip_uvlc()?;
            }
            if self.flag()? {
                delay_bits = Some(self.bits(5)? + 1);
                self.bits(32)?;
                self.bits(10)?;
            }
        }
        let display_delays = self.flag()?;
        for _ in 0..=self.bits(5)? {
            self.bits(12)?;
            if self.bits(5)? > 7 {
                self.flag()?;
            }
            if let Some(delay_bits) = delay_bits
                && self.flag()?
            {
                self.bits(delay_bits)?;
                self.bits(delay_bits)?;
                self.flag()?;
            }
            if display_delays && self.flag()? {
                self.bits(4)?;
            }
        }
        Some(())
    }

    fn tools_between_frames(&mut self) -> Option<()> {
        self.bits(4)?; // compounds, warped motion, dual filter
        let order_hint = self.flag()?;
        if order_hint {
            self.bits(2)?;
        }
        let screen_content = self.flag()? || self.flag()?;
        if screen_content && !self.flag()? {
            self.flag()?;
        }
        if order_hint {
            self.bits(3)?;
        }
        Some(())
    }

    fn color(&mut self, profile: u32, width: u32, height: u32) -> Option<Sequence> {
        let high = self.flag()?;
        let twelve = profile == 2 && high && self.flag()?;
        let bits = match (high, twelve) {
            (_, true) => 12,
            (true, false) => 10,
            (false, false) => 8,
        };
        let monochrome = profile != 1 && self.flag()?;
        let [primaries, transfer, matrix] = if self.flag()? {
            [self.bits(8)? as u16, self.bits(8)? as u16, self.bits(8)? as u16]
        } else {
            [2; 3]
        };
        let rgb = !monochrome && [primaries, transfer, matrix] == [1, 13, 0];
        let full_range = rgb || self.flag()?;
        Some(Sequence { width, height, bits, monochrome, primaries, transfer, matrix, full_range })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The header that libaom wrote of a 1050×1350 still picture, 4:2:0, BT.601 matrix, full range; after a temporal delimiter.
    fn still() -> Vec<u8> {
        let mut bits = Vec::new();
        let mut put = |value: u32, count: u32| {
            bits.extend((0..count).rev().map(|i| value >> i & 1 == 1));
        };
        put(0, 3); // profile
        put(0b11, 2); // still, reduced
        put(8, 5); // level
        put(10, 4);
        put(10, 4);
        put(1049, 11);
        put(1349, 11);
        put(0, 3);
        put(0b011, 3);
        put(0, 1); // 8 bit
        put(0, 1); // colour
        put(1, 1);
        put(1, 8);
        put(13, 8);
        put(6, 8);
        put(1, 1); // full range
        let payload: Vec<u8> = bits
            .chunks(8)
            .map(|c| c.iter().enumerate().fold(0, |v, (i, b)| v | u8::from(*b) << (7 - i)))
            .collect();
        let mut data = vec![0b0001_0010, 0, 0b0000_1010, payload.len() as u8];
        data.extend(payload);
        data
    }

    #[test]
    fn reads_size_depth_and_colour_of_a_still_picture() {
        let expected = Sequence {
            width: 1050,
            height: 1350,
            bits: 8,
            monochrome: false,
            primaries: 1,
            transfer: 13,
            matrix: 6,
            full_range: true,
        };
        assert_eq!(find(&still()), Some(expected));
    }

    #[test]
    fn survives_every_prefix_and_every_changed_byte() {
        let whole = still();
        for n in 0..whole.len() {
            assert_eq!(find(&whole[..n]), None, "{n} bytes");
        }
        for at in 0..whole.len() {
            for value in 0..=255 {
                let mut changed = whole.clone();
                changed[at] = value;
                let _ = find(&changed);
            }
        }
    }
}
