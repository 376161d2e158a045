//! What a channel needs from its transport.

use std::io::{self, IoSlice};

/// The most handles in one [`HandleStream::send`]: Linux's `SCM_MAX_FD` (unix(7)). With more, it fails and sends nothing.
pub const MAX_HANDLES: usize = 253;

/// The result of one [`HandleStream::recv`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Received {
    /// Bytes read; 0 is the end of the stream.
    pub bytes: usize,
    /// Whether this process lost some of the handles because it had no descriptors left (`MSG_CTRUNC`).
    pub cut: bool,
}

/// A reliable byte stream in which handles travel beside the bytes.
///
/// The contract, which one suite checks for every implementation:
///
/// - Handles belong to the first byte of their `send`: the read that returns this byte returns them as well. One `recv`
///   returns the handles of at most one `send`.
/// - A `send` that takes at least one byte has taken all its handles; one that fails has taken none.
/// - `EINTR` is never returned.
/// - No call blocks. A call that would have to wait fails with [`io::ErrorKind::WouldBlock`].
/// - A received handle is close-on-exec from the start, where the system can do that.
pub trait HandleStream {
    /// A handle that travels beside the bytes. The receiver owns it.
    type Handle;

    /// Writes some of `bytes`, and all of `handles` with them. Returns the number of bytes taken.
    ///
    /// # Errors
    /// `WouldBlock`; `InvalidInput` for handles without bytes or more than [`MAX_HANDLES`]; `BrokenPipe` when the peer is
    /// gone; or any error of the system.
    fn send(&self, bytes: &[IoSlice<'_>], handles: &[Self::Handle]) -> io::Result<usize>;

    /// Reads some bytes into `buffer` (which is not empty) and appends handles that came with them to `handles`.
    ///
    /// # Errors
    /// `WouldBlock`; or any error of the system. A peer that vanished is the end of the stream, not an error.
    fn recv(&self, buffer: &mut [u8], handles: &mut Vec<Self::Handle>) -> io::Result<Received>;

    /// Reads as [`recv`](HandleStream::recv), first into `buffer`, and then into `rest` (which may be empty) where the system
    /// can fill both in one call.
    ///
    /// # Errors
    /// Those of [`recv`](HandleStream::recv).
    fn recv_two(
        &self,
        buffer: &mut [u8],
        rest: &mut [u8],
        handles: &mut Vec<Self::Handle>,
    ) -> io::Result<Received> {
        let _ = rest;
        self.recv(buffer, handles)
    }
}

/// Checks the arguments of a send, for every implementation.
pub(crate) fn check_send(bytes: &[IoSlice<'_>], handles: usize) -> io::Result<()> {
    if handles == 0 {
        return Ok(());
    }
    if handles > MAX_HANDLES {
        return Err(io::Error::new(
            io::ErrorKind::InvalidInput,
            "more than 253 handles in one transfer",
        ));
    }
    if bytes.iter().all(|slice| slice.is_empty()) {
        return Err(io::Error::new(
            io::ErrorKind::InvalidInput,
            "handles need at least one byte to travel with",
        ));
    }
    Ok(())
}
