//! The body of a frame, and the memory of one that is received in many reads.

use std::ops::Range;

use crate::error::WireError;

/// Provides the memory of large bodies: so many bytes, with any content.
pub type Memory = fn(usize) -> Vec<u8>;

/// Zeroed memory of this size comes from the system untouched, so an announcement alone costs no real memory.
pub(crate) fn fresh(len: usize) -> Vec<u8> {
    vec![0; len]
}

/// Bytes that a large body gets at once, so that usual ones are never moved. Beyond that, memory follows what has arrived,
/// and a length alone costs nothing.
const FIRST: usize = 16 << 20;

/// Memory that a lost body is read into, in bytes.
const SCRATCH: usize = 64 * 1024;

/// The body of a frame.
#[derive(Debug)]
pub(crate) enum Body {
    /// In the decoder's buffer.
    Buffered(Range<usize>),
    Owned(Vec<u8>),
}

/// A body for which there was no memory. Its bytes were read and are lost.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Lost {
    /// Its length in bytes.
    pub(crate) len: usize,
}

impl Lost {
    /// The fault of a message that began at byte `position` of the stream.
    pub(crate) fn at(self, position: u64) -> WireError {
        WireError::OutOfMemory {
            len: self.len as u64,
            position,
        }
    }
}

/// A body whose length is known, while it is received straight into its own memory.
#[derive(Debug)]
pub(crate) struct Growing {
    /// All initialised.
    bytes: Vec<u8>,
    filled: usize,
    total: usize,
    /// There is no memory for the whole. What arrives is read into the same place again and again.
    lost: bool,
}

impl Growing {
    /// Begins with what has arrived, which is less than the whole.
    pub(crate) fn new(total: usize, begin: &[u8], memory: Memory) -> Self {
        let first = total.min(FIRST);
        let mut bytes = memory(first);
        bytes.resize(first, 0);
        bytes[..begin.len()].copy_from_slice(begin);
        Self {
            bytes,
            filled: begin.len(),
            total,
            lost: false,
        }
    }

    /// The place of the next bytes. It is empty only once the body is complete.
    pub(crate) fn spare(&mut self) -> &mut [u8] {
        let start = if self.lost { 0 } else { self.filled };
        let room = self.bytes.len() - start;
        let most = room.min(self.total - self.filled);
        &mut self.bytes[start..start + most]
    }

    /// Records that so many bytes were put into [`Self::spare`].
    pub(crate) fn advance(&mut self, bytes: usize) {
        self.filled += bytes;
        if !self.lost && self.filled == self.bytes.len() && self.filled < self.total {
            self.grow_to(self.total.min(self.filled.saturating_mul(2)));
        }
    }

    fn grow_to(&mut self, len: usize) {
        if self.bytes.try_reserve_exact(len - self.bytes.len()).is_ok() {
            self.bytes.resize(len, 0);
            return;
        }
        self.lost = true;
        self.bytes.truncate(SCRATCH);
        self.bytes.shrink_to_fit();
    }

    /// What has arrived so far. `None` if it is lost.
    pub(crate) fn received(&self) -> Option<&[u8]> {
        if self.lost {
            return None;
        }
        self.bytes.get(..self.filled)
    }

    pub(crate) fn is_whole(&self) -> bool {
        self.filled == self.total
    }

    /// Bytes that are still to come.
    pub(crate) fn missing(&self) -> usize {
        self.total - self.filled
    }

    /// Bytes that are kept.
    pub(crate) fn kept(&self) -> usize {
        if self.lost { 0 } else { self.filled }
    }

    /// The whole body.
    pub(crate) fn into_body(self) -> Result<Body, Lost> {
        if self.lost {
            return Err(Lost { len: self.total });
        }
        Ok(Body::Owned(self.bytes))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fill(growing: &mut Growing, byte: u8) {
        while !growing.is_whole() {
            let spare = growing.spare();
            assert!(!spare.is_empty());
            spare.fill(byte);
            let taken = spare.len();
            growing.advance(taken);
        }
    }

    #[test]
    fn a_body_grows_with_what_arrives() {
        let total = 3 * FIRST + 5;
        let mut growing = Growing::new(total, &[1, 2], fresh);
        assert_eq!(growing.bytes.len(), FIRST);
        fill(&mut growing, 7);
        let Ok(Body::Owned(bytes)) = growing.into_body() else {
            panic!("lost")
        };
        assert_eq!((bytes.len(), &bytes[..4]), (total, &[1, 2, 7, 7][..]));
        assert!(bytes[4..].iter().all(|byte| *byte == 7));
    }

    #[test]
    fn a_body_without_memory_is_read_to_its_end_and_lost() {
        let mut growing = Growing::new(FIRST + 100_000, &[1], fresh);
        growing.grow_to(usize::MAX);
        assert_eq!((growing.kept(), growing.missing()), (0, FIRST + 99_999));
        assert!(growing.bytes.capacity() < 2 * SCRATCH);
        fill(&mut growing, 7);
        let lost = growing.into_body().unwrap_err();
        assert_eq!(
            lost.at(9),
            WireError::OutOfMemory {
                len: FIRST as u64 + 100_000,
                position: 9
            }
        );
    }
}
