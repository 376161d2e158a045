//! Counts brackets outside of strings, 64 bytes at a time. The method is that of simdjson (Langdale and Lemire, "Parsing
//! gigabytes of JSON per second", 2019, section 3.1), with instructions that need no detection.

use crate::ffi::find::{BLOCK, Masks};

/// How many more brackets are opened than closed outside of strings.
pub(super) fn depth(text: &[u8]) -> i64 {
    let mut count = Count::default();
    let (blocks, rest) = text.as_chunks::<BLOCK>();
    for block in blocks {
        count.add(Masks::of(block));
    }
    if rest.is_empty() {
        return count.depth;
    }
    // The last block again, rather than a copy of a part of it, where there is one.
    count.add(text.last_chunk().map_or_else(
        || {
            let mut block = [0; BLOCK];
            block[..rest.len()].copy_from_slice(rest);
            Masks::of(&block)
        },
        |last| Masks::of(last).skip(BLOCK - rest.len()),
    ));
    count.depth
}

/// What is known after some blocks.
#[derive(Default)]
struct Count {
    depth: i64,
    /// All bits, if the next block begins inside a string.
    in_string: u64,
    /// The lowest bit, if the next block's first byte follows a backslash that escapes it.
    escaped: u64,
}

impl Count {
    #[inline]
    fn add(&mut self, mut masks: Masks) {
        if masks.backslashes | self.escaped != 0 {
            masks = masks.without(self.escaped_by(masks.backslashes));
        }
        let brackets = masks.opening | masks.closing;
        if masks.quotes == 0 && (brackets == 0 || self.in_string != 0) {
            return;
        }
        let strings = from_odd_to_even(masks.quotes) ^ self.in_string;
        self.in_string = 0_u64.wrapping_sub(strings >> 63);
        let outside = |brackets: u64| i64::from((brackets & !strings).count_ones());
        self.depth += outside(masks.opening) - outside(masks.closing);
    }

    /// The bytes that follow a backslash which no other one escapes.
    #[cold]
    fn escaped_by(&mut self, backslashes: u64) -> u64 {
        let mut escaped = std::mem::take(&mut self.escaped);
        let mut escaping = backslashes & !escaped;
        while escaping != 0 {
            let first = escaping & escaping.wrapping_neg();
            let next = first << 1;
            escaped |= next;
            escaping &= !(first | next);
            self.escaped = first >> 63;
        }
        escaped
    }
}

/// Each bit is set if an odd number of bits is set up to and including its place: from an opening quote up to the closing one.
fn from_odd_to_even(mut bits: u64) -> u64 {
    for distance in [1, 2, 4, 8, 16, 32] {
        bits ^= bits << distance;
    }
    bits
}
