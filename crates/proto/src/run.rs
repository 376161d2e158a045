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
        let (meta, payload, rest) = split_first(self.frames.get(self.at..)?)?;
        self.at = self.frames.len() - rest.len();
        Some((meta, payload))
    }

    /// Takes the next `count` messages.
    #[inline]
    pub fn skip(&mut self, count: usize) {
        for _ in 0..count {
            self.next_message();
        }
    }

    /// The messages, without taking them.
    pub fn messages(&self) -> impl Iterator<Item = (Meta, &[u8])> {
        let mut rest = self.rest();
        std::iter::from_fn(move || {
            let (meta, payload, after) = split_first(rest)?;
            rest = after;
            Some((meta, payload))
        })
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

/// The properties and the payload of the first message in `frames`, and what follows it.
#[inline]
fn split_first(frames: &[u8]) -> Option<(Meta, &[u8], &[u8])> {
    let (header, rest) = frames.split_first_chunk::<HEADER_LEN>()?;
    let (format, len) = Header::plain(*header)?;
    let (payload, rest) = rest.split_at_checked(len)?;
    Some((Meta::new(format), payload, rest))
}
