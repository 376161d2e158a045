//! The named pipe: with ends of anonymous pipes as handles, and with sockets.

use std::collections::HashMap;
use std::io::{self, ErrorKind, PipeReader, PipeWriter, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::os::windows::io::OwnedHandle;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use forkwire_sys::windows::{Handle, Pipe};

use super::Fixture;

fn settle(end: &Pipe) {
    assert!(end.wait(false, true, Duration::MAX).unwrap());
}

pub(crate) struct NamedPipe;

/// The writing ends of the pipes that were given out: they break when the last copy of the other end is closed.
static WRITERS: Mutex<Option<HashMap<u64, PipeWriter>>> = Mutex::new(None);

/// Puts the identity into the pipe.
fn mark(identity: u64) -> io::Result<()> {
    let mut writers = WRITERS.lock().unwrap();
    let writer = writers.as_mut().and_then(|all| all.get_mut(&identity)).unwrap();
    writer.write_all(&identity.to_le_bytes())
}

impl Fixture for NamedPipe {
    type End = Pipe;
    type Handle = Handle;
    type Identity = u64;

    fn pair() -> (Pipe, Pipe) {
        Pipe::pair().unwrap()
    }

    fn handle() -> (Handle, u64) {
        static NEXT: AtomicU64 = AtomicU64::new(0);
        let identity = NEXT.fetch_add(1, Ordering::Relaxed);
        let (reader, writer) = io::pipe().unwrap();
        WRITERS
            .lock()
            .unwrap()
            .get_or_insert_default()
            .insert(identity, writer);
        mark(identity).unwrap();
        (OwnedHandle::from(reader).into(), identity)
    }

    fn identity(handle: &Handle) -> u64 {
        let Handle::Other(handle) = handle else {
            panic!("a socket")
        };
        let mut bytes = [0; 8];
        PipeReader::from(handle.try_clone().unwrap())
            .read_exact(&mut bytes)
            .unwrap();
        let identity = u64::from_le_bytes(bytes);
        mark(identity).unwrap();
        identity
    }

    fn is_open(identity: u64) -> bool {
        mark(identity).is_ok()
    }

    fn settle(end: &Pipe) {
        settle(end);
    }
}

pub(crate) struct NamedPipeWithSockets;

/// The other ends of the sockets that were given out.
static WITNESSES: Mutex<Option<HashMap<u16, TcpStream>>> = Mutex::new(None);

impl Fixture for NamedPipeWithSockets {
    type End = Pipe;
    type Handle = Handle;
    /// The port of the other end.
    type Identity = u16;

    fn pair() -> (Pipe, Pipe) {
        Pipe::pair().unwrap()
    }

    fn handle() -> (Handle, u16) {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let witness = TcpStream::connect(listener.local_addr().unwrap()).unwrap();
        let (handle, address) = listener.accept().unwrap();
        WITNESSES
            .lock()
            .unwrap()
            .get_or_insert_default()
            .insert(address.port(), witness);
        (handle.into(), address.port())
    }

    fn identity(handle: &Handle) -> u16 {
        let Handle::Socket(socket) = handle else {
            panic!("no socket")
        };
        let stream = TcpStream::from(socket.try_clone().unwrap());
        stream.peer_addr().unwrap().port()
    }

    fn is_open(identity: u16) -> bool {
        let mut witnesses = WITNESSES.lock().unwrap();
        let witness = witnesses.as_mut().and_then(|all| all.get_mut(&identity)).unwrap();
        witness.set_nonblocking(true).unwrap();
        matches!(witness.read(&mut [0]), Err(error) if error.kind() == ErrorKind::WouldBlock)
    }

    fn settle(end: &Pipe) {
        settle(end);
    }
}
