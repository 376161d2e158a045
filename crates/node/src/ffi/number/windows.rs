//! Pipes are descriptors of the C runtime that is in node.exe, as JavaScript knows them from `node:fs`. Sockets have no such
//! descriptors, and go by their own numbers.

use std::io;
use std::os::windows::io::{AsRawHandle, AsRawSocket, IntoRawHandle, IntoRawSocket, OwnedHandle};
use std::time::Duration;

use forkwire_proto::{HandleInfo, HandleKind};
use forkwire_sys::os::{self, Handle, Transport, adopt_socket};

use super::crt::Crt;

/// A channel's two ends.
pub(crate) fn create_pair() -> io::Result<[i32; 2]> {
    let crt = Crt::get()?;
    let (ours, theirs) = os::create_pair()?;
    let ours = crt.open(ours)?;
    match crt.open(theirs) {
        Ok(theirs) => Ok([ours, theirs]),
        Err(error) => {
            crt.close(ours)?;
            Err(error)
        }
    }
}

/// The end of a pipe that the process `parent` has made.
pub(crate) fn open_pipe(name: &str, parent: u32) -> io::Result<i32> {
    Crt::get()?.open(os::open(name, parent)?)
}

/// This process ends once the other end of a pair is closed. It gets no signal that it could handle first.
pub(crate) fn end_with_peer(fd: i32, _grace: Duration) -> io::Result<()> {
    let crt = Crt::get()?;
    os::end_with_peer(copy_of(crt, fd)?)?;
    crt.close(fd)
}

/// Takes over a channel's end that JavaScript hands in.
pub(crate) fn take(fd: i32) -> io::Result<Transport> {
    take_by(fd, Transport::from_end)
}

/// Takes over the end of a port. `channel` is the one to which it belongs, if there is one.
pub(crate) fn take_port(fd: i32, channel: Option<&Transport>) -> io::Result<Transport> {
    take_by(fd, |end| Transport::from_port(end, channel))
}

fn take_by(fd: i32, make: impl FnOnce(OwnedHandle) -> io::Result<Transport>) -> io::Result<Transport> {
    let crt = Crt::get()?;
    let handle = copy_of(crt, fd)?;
    // In this order: whoever gets an error still has the descriptor.
    let transport = make(handle)?;
    crt.close(fd)?;
    Ok(transport)
}

/// Takes over a handle that JavaScript sends, by its descriptor of the C runtime, which is closed in any case.
pub(crate) fn adopt_handle(fd: i32) -> io::Result<Handle> {
    let crt = Crt::get()?;
    let handle = copy_of(crt, fd);
    crt.close(fd)?;
    handle.map(Handle::Other)
}

/// Takes over the handle of a section. It has no descriptor: the C runtime takes files, pipes and consoles only.
pub(crate) fn adopt_memory(number: i32) -> io::Result<Handle> {
    // SAFETY: the documented contract of every caller is that JavaScript gives the handle away with the call.
    unsafe { os::adopt(number) }.map(Handle::Other)
}

/// A duplicate of what somebody else has, for JavaScript: a descriptor of the C runtime.
pub(crate) fn duplicate(fd: i32) -> io::Result<i32> {
    let crt = Crt::get()?;
    crt.open(copy_of(crt, fd)?)
}

/// A duplicate of a handle that JavaScript sends: descriptors and ports are those of the C runtime, and all others go by their own numbers.
pub(crate) fn duplicate_handle(info: &HandleInfo, number: i32) -> io::Result<Handle> {
    if [HandleKind::Descriptor as u8, HandleKind::Port as u8].contains(&info.kind) {
        return duplicate_descriptor(number);
    }
    os::duplicate(number)
}

/// A duplicate of a descriptor of the C runtime.
pub(crate) fn duplicate_descriptor(fd: i32) -> io::Result<Handle> {
    copy_of(Crt::get()?, fd).map(Handle::Other)
}

fn copy_of(crt: &Crt, fd: i32) -> io::Result<OwnedHandle> {
    os::duplicate_handle(crt.handle(fd)?)
}

/// A duplicate of a channel's own end, for JavaScript: a descriptor of the C runtime.
pub(crate) fn duplicate_end(transport: &Transport) -> io::Result<i32> {
    Crt::get()?.open(transport.duplicate()?)
}

/// Closes what JavaScript has.
pub(crate) fn close(fd: i32) -> io::Result<()> {
    Crt::get()?.close(fd)
}

/// Closes a socket that JavaScript has, or a section.
pub(crate) fn close_socket(number: i32) -> io::Result<()> {
    // SAFETY: the documented contract of every caller is that JavaScript gives the socket away with the call.
    match unsafe { adopt_socket(number) } {
        Ok(socket) => drop(socket),
        Err(_) => drop(adopt_memory(number)?),
    }
    Ok(())
}

/// A channel has no descriptor here, as in Node.
pub(crate) fn number_of(_carrier: &Transport) -> i32 {
    -1
}

/// The number of a handle that stays where it is. Handles of Windows have 32 significant bits.
pub(crate) fn of_handle(handle: &Handle) -> i32 {
    match handle {
        Handle::Socket(socket) => i32::try_from(socket.as_raw_socket()).unwrap_or(-1),
        Handle::Other(handle) => i32::try_from(handle.as_raw_handle() as isize).unwrap_or(-1),
    }
}

/// Gives the handle of a section to JavaScript, as it is.
pub(crate) fn release_memory(handle: Handle) -> io::Result<i32> {
    match handle {
        Handle::Socket(_) => Err(io::ErrorKind::InvalidData.into()),
        Handle::Other(handle) => {
            let raw = handle.into_raw_handle() as isize;
            i32::try_from(raw).map_err(|_| io::ErrorKind::InvalidData.into())
        }
    }
}

/// Gives a received handle to JavaScript: a socket as it is, a pipe as a descriptor.
pub(crate) fn release(handle: Handle) -> io::Result<i32> {
    match handle {
        Handle::Socket(socket) => {
            i32::try_from(socket.into_raw_socket()).map_err(|_| io::ErrorKind::InvalidData.into())
        }
        Handle::Other(handle) => Crt::get()?.open(handle),
    }
}
