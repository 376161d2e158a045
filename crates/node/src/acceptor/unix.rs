//! A listening socket on Node's own event loop.

use std::cell::RefCell;
use std::fs::File;
use std::io;
use std::os::fd::{AsFd, AsRawFd, IntoRawFd, OwnedFd};
use std::rc::Rc;

use forkwire_sys::os::{accept, duplicate, is_out_of_descriptors};
use napi::sys;

use crate::ffi::callback::Callback;
use crate::ffi::uv::{EventLoop, Poll, Polled, Ready};
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
    callback: Callback,
    poll: RefCell<Option<Poll>>,
}

impl Listening {
    pub(super) fn start(env: sys::napi_env, fd: i32, function: sys::napi_value) -> io::Result<Self> {
        let event_loop = EventLoop::of(env).ok_or(io::ErrorKind::Unsupported)?;
        let listener = duplicate(fd)?;
        let number = listener.as_raw_fd();
        let shared = Rc::new(Shared {
            listener: RefCell::new(Some(listener)),
            reserve: RefCell::new(File::open(RESERVE).ok()),
            callback: Callback::new(env, function).ok_or(io::ErrorKind::InvalidInput)?,
            poll: RefCell::new(None),
        });
        let polled = Box::new(OnLoop(Rc::clone(&shared)));
        let poll = Poll::new(env, event_loop, number, polled).ok_or(io::ErrorKind::InvalidInput)?;
        poll.want(true, false);
        shared.poll.replace(Some(poll));
        Ok(Self(shared))
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
        self.callback.end();
    }

    /// Gives JavaScript the connections that wait.
    fn take_connections(&self) {
        let connections = self.accept_some();
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
            Some(array)
        });
    }

    fn accept_some(&self) -> Vec<OwnedFd> {
        let mut connections = Vec::new();
        let listener = self.listener.borrow();
        let Some(listener) = &*listener else {
            return connections;
        };
        while connections.len() < BATCH {
            match accept(listener.as_fd()) {
                Ok(connection) => connections.push(connection),
                Err(error) if error.kind() == io::ErrorKind::ConnectionAborted => {}
                Err(error) if is_out_of_descriptors(&error) => {
                    self.turn_away(listener);
                    break;
                }
                Err(_) => break,
            }
        }
        connections
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
