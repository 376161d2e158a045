//! Handing to JavaScript what was read and what has happened, in order.

use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::sync::Arc;

use forkwire::Format;
use forkwire_sys::os::{errno_name, errno_number};

use crate::batch::{Batch, Item};
use crate::core::{End, Shared, status};
use crate::driver::Driver;
use crate::ffi::js::{Events, Method, Scope};
use crate::ffi::value;

/// One channel as the JavaScript thread sees it.
pub(crate) struct Port {
    pub(crate) shared: Arc<Shared>,
    pub(crate) events: Events,
    pub(crate) driver: RefCell<Option<Driver>>,
    pub(crate) referenced: Cell<bool>,
    /// That writing waits for the socket, as the driver was told last.
    waits_to_write: Cell<bool>,
    /// The run being delivered, for [`Port::last_texts`].
    run: RefCell<Option<(Batch, std::ops::Range<usize>)>>,
    told: Told,
}

/// What JavaScript was told already.
#[derive(Default)]
struct Told {
    settled: Cell<u64>,
    /// That something waits to be written.
    pending: Cell<bool>,
    write_error: Cell<bool>,
    closed: Cell<bool>,
}

impl Port {
    pub(crate) fn new(shared: Arc<Shared>, events: Events, referenced: bool) -> Rc<Self> {
        Rc::new(Self {
            shared,
            events,
            driver: RefCell::new(None),
            referenced: Cell::new(referenced),
            waits_to_write: Cell::new(false),
            run: RefCell::new(None),
            told: Told::default(),
        })
    }

    /// Delivers everything that is ready, and closes the channel if that was the end.
    #[cfg(unix)]
    pub(crate) fn deliver(&self) {
        let batch = self.take_ready();
        let batch = self.deliver_batch(batch);
        self.tell_news(batch);
    }

    /// As [`Port::deliver`], from within a scope of the runtime's own, where ticks and microtasks wait for its end. So it
    /// delivers the messages only, if there are any: true, and the rest is for another call.
    pub(crate) fn deliver_step(&self) -> bool {
        let batch = self.take_ready();
        if batch.is_empty() {
            self.tell_news(batch);
            return false;
        }
        let batch = self.deliver_batch(batch);
        let mut core = self.shared.lock();
        if core.ready.is_empty() {
            core.ready = batch;
        }
        true
    }

    fn take_ready(&self) -> Batch {
        let mut core = self.shared.lock();
        core.new_turn();
        core.begun = true;
        std::mem::take(&mut core.ready)
    }

    fn tell_news(&self, batch: Batch) {
        let news = self.news(batch);
        if news.is_empty() {
            return;
        }
        if news.closed {
            self.close();
        }
        let Some(scope) = self.events.scope() else { return };
        news.tell(&scope);
        if news.closed {
            self.events.release();
        }
    }

    /// Delivers the messages that waited for a listener.
    pub(crate) fn deliver_held(&self) {
        let batch = std::mem::take(&mut self.shared.lock().held);
        self.deliver_batch(batch);
        self.update();
    }

    fn deliver_batch(&self, mut batch: Batch) -> Batch {
        if batch.is_empty() {
            return batch;
        }
        let mut items = batch.take_items();
        if let Some(scope) = self.events.scope() {
            for item in items.drain(..) {
                batch = self.deliver_item(&scope, item, batch);
            }
        }
        batch.recycle(items);
        batch
    }

    fn deliver_item(&self, scope: &Scope<'_>, item: Item, batch: Batch) -> Batch {
        let env = self.events.env();
        match item {
            Item::Run { text, singles } => {
                let count = singles.len() as u64;
                let arguments = (value::string(env, batch.slice(text)), value::number(env, count));
                if let (Some(text), Some(count)) = arguments {
                    let outer = self.run.replace(Some((batch, singles)));
                    scope.call(Method::Text, &[text, count]);
                    return self
                        .run
                        .replace(outer)
                        .map_or_else(Batch::default, |(batch, _)| batch);
                }
            }
            Item::Clones { bytes, singles } => {
                let places = batch.places(&bytes, singles.clone());
                let arguments = (
                    value::buffer(env, batch.slice(bytes).to_vec()),
                    value::numbers(env, &places),
                );
                if let (Some(bytes), Some(places)) = arguments {
                    let outer = self.run.replace(Some((batch, singles)));
                    scope.call(Method::Clones, &[bytes, places]);
                    return self
                        .run
                        .replace(outer)
                        .map_or_else(Batch::default, |(batch, _)| batch);
                }
            }
            Item::Message {
                meta,
                payload,
                handles,
                position,
            } => {
                let length = payload.len();
                let (format, payload) = match meta.format {
                    Format::Json => (0, value::text(env, payload)),
                    Format::Clone => (1, value::buffer(env, payload)),
                };
                if payload.is_none() {
                    let what = format!("its {length} bytes are more than this runtime can hold in one value");
                    spoiled(scope, &what, position);
                    return batch;
                }
                let handles = if handles.is_empty() {
                    value::undefined(env)
                } else {
                    value::handles(env, handles)
                };
                let arguments = (
                    value::number(env, format),
                    payload,
                    value::boolean(env, meta.internal),
                    handles,
                    value::number(env, position),
                );
                if let (Some(format), Some(payload), Some(internal), Some(handles), Some(position)) =
                    arguments
                {
                    scope.call(Method::Message, &[format, payload, internal, handles, position]);
                }
            }
            Item::Spoiled { what, position } => spoiled(scope, &what, position),
            Item::Acknowledged(through) => {
                if let Some(through) = value::number(env, through) {
                    scope.call(Method::Acknowledged, &[through]);
                }
            }
            Item::Refused(parcel, reason) => {
                let arguments = (
                    value::number(env, parcel),
                    value::string(env, reason.as_str().as_bytes()),
                );
                if let (Some(parcel), Some(reason)) = arguments {
                    scope.call(Method::Refused, &[parcel, reason]);
                }
            }
        }
        batch
    }

    /// What changed since JavaScript was told last. `batch` goes back to the core, for its memory.
    fn news(&self, batch: Batch) -> News {
        let mut core = self.shared.lock();
        core.untold = false;
        if core.ready.is_empty() {
            core.ready = batch;
        }
        // More may have come from the background meanwhile; the end waits for it.
        let drained = core.ready.is_empty();
        let closed = drained && core.link.is_some() && (core.end.is_some() || core.is_finished());
        if closed && core.finishing && core.end.is_none() {
            if let Some(link) = &mut core.link {
                link.connection().close();
            }
            core.write();
        }
        let status = core.status();
        let progressed = self.told(core.settled, status);
        let write_error = core.write_error.filter(|_| !self.told.write_error.replace(true));
        News {
            progress: (progressed && core.link.is_some()).then_some((core.settled, status)),
            write_error: write_error.map(|errno| (errno, core.settled)),
            fault: closed.then(|| core.end.clone()).flatten(),
            closed,
        }
    }

    /// JavaScript learns how far writing is: by an answer, or by what is told next. Both values are of one moment, or a
    /// write of another thread in between would be taken for told. True: there is something new in them.
    pub(crate) fn told(&self, settled: u64, status: u32) -> bool {
        let pending = status & status::PENDING != 0;
        let was_pending = self.told.pending.replace(pending);
        self.told.settled.replace(settled) != settled || was_pending && !pending
    }

    /// JavaScript learns that what it just sent waits to be written.
    pub(crate) fn told_pending(&self) {
        self.told.pending.set(true);
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

    /// Whether the driver was told last that writing waits for the socket.
    pub(crate) fn waits_to_write(&self) -> bool {
        self.waits_to_write.get()
    }

    /// Tells the driver what to wait for now.
    pub(crate) fn update(&self) {
        if let Some(driver) = &*self.driver.borrow() {
            let (read, write) = {
                let core = self.shared.lock();
                self.waits_to_write.set(core.wants_write());
                // What the relief wrote is told when the socket is writable, which is at once.
                (core.wants_read(), core.wants_write() || core.untold)
            };
            driver.want(read, write);
        }
    }

    /// Closes the socket and the driver at once; no event follows.
    pub(crate) fn close(&self) {
        self.told.closed.set(true);
        // The driver first: a descriptor must not be polled when it is closed.
        drop(self.driver.take());
        self.shared.lock().close();
    }

    /// As [`Port::close`], and lets go of JavaScript's objects.
    pub(crate) fn destroy(&self) {
        self.close();
        self.events.release();
    }

    /// The environment is ending: closes everything, and touches JavaScript no more.
    pub(crate) fn end(&self) {
        self.close();
        self.events.end();
    }
}

/// Says in a message's place that it cannot be read, and why: as a message of the format 2.
fn spoiled(scope: &Scope<'_>, what: &str, position: u64) {
    let env = scope.env();
    let arguments = (
        value::number(env, 2),
        value::string(env, what.as_bytes()),
        value::boolean(env, false),
        value::undefined(env),
        value::number(env, position),
    );
    if let (Some(format), Some(what), Some(internal), Some(handles), Some(position)) = arguments {
        scope.call(Method::Message, &[format, what, internal, handles, position]);
    }
}

/// What to tell besides messages.
struct News {
    progress: Option<(u64, u32)>,
    write_error: Option<(i32, u64)>,
    fault: Option<End>,
    closed: bool,
}

impl News {
    fn is_empty(&self) -> bool {
        self.progress.is_none() && self.write_error.is_none() && !self.closed
    }

    fn tell(&self, scope: &Scope<'_>) {
        let env = scope.env();
        if let Some((settled, status)) = self.progress {
            let arguments = (value::number(env, settled), value::number(env, u64::from(status)));
            if let (Some(settled), Some(status)) = arguments {
                scope.call(Method::Progress, &[settled, status]);
            }
        }
        if let Some((errno, settled)) = self.write_error {
            let arguments = (
                value::string(env, errno_name(errno).as_bytes()),
                value::number(env, u64::from(errno_number(errno).unsigned_abs())),
                value::number(env, settled),
            );
            if let (Some(code), Some(errno), Some(settled)) = arguments {
                scope.call(Method::WriteError, &[code, errno, settled]);
            }
        }
        if let Some(End::Fault(error)) = &self.fault {
            let arguments = (
                value::string(env, error.code().as_bytes()),
                value::string(env, error.to_string().as_bytes()),
                value::number(env, error.position()),
            );
            if let (Some(code), Some(message), Some(position)) = arguments {
                scope.call(Method::ProtocolError, &[code, message, position]);
            }
        }
        if self.closed {
            scope.call(Method::Close, &[]);
        }
    }
}
