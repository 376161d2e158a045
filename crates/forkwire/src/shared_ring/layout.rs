//! Where things lie in the memory of a ring. `docs/shared-memory.md` has the same table, and `src/memory/ring-layout.ts`.

use std::io;
use std::sync::atomic::{AtomicU32, Ordering};

use super::RingError;
use crate::shared_memory::SharedMemory;

/// "ring" in the order of the bytes.
const MAGIC: u32 = 0x676e_6972;
const VERSION: u32 = 1;

/// Places of numbers, in steps of 4 bytes. What the two ends write is on lines of the processor's cache of their own.
pub(super) mod word {
    pub(crate) const MAGIC: usize = 0;
    pub(crate) const VERSION: usize = 1;
    pub(crate) const SLOTS: usize = 2;
    pub(crate) const BYTES: usize = 3;
    /// Slots that were written since the start, modulo 2^32. The writer writes it.
    pub(crate) const WRITTEN: usize = 16;
    /// 1 while the reader waits. The reader sets it, and the writer takes it back.
    pub(crate) const READER_WAITS: usize = 17;
    /// 1 once the writer has closed.
    pub(crate) const WRITER_CLOSED: usize = 18;
    /// Slots that were read since the start, modulo 2^32. The reader writes it.
    pub(crate) const READ: usize = 32;
    /// 1 while the writer waits.
    pub(crate) const WRITER_WAITS: usize = 33;
    /// 1 once the reader has closed.
    pub(crate) const READER_CLOSED: usize = 34;
    /// The lengths of what is in the slots.
    pub(crate) const LENGTHS: usize = 48;
}

/// A line of the processor's cache, in bytes.
const LINE: usize = 64;

/// The sizes of a ring. They are read from its memory once, because the other process could change them there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Layout {
    pub(super) slots: u32,
    pub(super) bytes: u32,
}

impl Layout {
    /// Bytes of the whole ring.
    ///
    /// # Errors
    /// `InvalidInput` if it is not a layout: the number of slots is a power of two, so that it divides the range of the counters.
    pub(super) fn size(self) -> io::Result<usize> {
        let good = self.slots.is_power_of_two() && self.bytes > 0;
        let data = (self.slots as usize).checked_mul(self.stride());
        match data.and_then(|data| data.checked_add(self.data())) {
            Some(size) if good => Ok(size),
            _ => Err(io::Error::new(
                io::ErrorKind::InvalidInput,
                "the slots of a ring are a power of two, of at least one byte each",
            )),
        }
    }

    fn data(self) -> usize {
        (word::LENGTHS * 4 + self.slots as usize * 4).next_multiple_of(LINE)
    }

    fn stride(self) -> usize {
        (self.bytes as usize).next_multiple_of(LINE)
    }

    fn slot(self, counter: u32) -> usize {
        (counter % self.slots) as usize
    }

    /// Where the bytes of a slot begin.
    pub(super) fn place(self, counter: u32) -> usize {
        self.data() + self.slot(counter) * self.stride()
    }

    /// Where its length is.
    pub(super) fn length(self, counter: u32) -> usize {
        word::LENGTHS + self.slot(counter)
    }
}

/// The memory of a ring.
#[derive(Clone, Debug)]
pub(super) struct Ring {
    pub(super) memory: SharedMemory,
    pub(super) layout: Layout,
}

impl Ring {
    pub(super) fn create(layout: Layout) -> io::Result<Self> {
        let memory = SharedMemory::create(layout.size()?)?;
        let ring = Self { memory, layout };
        for (index, value) in [
            (word::VERSION, VERSION),
            (word::SLOTS, layout.slots),
            (word::BYTES, layout.bytes),
            (word::MAGIC, MAGIC),
        ] {
            ring.store(index, value);
        }
        Ok(ring)
    }

    pub(super) fn open(memory: SharedMemory) -> Result<Self, RingError> {
        let word = |index| memory.atomic_u32(index).map(|word| word.load(Ordering::SeqCst));
        let (magic, version) = (word(word::MAGIC), word(word::VERSION));
        if magic != Some(MAGIC) || version != Some(VERSION) || memory.is_frozen() {
            return Err(RingError::Malformed("it is not a ring of this version"));
        }
        let layout = Layout {
            slots: word(word::SLOTS).unwrap_or_default(),
            bytes: word(word::BYTES).unwrap_or_default(),
        };
        // Where memory has whole pages, there is more of it.
        if layout.size().map_or(true, |size| size > memory.len()) {
            return Err(RingError::Malformed("it does not fit into its memory"));
        }
        Ok(Self { memory, layout })
    }

    /// A number that is in every ring: [`Ring::open`] has checked the size of the memory.
    fn word(&self, index: usize) -> Option<&AtomicU32> {
        self.memory.atomic_u32(index)
    }

    pub(super) fn load(&self, index: usize) -> u32 {
        self.word(index).map_or(0, |word| word.load(Ordering::SeqCst))
    }

    pub(super) fn store(&self, index: usize, value: u32) {
        if let Some(word) = self.word(index) {
            word.store(value, Ordering::SeqCst);
        }
    }

    /// Wakes the other end, if it waits.
    pub(super) fn wake(&self, index: usize) {
        let waits =
            |word: &AtomicU32| word.load(Ordering::SeqCst) != 0 && word.swap(0, Ordering::SeqCst) != 0;
        if self.word(index).is_some_and(waits) {
            // It fails for an index beyond the memory only.
            let _ = self.memory.notify(index, u32::MAX);
        }
    }
}
