//! The reading end.

use std::time::Duration;

use super::layout::{Ring, word};
use super::{RingError, deadline, in_time, left};

/// The reading end of a [`SharedRing`](crate::SharedRing). Dropping it closes it.
#[derive(Debug)]
pub struct RingReader {
    pub(super) ring: Ring,
    pub(super) read: u32,
}

impl RingReader {
    /// Moves the next message into `message`, in place of what is there. Blocks this thread while there is none, for at most
    /// `timeout`. Returns false if the writer has closed and everything was read.
    ///
    /// # Errors
    /// [`RingError::TimedOut`], [`RingError::Malformed`]
    pub fn read(&mut self, message: &mut Vec<u8>, timeout: Option<Duration>) -> Result<bool, RingError> {
        let deadline = deadline(timeout);
        while !self.try_read(message)? {
            if self.is_over()? {
                return Ok(false);
            }
            if self.waits()? {
                let left = left(deadline);
                let outcome = self.ring.memory.wait(word::READER_WAITS, 1, left)?;
                in_time(outcome)?;
            }
        }
        Ok(true)
    }

    /// As [`read`](Self::read), without blocking the thread.
    ///
    /// # Errors
    /// Those of [`read`](Self::read).
    pub async fn read_async(
        &mut self,
        message: &mut Vec<u8>,
        timeout: Option<Duration>,
    ) -> Result<bool, RingError> {
        let deadline = deadline(timeout);
        while !self.try_read(message)? {
            if self.is_over()? {
                return Ok(false);
            }
            if self.waits()? {
                let left = left(deadline);
                let outcome = self.ring.memory.wait_async(word::READER_WAITS, 1, left).await?;
                in_time(outcome)?;
            }
        }
        Ok(true)
    }

    /// Moves the next message into `message`. Returns false if there is none now.
    ///
    /// # Errors
    /// [`RingError::Malformed`]
    pub fn try_read(&mut self, message: &mut Vec<u8>) -> Result<bool, RingError> {
        if self.filled()? == 0 {
            return Ok(false);
        }
        let layout = self.ring.layout;
        let length = self.ring.load(layout.length(self.read));
        if length > layout.bytes {
            return Err(RingError::Malformed("a message is longer than a slot"));
        }
        message.resize(length as usize, 0);
        self.ring.memory.read_at(message, layout.place(self.read))?;
        self.read = self.read.wrapping_add(1);
        self.ring.store(word::READ, self.read);
        self.ring.wake(word::WRITER_WAITS);
        Ok(true)
    }

    /// Messages that can be read now.
    pub(super) fn filled(&self) -> Result<u32, RingError> {
        let filled = self.ring.load(word::WRITTEN).wrapping_sub(self.read);
        if filled > self.ring.layout.slots {
            return Err(RingError::Malformed("more was written than it has slots"));
        }
        Ok(filled)
    }

    /// Whether nothing follows: the writer has closed, and had not written anything before.
    fn is_over(&self) -> Result<bool, RingError> {
        Ok(self.ring.load(word::WRITER_CLOSED) != 0 && self.filled()? == 0)
    }

    /// Announces that this end waits. False: there is no need to.
    fn waits(&self) -> Result<bool, RingError> {
        self.ring.store(word::READER_WAITS, 1);
        if self.filled()? > 0 || self.ring.load(word::WRITER_CLOSED) != 0 {
            self.ring.store(word::READER_WAITS, 0);
            return Ok(false);
        }
        Ok(true)
    }
}

impl Drop for RingReader {
    fn drop(&mut self) {
        self.ring.store(word::READER_CLOSED, 1);
        self.ring.wake(word::WRITER_WAITS);
    }
}
