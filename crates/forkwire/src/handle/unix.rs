//! Handles are descriptors.

use std::os::fd::{AsFd, BorrowedFd, OwnedFd};

use forkwire_proto::HandleKind;
use forkwire_sys::os::classify;

use super::Handle;

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
        let datagrams = classify(&fd).is_some_and(|class| !class.family.is_stream());
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
