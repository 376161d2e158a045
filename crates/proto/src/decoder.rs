//! Splits a received byte stream into frames, in place where possible.

#[cfg(test)]
mod tests;

use std::ops::Range;

use crate::body::Memory;
use crate::error::WireError;
use crate::event::Format;
use crate::frame::{HEADER_LEN, Header, ID_LEN, Kind};
use crate::read_buffer::{self, ReadBuffer};
use crate::text;

/// A frame. Its body is in the decoder's buffer, or is owned.
pub(crate) type Frame = read_buffer::Frame<Header>;

#[derive(Debug)]
pub(crate) struct Decoder {
    read: ReadBuffer<Header>,
    max_message: usize,
    /// The number at the beginning of the last request or response.
    id: u64,
}

impl Decoder {
    pub(crate) fn new(max_message: usize, memory: Memory) -> Self {
        Self {
            read: ReadBuffer::new(memory),
            max_message,
            id: 0,
        }
    }

    /// The header of a large frame that has not arrived whole.
    pub(crate) fn large_header(&self) -> Option<Header> {
        self.read.large_header().copied()
    }

    /// The number of the request that the last frame is, or answers. Its body follows it.
    pub(crate) fn id(&self) -> u64 {
        self.id
    }

    /// A decoder of a stream that was decoded up to byte `position` elsewhere.
    pub(crate) fn resume(max_message: usize, memory: Memory, position: u64) -> Self {
        Self {
            read: ReadBuffer::resume(memory, position),
            max_message,
            id: 0,
        }
    }

    /// As [`ReadBuffer::unfinished`].
    pub(crate) fn unfinished(&self) -> Option<Vec<u8>> {
        self.read.unfinished(|header| {
            let mut head = header.encode().to_vec();
            if header.kind.is_call() {
                head.extend_from_slice(&self.id.to_le_bytes());
            }
            head
        })
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

    /// Bytes of incomplete frames.
    pub(crate) fn buffered(&self) -> usize {
        self.read.buffered()
    }

    /// Stream offset of the first byte that belongs to no complete frame.
    pub(crate) fn position(&self) -> u64 {
        self.read.position()
    }

    /// As [`ReadBuffer::slice`].
    pub(crate) fn slice(&self, range: Range<usize>) -> &[u8] {
        self.read.slice(range)
    }

    /// The next whole frame.
    pub(crate) fn next_frame(&mut self) -> Result<Option<Frame>, WireError> {
        if self.read.has_large() {
            return Ok(self.read.take_large());
        }
        let Some(header) = self.read.unread().first_chunk::<HEADER_LEN>() else {
            return Ok(None);
        };
        let position = self.read.position();
        let header = Header::decode(*header, position, self.max_message)?;
        if position == 0 && header.kind != Kind::Hello {
            return Err(WireError::malformed("the first frame is no hello", position));
        }
        if header.kind.is_call() {
            return Ok(self.next_call(header));
        }
        Ok(self.read.take_frame(header, HEADER_LEN, header.len as usize))
    }

    /// The number counts as part of the header, so that a large body is received into memory that contains nothing else.
    fn next_call(&mut self, header: Header) -> Option<Frame> {
        let head = self.read.unread().get(HEADER_LEN..)?;
        self.id = u64::from_le_bytes(*head.first_chunk()?);
        let (head, body) = (HEADER_LEN + ID_LEN, header.len as usize - ID_LEN);
        self.read.take_frame(header, head, body)
    }

    /// The next frame, if it is a message that needs no closer look: plain, whole in the buffer, and text if it should be. Its
    /// format, the stream offset of its first byte, and its body. Anything else is left to [`Self::next_frame`].
    #[inline]
    pub(crate) fn next_plain(&mut self) -> Option<(Format, u64, Range<usize>)> {
        if self.read.has_large() {
            return None;
        }
        let (format, body, _) = self.plain(self.read.unread())?;
        let (position, len) = (self.read.position(), body.len());
        let body = self.read.take_body(HEADER_LEN, len);
        Some((format, position, body))
    }

    /// Bytes of the messages at the front that [`Self::next_plain`] would return.
    pub(crate) fn run(&self) -> usize {
        if self.read.has_large() {
            return 0;
        }
        let mut rest = self.read.unread();
        let mut len = 0;
        while let Some((_, body, after)) = self.plain(rest) {
            len += HEADER_LEN + body.len();
            rest = after;
        }
        len
    }

    /// The plain message that `bytes` begin with, and what follows it.
    #[inline]
    fn plain<'a>(&self, bytes: &'a [u8]) -> Option<(Format, &'a [u8], &'a [u8])> {
        let (header, rest) = bytes.split_first_chunk()?;
        let (format, len) = Header::plain(*header)?;
        if len > self.max_message {
            return None;
        }
        let (body, after) = rest.split_at_checked(len)?;
        text::check(format, body, 0)
            .is_ok()
            .then_some((format, body, after))
    }

    /// Takes so many bytes of whole frames.
    pub(crate) fn take(&mut self, len: usize) -> &[u8] {
        let range = self.read.consume(len);
        self.read.slice(range)
    }

    /// The stream has ended. An error if that was inside a frame.
    pub(crate) fn finish(&self) -> Result<(), WireError> {
        self.read.finish(|unread| {
            let header = unread
                .first_chunk()
                .map(|header| Header::decode(*header, self.read.position(), self.max_message));
            let total = HEADER_LEN + header.transpose()?.map_or(0, |header| header.len as usize);
            Ok(total.saturating_sub(unread.len()))
        })
    }
}
