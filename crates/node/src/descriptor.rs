//! Descriptors that JavaScript holds by number before or after a channel has them.

use forkwire_sys::unix::Socket;
use napi_derive::napi;
use std::os::fd::{IntoRawFd, OwnedFd};

use crate::error::{Result, errno};
use crate::ffi::js::take_fd;

/// Two connected Unix stream sockets, both closed on exec. The caller owns both.
///
/// Throws an errno error (`EMFILE`, `ENFILE`) when there are no descriptors left.
#[napi]
pub fn create_pair() -> Result<Vec<i32>> {
    let (ours, theirs) = Socket::pair().map_err(|error| errno("socketpair", &error))?;
    Ok([ours, theirs]
        .map(|socket| OwnedFd::from(socket).into_raw_fd())
        .to_vec())
}

/// Closes a descriptor that the caller owns: one of a pair, or one that came with a message and was not used.
///
/// Throws `EBADF` if it is not open.
#[napi]
pub fn close_fd(fd: i32) -> Result<()> {
    take_fd(fd).map(drop).map_err(|error| errno("close", &error))
}
