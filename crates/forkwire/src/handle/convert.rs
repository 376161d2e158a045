//! Conversions from and to the sockets of `std` and tokio.

use std::io;

use forkwire_proto::{Format, HandleKind};
use forkwire_sys::os::classify;
use forkwire_sys::{Family, SocketClass};

#[cfg(unix)]
use super::unix as system;
#[cfg(windows)]
use super::windows as system;
use super::{Handle, HandleError};
use crate::error::SendError;
use crate::message::Message;

/// A connected stream, or one that is bound and not connected yet.
fn is_tcp_stream(class: SocketClass) -> bool {
    class.family == Family::Tcp && !class.listening
}

fn is_tcp_listener(class: SocketClass) -> bool {
    class.family == Family::Tcp && class.listening
}

fn is_udp(class: SocketClass) -> bool {
    !class.family.is_stream()
}

/// A type of `std`, its name, and its counterpart in tokio.
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
                match classify(&handle.fd) {
                    Some(class) if $fits(class) => {
                        system::socket(handle).map_err(|handle| HandleError { handle, expected: $name })
                    }
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

        /// Call it within a tokio runtime with I/O enabled.
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
    "UdpSocket", std::net::UdpSocket, tokio::net::UdpSocket => DgramSocket if is_udp;
}

#[cfg(unix)]
fn is_unix_stream(class: SocketClass) -> bool {
    class.family == Family::Pipe && !class.listening
}

#[cfg(unix)]
fn is_unix_listener(class: SocketClass) -> bool {
    class.family == Family::Pipe && class.listening
}

#[cfg(unix)]
sockets! {
    "UnixStream", std::os::unix::net::UnixStream, tokio::net::UnixStream => NetSocket if is_unix_stream;
    "UnixListener", std::os::unix::net::UnixListener, tokio::net::UnixListener => NetServer if is_unix_listener;
}

/// The handles that a program has given. The error has those before the one that is not a handle.
pub(crate) fn collect(
    format: Format,
    given: impl IntoIterator<Item = impl TryInto<Handle, Error: Into<SendError>>>,
) -> Result<Vec<Handle>, SendError> {
    let mut handles = Vec::new();
    for handle in given {
        match handle.try_into() {
            Ok(handle) => handles.push(handle),
            Err(error) => {
                let message = Message::new(format, Vec::new()).with_handles(handles);
                return Err(error.into().with(message));
            }
        }
    }
    Ok(handles)
}
