//! Inheritance: a descriptor or the name of a pipe, and environment variables that name it.

use std::ffi::OsStr;
use std::io;
use std::os::windows::io::{FromRawHandle, OwnedHandle, RawHandle};
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use windows_sys::Win32::Foundation::{ERROR_INVALID_HANDLE, HANDLE_FLAG_INHERIT, SetHandleInformation};

use super::handle::Handle;
use super::{check, class, server, table};

/// Whether this process has taken the end that it inherited.
static TAKEN: AtomicBool = AtomicBool::new(false);

/// Takes over the end of a pipe that the parent gave to this program as the descriptor `fd`, and keeps it from being
/// inherited. Only the first call of a process can succeed: later ones return `Ok(None)`, whatever `fd` is. To the C runtime
/// of this program, if it has one, the descriptor stays open: it must not be used there.
///
/// # Errors
/// `ERROR_INVALID_HANDLE` if there is no such descriptor, or it is not an end of a named pipe. It is left alone then.
pub fn take_inherited(fd: i32) -> io::Result<Option<OwnedHandle>> {
    if TAKEN.load(Ordering::Acquire) {
        return Ok(None);
    }
    take(fd, &TAKEN)
}

/// Ends this process with its parent, which has given this program the end of a pipe as the descriptor `fd` and keeps the other one: see
/// [`end_with_peer`](super::end_with_peer). Only the first call of a process does something. The time is for systems with signals.
///
/// # Errors
/// Those of [`take_inherited`] and [`end_with_peer`](super::end_with_peer).
pub fn end_with_inherited(fd: i32, _grace: Duration) -> io::Result<()> {
    static TAKEN: AtomicBool = AtomicBool::new(false);
    if TAKEN.load(Ordering::Acquire) {
        return Ok(());
    }
    take(fd, &TAKEN)?.map_or(Ok(()), super::end_with_peer)
}

/// Takes a pipe that was inherited, unless another one was taken already.
fn take(fd: i32, taken: &AtomicBool) -> io::Result<Option<OwnedHandle>> {
    let raw = usize::try_from(fd)
        .ok()
        .and_then(|fd| table::handle_of(&table::inherited(), fd))
        .ok_or_else(no_pipe)? as RawHandle;
    // SAFETY: it takes no pointer; a handle that is not open makes the call fail.
    // (SetHandleInformation function, handleapi.h)
    check(unsafe { SetHandleInformation(raw, HANDLE_FLAG_INHERIT, 0) })?;
    // SAFETY: it is open; it was opened by the parent for whoever takes the channel in this program, which is us. If it is
    // given back below, it is not closed.
    let handle = Handle::Other(unsafe { OwnedHandle::from_raw_handle(raw) });
    let is_pipe = class::classify(&handle).is_some();
    let first = is_pipe && !taken.swap(true, Ordering::AcqRel);
    match handle {
        Handle::Other(handle) if first => Ok(Some(handle)),
        handle => {
            // It has another owner.
            std::mem::forget(handle);
            if is_pipe { Ok(None) } else { Err(no_pipe()) }
        }
    }
}

/// Opens the pipe that the process `parent` created for this program under a name. Only the first call of a process can
/// succeed, as with [`take_inherited`].
///
/// # Errors
/// Those of [`server::open`]. The pipe is left alone then.
pub fn open_inherited(name: &str, parent: u32) -> io::Result<Option<OwnedHandle>> {
    if TAKEN.load(Ordering::Acquire) {
        return Ok(None);
    }
    let end = server::open(name, parent)?;
    Ok((!TAKEN.swap(true, Ordering::AcqRel)).then_some(end))
}

/// Removes variables from the environment of this process. On Windows this is always possible: the system locks them.
pub fn remove_variables(names: &[impl AsRef<OsStr>]) -> bool {
    for name in names {
        // SAFETY: on Windows it is safe in a program of any number of threads. (std::env::remove_var)
        unsafe { std::env::remove_var(name) };
    }
    true
}

#[allow(clippy::cast_possible_wrap)] // 6
fn no_pipe() -> io::Error {
    io::Error::from_raw_os_error(ERROR_INVALID_HANDLE as i32)
}
