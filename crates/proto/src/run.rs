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
    /// Bytes of a frame before its payload.
    pub const HEADER: usize = HEADER_LEN;

    /// The next message. Both the frame and the payload were checked when the run was taken.
    #[inline]
    pub fn next_message(&mut self) -> Option<(Meta, &[u8])> {
        let (meta, payload, rest) = split_first(self.frames.get(self.at..)?)?;
        self.at = self.frames.len() - rest.len();
        Some((meta, payload))
    }

    /// The next frames, without taking them: of so many messages at most, and of so many bytes unless the first has more. In each,
    /// the payload comes after [`Run::HEADER`] bytes.
    #[inline]
    pub fn peek(&self, messages: usize, bytes: usize) -> &[u8] {
        let frames = self.rest();
        let mut rest = frames;
        for _ in 0..messages {
            match split_first(rest) {
                Some((_, _, after)) if rest.len() == frames.len() || frames.len() - after.len() <= bytes => {
                    rest = after;
                }
                _ => break,
            }
        }
        &frames[..frames.len() - rest.len()]
    }

    /// The properties of the first message in frames of a run, and the length of its payload.
    #[inline]
    pub fn first_of(frames: &[u8]) -> Option<(Meta, usize)> {
        split_first(frames).map(|(meta, payload, _)| (meta, payload.len()))
    }

    /// Takes frames of so many bytes, which are whole.
    #[inline]
    pub fn skip(&mut self, bytes: usize) {
        self.at += bytes;
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
