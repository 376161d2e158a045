//! Sockets of Winsock, and pipes.

use std::fs::File;
use std::os::windows::io::{AsSocket, BorrowedSocket, OwnedHandle, OwnedSocket};

use forkwire_proto::HandleKind;
use forkwire_sys::os::{self, classify};

use super::{Handle, HandleError};

/// The socket behind a handle.
pub(super) fn socket<T: From<OwnedSocket>>(handle: Handle) -> Result<T, Handle> {
    match handle.fd {
        os::Handle::Socket(socket) => Ok(socket.into()),
        fd @ os::Handle::Other(_) => Err(Handle { fd, ..handle }),
    }
}

impl Handle {
    /// The socket. `None` if the handle is not one.
    pub fn as_socket(&self) -> Option<BorrowedSocket<'_>> {
        match &self.fd {
            os::Handle::Socket(socket) => Some(socket.as_socket()),
            os::Handle::Other(_) => None,
        }
    }
}

impl From<OwnedSocket> for Handle {
    fn from(socket: OwnedSocket) -> Self {
        let socket = os::Handle::from(socket);
        let datagrams = classify(&socket).is_some_and(|class| !class.family.is_stream());
        let kind = if datagrams {
            HandleKind::DgramNative
        } else {
            HandleKind::NetNative
        };
        Self::new(kind, socket)
    }
}

/// An end of a named pipe, or a file.
impl From<OwnedHandle> for Handle {
    fn from(handle: OwnedHandle) -> Self {
        let handle = os::Handle::from(handle);
        let kind = match classify(&handle) {
            Some(_) => HandleKind::NetNative,
            None => HandleKind::Descriptor,
        };
        Self::new(kind, handle)
    }
}

impl From<File> for Handle {
    fn from(file: File) -> Self {
        Self::new(HandleKind::Descriptor, file)
    }
}

impl TryFrom<Handle> for File {
    type Error = HandleError;

    fn try_from(handle: Handle) -> Result<Self, HandleError> {
        OwnedHandle::try_from(handle)
            .map(Self::from)
            .map_err(|error| HandleError {
                expected: "File",
                ..error
            })
    }
}

impl TryFrom<Handle> for OwnedSocket {
    type Error = HandleError;

    fn try_from(handle: Handle) -> Result<Self, HandleError> {
        socket(handle).map_err(|handle| HandleError {
            handle,
            expected: "socket",
        })
    }
}

impl TryFrom<Handle> for OwnedHandle {
    type Error = HandleError;

    fn try_from(handle: Handle) -> Result<Self, HandleError> {
        match handle.fd {
            os::Handle::Other(handle) => Ok(handle),
            fd @ os::Handle::Socket(_) => Err(HandleError {
                handle: Handle { fd, ..handle },
                expected: "handle",
            }),
        }
    }
}
