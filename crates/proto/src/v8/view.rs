//! Bytes: `ArrayBuffer` and the views of it.

use std::fmt;

use crate::v8::{Id, Value};

/// What kind of `ArrayBufferView` it is. The discriminants are the numbers that Node writes (`lib/v8.js`,
/// `arrayBufferViewTypeToIndex`).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[repr(u8)]
#[expect(missing_docs, reason = "the names are JavaScript's")]
pub enum ViewKind {
    Int8Array = 0,
    Uint8Array = 1,
    Uint8ClampedArray = 2,
    Int16Array = 3,
    Uint16Array = 4,
    Int32Array = 5,
    Uint32Array = 6,
    Float32Array = 7,
    Float64Array = 8,
    DataView = 9,
    /// Node's `Buffer`, a subclass of `Uint8Array`.
    Buffer = 10,
    BigInt64Array = 11,
    BigUint64Array = 12,
    /// Node 24 and later; earlier ones cannot read it.
    Float16Array = 13,
}

impl ViewKind {
    /// Every kind, in the order of Node's numbers.
    pub const ALL: [Self; 14] = [
        Self::Int8Array,
        Self::Uint8Array,
        Self::Uint8ClampedArray,
        Self::Int16Array,
        Self::Uint16Array,
        Self::Int32Array,
        Self::Uint32Array,
        Self::Float32Array,
        Self::Float64Array,
        Self::DataView,
        Self::Buffer,
        Self::BigInt64Array,
        Self::BigUint64Array,
        Self::Float16Array,
    ];

    /// Bytes of one element; 1 for `DataView` and `Buffer`.
    pub fn element_size(self) -> usize {
        match self {
            Self::Int8Array
            | Self::Uint8Array
            | Self::Uint8ClampedArray
            | Self::DataView
            | Self::Buffer => 1,
            Self::Int16Array | Self::Uint16Array | Self::Float16Array => 2,
            Self::Int32Array | Self::Uint32Array | Self::Float32Array => 4,
            Self::Float64Array | Self::BigInt64Array | Self::BigUint64Array => 8,
        }
    }

    pub(super) fn from_host(number: u32) -> Option<Self> {
        Self::ALL.get(usize::try_from(number).ok()?).copied()
    }

    /// V8's own letter for the kind (`ArrayBufferViewTag`). It knows nothing of `Buffer`.
    pub(super) fn tag(self) -> u8 {
        match self {
            Self::Int8Array => b'b',
            Self::Uint8Array | Self::Buffer => b'B',
            Self::Uint8ClampedArray => b'C',
            Self::Int16Array => b'w',
            Self::Uint16Array => b'W',
            Self::Int32Array => b'd',
            Self::Uint32Array => b'D',
            Self::Float32Array => b'f',
            Self::Float64Array => b'F',
            Self::DataView => b'?',
            Self::BigInt64Array => b'q',
            Self::BigUint64Array => b'Q',
            Self::Float16Array => b'h',
        }
    }

    pub(super) fn from_tag(tag: u8) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.tag() == tag)
    }

    /// The element that these bytes are.
    fn element(self, bytes: &[u8]) -> Option<Value> {
        Some(match self {
            Self::Int8Array => i32::from(i8::from_le_bytes(bytes.try_into().ok()?)).into(),
            Self::Uint8Array | Self::Uint8ClampedArray | Self::DataView | Self::Buffer => {
                u32::from(*bytes.first()?).into()
            }
            Self::Int16Array => i32::from(i16::from_le_bytes(bytes.try_into().ok()?)).into(),
            Self::Uint16Array => u32::from(u16::from_le_bytes(bytes.try_into().ok()?)).into(),
            Self::Int32Array => i32::from_le_bytes(bytes.try_into().ok()?).into(),
            Self::Uint32Array => u32::from_le_bytes(bytes.try_into().ok()?).into(),
            Self::Float32Array => f32::from_le_bytes(bytes.try_into().ok()?).into(),
            Self::Float64Array => f64::from_le_bytes(bytes.try_into().ok()?).into(),
            Self::BigInt64Array => Value::BigInt(i64::from_le_bytes(bytes.try_into().ok()?).into()),
            Self::BigUint64Array => Value::BigInt(u64::from_le_bytes(bytes.try_into().ok()?).into()),
            Self::Float16Array => half(u16::from_le_bytes(bytes.try_into().ok()?)).into(),
        })
    }

    /// The elements of `bytes`: numbers, or `BigInt`s of the two kinds that have those.
    pub fn elements(self, bytes: &[u8]) -> impl ExactSizeIterator<Item = Value> + '_ {
        bytes
            .chunks_exact(self.element_size())
            .map(move |chunk| self.element(chunk).unwrap_or(Value::Undefined))
    }
}

/// The number of a half-precision float (IEEE 754 binary16).
fn half(bits: u16) -> f64 {
    let fraction = f64::from(bits & 0x3ff);
    let magnitude = match i32::from(bits >> 10 & 0x1f) {
        0 => fraction * 2_f64.powi(-24),
        0x1f if fraction == 0.0 => f64::INFINITY,
        0x1f => f64::NAN,
        exponent => (1024.0 + fraction) * 2_f64.powi(exponent - 25),
    };
    if bits >> 15 == 1 { -magnitude } else { magnitude }
}

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
        } else if self.offset as usize % size != 0 || self.len as usize % size != 0 {
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kinds_have_the_numbers_of_node_and_the_letters_of_v8() {
        for (number, kind) in (0..).zip(ViewKind::ALL) {
            assert_eq!(kind as u32, number);
            assert_eq!(ViewKind::from_host(number), Some(kind));
            let letter = ViewKind::from_tag(kind.tag());
            assert_eq!(letter, Some(if kind == ViewKind::Buffer { ViewKind::Uint8Array } else { kind }));
        }
        assert_eq!(ViewKind::from_host(14), None);
        assert_eq!(ViewKind::from_tag(b'x'), None);
    }

    #[test]
    fn half_precision_numbers_are_read() {
        let half = |bits: u16| ViewKind::Float16Array.elements(&bits.to_le_bytes()).next().unwrap();
        for (bits, number) in [
            (0x3c00, 1.0),
            (0xc000, -2.0),
            (0x7bff, 65504.0),
            (0x0001, 2_f64.powi(-24)),
            (0x8000, -0.0),
            (0x7c00, f64::INFINITY),
            (0x7e00, f64::NAN),
        ] {
            assert_eq!(half(bits), Value::from(number));
        }
    }
}
