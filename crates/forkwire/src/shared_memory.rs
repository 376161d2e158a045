//! Memory that several processes share.

use std::future::Future;
use std::io;
use std::pin::Pin;
use std::sync::atomic::{AtomicI32, AtomicU32, AtomicU64};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use forkwire_proto::HandleKind;
use forkwire_sys::segment::{self, Segment, Ticket, Wait};

use crate::handle::Handle;

pub use forkwire_sys::segment::WaitOutcome;

/// Memory that several processes have mapped. It is sent as a [`Handle`], and what one process writes the others see at
/// once. In Node it is the class `SharedMemory`, whose `buffer` is a `SharedArrayBuffer`.
///
/// Clones refer to the same memory, and so do handles that arrive for memory that this process knows already: it is mapped
/// once, and unmapped with the last clone. The memory itself lives as long as some process has it.
///
/// The other processes may change any byte at any time. So the memory is read and written through copies and atomics, and what
/// is read is to be checked after it was copied. Nobody can change its size. On Windows and macOS, memory cannot be frozen, and a wait looks
/// at its number once a millisecond.
///
/// ```
/// # #[cfg(any(target_os = "linux", target_os = "macos", windows))] {
/// use std::sync::atomic::Ordering;
/// use forkwire::{Handle, SharedMemory};
///
/// let memory = SharedMemory::create(1 << 20)?;
/// memory.write_at(b"a frame", 64)?;
/// memory.atomic_i32(0).unwrap().store(1, Ordering::SeqCst);
/// memory.notify(0, u32::MAX)?;
///
/// let handle: Handle = memory.to_handle()?; // to be sent with a message
/// let received = SharedMemory::try_from(handle)?;
/// let mut frame = [0; 7];
/// received.read_at(&mut frame, 64)?;
/// assert_eq!(&frame, b"a frame");
/// # }
/// # Ok::<(), std::io::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct SharedMemory(Arc<Segment>);

impl SharedMemory {
    /// New memory of `bytes` bytes, all zero; on Windows and macOS, rounded up to whole pages. The system finds room for a page
    /// when it is first touched (on Windows, now).
    ///
    /// # Errors
    /// `InvalidInput` for 0 bytes, `Unsupported` on systems other than Linux, macOS and Windows, and what the system says:
    /// `EMFILE`, `ENOMEM`.
    pub fn create(bytes: usize) -> io::Result<Self> {
        Segment::create(bytes).map(Self)
    }

    /// Its size in bytes, which never changes.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Always false: memory has at least one byte.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Where it is mapped. To read or write there is unsafe, because other processes may do so at the same time.
    pub fn as_ptr(&self) -> *mut u8 {
        self.0.as_ptr()
    }

    /// Copies bytes out of the memory, beginning at byte `offset`. While another process writes there, the copy may contain
    /// some of the old bytes and some of the new ones.
    ///
    /// # Errors
    /// `InvalidInput` if the range reaches beyond the memory; nothing is copied then.
    pub fn read_at(&self, into: &mut [u8], offset: usize) -> io::Result<()> {
        self.0.read_at(into, offset)
    }

    /// Copies bytes into the memory, beginning at byte `offset`.
    ///
    /// # Errors
    /// `InvalidInput` if the range reaches beyond the memory, `PermissionDenied` if it is frozen; nothing is copied then.
    pub fn write_at(&self, from: &[u8], offset: usize) -> io::Result<()> {
        self.0.write_at(from, offset)
    }

    /// The number at `index`, in steps of 4 bytes: in JavaScript, that of an `Int32Array`. `None` beyond the memory.
    pub fn atomic_i32(&self, index: usize) -> Option<&AtomicI32> {
        self.0.atomic_i32(index)
    }

    /// The number at `index`, in steps of 4 bytes: in JavaScript, that of a `Uint32Array`. `None` beyond the memory.
    pub fn atomic_u32(&self, index: usize) -> Option<&AtomicU32> {
        self.0.atomic_u32(index)
    }

    /// The number at `index`, in steps of 8 bytes: in JavaScript, that of a `BigUint64Array`. `None` beyond the memory.
    pub fn atomic_u64(&self, index: usize) -> Option<&AtomicU64> {
        self.0.atomic_u64(index)
    }

    /// Whether nobody can write the memory any more, in any process.
    pub fn is_frozen(&self) -> bool {
        self.0.is_frozen()
    }

    /// Ends writing for good, in all processes, so that what a receiver has checked stays as it is.
    ///
    /// # Errors
    /// `ResourceBusy` while another process has the memory and could write it: freeze it before it is sent, or after the
    /// others have dropped it. `Unsupported` on systems other than Linux.
    pub fn freeze(&self) -> io::Result<()> {
        self.0.freeze()
    }

    /// Blocks this thread while the number at `index`, in steps of 4 bytes, is `expected`: until it is notified of, or until
    /// `timeout` is over. As with `Atomics.wait()`, the notifier changes the number first.
    ///
    /// # Errors
    /// `InvalidInput` if `index` lies beyond the memory.
    pub fn wait(&self, index: usize, expected: i32, timeout: Option<Duration>) -> io::Result<WaitOutcome> {
        Ok(crate::spin::block(&self.new_wait(index, expected, timeout)?))
    }

    /// As [`wait`](Self::wait), without blocking. One thread of the process waits for many.
    ///
    /// # Errors
    /// `InvalidInput` if `index` lies beyond the memory; what the system says if it has no thread to spare.
    pub async fn wait_async(
        &self,
        index: usize,
        expected: i32,
        timeout: Option<Duration>,
    ) -> io::Result<WaitOutcome> {
        let progress = Arc::new(Mutex::new(Progress::default()));
        let own = Arc::clone(&progress);
        let wait = self.new_wait(index, expected, timeout)?;
        let ticket = segment::start(wait, Box::new(move |outcome| finish(&own, outcome)))?;
        Ok(Waiting { progress, ticket }.await)
    }

    /// Wakes at most `count` of those who wait for the number at `index`, in all processes. Returns how many the system woke.
    ///
    /// # Errors
    /// `InvalidInput` if `index` lies beyond the memory.
    pub fn notify(&self, index: usize, count: u32) -> io::Result<usize> {
        segment::notify(&self.0, index, count)
    }

    /// A handle for another process. The memory stays here too.
    ///
    /// # Errors
    /// `EMFILE`. `NotFound` for memory that was received while this process had a quarter of its descriptors in such memory:
    /// that memory's own descriptor was closed.
    pub fn to_handle(&self) -> io::Result<Handle> {
        Ok(Handle::new(HandleKind::SharedMemory, self.0.to_handle()?))
    }

    fn new_wait(&self, index: usize, expected: i32, timeout: Option<Duration>) -> io::Result<Wait> {
        Wait::new(Arc::clone(&self.0), index, expected, timeout)
    }
}

/// Fails as [`SharedMemory::to_handle`].
impl TryFrom<&SharedMemory> for Handle {
    type Error = io::Error;

    fn try_from(memory: &SharedMemory) -> io::Result<Self> {
        memory.to_handle()
    }
}

/// Fails with `InvalidInput` if the handle is something else, or memory whose size could change.
impl TryFrom<Handle> for SharedMemory {
    type Error = io::Error;

    fn try_from(handle: Handle) -> io::Result<Self> {
        Segment::open(handle.fd).map(Self)
    }
}

/// What the waiting thread and the future share.
#[derive(Debug, Default)]
struct Progress {
    outcome: Option<WaitOutcome>,
    waker: Option<Waker>,
}

fn finish(progress: &Mutex<Progress>, outcome: WaitOutcome) {
    let waker = {
        let mut progress = lock(progress);
        progress.outcome = Some(outcome);
        progress.waker.take()
    };
    if let Some(waker) = waker {
        waker.wake();
    }
}

fn lock(progress: &Mutex<Progress>) -> MutexGuard<'_, Progress> {
    progress.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Dropped before its end, it cancels the wait.
struct Waiting {
    progress: Arc<Mutex<Progress>>,
    ticket: Option<Ticket>,
}

impl Future for Waiting {
    type Output = WaitOutcome;

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<WaitOutcome> {
        let mut progress = lock(&self.progress);
        if let Some(outcome) = progress.outcome {
            return Poll::Ready(outcome);
        }
        progress.waker = Some(context.waker().clone());
        Poll::Pending
    }
}

impl Drop for Waiting {
    fn drop(&mut self) {
        let over = lock(&self.progress).outcome.is_some();
        if let Some(ticket) = self.ticket.filter(|_| !over) {
            segment::cancel(ticket);
        }
    }
}
