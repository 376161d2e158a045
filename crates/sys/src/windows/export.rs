//! Handles that this process sends.

use std::io;
use std::os::windows::io::{AsRawHandle, FromRawHandle, IntoRawHandle, OwnedHandle, RawHandle};
use std::sync::Arc;

use super::handle::Handle;
use super::peer::{Peer, pull, push};
use super::segment::Record;
use super::socket;

/// The duplicates for one send. If the send does not happen, dropping this closes them, except for sockets: only their
/// receiver, or the end of its process, closes those.
#[derive(Debug)]
pub(super) struct Export {
    peer: Arc<Peer>,
    numbers: Vec<usize>,
}

impl Export {
    pub(super) fn none(peer: &Arc<Peer>) -> Self {
        Self {
            peer: Arc::clone(peer),
            numbers: Vec::new(),
        }
    }

    /// Duplicates `handles` for the peer, and appends a record for each to `out`. One that cannot be duplicated, and all
    /// after it, arrive as missing: the pipe goes on, and the peer refuses the message.
    pub(super) fn new(peer: &Arc<Peer>, handles: &[Handle], out: &mut Vec<u8>) -> Self {
        let mut export = Self::none(peer);
        let mut failed = false;
        for handle in handles {
            let record = if failed { None } else { export.record(handle).ok() };
            failed = record.is_none();
            record.unwrap_or(Record::Missing).write(out);
        }
        export
    }

    /// The send happened: the duplicates belong to the peer.
    pub(super) fn sent(mut self) {
        self.numbers.clear();
    }

    fn record(&mut self, handle: &Handle) -> io::Result<Record> {
        let peer = Arc::clone(&self.peer);
        match (handle, peer.id()) {
            (Handle::Socket(socket), Some(id)) => socket::export(socket, id).map(Record::Socket),
            (Handle::Other(handle), _) => Ok(Record::Number(self.duplicate(handle)? as u64)),
            (Handle::Socket(_), None) => Err(io::ErrorKind::NotConnected.into()),
        }
    }

    /// A duplicate for the peer: in its process if that is a child, and otherwise in this one, from which it pulls it.
    fn duplicate(&mut self, handle: &OwnedHandle) -> io::Result<usize> {
        let copy = match &*self.peer {
            Peer::Child { process, .. } => push(process, handle.as_raw_handle())?,
            Peer::Parent { .. } => handle.try_clone()?.into_raw_handle(),
            Peer::Unknown | Peer::Anybody | Peer::OutOfReach(_) => {
                return Err(io::ErrorKind::NotConnected.into());
            }
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
                // The end of the peer's process has closed it.
                Peer::Child { process, .. } => drop(pull(process, raw)),
                // SAFETY: made in duplicate(), and the peer does not know about it.
                Peer::Parent { .. } => drop(unsafe { OwnedHandle::from_raw_handle(raw) }),
                Peer::Unknown | Peer::Anybody | Peer::OutOfReach(_) => {}
            }
        }
    }
}
