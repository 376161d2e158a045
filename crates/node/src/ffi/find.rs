//! Looks for certain bytes in 64 of them at a time, with instructions that every processor of this kind has.

use std::arch::x86_64::{
    __m128i, _mm_cmpeq_epi8, _mm_movemask_epi8, _mm_or_si128, _mm_set_epi64x, _mm_set1_epi8,
};

/// Bytes that are looked at together: as many as a mask has bits.
pub(crate) const BLOCK: usize = 64;

/// Where in a block the characters are that json is divided by. The lowest bit stands for the first byte.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Masks {
    /// `[` and `{`
    pub(crate) opening: u64,
    /// `]` and `}`
    pub(crate) closing: u64,
    pub(crate) quotes: u64,
    pub(crate) backslashes: u64,
}

impl Masks {
    pub(crate) fn of(block: &[u8; BLOCK]) -> Self {
        // SAFETY: every x86-64 has SSE2.
        unsafe { Self::by_sse2(block) }
    }

    /// Without the first bytes of the block.
    pub(crate) fn skip(self, bytes: usize) -> Self {
        self.map(|mask| mask >> bytes)
    }

    /// Without these bytes of the block.
    pub(crate) fn without(self, bytes: u64) -> Self {
        self.map(|mask| mask & !bytes)
    }

    fn map(self, change: impl Fn(u64) -> u64) -> Self {
        Self {
            opening: change(self.opening),
            closing: change(self.closing),
            quotes: change(self.quotes),
            backslashes: change(self.backslashes),
        }
    }

    #[target_feature(enable = "sse2")]
    fn by_sse2(block: &[u8; BLOCK]) -> Self {
        let mut masks = Self::default();
        for (at, part) in block.as_chunks::<16>().0.iter().enumerate() {
            let bytes = load(*part);
            let lower = _mm_or_si128(bytes, _mm_set1_epi8(0x20)); // `[` and `]` are `{` and `}` without this bit
            let find = |bytes, byte| equal(bytes, byte) << (16 * at);
            masks.opening |= find(lower, b'{');
            masks.closing |= find(lower, b'}');
            masks.quotes |= find(bytes, b'"');
            masks.backslashes |= find(bytes, b'\\');
        }
        masks
    }
}

#[target_feature(enable = "sse2")]
fn load(part: [u8; 16]) -> __m128i {
    let ([first, second], []) = part.as_chunks::<8>() else {
        unreachable!("16 bytes are twice 8")
    };
    _mm_set_epi64x(i64::from_le_bytes(*second), i64::from_le_bytes(*first))
}

/// Which bytes are this one.
#[target_feature(enable = "sse2")]
fn equal(bytes: __m128i, byte: u8) -> u64 {
    let found = _mm_cmpeq_epi8(bytes, _mm_set1_epi8(byte.cast_signed()));
    u64::from(_mm_movemask_epi8(found).cast_unsigned())
}

/// How far it pays to look 16 bytes at a time, before a search that has to find out what the processor can do.
pub(crate) const NEAR: usize = 128;

/// The place of the first quote or backslash in whole pieces of 16 bytes. `None`: there is none, or it is in what is left.
#[inline]
pub(crate) fn quote_or_backslash(text: &[u8]) -> Option<usize> {
    // SAFETY: every x86-64 has SSE2.
    unsafe { first_by_sse2(text) }
}

#[target_feature(enable = "sse2")]
fn first_by_sse2(text: &[u8]) -> Option<usize> {
    for (at, part) in text.as_chunks::<16>().0.iter().enumerate() {
        let bytes = load(*part);
        let found = equal(bytes, b'"') | equal(bytes, b'\\');
        if found != 0 {
            return Some(16 * at + found.trailing_zeros() as usize);
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_byte_is_found_in_every_place_and_no_other() {
        for at in 0..BLOCK {
            for byte in 0..=u8::MAX {
                let mut block = [b'x'; BLOCK];
                block[at] = byte;
                let bit = |is: bool| u64::from(is) << at;
                let expected = Masks {
                    opening: bit(matches!(byte, b'[' | b'{')),
                    closing: bit(matches!(byte, b']' | b'}')),
                    quotes: bit(byte == b'"'),
                    backslashes: bit(byte == b'\\'),
                };
                assert_eq!(Masks::of(&block), expected, "{byte} at {at}");
            }
        }
    }
}
