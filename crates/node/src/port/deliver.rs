//! Handing to JavaScript what was read, in order.

use std::cell::Cell;

use forkwire::link::Arrived;
use forkwire::{Format, Meta};

use super::Port;
use crate::batch::{Batch, Item};
use crate::driver::Served;
use crate::ffi::js::{Method, Scope};
use crate::ffi::value;

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
}

impl From<Format> for Delivered {
    fn from(format: Format) -> Self {
        match format {
            Format::Json => Self::Json,
            Format::Clone => Self::Clone,
        }
    }
}

impl Port {
    pub(crate) fn take_ready(&self) -> Batch {
        let mut core = self.core.lock();
        core.new_turn();
        core.reader.begun = true;
        std::mem::take(&mut core.reader.ready)
    }

    /// Delivers the messages that waited for a listener.
    pub(crate) fn deliver_held(&self) {
        let batch = std::mem::take(&mut self.core.lock().reader.held);
        self.deliver_batch(batch, &Cell::new(0));
        self.update();
    }

    /// Delivers a batch. `left` has the number of items that follow the one under way.
    pub(crate) fn deliver_batch(&self, mut batch: Batch, left: &Cell<usize>) -> Batch {
        if batch.is_empty() {
            return batch;
        }
        let mut items = batch.take_items();
        if let Some(scope) = self.events.scope() {
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
                let count = singles.len() as u64;
                let arguments = [value::string(env, batch.slice(text)), value::number(env, count)];
                return self.during(batch, singles, || scope.call(Method::Text, arguments));
            }
            Item::Clones { bytes, singles } => {
                let places = batch.places(&bytes, singles.clone());
                let bytes = value::buffer(env, batch.slice(bytes).to_vec());
                let arguments = [bytes, value::numbers(env, &places)];
                return self.during(batch, singles, || scope.call(Method::Clones, arguments));
            }
            Item::Message {
                meta,
                payload,
                handles,
                position,
            } => message(scope, meta, payload, handles, position),
            Item::Several { payload, position } => several(scope, payload, position),
            Item::Unreadable { what, position } => unreadable(scope, &what, position),
            Item::Acknowledged(through) => scope.call(Method::Acknowledged, [value::number(env, through)]),
            Item::Refused(group, reason) => {
                let reason = value::string(env, reason.as_str().as_bytes());
                scope.call(Method::Refused, [value::number(env, group), reason]);
            }
        }
        batch
    }

    /// Makes a call during which the single messages of a run can be asked for.
    fn during(&self, batch: Batch, singles: std::ops::Range<usize>, call: impl FnOnce()) -> Batch {
        let outer = self.run.replace(Some((batch, singles)));
        call();
        let run = self.run.replace(outer);
        run.map_or_else(Batch::default, |(batch, _)| batch)
    }
}

fn message(scope: &Scope<'_>, meta: Meta, payload: Vec<u8>, handles: Vec<Arrived>, position: u64) {
    let env = scope.env();
    let length = payload.len();
    let payload = match meta.format {
        Format::Json => value::text(env, payload),
        Format::Clone => value::buffer(env, payload),
    };
    if payload.is_none() {
        return unreadable(scope, &too_long(length), position);
    }
    let handles = if handles.is_empty() {
        value::undefined(env)
    } else {
        value::handles(env, handles)
    };
    call(
        scope,
        meta.format.into(),
        payload,
        meta.internal,
        handles,
        position,
    );
}

fn several(scope: &Scope<'_>, payload: Vec<u8>, position: u64) {
    let (env, length) = (scope.env(), payload.len());
    match value::text(env, payload) {
        Some(text) => scope.call(Method::Several, [Some(text), value::number(env, position)]),
        None => unreadable(scope, &too_long(length), position),
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
