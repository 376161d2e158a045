//! The driver on Node's own event loop.

use std::os::fd::AsRawFd;
use std::rc::Rc;

use crate::deliver::Port;
use crate::ffi::uv::{Poll, Polled, Ready};

pub(crate) struct LoopDriver {
    poll: Poll,
}

impl LoopDriver {
    pub(crate) fn start(port: &Rc<Port>) -> Option<Self> {
        let fd = port.shared.lock().link.as_ref()?.socket().as_raw_fd();
        let poll = Poll::new(port.events.env(), fd, Box::new(OnLoop(Rc::clone(port))))?;
        poll.want(true, false);
        Some(Self { poll })
    }

    pub(crate) fn want(&self, read: bool, write: bool) {
        self.poll.want(read, write);
    }

    pub(crate) fn set_ref(&self, on: bool) {
        self.poll.set_ref(on);
    }
}

/// The port, for as long as libuv knows the poll.
struct OnLoop(Rc<Port>);

impl Polled for OnLoop {
    fn ready(&self, ready: Ready) {
        let port = &self.0;
        {
            let mut core = port.shared.lock();
            if ready.disconnected {
                core.hung_up = true;
            }
            if ready.writable {
                core.blocked = false;
                core.write();
            }
            if ready.failed {
                core.read_to_end();
            } else if ready.readable || ready.disconnected {
                core.read();
            }
        }
        port.deliver();
        port.update();
    }

    fn end(&self) {
        self.0.end();
    }
}
