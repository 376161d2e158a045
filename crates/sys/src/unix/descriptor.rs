//! File descriptors: taking them over, duplicating and classifying them.

use std::io;
#[cfg(target_os = "linux")]
use std::ops::RangeInclusive;
use std::os::fd::{AsFd, AsRawFd, BorrowedFd, FromRawFd, OwnedFd, RawFd};

use nix::fcntl::{FcntlArg, FdFlag, fcntl};
use nix::sys::resource::{Resource, getrlimit};
use nix::sys::socket::{
    AddressFamily, SockType, SockaddrLike, SockaddrStorage, getsockname, getsockopt, sockopt,
};
#[cfg(target_os = "linux")]
use nix::{getsockopt_impl, sockopt_impl};

use crate::class::{Family, SocketClass};
use crate::handle_stream::MAX_HANDLES;

#[cfg(target_os = "linux")]
sockopt_impl!(
    /// The first byte of `struct tcp_info` (tcp(7)): the state of a TCP socket. An error for any other.
    TcpState,
    GetOnly,
    libc::IPPROTO_TCP,
    libc::TCP_INFO,
    u8
);

/// Classifies a TCP socket with one call in place of three.
#[cfg(target_os = "linux")]
fn classify_tcp(fd: BorrowedFd<'_>) -> Option<SocketClass> {
    // `TCP_LISTEN`, and the states that existed when this was written: `include/net/tcp_states.h` of Linux.
    const LISTEN: u8 = 10;
    const STATES: RangeInclusive<u8> = 1..=12;

    let state = getsockopt(&fd, TcpState).ok()?;
    // A system that only looks like Linux may not fill it in.
    STATES.contains(&state).then_some(SocketClass {
        family: Family::Tcp,
        listening: state == LISTEN,
    })
}

#[cfg(not(target_os = "linux"))]
fn classify_tcp(_fd: BorrowedFd<'_>) -> Option<SocketClass> {
    None
}

/// Classifies a socket. `None` if `fd` is not a socket, or one for which Node has no object.
pub fn classify(fd: &impl AsFd) -> Option<SocketClass> {
    let fd = fd.as_fd();
    if let Some(class) = classify_tcp(fd) {
        return Some(class);
    }
    let kind = getsockopt(&fd, sockopt::SockType).ok()?;
    let address = getsockname::<SockaddrStorage>(fd.as_raw_fd()).ok()?;
    let family = match (kind, address.family()?) {
        (SockType::Stream, AddressFamily::Inet | AddressFamily::Inet6) => Family::Tcp,
        (SockType::Stream, AddressFamily::Unix) => Family::Pipe,
        (SockType::Datagram, AddressFamily::Inet) => Family::Udp4,
        (SockType::Datagram, AddressFamily::Inet6) => Family::Udp6,
        _ => return None,
    };
    let listening = family.is_stream() && getsockopt(&fd, sockopt::AcceptConn).unwrap_or(false);
    Some(SocketClass { family, listening })
}

/// Whether `fd` is a socket of any kind.
pub fn is_socket(fd: BorrowedFd<'_>) -> bool {
    getsockopt(&fd, sockopt::SockType).is_ok()
}

/// Takes over an open descriptor.
///
/// # Safety
/// `fd` must be the caller's to give away: nothing else may close it later.
///
/// # Errors
/// `EBADF` if it is not open.
pub unsafe fn adopt(fd: RawFd) -> io::Result<OwnedFd> {
    borrow(fd)?;
    // SAFETY: fd is open, and the caller promises that it is ours from here on.
    Ok(unsafe { OwnedFd::from_raw_fd(fd) })
}

/// Duplicates an open descriptor that has another owner. The duplicate is close-on-exec from the start.
///
/// # Errors
/// `EBADF` if it is not open, `EMFILE` if this process has no descriptors left.
pub fn duplicate(fd: RawFd) -> io::Result<OwnedFd> {
    if fd < 0 {
        return Err(io::Error::from_raw_os_error(libc::EBADF));
    }
    // SAFETY: fd is not -1; the call fails for a descriptor that is not open, no more.
    let borrowed = unsafe { BorrowedFd::borrow_raw(fd) };
    let copy = fcntl(borrowed, FcntlArg::F_DUPFD_CLOEXEC(0))?;
    // SAFETY: fcntl has just made this descriptor; nobody else knows it.
    Ok(unsafe { OwnedFd::from_raw_fd(copy) })
}

/// Makes a descriptor close-on-exec.
///
/// # Errors
/// What fcntl(2) says.
pub fn set_cloexec(fd: BorrowedFd<'_>) -> io::Result<()> {
    let flags = FdFlag::from_bits_retain(fcntl(fd, FcntlArg::F_GETFD)?);
    fcntl(fd, FcntlArg::F_SETFD(flags | FdFlag::FD_CLOEXEC))?;
    Ok(())
}

/// Whether a descriptor is closed on exec.
pub(super) fn is_cloexec(fd: BorrowedFd<'_>) -> io::Result<bool> {
    let flags = FdFlag::from_bits_retain(fcntl(fd, FcntlArg::F_GETFD)?);
    Ok(flags.contains(FdFlag::FD_CLOEXEC))
}

/// Checks that a descriptor is open. `EBADF` if it is not.
pub(super) fn borrow<'a>(fd: RawFd) -> io::Result<BorrowedFd<'a>> {
    if fd < 0 {
        return Err(io::Error::from_raw_os_error(libc::EBADF));
    }
    // SAFETY: fd is not -1; a descriptor that is not open makes the calls above fail, no more.
    let fd = unsafe { BorrowedFd::borrow_raw(fd) };
    fcntl(fd, FcntlArg::F_GETFD)?;
    Ok(fd)
}

/// Whether this process may have no room for what one more send of the peer can bring, after it has received these. The system gives
/// out the lowest number that is free (open(2)).
pub fn is_crowded(received: &[OwnedFd]) -> bool {
    let Ok((limit, _)) = getrlimit(Resource::RLIMIT_NOFILE) else {
        return false;
    };
    let highest = received.iter().map(AsRawFd::as_raw_fd).max().unwrap_or_default();
    u64::try_from(highest).unwrap_or_default() + MAX_HANDLES as u64 >= limit
}
