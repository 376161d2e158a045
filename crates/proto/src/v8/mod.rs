//! V8's structured clone format, in which Node's `child_process` sends messages with `serialization: 'advanced'`:
//! both ways, without V8.
//!
//! - [`Document`] holds any such message with all that JSON loses: `undefined`, holes, -0, `BigInt`, `Map`, `Set`,
//!   `Date`, errors, the kinds of buffers, objects in several places and cycles.
//! - [`to_bytes`] and [`from_bytes`] turn Rust types into messages and back, by serde.
//! - [`peek_cmd`] tells Node's internal messages from others without decoding them.
//!
//! A payload here is one message as it is in a frame: without the length that Node's own wire puts before it. The
//! rules are those of V8's `ValueSerializer` (`src/objects/value-serializer.cc`, versions 13 to 15 of the format), and
//! of Node's own part in it (`lib/internal/child_process/serialization.js`, `src/node_ipc_serdes.cc`, `lib/v8.js`).
//! Payloads of a plain `v8.serialize` differ in how typed arrays are written and are not read.
//!
//! Invariants: nothing is allocated that the payload's length does not account for · nothing recurses on input, except for a
//! type's own `Deserialize` · any bytes give a document or a [`DecodeError`] · what is read is written again as the same
//! document.

mod array;
mod bigint;
mod cursor;
mod de;
mod document;
mod equal;
mod error;
mod input;
mod limits;
mod object;
mod output;
mod peek;
mod read;
mod regexp;
mod ser;
mod tag;
#[cfg(test)]
mod testing;
mod text;
mod token;
mod value;
mod varint;
mod view;
mod write;

pub use array::Array;
pub use bigint::BigInt;
pub use cursor::Cursor;
pub use de::{from_bytes, from_document};
pub use document::Document;
pub use error::{DecodeError, EncodeError};
pub use limits::Limits;
pub use object::{ErrorKind, JsError, Object};
pub(crate) use peek::peek;
pub use peek::peek_cmd;
pub use regexp::{RegExp, RegExpFlags};
pub use ser::{append, to_bytes};
pub use text::JsString;
pub use value::{Id, Value};
pub use view::{ArrayBuffer, BufferView, SharedView, View, ViewKind};

/// The version of the format that is written: the newest that Node 18 to 26 know.
pub const VERSION: u32 = 15;

/// The oldest version of the format that is read: the first with host objects, which Node 14 and 16 wrote.
pub const OLDEST_VERSION: u32 = 13;
