//! The beginning of a line that is longer than the buffer.

use crate::body::{Body, Lost};

#[derive(Debug, Default)]
pub(super) struct Line {
    bytes: Vec<u8>,
    /// Bytes that have come.
    len: usize,
    /// There was no memory for them all, and nothing is kept.
    lost: bool,
}

impl Line {
    /// Bytes that have come.
    pub(super) fn len(&self) -> usize {
        self.len
    }

    /// What is kept of it.
    pub(super) fn kept(&self) -> &[u8] {
        &self.bytes
    }

    /// The memory grows with what arrives, because the length is known only at the end.
    pub(super) fn extend(&mut self, part: &[u8]) {
        self.len += part.len();
        if !self.lost && self.bytes.try_reserve(part.len()).is_err() {
            self.lost = true;
            self.bytes = Vec::new();
        }
        if !self.lost {
            self.bytes.extend_from_slice(part);
        }
    }

    pub(super) fn into_body(self) -> Result<Body, Lost> {
        if self.lost {
            return Err(Lost { len: self.len });
        }
        Ok(Body::Owned(self.bytes))
    }
}
