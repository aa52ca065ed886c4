//! Whether the data of a baseline JPEG can be right: bit rot that the decoder cannot see.
//!
//! Huffman codes find their way again after a wrong bit, mostly without ever meeting a code that does not exist, so libjpeg and its kin decode a rotten file without a
//! word. What stays wrong is the brightness: each block's mean is coded as the difference to the one before, and one wrong difference shifts all that follow. Two looks, the cheap one
//! first:
//!
//! 1. `has_seams` looks at the decoded rows: a shift that begins inside a row of blocks leaves an edge along the block boundary above the next. Photographs have such
//!    edges too (11 files among the shared awkward ones, quality 5 among them), so it decides nothing.
//! 2. [`garbled_share`] walks the codes of a file with a seam, and finds where a value is one that no encoder writes: a mean brighter than white, a frequency stronger than any picture's,
//!    a code that does not exist. From there to the next restart marker nothing can be trusted. It reads every code again, which is why it does not run on every photo.
//!
//! A shift too small to leave the range is not found, and what lies between the wrong bit and the first impossible value counts as sound: the share is a lower bound.
//! Progressive and arithmetic files are not walked.

use crate::base::geometry::Size;
use crate::input::markers;

/// A boundary counts as a seam when the rows at it differ by more than this many times the median of the six differences around it, plus [`SEAM_LEVELS`]. Of bit rot in
/// the derived file 15 boundaries did, the weakest 6.9 against 0.3.
const SEAM_RATIO: f64 = 2.0;
/// Levels of 255. From 2 to 8 what is found of 2656 rotten copies of 166 photographs changes by at most 7 in a hundred, and no sound one is refused; ARCHITECTURE.md has the table.
const SEAM_LEVELS: f64 = 4.0;

/// Whether the picture changes abruptly at a boundary between rows of blocks; see [`strongest_seam`].
pub(super) fn has_seams(data: &[u8], size: Size, channels: usize, step: usize) -> bool {
    strongest_seam(data, size, channels, step) > SEAM_LEVELS
}

/// By how many levels of 255, on average along a row, the picture changes more at a boundary between rows of blocks than twice what it changes around it: the most of all boundaries, and minus
/// infinity where there is none. `data` has `channels` samples per pixel; `step` is the height of a row of blocks in it, in pixels.
#[must_use]
pub fn strongest_seam(data: &[u8], size: Size, channels: usize, step: usize) -> f64 {
    let stride = size.width as usize * channels;
    let looked_at = mask(channels);
    let rows: Vec<&[u8]> = data.chunks_exact(stride.max(1)).collect();
    let changes: Vec<f64> = rows
        .iter()
        .zip(rows.iter().skip(1))
        .map(|(above, below)| {
            f64::from(difference(above, below, &looked_at)) / f64::from(size.width.max(1))
        })
        .collect();
    // changes[y] lies between the rows y and y + 1
    let boundaries = (1..).map(|k| k * step.max(1)).take_while(|y| *y < rows.len());
    let seams = boundaries.filter_map(|y| {
        let at = y - 1;
        let around = at.saturating_sub(3)..(at + 4).min(changes.len());
        let mut others: Vec<f64> =
            around.filter(|i| *i != at).filter_map(|i| changes.get(i).copied()).collect();
        others.sort_by(f64::total_cmp);
        let median = others.get(others.len() / 2).copied().unwrap_or(f64::INFINITY);
        changes.get(at).map(|c| c - SEAM_RATIO * median)
    });
    seams.fold(f64::NEG_INFINITY, f64::max)
}

/// Samples that are compared at a time: whole pixels of 1, 3 or 4 channels, and three vectors of SSE.
const GROUP: usize = 48;

/// The samples of a group that are of the channel looked at: green, or the only one, or magenta.
fn mask(channels: usize) -> [u8; GROUP] {
    let channel = usize::from(channels > 1);
    std::array::from_fn(|i| if i % channels.max(1) == channel { 0xFF } else { 0 })
}

/// The sum of the differences of two rows, of those samples of every group that `looked_at` has all bits set for.
fn difference(above: &[u8], below: &[u8], looked_at: &[u8; GROUP]) -> u32 {
    let differing = |a: &u8, b: &u8, mask: &u8| u16::from(a.abs_diff(*b) & mask);
    let (groups, rest) = above.as_chunks::<GROUP>();
    let (others, other_rest) = below.as_chunks::<GROUP>();
    let ends = rest.iter().zip(other_rest).zip(looked_at);
    let mut sum: u32 = ends.map(|((a, b), mask)| u32::from(differing(a, b, mask))).sum();
    // 257 differences of 255 fit into 16 bits
    for (groups, others) in groups.chunks(256).zip(others.chunks(256)) {
        let mut sums = [0u16; GROUP];
        for (group, other) in groups.iter().zip(others) {
            for i in 0..GROUP {
                sums[i] += differing(&group[i], &other[i], &looked_at[i]);
            }
        }
        sum += sums.iter().map(|s| u32::from(*s)).sum::<u32>();
    }
    sum
}

/// The share of the picture that follows impossible values, up to the next restart marker; `None` for files that cannot be walked, those of several scans among them.
#[must_use]
pub fn garbled_share(bytes: &[u8]) -> Option<f64> {
    let walk = Walk::prepare(bytes)?;
    Some(walk.garbled() as f64 / walk.units.max(1) as f64)
}

/// A code's length in the high byte and its symbol in the low one, by the next 16 bits; 0 where there is no such code.
type Table = Vec<u16>;

/// What one component takes from the tables.
struct ScanComponent {
    blocks: usize,
    dc: usize,
    ac: usize,
    quantiser: [u16; 64],
}

/// A sequential Huffman scan and what is needed to walk it.
struct Walk<'a> {
    data: &'a [u8],
    components: Vec<ScanComponent>,
    dc: [Table; 4],
    ac: [Table; 4],
    /// Minimum coded units between restart markers, 0 without.
    interval: u64,
    units: u64,
}

impl<'a> Walk<'a> {
    /// Reads the markers up to the first scan (ITU-T T.81, annex B).
    fn prepare(bytes: &'a [u8]) -> Option<Self> {
        let mut quantisers = [[1u16; 64]; 4];
        let mut dc: [Table; 4] = Default::default();
        let mut ac: [Table; 4] = Default::default();
        let mut interval = 0;
        let mut frame: Option<Vec<[u8; 3]>> = None;
        let mut size = Size::new(0, 0);
        let mut at = markers::start_of_image(bytes)? + 2;
        loop {
            let (marker, after) = markers::next_marker(bytes, at)?;
            if matches!(marker, 0x01 | 0xD0..=0xD8) {
                at = after;
                continue;
            }
            let length = usize::from(u16::from_be_bytes(*bytes.get(after..)?.first_chunk()?));
            let payload = bytes.get(after + 2..after + length)?;
            at = after + length;
            match marker {
                0xDB => read_quantisers(payload, &mut quantisers)?,
                0xC4 => read_codes(payload, &mut dc, &mut ac)?,
                0xDD => interval = u64::from(u16::from_be_bytes(*payload.first_chunk()?)),
                0xC0 | 0xC1 => {
                    let [8, h1, h0, w1, w0, _] = *payload.first_chunk::<6>()? else { return None };
                    size = Size::new(
                        u32::from(u16::from_be_bytes([w1, w0])),
                        u32::from(u16::from_be_bytes([h1, h0])),
                    );
                    let rest = payload.get(6..)?.chunks_exact(3);
                    frame = Some(rest.filter_map(|c| c.first_chunk().copied()).collect());
                }
                0xDA => {
                    let frame = frame?;
                    let (&count, rest) = payload.split_first()?;
                    let single = frame.len() == 1;
                    if usize::from(count) != frame.len() {
                        return None; // several scans
                    }
                    let mut components = Vec::new();
                    let (mut across, mut down) = (1, 1);
                    for ([id, sampling, table], chosen) in frame.iter().zip(rest.chunks_exact(2)) {
                        let [chosen_id, tables] = *chosen.first_chunk()?;
                        let (h, v) = (sampling >> 4, sampling & 15);
                        if chosen_id != *id || h == 0 || v == 0 || h > 4 || v > 4 {
                            return None;
                        }
                        (across, down) = (h.max(across), v.max(down));
                        components.push(ScanComponent {
                            // A single component is not interleaved: one block to a unit (A.2.2).
                            blocks: if single { 1 } else { usize::from(h * v) },
                            dc: usize::from(tables >> 4 & 3),
                            ac: usize::from(tables & 3),
                            quantiser: *quantisers.get(usize::from(table & 3))?,
                        });
                    }
                    // Without codes of its own a file means the usual ones; those are not kept here.
                    if components.iter().any(|c| dc[c.dc].is_empty() || ac[c.ac].is_empty()) {
                        return None;
                    }
                    let (across, down) = if single { (1, 1) } else { (across, down) };
                    let units = u64::from(size.width.div_ceil(8 * u32::from(across)))
                        * u64::from(size.height.div_ceil(8 * u32::from(down)));
                    let data = bytes.get(at..)?;
                    return Some(Self { data, components, dc, ac, interval, units });
                }
                0xC2..=0xCF | 0xD9 => return None,
                _ => {}
            }
        }
    }

    /// The number of units that cannot be trusted. Where the data end early the decoder says so, and counts.
    fn garbled(&self) -> u64 {
        let mut garbled = 0;
        let mut unit = 0;
        let mut at = 0;
        while unit < self.units {
            let end =
                if self.interval == 0 { self.units } else { unit + self.interval }.min(self.units);
            let mut bits = Bits::new(self.data.get(at..).unwrap_or(&[]));
            let mut means = vec![0i32; self.components.len()];
            while unit < end {
                match self.unit(&mut bits, &mut means) {
                    Some(true) => unit += 1,
                    Some(false) => {
                        garbled += end - unit;
                        break;
                    }
                    None => break,
                }
            }
            unit = end;
            match bits.next_restart() {
                Some(after) if self.interval > 0 => at += after,
                _ => break,
            }
        }
        garbled
    }

    /// Walks one unit: whether all its values are possible; `None` at the end of the data.
    fn unit(&self, bits: &mut Bits<'_>, means: &mut [i32]) -> Option<bool> {
        for (component, mean) in self.components.iter().zip(means) {
            let (dc, ac) = (self.dc.get(component.dc)?, self.ac.get(component.ac)?);
            for _ in 0..component.blocks {
                if !block(bits, dc, ac, &component.quantiser, mean)? {
                    return Some(false);
                }
            }
        }
        Some(true)
    }
}

/// The strongest value that the transform of 8-bit samples can have is 1024 (8 × 128 for the mean; a frequency's cosines sum to no more). A quarter is allowed on top,
/// because encoders that sharpen or suppress ringing overshoot white, and one step of the quantiser.
const fn possible(value: i32, quantiser: u16) -> bool {
    value.abs().saturating_mul(quantiser as i32) <= 1024 + 256 + quantiser as i32
}

/// Walks one block (F.2.2): whether its values are possible; `None` at the end of the data.
fn block(
    bits: &mut Bits<'_>,
    dc: &Table,
    ac: &Table,
    quantiser: &[u16; 64],
    mean: &mut i32,
) -> Option<bool> {
    let Some(size) = bits.symbol(dc)? else { return Some(false) };
    if size > 11 {
        return Some(false);
    }
    *mean += bits.value(size)?;
    if !possible(*mean, quantiser[0]) {
        return Some(false);
    }
    let mut at = 1;
    while at < 64 {
        let Some(symbol) = bits.symbol(ac)? else { return Some(false) };
        let (run, size) = (usize::from(symbol >> 4), symbol & 15);
        if size == 0 {
            if run != 15 {
                break;
            }
            at += 16;
            continue;
        }
        at += run;
        let value = bits.value(size)?;
        let Some(&step) = quantiser.get(at) else { return Some(false) };
        if size > 10 || !possible(value, step) {
            return Some(false);
        }
        at += 1;
    }
    Some(at <= 64)
}

/// The entropy-coded bits of one interval: stuffed zeros left out, up to the next marker.
struct Bits<'a> {
    data: &'a [u8],
    at: usize,
    /// Bits not yet used, the next one highest; what follows the data is zeros.
    window: u64,
    count: u32,
}

impl<'a> Bits<'a> {
    const fn new(data: &'a [u8]) -> Self {
        Self { data, at: 0, window: 0, count: 0 }
    }

    fn fill(&mut self) {
        while self.count <= 48 {
            let byte = match self.data.get(self.at..) {
                Some([0xFF, 0x00, ..]) => {
                    self.at += 2;
                    0xFF
                }
                Some([byte, ..]) if *byte != 0xFF => {
                    self.at += 1;
                    *byte
                }
                _ => return,
            };
            self.window |= u64::from(byte) << (56 - self.count);
            self.count += 8;
        }
    }

    fn take(&mut self, count: u32) -> Option<()> {
        if count > self.count {
            return None;
        }
        self.window <<= count;
        self.count -= count;
        Some(())
    }

    /// The next symbol; `Some(None)` for a code that does not exist, `None` at the end of the data.
    fn symbol(&mut self, table: &Table) -> Option<Option<u8>> {
        self.fill();
        let entry = *table.get((self.window >> 48) as usize).unwrap_or(&0);
        if entry == 0 {
            return if self.count < 16 { None } else { Some(None) };
        }
        self.take(u32::from(entry >> 8))?;
        Some(Some(entry as u8))
    }

    /// A value of `size` bits (F.1.2.1.1): the lower half of the range is negative.
    fn value(&mut self, size: u8) -> Option<i32> {
        if size == 0 {
            return Some(0);
        }
        self.fill();
        let raw = (self.window >> (64 - u32::from(size))) as i32;
        self.take(u32::from(size))?;
        Some(if raw < 1 << (size - 1) { raw - (1 << size) + 1 } else { raw })
    }

    /// The offset behind the next restart marker.
    fn next_restart(&self) -> Option<usize> {
        let mut at = self.at;
        loop {
            let (marker, after) = markers::next_marker(self.data, at)?;
            match marker {
                0xD0..=0xD7 => return Some(after),
                0xD9 | 0xDA => return None,
                _ => at = after,
            }
        }
    }
}

fn read_quantisers(mut payload: &[u8], quantisers: &mut [[u16; 64]; 4]) -> Option<()> {
    while let Some((&head, rest)) = payload.split_first() {
        let wide = head >> 4 != 0;
        let (values, rest) = rest.split_at_checked(if wide { 128 } else { 64 })?;
        let table = quantisers.get_mut(usize::from(head & 15))?;
        for (i, step) in table.iter_mut().enumerate() {
            *step = if wide {
                u16::from_be_bytes([*values.get(2 * i)?, *values.get(2 * i + 1)?])
            } else {
                u16::from(*values.get(i)?)
            };
        }
        payload = rest;
    }
    Some(())
}

/// Reads DHT: codes are given by their number of each length, in rising order (annex C).
fn read_codes(mut payload: &[u8], dc: &mut [Table; 4], ac: &mut [Table; 4]) -> Option<()> {
    while let Some((&head, rest)) = payload.split_first() {
        let (counts, rest) = rest.split_at_checked(16)?;
        let total: usize = counts.iter().map(|c| usize::from(*c)).sum();
        let (symbols, rest) = rest.split_at_checked(total)?;
        let mut table = Vec::with_capacity(1 << 16);
        let mut symbols = symbols.iter();
        for (i, count) in counts.iter().enumerate() {
            for _ in 0..*count {
                let entry = (i as u16 + 1) << 8 | u16::from(*symbols.next()?);
                let filled = table.len() + (1 << (15 - i));
                if filled > 1 << 16 {
                    return None;
                }
                table.resize(filled, entry);
            }
        }
        table.resize(1 << 16, 0);
        let tables = if head >> 4 == 0 { &mut *dc } else { &mut *ac };
        *tables.get_mut(usize::from(head & 15))? = table;
        payload = rest;
    }
    Some(())
}

#[cfg(test)]
#[path = "../../../../tests/support/shared.rs"]
mod shared;

#[cfg(test)]
mod tests {

    use image::codecs::jpeg::JpegEncoder;
    use image::{Rgb, RgbImage};

    use super::*;

    /// A picture with black, white, and texture, as portraits have.
    fn sound() -> Vec<u8> {
        let picture = RgbImage::from_fn(320, 400, |x, y| {
            let grain = ((x * 7919) ^ (y * 104_729)) as u8 % 32;
            match (x / 80 + y / 100) % 3 {
                0 => Rgb([224 + grain, 224 + grain, 224 + grain]),
                1 => Rgb([grain, grain, grain]),
                _ => Rgb([180 + grain, 120 + grain, 90 + grain]),
            }
        });
        let mut out = Vec::new();
        JpegEncoder::new_with_quality(&mut out, 85).encode_image(&picture).expect("in memory");
        out
    }

    #[test]
    fn rows_differ_by_the_sum_over_one_channel() {
        for channels in [1, 3, 4] {
            let row = |step: usize| -> Vec<u8> {
                (0..channels * 4500).map(|i| (i * step % 251) as u8).collect()
            };
            let (above, below) = (row(37), row(101));
            let channel = usize::from(channels > 1);
            let pairs = above.iter().zip(&below).skip(channel).step_by(channels);
            let want: u32 = pairs.map(|(a, b)| u32::from(a.abs_diff(*b))).sum();
            assert_eq!(difference(&above, &below, &mask(channels)), want, "{channels}");
        }
    }

    #[test]
    fn a_sound_file_has_no_impossible_value() {
        assert_eq!(garbled_share(&sound()), Some(0.0));
    }

    #[test]
    fn wrong_bytes_in_the_scan_are_found_and_the_rest_is_not_trusted() {
        let whole = sound();
        let scan = whole.windows(2).position(|w| w == [0xFF, 0xDA]).expect("a scan") + 14;
        let mut found = 0;
        for seed in 0..20 {
            let mut rotten = whole.clone();
            let length = whole.len() - scan - 2;
            for i in 0..12 {
                let at = scan + length / 10 + (i * 7919 + seed * 104_729) % (length * 8 / 10);
                if rotten[at] != 0xFF && rotten[at - 1] != 0xFF {
                    rotten[at] ^= 0x55;
                }
            }
            found += usize::from(garbled_share(&rotten).is_some_and(|s| s > 0.2));
        }
        assert!(found >= 19, "{found} of 20");
    }

    #[test]
    fn survives_every_prefix_and_any_changed_byte() {
        let whole = sound();
        for n in (0..whole.len()).step_by(97) {
            let _ = garbled_share(&whole[..n]);
        }
        for at in 0..700.min(whole.len()) {
            let mut changed = whole.clone();
            changed[at] = changed[at].wrapping_mul(31).wrapping_add(17);
            let _ = garbled_share(&changed);
        }
    }

    #[test]
    fn a_shift_along_a_row_of_blocks_is_a_seam_and_a_soft_picture_has_none() {
        let size = Size::new(64, 64);
        let soft: Vec<u8> = (0..64u32 * 64).map(|i| (i / 64 + i % 64) as u8).collect();
        assert!(!has_seams(&soft, size, 1, 16));
        let mut shifted = soft;
        for v in shifted.iter_mut().skip(64 * 32) {
            *v += 40;
        }
        assert!(has_seams(&shifted, size, 1, 16));
    }

    /// Photographs at hand are sound; not one may be refused.
    #[test]
    fn finds_no_fault_with_photographs() {
        let Some(folder) = shared::folder("portraits") else { return };
        let files = walkdir::WalkDir::new(folder).sort_by_file_name();
        let photos = files.into_iter().filter_map(|e| Some(e.ok()?.into_path()));
        for path in
            photos.filter(|p| p.extension().is_some_and(|e| e == "jpg")).step_by(5).take(120)
        {
            let bytes = std::fs::read(&path).expect("it is there");
            if let Some(share) = garbled_share(&bytes) {
                assert!(share == 0.0, "{}: {share}", path.display());
            }
        }
    }
}
