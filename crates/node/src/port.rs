//! One channel as the JavaScript thread sees it.

mod deliver;
mod news;

use std::cell::{Cell, RefCell};
use std::ops::Range;
use std::rc::Rc;
use std::sync::Arc;

use napi::sys;

use crate::batch::Batch;
use crate::core::{SharedCore, status};
use crate::driver::{Choice, Driver, Served};
use crate::exit;
use crate::ffi::js::Events;

/// The channel's state, its events object, and the driver that waits for its socket.
pub(crate) struct Port {
    pub(crate) core: Arc<SharedCore>,
    events: Events,
    driver: RefCell<Option<Driver>>,
    referenced: Cell<bool>,
    /// Whether the driver was asked last to wait until the socket is writable.
    waits_to_write: Cell<bool>,
    /// The run being delivered, for [`Port::last_texts`].
    run: RefCell<Option<(Batch, Range<usize>)>>,
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
    /// A port without a driver. `referenced`: whether the channel keeps the event loop alive at first.
    pub(crate) fn new(core: Arc<SharedCore>, events: Events, referenced: bool) -> Rc<Self> {
        Rc::new(Self {
            core,
            events,
            driver: RefCell::new(None),
            referenced: Cell::new(referenced),
            waits_to_write: Cell::new(false),
            run: RefCell::new(None),
            reported: Reported::default(),
        })
    }

    /// Begins to wait for the socket. False: it cannot be polled.
    pub(crate) fn drive(self: &Rc<Self>, choice: Choice) -> bool {
        let served: Rc<dyn Served> = Rc::<Self>::clone(self);
        let Some(driver) = Driver::start(choice, &served) else {
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

    /// Closes the socket and the driver at once; no event follows.
    fn close(&self) {
        // The driver first: a descriptor must not be polled when it is closed.
        drop(self.driver.take());
        self.core.lock().close();
        exit::forget(&self.core);
    }

    /// As [`Port::close`], and lets go of JavaScript's objects.
    pub(crate) fn destroy(&self) {
        self.close();
        self.events.release();
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
        let batch = self.deliver_batch(batch);
        self.tell_news(batch);
    }

    fn deliver_step(&self) -> bool {
        let batch = self.take_ready();
        if batch.is_empty() {
            self.tell_news(batch);
            return false;
        }
        let batch = self.deliver_batch(batch);
        let mut core = self.core.lock();
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
                // What was written in the background is reported when the socket is writable, which is at once.
                (
                    core.wants_read(),
                    core.wants_write() || core.background.unreported,
                )
            };
            driver.want(read, write);
        }
    }

    fn end(&self) {
        // For the whole thread, by turns: the other channels' ends follow.
        exit::flush_thread(true);
        self.close();
        self.events.end();
    }
}
