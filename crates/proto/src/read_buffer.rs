//! Bytes that were read and not decoded yet: the part that the decoders of both wires share.

#[cfg(test)]
mod tests;

use std::ops::Range;

use crate::body::{Body, Growing, Lost, Memory};
use crate::error::WireError;

/// Size of the buffer for reads, in bytes: as much as libuv reads at a time.
pub(crate) const BUFFER: usize = 64 * 1024;

/// A body of at least this size that is not completely in the buffer is received into its own memory, which then goes to
/// the application without a copy.
pub(crate) const LARGE: usize = 16 * 1024;

/// Bytes that are read beyond a large body. Enough for the next header and for small messages, and little to copy if what
/// follows is large too.
const BEYOND: usize = 4 * 1024;

/// A whole frame of a wire whose frames have the header `H`.
#[derive(Debug)]
pub(crate) struct Frame<H> {
    pub(crate) header: H,
    /// Stream offset of its first byte.
    pub(crate) position: u64,
    /// An error costs this frame only.
    pub(crate) body: Result<Body, Lost>,
}

#[derive(Debug)]
struct Large<H> {
    header: H,
    position: u64,
    body: Growing,
}

/// The received bytes that belong to no whole frame. A wire's decoder finds where its frames begin and end.
#[derive(Debug)]
pub(crate) struct ReadBuffer<H> {
    bytes: Box<[u8]>,
    start: usize,
    end: usize,
    /// Stream offset of `start`, or of the end of `large`.
    position: u64,
    /// A frame that is received into its own memory. The buffer contains at most what was read beyond it.
    large: Option<Large<H>>,
    /// The last frame was large, and the next may be: little is read before its header is known.
    after_large: bool,
    memory: Memory,
}

impl<H> ReadBuffer<H> {
    pub(crate) fn new(memory: Memory) -> Self {
        Self {
            bytes: vec![0; BUFFER].into_boxed_slice(),
            start: 0,
            end: 0,
            position: 0,
            large: None,
            after_large: false,
            memory,
        }
    }

    /// The place for the transport's next read. Never empty if every frame was taken before.
    pub(crate) fn spare(&mut self) -> &mut [u8] {
        self.spares().0
    }

    /// The same, and where the transport may put what follows once the first is full. That may be empty.
    pub(crate) fn spares(&mut self) -> (&mut [u8], &mut [u8]) {
        if let Some(large) = &mut self.large {
            let missing = large.body.missing();
            let body = large.body.spare();
            let beyond = if body.len() == missing { BEYOND } else { 0 };
            return (body, &mut self.bytes[..beyond]);
        }
        if self.start > 0 {
            self.bytes.copy_within(self.start..self.end, 0);
            self.end -= self.start;
            self.start = 0;
        }
        let spare = &mut self.bytes[self.end..];
        let most = if self.after_large { BEYOND } else { spare.len() };
        let most = most.min(spare.len());
        (&mut spare[..most], &mut [])
    }

    /// The transport put `bytes` into [`Self::spares`].
    pub(crate) fn advance(&mut self, bytes: usize) {
        let mut beyond = bytes;
        if let Some(large) = &mut self.large {
            let body = bytes.min(large.body.missing());
            large.body.advance(body);
            beyond -= body;
        }
        self.end += beyond;
    }

    /// Bytes of incomplete frames.
    pub(crate) fn buffered(&self) -> usize {
        self.large.as_ref().map_or(0, |large| large.body.kept()) + (self.end - self.start)
    }

    /// Stream offset of the first byte that was not consumed and belongs to no whole frame.
    pub(crate) fn position(&self) -> u64 {
        self.large.as_ref().map_or(self.position, |large| large.position)
    }

    /// What was read, except for a frame in its own memory.
    #[inline]
    pub(crate) fn unread(&self) -> &[u8] {
        &self.bytes[self.start..self.end]
    }

    /// A body in the buffer. Valid until the next call of [`Self::spare`].
    #[inline]
    pub(crate) fn slice(&self, range: Range<usize>) -> &[u8] {
        &self.bytes[range]
    }

    /// Takes `len` bytes of [`Self::unread`], and returns their place.
    #[inline]
    pub(crate) fn consume(&mut self, len: usize) -> Range<usize> {
        let start = self.start;
        self.start += len;
        self.position += len as u64;
        start..self.start
    }

    /// Whether a frame has its own memory. [`Self::take_large`] returns it before others are looked for.
    #[inline]
    pub(crate) fn has_large(&self) -> bool {
        self.large.is_some()
    }

    /// The header of a frame that has memory of its own and is not whole.
    pub(crate) fn large_header(&self) -> Option<&H> {
        self.large.as_ref().map(|large| &large.header)
    }

    /// What has arrived of a body that has memory of its own and is not whole.
    pub(crate) fn large_beginning(&self) -> Option<&[u8]> {
        self.large.as_ref()?.body.received()
    }

    /// The frame in its own memory, once it is complete.
    pub(crate) fn take_large(&mut self) -> Option<Frame<H>> {
        let large = self.large.take_if(|large| large.body.is_whole())?;
        self.after_large = true;
        Some(Frame {
            header: large.header,
            position: large.position,
            body: large.body.into_body(),
        })
    }

    /// Takes the frame at the front, whose `header` has `head` bytes (all of them read) and whose body has `len`. `None`
    /// if it is not whole yet; a large one gets memory of its own then.
    #[inline]
    pub(crate) fn take_frame(&mut self, header: H, head: usize, len: usize) -> Option<Frame<H>> {
        if self.end - self.start >= head + len {
            let position = self.position;
            return Some(Frame {
                header,
                position,
                body: Ok(Body::Buffered(self.take_body(head, len))),
            });
        }
        self.after_large &= len >= LARGE;
        if len >= LARGE {
            self.begin_large(header, head, len);
        }
        None
    }

    /// Takes a frame of which all `head + len` bytes are in the buffer, and returns the place of its body.
    #[inline]
    pub(crate) fn take_body(&mut self, head: usize, len: usize) -> Range<usize> {
        self.after_large &= len >= LARGE;
        let all = self.consume(head + len);
        all.start + head..all.end
    }

    #[cold]
    fn begin_large(&mut self, header: H, head: usize, len: usize) {
        let body = Growing::new(len, &self.unread()[head..], self.memory);
        self.large = Some(Large {
            header,
            position: self.position,
            body,
        });
        (self.start, self.end) = (0, 0);
        self.position += (head + len) as u64;
    }

    /// A buffer that begins at byte `position` of the stream.
    pub(crate) fn resume(memory: Memory, position: u64) -> Self {
        Self {
            position,
            ..Self::new(memory)
        }
    }

    /// The bytes of frames that are not whole, as they came. `head` writes the bytes of a header. `None` if some of them are
    /// gone, because there was no memory for them.
    pub(crate) fn unfinished(&self, head: impl FnOnce(&H) -> Vec<u8>) -> Option<Vec<u8>> {
        let Some(large) = &self.large else {
            return Some(self.unread().to_vec());
        };
        let mut bytes = head(&large.header);
        bytes.extend_from_slice(large.body.received()?);
        Some(bytes)
    }

    /// The stream has ended: an error if that was inside a frame. `missing` counts, from what was read of a frame, the bytes
    /// that it lacks.
    pub(crate) fn finish(
        &self,
        missing: impl FnOnce(&[u8]) -> Result<usize, WireError>,
    ) -> Result<(), WireError> {
        let missing = match &self.large {
            Some(large) => large.body.missing(),
            None if self.start == self.end => return Ok(()),
            None => missing(self.unread())?,
        };
        Err(WireError::Truncated {
            position: self.position(),
            missing: missing as u64,
        })
    }
}
