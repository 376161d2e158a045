//! The kinds of views, and what their bytes mean.

use crate::v8::Value;

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
            Self::Int8Array | Self::Uint8Array | Self::Uint8ClampedArray | Self::DataView | Self::Buffer => 1,
            Self::Int16Array | Self::Uint16Array | Self::Float16Array => 2,
            Self::Int32Array | Self::Uint32Array | Self::Float32Array => 4,
            Self::Float64Array | Self::BigInt64Array | Self::BigUint64Array => 8,
        }
    }

    pub(in crate::v8) fn from_host(number: u32) -> Option<Self> {
        Self::ALL.get(usize::try_from(number).ok()?).copied()
    }

    /// V8's own letter for the kind (`ArrayBufferViewTag`). It knows nothing of `Buffer`.
    pub(in crate::v8) fn tag(self) -> u8 {
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

    pub(in crate::v8) fn from_tag(tag: u8) -> Option<Self> {
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kinds_have_the_numbers_of_node_and_the_letters_of_v8() {
        for (number, kind) in (0..).zip(ViewKind::ALL) {
            assert_eq!(kind as u32, number);
            assert_eq!(ViewKind::from_host(number), Some(kind));
            let letter = ViewKind::from_tag(kind.tag());
            assert_eq!(
                letter,
                Some(if kind == ViewKind::Buffer {
                    ViewKind::Uint8Array
                } else {
                    kind
                })
            );
        }
        assert_eq!(ViewKind::from_host(14), None);
        assert_eq!(ViewKind::from_tag(b'x'), None);
    }

    #[test]
    fn half_precision_numbers_are_read() {
        let half = |bits: u16| {
            ViewKind::Float16Array
                .elements(&bits.to_le_bytes())
                .next()
                .unwrap()
        };
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
