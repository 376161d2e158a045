//! Handles that came with a message, and which of them are accepted.

use std::io;

use forkwire_proto::{HandleInfo, HandleKind, Wire};
use forkwire_sys::os::{self, Transport, classify, inode, object_type};
use forkwire_sys::segment::is_segment;
use forkwire_sys::{Family, ObjectType};

/// A handle that came with a message, and that matches its description.
#[derive(Debug)]
pub struct Arrived {
    /// Its kind, as the sender describes it.
    pub kind: HandleKind,
    /// The sender's note.
    pub note: String,
    /// Its protocol, as the system reports it. `None` if it is not a socket.
    pub family: Option<Family>,
    /// The handle.
    pub fd: os::Handle,
}

impl Arrived {
    /// `None`, with the descriptor closed, if the handle does not match its description: it may be a file, or of a kind that
    /// this version does not know. Node aborts on some of these.
    pub(super) fn check(wire: &Wire<os::Handle>, info: HandleInfo, fd: os::Handle) -> Option<Self> {
        // Memory arrives again and again, and is never a socket.
        let is_memory = info.kind == HandleKind::SharedMemory as u8;
        let class = (!is_memory).then(|| classify(&fd)).flatten();
        let native = if class.is_some_and(|class| !class.family.is_stream()) {
            HandleKind::DgramNative
        } else {
            HandleKind::NetNative
        };
        let kind = match info.kind {
            // On Node's wire the kind is in the message, which the application reads.
            HandleInfo::UNSPECIFIED if matches!(wire, Wire::Node(_)) => native,
            kind => HandleKind::from_byte(kind)?,
        };
        let is_stream = class.is_some_and(|class| class.family.is_stream());
        let listens = class.is_some_and(|class| class.listening);
        let fits = match kind {
            HandleKind::NetSocket | HandleKind::NetBoundSocket => is_stream && !listens,
            // A connection cannot be made to listen. Winsock and pipes of Windows do not say of a copy that it listens.
            HandleKind::NetServer => is_stream && (listens || cfg!(windows)),
            HandleKind::NetNative => is_stream,
            HandleKind::Port => class.is_some_and(|class| class.family == Family::Pipe) && !listens,
            HandleKind::DgramSocket | HandleKind::DgramNative => class.is_some() && !is_stream,
            HandleKind::Descriptor => is_descriptor(object_type(&fd)),
            HandleKind::SharedMemory => is_segment(&fd),
            _ => false,
        };
        fits.then_some(Self {
            kind,
            note: info.note,
            family: class.map(|class| class.family),
            fd,
        })
    }
}

/// Whether a descriptor of this process can be open on it. On Windows, descriptors are those of the C runtime, and sockets have none.
fn is_descriptor(object: ObjectType) -> bool {
    object.not_sendable().is_none() && !(cfg!(windows) && object == ObjectType::Socket)
}

/// The two ends of a channel, which it must not carry: whoever has both would never see it end.
#[derive(Debug, Default)]
pub(super) struct Ends {
    peer: Option<u64>,
}

impl Ends {
    pub(super) fn set_peer(&mut self, inode: Option<u64>) {
        self.peer = inode;
    }

    /// Whether it is one of them. `own` is this end.
    pub(super) fn have(&self, fd: &os::Handle, own: &Transport) -> bool {
        let Some(number) = inode(fd) else {
            return false;
        };
        self.peer == Some(number) || inode(own) == Some(number)
    }

    /// # Errors
    /// `InvalidInput` with the reason.
    pub(super) fn may_send(&self, fd: &os::Handle, own: &Transport) -> io::Result<()> {
        let object = object_type(fd);
        let is_end = object == ObjectType::Socket && self.have(fd, own);
        match object.not_sendable() {
            Some(reason) => Err(io::Error::new(io::ErrorKind::InvalidInput, reason)),
            None if is_end => Err(io::Error::new(
                io::ErrorKind::InvalidInput,
                "the descriptor is an end of this channel, which could not end any more if it were sent",
            )),
            None => Ok(()),
        }
    }
}
