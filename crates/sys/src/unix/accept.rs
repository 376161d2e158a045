//! Accepting connections.

use std::io;
use std::os::fd::{AsRawFd, BorrowedFd, FromRawFd, OwnedFd};

use nix::errno::Errno;

/// Accepts a connection from a listening socket that does not block: close-on-exec, and not blocking either.
///
/// # Errors
/// Those of accept(2), but not `EINTR`: `WouldBlock` if no connection waits.
pub fn accept(listener: BorrowedFd<'_>) -> io::Result<OwnedFd> {
    loop {
        match accept_once(listener) {
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            result => return result,
        }
    }
}

/// Whether a failed [`accept`] found no descriptor left, in the process or in the system, or no memory.
pub fn is_out_of_descriptors(error: &io::Error) -> bool {
    let errno = error.raw_os_error().map(Errno::from_raw);
    matches!(
        errno,
        Some(Errno::EMFILE | Errno::ENFILE | Errno::ENOBUFS | Errno::ENOMEM)
    )
}

#[cfg(target_os = "linux")]
fn accept_once(listener: BorrowedFd<'_>) -> io::Result<OwnedFd> {
    use nix::sys::socket::{SockFlag, accept4};

    let fd = accept4(
        listener.as_raw_fd(),
        SockFlag::SOCK_CLOEXEC | SockFlag::SOCK_NONBLOCK,
    )?;
    // SAFETY: accept4 has just made it, for this call alone.
    Ok(unsafe { OwnedFd::from_raw_fd(fd) })
}

/// Elsewhere there are no flags, and a program that another thread starts between the calls could inherit the connection.
#[cfg(not(target_os = "linux"))]
fn accept_once(listener: BorrowedFd<'_>) -> io::Result<OwnedFd> {
    use std::os::fd::AsFd;

    use nix::fcntl::{FcntlArg, OFlag, fcntl};

    let fd = nix::sys::socket::accept(listener.as_raw_fd())?;
    // SAFETY: accept has just made it, for this call alone.
    let fd = unsafe { OwnedFd::from_raw_fd(fd) };
    super::set_cloexec(fd.as_fd())?;
    fcntl(&fd, FcntlArg::F_SETFL(OFlag::O_NONBLOCK))?;
    Ok(fd)
}

#[cfg(test)]
mod tests {
    use std::net::{TcpListener, TcpStream};
    use std::os::fd::AsFd;

    use super::*;

    #[test]
    fn waiting_connections_are_accepted_one_by_one_and_then_it_would_block() {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        listener.set_nonblocking(true).unwrap();
        let address = listener.local_addr().unwrap();
        let clients = [
            TcpStream::connect(address).unwrap(),
            TcpStream::connect(address).unwrap(),
        ];
        for client in &clients {
            let stream = TcpStream::from(accept(listener.as_fd()).unwrap());
            assert_eq!(stream.peer_addr().unwrap(), client.local_addr().unwrap());
        }
        let error = accept(listener.as_fd()).unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::WouldBlock);
    }
}
