//! What a channel can say of its traffic.

use forkwire_proto::Wire;
use forkwire_sys::os;
use napi_derive::napi;

use crate::core::Core;

/// What has gone over the socket since the start, and what waits now. All but the handles are bytes.
#[napi(object)]
#[derive(Clone, Copy, Debug, Default)]
pub struct ChannelStats {
    /// Taken by the socket, the wire's own bytes included.
    pub bytes_sent: f64,
    /// Read from the socket, the wire's own bytes included.
    pub bytes_received: f64,
    /// Not taken by the socket yet.
    pub backlog: f64,
    /// Received, and not delivered: what waits for a listener, with 64 bytes for each message.
    pub held: f64,
    /// Handles that wait with it.
    pub held_handles: u32,
    /// Requests of this end that await an answer.
    pub awaited: u32,
    /// Requests of the peer that are not answered.
    pub serving: u32,
}

impl ChannelStats {
    #[allow(clippy::cast_precision_loss)] // sizes stay far below 2^53
    pub(crate) fn of(core: &Core) -> Self {
        let traffic = core.traffic();
        let wire = core.link.as_ref().map(forkwire::link::Link::wire);
        let count =
            |of: fn(&Wire<os::Handle>) -> usize| u32::try_from(wire.map_or(0, of)).unwrap_or(u32::MAX);
        Self {
            bytes_sent: traffic.sent as f64,
            bytes_received: traffic.received as f64,
            backlog: core.backlog_bytes() as f64,
            held: core.reader.waiting_bytes() as f64,
            held_handles: u32::try_from(core.reader.waiting_handles()).unwrap_or(u32::MAX),
            awaited: count(Wire::awaited),
            serving: count(Wire::serving),
        }
    }
}
