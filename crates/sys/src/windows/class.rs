//! Classifying handles.

use std::os::windows::io::{AsRawHandle, AsRawSocket, BorrowedSocket, OwnedHandle};
use std::ptr;

use windows_sys::Win32::Networking::WinSock::{
    AF_INET, AF_INET6, SO_ACCEPTCONN, SO_PROTOCOL_INFOW, SO_TYPE, SOCK_DGRAM, SOCK_STREAM, SOL_SOCKET,
    WSAPROTOCOL_INFOW, getsockopt,
};
use windows_sys::Win32::System::Pipes::GetNamedPipeInfo;

use super::handle::Handle;
use crate::class::{Family, SocketClass};

/// Classifies a handle as a socket or an end of a named pipe. `None` if it is neither, or Node has no object for it.
pub fn classify(handle: &Handle) -> Option<SocketClass> {
    match handle {
        Handle::Socket(socket) => class_of(std::os::windows::io::AsSocket::as_socket(socket)),
        Handle::Other(handle) => is_pipe(handle).then_some(SocketClass {
            family: Family::Pipe,
            listening: false,
        }),
    }
}

/// Looks at the protocol and not at the address, which an unbound socket does not have.
fn class_of(socket: BorrowedSocket<'_>) -> Option<SocketClass> {
    let mut info = WSAPROTOCOL_INFOW::default();
    option(socket, SO_PROTOCOL_INFOW, &mut info)?;
    let (stream, datagram) = (info.iSocketType == SOCK_STREAM, info.iSocketType == SOCK_DGRAM);
    let family = match u16::try_from(info.iAddressFamily).ok()? {
        AF_INET | AF_INET6 if stream => Family::Tcp,
        AF_INET if datagram => Family::Udp4,
        AF_INET6 if datagram => Family::Udp6,
        _ => return None,
    };
    let mut listening = 0_i32;
    let asked = family.is_stream() && option(socket, SO_ACCEPTCONN, &mut listening).is_some();
    Some(SocketClass {
        family,
        listening: asked && listening != 0,
    })
}

/// Whether the handle with this number is an open socket.
pub(super) fn is_socket(socket: BorrowedSocket<'_>) -> bool {
    option(socket, SO_TYPE, &mut 0_i32).is_some()
}

/// Plain data, for which every bit pattern is a valid value.
trait Plain {}
impl Plain for i32 {}
impl Plain for WSAPROTOCOL_INFOW {}

fn option<T: Plain>(socket: BorrowedSocket<'_>, name: i32, place: &mut T) -> Option<()> {
    let mut length = i32::try_from(size_of::<T>()).ok()?;
    #[allow(clippy::cast_possible_truncation)] // SOCKET is as wide as RawSocket
    let raw = socket.as_raw_socket() as usize;
    // SAFETY: the buffer has the given length and may hold any bits; the call fails for anything that is not a socket.
    // (getsockopt function, winsock2.h)
    let result = unsafe {
        getsockopt(
            raw,
            SOL_SOCKET,
            name,
            ptr::from_mut(place).cast(),
            &raw mut length,
        )
    };
    (result == 0).then_some(())
}

fn is_pipe(handle: &OwnedHandle) -> bool {
    // SAFETY: no output is requested; the call fails for anything that is not a pipe.
    // (GetNamedPipeInfo function, namedpipeapi.h)
    let result = unsafe {
        GetNamedPipeInfo(
            handle.as_raw_handle(),
            ptr::null_mut(),
            ptr::null_mut(),
            ptr::null_mut(),
            ptr::null_mut(),
        )
    };
    result != 0
}
