//! The class `Memory`: shared memory that this process has mapped.

mod waits;

use std::cell::Cell;
use std::io;
use std::sync::Arc;
use std::time::Duration;

use forkwire::spin;
use forkwire_sys::segment::{self, Segment, Wait};
use napi::Env;
use napi::bindgen_prelude::{JsValue, ObjectFinalize, Unknown};
use napi_derive::napi;

use crate::error::{Result, errno};
#[cfg(unix)]
use crate::ffi::uv::EventLoop;
use crate::ffi::{number, shared_buffer};

/// What a memory counts with in the garbage collector's sums at least, in bytes. It holds a descriptor and a mapping besides its
/// pages, and a process has few of these.
const LEAST: usize = 64 * 1024;

/// Shared memory. It stays mapped as long as this object or a buffer of it is reachable.
#[napi(custom_finalize)]
pub struct Memory {
    segment: Arc<Segment>,
    /// Bytes that the garbage collector was told of.
    told: Cell<i64>,
}

#[napi]
impl Memory {
    /// New memory of so many bytes; on Windows and macOS, rounded up to whole pages.
    ///
    /// Throws `ERR_FORKWIRE_NO_SHARED_MEMORY` on systems that have none, and errno errors.
    #[napi(factory)]
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // a positive integer, as TypeScript has checked
    pub fn create(bytes: f64) -> Result<Self> {
        Segment::create(bytes as usize)
            .map(Self::new)
            .map_err(|error| failed("memfd_create", &error))
    }

    /// Maps what a handle of the kind 9 brought, or finds the mapping that there is. Takes over the descriptor.
    ///
    /// Throws `EINVAL` if it is something else, and errno errors.
    #[napi(factory)]
    pub fn open(fd: i32) -> Result<Self> {
        let handle = number::adopt_memory(fd).map_err(|error| failed("mmap", &error))?;
        Segment::open(handle)
            .map(Self::new)
            .map_err(|error| failed("mmap", &error))
    }

    /// The memory whose first byte is that of a `Uint8Array`, if it is one: for a buffer that came from another thread.
    #[napi]
    #[allow(clippy::needless_pass_by_value)] // the shape that napi-rs calls
    pub fn at(env: Env, view: Unknown<'_>) -> Option<Memory> {
        let address = shared_buffer::address_of(env.raw(), view.raw())?;
        Segment::at(address).map(Memory::new)
    }

    fn new(segment: Arc<Segment>) -> Self {
        Self {
            segment,
            told: Cell::new(0),
        }
    }

    /// Bytes.
    #[napi(getter)]
    #[allow(clippy::cast_precision_loss)] // a size of memory
    pub fn byte_length(&self) -> f64 {
        self.segment.len() as f64
    }

    /// A number that no other memory of this process has while this object is reachable.
    #[napi(getter)]
    #[allow(clippy::cast_precision_loss)] // user space has 47 bits, or 56 in steps of a page
    pub fn address(&self) -> f64 {
        self.segment.as_ptr() as usize as f64
    }

    /// A new `SharedArrayBuffer` over the memory. `null` if this runtime cannot make one over memory that is not its own.
    #[napi(ts_return_type = "SharedArrayBuffer | null")]
    pub fn buffer<'env>(&self, env: &'env Env) -> Option<Unknown<'env>> {
        let buffer = shared_buffer::create(env.raw(), &self.segment)?;
        if self.told.get() == 0 {
            let bytes = i64::try_from(self.segment.len().max(LEAST)).unwrap_or(i64::MAX);
            if env.adjust_external_memory(bytes).is_ok() {
                self.told.set(bytes);
            }
        }
        Some(buffer)
    }

    /// Whether nobody can write it any more.
    #[napi(getter)]
    pub fn frozen(&self) -> bool {
        self.segment.is_frozen()
    }

    /// Ends writing for good. Throws `EBUSY` while another process could write, `ENOENT` if the descriptor is closed, and
    /// `ERR_FEATURE_UNAVAILABLE_ON_PLATFORM` on systems other than Linux.
    #[napi]
    pub fn freeze(&self) -> Result<()> {
        self.segment.freeze().map_err(|error| match error.kind() {
            io::ErrorKind::Unsupported => napi::Error::new(
                "ERR_FEATURE_UNAVAILABLE_ON_PLATFORM".to_owned(),
                error.to_string(),
            ),
            _ => failed("fcntl", &error),
        })
    }

    /// Its descriptor, which stays its own; on Windows the number of its handle. -1: this process has closed it.
    #[napi(getter)]
    pub fn fd(&self) -> i32 {
        self.segment.with_handle(number::of_handle).unwrap_or(-1)
    }

    /// Blocks this thread while the number at `index`, in steps of 4 bytes, is `expected`; at most for so many milliseconds.
    /// Returns `'ok'`, `'not-equal'` or `'timed-out'`.
    #[napi(ts_return_type = "'ok' | 'not-equal' | 'timed-out'")]
    pub fn wait(&self, index: u32, expected: i32, timeout: Option<f64>) -> Result<&'static str> {
        Ok(spin::block(&self.new_wait(index, expected, timeout)?).as_str())
    }

    /// Waits a moment while the number at `index`, in steps of 4 bytes, is `expected`, if that has paid before and nothing else
    /// wants this thread. Returns whether the number is another one.
    #[napi]
    pub fn has_changed(&self, env: Env, index: u32, expected: i32) -> Result<bool> {
        let wait = self.new_wait(index, expected, None)?;
        let is_wanted = wanted(env);
        // Before the number: numbers that change quickly must not keep the event loop from turning.
        Ok(!is_wanted() && (!wait.holds() || spin::has_changed(&wait, is_wanted)))
    }

    /// Whether the number at `index`, in steps of 4 bytes, is `expected`.
    #[napi]
    pub fn is_equal(&self, index: u32, expected: i32) -> Result<bool> {
        Ok(self.new_wait(index, expected, None)?.holds())
    }

    /// Wakes at most `count` of those who wait for the number at `index`. Returns how many the system woke.
    #[napi]
    pub fn notify(&self, index: u32, count: u32) -> Result<u32> {
        let woken = segment::notify(&self.segment, index as usize, count);
        let woken = woken.map_err(|error| failed("futex", &error))?;
        Ok(u32::try_from(woken).unwrap_or(u32::MAX))
    }

    fn new_wait(&self, index: u32, expected: i32, timeout: Option<f64>) -> Result<Wait> {
        let timeout = timeout.and_then(|time| Duration::try_from_secs_f64(time.max(0.0) / 1e3).ok());
        Wait::new(Arc::clone(&self.segment), index as usize, expected, timeout)
            .map_err(|error| failed("futex", &error))
    }
}

/// Tells whether other work waits for the event loop of this thread.
#[cfg(unix)]
fn wanted(env: Env) -> impl Fn() -> bool {
    let event_loop = EventLoop::of(env.raw());
    move || event_loop.is_none_or(|event_loop| !event_loop.is_idle() || event_loop.has_events())
}

/// Nothing is waited for there.
#[cfg(windows)]
fn wanted(_env: Env) -> impl Fn() -> bool {
    || true
}

impl ObjectFinalize for Memory {
    fn finalize(self, env: Env) -> napi::Result<()> {
        env.adjust_external_memory(-self.told.get()).map(drop)
    }
}

/// The error of a failed call, with the errno's name for what the system itself does not number.
fn failed(call: &str, error: &io::Error) -> napi::Error<String> {
    let code = match error.kind() {
        io::ErrorKind::Unsupported => "ERR_FORKWIRE_NO_SHARED_MEMORY",
        io::ErrorKind::ResourceBusy => "EBUSY",
        io::ErrorKind::NotFound => "ENOENT",
        io::ErrorKind::InvalidInput => "EINVAL",
        _ => return errno(call, error),
    };
    napi::Error::new(code.to_owned(), format!("{call} {code}: {error}"))
}
