//! From and to the sockets of `std` and tokio.

use std::io;
use std::os::fd::{AsFd, OwnedFd};

use forkwire_proto::HandleKind;
use forkwire_sys::unix::{SocketClass, classify};

use super::Handle;
use crate::error::HandleError;

/// A connected stream, or one that Node calls bound and that is not connected yet.
fn is_tcp_stream(class: SocketClass) -> bool {
    class.family.is_stream() && !is_unix(class) && !class.listening
}

fn is_tcp_listener(class: SocketClass) -> bool {
    class.family.is_stream() && !is_unix(class) && class.listening
}

fn is_unix_stream(class: SocketClass) -> bool {
    is_unix(class) && !class.listening
}

fn is_unix_listener(class: SocketClass) -> bool {
    is_unix(class) && class.listening
}

fn is_udp(class: SocketClass) -> bool {
    !class.family.is_stream()
}

fn is_unix(class: SocketClass) -> bool {
    class.family == forkwire_sys::unix::Family::Pipe
}

macro_rules! sockets {
    ($($name:literal, $std:ty, $tokio:ty => $kind:ident if $fits:path;)*) => {$(
        impl From<$std> for Handle {
            fn from(socket: $std) -> Self {
                Self::new(HandleKind::$kind, socket)
            }
        }

        impl TryFrom<Handle> for $std {
            type Error = HandleError;

            fn try_from(handle: Handle) -> Result<Self, HandleError> {
                match classify(handle.as_fd()) {
                    Some(class) if $fits(class) => Ok(handle.fd.into()),
                    _ => Err(HandleError { handle, expected: $name }),
                }
            }
        }

        /// Fails if the system cannot take the socket out of tokio's reactor.
        impl TryFrom<$tokio> for Handle {
            type Error = io::Error;

            fn try_from(socket: $tokio) -> io::Result<Self> {
                Ok(socket.into_std()?.into())
            }
        }

        /// To be called within a tokio runtime with I/O enabled.
        impl TryFrom<Handle> for $tokio {
            type Error = io::Error;

            fn try_from(handle: Handle) -> io::Result<Self> {
                let socket = <$std>::try_from(handle)
                    .map_err(|error| io::Error::new(io::ErrorKind::InvalidInput, error))?;
                socket.set_nonblocking(true)?;
                Self::from_std(socket)
            }
        }
    )*};
}

sockets! {
    "TcpStream", std::net::TcpStream, tokio::net::TcpStream => NetSocket if is_tcp_stream;
    "TcpListener", std::net::TcpListener, tokio::net::TcpListener => NetServer if is_tcp_listener;
    "UnixStream", std::os::unix::net::UnixStream, tokio::net::UnixStream => NetSocket if is_unix_stream;
    "UnixListener", std::os::unix::net::UnixListener, tokio::net::UnixListener => NetServer if is_unix_listener;
    "UdpSocket", std::net::UdpSocket, tokio::net::UdpSocket => DgramSocket if is_udp;
}

impl From<OwnedFd> for Handle {
    fn from(fd: OwnedFd) -> Self {
        let datagrams = classify(fd.as_fd()).is_some_and(is_udp);
        let kind = if datagrams {
            HandleKind::DgramNative
        } else {
            HandleKind::NetNative
        };
        Self::new(kind, fd)
    }
}

impl From<Handle> for OwnedFd {
    fn from(handle: Handle) -> Self {
        handle.fd
    }
}
