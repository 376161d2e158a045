//! The driver on Node's own event loop.

use std::os::fd::AsRawFd;
use std::rc::Rc;
use std::time::Instant;

use crate::deliver::Port;
use crate::driver::Driver;
use crate::driver::linger::Linger;
use crate::ffi::uv::{Poll, Polled, Ready};

pub(crate) struct LoopDriver {
    poll: Poll,
}

impl LoopDriver {
    pub(crate) fn start(port: &Rc<Port>) -> Option<Self> {
        let fd = port.shared.lock().link.as_ref()?.socket().as_raw_fd();
        let poll = Poll::new(port.events.env(), fd, Box::new(OnLoop::new(port)))?;
        poll.want(true, false);
        Some(Self { poll })
    }

    pub(crate) fn want(&self, read: bool, write: bool) {
        self.poll.want(read, write);
    }

    pub(crate) fn set_ref(&self, on: bool) {
        self.poll.set_ref(on);
    }

    pub(crate) fn loop_is_idle(&self) -> bool {
        self.poll.loop_is_idle()
    }
}

struct OnLoop {
    /// For as long as libuv knows the poll.
    port: Rc<Port>,
    linger: Linger,
}

impl OnLoop {
    fn new(port: &Rc<Port>) -> Self {
        Self {
            port: Rc::clone(port),
            linger: Linger::default(),
        }
    }

    /// Whether nothing else waits for the loop: what JavaScript has scheduled comes before the next message, as in Node.
    fn is_idle(&self) -> bool {
        match &*self.port.driver.borrow() {
            Some(Driver::Loop(driver)) => driver.loop_is_idle(),
            _ => false,
        }
    }

    /// Delivers, and as long as JavaScript has answered, what the peer says to that at once.
    fn converse(&self) {
        let began = Instant::now();
        loop {
            self.port.deliver();
            if !self.port.shared.lock().awaits_answer() || !self.is_idle() {
                return;
            }
            let found = self.linger.until(began, || {
                let mut core = self.port.shared.lock();
                core.read();
                core.has_news()
            });
            if !found {
                return;
            }
        }
    }
}

impl Polled for OnLoop {
    fn ready(&self, ready: Ready) {
        {
            let mut core = self.port.shared.lock();
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
        self.converse();
        self.port.update();
    }

    fn end(&self) {
        self.port.end();
    }
}
