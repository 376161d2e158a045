//! One end of a Unix domain socket pair.

use std::io::{self, IoSlice};
use std::os::fd::{AsFd, AsRawFd, BorrowedFd, OwnedFd, RawFd};
use std::time::Duration;

use nix::errno::Errno;
use nix::poll::{PollFd, PollFlags, PollTimeout, poll};
use nix::sys::socket::{
    AddressFamily, ControlMessage, MsgFlags, Shutdown, SockFlag, SockType, send, sendmsg, setsockopt,
    shutdown, socketpair, sockopt,
};

use crate::handle_stream::{HandleStream, Received, check_send};
use crate::unix::ancillary;
use crate::unix::descriptor::set_cloexec;
use crate::unix::write_error::{Verdict, verdict};

/// Bytes that each direction of a pair may hold in the kernel, as requested by `SO_SNDBUF`. Linux doubles the number for its
/// own bookkeeping, and caps it at `net.core.wmem_max` (socket(7)). With the default of 212,992, a writer of large messages
/// was measured to sleep and wake for each quarter of it, which halves the bandwidth.
const SEND_BUFFER: usize = 1024 * 1024;

/// A connected stream socket of the Unix domain. Every call is non-blocking, whatever the descriptor's own flag: a process
/// that shares the descriptor may need it to be blocking.
#[derive(Debug)]
pub struct Socket {
    fd: OwnedFd,
}

/// The two ends of a new channel or port, both close-on-exec.
///
/// # Errors
/// Those of [`Socket::pair`].
pub fn create_pair() -> io::Result<(OwnedFd, OwnedFd)> {
    let (ours, theirs) = Socket::pair()?;
    Ok((ours.fd, theirs.fd))
}

impl Socket {
    /// Creates two connected sockets, both close-on-exec.
    ///
    /// # Errors
    /// What socketpair(2) says: no descriptors left (`EMFILE`, `ENFILE`), no memory.
    pub fn pair() -> io::Result<(Self, Self)> {
        #[cfg(target_os = "linux")]
        let flags = SockFlag::SOCK_CLOEXEC;
        // macOS has no flag for it. A program that another thread starts between the calls could inherit the pair.
        #[cfg(not(target_os = "linux"))]
        let flags = SockFlag::empty();
        let (a, b) = socketpair(AddressFamily::Unix, SockType::Stream, None, flags)?;
        for fd in [&a, &b] {
            // Best effort: the system caps the size, and the channel works with any.
            let _ = setsockopt(fd, sockopt::SndBuf, &SEND_BUFFER);
            // macOS has 8 KiB for each direction, and checks both buffers.
            #[cfg(not(target_os = "linux"))]
            let _ = setsockopt(fd, sockopt::RcvBuf, &SEND_BUFFER);
        }
        Ok((Self::from_fd(a)?, Self::from_fd(b)?))
    }

    /// Takes over a connected Unix stream socket, and makes it close-on-exec.
    ///
    /// # Errors
    /// Those of fcntl(2) and setsockopt(2).
    pub fn from_fd(fd: OwnedFd) -> io::Result<Self> {
        set_cloexec(fd.as_fd())?;
        #[cfg(any(target_os = "macos", target_os = "ios"))]
        ancillary::no_sigpipe(fd.as_fd())?;
        Ok(Self { fd })
    }

    /// [`Socket::from_fd`], under the name that it has on every system.
    ///
    /// # Errors
    /// Those of [`Socket::from_fd`].
    pub fn from_end(end: OwnedFd) -> io::Result<Self> {
        Self::from_fd(end)
    }

    /// [`Socket::from_fd`] for the end of a port. Which channel it belongs to matters on Windows.
    ///
    /// # Errors
    /// Those of [`Socket::from_fd`].
    pub fn from_port(end: OwnedFd, _channel: Option<&Self>) -> io::Result<Self> {
        Self::from_fd(end)
    }

    /// What a socket over a [duplicate](Socket::duplicate) has to know of the stream: nothing.
    #[allow(clippy::unnecessary_wraps)] // a named pipe has frames of its own
    pub fn suspend(&self) -> Option<Vec<u8>> {
        Some(Vec::new())
    }

    /// Goes on where another one was [suspended](Socket::suspend).
    ///
    /// # Errors
    /// Never.
    #[allow(clippy::unnecessary_wraps)] // as above
    pub fn resume(&self, _state: &mut &[u8]) -> io::Result<()> {
        Ok(())
    }

    /// Leaves the stream to whoever has a duplicate: dropping the socket does that too.
    pub fn leave(&self) {}

    /// Ends both directions, for every process that shares this socket. The peer can still read queued bytes (unix(7)). It
    /// is not an error if the socket is shut down already.
    pub fn shut_down(&self) {
        // The only failure is ENOTCONN: the peer is gone, and there is nothing left to end.
        let _ = shutdown(self.fd.as_raw_fd(), Shutdown::Both);
    }

    /// Ends this direction, for every process that shares this socket: the peer reads what is queued, and then the end.
    pub fn finish_sending(&self) {
        let _ = shutdown(self.fd.as_raw_fd(), Shutdown::Write);
    }

    /// Blocks until the socket is readable (if `read`) or writable (if `write`), or has failed, for at most `timeout`. Returns
    /// false on timeout.
    ///
    /// # Errors
    /// Those of poll(2), except for `EINTR`, which returns true.
    pub fn wait(&self, read: bool, write: bool, timeout: Duration) -> io::Result<bool> {
        let timeout = PollTimeout::try_from(timeout).unwrap_or(PollTimeout::MAX);
        let mut flags = PollFlags::empty();
        flags.set(PollFlags::POLLIN, read);
        flags.set(PollFlags::POLLOUT, write);
        let mut fds = [PollFd::new(self.fd.as_fd(), flags)];
        match poll(&mut fds, timeout) {
            Ok(ready) => Ok(ready > 0),
            Err(Errno::EINTR) => Ok(true),
            Err(errno) => Err(errno.into()),
        }
    }

    /// Bytes that [`HandleStream::send`] accepted and the system does not have yet. On Unix this is always 0.
    ///
    /// # Errors
    /// Never.
    #[inline]
    #[allow(clippy::unnecessary_wraps)] // other transports learn here that a write has failed
    pub fn unfinished(&self) -> io::Result<usize> {
        Ok(0)
    }

    /// How many bytes, with the kernel's own, wait to be read by the peer before the socket is full (`SO_SNDBUF`).
    ///
    /// # Errors
    /// Those of setsockopt(2).
    pub fn set_send_buffer(&self, bytes: usize) -> io::Result<()> {
        Ok(setsockopt(&self.fd, sockopt::SndBuf, &bytes)?)
    }

    /// Names the process at the other end. On Unix this has no effect.
    pub fn set_peer(&self, _process: u32) {}

    /// Whether `handle` can be sent to the peer. On Unix, any handle can.
    ///
    /// # Errors
    /// Never.
    #[inline]
    #[allow(clippy::unnecessary_wraps)] // other transports may not reach the peer's process
    pub fn may_send(&self, _handle: &OwnedFd) -> io::Result<()> {
        Ok(())
    }

    /// A duplicate of the descriptor, closed on exec.
    ///
    /// # Errors
    /// `EMFILE`.
    pub fn duplicate(&self) -> io::Result<OwnedFd> {
        self.fd.try_clone()
    }

    /// Whether the peer has closed its end, or both directions are shut down. There may still be bytes to read.
    pub fn is_hung_up(&self) -> bool {
        let mut fds = [PollFd::new(self.fd.as_fd(), PollFlags::POLLHUP)];
        let asked = poll(&mut fds, PollTimeout::ZERO);
        asked.is_ok() && fds.iter().any(|fd| fd.any().unwrap_or(false))
    }
}

/// Whether a descriptor can be read now, without waiting.
pub fn is_readable(fd: BorrowedFd<'_>) -> bool {
    let mut fds = [PollFd::new(fd, PollFlags::POLLIN)];
    poll(&mut fds, PollTimeout::ZERO).is_ok_and(|ready| ready > 0)
}

/// Whether a failed [`HandleStream::send`] of handles may succeed later: too many descriptors of this user are in flight
/// (`ETOOMANYREFS`), or the kernel has no memory for one more message. The socket does not become writable when
/// that changes: try again after a while.
pub fn is_passing_shortage(error: &io::Error) -> bool {
    matches!(
        error.raw_os_error().map(Errno::from_raw),
        Some(Errno::ETOOMANYREFS | Errno::ENOBUFS | Errno::ENOMEM)
    )
}

/// Repeats `call` until it succeeds or fails for good.
fn write(handles: bool, mut call: impl FnMut() -> nix::Result<usize>) -> io::Result<usize> {
    loop {
        let errno = match call() {
            Ok(taken) => return Ok(taken),
            Err(errno) => errno,
        };
        match verdict(errno, handles, cfg!(target_vendor = "apple")) {
            Verdict::Retry => {}
            Verdict::Full => return Err(io::ErrorKind::WouldBlock.into()),
            Verdict::Failed => return Err(errno.into()),
        }
    }
}

impl HandleStream for Socket {
    type Handle = OwnedFd;

    fn send(&self, bytes: &[IoSlice<'_>], handles: &[OwnedFd]) -> io::Result<usize> {
        check_send(bytes, handles.len())?;
        #[cfg(target_os = "linux")]
        let flags = MsgFlags::MSG_DONTWAIT | MsgFlags::MSG_NOSIGNAL;
        #[cfg(not(target_os = "linux"))]
        let flags = MsgFlags::MSG_DONTWAIT;
        let fd = self.fd.as_raw_fd();
        if let ([bytes], []) = (bytes, handles) {
            // The common case, with less for the kernel to examine.
            return write(false, || send(fd, bytes, flags));
        }
        let raw: Vec<RawFd> = handles.iter().map(AsRawFd::as_raw_fd).collect();
        let rights = [ControlMessage::ScmRights(&raw)];
        let control = if raw.is_empty() { &[][..] } else { &rights[..] };
        write(!raw.is_empty(), || sendmsg::<()>(fd, bytes, control, flags, None))
    }

    fn recv(&self, buffer: &mut [u8], handles: &mut Vec<OwnedFd>) -> io::Result<Received> {
        self.recv_two(buffer, &mut [], handles)
    }

    fn recv_two(
        &self,
        buffer: &mut [u8],
        rest: &mut [u8],
        handles: &mut Vec<OwnedFd>,
    ) -> io::Result<Received> {
        loop {
            match ancillary::recvmsg(self.fd.as_fd(), [&mut *buffer, &mut *rest], handles) {
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                // The peer closed its end with unread bytes of ours. All of its own bytes were read before this.
                Err(error) if error.kind() == io::ErrorKind::ConnectionReset => {
                    return Ok(Received { bytes: 0, cut: false });
                }
                result => return result,
            }
        }
    }
}

impl AsFd for Socket {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.fd.as_fd()
    }
}

impl AsRawFd for Socket {
    fn as_raw_fd(&self) -> RawFd {
        self.fd.as_raw_fd()
    }
}

impl From<Socket> for OwnedFd {
    fn from(socket: Socket) -> Self {
        socket.fd
    }
}
