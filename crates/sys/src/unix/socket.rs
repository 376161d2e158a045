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

/// Bytes that each direction of a pair may hold in the kernel, as asked for with `SO_SNDBUF` (socket(7): Linux doubles
/// it for its own book-keeping, and caps it at `net.core.wmem_max`). Measured: with the default of 212,992 a writer of
/// large messages sleeps and wakes for each quarter of it, which halves the bandwidth.
const SEND_BUFFER: usize = 1024 * 1024;

/// A connected stream socket of the Unix domain. Every call is non-blocking, whatever the descriptor's own flag says:
/// the other end may be shared with a process that wants it otherwise.
#[derive(Debug)]
pub struct Socket {
    fd: OwnedFd,
}

impl Socket {
    /// Two connected sockets, both closed on exec.
    ///
    /// # Errors
    /// What socketpair(2) says: no descriptors left (`EMFILE`, `ENFILE`), no memory.
    pub fn pair() -> io::Result<(Self, Self)> {
        #[cfg(target_os = "linux")]
        let flags = SockFlag::SOCK_CLOEXEC;
        // macOS has no flag for it: between the calls a process started by another thread could inherit the pair.
        #[cfg(not(target_os = "linux"))]
        let flags = SockFlag::empty();
        let (a, b) = socketpair(AddressFamily::Unix, SockType::Stream, None, flags)?;
        for fd in [&a, &b] {
            // A wish: the system caps it, and the channel works with any size.
            let _ = setsockopt(fd, sockopt::SndBuf, &SEND_BUFFER);
            // macOS gives 8 KiB to each, and compares with both.
            #[cfg(not(target_os = "linux"))]
            let _ = setsockopt(fd, sockopt::RcvBuf, &SEND_BUFFER);
        }
        Ok((Self::from_fd(a)?, Self::from_fd(b)?))
    }

    /// Takes over a connected Unix stream socket, and makes it close on exec.
    ///
    /// # Errors
    /// What fcntl(2) or setsockopt(2) say.
    pub fn from_fd(fd: OwnedFd) -> io::Result<Self> {
        set_cloexec(fd.as_fd())?;
        #[cfg(any(target_os = "macos", target_os = "ios"))]
        ancillary::no_sigpipe(fd.as_fd())?;
        Ok(Self { fd })
    }

    /// The same, under the name that it has on every system.
    ///
    /// # Errors
    /// As [`Socket::from_fd`].
    pub fn from_end(end: OwnedFd) -> io::Result<Self> {
        Self::from_fd(end)
    }

    /// Ends both directions at once, for every process that shares this socket. Queued bytes can still be read by the
    /// peer (unix(7)). A socket that is shut down already is no error.
    pub fn shut_down(&self) {
        // The only failure is ENOTCONN: the peer is gone, and there is nothing left to end.
        let _ = shutdown(self.fd.as_raw_fd(), Shutdown::Both);
    }

    /// Ends this direction, for every process that shares this socket: the peer reads what is queued, and then the end.
    pub fn finish_sending(&self) {
        let _ = shutdown(self.fd.as_raw_fd(), Shutdown::Write);
    }

    /// Blocks until the socket can be read (if `read`) or written (if `write`), or has failed, at most `timeout`. False:
    /// the time is over.
    ///
    /// # Errors
    /// What poll(2) says, except `EINTR`, which counts as "try again".
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

    /// Bytes that were taken and that the system does not have yet: none, it takes them at once.
    ///
    /// # Errors
    /// Never.
    #[inline]
    #[allow(clippy::unnecessary_wraps)] // other transports learn here that a write has failed
    pub fn unfinished(&self) -> io::Result<usize> {
        Ok(0)
    }

    /// Who is at the other end: on Unix it does not matter.
    pub fn set_peer(&self, _process: u32) {}

    /// Whether the peer could be given `handle`: on Unix any peer can be given any.
    ///
    /// # Errors
    /// Never.
    #[inline]
    #[allow(clippy::unnecessary_wraps)] // other transports may not reach the peer's process
    pub fn may_send(&self, _handle: &OwnedFd) -> io::Result<()> {
        Ok(())
    }

    /// Whether the peer has closed its end, or both directions are shut down. Bytes may be left to read.
    pub fn is_hung_up(&self) -> bool {
        let mut fds = [PollFd::new(self.fd.as_fd(), PollFlags::POLLHUP)];
        let asked = poll(&mut fds, PollTimeout::ZERO);
        asked.is_ok() && fds.iter().any(|fd| fd.any().unwrap_or(false))
    }
}

/// Whether a failed [`HandleStream::send`] of handles may succeed later: too many descriptors of this user are in flight
/// (`ETOOMANYREFS`), or the kernel has no memory for one more message. Nothing becomes writable when that changes; try
/// again after a while.
pub fn is_passing_shortage(error: &io::Error) -> bool {
    matches!(
        error.raw_os_error().map(Errno::from_raw),
        Some(Errno::ETOOMANYREFS | Errno::ENOBUFS | Errno::ENOMEM)
    )
}

/// Makes `call` until it succeeds or fails for a reason.
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
            // The usual case, for which the kernel has less to look at.
            return write(false, || send(fd, bytes, flags));
        }
        let raw: Vec<RawFd> = handles.iter().map(AsRawFd::as_raw_fd).collect();
        let rights = [ControlMessage::ScmRights(&raw)];
        let control = if raw.is_empty() { &[][..] } else { &rights[..] };
        write(!raw.is_empty(), || sendmsg::<()>(fd, bytes, control, flags, None))
    }

    fn recv(&self, buffer: &mut [u8], handles: &mut Vec<OwnedFd>) -> io::Result<Received> {
        loop {
            match ancillary::recvmsg(self.fd.as_fd(), buffer, handles) {
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                // The peer closed its end with bytes of ours unread; all of its own were read before this is said.
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
