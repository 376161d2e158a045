//! Lists, read element by element.

use serde::de::{self, DeserializeSeed, Error as _, IntoDeserializer};

use crate::v8::de::Deserializer;
use crate::v8::{Array, DecodeError, Value, ViewKind};

/// An array, holes as `undefined`.
pub(super) struct Elements<'a> {
    parent: Deserializer<'a>,
    array: &'a Array,
    next: u32,
}

impl<'a> Elements<'a> {
    pub(super) fn new(parent: Deserializer<'a>, array: &'a Array) -> Self {
        Self {
            parent,
            array,
            next: 0,
        }
    }

    /// A tuple that is shorter than the array is a mismatch.
    pub(super) fn end(&self) -> Result<(), DecodeError> {
        end(self.next as usize, self.array.len() as usize)
    }
}

fn end(read: usize, len: usize) -> Result<(), DecodeError> {
    if read == len {
        return Ok(());
    }
    Err(DecodeError::invalid_length(
        len,
        &format!("{read} elements").as_str(),
    ))
}

impl<'a> de::SeqAccess<'a> for &mut Elements<'a> {
    type Error = DecodeError;

    fn next_element_seed<T: DeserializeSeed<'a>>(
        &mut self,
        seed: T,
    ) -> Result<Option<T::Value>, DecodeError> {
        let index = self.next;
        if index >= self.array.len() {
            return Ok(None);
        }
        self.next += 1;
        let value = self.array.get(index).unwrap_or(&Value::Undefined);
        let result = seed.deserialize(self.parent.member(value));
        result
            .map(Some)
            .map_err(|error| error.below(|| format!("[{index}]")))
    }

    fn size_hint(&self) -> Option<usize> {
        Some((self.array.len() - self.next) as usize)
    }
}

/// A `Set`.
pub(super) struct Values<'a> {
    parent: Deserializer<'a>,
    all: &'a [Value],
    next: usize,
}

impl<'a> Values<'a> {
    pub(super) fn new(parent: Deserializer<'a>, all: &'a [Value]) -> Self {
        Self { parent, all, next: 0 }
    }

    pub(super) fn end(&self) -> Result<(), DecodeError> {
        end(self.next, self.all.len())
    }
}

impl<'a> de::SeqAccess<'a> for &mut Values<'a> {
    type Error = DecodeError;

    fn next_element_seed<T: DeserializeSeed<'a>>(
        &mut self,
        seed: T,
    ) -> Result<Option<T::Value>, DecodeError> {
        let Some(value) = self.all.get(self.next) else {
            return Ok(None);
        };
        self.next += 1;
        let result = seed.deserialize(self.parent.member(value));
        result
            .map(Some)
            .map_err(|error| error.below(|| format!("[{}]", self.next - 1)))
    }

    fn size_hint(&self) -> Option<usize> {
        Some(self.all.len() - self.next)
    }
}

/// The numbers in bytes.
pub(super) struct ViewElements<'a> {
    kind: ViewKind,
    bytes: &'a [u8],
    next: usize,
}

impl<'a> ViewElements<'a> {
    pub(super) fn new(kind: ViewKind, bytes: &'a [u8]) -> Self {
        Self { kind, bytes, next: 0 }
    }

    pub(super) fn end(&self) -> Result<(), DecodeError> {
        end(self.next, self.bytes.len() / self.kind.element_size())
    }

    fn next(&mut self) -> Option<Value> {
        let size = self.kind.element_size();
        let rest = self.bytes.get(self.next * size..)?;
        let value = self.kind.elements(rest).next()?;
        self.next += 1;
        Some(value)
    }
}

impl<'a> de::SeqAccess<'a> for ViewElements<'_> {
    type Error = DecodeError;

    fn next_element_seed<T: DeserializeSeed<'a>>(
        &mut self,
        seed: T,
    ) -> Result<Option<T::Value>, DecodeError> {
        let Some(value) = self.next() else {
            return Ok(None);
        };
        let is_float = matches!(
            self.kind,
            ViewKind::Float16Array | ViewKind::Float32Array | ViewKind::Float64Array
        );
        let result = match (value.as_f64().filter(|_| is_float), value.as_i128()) {
            (None, Some(integer)) => match u64::try_from(integer) {
                Ok(integer) => seed.deserialize(integer.into_deserializer()),
                Err(_) => seed.deserialize(i64::try_from(integer).unwrap_or_default().into_deserializer()),
            },
            (float, _) => seed.deserialize(float.unwrap_or_default().into_deserializer()),
        };
        result
            .map(Some)
            .map_err(|error: DecodeError| error.below(|| format!("[{}]", self.next - 1)))
    }

    fn size_hint(&self) -> Option<usize> {
        Some(self.bytes.len() / self.kind.element_size() - self.next)
    }
}
