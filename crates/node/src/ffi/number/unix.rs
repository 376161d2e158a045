//! All are descriptors.

use std::io;
use std::os::fd::{AsRawFd, IntoRawFd, OwnedFd};
use std::time::Duration;

use forkwire_proto::HandleInfo;
use forkwire_sys::os::{self, Handle, Transport};

/// A channel's two ends.
pub(crate) fn create_pair() -> io::Result<[i32; 2]> {
    let (ours, theirs) = os::create_pair()?;
    Ok([ours, theirs].map(IntoRawFd::into_raw_fd))
}

/// There are no named pipes.
pub(crate) fn open_pipe(_name: &str, _parent: u32) -> io::Result<i32> {
    Err(io::ErrorKind::Unsupported.into())
}

/// This process ends once the other end of a pair is closed.
pub(crate) fn end_with_peer(fd: i32, grace: Duration) -> io::Result<()> {
    os::end_with_peer(take_fd(fd)?, grace)
}

/// Takes over a channel's end that JavaScript hands in.
pub(crate) fn take(fd: i32) -> io::Result<Transport> {
    Transport::from_end(take_fd(fd)?)
}

/// Takes over the end of a port. `channel` is the one to which it belongs, if there is one.
pub(crate) fn take_port(fd: i32, channel: Option<&Transport>) -> io::Result<Transport> {
    Transport::from_port(take_fd(fd)?, channel)
}

/// A duplicate of what somebody else has, for JavaScript.
pub(crate) fn duplicate(fd: i32) -> io::Result<i32> {
    os::duplicate(fd).map(IntoRawFd::into_raw_fd)
}

/// A duplicate of a handle that JavaScript sends.
pub(crate) fn duplicate_handle(_info: &HandleInfo, fd: i32) -> io::Result<Handle> {
    os::duplicate(fd)
}

/// A duplicate of a descriptor, to look at.
pub(crate) fn duplicate_descriptor(fd: i32) -> io::Result<Handle> {
    os::duplicate(fd)
}

/// A duplicate of a channel's own end, for JavaScript.
pub(crate) fn duplicate_end(transport: &Transport) -> io::Result<i32> {
    os::duplicate(transport.as_raw_fd()).map(IntoRawFd::into_raw_fd)
}

/// Closes what JavaScript has.
pub(crate) fn close(fd: i32) -> io::Result<()> {
    take_fd(fd).map(drop)
}

/// The same: sockets are descriptors too.
pub(crate) fn close_socket(fd: i32) -> io::Result<()> {
    close(fd)
}

/// The number of a channel's own descriptor.
pub(crate) fn number_of(transport: &Transport) -> i32 {
    transport.as_raw_fd()
}

/// The number of a handle that stays where it is.
pub(crate) fn of_handle(handle: &Handle) -> i32 {
    handle.as_raw_fd()
}

/// Gives a received handle to JavaScript.
#[allow(clippy::unnecessary_wraps)] // a pipe of Windows may find no descriptor
pub(crate) fn release(handle: Handle) -> io::Result<i32> {
    Ok(handle.into_raw_fd())
}

/// Takes over what JavaScript has.
pub(crate) fn adopt(fd: i32) -> io::Result<Handle> {
    take_fd(fd)
}

fn take_fd(fd: i32) -> io::Result<OwnedFd> {
    // SAFETY: the documented contract of every caller is that JavaScript gives the descriptor away with the call.
    unsafe { forkwire_sys::unix::adopt(fd) }
}
