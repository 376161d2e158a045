//! What a parent left for this program: a descriptor, and environment variables that name it.

use std::ffi::OsStr;
use std::io;
use std::os::fd::{AsFd, FromRawFd, OwnedFd, RawFd};
use std::sync::atomic::{AtomicBool, Ordering};

use super::descriptor::{Family, class_of, set_cloexec};

/// Whether this process has taken what it inherited.
static TAKEN: AtomicBool = AtomicBool::new(false);

/// Takes over the descriptor that the parent opened for this program, and makes it close on exec. Only once in a
/// process: `Ok(None)` the second time, whatever `fd` is.
///
/// # Errors
/// `EBADF` if it is not open, `ENOTSOCK` if it is no stream socket of the Unix domain. It is not taken then.
pub fn take_inherited(fd: RawFd) -> io::Result<Option<OwnedFd>> {
    if TAKEN.load(Ordering::Acquire) {
        return Ok(None);
    }
    let is_channel = class_of(fd)?.is_some_and(|class| class.family == Family::Pipe && !class.listening);
    if !is_channel {
        return Err(io::Error::from_raw_os_error(libc::ENOTSOCK));
    }
    if TAKEN.swap(true, Ordering::AcqRel) {
        return Ok(None);
    }
    // SAFETY: fd is open; it was opened by the parent for whoever takes the channel in this program, which is us and,
    // by TAKEN, us only once.
    let fd = unsafe { OwnedFd::from_raw_fd(fd) };
    set_cloexec(fd.as_fd())?;
    Ok(Some(fd))
}

/// Removes variables from the environment of this process, if nobody can be looking at it: if this is its only thread.
/// Says whether it was done. Where the number of threads cannot be known (systems without `/proc`), it is not.
pub fn remove_variables(names: &[impl AsRef<OsStr>]) -> bool {
    let alone = std::fs::read_dir("/proc/self/task").is_ok_and(|threads| threads.count() == 1);
    if alone {
        for name in names {
            // SAFETY: the environment must not be used by another thread meanwhile; there is none, and only this one
            // could start one.
            unsafe { std::env::remove_var(name) };
        }
    }
    alone
}
