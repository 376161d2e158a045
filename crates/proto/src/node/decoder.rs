//! Cuts a received byte stream into payloads.

use std::ops::Range;

use crate::error::WireError;
use crate::event::Format;

/// Size of the buffer that reads go into, in bytes: what libuv reads at a time.
const BUFFER: usize = 64 * 1024;

/// Bytes of a length in the advanced mode.
const LENGTH: usize = 4;

/// A payload, in the decoder's buffer or owned.
#[derive(Debug)]
pub(crate) enum Body {
    Buffered(Range<usize>),
    Owned(Vec<u8>),
}

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
    /// Length of the whole payload, where it is known (advanced).
    total: Option<usize>,
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
    pub(crate) fn next_payload(&mut self) -> Result<Option<Body>, WireError> {
        match self.format {
            Format::Json => self.next_line(),
            Format::Clone => self.next_block(),
        }
    }

    fn next_line(&mut self) -> Result<Option<Body>, WireError> {
        let fresh = self.start + self.scanned..self.end;
        let Some(found) = memchr::memchr(b'\n', &self.buffer[fresh.clone()]) else {
            self.scanned = self.end - self.start;
            self.check(self.buffered())?;
            if self.long.is_some() || self.scanned == self.buffer.len() {
                let long = self.long.get_or_insert_with(|| Long {
                    bytes: Vec::new(),
                    total: None,
                });
                long.bytes.extend_from_slice(&self.buffer[self.start..self.end]);
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
            return Ok(Some(Body::Buffered(line)));
        };
        self.check(long.bytes.len() + line.len())?;
        long.bytes.extend_from_slice(&self.buffer[line]);
        self.position += long.bytes.len() as u64 + 1;
        Ok(Some(Body::Owned(long.bytes)))
    }

    fn next_block(&mut self) -> Result<Option<Body>, WireError> {
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
                return Ok(Some(Body::Buffered(block)));
            }
            if LENGTH + total <= self.buffer.len() {
                return Ok(None);
            }
            self.start += LENGTH;
            // The memory grows with what comes: a length alone costs nothing.
            self.long = Some(Long {
                bytes: Vec::new(),
                total: Some(total),
            });
        }
        let Some(long) = &mut self.long else {
            return Ok(None);
        };
        let total = long.total.unwrap_or(0);
        let taken = (total - long.bytes.len()).min(self.end - self.start);
        long.bytes
            .extend_from_slice(&self.buffer[self.start..self.start + taken]);
        self.start += taken;
        if long.bytes.len() < total {
            return Ok(None);
        }
        self.position += (LENGTH + total) as u64;
        Ok(self.long.take().map(|long| Body::Owned(long.bytes)))
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
                bytes,
            }) => total - bytes.len(),
            _ => 1,
        };
        Err(WireError::Truncated {
            position: self.position,
            missing: missing as u64,
        })
    }
}
