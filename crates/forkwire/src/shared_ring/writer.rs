//! The writing end.

use std::time::Duration;

use super::layout::{Ring, word};
use super::{RingError, deadline, in_time, left};

/// The writing end of a [`SharedRing`](crate::SharedRing). Dropping it closes it.
#[derive(Debug)]
pub struct RingWriter {
    pub(super) ring: Ring,
    /// Own counters are never read back from the memory.
    pub(super) written: u32,
}

impl RingWriter {
    /// Copies a message into the next slot. Blocks this thread while all slots are full, for at most `timeout`.
    ///
    /// # Errors
    /// [`RingError::Closed`] if the reader has closed, [`RingError::TimedOut`], [`RingError::TooLarge`],
    /// [`RingError::Malformed`]
    pub fn write(&mut self, message: &[u8], timeout: Option<Duration>) -> Result<(), RingError> {
        let deadline = deadline(timeout);
        while !self.try_write(message)? {
            if self.waits()? {
                let left = left(deadline);
                let outcome = self.ring.memory.wait(word::WRITER_WAITS, 1, left)?;
                in_time(outcome)?;
            }
        }
        Ok(())
    }

    /// As [`write`](Self::write), without blocking the thread.
    ///
    /// # Errors
    /// Those of [`write`](Self::write).
    pub async fn write_async(&mut self, message: &[u8], timeout: Option<Duration>) -> Result<(), RingError> {
        let deadline = deadline(timeout);
        while !self.try_write(message)? {
            if self.waits()? {
                let left = left(deadline);
                let outcome = self.ring.memory.wait_async(word::WRITER_WAITS, 1, left).await?;
                in_time(outcome)?;
            }
        }
        Ok(())
    }

    /// Copies a message into the next slot. Returns false if all slots are full.
    ///
    /// # Errors
    /// Those of [`write`](Self::write).
    pub fn try_write(&mut self, message: &[u8]) -> Result<bool, RingError> {
        let (length, most) = (message.len(), self.ring.layout.bytes as usize);
        if length > most {
            return Err(RingError::TooLarge { length, most });
        }
        if self.ring.load(word::READER_CLOSED) != 0 {
            return Err(RingError::Closed);
        }
        if self.free()? == 0 {
            return Ok(false);
        }
        let layout = self.ring.layout;
        self.ring.memory.write_at(message, layout.place(self.written))?;
        #[allow(clippy::cast_possible_truncation)] // at most the bytes of a slot
        self.ring.store(layout.length(self.written), length as u32);
        self.written = self.written.wrapping_add(1);
        self.ring.store(word::WRITTEN, self.written);
        self.ring.wake(word::READER_WAITS);
        Ok(true)
    }

    /// Says that nothing follows. The reader gets what is in the slots.
    pub fn close(self) {}

    /// Free slots.
    pub(super) fn free(&self) -> Result<u32, RingError> {
        let used = self.written.wrapping_sub(self.ring.load(word::READ));
        let free = self.ring.layout.slots.checked_sub(used);
        free.ok_or(RingError::Malformed("it was read further than it was written"))
    }

    /// Announces that this end waits. False: there is no need to.
    fn waits(&self) -> Result<bool, RingError> {
        self.ring.store(word::WRITER_WAITS, 1);
        // What the reader does from here on, it announces. So what it did before is looked at once more.
        if self.free()? > 0 || self.ring.load(word::READER_CLOSED) != 0 {
            self.ring.store(word::WRITER_WAITS, 0);
            return Ok(false);
        }
        Ok(true)
    }
}

impl Drop for RingWriter {
    fn drop(&mut self) {
        self.ring.store(word::WRITER_CLOSED, 1);
        self.ring.wake(word::READER_WAITS);
    }
}
