//! What a channel is made with.

use forkwire::Format;
use forkwire_proto::{Config, Connection, NodeConnection, Wire};
use forkwire_sys::os;
use napi::bindgen_prelude::Uint8Array;
use napi_derive::napi;

use crate::pool;

/// Settings of a channel. Sizes are bytes.
#[napi(object)]
pub struct ChannelOptions {
    /// The backlog, in unsent bytes, at which a send reports `FULL`.
    pub high_water_mark: u32,
    /// Largest body of one message, in both directions.
    pub max_message_size: u32,
    /// How many received bytes wait here without a listener before reading stops.
    pub receive_limit: u32,
    /// How many milliseconds writing the backlog may take when the process, or the worker thread, ends.
    pub flush_timeout: u32,
    /// Whether the channel keeps the event loop alive at first.
    pub referenced: bool,
    /// `'loop'` or `'task'`. By default, the best one for this runtime.
    pub driver: Option<String>,
    /// `'low'`, `'balanced'` (the default) or `'idle'`: how long an end that has answered waits for the next message
    /// before it sleeps.
    pub latency: Option<String>,
    /// `'native'` (the default) between two forkwire ends, or Node's own wire in one of its two modes: `'json'` or
    /// `'advanced'`.
    pub wire: Option<String>,
    /// What `suspend()` returned for another channel over the same socket, which this one continues. Native wire only.
    pub state: Option<Uint8Array>,
    /// Whether this is the end of a port.
    pub port: Option<bool>,
    /// Whether `onText` and `onSeveral` take messages as their values and their shapes.
    pub shapes: Option<bool>,
}

impl ChannelOptions {
    /// The wire, at its beginning. `None`: there is none with that name.
    pub(super) fn wire(&self) -> Option<Wire<os::Handle>> {
        let config = Config::new(self.max_message_size as usize);
        Some(match self.wire.as_deref() {
            None | Some("native") => Wire::Native(Connection::with_memory(config, pool::take)),
            Some("json") => Wire::Node(NodeConnection::new(Format::Json, config)),
            Some("advanced") => Wire::Node(NodeConnection::new(Format::Clone, config)),
            Some(_) => return None,
        })
    }
}
