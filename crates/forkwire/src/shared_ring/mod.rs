//! A ring of slots in shared memory: a queue from one process to another.

mod layout;
mod reader;
#[cfg(test)]
mod tests;
mod writer;

use std::io;
use std::time::{Duration, Instant};

use thiserror::Error;

use self::layout::{Layout, Ring, word};
pub use self::reader::RingReader;
pub use self::writer::RingWriter;
use crate::shared_memory::{SharedMemory, WaitOutcome};

/// A queue in shared memory, with one writer and one reader, which may be in different processes. What is written lies in
/// slots of a fixed size. A writer waits while all slots are full, and a reader while all are empty; otherwise neither makes
/// a system call. In Node it is the class `SharedRing`.
///
/// Its [`memory`](Self::memory) is what is sent. Neither end trusts the other: what cannot be is
/// [`RingError::Malformed`].
///
/// ```
/// # #[cfg(any(target_os = "linux", target_os = "macos", windows))] {
/// use forkwire::SharedRing;
///
/// let ring = SharedRing::create(8, 64 * 1024)?;
/// let other = SharedRing::open(ring.memory().clone())?; // in another process
/// let (mut writer, mut reader) = (ring.into_writer()?, other.into_reader()?);
/// writer.write(b"a message", None)?;
/// let mut message = Vec::new();
/// assert!(reader.read(&mut message, None)?);
/// assert_eq!(message, b"a message");
/// # }
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
pub struct SharedRing(Ring);

/// Why a ring cannot be used.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum RingError {
    /// What is in the memory cannot be: it is not a ring, or the other end is at fault.
    #[error("the ring is malformed: {0}")]
    Malformed(&'static str),
    /// The other end has closed.
    #[error("the other end of the ring is closed")]
    Closed,
    /// The time is over.
    #[error("the other end of the ring did not come in time")]
    TimedOut,
    /// The message is larger than a slot.
    #[error("a message of {length} bytes does not fit into a slot of {most}")]
    TooLarge {
        /// Its length in bytes.
        length: usize,
        /// That of a slot.
        most: usize,
    },
    /// The system failed.
    #[error("the memory of the ring failed")]
    Io(#[from] io::Error),
}

impl SharedRing {
    /// A ring of `slots` slots, a power of two, of `bytes` bytes each.
    ///
    /// # Errors
    /// `InvalidInput` for other sizes; those of [`SharedMemory::create`].
    pub fn create(slots: u32, bytes: u32) -> io::Result<Self> {
        Ring::create(Layout { slots, bytes }).map(Self)
    }

    /// The ring that another process made.
    ///
    /// # Errors
    /// [`RingError::Malformed`] if the memory does not hold a ring.
    pub fn open(memory: SharedMemory) -> Result<Self, RingError> {
        Ring::open(memory).map(Self)
    }

    /// Its memory, to be sent to the other end.
    pub fn memory(&self) -> &SharedMemory {
        &self.0.memory
    }

    /// How many messages it holds.
    pub fn slots(&self) -> u32 {
        self.0.layout.slots
    }

    /// The most bytes of one message.
    pub fn slot_bytes(&self) -> u32 {
        self.0.layout.bytes
    }

    /// The writing end. It goes on where the last writer ended. A ring has one writer at a time.
    ///
    /// # Errors
    /// [`RingError::Malformed`]
    pub fn into_writer(self) -> Result<RingWriter, RingError> {
        let written = self.0.load(word::WRITTEN);
        let writer = RingWriter {
            ring: self.0,
            written,
        };
        writer.free()?;
        writer.ring.store(word::WRITER_CLOSED, 0);
        Ok(writer)
    }

    /// The reading end. It goes on where the last reader ended. A ring has one reader at a time.
    ///
    /// # Errors
    /// [`RingError::Malformed`]
    pub fn into_reader(self) -> Result<RingReader, RingError> {
        let read = self.0.load(word::READ);
        let reader = RingReader { ring: self.0, read };
        reader.filled()?;
        reader.ring.store(word::READER_CLOSED, 0);
        Ok(reader)
    }
}

fn deadline(timeout: Option<Duration>) -> Option<Instant> {
    timeout.and_then(|timeout| Instant::now().checked_add(timeout))
}

fn left(deadline: Option<Instant>) -> Option<Duration> {
    deadline.map(|at| at.saturating_duration_since(Instant::now()))
}

fn in_time(outcome: WaitOutcome) -> Result<(), RingError> {
    match outcome {
        WaitOutcome::TimedOut => Err(RingError::TimedOut),
        WaitOutcome::Ok | WaitOutcome::NotEqual => Ok(()),
    }
}
