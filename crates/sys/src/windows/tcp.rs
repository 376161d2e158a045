//! The role of a TCP socket that libuv passes to another process (`src/win/tcp.c`, `uv__tcp_xfer_export`).

use std::io;
use std::os::windows::io::AsRawSocket;
use std::ptr;

use windows_sys::Win32::Networking::WinSock::{
    SOCKADDR_STORAGE, SOCKET_ERROR, SOMAXCONN, WSAENOTSOCK, getpeername, listen,
};

use super::class::classify;
use super::handle::Handle;
use super::socket::last_error;

/// A role.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TcpRole {
    /// It is connected.
    Connection,
    /// It listens, or should.
    Listener {
        /// Why it does not, as an error code of Winsock; 0 if it does.
        error: u32,
    },
}

impl TcpRole {
    /// Makes a socket listen that is not connected and does not listen yet: its receiver will accept connections on it.
    ///
    /// # Errors
    /// The handle is not a socket.
    pub fn of(handle: &Handle) -> io::Result<Self> {
        let Handle::Socket(socket) = handle else {
            return Err(io::Error::from_raw_os_error(WSAENOTSOCK));
        };
        if classify(handle).is_some_and(|class| class.listening) {
            return Ok(Self::Listener { error: 0 });
        }
        #[allow(clippy::cast_possible_truncation)] // SOCKET is as wide as RawSocket
        let raw = socket.as_raw_socket() as usize;
        let mut address = SOCKADDR_STORAGE::default();
        #[allow(clippy::cast_possible_truncation, clippy::cast_possible_wrap)] // 128
        let mut length = size_of::<SOCKADDR_STORAGE>() as i32;
        // SAFETY: the socket is open, and the place as long as is said. (getpeername function, winsock.h)
        let result = unsafe { getpeername(raw, ptr::from_mut(&mut address).cast(), &raw mut length) };
        if result != SOCKET_ERROR {
            return Ok(Self::Connection);
        }
        // SAFETY: the socket is open; one that is not bound makes the call fail. (listen function, winsock2.h)
        let result = unsafe { listen(raw, SOMAXCONN.cast_signed()) };
        let code = last_error()
            .raw_os_error()
            .and_then(|code| u32::try_from(code).ok());
        Ok(Self::Listener {
            error: if result == SOCKET_ERROR {
                code.unwrap_or_default()
            } else {
                0
            },
        })
    }
}
