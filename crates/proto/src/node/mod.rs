//! Node's own wire, byte for byte: what `node:child_process` speaks on its `'ipc'` channel (Node 20 to 26, in both
//! serialization modes), so that either end may be stock Node or whatever else speaks it.
//!
//! - json: one text a line; advanced: a big-endian `u32` length and a payload of V8's serializer.
//! - A handle travels alone, with the first byte of an envelope whose `cmd` is `NODE_HANDLE`. The receiver answers with
//!   `NODE_HANDLE_ACK`, or `NODE_HANDLE_NACK` if no handle came; meanwhile the sender holds everything else back.
//! - Requests between two forkwire ends travel as internal messages, which stock ends ignore.
//!
//! Source of the rules: `lib/internal/child_process.js` of Node, and `uv__read` of libuv.

mod call;
mod calls;
mod command;
mod connection;
mod decoder;
mod frame;
mod incoming;
mod line;
mod outbound;
mod state;

pub use command::{is_hello, is_internal};
pub use connection::NodeConnection;
