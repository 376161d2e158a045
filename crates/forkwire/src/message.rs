//! One message.

use forkwire_proto::v8::{self, Document};
use forkwire_proto::{Format, Meta};
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::handle::Handle;
use crate::value_error::ValueError;

/// One message: its bytes, and the handles that travel with it.
///
/// ```
/// use forkwire::{Format, Message};
/// use forkwire::v8::{Document, Object};
///
/// // What JSON cannot hold: a Map with a Buffer in it.
/// let mut document = Document::new();
/// let buffer = document.insert(Object::buffer(*b"bytes"));
/// let map = document.insert(Object::map([(1, buffer)]));
/// document.set_root(map);
/// let message = Message::from_document(&document)?;
/// assert_eq!(message.format(), Format::Clone);
/// let back = message.document()?;
/// assert_eq!(back.cursor().map_get(1).and_then(|value| value.as_bytes()), Some(&b"bytes"[..]));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
#[non_exhaustive]
pub struct Message {
    /// How the payload is written, and whether Node calls the message internal (an object whose `cmd` begins with
    /// `NODE_`, which it keeps from programs).
    pub meta: Meta,
    /// The payload: JSON text or structured clone bytes, as `meta` says.
    pub payload: Vec<u8>,
    /// At most [`crate::MAX_HANDLES`] handles, in order. At most one on Node's own wire. Of an array of handles from Node
    /// that had gaps (things that were closed when they were sent), those that came.
    pub handles: Vec<Handle>,
}

impl Message {
    /// A message of bytes that are in `format` already, without handles.
    pub fn new(format: Format, payload: impl Into<Vec<u8>>) -> Self {
        Self {
            meta: Meta::new(format),
            payload: payload.into(),
            handles: Vec::new(),
        }
    }

    /// A value as a message: JSON, or V8's structured clone format as [`v8::to_bytes`] writes it (`serialize_bytes`
    /// becomes a `Buffer`). Use the channel's [`format`](crate::Channel::format).
    ///
    /// # Errors
    /// The value has no such form (a map with keys that are no strings in JSON, say).
    pub fn encode<T: Serialize + ?Sized>(format: Format, value: &T) -> Result<Self, ValueError> {
        let mut payload = Vec::new();
        encode_into(format, value, &mut payload)?;
        Ok(Self::new(format, payload))
    }

    /// Any structured clone as a message: cycles, `Map`s, typed arrays, `undefined` and all.
    ///
    /// # Errors
    /// The document refers to objects that it does not have, or is nested deeper than
    /// [`v8::Limits`] allow.
    pub fn from_document(document: &Document) -> Result<Self, ValueError> {
        Ok(Self::new(Format::Clone, document.encode()?))
    }

    /// How the payload is written.
    pub fn format(&self) -> Format {
        self.meta.format
    }

    /// The message as a Rust value, whichever form it has ([`serde_json::Value`] takes nearly all); see
    /// [`v8::from_bytes`] for the advanced mode.
    ///
    /// # Errors
    /// The message is not what `T` expects, or no valid JSON or clone at all.
    pub fn decode<T: DeserializeOwned>(&self) -> Result<T, ValueError> {
        decode(self.meta.format, &self.payload)
    }

    /// The message as a structured clone, with all that Rust types and JSON lose.
    ///
    /// # Errors
    /// The payload is no structured clone: JSON is none.
    pub fn document(&self) -> Result<Document, ValueError> {
        Ok(Document::decode(&self.payload)?)
    }

    /// The message with one more handle.
    #[must_use]
    pub fn with_handle(mut self, handle: impl Into<Handle>) -> Self {
        self.handles.push(handle.into());
        self
    }

    /// The message with more handles.
    #[must_use]
    pub fn with_handles(mut self, handles: impl IntoIterator<Item = Handle>) -> Self {
        self.handles.extend(handles);
        self
    }
}

/// Appends a value to `out`.
pub(crate) fn encode_into<T: Serialize + ?Sized>(
    format: Format,
    value: &T,
    out: &mut Vec<u8>,
) -> Result<(), ValueError> {
    match format {
        Format::Json => serde_json::to_writer(out, value)?,
        Format::Clone => v8::append(value, out)?,
    }
    Ok(())
}

pub(crate) fn decode<T: DeserializeOwned>(format: Format, payload: &[u8]) -> Result<T, ValueError> {
    match format {
        Format::Json => Ok(serde_json::from_slice(payload)?),
        Format::Clone => Ok(v8::from_bytes(payload)?),
    }
}
