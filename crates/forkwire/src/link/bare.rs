//! On a Unix socket, both wires need no framing of their own.

use std::io::{self, IoSlice};

use forkwire_proto::{Wire, WireError};
use forkwire_sys::os::{Handle, Transport};
use forkwire_sys::{HandleStream, Received};

use crate::error::Error;

/// A short read means an empty socket.
pub(super) const MORE: bool = false;

/// Adds nothing to the bytes.
#[derive(Debug)]
pub(super) struct Framing;

#[allow(clippy::unused_self, clippy::unnecessary_wraps)] // what frames has a state, and fails
impl Framing {
    pub(super) fn new(_wire: &Wire<Handle>) -> Self {
        Self
    }

    #[inline]
    pub(super) fn send(
        &self,
        transport: &Transport,
        bytes: &[IoSlice<'_>],
        handles: &[Handle],
    ) -> io::Result<usize> {
        transport.send(bytes, handles)
    }

    #[inline]
    pub(super) fn recv(
        &mut self,
        transport: &Transport,
        buffer: &mut [u8],
        rest: &mut [u8],
        handles: &mut Vec<Handle>,
        _received: u64,
    ) -> Result<Received, Error> {
        Ok(transport.recv_two(buffer, rest, handles)?)
    }

    pub(super) fn finish(&self) -> Result<(), WireError> {
        Ok(())
    }

    pub(super) fn may_send(&self, _handle: &Handle) -> io::Result<()> {
        Ok(())
    }
}
