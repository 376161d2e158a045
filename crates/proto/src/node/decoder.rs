//! Cuts a received byte stream into payloads.

use std::ops::Range;

use crate::body::{Body, no_memory};
use crate::error::WireError;
use crate::event::Format;

/// Size of the buffer that reads go into, in bytes: what libuv reads at a time.
const BUFFER: usize = 64 * 1024;

/// Bytes of a length in the advanced mode.
const LENGTH: usize = 4;

/// A payload. An error costs this one only: there was no memory for it.
pub(crate) type Payload = Result<Body, WireError>;

#[derive(Debug)]
pub(crate) struct Decoder {
    format: Format,
    buffer: Box<[u8]>,
    start: usize,
    end: usize,
    /// Bytes behind `start` that hold no line end (json).
    scanned: usize,
    /// The beginning of a message that is larger than the buffer.
    long: Option<Long>,
    /// Stream offset of the first byte that belongs to no complete message.
    position: u64,
    max: usize,
}

#[derive(Debug)]
struct Long {
    bytes: Vec<u8>,
    /// Bytes that have come.
    len: usize,
    /// There was no memory for them all, and nothing is kept.
    lost: bool,
    /// Length of the whole payload, where it is known (advanced).
    total: Option<usize>,
}

impl Long {
    fn new(total: Option<usize>) -> Self {
        Self {
            bytes: Vec::new(),
            len: 0,
            lost: false,
            total,
        }
    }

    /// The memory grows with what comes: a length alone costs nothing.
    fn extend(&mut self, part: &[u8]) {
        self.len += part.len();
        if !self.lost && self.bytes.try_reserve(part.len()).is_err() {
            self.lost = true;
            self.bytes = Vec::new();
        }
        if !self.lost {
            self.bytes.extend_from_slice(part);
        }
    }

    fn into_body(self, position: u64) -> Result<Body, WireError> {
        if self.lost {
            return Err(no_memory(self.len, position));
        }
        Ok(Body::Owned(self.bytes))
    }
}

impl Decoder {
    pub(crate) fn new(format: Format, max: usize) -> Self {
        let buffer = vec![0; BUFFER].into_boxed_slice();
        Self {
            format,
            buffer,
            start: 0,
            end: 0,
            scanned: 0,
            long: None,
            position: 0,
            max,
        }
    }

    /// Where the transport puts what it reads next: never empty, as long as every payload was taken before.
    pub(crate) fn spare(&mut self) -> &mut [u8] {
        if self.start > 0 {
            self.buffer.copy_within(self.start..self.end, 0);
            self.end -= self.start;
            self.start = 0;
        }
        &mut self.buffer[self.end..]
    }

    pub(crate) fn advance(&mut self, bytes: usize) {
        self.end += bytes;
    }

    /// Bytes held of messages that are not complete.
    pub(crate) fn buffered(&self) -> usize {
        self.end - self.start + self.long.as_ref().map_or(0, |long| long.bytes.len())
    }

    pub(crate) fn position(&self) -> u64 {
        self.position
    }

    pub(crate) fn slice(&self, range: Range<usize>) -> &[u8] {
        &self.buffer[range]
    }

    /// The next whole payload.
    pub(crate) fn next_payload(&mut self) -> Result<Option<Payload>, WireError> {
        match self.format {
            Format::Json => self.next_line(),
            Format::Clone => self.next_block(),
        }
    }

    fn next_line(&mut self) -> Result<Option<Payload>, WireError> {
        let fresh = self.start + self.scanned..self.end;
        let Some(found) = memchr::memchr(b'\n', &self.buffer[fresh.clone()]) else {
            self.scanned = self.end - self.start;
            let begun = self.long.as_ref().map_or(0, |long| long.len);
            self.check(begun + self.scanned)?;
            if self.long.is_some() || self.scanned == self.buffer.len() {
                let long = self.long.get_or_insert_with(|| Long::new(None));
                long.extend(&self.buffer[self.start..self.end]);
                self.start = self.end;
                self.scanned = 0;
            }
            return Ok(None);
        };
        let line = self.start..fresh.start + found;
        self.start = line.end + 1;
        self.scanned = 0;
        let Some(mut long) = self.long.take() else {
            self.check(line.len())?;
            self.position += line.len() as u64 + 1;
            return Ok(Some(Ok(Body::Buffered(line))));
        };
        self.check(long.len + line.len())?;
        long.extend(&self.buffer[line]);
        let position = self.position;
        self.position += long.len as u64 + 1;
        Ok(Some(long.into_body(position)))
    }

    fn next_block(&mut self) -> Result<Option<Payload>, WireError> {
        if self.long.is_none() {
            let available = &self.buffer[self.start..self.end];
            let Some(length) = available.first_chunk::<LENGTH>() else {
                return Ok(None);
            };
            let total = u32::from_be_bytes(*length) as usize;
            self.check(total)?;
            if available.len() - LENGTH >= total {
                let block = self.start + LENGTH..self.start + LENGTH + total;
                self.start = block.end;
                self.position += (LENGTH + total) as u64;
                return Ok(Some(Ok(Body::Buffered(block))));
            }
            if LENGTH + total <= self.buffer.len() {
                return Ok(None);
            }
            self.start += LENGTH;
            self.long = Some(Long::new(Some(total)));
        }
        let Some(long) = &mut self.long else {
            return Ok(None);
        };
        let total = long.total.unwrap_or(0);
        let taken = (total - long.len).min(self.end - self.start);
        long.extend(&self.buffer[self.start..self.start + taken]);
        self.start += taken;
        if long.len < total {
            return Ok(None);
        }
        let position = self.position;
        self.position += (LENGTH + total) as u64;
        Ok(self.long.take().map(|long| long.into_body(position)))
    }

    fn check(&self, len: usize) -> Result<(), WireError> {
        if len <= self.max {
            return Ok(());
        }
        Err(WireError::TooLarge {
            len: len as u64,
            max: self.max as u64,
            position: self.position,
        })
    }

    /// The stream has ended: an error if that was inside a message.
    pub(crate) fn finish(&self) -> Result<(), WireError> {
        if self.buffered() == 0 && self.long.is_none() {
            return Ok(());
        }
        let missing = match &self.long {
            Some(Long {
                total: Some(total),
                len,
                ..
            }) => total - len,
            _ => 1,
        };
        Err(WireError::Truncated {
            position: self.position,
            missing: missing as u64,
        })
    }
}
