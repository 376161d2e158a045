//! Handles are descriptors.

use std::fs::File;
use std::io::{PipeReader, PipeWriter};
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::process::{ChildStderr, ChildStdin, ChildStdout};

use forkwire_proto::HandleKind;
use forkwire_sys::ObjectType;
use forkwire_sys::os::{classify, object_type};

use super::{Handle, HandleError};

/// The socket behind a handle.
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
        let kind = match classify(&fd) {
            Some(class) if class.family.is_stream() => HandleKind::NetNative,
            Some(_) => HandleKind::DgramNative,
            None => HandleKind::Descriptor,
        };
        Self::new(kind, fd)
    }
}

/// Descriptors of which Node makes a `Descriptor`.
macro_rules! descriptors {
    ($($type:ty),*) => {$(
        impl From<$type> for Handle {
            fn from(descriptor: $type) -> Self {
                Self::new(HandleKind::Descriptor, OwnedFd::from(descriptor))
            }
        }
    )*};
}

descriptors!(File, PipeReader, PipeWriter, ChildStdin, ChildStdout, ChildStderr);

/// Gives the handle back if the test fails.
macro_rules! from_descriptors {
    ($($name:literal, $type:ty => $fits:expr;)*) => {$(
        impl TryFrom<Handle> for $type {
            type Error = HandleError;

            fn try_from(handle: Handle) -> Result<Self, HandleError> {
                let fits: fn(ObjectType) -> bool = $fits;
                if fits(object_type(&handle.fd)) {
                    Ok(handle.fd.into())
                } else {
                    Err(HandleError { handle, expected: $name })
                }
            }
        }
    )*};
}

from_descriptors! {
    "File", File => |object| object != ObjectType::Socket;
    "PipeReader", PipeReader => |object| object == ObjectType::Pipe;
    "PipeWriter", PipeWriter => |object| object == ObjectType::Pipe;
}

impl From<Handle> for OwnedFd {
    fn from(handle: Handle) -> Self {
        handle.fd
    }
}
