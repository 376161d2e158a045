//! Plain messages that leave a connection together.

use crate::event::Meta;
use crate::frame::{HEADER_LEN, Header};

/// Memory that is kept for the next messages, in bytes.
const KEPT: usize = 64 * 1024;

/// Messages without handles that were received in a row, taken out of a connection by
/// [`Connection::take_run`](crate::Connection::take_run). They are small: what the connection had in its buffer.
#[derive(Debug, Default)]
pub struct Run {
    /// Whole frames; those before `at` were taken.
    frames: Vec<u8>,
    at: usize,
}

impl Run {
    /// The next message. Both the frame and the payload were checked when the run was taken.
    #[inline]
    pub fn next_message(&mut self) -> Option<(Meta, &[u8])> {
        let (header, rest) = self.frames.get(self.at..)?.split_first_chunk::<HEADER_LEN>()?;
        let (format, len) = Header::plain(*header)?;
        let payload = rest.get(..len)?;
        self.at += HEADER_LEN + payload.len();
        Some((Meta::new(format), payload))
    }

    /// The frames that were not taken.
    pub(crate) fn rest(&self) -> &[u8] {
        self.frames.get(self.at..).unwrap_or_default()
    }

    /// Replaces what is left by these frames.
    pub(crate) fn refill(&mut self, frames: &[u8]) {
        self.at = 0;
        self.frames.clear();
        self.frames.shrink_to(KEPT);
        self.frames.extend_from_slice(frames);
    }
}
