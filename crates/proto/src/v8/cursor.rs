//! Reading a document without looking up its objects.

use std::fmt;

use crate::v8::{BigInt, Document, Id, JsString, Object, Value};

/// A value together with the document that its objects are in.
#[derive(Clone, Copy)]
pub struct Cursor<'a> {
    document: &'a Document,
    value: &'a Value,
}

impl<'a> Cursor<'a> {
    pub(super) fn new(document: &'a Document, value: &'a Value) -> Self {
        Self { document, value }
    }

    fn at(self, value: &'a Value) -> Self {
        Self::new(self.document, value)
    }

    /// The value.
    pub fn value(self) -> &'a Value {
        self.value
    }

    /// The object, if the value is one.
    pub fn object(self) -> Option<&'a Object> {
        self.document.get(self.value.as_id()?)
    }

    /// The object's number, if the value is one: the same number is the same object.
    pub fn id(self) -> Option<Id> {
        self.value.as_id()
    }

    /// The own property with this name, of a plain object or of an array besides its elements. Takes time proportional to their
    /// number.
    pub fn get(self, key: &str) -> Option<Self> {
        let properties = match self.object()? {
            Object::Plain(properties) => properties,
            Object::Array(array) => array.properties(),
            _ => return None,
        };
        let entry = properties.iter().find(|entry| entry.0 == key)?;
        Some(self.at(&entry.1))
    }

    /// The element of an array; `None` for a hole.
    pub fn index(self, index: u32) -> Option<Self> {
        match self.object()? {
            Object::Array(array) => Some(self.at(array.get(index)?)),
            _ => None,
        }
    }

    /// The value that a `Map` has for a key that is not an object. Takes time proportional to the number of entries.
    pub fn map_get(self, key: impl Into<Value>) -> Option<Self> {
        let Object::Map(entries) = self.object()? else {
            return None;
        };
        let key = key.into();
        let entry = entries.iter().find(|entry| entry.0 == key)?;
        Some(self.at(&entry.1))
    }

    /// The properties of a plain object in order, or those of an array besides its elements. Nothing for anything else.
    pub fn properties(self) -> impl Iterator<Item = (&'a JsString, Self)> {
        let properties = match self.object() {
            Some(Object::Plain(properties)) => properties,
            Some(Object::Array(array)) => array.properties(),
            _ => &[],
        };
        properties.iter().map(move |(key, value)| (key, self.at(value)))
    }

    /// The bytes of a `Buffer`, a typed array, a `DataView` or an `ArrayBuffer`.
    pub fn as_bytes(self) -> Option<&'a [u8]> {
        match self.object()? {
            Object::View(view) => Some(view.bytes()),
            Object::ArrayBuffer(buffer) => Some(buffer.bytes()),
            Object::BufferView(view) => match self.document.get(view.buffer)? {
                Object::ArrayBuffer(buffer) => Some(view.bytes(buffer)),
                _ => None,
            },
            _ => None,
        }
    }

    /// The string, if the value is one and has no lone surrogate.
    pub fn as_str(self) -> Option<&'a str> {
        self.value.as_str()
    }

    /// The number, if the value is one.
    pub fn as_f64(self) -> Option<f64> {
        self.value.as_f64()
    }

    /// The integer, as [`Value::as_i128`].
    pub fn as_i128(self) -> Option<i128> {
        self.value.as_i128()
    }

    /// The boolean, if the value is one.
    pub fn as_bool(self) -> Option<bool> {
        self.value.as_bool()
    }

    /// The `BigInt`, if the value is one.
    pub fn as_big_int(self) -> Option<&'a BigInt> {
        self.value.as_big_int()
    }

    /// Whether the value is `undefined`.
    pub fn is_undefined(self) -> bool {
        self.value.is_undefined()
    }

    /// Whether the value is `null` or `undefined`.
    pub fn is_nullish(self) -> bool {
        self.value.is_nullish()
    }
}

impl fmt::Debug for Cursor<'_> {
    /// The value, and the object if it is one; objects within appear as numbers.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.object() {
            Some(object) => write!(f, "{:?} {object:?}", self.value),
            None => fmt::Debug::fmt(self.value, f),
        }
    }
}
