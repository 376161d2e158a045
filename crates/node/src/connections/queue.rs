//! The primary's part.

use std::cell::{Cell, RefCell};
use std::io::{self, IoSlice};
use std::os::fd::{AsRawFd, IntoRawFd, OwnedFd};
use std::rc::{Rc, Weak};
use std::slice;

use forkwire_sys::HandleStream as _;
use forkwire_sys::os::{Socket, is_passing_shortage};
use napi::sys;

use super::{Sent, Source};
use crate::ffi::callback::Callback;
use crate::ffi::uv::{Poll, Polled, Ready};
use crate::ffi::value;

/// Connections that may wait for a worker, in bytes of the kernel: each takes some 800 of them. A worker that computes for long
/// should not get many, and one that answers at once should not wait for them.
const ROOM: usize = 6 * 1024;

/// Connections that are taken back between two turns of the loop.
const BATCH: usize = 64;

#[derive(Clone)]
pub(crate) struct Queue(Rc<Shared>);

struct Shared {
    /// This process's end, and a duplicate of the worker's. `None` once it has stopped.
    ends: RefCell<Option<(Socket, Socket)>>,
    full: Cell<bool>,
    waiting: RefCell<Vec<Weak<dyn Source>>>,
    callback: Callback,
    poll: RefCell<Option<Poll>>,
}

impl Queue {
    pub(super) fn start(env: sys::napi_env, function: sys::napi_value) -> io::Result<Self> {
        let (ours, theirs) = Socket::pair()?;
        ours.set_send_buffer(ROOM)?;
        let number = ours.as_raw_fd();
        let shared = Rc::new(Shared {
            ends: RefCell::new(Some((ours, theirs))),
            full: Cell::new(false),
            waiting: RefCell::default(),
            callback: Callback::new(env, function).ok_or(io::ErrorKind::InvalidInput)?,
            poll: RefCell::new(None),
        });
        let polled = Box::new(OnLoop(Rc::clone(&shared)));
        let poll = Poll::reading(env, number, polled)?;
        poll.set_ref(false);
        shared.poll.replace(Some(poll));
        Ok(Self(shared))
    }

    pub(super) fn worker_end(&self) -> io::Result<i32> {
        match &*self.0.ends.borrow() {
            Some((_, theirs)) => Ok(theirs.duplicate()?.into_raw_fd()),
            None => Err(io::ErrorKind::NotConnected.into()),
        }
    }

    pub(crate) fn is_same(&self, other: &Self) -> bool {
        Rc::ptr_eq(&self.0, &other.0)
    }

    /// Sends a connection for the server with this number, unless there is no room. `source` is then called once there is.
    pub(crate) fn send(&self, index: u32, connection: &OwnedFd, source: &Rc<dyn Source>) -> Sent {
        if !self.0.full.get() {
            let ends = self.0.ends.borrow();
            let Some((ours, _)) = &*ends else {
                return Sent::Failed;
            };
            let bytes = index.to_ne_bytes();
            match ours.send(&[IoSlice::new(&bytes)], slice::from_ref(connection)) {
                Ok(_) => return Sent::Taken,
                Err(error) if error.kind() == io::ErrorKind::WouldBlock && !is_passing_shortage(&error) => {}
                Err(_) => return Sent::Failed,
            }
        }
        self.0.wait(source);
        Sent::Full
    }

    pub(super) fn drain(&self) -> Vec<i32> {
        let mut all = Vec::new();
        if let Some((ours, theirs)) = &*self.0.ends.borrow() {
            for end in [theirs, ours] {
                while let Ok(Some((index, connection))) = receive(end) {
                    all.extend([index.cast_signed(), connection.into_raw_fd()]);
                }
            }
        }
        all
    }

    pub(super) fn stop(&self) {
        self.0.stop();
    }
}

impl Shared {
    fn stop(&self) {
        // The poll first: a descriptor must not be polled when it is closed.
        drop(self.poll.take());
        drop(self.ends.take());
        self.callback.end();
    }

    fn wait(&self, source: &Rc<dyn Source>) {
        let mut waiting = self.waiting.borrow_mut();
        if !waiting.iter().any(|one| one.ptr_eq(&Rc::downgrade(source))) {
            waiting.push(Rc::downgrade(source));
        }
        self.full.set(true);
        self.want(true);
    }

    fn want(&self, write: bool) {
        if let Some(poll) = &*self.poll.borrow() {
            poll.want(true, write);
        }
    }

    fn take_back(&self) {
        for _ in 0..BATCH {
            let received = self.ends.borrow().as_ref().map(|(ours, _)| receive(ours));
            let Some(Ok(Some((index, connection)))) = received else {
                return;
            };
            deliver(&self.callback, index, connection);
        }
    }
}

/// The next connection, and the number of its server. `None` at the end.
pub(super) fn receive(end: &Socket) -> io::Result<Option<(u32, OwnedFd)>> {
    let mut index = [0; 4];
    let mut handles = Vec::new();
    let received = end.recv(&mut index, &mut handles)?;
    match handles.pop() {
        Some(connection) if received.bytes == index.len() => {
            Ok(Some((u32::from_ne_bytes(index), connection)))
        }
        _ if received.bytes == 0 => Ok(None),
        _ => Err(io::ErrorKind::InvalidData.into()),
    }
}

/// Gives JavaScript a connection. It is closed if that fails.
pub(super) fn deliver(callback: &Callback, index: u32, connection: OwnedFd) {
    callback.call(|env| {
        let number = value::unsigned(env, index)?;
        let fd = value::number(env, connection.as_raw_fd().cast_unsigned().into())?;
        // JavaScript owns it from here on.
        let _ = connection.into_raw_fd();
        Some([number, fd])
    });
}

/// Owned by the poll, and freed with it.
struct OnLoop(Rc<Shared>);

impl Polled for OnLoop {
    fn ready(&self, ready: Ready) {
        if ready.readable {
            self.0.take_back();
        }
        if ready.writable && self.0.full.replace(false) {
            self.0.want(false);
            for source in self.0.waiting.take() {
                if let Some(source) = source.upgrade() {
                    source.continue_sending();
                }
            }
        }
    }

    fn panicked(&self) {
        self.0.stop();
    }

    fn end(&self) {
        self.0.stop();
    }
}
