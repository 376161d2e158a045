//! Joins the protocol and the system: a [`Wire`] over a [`Transport`].
//!
//! Drivers are built on it: this crate's tokio [`crate::Channel`], and the event loop of the Node binding. Each waits for the
//! socket in its own way, and calls [`Link::flush`] and [`Link::fill`] when it is ready.

mod answers;
mod arrived;
#[cfg_attr(unix, path = "link/bare.rs")]
#[cfg_attr(windows, path = "link/framed.rs")]
mod framing;
mod moving;
mod reading;
#[cfg(test)]
#[cfg(unix)]
mod tests;
mod writing;

use std::collections::VecDeque;
use std::io;
use std::sync::Arc;

use forkwire_proto::{HandleInfo, HandleKind, Wire};
use forkwire_sys::os::{self, Transport};

pub use self::arrived::Arrived;
use self::arrived::Ends;
use self::framing::Framing;
pub use self::reading::Filled;
pub use self::writing::Flushed;

/// macOS can lose a descriptor that is still in flight when its sender closes it, and Winsock does not specify what becomes
/// of a socket then. On these systems handles are held until the peer has acknowledged them. Linux does not need that.
const HOLD_SENT: bool = cfg!(not(target_os = "linux"));

/// A connection over a socket.
#[derive(Debug)]
pub struct Link {
    wire: Wire<os::Handle>,
    socket: Arc<Transport>,
    framing: Framing,
    /// The error that ended writing.
    broken: Option<i32>,
    /// Messages that were settled before the last write began, if the system did not take all of it at once.
    settled: Option<u64>,
    held: VecDeque<os::Handle>,
    arrived: Vec<os::Handle>,
    /// When handles arrived last, there may have been no room for more.
    crowded: bool,
    /// What another process had read from the socket and not used, before the link moved here.
    early: VecDeque<u8>,
    /// What is never a handle on this channel.
    ends: Ends,
    /// Bytes that the socket has taken.
    bytes_sent: u64,
    bytes_received: u64,
}

impl Link {
    /// A link over a connected socket.
    pub fn new(socket: Transport, wire: Wire<os::Handle>) -> Self {
        Self {
            framing: Framing::new(&wire),
            wire,
            socket: Arc::new(socket),
            broken: None,
            settled: None,
            held: VecDeque::new(),
            arrived: Vec::new(),
            crowded: false,
            early: VecDeque::new(),
            ends: Ends::default(),
            bytes_sent: 0,
            bytes_received: 0,
        }
    }

    /// Bytes that the socket has taken since the start, including those of the protocol.
    pub fn bytes_sent(&self) -> u64 {
        // A named pipe is given more than the system takes at once.
        let unfinished = self.socket.unfinished().unwrap_or_default();
        self.bytes_sent.saturating_sub(unfinished as u64)
    }

    /// Bytes that were read from the socket since the start, including those of the protocol.
    pub fn bytes_received(&self) -> u64 {
        self.bytes_received
    }

    /// The socket, to wait for. It is closed when the last of these is dropped.
    pub fn socket(&self) -> &Arc<Transport> {
        &self.socket
    }

    /// Whether this process may have no descriptors left for handles that arrive next, if it keeps those that have arrived. Handles
    /// that find no room are refused.
    pub fn is_crowded(&self) -> bool {
        self.crowded
    }

    /// The protocol, to change it.
    #[inline]
    pub fn wire_mut(&mut self) -> &mut Wire<os::Handle> {
        &mut self.wire
    }

    /// The protocol.
    pub fn wire(&self) -> &Wire<os::Handle> {
        &self.wire
    }

    /// Whether writing has failed for good.
    #[inline]
    pub fn is_broken(&self) -> bool {
        self.broken.is_some()
    }

    /// Checks whether `handle` can be sent to the peer, on this wire.
    ///
    /// # Errors
    /// `InvalidInput` if the wire carries no such handle, or if nothing can be done with such a descriptor in another process; those
    /// of [`Transport::may_send`].
    pub fn may_send(&self, info: &HandleInfo, handle: &os::Handle) -> io::Result<()> {
        self.framing.may_send(handle)?;
        if info.kind == HandleKind::Descriptor as u8 {
            self.ends.may_send(handle, &self.socket)?;
        }
        self.socket.may_send(handle)
    }

    /// Names the socket at the other end by its [inode](forkwire_sys::os::inode), so that this end never takes it as a handle: the
    /// channel could not end any more.
    pub fn set_peer_inode(&mut self, inode: Option<u64>) {
        self.ends.set_peer(inode);
    }
}
