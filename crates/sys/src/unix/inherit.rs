//! Both sides of inheritance: a descriptor, and environment variables that name it.

use std::ffi::OsStr;
use std::io;
use std::os::fd::{AsFd, AsRawFd, BorrowedFd, FromRawFd, OwnedFd, RawFd};
use std::os::unix::process::CommandExt;
use std::process::Command;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicI32, Ordering};
use std::time::Duration;

use nix::fcntl::{FcntlArg, FdFlag, fcntl};
use nix::sys::socket::{SockaddrStorage, getpeername};
#[cfg(target_os = "linux")]
use nix::sys::socket::{getsockopt, sockopt};

use super::descriptor::{borrow, classify, is_cloexec, set_cloexec};
use super::lifeline::end_with_peer;
use crate::class::Family;

/// Whether this process has taken the descriptor that it inherited.
static TAKEN: AtomicBool = AtomicBool::new(false);

/// Takes over the descriptor that the parent process opened for this program, and makes it close on exec. Only the first
/// call of a process can succeed: later ones return `Ok(None)`, whatever `fd` is.
///
/// A number from the environment may be stale, and name a descriptor that something in this process owns by now. The
/// function is safe because it takes only what no other owner can claim:
///
/// - The descriptor is a connected stream socket of the Unix domain.
/// - It is not closed on exec. An inherited descriptor cannot be, because it survived exec. Whatever Rust's standard
///   library, tokio and other careful libraries open themselves is.
/// - On Linux, this process did not make the socket itself (`SO_PEERCRED`, unix(7)): a socket pair names its maker.
/// - It has not been taken before. Afterwards it is closed on exec, so that the second check fails for it as well.
///
/// # Errors
/// `EBADF` if `fd` is not open, and `ENOTSOCK` if it is not a connected stream socket of the Unix domain. `InvalidInput`,
/// with the reason, if this process did not inherit it. It is left alone in each case.
pub fn take_inherited(fd: RawFd) -> io::Result<Option<OwnedFd>> {
    if TAKEN.load(Ordering::Acquire) {
        return Ok(None);
    }
    check_inherited(fd)?;
    if TAKEN.swap(true, Ordering::AcqRel) {
        return Ok(None);
    }
    // SAFETY: fd is open. By the checks above nothing in this process owns it: it was open before the program began, and
    // TAKEN hands it out once.
    let fd = unsafe { OwnedFd::from_raw_fd(fd) };
    set_cloexec(fd.as_fd())?;
    Ok(Some(fd))
}

/// Ends this process once the parent that opened `fd` for it is gone, as [`end_with_peer`](super::end_with_peer) does. Only the first
/// call of a process can succeed; later ones do nothing.
///
/// # Errors
/// Those of [`take_inherited`], with the same checks, and that a thread could not be started.
pub fn end_with_inherited(fd: RawFd, grace: Duration) -> io::Result<()> {
    static TAKEN: AtomicBool = AtomicBool::new(false);
    if TAKEN.load(Ordering::Acquire) {
        return Ok(());
    }
    check_inherited(fd)?;
    if TAKEN.swap(true, Ordering::AcqRel) {
        return Ok(());
    }
    // SAFETY: as in take_inherited.
    let fd = unsafe { OwnedFd::from_raw_fd(fd) };
    end_with_peer(fd, grace)
}

fn check_inherited(fd: RawFd) -> io::Result<()> {
    let fd = borrow(fd)?;
    let is_stream = classify(&fd).is_some_and(|class| class.family == Family::Pipe && !class.listening);
    if !is_stream || getpeername::<SockaddrStorage>(fd.as_raw_fd()).is_err() {
        return Err(io::Error::from_raw_os_error(libc::ENOTSOCK));
    }
    let stale = |reason: &str| {
        let what = format!(
            "this process did not inherit it ({reason}): the number is left over from another process"
        );
        Err(io::Error::new(io::ErrorKind::InvalidInput, what))
    };
    if is_cloexec(fd)? {
        return stale("it is closed on exec");
    }
    #[cfg(target_os = "linux")]
    if getsockopt(&fd, sockopt::PeerCredentials)
        .is_ok_and(|peer| u32::try_from(peer.pid()).is_ok_and(|pid| pid == std::process::id()))
    {
        return stale("it made the socket itself");
    }
    Ok(())
}

/// A command whose program can inherit a descriptor.
#[derive(Debug)]
pub struct InheritedFd(Arc<AtomicI32>);

/// As long as this guard lives, the program that the command starts inherits the descriptor.
#[derive(Debug)]
pub struct InheritGuard<'a> {
    inherited: &'a InheritedFd,
    _fd: BorrowedFd<'a>,
}

/// No descriptor.
const NONE: RawFd = -1;

impl InheritedFd {
    /// Prepares a command. For all other programs that this process starts, the descriptor stays close-on-exec.
    pub fn new(command: &mut Command) -> Self {
        let place = Arc::new(AtomicI32::new(NONE));
        let inherit = {
            let place = Arc::clone(&place);
            move || match place.load(Ordering::Relaxed) {
                NONE => Ok(()),
                fd => keep_on_exec(fd),
            }
        };
        // SAFETY: runs between fork and exec. It only loads an atomic and calls fcntl(2), and both are safe there
        // (signal-safety(7)).
        unsafe { command.pre_exec(inherit) };
        Self(place)
    }

    /// Lets the program that the command starts next inherit `fd`, under the same number.
    pub fn lend<'a>(&'a self, fd: BorrowedFd<'a>) -> InheritGuard<'a> {
        self.0.store(fd.as_raw_fd(), Ordering::Relaxed);
        InheritGuard {
            inherited: self,
            _fd: fd,
        }
    }
}

impl Drop for InheritGuard<'_> {
    fn drop(&mut self) {
        self.inherited.0.store(NONE, Ordering::Relaxed);
    }
}

fn keep_on_exec(fd: RawFd) -> io::Result<()> {
    // SAFETY: it was borrowed from its owner when it was lent, and this process is a copy of that moment.
    let fd = unsafe { BorrowedFd::borrow_raw(fd) };
    fcntl(fd, FcntlArg::F_SETFD(FdFlag::empty()))?;
    Ok(())
}

/// Removes variables from the environment of this process, if this is its only thread, and returns whether it did. On systems
/// without `/proc` the number of threads is unknown, and nothing is removed.
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
