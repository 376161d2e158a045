//! Sockets and servers that travel with messages.

mod convert;
#[cfg(unix)]
mod unix;
#[cfg(windows)]
mod windows;

use forkwire_proto::{HandleInfo, HandleKind};
use forkwire_sys::os;
use thiserror::Error;

/// A socket on its way, with what Node makes of it on arrival.
///
/// Made by `From` of the sockets of `std` and tokio, turned back into them by `TryFrom`, which gives the handle back
/// if it is something else:
///
/// | Rust                          | [`kind`](Handle::kind) | Node                             |
/// | ----------------------------- | ---------------------- | -------------------------------- |
/// | `TcpStream`, `UnixStream`     | `NetSocket`            | `net.Socket`                     |
/// | `TcpListener`, `UnixListener` | `NetServer`            | `net.Server`                     |
/// | `UdpSocket`                   | `DgramSocket`          | `dgram.Socket`                   |
/// | `OwnedFd`                     | `NetNative`            | a bare handle (`TCP` or `Pipe`)  |
/// | `OwnedFd` of a datagram socket | `DgramNative`         | a bare handle (`UDP`)            |
///
/// A handle is moved: the sender's is closed when it has left. Keep a `try_clone()` to share it. As a type of `std` it is
/// blocking or not as its sender left it, and that is common to all who share it: sockets from Node are non-blocking.
/// The types of tokio make it non-blocking.
///
/// ```
/// use std::net::TcpListener;
/// use forkwire::{Handle, HandleKind};
///
/// let handle = Handle::from(TcpListener::bind("127.0.0.1:0")?);
/// assert_eq!(handle.kind(), Some(HandleKind::NetServer));
/// let error = std::net::UdpSocket::try_from(handle).unwrap_err();
/// let listener = TcpListener::try_from(error.handle)?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
pub struct Handle {
    pub(crate) info: HandleInfo,
    pub(crate) fd: os::Handle,
    pub(crate) buffered: Vec<u8>,
}

impl Handle {
    /// A handle of which the receiver is to make `kind`. Nothing is checked here: a receiver refuses what is not of its
    /// kind, with the whole message.
    pub fn new(kind: HandleKind, fd: impl Into<os::Handle>) -> Self {
        Self {
            info: HandleInfo::new(kind),
            fd: fd.into(),
            buffered: Vec::new(),
        }
    }

    /// The same with a word for the receiver, of at most 65,535 bytes. In Node, a `net.Socket` is counted as a
    /// connection of the server with this key (`net.Server` has it as `_connectionKey`). Other notes reach Rust only, and
    /// by the native wire only.
    #[must_use]
    pub fn with_note(mut self, note: impl Into<String>) -> Self {
        self.info.note = note.into();
        self
    }

    /// What the receiver is to make of it. `None`: a kind that this version does not know.
    pub fn kind(&self) -> Option<HandleKind> {
        HandleKind::from_byte(self.info.kind)
    }

    /// The same with what was read from the socket here and not used: in the receiver's stream it comes first. By the
    /// native wire only; on Node's such a handle is [`SendErrorKind::Handles`](crate::SendErrorKind::Handles).
    #[must_use]
    pub fn with_buffered(mut self, bytes: impl Into<Vec<u8>>) -> Self {
        self.buffered = bytes.into();
        self
    }

    /// What its sender had read from a `net.Socket` and not used: the connection's next bytes, before those that reading
    /// gives. Usually empty. It comes by the native wire, goes on with a handle that is sent on, and is lost when the
    /// handle is turned into a socket: look first.
    pub fn buffered(&self) -> &[u8] {
        &self.buffered
    }

    /// The sender's word. Node gives the key of the server that accepted a `net.Socket`.
    pub fn note(&self) -> &str {
        &self.info.note
    }
}

/// A handle is not of the type that was asked for. It comes back.
#[derive(Debug, Error)]
#[error("the handle is not a {expected}")]
#[non_exhaustive]
pub struct HandleError {
    /// The handle.
    pub handle: Handle,
    /// The name of the type.
    pub expected: &'static str,
}
