//! Sockets, servers and other descriptors that travel with messages.

pub(crate) mod convert;
pub(crate) mod parts;
#[cfg(unix)]
mod unix;
#[cfg(windows)]
mod windows;

use forkwire_proto::{HandleInfo, HandleKind};
use forkwire_sys::os;
use thiserror::Error;

/// A socket or another descriptor that is sent or was received, and the kind of object that Node makes of it.
///
/// The sockets and files of `std` become handles by `From`, and the sockets of tokio by `TryFrom`. They become sockets and files
/// again by `TryFrom`, which for the types of `std` returns the handle if it is something else:
///
/// | Rust                          | [`kind`](Handle::kind) | Node                             |
/// | ----------------------------- | ---------------------- | -------------------------------- |
/// | `TcpStream`, `UnixStream`     | `NetSocket`            | `net.Socket`                     |
/// | `TcpListener`, `UnixListener` | `NetServer`            | `net.Server`                     |
/// | `UdpSocket`                   | `DgramSocket`          | `dgram.Socket`                   |
/// | `OwnedFd`                     | `NetNative`            | a bare handle (`TCP` or `Pipe`)  |
/// | `OwnedFd` of a datagram socket | `DgramNative`         | a bare handle (`UDP`)            |
/// | `OwnedFd` of anything else    | `Descriptor`           | `Descriptor` of forkwire         |
/// | `File`, `PipeReader`, `PipeWriter`, `ChildStdin`, `ChildStdout`, `ChildStderr` | `Descriptor` | `Descriptor` of forkwire |
/// | [`Port`](crate::Port)         | `Port`                | `MessagePort` of forkwire        |
///
/// With `Handle::new(HandleKind::Descriptor, fd)`, a socket arrives in Node as a `Descriptor` too. An instance of epoll, kqueue or
/// `io_uring` and the ends of the channel itself cannot be sent.
///
/// A handle is moved: the sender's is closed when it has left. Keep a `try_clone()` to share it. Whether it blocks is up to
/// its sender, and common to all processes that share it. Sockets from Node do not block. As a type of tokio, a socket is
/// made non-blocking.
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
    /// More handles that belong to the same thing: sockets of a port that are read first.
    pub(crate) parts: Vec<os::Handle>,
}

impl Handle {
    /// A handle of which the receiver makes a `kind`. Nothing is checked here: if the handle is not of its kind, the receiver
    /// refuses the whole message.
    pub fn new(kind: HandleKind, fd: impl Into<os::Handle>) -> Self {
        Self {
            info: HandleInfo::new(kind),
            fd: fd.into(),
            buffered: Vec::new(),
            parts: Vec::new(),
        }
    }

    /// Adds a note for the receiver, of at most 65,535 bytes. In Node, a `net.Socket` is counted as a
    /// connection of the server with this key (`net.Server` has it as `_connectionKey`). Only Rust receives
    /// other notes, and only on the native wire.
    #[must_use]
    pub fn with_note(mut self, note: impl Into<String>) -> Self {
        self.info.note = note.into();
        self
    }

    /// The kind of object that the receiver makes of it. `None` if this version does not know the kind.
    pub fn kind(&self) -> Option<HandleKind> {
        HandleKind::from_byte(self.info.kind)
    }

    /// Adds bytes that were read from the socket here and not used. The receiver reads them first. Only the native wire
    /// carries them: on Node's, sending such a handle fails with [`SendErrorKind::Handles`](crate::SendErrorKind::Handles).
    #[must_use]
    pub fn with_buffered(mut self, bytes: impl Into<Vec<u8>>) -> Self {
        self.buffered = bytes.into();
        self
    }

    /// Bytes that the sender had read from a `net.Socket` and not used. They come before what the socket itself returns.
    /// Usually there are none. They arrive on the native wire only, and are sent along if the handle is sent on. Turning the
    /// handle into a socket loses them, so look first.
    pub fn buffered(&self) -> &[u8] {
        &self.buffered
    }

    /// The sender's note. Node sends the key of the server that accepted a `net.Socket`.
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
