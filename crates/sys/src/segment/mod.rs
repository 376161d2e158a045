//! Memory that several processes have mapped.
//!
//! A [`Segment`] is a mapping of anonymous memory whose size nobody can change. That is what makes it safe to touch: where a
//! file that is mapped shrinks, an access raises `SIGBUS`. [`Segment::open`] checks what a peer sent before it maps it.
//!
//! - Linux: a file of `memfd_create(2)`, sealed when it is made. Another seal freezes it.
//! - Windows: a section that the paging file backs.
//! - macOS: an object of `shm_open(3)` whose name is removed at once.
//!
//! A process maps each memory once, however often it arrives: [`Segment::open`] returns the mapping that is there already.

mod bytes;
#[cfg(target_os = "linux")]
mod linux;
#[cfg(target_os = "macos")]
mod macos;
mod registry;
#[cfg(test)]
mod tests;
#[cfg(not(any(target_os = "linux", target_os = "macos", windows)))]
mod unsupported;
mod wait;
#[cfg(windows)]
mod windows;

use std::io;
use std::ptr::NonNull;
use std::sync::atomic::{AtomicBool, AtomicI32, AtomicU32, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

#[cfg(target_os = "linux")]
use self::linux as system;
#[cfg(target_os = "macos")]
use self::macos as system;
use self::registry::Kept;
#[cfg(not(any(target_os = "linux", target_os = "macos", windows)))]
use self::unsupported as system;
pub use self::wait::{Done, Ticket, Wait, WaitOutcome, cancel, notify, start};
#[cfg(windows)]
use self::windows as system;
use crate::os;

/// What is known of a handle that can be mapped safely.
#[derive(Clone, Copy, Debug)]
struct Checked {
    /// Which memory it is, together with what [`system::is_same`] compares.
    id: system::Id,
    /// Bytes.
    length: usize,
    frozen: bool,
}

/// A mapping of shared memory. It is unmapped when the last reference is dropped.
#[derive(Debug)]
pub struct Segment {
    address: NonNull<u8>,
    length: usize,
    id: system::Id,
    frozen: AtomicBool,
    /// What other processes are given. `None`: it was closed, so that this process does not run out of descriptors.
    handle: Mutex<Option<Kept>>,
}

// SAFETY: the memory is reached through atomics only, and stays mapped as long as the segment lives.
unsafe impl Send for Segment {}
// SAFETY: as above.
unsafe impl Sync for Segment {}

impl Segment {
    /// New memory of `length` bytes, all zero; on Windows and macOS, rounded up to whole pages. Pages are taken from the system
    /// when they are first touched.
    ///
    /// # Errors
    /// `InvalidInput` for a length of 0, `Unsupported` on systems other than Linux, macOS and Windows, and those of
    /// `memfd_create(2)`, ftruncate(2) and mmap(2).
    pub fn create(length: usize) -> io::Result<Arc<Self>> {
        if length == 0 {
            let what = "shared memory has at least one byte";
            return Err(io::Error::new(io::ErrorKind::InvalidInput, what));
        }
        let handle = system::create(length)?;
        let checked = system::check(&handle)?;
        Self::map(&checked, Kept::own(handle), &mut registry::lock())
    }

    /// Maps memory that another process made, or finds the mapping of it that this process has.
    ///
    /// # Errors
    /// `InvalidInput`, with the reason, if it is not memory that can be mapped safely: its size could change, or it is
    /// something else. Those of mmap(2).
    pub fn open(handle: os::Handle) -> io::Result<Arc<Self>> {
        if let Some(known) = known(&handle) {
            return Ok(known);
        }
        let checked = system::check(&handle)?;
        let mut others = Vec::new();
        let mut registry = registry::lock();
        if let Some(known) = registry.find(&checked, &handle, &mut others) {
            known.keep(handle);
            return Ok(known);
        }
        Self::map(&checked, handle, &mut registry)
    }

    /// The mapping that begins at `address`, if it is one of shared memory.
    pub fn at(address: usize) -> Option<Arc<Self>> {
        registry::lock().at(address)
    }

    fn map(
        checked: &Checked,
        handle: impl Into<Kept>,
        registry: &mut registry::Registry,
    ) -> io::Result<Arc<Self>> {
        let handle: Kept = handle.into();
        let address = system::map(handle.as_handle(), checked.length, checked.frozen)?;
        let segment = Arc::new(Self {
            address,
            length: checked.length,
            id: checked.id,
            frozen: AtomicBool::new(checked.frozen),
            handle: Mutex::new(handle.within_limit()),
        });
        registry.add(&segment);
        Ok(segment)
    }

    /// Bytes.
    pub fn len(&self) -> usize {
        self.length
    }

    /// Never: memory has at least one byte.
    pub fn is_empty(&self) -> bool {
        false
    }

    /// Where the memory begins. It starts a page. Other processes may write there at any time.
    pub fn as_ptr(&self) -> *mut u8 {
        self.address.as_ptr()
    }

    /// Whether nobody can write this memory any more, in any process. What a program writes into frozen memory after all
    /// is seen in its own process only.
    pub fn is_frozen(&self) -> bool {
        self.frozen.load(Ordering::Acquire)
    }

    /// Ends writing to this memory for good, in all processes: seals it (`F_SEAL_WRITE`, fcntl(2)). The mapping of this process
    /// becomes one that copies a page when it is written.
    ///
    /// What another thread writes meanwhile is lost, or part of the frozen memory.
    ///
    /// # Errors
    /// `ResourceBusy` if another process has the memory mapped and could write it. `NotFound` if this process does not have
    /// its descriptor any more. `Unsupported` on systems other than Linux.
    pub fn freeze(&self) -> io::Result<()> {
        let handle = self.handle.lock().unwrap_or_else(PoisonError::into_inner);
        if self.is_frozen() {
            return Ok(());
        }
        let handle = handle.as_ref().ok_or_else(gone)?;
        system::freeze(handle.as_handle(), self.address, self.length)?;
        self.frozen.store(true, Ordering::Release);
        Ok(())
    }

    /// A handle for another process, which is the caller's.
    ///
    /// # Errors
    /// `NotFound` if this process has closed its descriptor, because it received very many memories and keeps those of
    /// others; `EMFILE`.
    pub fn to_handle(&self) -> io::Result<os::Handle> {
        let handle = self.handle.lock().unwrap_or_else(PoisonError::into_inner);
        system::duplicate(handle.as_ref().ok_or_else(gone)?.as_handle())
    }

    /// Lets `look` see the descriptor, which stays this segment's. `None`: it is closed.
    pub fn with_handle<T>(&self, look: impl FnOnce(&os::Handle) -> T) -> Option<T> {
        let handle = self.handle.lock().unwrap_or_else(PoisonError::into_inner);
        handle.as_ref().map(|kept| look(kept.as_handle()))
    }

    /// Whether the handle, whose id is that of this segment, refers to this memory.
    fn is_same(&self, handle: &os::Handle) -> bool {
        self.with_handle(|own| system::is_same(own, handle))
            .unwrap_or(true)
    }

    fn has_handle(&self) -> bool {
        self.with_handle(|_| ()).is_some()
    }

    /// Keeps the descriptor, if none is kept yet.
    fn keep(&self, handle: os::Handle) {
        let mut place = self.handle.lock().unwrap_or_else(PoisonError::into_inner);
        if place.is_none() {
            *place = Kept::from(handle).within_limit();
        }
    }

    /// Copies bytes out of the memory, beginning at `offset`. Each byte is what it was at some time during the call.
    ///
    /// # Errors
    /// `InvalidInput` if the range reaches beyond the memory; nothing is copied then.
    pub fn read_at(&self, into: &mut [u8], offset: usize) -> io::Result<()> {
        let from = self.range(offset, into.len())?;
        // SAFETY: the range lies in the mapping.
        unsafe { bytes::copy_out(from, into) };
        Ok(())
    }

    /// Copies bytes into the memory, beginning at `offset`. Another thread or process may see some of them before others.
    ///
    /// # Errors
    /// `InvalidInput` if the range reaches beyond the memory, and `PermissionDenied` if it is frozen; nothing is copied then.
    pub fn write_at(&self, from: &[u8], offset: usize) -> io::Result<()> {
        if self.is_frozen() {
            return Err(io::Error::new(
                io::ErrorKind::PermissionDenied,
                "the memory is frozen",
            ));
        }
        let into = self.range(offset, from.len())?;
        // SAFETY: the range lies in the mapping.
        unsafe { bytes::copy_in(from, into) };
        Ok(())
    }

    /// The number at `index`, in steps of 4 bytes: in JavaScript, `Atomics` reaches it through an `Int32Array`.
    pub fn atomic_i32(&self, index: usize) -> Option<&AtomicI32> {
        let place = self.element::<AtomicI32>(index)?;
        // SAFETY: aligned and in the mapping, which lives as long as the segment.
        Some(unsafe { AtomicI32::from_ptr(place.cast()) })
    }

    /// As [`atomic_i32`](Self::atomic_i32), without a sign: a `Uint32Array`.
    pub fn atomic_u32(&self, index: usize) -> Option<&AtomicU32> {
        let place = self.element::<AtomicU32>(index)?;
        // SAFETY: aligned and in the mapping, which lives as long as the segment.
        Some(unsafe { AtomicU32::from_ptr(place.cast()) })
    }

    /// The number at `index`, in steps of 8 bytes: a `BigUint64Array`.
    pub fn atomic_u64(&self, index: usize) -> Option<&AtomicU64> {
        let place = self.element::<AtomicU64>(index)?;
        // SAFETY: aligned and in the mapping, which lives as long as the segment.
        Some(unsafe { AtomicU64::from_ptr(place.cast()) })
    }

    fn element<T>(&self, index: usize) -> Option<*mut u8> {
        let offset = index.checked_mul(size_of::<T>())?;
        self.range(offset, size_of::<T>()).ok()
    }

    fn range(&self, offset: usize, length: usize) -> io::Result<*mut u8> {
        if offset.checked_add(length).is_none_or(|end| end > self.length) {
            let size = self.length;
            let what = format!("{length} bytes at {offset} reach beyond the memory, which has {size}");
            return Err(io::Error::new(io::ErrorKind::InvalidInput, what));
        }
        // SAFETY: the offset lies in the mapping, or at its end for zero bytes.
        Ok(unsafe { self.address.as_ptr().add(offset) })
    }
}

impl Drop for Segment {
    fn drop(&mut self) {
        registry::lock().remove(self);
        // SAFETY: mapped by us with this length, and nothing refers to it any more.
        unsafe { system::unmap(self.address, self.length) };
    }
}

/// Whether a handle refers to shared memory that can be mapped safely.
pub fn is_segment(handle: &os::Handle) -> bool {
    known(handle).is_some() || system::check(handle).is_ok()
}

/// The mapping that this process has of the same memory, if it has a handle of it too: nothing of this one is needed then, and so
/// nothing else of it is checked.
fn known(handle: &os::Handle) -> Option<Arc<Segment>> {
    let id = system::identify(handle)?;
    let found = registry::lock().with_id(id);
    found.filter(|segment| segment.has_handle())
}

#[cfg(any(target_os = "macos", windows))]
fn cannot_freeze() -> io::Error {
    io::Error::new(
        io::ErrorKind::Unsupported,
        "only Linux can seal memory against writing",
    )
}

fn gone() -> io::Error {
    let what = "this process has closed the descriptor of this memory, because it has too many open";
    io::Error::new(io::ErrorKind::NotFound, what)
}
