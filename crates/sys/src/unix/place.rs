//! Descriptors at fixed numbers, as a program that was just started finds them.

use std::io;
use std::os::fd::{AsRawFd, FromRawFd, OwnedFd, RawFd};

use nix::errno::Errno;
use nix::fcntl::{FcntlArg, OFlag, fcntl};

/// The highest number of the standard streams.
const STDERR: RawFd = 2;

/// Gives each handle the number beside it, where it survives exec. What had the number before is closed. The standard
/// streams become blocking, as libuv makes those that a child inherits (`uv__process_child_init`).
///
/// # Safety
/// The numbers are the caller's to replace: nothing in this process owns what they refer to now.
///
/// # Errors
/// `EBADF` for a negative number. What dup2(2) and fcntl(2) say: no descriptors are left for a handle that is in the way of
/// another one. Handles that were placed before the error keep their new numbers.
pub unsafe fn place(handles: Vec<OwnedFd>, numbers: &[RawFd]) -> io::Result<()> {
    let above = numbers.iter().copied().max().unwrap_or(0).saturating_add(1);
    let mut apart = Vec::with_capacity(handles.len());
    for handle in handles {
        // A program that closed one of the numbers may have received a handle under it.
        apart.push(if handle.as_raw_fd() < above {
            raise(&handle, above)?
        } else {
            handle
        });
    }
    for (handle, &number) in apart.iter().zip(numbers) {
        // SAFETY: the caller gives the number away, and `handle` is open.
        let placed = unsafe { libc::dup2(handle.as_raw_fd(), number) };
        Errno::result(placed)?;
        if number <= STDERR {
            let flags = OFlag::from_bits_retain(fcntl(handle, FcntlArg::F_GETFL)?);
            fcntl(handle, FcntlArg::F_SETFL(flags.difference(OFlag::O_NONBLOCK)))?;
        }
    }
    Ok(())
}

/// A duplicate with a number of at least `least`.
fn raise(handle: &OwnedFd, least: RawFd) -> io::Result<OwnedFd> {
    let copy = fcntl(handle, FcntlArg::F_DUPFD_CLOEXEC(least))?;
    // SAFETY: fcntl has just made this descriptor; nobody else knows it.
    Ok(unsafe { OwnedFd::from_raw_fd(copy) })
}
