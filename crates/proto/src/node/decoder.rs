//! Splits a received byte stream into payloads.

#[cfg(test)]
mod tests;

use std::ops::Range;

use super::line::Line;
use crate::body::{Body, fresh};
use crate::error::WireError;
use crate::event::Format;
use crate::read_buffer::{self, BUFFER, ReadBuffer};

/// Bytes of a length in the advanced mode.
const LENGTH: usize = 4;

/// A payload.
pub(crate) type Frame = read_buffer::Frame<()>;

#[derive(Debug)]
pub(crate) struct Decoder {
    format: Format,
    read: ReadBuffer<()>,
    /// Bytes that were read and hold no line end (json).
    scanned: usize,
    /// The beginning of a line that is larger than the buffer (json).
    line: Option<Line>,
    max: usize,
}

impl Decoder {
    pub(crate) fn new(format: Format, max: usize) -> Self {
        Self {
            format,
            read: ReadBuffer::new(fresh),
            scanned: 0,
            line: None,
            max,
        }
    }

    /// As [`ReadBuffer::spare`].
    pub(crate) fn spare(&mut self) -> &mut [u8] {
        self.read.spare()
    }

    /// As [`ReadBuffer::spares`].
    pub(crate) fn spares(&mut self) -> (&mut [u8], &mut [u8]) {
        self.read.spares()
    }

    /// As [`ReadBuffer::advance`].
    pub(crate) fn advance(&mut self, bytes: usize) {
        self.read.advance(bytes);
    }

    /// Bytes of incomplete messages.
    pub(crate) fn buffered(&self) -> usize {
        self.read.buffered() + self.line.as_ref().map_or(0, |line| line.kept().len())
    }

    /// Stream offset of the first byte that belongs to no complete message.
    pub(crate) fn position(&self) -> u64 {
        self.read.position() - self.begun() as u64
    }

    /// As [`ReadBuffer::slice`].
    pub(crate) fn slice(&self, range: Range<usize>) -> &[u8] {
        self.read.slice(range)
    }

    /// The first bytes of a message that is larger than the buffer and has not arrived whole.
    pub(crate) fn large_beginning(&self) -> Option<&[u8]> {
        match &self.line {
            Some(line) => Some(line.kept()),
            None => self.read.large_beginning(),
        }
    }

    /// Bytes of `line`.
    fn begun(&self) -> usize {
        self.line.as_ref().map_or(0, Line::len)
    }

    /// The next whole payload.
    pub(crate) fn next_frame(&mut self) -> Result<Option<Frame>, WireError> {
        match self.format {
            Format::Json => self.next_line(),
            Format::Clone => self.next_block(),
        }
    }

    fn next_line(&mut self) -> Result<Option<Frame>, WireError> {
        let unread = self.read.unread();
        let Some(found) = memchr::memchr(b'\n', &unread[self.scanned..]) else {
            self.scanned = unread.len();
            self.check(self.begun() + self.scanned)?;
            if self.line.is_some() || self.scanned == BUFFER {
                self.line.get_or_insert_default().extend(self.read.unread());
                self.read.consume(self.scanned);
                self.scanned = 0;
            }
            return Ok(None);
        };
        let position = self.position();
        let len = self.scanned + found;
        self.check(self.begun() + len)?;
        let end = self.read.consume(len);
        self.read.consume(1);
        self.scanned = 0;
        let body = match self.line.take() {
            None => Ok(Body::Buffered(end)),
            Some(mut line) => {
                line.extend(self.read.slice(end));
                line.into_body()
            }
        };
        Ok(Some(Frame {
            header: (),
            position,
            body,
        }))
    }

    fn next_block(&mut self) -> Result<Option<Frame>, WireError> {
        if self.read.has_large() {
            return Ok(self.read.take_large());
        }
        let Some(len) = block_len(self.read.unread()) else {
            return Ok(None);
        };
        self.check(len)?;
        Ok(self.read.take_frame((), LENGTH, len))
    }

    fn check(&self, len: usize) -> Result<(), WireError> {
        if len <= self.max {
            return Ok(());
        }
        Err(WireError::TooLarge {
            len: len as u64,
            max: self.max as u64,
            position: self.position(),
        })
    }

    /// The stream has ended. An error if that was inside a message.
    pub(crate) fn finish(&self) -> Result<(), WireError> {
        if self.line.is_some() {
            return Err(WireError::Truncated {
                position: self.position(),
                missing: 1,
            });
        }
        self.read.finish(|unread| {
            Ok(match self.format {
                Format::Json => 1,
                Format::Clone => {
                    (LENGTH + block_len(unread).unwrap_or_default()).saturating_sub(unread.len())
                }
            })
        })
    }
}

/// The length at the front, in the advanced mode.
fn block_len(unread: &[u8]) -> Option<usize> {
    unread
        .first_chunk::<LENGTH>()
        .map(|length| u32::from_be_bytes(*length) as usize)
}
