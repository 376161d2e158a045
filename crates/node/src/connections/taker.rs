//! A worker's part.

use std::cell::RefCell;
use std::io::{self, IoSlice};
use std::os::fd::AsRawFd;
use std::rc::Rc;
use std::slice;

use forkwire_sys::HandleStream as _;
use forkwire_sys::os::{Socket, duplicate};
use napi::sys;

use super::queue::{deliver, receive};
use crate::ffi::callback::Callback;
use crate::ffi::uv::{Poll, Polled, Ready};
use crate::ffi::value;

/// Connections that are taken between two turns of the loop. Those that wait longer are reported again by the kernel.
const BATCH: usize = 16;

pub(super) struct Taker(Rc<Shared>);

struct Shared {
    /// `None` once it has stopped.
    end: RefCell<Option<Socket>>,
    callback: Callback,
    poll: RefCell<Option<Poll>>,
}

/// What a read has brought.
enum Read {
    Connection(u32, std::os::fd::OwnedFd),
    /// Nothing waits, or never will again.
    Nothing,
    /// No descriptor is left for one.
    Exhausted,
}

impl Taker {
    pub(super) fn start(env: sys::napi_env, fd: i32, function: sys::napi_value) -> io::Result<Self> {
        let end = Socket::from_fd(duplicate(fd)?)?;
        let number = end.as_raw_fd();
        let shared = Rc::new(Shared {
            end: RefCell::new(Some(end)),
            callback: Callback::new(env, function).ok_or(io::ErrorKind::InvalidInput)?,
            poll: RefCell::new(None),
        });
        let polled = Box::new(OnLoop(Rc::clone(&shared)));
        let poll = Poll::reading(env, number, polled)?;
        poll.set_ref(false);
        shared.poll.replace(Some(poll));
        Ok(Self(shared))
    }

    pub(super) fn set_reading(&self, on: bool) {
        self.0.set_reading(on);
    }

    pub(super) fn give_back(&self, index: u32, fd: i32) -> io::Result<()> {
        let end = self.0.end.borrow();
        let end = end.as_ref().ok_or(io::ErrorKind::NotConnected)?;
        let connection = duplicate(fd)?;
        let bytes = index.to_ne_bytes();
        end.send(&[IoSlice::new(&bytes)], slice::from_ref(&connection))?;
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
        drop(self.end.take());
        self.callback.end();
    }

    fn set_reading(&self, on: bool) {
        if let Some(poll) = &*self.poll.borrow() {
            poll.want(on, false);
        }
    }

    /// Gives JavaScript the connections that wait. One is read at a time: what is not read yet goes to another worker if this
    /// process ends.
    fn take(&self) {
        for _ in 0..BATCH {
            match self.read() {
                Read::Connection(index, connection) => deliver(&self.callback, index, connection),
                Read::Nothing => return,
                Read::Exhausted => {
                    self.set_reading(false);
                    self.callback
                        .call(|env| Some([value::unsigned(env, 0)?, value::integer(env, -1)?]));
                    return;
                }
            }
        }
    }

    fn read(&self) -> Read {
        let end = self.end.borrow();
        let Some(end) = &*end else {
            return Read::Nothing;
        };
        // The kernel drops a descriptor for which there is no room.
        if end.duplicate().is_err() {
            return Read::Exhausted;
        }
        match receive(end) {
            Ok(Some((index, connection))) => Read::Connection(index, connection),
            Ok(None) => {
                self.set_reading(false);
                Read::Nothing
            }
            Err(_) => Read::Nothing,
        }
    }
}

/// Owned by the poll, and freed with it.
struct OnLoop(Rc<Shared>);

impl Polled for OnLoop {
    fn ready(&self, ready: Ready) {
        if ready.readable || ready.failed {
            self.0.take();
        } else if ready.disconnected {
            self.0.set_reading(false);
        }
    }

    fn panicked(&self) {
        self.0.stop();
    }

    fn end(&self) {
        self.0.stop();
    }
}
