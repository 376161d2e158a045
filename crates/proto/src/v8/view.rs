//! Bytes: `ArrayBuffer` and the views of it.

mod kind;
mod shared;

use std::fmt;

use crate::v8::Id;
pub use kind::ViewKind;
pub use shared::SharedView;

/// A view with its own bytes: the form in which Node sends every `ArrayBufferView`, `Buffer` included. That two views
/// shared memory is lost on the way; [`BufferView`] keeps it.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct View {
    kind: ViewKind,
    bytes: Box<[u8]>,
}

impl View {
    /// A view of these bytes, in the machine's byte order (little-endian wherever Node runs).
    pub fn new(kind: ViewKind, bytes: impl Into<Box<[u8]>>) -> Self {
        Self {
            kind,
            bytes: bytes.into(),
        }
    }

    /// What kind of view it is.
    pub fn kind(&self) -> ViewKind {
        self.kind
    }

    /// The bytes.
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// The bytes, without a copy.
    pub fn into_bytes(self) -> Vec<u8> {
        self.bytes.into()
    }
}

/// An `ArrayBuffer`.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct ArrayBuffer {
    pub(super) bytes: Box<[u8]>,
    pub(super) max_len: Option<u32>,
}

impl ArrayBuffer {
    /// A buffer of these bytes and of fixed length.
    pub fn new(bytes: impl Into<Box<[u8]>>) -> Self {
        Self {
            bytes: bytes.into(),
            max_len: None,
        }
    }

    /// A buffer of these bytes that can grow to `max_len` bytes, `new ArrayBuffer(n, { maxByteLength })`.
    pub fn resizable(bytes: impl Into<Box<[u8]>>, max_len: u32) -> Self {
        Self {
            bytes: bytes.into(),
            max_len: Some(max_len),
        }
    }

    /// The bytes.
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// `maxByteLength` of a resizable buffer, in bytes.
    pub fn max_len(&self) -> Option<u32> {
        self.max_len
    }

    /// The bytes, without a copy.
    pub fn into_bytes(self) -> Vec<u8> {
        self.bytes.into()
    }
}

/// A view of an [`ArrayBuffer`] that is an object of its own, V8's tag `V`. Node's child processes read it but never
/// write it; a plain `v8.Serializer` writes it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct BufferView {
    /// What kind of view it is. V8 writes a `Buffer` as the `Uint8Array` that it is, and so does this codec.
    pub kind: ViewKind,
    /// The buffer: must be an [`Object::ArrayBuffer`](crate::v8::Object::ArrayBuffer) of the same document.
    pub buffer: Id,
    /// Where the view begins in its buffer, in bytes: a multiple of the element size.
    pub offset: u32,
    /// Length in bytes: a multiple of the element size. 0 for a view that tracks the length.
    pub len: u32,
    /// Whether the view ends where its resizable buffer does, whatever its length.
    pub tracks_length: bool,
}

impl BufferView {
    /// Which rule the view breaks, if it is one of `buffer`.
    pub(super) fn fault(&self, buffer: &ArrayBuffer) -> Option<&'static str> {
        let size = self.kind.element_size();
        if u64::from(self.offset) + u64::from(self.len) > buffer.bytes.len() as u64 {
            Some("the view leaves its buffer")
        } else if !(self.offset as usize).is_multiple_of(size) || !(self.len as usize).is_multiple_of(size) {
            Some("the view does not consist of whole elements")
        } else if self.tracks_length && buffer.max_len.is_none() {
            Some("the view tracks the length of a buffer that is not resizable")
        } else {
            None
        }
    }

    /// The bytes of `buffer` that the view shows.
    pub fn bytes<'a>(&self, buffer: &'a ArrayBuffer) -> &'a [u8] {
        let rest = buffer.bytes.get(self.offset as usize..).unwrap_or_default();
        if self.tracks_length {
            &rest[..rest.len() - rest.len() % self.kind.element_size()]
        } else {
            rest.get(..self.len as usize).unwrap_or_default()
        }
    }
}

impl fmt::Debug for View {
    /// The kind and the number of bytes, not the bytes: they can be many.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}({} bytes)", self.kind, self.bytes.len())
    }
}

impl fmt::Debug for ArrayBuffer {
    /// The number of bytes, not the bytes: they can be many.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ArrayBuffer({} bytes", self.bytes.len())?;
        if let Some(max_len) = self.max_len {
            write!(f, ", at most {max_len}")?;
        }
        f.write_str(")")
    }
}
