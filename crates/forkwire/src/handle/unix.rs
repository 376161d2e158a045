//! Descriptors, and the sockets that only Unix has.

use std::io;
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};

use forkwire_proto::HandleKind;
use forkwire_sys::os::classify;
use forkwire_sys::{Family, SocketClass};

use super::Handle;
use super::convert::{is_udp, sockets};
use crate::error::HandleError;

mod system {
    pub(super) use super::socket;
}

fn is_unix_stream(class: SocketClass) -> bool {
    class.family == Family::Pipe && !class.listening
}

fn is_unix_listener(class: SocketClass) -> bool {
    class.family == Family::Pipe && class.listening
}

sockets! {
    "UnixStream", std::os::unix::net::UnixStream, tokio::net::UnixStream => NetSocket if is_unix_stream;
    "UnixListener", std::os::unix::net::UnixListener, tokio::net::UnixListener => NetServer if is_unix_listener;
}

/// The socket that a handle is.
#[allow(clippy::unnecessary_wraps)] // not every handle is one everywhere
pub(super) fn socket<T: From<OwnedFd>>(handle: Handle) -> Result<T, Handle> {
    Ok(handle.fd.into())
}

impl AsFd for Handle {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.fd.as_fd()
    }
}

impl From<OwnedFd> for Handle {
    fn from(fd: OwnedFd) -> Self {
        let datagrams = classify(&fd).is_some_and(is_udp);
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
