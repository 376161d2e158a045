//! Messages.

use std::io;

use bytes::Bytes;
use forkwire_proto::v8::{self, Document};
use forkwire_proto::{Format, HandleKind, Meta};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use crate::handle::Handle;
use crate::shared_memory::SharedMemory;
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
    /// The format of the payload, and whether Node calls the message internal (an object whose `cmd` begins with
    /// `NODE_`, which it does not pass on to programs).
    pub meta: Meta,
    /// The payload: JSON text or the bytes of a structured clone, as `meta` says. A copy of it shares its memory, so
    /// that one message can be sent to many peers. Small messages that were received together may share up to 4 KiB of
    /// memory: copy a payload (`Bytes::copy_from_slice`) that is kept for long.
    pub payload: Bytes,
    /// The handles, in order: at most [`crate::MAX_HANDLES`], and at most one on Node's own wire. Node may send an array of
    /// handles with gaps, where a handle was closed before; these are left out.
    pub handles: Vec<Handle>,
}

impl Message {
    /// A message whose payload is in `format` already, without handles.
    pub fn new(format: Format, payload: impl Into<Bytes>) -> Self {
        Self {
            meta: Meta::new(format),
            payload: payload.into(),
            handles: Vec::new(),
        }
    }

    /// Encodes a value: as JSON, or in V8's structured clone format as [`v8::to_bytes`] does (`serialize_bytes` becomes a
    /// `Buffer`). Use the [`format`](crate::Channel::format) of the channel.
    ///
    /// # Errors
    /// The value has no form in that format. A map whose keys are not strings has no JSON, for example.
    pub fn encode<T: Serialize + ?Sized>(format: Format, value: &T) -> Result<Self, ValueError> {
        let mut payload = Vec::new();
        encode_into(format, value, &mut payload)?;
        Ok(Self::new(format, payload))
    }

    /// Encodes any structured clone, with cycles, `Map`s, typed arrays, `undefined` and so on.
    ///
    /// # Errors
    /// The document refers to objects that it does not contain, or is nested deeper than [`v8::Limits`] allow.
    pub fn from_document(document: &Document) -> Result<Self, ValueError> {
        Ok(Self::new(Format::Clone, document.encode()?))
    }

    /// The format of the payload.
    pub fn format(&self) -> Format {
        self.meta.format
    }

    /// Decodes the message, whatever its format, as a Rust value. [`serde_json::Value`] accepts nearly all messages. See
    /// [`v8::from_bytes`] for what becomes of a structured clone.
    ///
    /// # Errors
    /// The message is not of the type `T`, or its payload is malformed.
    pub fn decode<T: DeserializeOwned>(&self) -> Result<T, ValueError> {
        decode(self.meta.format, &self.payload)
    }

    /// Decodes a JSON message as a value that borrows from it. A `&str` borrows a string that has no escapes; a
    /// `Cow<str>` with `#[serde(borrow)]` takes any.
    ///
    /// ```
    /// use forkwire::{Format, Message};
    ///
    /// let message = Message::new(Format::Json, r#"{"op": "read", "path": "/etc/hosts"}"#);
    /// let request: std::collections::BTreeMap<&str, &str> = message.decode_borrowed()?;
    /// assert_eq!(request["path"], "/etc/hosts");
    /// # Ok::<(), forkwire::ValueError>(())
    /// ```
    ///
    /// # Errors
    /// [`ValueError::NotJson`] if the message is a structured clone. Otherwise as for [`decode`](Message::decode).
    pub fn decode_borrowed<'a, T: Deserialize<'a>>(&'a self) -> Result<T, ValueError> {
        match self.meta.format {
            Format::Json => Ok(serde_json::from_slice(&self.payload)?),
            Format::Clone => Err(ValueError::NotJson),
        }
    }

    /// Decodes a structured clone with everything that Rust types and JSON lose.
    ///
    /// # Errors
    /// The payload is not a structured clone. JSON is not one.
    pub fn document(&self) -> Result<Document, ValueError> {
        Ok(Document::decode(&self.payload)?)
    }

    /// Takes the memories out of the handles that are in the message itself: a structured clone refers to them by their
    /// numbers here ([`SharedView::memory`](v8::SharedView::memory)). What is left in [`handles`](Self::handles) came beside the
    /// message.
    ///
    /// ```
    /// use forkwire::v8::{Document, Object, SharedView, ViewKind};
    /// use forkwire::{Message, SharedMemory};
    ///
    /// # #[cfg(any(target_os = "linux", target_os = "macos", windows))] {
    /// let memory = SharedMemory::create(4096)?;
    /// memory.write_at(b"pixels", 64)?;
    /// let mut document = Document::new();
    /// let view = document.insert(SharedView { memory: 0, kind: ViewKind::Uint8Array, offset: 64, len: 6 });
    /// document.set_root(view);
    /// let mut message = Message::from_document(&document)?.with_memories([&memory])?; // sent, and received
    ///
    /// let memories = message.take_memories()?;
    /// let document = message.document()?;
    /// let Some(Object::SharedView(view)) = document.cursor().object() else { panic!("something else") };
    /// let mut pixels = vec![0; usize::try_from(view.len)?];
    /// memories[view.memory as usize].read_at(&mut pixels, usize::try_from(view.offset)?)?;
    /// assert_eq!(pixels, b"pixels");
    /// # }
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// Those of mapping one of them, such as `ENOMEM`. All of them are closed then, and the other handles stay.
    pub fn take_memories(&mut self) -> io::Result<Vec<SharedMemory>> {
        let (inside, beside) = std::mem::take(&mut self.handles).into_iter().partition(is_inside);
        self.handles = beside;
        let inside: Vec<Handle> = inside;
        inside.into_iter().map(SharedMemory::try_from).collect()
    }

    /// Adds memories that views in the structured clone refer to, in the order of their numbers. Only the native wire carries
    /// them.
    ///
    /// # Errors
    /// Those of [`SharedMemory::to_handle`].
    pub fn with_memories<'a>(
        mut self,
        memories: impl IntoIterator<Item = &'a SharedMemory>,
    ) -> io::Result<Self> {
        for memory in memories {
            self.handles.push(memory.to_handle()?.with_note(IN_MESSAGE));
        }
        Ok(self)
    }

    /// Adds a handle.
    #[must_use]
    pub fn with_handle(mut self, handle: impl Into<Handle>) -> Self {
        self.handles.push(handle.into());
        self
    }

    /// Adds handles.
    #[must_use]
    pub fn with_handles(mut self, handles: impl IntoIterator<Item = Handle>) -> Self {
        self.handles.extend(handles);
        self
    }
}

/// The note of a memory that views in the message refer to, and that is not a handle beside it.
const IN_MESSAGE: &str = "view";

fn is_inside(handle: &Handle) -> bool {
    handle.kind() == Some(HandleKind::SharedMemory) && handle.note() == IN_MESSAGE
}

/// Encodes a value at the end of `out`.
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
