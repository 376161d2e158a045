//! Handles of this process on their way out.

use std::io;
use std::os::windows::io::{AsRawHandle, AsSocket, FromRawHandle, IntoRawHandle, OwnedHandle, RawHandle};
use std::sync::Arc;

use super::handle::Handle;
use super::peer::{Peer, pull, push};
use super::segment::Record;
use super::socket;

/// What was duplicated for one send. Unless the send is done, it is taken back when this is dropped; but for sockets,
/// which only their receiver can close, or the end of its process.
#[derive(Debug)]
pub(super) struct Export {
    peer: Arc<Peer>,
    numbers: Vec<usize>,
}

impl Export {
    /// Duplicates `handles` for the peer, all or none, and appends a record for each to `out`.
    pub(super) fn new(peer: &Arc<Peer>, handles: &[Handle], out: &mut Vec<u8>) -> io::Result<Self> {
        let mut export = Self {
            peer: Arc::clone(peer),
            numbers: Vec::new(),
        };
        for handle in handles {
            let record = match handle {
                Handle::Socket(socket) => Record::Socket(socket::export(socket.as_socket(), peer.id())?),
                Handle::Other(handle) => Record::Number(export.duplicate(handle)? as u64),
            };
            record.write(out);
        }
        Ok(export)
    }

    /// The peer has been told: the duplicates are its own.
    pub(super) fn sent(mut self) {
        self.numbers.clear();
    }

    /// A duplicate that only the peer will use: in its process if that is a child, else in this one for it to pull.
    fn duplicate(&mut self, handle: &OwnedHandle) -> io::Result<usize> {
        let copy = match &*self.peer {
            Peer::Child { process, .. } => push(process, handle.as_raw_handle())?,
            Peer::Parent { .. } => handle.try_clone()?.into_raw_handle(),
        };
        self.numbers.push(copy as usize);
        Ok(copy as usize)
    }
}

impl Drop for Export {
    fn drop(&mut self) {
        for number in self.numbers.drain(..) {
            let raw = number as RawHandle;
            match &*self.peer {
                // A peer that is gone has closed it itself.
                Peer::Child { process, .. } => drop(pull(process, raw)),
                // SAFETY: made in duplicate(), and the peer was not told of it.
                Peer::Parent { .. } => drop(unsafe { OwnedHandle::from_raw_handle(raw) }),
            }
        }
    }
}
