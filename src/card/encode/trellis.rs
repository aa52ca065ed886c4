//! Rate-distortion optimal quantisation of one block: which coefficients are worth their bits.

use super::huffman::Code;

/// What it costs, in bits, to code a value after a run of zeros: by 16 · run + size category, its value bits and the symbols for every
/// sixteen zeros included. The end of a block stands at 0.
#[derive(Debug, Clone)]
pub(super) struct Prices(Box<[f32; 1024]>);

impl Prices {
    /// The prices under a code; a symbol without a word costs what a new one would, 16 bits and its value.
    pub(super) fn of(code: &Code) -> Self {
        Self::from_symbols(|symbol| {
            let (_, length) = code.word(symbol as u8);
            f32::from(if length == 0 { 16 } else { length }) + (symbol % 16) as f32
        })
    }

    /// Prices before anything is known: one and a half bits for the end of a block, three for a small value at once, one more for
    /// every further zero or value bit.
    pub(super) fn typical() -> Self {
        Self::from_symbols(|symbol| {
            let (run, size) = (symbol / 16, symbol % 16);
            match (run, size) {
                (0, 0) => 2.0,
                _ => (1.0 + 0.8 * run as f32 + 1.2 * size as f32).min(16.0) + size as f32,
            }
        })
    }

    fn from_symbols(price: impl Fn(usize) -> f32) -> Self {
        let mut prices = Box::new([0.0; 1024]);
        for (i, p) in prices.iter_mut().enumerate() {
            *p = price(i % 256) + (i / 256) as f32 * price(0xF0);
        }
        Self(prices)
    }
}

/// The cheapest way to code a block up to a position that holds a value. What follows costs the same whatever the value is, so that
/// one way is enough for each position.
#[derive(Clone, Copy, Default)]
struct Node {
    position: usize,
    value: i16,
    from: usize,
    /// Its cost less that of zeroing everything up to its position.
    saved: f32,
}

/// The number of bits of a magnitude, JPEG's size category.
pub(super) const fn category(value: i16) -> u8 {
    (16 - value.unsigned_abs().leading_zeros()) as u8
}

/// Chooses the AC values of one block (zigzag order, index 0 untouched) that minimise bits + `weight` · Σ((x − v))², where x are
/// the coefficients in quantiser steps. Dynamic programming over the positions that can hold a value, as in Ramchandran and
/// Vetterli, "Rate-distortion optimal fast thresholding", 1994, with each value also tried one nearer to zero.
pub(super) fn choose(steps: &[f32; 64], weight: f32, prices: &Prices, out: &mut [i16; 64]) {
    // What it costs to zero everything up to a position.
    let mut zeroed = [0.0f32; 64];
    let mut nodes = [Node::default(); 64];
    let mut count = 1;
    for k in 1..64 {
        let x = steps[k].abs();
        zeroed[k] = zeroed[k - 1] + weight * x * x;
        let nearest = ((x + 0.5) as i16).min(1023);
        if nearest < 1 {
            continue;
        }
        let mut best = Node { saved: f32::INFINITY, ..Node::default() };
        for value in [nearest, nearest - 1] {
            if value < 1 {
                continue;
            }
            let size = usize::from(category(value));
            let (mut least, mut from) = (f32::INFINITY, 0);
            for (i, node) in nodes.iter().enumerate().take(count) {
                // Both are below 64, which spares the bounds check.
                let run = (k - node.position - 1) % 64;
                let cost = node.saved + prices.0[16 * run + size % 16];
                if cost < least {
                    (least, from) = (cost, i);
                }
            }
            let off = x - f32::from(value);
            let saved = least + weight * off * off + zeroed[k - 1] - zeroed[k];
            if saved < best.saved {
                best = Node { position: k, value, from, saved };
            }
        }
        nodes[count] = best;
        count += 1;
    }
    let mut last = 0;
    let mut least = f32::INFINITY;
    for (i, node) in nodes.iter().enumerate().take(count) {
        let end = if node.position == 63 { 0.0 } else { prices.0[0] };
        if node.saved + end < least {
            (last, least) = (i, node.saved + end);
        }
    }
    out[1..].fill(0);
    while last > 0 {
        let node = nodes[last];
        out[node.position] = if steps[node.position] < 0.0 { -node.value } else { node.value };
        last = node.from;
    }
}
