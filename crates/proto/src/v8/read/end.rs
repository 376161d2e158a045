//! How an object is completed: what was gathered for it becomes its members.

use crate::v8::object::{JsError, Object, duplicate_key};
use crate::v8::read::{Kind, Reader};
use crate::v8::token::{End, ErrorPart, Token};
use crate::v8::{Array, DecodeError, JsString, Value};

impl Reader<'_> {
    pub(super) fn end_error(&mut self) -> Option<Value> {
        let open = self.open.pop()?;
        if let (Kind::Error(error), Some(object)) = (open.kind, self.objects.get_mut(open.id.index())) {
            *object = Object::Error(error);
        }
        Some(Value::Object(open.id))
    }

    /// Closes the innermost object.
    pub(super) fn end(&mut self, end: End, position: u64) -> Result<Value, DecodeError> {
        let malformed = |what| DecodeError::Malformed { what, position };
        let open = self.open.pop().filter(|open| open.kind.end_tag() == end.tag);
        let open = open.ok_or_else(|| malformed("the end of something else"))?;
        let list = match open.kind {
            Kind::Map | Kind::Set => self.values.len() - open.start,
            _ => self.properties.len() - open.start,
        };
        if list != end.count as usize {
            return Err(malformed("a count that is not that of the members"));
        }
        let object = match open.kind {
            Kind::Object => Object::Plain(self.end_properties(open.start, position)?),
            Kind::Dense { elements, .. } => {
                let properties = self.end_properties(open.start, position)?;
                let array = dense(elements, properties, end.len);
                Object::Array(array.ok_or_else(|| malformed("an array that contradicts its length"))?)
            }
            Kind::Sparse { len } => {
                let properties = self.end_properties(open.start, position)?;
                let array = sparse(len, properties, end.len);
                Object::Array(array.ok_or_else(|| malformed("an array that contradicts its length"))?)
            }
            Kind::Set => Object::Set(self.values.drain(open.start..).collect()),
            _ => Object::Map(self.end_map(open.start, position)?),
        };
        if let Some(place) = self.objects.get_mut(open.id.index()) {
            *place = object;
        }
        Ok(Value::Object(open.id))
    }

    fn end_properties(&mut self, start: usize, position: u64) -> Result<Vec<(JsString, Value)>, DecodeError> {
        let properties: Vec<_> = self.properties.drain(start..).collect();
        match duplicate_key(&properties) {
            None => Ok(properties),
            Some(_) => Err(DecodeError::Malformed {
                what: "an object with the same key twice",
                position,
            }),
        }
    }

    fn end_map(&mut self, start: usize, position: u64) -> Result<Vec<(Value, Value)>, DecodeError> {
        let mut values = self.values.drain(start..);
        let mut entries = Vec::with_capacity(values.len() / 2);
        while let Some(key) = values.next() {
            let value = values.next().ok_or(DecodeError::Malformed {
                what: "a map's key without a value",
                position,
            })?;
            entries.push((key, value));
        }
        Ok(entries)
    }
}

/// Puts a piece that is not a value into its place. V8 up to version 11 takes the last of several; this takes none twice.
pub(super) fn error_part(error: &mut JsError, part: ErrorPart<'_>, position: u64) -> Result<(), DecodeError> {
    let first = match part {
        ErrorPart::Kind(kind) => std::mem::replace(&mut error.kind, kind) == crate::v8::ErrorKind::Error,
        ErrorPart::Message(text) => error.message.replace(text.to_js_string()).is_none(),
        ErrorPart::Stack(text) => error.stack.replace(text.to_js_string()).is_none(),
        ErrorPart::Cause | ErrorPart::End => false,
    };
    let what = "an error with the same part twice";
    if first {
        Ok(())
    } else {
        Err(DecodeError::Malformed { what, position })
    }
}

/// A property's key. V8 writes array indices as numbers.
pub(super) fn key(token: Token<'_>, position: u64) -> Result<JsString, DecodeError> {
    match token {
        Token::Text(text) => Ok(text.to_js_string()),
        Token::Number(number) => match Value::Number(number).as_i128() {
            Some(index) if number.to_bits() != (-0.0_f64).to_bits() => Ok(index.to_string().into()),
            _ => Err(DecodeError::Malformed {
                what: "a key that is not an index",
                position,
            }),
        },
        _ => Err(DecodeError::Malformed {
            what: "a key that is neither a string nor an index",
            position,
        }),
    }
}

/// `None` if the two lengths contradict each other, or an element stands among the properties.
fn dense(elements: Vec<Option<Value>>, properties: Vec<(JsString, Value)>, len: u32) -> Option<Array> {
    if elements.len() != len as usize || properties.iter().any(|entry| entry.0.array_index().is_some()) {
        return None;
    }
    let mut array = Array::from_head(elements);
    if !properties.is_empty() {
        *array.properties_mut() = properties;
    }
    Some(array)
}

/// `None` if the two lengths contradict each other, or an element stands beyond them.
fn sparse(len: u32, mut properties: Vec<(JsString, Value)>, end_len: u32) -> Option<Array> {
    let elements: Vec<_> = properties
        .extract_if(.., |entry| entry.0.array_index().is_some())
        .filter_map(|(key, value)| Some((key.array_index()?, value)))
        .collect();
    if len != end_len || elements.iter().any(|element| element.0 >= len) {
        return None;
    }
    let mut array = Array::from_sparse(len, elements);
    if !properties.is_empty() {
        properties.shrink_to_fit();
        *array.properties_mut() = properties;
    }
    Some(array)
}
