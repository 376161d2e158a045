//! The Unix domain socket, with one end of a socket pair as a handle.

use std::collections::HashMap;
use std::io::Read;
use std::os::fd::OwnedFd;
use std::os::unix::net::UnixStream;
use std::sync::Mutex;

use forkwire_sys::unix::Socket;

use super::Fixture;

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
