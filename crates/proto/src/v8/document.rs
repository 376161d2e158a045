//! A value with all objects in it.

#[cfg(test)]
mod tests;

use std::fmt;

use crate::v8::{Cursor, DecodeError, EncodeError, Id, Limits, Object, Value};

/// A cloned value: its root, and all objects that can be reached from it. Objects refer to each other by number, so one can
/// be in several places, and cycles need no special treatment. Dropping, printing or comparing a document never recurses,
/// however deep it is.
///
/// Two documents are equal if the same walk through both finds the same values, the same order of properties and the same
/// identities (which objects are the same and which are equal copies). The numbers of the objects do not matter, nor does
/// the way in which an array stores its holes.
///
/// ```
/// use forkwire_proto::v8::{Document, Object, Value};
///
/// let mut document = Document::new();
/// let tags = document.insert(Object::set(["a", "b"]));
/// let message = document.insert(Object::plain([("n", Value::from(-0.0)), ("tags", tags.into())]));
/// document.set_root(message);
///
/// let read = Document::decode(&document.encode()?)?;
/// assert_eq!(read, document);
/// assert_eq!(read.cursor().get("n").and_then(|n| n.as_f64()), Some(-0.0));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone)]
pub struct Document {
    pub(super) root: Value,
    pub(super) objects: Vec<Object>,
}

impl Document {
    /// A document whose root is `undefined`.
    pub fn new() -> Self {
        Self {
            root: Value::Undefined,
            objects: Vec::new(),
        }
    }

    /// Reads a payload of V8's structured clone format, with the default [`Limits`].
    ///
    /// Takes at most about 100 bytes of memory for each byte of a hostile payload, and about as much as the payload
    /// for strings and buffers.
    pub fn decode(payload: &[u8]) -> Result<Self, DecodeError> {
        Self::decode_within(payload, Limits::default())
    }

    /// Reads a payload, within `limits`.
    pub fn decode_within(payload: &[u8], limits: Limits) -> Result<Self, DecodeError> {
        crate::v8::read::document(payload, limits)
    }

    /// The payload of this document, with the default [`Limits`]: version 15 of V8's structured clone format.
    pub fn encode(&self) -> Result<Vec<u8>, EncodeError> {
        let mut payload = Vec::new();
        self.encode_into(&mut payload, Limits::default())?;
        Ok(payload)
    }

    /// Appends the payload to `out`, within `limits`. After an error, `out` is as it was.
    pub fn encode_into(&self, out: &mut Vec<u8>, limits: Limits) -> Result<(), EncodeError> {
        crate::v8::write::document(self, out, limits)
    }

    /// The value itself.
    pub fn root(&self) -> &Value {
        &self.root
    }

    /// Makes `root` the value.
    pub fn set_root(&mut self, root: impl Into<Value>) {
        self.root = root.into();
    }

    /// Adds an object. It is part of the value once it can be reached from the root.
    ///
    /// # Panics
    /// With more than 2^32 - 1 objects.
    pub fn insert(&mut self, object: impl Into<Object>) -> Id {
        let id = u32::try_from(self.objects.len());
        #[expect(clippy::expect_used, reason = "documented, and beyond 128 GiB")]
        let id = Id(id.expect("a document has at most 2^32 objects"));
        self.objects.push(object.into());
        id
    }

    /// The object with this number. `None` for a number of another document.
    pub fn get(&self, id: Id) -> Option<&Object> {
        self.objects.get(id.index())
    }

    /// The object with this number. `None` for a number of another document.
    pub fn get_mut(&mut self, id: Id) -> Option<&mut Object> {
        self.objects.get_mut(id.index())
    }

    /// All objects, each at [`Id::index`]; in a document that was read, in the order in which they came.
    pub fn objects(&self) -> &[Object] {
        &self.objects
    }

    /// A place to start reading from: the root.
    pub fn cursor(&self) -> Cursor<'_> {
        Cursor::new(self, &self.root)
    }
}

impl Default for Document {
    fn default() -> Self {
        Self::new()
    }
}

impl<T: Into<Value>> From<T> for Document {
    /// A document of one value that is not an object.
    fn from(value: T) -> Self {
        let mut document = Self::new();
        document.set_root(value);
        document
    }
}

impl fmt::Debug for Document {
    /// The root, then each object under its number, so that a cycle is a repeated number.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Document ")?;
        let mut map = f.debug_map();
        map.entry(&"root", &self.root);
        for (id, object) in (0..).map(Id).zip(&self.objects) {
            map.entry(&id, object);
        }
        map.finish()
    }
}

impl PartialEq for Document {
    fn eq(&self, other: &Self) -> bool {
        crate::v8::equal::documents(self, other)
    }
}

impl Eq for Document {}
