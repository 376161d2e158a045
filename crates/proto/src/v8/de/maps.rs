//! Maps and structs, read entry by entry.

use std::slice::Iter;

use serde::de::{self, DeserializeSeed, Error as _};

use crate::v8::de::Deserializer;
use crate::v8::de::key::{Key, name};
use crate::v8::{DecodeError, JsError, JsString, Value};

/// The properties of an object.
pub(super) struct Properties<'a> {
    parent: Deserializer<'a>,
    rest: Iter<'a, (JsString, Value)>,
    current: Option<&'a (JsString, Value)>,
}

impl<'a> Properties<'a> {
    pub(super) fn new(parent: Deserializer<'a>, properties: &'a [(JsString, Value)]) -> Self {
        let (rest, current) = (properties.iter(), None);
        Self {
            parent,
            rest,
            current,
        }
    }
}

impl<'a> de::MapAccess<'a> for Properties<'a> {
    type Error = DecodeError;

    fn next_key_seed<T: DeserializeSeed<'a>>(&mut self, seed: T) -> Result<Option<T::Value>, DecodeError> {
        self.current = self.rest.next();
        let Some((key, _)) = self.current else {
            return Ok(None);
        };
        seed.deserialize(Key(name(key)?)).map(Some)
    }

    fn next_value_seed<T: DeserializeSeed<'a>>(&mut self, seed: T) -> Result<T::Value, DecodeError> {
        let Some((key, value)) = self.current.take() else {
            return Err(DecodeError::custom("a value was asked for before its key"));
        };
        let result = seed.deserialize(self.parent.member(value));
        result.map_err(|error| error.below(|| format!(".{key}")))
    }

    fn size_hint(&self) -> Option<usize> {
        Some(self.rest.len())
    }
}

/// The entries of a `Map`.
pub(super) struct Entries<'a> {
    parent: Deserializer<'a>,
    rest: Iter<'a, (Value, Value)>,
    current: Option<&'a (Value, Value)>,
}

impl<'a> Entries<'a> {
    pub(super) fn new(parent: Deserializer<'a>, entries: &'a [(Value, Value)]) -> Self {
        let (rest, current) = (entries.iter(), None);
        Self {
            parent,
            rest,
            current,
        }
    }
}

impl<'a> de::MapAccess<'a> for Entries<'a> {
    type Error = DecodeError;

    fn next_key_seed<T: DeserializeSeed<'a>>(&mut self, seed: T) -> Result<Option<T::Value>, DecodeError> {
        self.current = self.rest.next();
        let Some((key, _)) = self.current else {
            return Ok(None);
        };
        seed.deserialize(self.parent.member(key)).map(Some)
    }

    fn next_value_seed<T: DeserializeSeed<'a>>(&mut self, seed: T) -> Result<T::Value, DecodeError> {
        let Some((key, value)) = self.current.take() else {
            return Err(DecodeError::custom("a value was asked for before its key"));
        };
        let result = seed.deserialize(self.parent.member(value));
        result.map_err(|error| error.below(|| format!(".get({key:?})")))
    }

    fn size_hint(&self) -> Option<usize> {
        Some(self.rest.len())
    }
}

/// An error as a map.
pub(super) struct ErrorParts<'a> {
    parent: Deserializer<'a>,
    error: &'a JsError,
    /// Which part comes next, by its place in [`PARTS`].
    next: usize,
}

const PARTS: [&str; 4] = ["name", "message", "stack", "cause"];

impl<'a> ErrorParts<'a> {
    pub(super) fn new(parent: Deserializer<'a>, error: &'a JsError) -> Self {
        Self {
            parent,
            error,
            next: 0,
        }
    }

    fn has(&self, part: &str) -> bool {
        match part {
            "name" => true,
            "message" => self.error.message.is_some(),
            "stack" => self.error.stack.is_some(),
            _ => self.error.cause.is_some(),
        }
    }
}

impl<'a> de::MapAccess<'a> for ErrorParts<'a> {
    type Error = DecodeError;

    fn next_key_seed<T: DeserializeSeed<'a>>(&mut self, seed: T) -> Result<Option<T::Value>, DecodeError> {
        while let Some(part) = PARTS.get(self.next) {
            self.next += 1;
            if self.has(part) {
                return seed.deserialize(Key(part)).map(Some);
            }
        }
        Ok(None)
    }

    fn next_value_seed<T: DeserializeSeed<'a>>(&mut self, seed: T) -> Result<T::Value, DecodeError> {
        let text = match self.next {
            1 => Ok(self.error.kind.name()),
            2 => self.error.message.as_ref().map_or(Ok(""), name),
            3 => self.error.stack.as_ref().map_or(Ok(""), name),
            _ => {
                let cause = self.error.cause.as_ref().unwrap_or(&Value::Undefined);
                let result = seed.deserialize(self.parent.member(cause));
                return result.map_err(|error| error.below(|| ".cause".to_owned()));
            }
        };
        seed.deserialize(Key(text?))
    }
}
