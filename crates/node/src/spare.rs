//! Processes that are started before they have a program: both ends of the hand-over.

use napi::bindgen_prelude::Buffer;
use napi_derive::napi;

use crate::error::{Result, errno};
use crate::ffi::handover;

/// What a spare process gets when it is taken.
#[napi(object)]
pub struct HandOver {
    /// The text that the parent gave.
    pub text: String,
    /// Descriptors, closed on exec, which the caller owns.
    pub handles: Vec<i32>,
}

/// On Unix, closes a descriptor on exec, as if it had been opened so.
///
/// Throws an errno error: `EBADF` if it is not open, `ENOSYS` on Windows.
#[napi]
pub fn close_on_exec(fd: i32) -> Result<()> {
    handover::close_on_exec(fd).map_err(|error| errno("fcntl", &error))
}

/// Gives a spare its text, and duplicates of descriptors. `fd` is the other end of the one that it waits at, and stays the
/// caller's, like the descriptors. Returns what the socket did not take, for the caller to write later.
///
/// Throws an errno error, with nothing sent: `EPIPE` if the spare is gone, `EBADF`, `EMFILE`, `ENOSYS` on Windows.
#[napi]
#[allow(clippy::needless_pass_by_value)] // the shape that napi-rs calls
pub fn hand_over(fd: i32, text: String, handles: Vec<i32>) -> Result<Buffer> {
    let rest = handover::give(fd, &text, &handles).map_err(|error| errno("sendmsg", &error))?;
    Ok(rest.into())
}

/// Blocks this thread until the parent hands over. Null if the parent has closed its end. `fd` stays the caller's.
///
/// Throws an errno error: `EMFILE` if descriptors were lost on the way, `ENOSYS` on Windows.
#[napi]
pub fn await_hand_over(fd: i32) -> Result<Option<HandOver>> {
    let received = handover::receive(fd).map_err(|error| errno("recvmsg", &error))?;
    Ok(received.map(|(text, handles)| HandOver { text, handles }))
}

/// Gives each descriptor of `handles`, which become the addon's, the number in the same place of `numbers`. What had the
/// number is closed.
///
/// Throws an errno error: `EBADF`, `EMFILE`, `ENOSYS` on Windows.
#[napi]
#[allow(clippy::needless_pass_by_value)] // the shape that napi-rs calls
pub fn place_handles(handles: Vec<i32>, numbers: Vec<i32>) -> Result<()> {
    handover::place(&handles, &numbers).map_err(|error| errno("dup2", &error))
}
