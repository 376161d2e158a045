//! Keeps a document from growing as it is read: through objects inside themselves, and objects in very many places.

use std::cell::{Cell, RefCell};

use serde::de::Error as _;

use crate::v8::de::MAX_DEPTH;
use crate::v8::{DecodeError, Document, Id, JsString, Object, Value};

/// What objects that are read again, and holes, may add up to in bytes. Otherwise a payload of a kilobyte, in which each
/// object is in the next one twice, could need more memory than any machine has.
const MAX_REPEATED: u64 = 64 << 20;

/// The assumed size of a value in memory, in bytes, without its text.
const VALUE: u64 = 16;

/// The object is being read, and must not occur inside itself.
const OPEN: u8 = 1;
/// The object was read before.
const SEEN: u8 = 2;

/// One reading of a document.
pub(super) struct Session<'a> {
    document: &'a Document,
    marks: RefCell<Vec<u8>>,
    budget: Cell<u64>,
}

/// An object that is being read, until this is dropped.
pub(super) struct Entered<'a> {
    session: &'a Session<'a>,
    id: Id,
}

impl<'a> Session<'a> {
    pub(super) fn new(document: &'a Document) -> Self {
        Self {
            document,
            marks: RefCell::new(vec![0; document.objects().len()]),
            budget: Cell::new(MAX_REPEATED),
        }
    }

    pub(super) fn document(&self) -> &'a Document {
        self.document
    }

    /// Begins to read an object that is inside of `depth` others.
    pub(super) fn enter(&'a self, id: Id, object: &Object, depth: usize) -> Result<Entered<'a>, DecodeError> {
        if depth >= MAX_DEPTH {
            return Err(DecodeError::custom(format_args!(
                "more than {MAX_DEPTH} levels of objects inside of objects"
            )));
        }
        let mut marks = self.marks.borrow_mut();
        let Some(mark) = marks.get_mut(id.index()) else {
            return Err(DecodeError::custom("the document lacks an object"));
        };
        if *mark & OPEN != 0 {
            return Err(DecodeError::custom("the object has itself inside"));
        }
        if *mark & SEEN != 0 {
            self.charge(VALUE + self.weight(object))?;
        } else if let Object::Array(array) = object {
            let beyond = u64::from(array.len()).saturating_sub(array.head().len() as u64);
            self.charge(VALUE * beyond)?;
        }
        *mark |= OPEN | SEEN;
        self.view(&mut marks, object)?;
        Ok(Entered { session: self, id })
    }

    /// The bytes of a buffer are read again with its second view.
    fn view(&self, marks: &mut [u8], object: &Object) -> Result<(), DecodeError> {
        let Object::BufferView(view) = object else {
            return Ok(());
        };
        match marks.get_mut(view.buffer.index()) {
            Some(mark) if *mark & SEEN != 0 => self.charge(self.weight(object)),
            Some(mark) => {
                *mark |= SEEN;
                Ok(())
            }
            None => Ok(()),
        }
    }

    /// The size of the members of an object in bytes, without other objects among them.
    fn weight(&self, object: &Object) -> u64 {
        let text = |text: &JsString| text.as_str().map_or(0, str::len) as u64;
        let value = |value: &Value| VALUE + value.as_js_string().map_or(0, text);
        match object {
            Object::Plain(list) => list.iter().map(|entry| text(&entry.0) + value(&entry.1)).sum(),
            Object::Array(array) => {
                VALUE * u64::from(array.len()) + array.iter().map(|entry| value(entry.1)).sum::<u64>()
            }
            Object::Map(entries) => entries
                .iter()
                .map(|entry| value(&entry.0) + value(&entry.1))
                .sum(),
            Object::Set(values) => values.iter().map(value).sum(),
            Object::Error(error) => error.message.iter().chain(&error.stack).map(text).sum(),
            Object::String(string) => text(string),
            Object::View(view) => view.bytes().len() as u64,
            Object::ArrayBuffer(buffer) => buffer.bytes().len() as u64,
            Object::BufferView(view) => match self.document.get(view.buffer) {
                Some(Object::ArrayBuffer(buffer)) => view.bytes(buffer).len() as u64,
                _ => 0,
            },
            _ => 0,
        }
    }

    fn charge(&self, cost: u64) -> Result<(), DecodeError> {
        let left = self.budget.get().checked_sub(cost).ok_or_else(|| {
            DecodeError::custom("objects in several places, or holes, add up to more than 64 MiB")
        })?;
        self.budget.set(left);
        Ok(())
    }
}

impl Drop for Entered<'_> {
    fn drop(&mut self) {
        if let Some(mark) = self.session.marks.borrow_mut().get_mut(self.id.index()) {
            *mark &= !OPEN;
        }
    }
}
