//! Quantised blocks → the bytes of a baseline JPEG: one frame, one interleaved scan.

use super::Subsampling;
use super::huffman::Code;
use super::tables::{Tables, ZIGZAG};
use super::trellis::category;
use crate::base::units::Dpi;

/// The quantised values of one component, in zigzag order, blocks row after row.
#[derive(Debug, Default, Clone)]
pub(super) struct Values {
    pub(super) columns: usize,
    pub(super) blocks: Vec<[i16; 64]>,
}

/// The four Huffman codes of a file.
#[derive(Debug, Clone)]
pub(super) struct Codes {
    pub(super) dc: [Code; 2],
    pub(super) ac: [Code; 2],
}

/// What stands in the header.
#[derive(Debug, Clone, Copy)]
pub(super) struct JpegHeader {
    pub(super) width: u16,
    pub(super) height: u16,
    pub(super) subsampling: Subsampling,
    pub(super) dpi: Dpi,
}

/// Calls `each` with component and block in the order of the one scan: MCU after MCU, Y blocks first.
fn in_scan_order(
    values: &[Values; 3],
    subsampling: Subsampling,
    mut each: impl FnMut(usize, &[i16; 64]),
) {
    let (h, v) = subsampling.factors();
    let across = values[1].columns.max(1);
    for mcu in 0..values[1].blocks.len() {
        let (row, column) = (mcu / across, mcu % across);
        for y in 0..v {
            for x in 0..h {
                if let Some(block) =
                    values[0].blocks.get((row * v + y) * values[0].columns + column * h + x)
                {
                    each(0, block);
                }
            }
        }
        for c in 1..3 {
            if let Some(block) = values[c].blocks.get(mcu) {
                each(c, block);
            }
        }
    }
}

/// Calls `each` with (symbol, extra bits, number of extra bits) for the AC values of a block.
fn ac_symbols(block: &[i16; 64], mut each: impl FnMut(u8, u16, u8)) {
    let mut run = 0;
    for value in &block[1..] {
        if *value == 0 {
            run += 1;
            continue;
        }
        while run > 15 {
            each(0xF0, 0, 0);
            run -= 16;
        }
        let size = category(*value);
        each(run << 4 | size, extra_bits(*value, size), size);
        run = 0;
    }
    if run > 0 {
        each(0, 0, 0);
    }
}

/// The low bits that follow a symbol: the value itself, or the value minus one where negative (T.81, F.1.2.1).
const fn extra_bits(value: i16, size: u8) -> u16 {
    let value = if value < 0 { value - 1 } else { value };
    value as u16 & ((1u32 << size) - 1) as u16
}

/// The codes fitted to what these blocks hold.
pub(super) fn fitted_codes(values: &[Values; 3], subsampling: Subsampling) -> Codes {
    let (mut dc, mut ac) = ([[0u32; 256]; 2], [[0u32; 256]; 2]);
    let mut before = [0i16; 3];
    in_scan_order(values, subsampling, |c, block| {
        let table = c.min(1);
        dc[table][usize::from(category(block[0] - before[c]))] += 1;
        before[c] = block[0];
        ac_symbols(block, |symbol, _, _| ac[table][usize::from(symbol)] += 1);
    });
    Codes { dc: dc.map(|counts| Code::fitted(&counts)), ac: ac.map(|counts| Code::fitted(&counts)) }
}

/// Writes the whole file into `out`, which is cleared first.
pub(super) fn write(
    header: JpegHeader,
    tables: &Tables,
    codes: &Codes,
    values: &[Values; 3],
    out: &mut Vec<u8>,
) {
    let JpegHeader { width, height, subsampling, dpi } = header;
    out.clear();
    out.extend_from_slice(&[0xFF, 0xD8]);
    let [high, low] = dpi.to_dpi().to_be_bytes();
    segment(out, 0xE0, &[b'J', b'F', b'I', b'F', 0, 1, 1, 1, high, low, high, low, 0, 0]);
    let mut quantisers = Vec::with_capacity(130);
    for (i, table) in [&tables.luma, &tables.chroma].into_iter().enumerate() {
        quantisers.push(i as u8);
        quantisers.extend(ZIGZAG.iter().map(|k| table[*k] as u8));
    }
    segment(out, 0xDB, &quantisers);
    let ([h0, h1], [w0, w1]) = (height.to_be_bytes(), width.to_be_bytes());
    let (h, v) = subsampling.factors();
    segment(out, 0xC0, &[8, h0, h1, w0, w1, 3, 1, (h << 4 | v) as u8, 0, 2, 0x11, 1, 3, 0x11, 1]);
    let mut huffman = Vec::new();
    for i in 0..2 {
        for (class, code) in [(0u8, &codes.dc[i]), (0x10, &codes.ac[i])] {
            huffman.push(class | i as u8);
            huffman.extend_from_slice(code.counts());
            huffman.extend_from_slice(code.symbols());
        }
    }
    segment(out, 0xC4, &huffman);
    segment(out, 0xDA, &[3, 1, 0x00, 2, 0x11, 3, 0x11, 0, 63, 0]);
    let mut bits = Bits { out, held: 0, count: 0 };
    let mut before = [0i16; 3];
    in_scan_order(values, subsampling, |c, block| {
        let table = c.min(1);
        let difference = block[0] - before[c];
        before[c] = block[0];
        let size = category(difference);
        bits.word(codes.dc[table].word(size));
        bits.push(extra_bits(difference, size), size);
        ac_symbols(block, |symbol, extra, size| {
            bits.word(codes.ac[table].word(symbol));
            bits.push(extra, size);
        });
    });
    bits.finish();
    out.extend_from_slice(&[0xFF, 0xD9]);
}

/// A marker segment; `payload` is far below 64 KiB everywhere here.
fn segment(out: &mut Vec<u8>, marker: u8, payload: &[u8]) {
    out.extend_from_slice(&[0xFF, marker]);
    out.extend_from_slice(&((payload.len() + 2) as u16).to_be_bytes());
    out.extend_from_slice(payload);
}

/// Bits, most significant first, with a zero byte stuffed after each 0xFF.
struct Bits<'a> {
    out: &'a mut Vec<u8>,
    held: u64,
    count: u32,
}

impl Bits<'_> {
    fn word(&mut self, (word, length): (u16, u8)) {
        self.push(word, length);
    }

    fn push(&mut self, value: u16, length: u8) {
        self.held = self.held << length | u64::from(value);
        self.count += u32::from(length);
        while self.count >= 8 {
            self.count -= 8;
            let byte = (self.held >> self.count) as u8;
            self.out.push(byte);
            if byte == 0xFF {
                self.out.push(0);
            }
        }
        self.held &= (1 << self.count) - 1;
    }

    /// Fills the last byte with ones.
    fn finish(&mut self) {
        if self.count > 0 {
            let missing = (8 - self.count) as u8;
            self.push((1 << missing) - 1, missing);
        }
    }
}
