//! Handing to JavaScript what was read, in order.

use std::cell::Cell;
use std::ops::Range;

use forkwire::link::{Arrived, Link};
use forkwire::{Format, Meta};
use forkwire_proto::Call;
use napi::sys;

use super::Port;
use crate::batch::{Batch, Item};
use crate::core::Core;
use crate::core::requests::Mode;
use crate::driver::Served;
use crate::ffi::js::{Method, Scope};
use crate::ffi::{buffer, value};
use crate::lift::lift;
use crate::pool;
use crate::shape::{FEWEST, FEWEST_BYTES, MANY_BYTES, Shaped};

/// What the payload of `onMessage` is: its first argument, as `index.d.ts` documents it.
#[derive(Clone, Copy)]
#[repr(u8)]
enum Delivered {
    /// A json text.
    Json = 0,
    /// The bytes of a structured clone.
    Clone = 1,
    /// A text that says why the message in this place cannot be read.
    Unreadable = 2,
    /// A json text without its long strings, and those.
    Lifted = 3,
}

/// JavaScript is being called with a batch. A panic ends that too.
struct Delivering<'a> {
    now: &'a Cell<bool>,
    before: bool,
}

impl<'a> Delivering<'a> {
    fn begin(now: &'a Cell<bool>) -> Self {
        let before = now.replace(true);
        Self { now, before }
    }
}

impl Drop for Delivering<'_> {
    fn drop(&mut self) {
        self.now.set(self.before);
    }
}

impl Port {
    pub(crate) fn take_ready(&self) -> Batch {
        let mut core = self.core.lock();
        let batch = std::mem::take(&mut core.reader.ready);
        core.begin_turn(batch.is_receipt());
        core.reader.begun = true;
        batch
    }

    /// As [`Port::take_ready`], while others may read. They wait for JavaScript if there may be no room for more handles than these.
    pub(crate) fn take_step(&self) -> Batch {
        let mut core = self.core.lock();
        core.new_turn();
        core.reader.begun =
            core.reader.ready.handles() == 0 || !core.link.as_ref().is_some_and(Link::is_crowded);
        std::mem::take(&mut core.reader.ready)
    }

    /// Delivers what is ready, for JavaScript, which wants it at once, and what came with the channel's end itself, for which no
    /// driver waits. If JavaScript is being called with a batch right now, the rest of that comes first.
    pub(crate) fn deliver_waiting(&self, early: bool) {
        self.more.set(true);
        if self.delivering.get() {
            return;
        }
        let batch = self.deliver_batch(Batch::default(), &Cell::new(0));
        let unreported = {
            let core = self.core.lock();
            // A disconnect() meanwhile waited for the rest of it; and nothing else reports a fault in what came early, or an end
            // that the socket has reported before.
            core.ends.finishing || early && core.ends.received.is_some()
        };
        if unreported {
            self.tell_news(batch);
        }
        self.update();
    }

    /// What becomes of the peer's requests from now on, those that wait included.
    pub(crate) fn set_requests(&self, mode: Mode) {
        let early = {
            let mut core = self.core.lock();
            core.set_requests(mode);
            core.link.as_ref().is_some_and(Link::has_early)
        };
        self.deliver_waiting(early);
    }

    /// Delivers a batch, and what JavaScript asks for meanwhile. `left` has the number of items that follow the one under way.
    pub(crate) fn deliver_batch(&self, batch: Batch, left: &Cell<usize>) -> Batch {
        let _ended = Delivering::begin(&self.delivering);
        let mut batch = self.deliver_items(batch, left);
        while self.more.take() {
            let (more, early) = self.read_early();
            self.more.set(early);
            batch = self.deliver_items(more, left);
        }
        batch
    }

    /// What is ready, after a read of what came with the channel's end itself. True: there is more of that.
    fn read_early(&self) -> (Batch, bool) {
        let mut core = self.core.lock();
        let has_early =
            |core: &Core| core.reader.delivers() && core.link.as_ref().is_some_and(Link::has_early);
        if has_early(&core) && core.ends.received.is_none() {
            core.reader.begun = true;
            core.read();
        }
        let early = has_early(&core) && core.ends.received.is_none();
        (std::mem::take(&mut core.reader.ready), early)
    }

    fn deliver_items(&self, mut batch: Batch, left: &Cell<usize>) -> Batch {
        if batch.is_empty() {
            return batch;
        }
        let mut items = batch.take_items();
        if let Some(scope) = self.events.scope(items.len()) {
            left.set(items.len());
            for item in items.drain(..) {
                left.set(left.get() - 1);
                batch = self.deliver_item(&scope, item, batch);
            }
        }
        batch.recycle(items);
        batch
    }

    fn deliver_item(&self, scope: &Scope<'_>, item: Item, batch: Batch) -> Batch {
        let env = scope.env();
        match item {
            Item::Run { text, singles } => {
                let count = value::number(env, singles.len() as u64);
                if let Some(shaped) = self.shaped_run(&batch, &singles, text.len()) {
                    let [values, shapes, kinds] = texts(env, &shaped);
                    let mut arguments = vec![values, count, shapes, kinds];
                    arguments.extend(shaped.strings.iter().map(|string| value::string(env, string)));
                    return self.during(batch, singles, || scope.call_with(Method::Text, arguments));
                }
                let arguments = [value::string(env, batch.slice(text)), count];
                return self.during(batch, singles, || scope.call(Method::Text, arguments));
            }
            Item::Clones { bytes, singles } => {
                let places = batch.places(&bytes, singles.clone());
                let bytes = buffer::buffer(env, batch.slice(bytes).to_vec());
                let arguments = [bytes, value::numbers(env, &places)];
                return self.during(batch, singles, || scope.call(Method::Clones, arguments));
            }
            Item::Message {
                meta,
                payload,
                handles,
                position,
            } => message(scope, meta, payload, handles, position),
            Item::Several { payload, position } => self.several(scope, payload, position),
            Item::Calls {
                text,
                singles,
                responses,
            } => {
                let (count, text) = (singles.len() as u64, value::string(env, batch.slice(text)));
                let arguments = [text, value::number(env, count), value::boolean(env, responses)];
                return self.during(batch, singles, || scope.call(Method::Calls, arguments));
            }
            Item::Call {
                call,
                format,
                payload,
                handles,
                position,
            } => Self::deliver_call(scope, call, (format, payload), handles, position),
            Item::CallEnd { id, reason } => {
                let reason = value::number(env, u64::from(reason));
                scope.call(Method::CallEnd, [value::number(env, id), reason]);
            }
            Item::Unreadable { what, position } => unreadable(scope, &what, position),
            Item::Acknowledged(through) => scope.call(Method::Acknowledged, [value::number(env, through)]),
            Item::Refused(group, reason) => {
                let reason = value::string(env, reason.as_str().as_bytes());
                scope.call(Method::Refused, [value::number(env, group), reason]);
            }
        }
        batch
    }

    /// The values of a run, if its messages have known shapes.
    fn shaped_run<'a>(&self, batch: &'a Batch, singles: &Range<usize>, bytes: usize) -> Option<Shaped<'a>> {
        let pays = singles.len() >= FEWEST || bytes >= MANY_BYTES;
        let shapes = self.shapes.as_ref().filter(|_| pays)?;
        shapes.borrow_mut().of_run(batch.singles(singles.clone()), bytes)
    }

    fn several(&self, scope: &Scope<'_>, payload: Vec<u8>, position: u64) {
        let (env, length) = (scope.env(), payload.len());
        let shapes = self.shapes.as_ref().filter(|_| length >= FEWEST_BYTES);
        if let Some(shaped) = shapes.and_then(|shapes| shapes.borrow_mut().of_array(&payload)) {
            let [values, shapes, kinds] = texts(env, &shaped);
            let (position, count) = (
                value::number(env, position),
                value::number(env, shaped.count as u64),
            );
            let mut arguments = vec![values, position, count, shapes, kinds];
            arguments.extend(shaped.strings.iter().map(|string| value::string(env, string)));
            drop(shaped);
            pool::give(payload);
            return scope.call_with(Method::Several, arguments);
        }
        match value::text(env, payload) {
            Some(text) => scope.call(Method::Several, [Some(text), value::number(env, position)]),
            None => unreadable(scope, &too_long(length), position),
        }
    }

    /// Delivers a request or a response that is not part of a run.
    fn deliver_call(
        scope: &Scope<'_>,
        call: Call,
        (format, payload): (Format, Vec<u8>),
        handles: Vec<Arrived>,
        position: u64,
    ) {
        let (env, length) = (scope.env(), payload.len());
        let (delivered, payload) = match payload_value(env, format, payload) {
            Some((delivered, payload)) => (delivered, Some(payload)),
            None => (
                Delivered::Unreadable,
                value::string(env, too_long(length).as_bytes()),
            ),
        };
        let handles = handles_value(env, handles);
        let role = match call {
            Call::Request(_) => 0,
            Call::Response { failed, .. } => 1 + u64::from(failed),
        };
        scope.call(
            Method::Call,
            [
                value::number(env, role),
                value::number(env, call.id()),
                value::number(env, delivered as u64),
                payload,
                handles,
                value::number(env, position),
            ],
        );
    }

    /// Makes a call during which the single messages of a run can be asked for.
    fn during(&self, batch: Batch, singles: Range<usize>, call: impl FnOnce()) -> Batch {
        let outer = self.run.replace(Some((batch, singles)));
        call();
        let run = self.run.replace(outer);
        run.map_or_else(Batch::default, |(batch, _)| batch)
    }
}

/// The values, the shapes, and which message has which.
fn texts(env: sys::napi_env, shaped: &Shaped<'_>) -> [Option<value::Raw>; 3] {
    let kinds = match &shaped.kinds {
        Some(kinds) => value::string(env, kinds),
        None => value::undefined(env),
    };
    [
        value::string(env, &shaped.values),
        value::string(env, &shaped.shapes),
        kinds,
    ]
}

fn message(scope: &Scope<'_>, meta: Meta, payload: Vec<u8>, handles: Vec<Arrived>, position: u64) {
    let env = scope.env();
    let length = payload.len();
    let Some((delivered, payload)) = payload_value(env, meta.format, payload) else {
        return unreadable(scope, &too_long(length), position);
    };
    match <[Arrived; 1]>::try_from(handles) {
        Ok([handle]) => with_handle(scope, (delivered, payload), meta.internal, handle, position),
        Err(handles) => {
            let handles = handles_value(env, handles);
            call(scope, delivered, Some(payload), meta.internal, handles, position);
        }
    }
}

/// Delivers a message with one handle, whose members are arguments of their own: to make an object here takes twice as long as to
/// receive the descriptor.
fn with_handle(
    scope: &Scope<'_>,
    (delivered, payload): (Delivered, value::Raw),
    internal: bool,
    handle: Arrived,
    position: u64,
) {
    let env = scope.env();
    let note = value::string(env, handle.note.as_bytes());
    let (kind, family) = (
        handle.kind as u64,
        handle.family.map_or(0, |family| 1 + family as u64),
    );
    let arguments = [
        value::number(env, delivered as u64),
        Some(payload),
        value::boolean(env, internal),
        value::undefined(env),
        value::number(env, position),
        value::number(env, kind),
        note,
        value::number(env, family),
    ];
    // Last, so that the descriptor is closed by its owner if anything before failed.
    if arguments.iter().any(Option::is_none) {
        return;
    }
    let [
        delivered,
        payload,
        internal,
        handles,
        position,
        kind,
        note,
        family,
    ] = arguments;
    let fd = value::integer(env, value::release(handle));
    let arguments = [
        delivered, payload, internal, handles, position, kind, note, family, fd,
    ];
    scope.call(Method::Message, arguments);
}

fn payload_value(env: sys::napi_env, format: Format, payload: Vec<u8>) -> Option<(Delivered, value::Raw)> {
    if format == Format::Clone {
        return Some((Delivered::Clone, buffer::buffer(env, payload)?));
    }
    if let Some(lifted) = lift(&payload) {
        let value = value::lifted(env, &payload, &lifted)?;
        pool::give(payload);
        return Some((Delivered::Lifted, value));
    }
    Some((Delivered::Json, value::text(env, payload)?))
}

fn handles_value(env: sys::napi_env, handles: Vec<Arrived>) -> Option<value::Raw> {
    if handles.is_empty() {
        value::undefined(env)
    } else {
        value::handles(env, handles)
    }
}

fn too_long(length: usize) -> String {
    format!("its {length} bytes are more than this runtime can hold in one value")
}

/// Says in a message's place that it cannot be read, and why.
fn unreadable(scope: &Scope<'_>, what: &str, position: u64) {
    let env = scope.env();
    let what = value::string(env, what.as_bytes());
    call(
        scope,
        Delivered::Unreadable,
        what,
        false,
        value::undefined(env),
        position,
    );
}

fn call(
    scope: &Scope<'_>,
    delivered: Delivered,
    payload: Option<value::Raw>,
    internal: bool,
    handles: Option<value::Raw>,
    position: u64,
) {
    let env = scope.env();
    let delivered = value::number(env, delivered as u64);
    let (internal, position) = (value::boolean(env, internal), value::number(env, position));
    scope.call(Method::Message, [delivered, payload, internal, handles, position]);
}
