//! Rate-distortion optimal quantisation of one block: which coefficients are worth their bits.

use super::huffman::Code;

/// What each AC symbol (run of zeros · 16 + bits of the value) costs, in bits, its value bits included.
#[derive(Debug, Clone)]
pub(super) struct Prices([f32; 256]);

impl Prices {
    /// The prices under a code; a symbol without a word costs what a new one would, 16 bits and its value.
    pub(super) fn of(code: &Code) -> Self {
        Self(std::array::from_fn(|symbol| {
            let (_, length) = code.word(symbol as u8);
            f32::from(if length == 0 { 16 } else { length }) + (symbol % 16) as f32
        }))
    }

    /// Prices before anything is known: one and a half bits for the end of a block, three for a small value at once, one more for
    /// every further zero or value bit.
    pub(super) fn typical() -> Self {
        Self(std::array::from_fn(|symbol| {
            let (run, size) = (symbol / 16, symbol % 16);
            match (run, size) {
                (0, 0) => 2.0,
                _ => (1.0 + 0.8 * run as f32 + 1.2 * size as f32).min(16.0) + size as f32,
            }
        }))
    }
}

/// A value at a position, the cheapest way that ends in it.
#[derive(Clone, Copy, Default)]
struct Node {
    position: usize,
    value: i16,
    from: usize,
    cost: f32,
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
    let mut nodes = [Node::default(); 127];
    let mut count = 1;
    for k in 1..64 {
        let x = steps[k].abs();
        zeroed[k] = zeroed[k - 1] + x * x;
        let nearest = (x + 0.5).floor().min(1023.0);
        if nearest < 1.0 {
            continue;
        }
        let first = count;
        for value in [nearest, nearest - 1.0] {
            if value < 1.0 {
                continue;
            }
            let magnitude = value as i16;
            let size = usize::from(category(magnitude));
            let own = weight * (x - value) * (x - value);
            let mut best = Node { position: k, value: magnitude, from: 0, cost: f32::INFINITY };
            for (from, node) in nodes.iter().enumerate().take(first) {
                let run = k - node.position - 1;
                let cost = node.cost
                    + weight * (zeroed[k - 1] - zeroed[node.position])
                    + (run / 16) as f32 * prices.0[0xF0]
                    + prices.0[(run % 16) * 16 + size];
                if cost < best.cost {
                    best.cost = cost;
                    best.from = from;
                }
            }
            best.cost += own;
            nodes[count] = best;
            count += 1;
        }
    }
    let mut last = 0;
    let mut least = f32::INFINITY;
    for (i, node) in nodes.iter().enumerate().take(count) {
        let end = if node.position == 63 { 0.0 } else { prices.0[0] };
        let cost = node.cost + weight * (zeroed[63] - zeroed[node.position]) + end;
        if cost < least {
            (last, least) = (i, cost);
        }
    }
    out[1..].fill(0);
    while last > 0 {
        let node = nodes[last];
        out[node.position] = if steps[node.position] < 0.0 { -node.value } else { node.value };
        last = node.from;
    }
}
