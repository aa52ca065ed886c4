//! Huffman codes fitted to counted symbols, ITU-T T.81, annexes C and K.2.

/// The longest code a JPEG may have, in bits.
const LONGEST: usize = 16;

/// A Huffman code: for each symbol its code word and length, and the lists that go into the file.
#[derive(Debug, Clone)]
pub(super) struct Code {
    words: [(u16, u8); 256],
    counts: [u8; LONGEST],
    symbols: Vec<u8>,
}

impl Code {
    /// The optimal code of at most 16 bits for symbols that occur `counts` times; symbols that do not occur get none. The word of
    /// all ones stays unused, as the standard wants.
    pub(super) fn fitted(counts: &[u32; 256]) -> Self {
        let lengths = limited_lengths(counts);
        let mut symbols: Vec<u8> = (0..=255u8).filter(|s| lengths[usize::from(*s)] > 0).collect();
        symbols.sort_by_key(|s| (lengths[usize::from(*s)], *s));
        let mut code = Self { words: [(0, 0); 256], counts: [0; LONGEST], symbols };
        let (mut word, mut length) = (0u32, 0u8);
        for symbol in &code.symbols {
            let wanted = lengths[usize::from(*symbol)];
            word <<= wanted - length;
            length = wanted;
            code.words[usize::from(*symbol)] = (word as u16, length);
            code.counts[usize::from(length) - 1] += 1;
            word += 1;
        }
        code
    }

    /// The code word of a symbol and its length in bits; length 0 where the symbol has none.
    pub(super) const fn word(&self, symbol: u8) -> (u16, u8) {
        self.words[symbol as usize]
    }

    /// How many code words there are of each length, 1 to 16 bits.
    pub(super) const fn counts(&self) -> &[u8; LONGEST] {
        &self.counts
    }

    /// The symbols in the order of their code words.
    pub(super) fn symbols(&self) -> &[u8] {
        &self.symbols
    }
}

/// Code lengths by package-merge (Larmore and Hirschberg 1990): optimal under the limit, nothing to repair afterwards. A leaf of
/// weight 0 that stands for no symbol takes part; as the lightest it is among the longest, and it keeps the word of all ones free.
fn limited_lengths(counts: &[u32; 256]) -> [u8; 256] {
    let mut lengths = [0u8; 256];
    let mut leaves: Vec<(u64, Option<u8>)> = (0..=255u8)
        .map(|s| (u64::from(counts[usize::from(s)]), Some(s)))
        .filter(|(count, _)| *count > 0)
        .collect();
    if leaves.is_empty() {
        return lengths;
    }
    leaves.push((0, None));
    leaves.sort_unstable();
    // Each row holds the leaves again and the pairs of the row before, by weight; `true` marks a leaf.
    let mut rows: Vec<Vec<(u64, bool)>> =
        vec![leaves.iter().map(|(weight, _)| (*weight, true)).collect()];
    for _ in 1..LONGEST {
        let below = rows.last().map_or(&[][..], Vec::as_slice);
        let mut row: Vec<(u64, bool)> =
            below.chunks_exact(2).map(|pair| (pair[0].0 + pair[1].0, false)).collect();
        row.extend(leaves.iter().map(|(weight, _)| (*weight, true)));
        row.sort_by_key(|(weight, leaf)| (*weight, !*leaf));
        rows.push(row);
    }
    // The first 2n − 2 items of the last row; every leaf met on the way down is one bit longer.
    let mut wanted = 2 * (leaves.len() - 1);
    for row in rows.iter().rev() {
        let taken = &row[..wanted.min(row.len())];
        let met = taken.iter().filter(|(_, leaf)| *leaf).count();
        for symbol in leaves[..met].iter().filter_map(|(_, symbol)| *symbol) {
            lengths[usize::from(symbol)] += 1;
        }
        wanted = 2 * (taken.len() - met);
    }
    lengths
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn counted(pairs: &[(u8, u32)]) -> [u32; 256] {
        let mut counts = [0; 256];
        for (symbol, count) in pairs {
            counts[usize::from(*symbol)] = *count;
        }
        counts
    }

    #[test]
    fn a_single_symbol_gets_one_bit_and_leaves_the_word_of_ones_free() {
        let code = Code::fitted(&counted(&[(7, 1000)]));
        assert_eq!(code.word(7), (0, 1));
    }

    #[test]
    fn frequent_symbols_get_short_words() {
        let code = Code::fitted(&counted(&[(1, 50), (2, 30), (3, 10), (4, 9), (5, 1)]));
        let lengths: Vec<u8> = (1..=5).map(|s| code.word(s).1).collect();
        assert_eq!(lengths, [1, 2, 3, 4, 5]);
    }

    proptest! {
        #[test]
        fn words_are_prefix_free_at_most_16_bits_and_never_all_ones(counts in prop::collection::vec(0u32..2_000_000, 256), shift in 0u32..21) {
            let counts: [u32; 256] = std::array::from_fn(|i| counts[i] >> shift);
            let code = Code::fitted(&counts);
            let mut used = 0u64;
            let mut ends = Vec::new();
            for symbol in 0..=255u8 {
                let (word, length) = code.word(symbol);
                prop_assert_eq!(length > 0, counts[usize::from(symbol)] > 0);
                prop_assert!(length <= 16);
                if length > 0 {
                    used += 1 << (16 - length);
                    ends.push((u32::from(word) << (16 - length), (u32::from(word) + 1) << (16 - length)));
                    prop_assert!(u32::from(word) != (1 << length) - 1, "all ones");
                }
            }
            prop_assert!(used < 1 << 16);
            ends.sort_unstable();
            prop_assert!(ends.windows(2).all(|w| w[0].1 <= w[1].0));
        }
    }
}
