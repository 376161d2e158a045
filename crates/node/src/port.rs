//! One channel as the JavaScript thread sees it.

mod deliver;
mod news;
mod suspend;

use std::cell::{Cell, RefCell};
use std::ops::Range;
use std::rc::Rc;
use std::sync::Arc;

use forkwire::Latency;
use forkwire::link::Link;
use forkwire_proto::DeclineReason;
use napi::sys;

use crate::batch::Batch;
use crate::core::requests::Mode;
use crate::core::{SharedCore, StreamEnd, status};
use crate::driver::{Choice, Driver, Served};
use crate::exit;
use crate::ffi::js::Events;
use crate::outline::Outlines;
use crate::shape::Shapes;

/// The channel's state, its events object, and the driver that waits for its socket.
pub(crate) struct Port {
    pub(crate) core: Arc<SharedCore>,
    events: Events,
    driver: RefCell<Option<Driver>>,
    referenced: Cell<bool>,
    /// Whether the driver was asked last to wait until the socket is writable.
    waits_to_write: Cell<bool>,
    /// Items that the driver delivers after the one under way. Then it looks whether the channel is over.
    to_deliver: Cell<usize>,
    /// A batch is being delivered.
    delivering: Cell<bool>,
    /// JavaScript has asked for what is ready while a batch was being delivered.
    more: Cell<bool>,
    /// The run being delivered, for [`Port::last_texts`].
    run: RefCell<Option<(Batch, Range<usize>)>>,
    /// Of the runs of messages, if JavaScript takes their values apart from their shape.
    shapes: Option<RefCell<Shapes>>,
    /// Of messages to send.
    pub(crate) outlines: RefCell<Outlines>,
    reported: Reported,
}

/// What JavaScript has been informed of.
#[derive(Default)]
struct Reported {
    settled: Cell<u64>,
    /// That something waits to be written.
    pending: Cell<bool>,
    write_error: Cell<bool>,
}

impl Port {
    /// A port without a driver. `referenced`: whether the channel keeps the event loop alive at first. `with_shapes`: whether JavaScript
    /// takes the values of messages apart from their shape.
    pub(crate) fn new(
        core: Arc<SharedCore>,
        events: Events,
        referenced: bool,
        with_shapes: bool,
    ) -> Rc<Self> {
        Rc::new(Self {
            core,
            events,
            driver: RefCell::new(None),
            referenced: Cell::new(referenced),
            waits_to_write: Cell::new(false),
            to_deliver: Cell::new(0),
            delivering: Cell::new(false),
            more: Cell::new(false),
            run: RefCell::new(None),
            shapes: with_shapes.then(RefCell::default),
            outlines: RefCell::default(),
            reported: Reported::default(),
        })
    }

    /// Begins to wait for the socket. False: it cannot be polled.
    pub(crate) fn drive(self: &Rc<Self>, choice: Choice, latency: Latency) -> bool {
        let served: Rc<dyn Served> = Rc::<Self>::clone(self);
        let Some(driver) = Driver::start(choice, latency, &served) else {
            return false;
        };
        driver.set_ref(self.referenced.get());
        self.driver.replace(Some(driver));
        true
    }

    /// Whether the channel keeps the event loop alive.
    pub(crate) fn set_referenced(&self, on: bool) {
        if self.referenced.replace(on) == on {
            return;
        }
        if let Some(driver) = &*self.driver.borrow() {
            driver.set_ref(on);
        }
    }

    /// JavaScript learns how far writing is: by an answer, or by what is reported next. Both values are of one moment, or
    /// a write of another thread in between would count as reported. True: there is something new in them.
    pub(crate) fn report(&self, settled: u64, status: u32) -> bool {
        let pending = status & status::PENDING != 0;
        let was_pending = self.reported.pending.replace(pending);
        self.reported.settled.replace(settled) != settled || was_pending && !pending
    }

    /// JavaScript learns that what it just sent waits to be written.
    pub(crate) fn report_pending(&self) {
        self.reported.pending.set(true);
    }

    /// The single texts of the run being delivered.
    pub(crate) fn last_texts(&self) -> Option<Vec<Vec<u8>>> {
        let run = self.run.borrow();
        let (batch, singles) = run.as_ref()?;
        Some(batch.singles(singles.clone()).map(<[u8]>::to_vec).collect())
    }

    /// Where the frames of those texts began in the received stream.
    pub(crate) fn last_positions(&self) -> Option<Vec<u64>> {
        let run = self.run.borrow();
        let (batch, singles) = run.as_ref()?;
        Some(batch.positions(singles.clone()).to_vec())
    }

    /// Whether the driver was asked last to wait until the socket is writable.
    pub(crate) fn waits_to_write(&self) -> bool {
        self.waits_to_write.get()
    }

    /// Nothing more will be sent. True: the channel is closed, and nothing is delivered any more. False: it closes, with
    /// an event, once everything is written and answered for, requests under way included, and what has arrived is
    /// delivered.
    pub(crate) fn finish(&self) -> bool {
        let link = {
            let mut core = self.core.lock();
            core.ends.finishing = true;
            // Requests that nobody has begun with are declined, and those that follow.
            core.set_requests(Mode::Decline(DeclineReason::Closing));
            if !core.writer.blocked {
                core.write();
            }
            let delivered = core.reader.ready.is_empty() && self.to_deliver.get() == 0;
            if core.link.is_some() && !(delivered && core.is_finished()) {
                drop(core);
                self.after_write(status::PENDING);
                return false;
            }
            if core.writer.error.is_none() {
                core.write_goodbye();
            }
            core.detach()
        };
        self.close(link);
        self.events.release();
        true
    }

    /// Closes the channel at once, drops what is ready, and lets go of JavaScript's objects.
    pub(crate) fn destroy(&self) {
        self.close_now();
        self.events.release();
    }

    fn close_now(&self) {
        let (link, batch) = {
            let mut core = self.core.lock();
            (core.detach(), std::mem::take(&mut core.reader.ready))
        };
        self.close(link);
        drop(batch);
    }

    /// Closes the driver and the socket of a channel whose link was taken out; no event follows.
    fn close(&self, link: Option<Link>) {
        // The driver first: a descriptor must not be polled when it is closed.
        drop(self.driver.take());
        if let Some(link) = link {
            link.socket().shut_down();
        }
        exit::forget(&self.core);
    }
}

impl Served for Port {
    fn core(&self) -> &Arc<SharedCore> {
        &self.core
    }

    fn env(&self) -> sys::napi_env {
        self.events.env()
    }

    #[cfg(unix)]
    fn deliver(&self) {
        let batch = self.take_ready();
        let batch = self.deliver_batch(batch, &self.to_deliver);
        self.tell_news(batch);
    }

    fn deliver_step(&self) -> bool {
        let batch = self.take_step();
        if batch.is_empty() {
            self.tell_news(batch);
            return false;
        }
        let batch = self.deliver_batch(batch, &self.to_deliver);
        let mut core = self.core.lock();
        core.reader.begun = true;
        if core.reader.ready.is_empty() {
            core.reader.ready = batch;
        }
        true
    }

    fn update(&self) {
        if let Some(driver) = &*self.driver.borrow() {
            let (read, write) = {
                let core = self.core.lock();
                self.waits_to_write.set(core.wants_write());
                (core.wants_read(), core.wants_write())
            };
            driver.want(read, write);
        }
    }

    fn panicked(&self) {
        self.to_deliver.set(0);
        let batch = {
            let mut core = self.core.lock();
            core.ends.received.get_or_insert(StreamEnd::Panic);
            std::mem::take(&mut core.reader.ready)
        };
        drop(batch);
        self.tell_news(Batch::default());
    }

    fn end(&self) {
        // For the whole thread, by turns: the other channels' ends follow.
        exit::flush_thread(true);
        self.close_now();
        self.events.end();
    }
}
