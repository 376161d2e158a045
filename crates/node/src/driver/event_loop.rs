//! The driver on Node's own event loop.

use std::cell::RefCell;
use std::os::fd::AsRawFd;
use std::rc::Rc;
use std::time::Instant;

use forkwire::Latency;
use forkwire::spin::SpinWait;

use crate::background::notifier::Notifier;
use crate::driver::Served;
use crate::ffi::uv::{EventLoop, Poll, Polled, Ready};
use crate::ffi::wake::{Wakeup, Woken};

pub(crate) struct LoopDriver {
    poll: Poll,
    /// Kept as long as the background writer may use the other end.
    _wakeup: Wakeup,
}

impl LoopDriver {
    pub(crate) fn start(served: &Rc<dyn Served>, latency: Latency) -> Option<Self> {
        let fd = served.core().lock().link.as_ref()?.socket().as_raw_fd();
        let event_loop = EventLoop::of(served.env())?;
        let on_loop = OnLoop {
            served: Rc::clone(served),
            event_loop,
            spin: RefCell::new(SpinWait::new(latency)),
        };
        let poll = Poll::new(served.env(), event_loop, fd, Box::new(on_loop))?;
        let (wakeup, waker) = Wakeup::new(served.env(), Box::new(OnWritten(Rc::clone(served))))?;
        // The poll decides whether the channel keeps the loop alive.
        wakeup.set_ref(false);
        served.core().lock().background.notifier = Some(Notifier::Thread(waker));
        poll.want(true, false);
        Some(Self {
            poll,
            _wakeup: wakeup,
        })
    }

    pub(crate) fn want(&self, read: bool, write: bool) {
        self.poll.want(read, write);
    }

    pub(crate) fn set_ref(&self, on: bool) {
        self.poll.set_ref(on);
    }
}

/// How many messages of a conversation pass between two looks at what else the loop polls.
const TURNS: u32 = 16;

struct OnLoop {
    /// Kept as long as libuv knows the poll.
    served: Rc<dyn Served>,
    event_loop: EventLoop,
    spin: RefCell<SpinWait>,
}

impl OnLoop {
    /// Whether other work waits for the loop.
    fn is_wanted(&self) -> bool {
        !self.event_loop.is_idle() || self.event_loop.has_events()
    }

    /// Delivers messages, and as long as JavaScript answers, also the peer's immediate replies.
    fn converse(&self) {
        let began = Instant::now();
        for turn in 1_u32.. {
            self.served.deliver();
            // What JavaScript has scheduled runs before the next message, as in Node.
            if !self.served.core().lock().awaits_answer() || !self.event_loop.is_idle() {
                return;
            }
            // Not in each turn, because it is a system call and an answer that has already arrived counts too.
            if turn % TURNS == 0 && self.event_loop.has_events() {
                return;
            }
            let look = || {
                let mut core = self.served.core().lock();
                core.read();
                core.has_news()
            };
            let found = self.spin.borrow_mut().until(began, look, || self.is_wanted());
            if !found {
                return;
            }
        }
    }
}

impl Polled for OnLoop {
    fn ready(&self, ready: Ready) {
        {
            let mut core = self.served.core().lock();
            if ready.disconnected {
                core.reader.hung_up = true;
            }
            if ready.writable {
                core.writer.blocked = false;
                core.write();
            }
            if ready.failed {
                core.read_to_end();
            } else if ready.readable || ready.disconnected {
                core.read();
            }
        }
        self.converse();
        self.served.update();
    }

    fn panicked(&self) {
        self.served.panicked();
    }

    fn end(&self) {
        self.served.end();
    }
}

/// The background writer has written.
struct OnWritten(Rc<dyn Served>);

impl Woken for OnWritten {
    fn woken(&self) -> bool {
        super::step(&*self.0)
    }

    fn panicked(&self) {
        self.0.panicked();
    }

    /// The poll does it.
    fn end(&self) {}
}
