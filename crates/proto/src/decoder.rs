//! Cuts a received byte stream into frames, in place where it can.

#[cfg(test)]
mod tests;

use std::ops::Range;

use crate::body::{Body, Growing};
use crate::error::WireError;
use crate::frame::{HEADER_LEN, Header, Kind};

/// Size of the buffer that reads go into, in bytes.
const BUFFER: usize = 64 * 1024;

/// A body of at least this size that is not wholly in the buffer is received into memory of its own, which then
/// belongs to the application without a copy.
const LARGE: usize = 16 * 1024;

/// A frame; its body lies in the decoder's buffer, or is owned.
#[derive(Debug)]
pub(crate) struct Frame {
    pub(crate) header: Header,
    /// Stream offset of its first byte.
    pub(crate) position: u64,
    /// An error costs this frame only: there was no memory for its body.
    pub(crate) body: Result<Body, WireError>,
}

#[derive(Debug)]
struct Large {
    header: Header,
    position: u64,
    body: Growing,
}

#[derive(Debug)]
pub(crate) struct Decoder {
    buffer: Box<[u8]>,
    start: usize,
    end: usize,
    /// Stream offset of `start`.
    position: u64,
    large: Option<Large>,
    max_message: usize,
    memory: Memory,
}

/// Where the memory of large bodies comes from: that many bytes, initialised with anything.
pub type Memory = fn(usize) -> Vec<u8>;

/// Zeroed memory of this size comes from the system untouched: an announcement alone costs no real memory.
pub(crate) fn fresh(len: usize) -> Vec<u8> {
    vec![0; len]
}

impl Decoder {
    pub(crate) fn new(max_message: usize, memory: Memory) -> Self {
        let buffer = vec![0; BUFFER].into_boxed_slice();
        Self {
            buffer,
            start: 0,
            end: 0,
            position: 0,
            large: None,
            max_message,
            memory,
        }
    }

    /// Where the transport puts what it reads next: never empty, as long as every frame was taken before.
    pub(crate) fn spare(&mut self) -> &mut [u8] {
        if let Some(large) = &mut self.large {
            return large.body.spare();
        }
        if self.start > 0 {
            self.buffer.copy_within(self.start..self.end, 0);
            self.end -= self.start;
            self.start = 0;
        }
        &mut self.buffer[self.end..]
    }

    /// The transport put `bytes` into [`Self::spare`].
    pub(crate) fn advance(&mut self, bytes: usize) {
        match &mut self.large {
            Some(large) => large.body.advance(bytes),
            None => self.end += bytes,
        }
    }

    /// Bytes held of frames that are not complete.
    pub(crate) fn buffered(&self) -> usize {
        self.large.as_ref().map_or(0, |large| large.body.kept()) + (self.end - self.start)
    }

    /// Stream offset of the first byte that belongs to no complete frame.
    pub(crate) fn position(&self) -> u64 {
        self.large.as_ref().map_or(self.position, |large| large.position)
    }

    /// The next whole frame.
    pub(crate) fn next_frame(&mut self) -> Result<Option<Frame>, WireError> {
        if let Some(large) = self.large.take_if(|large| large.body.is_whole()) {
            return Ok(Some(Frame {
                header: large.header,
                position: large.position,
                body: large.body.into_body(large.position),
            }));
        }
        if self.large.is_some() {
            return Ok(None);
        }
        let available = &self.buffer[self.start..self.end];
        let Some(header) = available.first_chunk::<HEADER_LEN>() else {
            return Ok(None);
        };
        let position = self.position;
        let header = Header::decode(*header, position, self.max_message)?;
        if position == 0 && header.kind != Kind::Hello {
            return Err(WireError::malformed("the first frame is no hello", position));
        }
        let len = header.len as usize;
        let total = HEADER_LEN + len;
        if available.len() >= total {
            let body = self.start + HEADER_LEN..self.start + total;
            self.start += total;
            self.position += total as u64;
            return Ok(Some(Frame {
                header,
                position,
                body: Ok(Body::Buffered(body)),
            }));
        }
        if len >= LARGE {
            let body = Growing::new(len, &available[HEADER_LEN..], self.memory);
            self.start = self.end;
            self.position += total as u64;
            self.large = Some(Large {
                header,
                position,
                body,
            });
        }
        Ok(None)
    }

    /// A body that lies in the buffer. Valid until the next call of [`Self::spare`].
    pub(crate) fn slice(&self, range: Range<usize>) -> &[u8] {
        &self.buffer[range]
    }

    /// The stream has ended: an error if that was inside a frame.
    pub(crate) fn finish(&self) -> Result<(), WireError> {
        let missing = match &self.large {
            Some(large) => large.body.missing(),
            None if self.start == self.end => return Ok(()),
            None => {
                let available = &self.buffer[self.start..self.end];
                let len = available
                    .first_chunk()
                    .map(|header| Header::decode(*header, self.position, self.max_message));
                let total = HEADER_LEN + len.transpose()?.map_or(0, |header| header.len as usize);
                total.saturating_sub(available.len())
            }
        };
        Err(WireError::Truncated {
            position: self.position(),
            missing: missing as u64,
        })
    }
}
