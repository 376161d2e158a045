//! Plain messages that leave a connection together.

use crate::event::{Format, Meta};
use crate::frame::{HEADER_LEN, Header, Kind};

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
        let [kind, _, _, _, len @ ..] = *header;
        let format = if kind == Kind::Clone as u8 {
            Format::Clone
        } else {
            Format::Json
        };
        let payload = rest.get(..u32::from_le_bytes(len) as usize)?;
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

impl Header {
    /// Whether it begins a message that a run may hold: without handles, and for the program.
    #[inline]
    pub(crate) fn is_plain(self) -> bool {
        matches!(self.kind, Kind::Json | Kind::Clone) && self.handles == 0 && self.flags == 0
    }
}
