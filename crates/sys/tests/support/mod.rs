//! Transports and their handles, as the conformance suite wants them.

use std::collections::HashMap;
use std::fmt::Debug;
use std::io::Read;
use std::os::fd::OwnedFd;
use std::os::unix::net::UnixStream;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, Weak};

use forkwire_sys::Transport;
use forkwire_sys::memory::{Faults, Pipe};
use forkwire_sys::unix::Socket;

/// A transport under test. A handle is known by an identity that survives the journey.
pub(crate) trait Fixture {
    type End: Transport<Handle = Self::Handle>;
    type Handle;
    type Identity: Copy + Debug + PartialEq;

    fn pair() -> (Self::End, Self::End);
    /// A fresh handle and its identity.
    fn handle() -> (Self::Handle, Self::Identity);
    fn identity(handle: &Self::Handle) -> Self::Identity;
    /// Whether any copy of the handle is still open, here or in flight.
    fn is_open(identity: Self::Identity) -> bool;
}

pub(crate) struct UnixSocket;

/// The other ends of the handles that were given out: they see the end of their stream when the last copy is closed.
static WITNESSES: Mutex<Option<HashMap<u64, UnixStream>>> = Mutex::new(None);

impl Fixture for UnixSocket {
    type End = Socket;
    type Handle = OwnedFd;
    type Identity = u64;

    fn pair() -> (Socket, Socket) {
        Socket::pair().unwrap()
    }

    fn handle() -> (OwnedFd, u64) {
        let (handle, witness) = UnixStream::pair().unwrap();
        witness.set_nonblocking(true).unwrap();
        let handle = OwnedFd::from(handle);
        let identity = Self::identity(&handle);
        WITNESSES
            .lock()
            .unwrap()
            .get_or_insert_default()
            .insert(identity, witness);
        (handle, identity)
    }

    fn identity(handle: &OwnedFd) -> u64 {
        // By inode, not by number: the number differs on the other side.
        std::fs::File::from(handle.try_clone().unwrap())
            .metadata()
            .map(|data| std::os::unix::fs::MetadataExt::ino(&data))
            .unwrap()
    }

    fn is_open(identity: u64) -> bool {
        let mut witnesses = WITNESSES.lock().unwrap();
        let witness = witnesses.as_mut().and_then(|all| all.get_mut(&identity)).unwrap();
        !matches!(witness.read(&mut [0]), Ok(0))
    }
}

pub(crate) struct Memory;

static TOKENS: Mutex<Option<HashMap<u64, Weak<u64>>>> = Mutex::new(None);

impl Fixture for Memory {
    type End = Pipe<Arc<u64>>;
    type Handle = Arc<u64>;
    type Identity = u64;

    fn pair() -> (Self::End, Self::End) {
        Pipe::pair(Faults::default())
    }

    fn handle() -> (Arc<u64>, u64) {
        static NEXT: AtomicU64 = AtomicU64::new(0);
        let token = Arc::new(NEXT.fetch_add(1, Ordering::Relaxed));
        TOKENS
            .lock()
            .unwrap()
            .get_or_insert_default()
            .insert(*token, Arc::downgrade(&token));
        let identity = *token;
        (token, identity)
    }

    fn identity(handle: &Arc<u64>) -> u64 {
        **handle
    }

    fn is_open(identity: u64) -> bool {
        TOKENS
            .lock()
            .unwrap()
            .as_ref()
            .and_then(|all| all.get(&identity))
            .unwrap()
            .strong_count()
            > 0
    }
}
