//! Both wires go over a Unix socket as they are.

use std::io::{self, IoSlice};

use forkwire_proto::{Wire, WireError};
use forkwire_sys::os::{Carrier, Handle};
use forkwire_sys::{Received, Transport};

use crate::error::Error;

/// A short read means an empty socket.
pub(super) const MORE: bool = false;

/// Nothing is added to the bytes.
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
        carrier: &Carrier,
        bytes: &[IoSlice<'_>],
        handles: &[Handle],
    ) -> io::Result<usize> {
        carrier.send(bytes, handles)
    }

    #[inline]
    pub(super) fn recv(
        &mut self,
        carrier: &Carrier,
        buffer: &mut [u8],
        handles: &mut Vec<Handle>,
    ) -> Result<Received, Error> {
        Ok(carrier.recv(buffer, handles)?)
    }

    pub(super) fn finish(&self) -> Result<(), WireError> {
        Ok(())
    }

    pub(super) fn may_send(&self, _handle: &Handle) -> io::Result<()> {
        Ok(())
    }
}
