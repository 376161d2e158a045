//! A listening socket on Node's own event loop.

use std::cell::RefCell;
use std::fs::File;
use std::io;
use std::os::fd::{AsFd, AsRawFd, IntoRawFd, OwnedFd};
use std::rc::{Rc, Weak};

use forkwire_sys::os::{accept, duplicate, is_out_of_descriptors};
use napi::sys;

use super::rotation::Rotation;
use crate::connections::{Queue, Source};
use crate::ffi::callback::Callback;
use crate::ffi::number::adopt;
use crate::ffi::uv::{Poll, Polled, Ready};
use crate::ffi::value;

/// Connections that are accepted between two calls of JavaScript. Those that wait longer are reported again by the kernel.
const BATCH: usize = 64;

/// The file that is closed to make room when no descriptor is left.
const RESERVE: &str = "/dev/null";

pub(super) struct Listening(Rc<Shared>);

struct Shared {
    /// `None` once it has stopped.
    listener: RefCell<Option<OwnedFd>>,
    reserve: RefCell<Option<File>>,
    rotation: Rotation,
    callback: Callback,
    poll: RefCell<Option<Poll>>,
    /// Itself, to be called by queues that have room again.
    source: Weak<Self>,
}

impl Listening {
    pub(super) fn start(env: sys::napi_env, fd: i32, function: sys::napi_value) -> io::Result<Self> {
        let listener = duplicate(fd)?;
        let number = listener.as_raw_fd();
        let callback = Callback::new(env, function).ok_or(io::ErrorKind::InvalidInput)?;
        let shared = Rc::new_cyclic(|source| Shared {
            listener: RefCell::new(Some(listener)),
            reserve: RefCell::new(File::open(RESERVE).ok()),
            rotation: Rotation::default(),
            callback,
            poll: RefCell::new(None),
            source: source.clone(),
        });
        let polled = Box::new(OnLoop(Rc::clone(&shared)));
        let poll = Poll::reading(env, number, polled)?;
        shared.poll.replace(Some(poll));
        Ok(Self(shared))
    }

    pub(super) fn add(&self, queue: &Queue, index: u32) {
        self.0.rotation.add(queue, index);
        self.0.continue_sending();
    }

    pub(super) fn remove(&self, queue: &Queue) {
        self.0.rotation.remove(queue);
        self.0.continue_sending();
    }

    pub(super) fn give(&self, fd: i32) -> io::Result<()> {
        let connection = adopt(fd)?;
        let source: Rc<dyn Source> = Rc::clone(&self.0) as _;
        let left = self.0.rotation.give(connection, &source);
        self.0.report(left.into_iter().collect());
        Ok(())
    }

    pub(super) fn stop(&self) {
        self.0.stop();
    }
}

impl Shared {
    fn stop(&self) {
        // The poll first: a descriptor must not be polled when it is closed.
        drop(self.poll.take());
        drop(self.listener.take());
        self.rotation.clear();
        self.callback.end();
    }

    /// Gives JavaScript the connections that no queue takes.
    fn report(&self, connections: Vec<OwnedFd>) {
        if connections.is_empty() {
            return;
        }
        let numbers: Vec<i32> = connections.iter().map(AsRawFd::as_raw_fd).collect();
        self.callback.call(|env| {
            let array = value::integers(env, &numbers)?;
            // JavaScript owns them from here on. Otherwise they are closed.
            for connection in connections {
                let _ = connection.into_raw_fd();
            }
            Some([array])
        });
    }

    fn take_connections(self: &Rc<Self>) {
        let source: Rc<dyn Source> = Rc::clone(self) as _;
        let mut left = Vec::new();
        if let Some(listener) = &*self.listener.borrow() {
            for _ in 0..BATCH {
                let Some(connection) = self.accept(listener) else {
                    break;
                };
                left.extend(self.rotation.give(connection, &source));
            }
        }
        self.report(left);
    }

    /// The next connection that waits.
    fn accept(&self, listener: &OwnedFd) -> Option<OwnedFd> {
        loop {
            match accept(listener.as_fd()) {
                Ok(connection) => return Some(connection),
                Err(error) if error.kind() == io::ErrorKind::ConnectionAborted => {}
                Err(error) if is_out_of_descriptors(&error) => {
                    self.turn_away(listener);
                    return None;
                }
                Err(_) => return None,
            }
        }
    }

    /// No descriptor is left. What waits is accepted and closed, as libuv does it (`uv__emfile_trick`): its client learns of that,
    /// and the loop does not spin.
    fn turn_away(&self, listener: &OwnedFd) {
        if self.reserve.take().is_none() {
            return;
        }
        while accept(listener.as_fd()).is_ok() {}
        self.reserve.replace(File::open(RESERVE).ok());
    }
}

impl Source for Shared {
    fn continue_sending(&self) {
        if let Some(source) = self.source.upgrade() {
            let source: Rc<dyn Source> = source;
            self.report(self.rotation.continue_sending(&source));
        }
    }
}

/// Owned by the poll, and freed with it.
struct OnLoop(Rc<Shared>);

impl Polled for OnLoop {
    fn ready(&self, _: Ready) {
        self.0.take_connections();
    }

    fn panicked(&self) {
        self.0.stop();
    }

    fn end(&self) {
        self.0.stop();
    }
}
