//! Handles that travel beside the bytes.

use std::fs::File;
use std::net::{TcpListener, TcpStream, UdpSocket};
use std::os::windows::io::{OwnedHandle, OwnedSocket};

/// An open handle. Sockets are distinguished, because Winsock duplicates them in its own way.
#[derive(Debug)]
pub enum Handle {
    /// A socket of Winsock: a connection, a listener or a datagram socket.
    Socket(OwnedSocket),
    /// Any other handle that can be duplicated: a file, a pipe, a section, an event.
    Other(OwnedHandle),
}

impl From<OwnedSocket> for Handle {
    fn from(socket: OwnedSocket) -> Self {
        Self::Socket(socket)
    }
}

impl From<OwnedHandle> for Handle {
    fn from(handle: OwnedHandle) -> Self {
        Self::Other(handle)
    }
}

impl From<File> for Handle {
    fn from(file: File) -> Self {
        Self::Other(file.into())
    }
}

macro_rules! sockets {
    ($($type:ty),*) => {$(
        impl From<$type> for Handle {
            fn from(socket: $type) -> Self {
                Self::Socket(socket.into())
            }
        }
    )*};
}

sockets!(TcpStream, TcpListener, UdpSocket);
