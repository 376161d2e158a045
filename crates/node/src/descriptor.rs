//! Descriptors that JavaScript holds by number before or after a channel has them.

use std::time::Duration;

use forkwire_sys::os::{access, classify, object_type};
use napi_derive::napi;

use crate::error::{Result, errno};
use crate::ffi::number;

/// The two connected ends of a channel. The caller owns both. On Unix they are stream sockets of the Unix domain, both
/// close-on-exec. On Windows they are the ends of a named pipe, as descriptors of Node's C runtime. The first is for this
/// process. The second is for a child to inherit: do not open a channel on it here.
///
/// Throws an errno error (`EMFILE`, `ENFILE`) when there are no descriptors left.
#[napi]
pub fn create_pair() -> Result<Vec<i32>> {
    let pair = number::create_pair().map_err(|error| errno("socketpair", &error))?;
    Ok(pair.to_vec())
}

/// On Windows, opens the end of a channel whose other end the process `parent` created under a name. A Rust parent names
/// both in the handoff. The caller owns the descriptor.
///
/// Throws an errno error: `ENOENT` if there is no such pipe, `EPERM` if another process owns it, `ENOSYS` on Unix.
#[napi]
#[allow(clippy::needless_pass_by_value)] // the shape that napi-rs calls
pub fn open_pipe(name: String, parent: u32) -> Result<i32> {
    number::open_pipe(&name, parent).map_err(|error| errno("open", &error))
}

/// A close-on-exec duplicate of a descriptor that somebody else owns. The caller owns the duplicate. On Windows both are
/// descriptors of Node's C runtime.
///
/// Throws an errno error: `EBADF` if the descriptor is not open, `EMFILE` if there are none left.
#[napi]
pub fn duplicate_fd(fd: i32) -> Result<i32> {
    number::duplicate(fd).map_err(|error| errno("dup", &error))
}

/// What a descriptor is open on.
#[napi(object)]
pub struct Description {
    /// `'file'`, `'directory'`, `'pipe'`, `'socket'`, `'terminal'`, `'character-device'`, `'block-device'`, `'poller'` (epoll, kqueue),
    /// `'io_uring'`, `'other'`, or `'unknown'` if the system does not say.
    pub r#type: String,
    /// For a socket: `'tcp'`, `'pipe'` (Unix domain; on Windows, a named pipe), `'udp4'` or `'udp6'`. Otherwise empty.
    pub family: String,
    /// Whether it is a socket that listens.
    pub listening: bool,
    /// Whether it was opened for reading.
    pub readable: bool,
    /// Whether it was opened for writing.
    pub writable: bool,
}

/// Says what a descriptor is open on, which somebody else owns. On Windows, descriptors are those of Node's C runtime.
///
/// Throws an errno error: `EBADF` if it is not open, `EMFILE` if there are no descriptors left.
#[napi]
pub fn describe_fd(fd: i32) -> Result<Description> {
    let handle = number::duplicate_descriptor(fd).map_err(|error| errno("dup", &error))?;
    let class = classify(&handle);
    let access = access(&handle);
    Ok(Description {
        r#type: object_type(&handle).as_str().to_owned(),
        family: class.map_or("", |class| class.family.as_str()).to_owned(),
        listening: class.is_some_and(|class| class.listening),
        readable: access.read,
        writable: access.write,
    })
}

/// Closes a descriptor that the caller owns: one of a pair, or one that arrived with a message and was not used.
///
/// Throws `EBADF` if it is not open.
#[napi]
pub fn close_fd(fd: i32) -> Result<()> {
    number::close(fd).map_err(|error| errno("close", &error))
}

/// Closes a socket that arrived with a message and was not used. On Unix it is a descriptor like any other.
///
/// Throws `EBADF` if it is not open.
#[napi]
pub fn close_socket(fd: i32) -> Result<()> {
    number::close_socket(fd).map_err(|error| errno("close", &error))
}

/// Ends this process once the other end of the pair that `fd` belongs to is closed everywhere: with SIGTERM, and with SIGKILL after
/// `grace` milliseconds; on Windows at once. The descriptor is the caller's, and given away. Nothing may be written to the other end.
///
/// Throws an errno error: `EBADF` if the descriptor is not open, `EAGAIN` if there can be no more threads.
#[napi]
pub fn end_with_peer(fd: i32, grace: u32) -> Result<()> {
    let grace = Duration::from_millis(grace.into());
    number::end_with_peer(fd, grace).map_err(|error| errno("poll", &error))
}
