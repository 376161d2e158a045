//! Maps whose keys count up from 1.

use std::collections::{HashMap, HashSet};
use std::hash::{BuildHasherDefault, Hasher};

pub(super) type NumberMap<V> = HashMap<u64, V, BuildHasherDefault<Spread>>;
pub(super) type NumberSet = HashSet<u64, BuildHasherDefault<Spread>>;

/// Spreads numbers over the table. Both ends count in steps of one, and a peer that does not is cut off, so no choice of numbers
/// can make them collide. A hasher against that would cost more than the rest of what is done with a number.
#[derive(Debug, Default)]
pub(super) struct Spread(u64);

impl Hasher for Spread {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.write_u64(self.0 ^ u64::from(*byte));
        }
    }

    /// Fibonacci hashing: the table takes its place from the low bits, and compares the high ones.
    fn write_u64(&mut self, number: u64) {
        self.0 = number.wrapping_mul(0x9e37_79b9_7f4a_7c15);
    }
}
