//! Payloads to Rust values, by serde: over a document, so that back references are sound.

mod key;
mod lists;
mod maps;
mod session;
#[cfg(test)]
mod tests;
mod variant;
mod visit;

use serde::de::value::{MapDeserializer, StrDeserializer};
use serde::de::{self, DeserializeOwned, Error as _, IntoDeserializer, MapAccess, Visitor};
use serde::forward_to_deserialize_any;

use crate::v8::de::lists::{Elements, Values, ViewElements};
use crate::v8::de::maps::{Entries, ErrorParts, Properties};
use crate::v8::de::session::Session;
use crate::v8::de::variant::Variant;
use crate::v8::de::visit::{unexpected, visit_big_int, visit_i128, visit_number, visit_text};
use crate::v8::{DecodeError, Document, Id, Object, SharedView, Value, ViewKind};

/// Most levels of objects inside of objects, as in `serde_json`: each takes a type's own functions onto the thread's
/// stack, which without optimisation is kilobytes.
const MAX_DEPTH: usize = 128;

/// Reads a Rust value from a payload. This is the inverse of [`to_bytes`](crate::v8::to_bytes), and accepts the many ways in
/// which JavaScript may write a value.
///
/// | JavaScript | Rust, as serde sees it |
/// |---|---|
/// | `undefined`, `null`, a hole | `None`, unit |
/// | number without a fraction up to 2^53 - 1 on either side of zero, `BigInt` up to 128 bits | integer |
/// | any number, `Date` (milliseconds since 1970) | float |
/// | string | string, `char`, variant without a value |
/// | `Buffer`, typed array, `DataView`, `ArrayBuffer` | bytes, sequence of its elements |
/// | array, `Set` | sequence, tuple |
/// | object, `Map` | map, struct; variant with a value if it has one property |
/// | `Error` | map with `name`, and `message`, `stack`, `cause` if they are there |
/// | `Boolean`, `Number`, `String`, `BigInt` objects | as the primitive inside |
/// | view of shared memory | map of integers: `memory`, `kind` (a [`ViewKind`]), `offset` and `len`, as in [`SharedView`] |
///
/// Properties that the type does not have are skipped. An object in several places is read several times.
///
/// # Errors
/// Those of [`Document::decode`]; [`DecodeError::Mismatch`] if the value is not what the type expects, is a regular
/// expression, has itself inside, has more than 128 levels of what is asked for, or if objects in several places or
/// holes add up to more than 64 MiB.
pub fn from_bytes<T: DeserializeOwned>(payload: &[u8]) -> Result<T, DecodeError> {
    from_document(&Document::decode(payload)?)
}

/// Reads a Rust value from a document, like [`from_bytes`].
pub fn from_document<T: DeserializeOwned>(document: &Document) -> Result<T, DecodeError> {
    let session = Session::new(document);
    T::deserialize(Deserializer {
        session: &session,
        value: document.root(),
        depth: 0,
    })
}

/// Reads one value.
#[derive(Clone, Copy)]
struct Deserializer<'a> {
    session: &'a Session<'a>,
    value: &'a Value,
    /// How many values it is in.
    depth: usize,
}

impl<'a> Deserializer<'a> {
    /// A value inside of this one.
    fn member(self, value: &'a Value) -> Self {
        let depth = self.depth + 1;
        Self { value, depth, ..self }
    }

    fn object(self) -> Option<(Id, &'a Object)> {
        let id = self.value.as_id()?;
        Some((id, self.session.document().get(id)?))
    }

    /// The value's bytes, and what they are, if it has some.
    fn bytes(self) -> Option<(Id, ViewKind, &'a [u8])> {
        let (id, object) = self.object()?;
        match object {
            Object::View(view) => Some((id, view.kind(), view.bytes())),
            Object::ArrayBuffer(buffer) => Some((id, ViewKind::Uint8Array, buffer.bytes())),
            Object::BufferView(view) => match self.session.document().get(view.buffer)? {
                Object::ArrayBuffer(buffer) => Some((id, view.kind, view.bytes(buffer))),
                _ => None,
            },
            _ => None,
        }
    }

    /// The integer: of a number or a `BigInt`, or of an object around one.
    fn integer(self) -> Option<i128> {
        match self.object() {
            None => self.value.as_i128(),
            Some((_, Object::Number(value))) => Value::Number(*value).as_i128(),
            Some((_, Object::BigInt(value))) => value.to_i128(),
            Some(_) => None,
        }
    }

    fn visit_integer<V: Visitor<'a>>(self, visitor: V) -> Result<V::Value, DecodeError> {
        match self.integer() {
            Some(value) => visit_i128(value, visitor),
            None => de::Deserializer::deserialize_any(self, visitor),
        }
    }

    fn visit_object<V: Visitor<'a>>(
        self,
        id: Id,
        object: &'a Object,
        visitor: V,
    ) -> Result<V::Value, DecodeError> {
        if let Some((id, kind, bytes)) = self.bytes() {
            let _entered = self.session.enter(id, object, self.depth)?;
            return match kind {
                ViewKind::Uint8Array
                | ViewKind::Uint8ClampedArray
                | ViewKind::DataView
                | ViewKind::Buffer => visitor.visit_bytes(bytes),
                _ => visitor.visit_seq(ViewElements::new(kind, bytes)),
            };
        }
        let _entered = self.session.enter(id, object, self.depth)?;
        match object {
            Object::Plain(properties) => visitor.visit_map(Properties::new(self, properties)),
            Object::Map(entries) => visitor.visit_map(Entries::new(self, entries)),
            Object::Error(error) => visitor.visit_map(ErrorParts::new(self, error)),
            Object::Array(array) => {
                let mut elements = Elements::new(self, array);
                let result = visitor.visit_seq(&mut elements)?;
                elements.end().map(|()| result)
            }
            Object::Set(values) => {
                let mut values = Values::new(self, values);
                let result = visitor.visit_seq(&mut values)?;
                values.end().map(|()| result)
            }
            Object::Date(value) | Object::Number(value) => visit_number(*value, visitor),
            Object::Boolean(value) => visitor.visit_bool(*value),
            Object::String(text) => visit_text(text, visitor),
            Object::BigInt(value) => visit_big_int(value, visitor),
            Object::SharedView(view) => visitor.visit_map(shared_view(view)),
            _ => Err(DecodeError::invalid_type(unexpected(object), &visitor)),
        }
    }
}

fn shared_view<'a>(view: &SharedView) -> impl MapAccess<'a, Error = DecodeError> {
    let parts = [
        ("memory", view.memory.into()),
        ("kind", view.kind as u64),
        ("offset", view.offset),
        ("len", view.len),
    ];
    MapDeserializer::new(parts.into_iter())
}

macro_rules! integers {
    ($($method:ident)*) => {
        $(fn $method<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, DecodeError> {
            self.visit_integer(visitor)
        })*
    };
}

impl<'de> de::Deserializer<'de> for Deserializer<'de> {
    type Error = DecodeError;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, DecodeError> {
        match self.value {
            Value::Undefined | Value::Null => visitor.visit_unit(),
            Value::Bool(value) => visitor.visit_bool(*value),
            Value::Number(value) => visit_number(*value, visitor),
            Value::BigInt(value) => visit_big_int(value, visitor),
            Value::String(text) => visit_text(text, visitor),
            Value::Object(id) => match self.object() {
                Some((id, object)) => self.visit_object(id, object, visitor),
                None => Err(DecodeError::custom(format_args!(
                    "the document has no object {id:?}"
                ))),
            },
        }
    }

    integers! {
        deserialize_i8 deserialize_i16 deserialize_i32 deserialize_i64 deserialize_i128
        deserialize_u8 deserialize_u16 deserialize_u32 deserialize_u64 deserialize_u128
    }

    fn deserialize_f32<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, DecodeError> {
        self.deserialize_f64(visitor)
    }

    fn deserialize_f64<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, DecodeError> {
        match self.value {
            Value::Number(value) => visitor.visit_f64(*value),
            _ => self.deserialize_any(visitor),
        }
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, DecodeError> {
        if self.value.is_nullish() {
            visitor.visit_none()
        } else {
            visitor.visit_some(self)
        }
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        visitor: V,
    ) -> Result<V::Value, DecodeError> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_bytes<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, DecodeError> {
        match (self.bytes(), self.object()) {
            (Some((id, _, bytes)), Some((_, object))) => {
                let _entered = self.session.enter(id, object, self.depth)?;
                visitor.visit_bytes(bytes)
            }
            _ => self.deserialize_any(visitor),
        }
    }

    fn deserialize_byte_buf<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, DecodeError> {
        self.deserialize_bytes(visitor)
    }

    fn deserialize_seq<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, DecodeError> {
        match (self.bytes(), self.object()) {
            (Some((id, kind, bytes)), Some((_, object))) => {
                let _entered = self.session.enter(id, object, self.depth)?;
                let mut elements = ViewElements::new(kind, bytes);
                let result = visitor.visit_seq(&mut elements)?;
                elements.end().map(|()| result)
            }
            _ => self.deserialize_any(visitor),
        }
    }

    fn deserialize_tuple<V: Visitor<'de>>(self, _: usize, visitor: V) -> Result<V::Value, DecodeError> {
        self.deserialize_seq(visitor)
    }

    fn deserialize_tuple_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: usize,
        visitor: V,
    ) -> Result<V::Value, DecodeError> {
        self.deserialize_seq(visitor)
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, DecodeError> {
        let expected = "string or object with one property";
        match (self.value, self.object()) {
            (Value::String(text), _) | (_, Some((_, Object::String(text)))) => {
                let text = text.as_str();
                let text =
                    text.ok_or_else(|| DecodeError::custom("a variant's name has a lone surrogate"))?;
                let name: StrDeserializer<'_, DecodeError> = text.into_deserializer();
                visitor.visit_enum(name)
            }
            (_, Some((id, object @ Object::Plain(properties)))) => {
                let _entered = self.session.enter(id, object, self.depth)?;
                match &properties[..] {
                    [(name, value)] => visitor.visit_enum(Variant::new(name, self.member(value))),
                    _ => Err(DecodeError::invalid_length(properties.len(), &expected)),
                }
            }
            _ => self.deserialize_any(visitor),
        }
    }

    fn deserialize_ignored_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, DecodeError> {
        visitor.visit_unit()
    }

    forward_to_deserialize_any! {
        bool char str string unit unit_struct map struct identifier
    }
}
