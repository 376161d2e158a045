//! Payload to document, without recursion: what is open is on a stack of its own.

mod end;
mod moved;
#[cfg(test)]
mod tests;
mod view;

use crate::v8::input::Input;
use crate::v8::object::{JsError, Object};
use crate::v8::read::end::{error_part, key};
use crate::v8::token::{Begin, ErrorPart, Token};
use crate::v8::{ArrayBuffer, BigInt, DecodeError, Document, Id, JsString, Limits, RegExp, Value, View, tag};

/// Reads a whole payload.
pub(super) fn document(payload: &[u8], limits: Limits) -> Result<Document, DecodeError> {
    let input = Input::new(payload)?;
    let result = Reader::new(input.clone(), limits).run();
    match (&result, input.retry()) {
        (Err(_), Some(input)) => Reader::new(input, limits).run().or(result),
        _ => result,
    }
}

struct Reader<'a> {
    input: Input<'a>,
    max_depth: usize,
    objects: Vec<Object>,
    /// The object that each number on the wire stands for. A host object has a number of its own there, and is the same as the
    /// next object here; and so has each place of a buffer that was moved.
    numbers: Vec<Id>,
    /// Buffers that were moved.
    moved: Vec<Id>,
    open: Vec<Open>,
    /// Properties of all open objects, those of the innermost last: each list is cut off at its exact size when its
    /// object ends.
    properties: Vec<(JsString, Value)>,
    /// Values of all open maps and sets, likewise.
    values: Vec<Value>,
    /// Elements that open dense arrays still await, a byte or more each: no array may announce what does not fit
    /// beside them, so that memory can be set aside for it.
    awaited: usize,
}

/// An object whose end has not come.
struct Open {
    id: Id,
    kind: Kind,
    /// Where its own part of [`Reader::properties`] or [`Reader::values`] begins.
    start: usize,
    /// A property's key whose value comes next.
    key: Option<JsString>,
}

enum Kind {
    Object,
    Dense {
        elements: Vec<Option<Value>>,
        awaited: u32,
    },
    Sparse {
        len: u32,
    },
    Map,
    Set,
    Error(Box<JsError>),
}

impl Kind {
    fn end_tag(&self) -> u8 {
        match self {
            Self::Object => tag::END_OBJECT,
            Self::Dense { .. } => tag::END_DENSE_ARRAY,
            Self::Sparse { .. } => tag::END_SPARSE_ARRAY,
            Self::Map => tag::END_MAP,
            Self::Set => tag::END_SET,
            Self::Error(_) => tag::ERROR_END,
        }
    }
}

impl<'a> Reader<'a> {
    fn new(input: Input<'a>, limits: Limits) -> Self {
        Self {
            input,
            max_depth: limits.read_depth,
            objects: Vec::new(),
            numbers: Vec::new(),
            moved: Vec::new(),
            open: Vec::new(),
            properties: Vec::new(),
            values: Vec::new(),
            awaited: 0,
        }
    }

    fn run(mut self) -> Result<Document, DecodeError> {
        loop {
            let Some(value) = self.step()? else { continue };
            let value = self.with_view(value)?;
            if let Some(root) = self.deliver(value) {
                return self.finish(root);
            }
        }
    }

    fn finish(self, root: Value) -> Result<Document, DecodeError> {
        match self.input.left_over() {
            0 => Ok(Document {
                root,
                objects: self.objects,
            }),
            extra => Err(DecodeError::Trailing {
                extra: extra as u64,
                position: self.input.position(),
            }),
        }
    }

    /// Reads one token, or one piece of an error. Gives a value that is complete by it.
    fn step(&mut self) -> Result<Option<Value>, DecodeError> {
        let Some(open) = self.open.last_mut() else {
            let (token, position) = self.input.token()?;
            return self.value(token, position);
        };
        if let Kind::Error(error) = &mut open.kind {
            let position = self.input.position();
            let part = self.input.error_part()?;
            return match part {
                ErrorPart::Cause if error.cause.is_none() => {
                    let (token, position) = self.input.token()?;
                    self.value(token, position)
                }
                ErrorPart::End => Ok(self.end_error()),
                part => error_part(error, part, position).map(|()| None),
            };
        }
        let (token, position) = self.input.token()?;
        match (&mut open.kind, token) {
            (Kind::Dense { elements, awaited }, token) if *awaited > 0 => {
                *awaited -= 1;
                self.awaited -= 1;
                if let Token::Hole = token {
                    elements.push(None);
                    return Ok(None);
                }
                self.value(token, position)
            }
            (Kind::Map | Kind::Set, Token::End(end)) => self.end(end, position).map(Some),
            (Kind::Map | Kind::Set, token) => self.value(token, position),
            (_, token) if open.key.is_some() => self.value(token, position),
            (_, Token::End(end)) => self.end(end, position).map(Some),
            (_, token) => {
                open.key = Some(key(token, position)?);
                Ok(None)
            }
        }
    }

    /// What a token is as a value; `None` if it begins one that is not complete yet.
    fn value(&mut self, token: Token<'a>, position: u64) -> Result<Option<Value>, DecodeError> {
        let object = match token {
            Token::Undefined => return Ok(Some(Value::Undefined)),
            Token::Null => return Ok(Some(Value::Null)),
            Token::Bool(value) => return Ok(Some(Value::Bool(value))),
            Token::Number(value) => return Ok(Some(Value::Number(value))),
            Token::BigInt(digits) => {
                return Ok(Some(Value::BigInt(BigInt::new(
                    digits.negative,
                    digits.magnitude,
                ))));
            }
            Token::Text(text) => return Ok(Some(Value::String(text.to_js_string()))),
            Token::Reference(number) => return self.reference(number, position).map(Some),
            Token::Begin(begin) => return self.begin(begin, position).map(|()| None),
            Token::HostObject => return self.host_object().map(|()| None),
            Token::MovedTable(count) => return self.moved_table(count, position).map(|()| None),
            Token::MovedBuffer(number) => return self.moved_buffer(number, position).map(Some),
            Token::MovedView(number, view) => self.moved_view(number, view, position)?.into(),
            Token::SharedView(view) => view.into(),
            Token::SharedBuffer(memory) => Object::SharedBuffer(memory),
            Token::Hole | Token::End(_) | Token::BufferView(_) => {
                return Err(DecodeError::Malformed {
                    what: "a value is missing",
                    position,
                });
            }
            Token::Date(time) => Object::Date(time),
            Token::RegExp(source, flags) => Object::RegExp(Box::new(RegExp {
                source: source.to_js_string(),
                flags,
            })),
            Token::BooleanObject(value) => Object::Boolean(value),
            Token::NumberObject(value) => Object::Number(value),
            Token::StringObject(text) => Object::String(text.to_js_string()),
            Token::BigIntObject(digits) => Object::BigInt(BigInt::new(digits.negative, digits.magnitude)),
            Token::ArrayBuffer(bytes, max_len) => Object::ArrayBuffer(ArrayBuffer {
                bytes: bytes.into(),
                max_len,
            }),
            Token::View(kind, bytes) => Object::View(View::new(kind, bytes)),
        };
        self.insert(object).map(|id| Some(Value::Object(id)))
    }

    fn insert(&mut self, object: Object) -> Result<Id, DecodeError> {
        let id = self.next_id()?;
        self.numbers.push(id);
        self.objects.push(object);
        Ok(id)
    }

    fn next_id(&self) -> Result<Id, DecodeError> {
        let id = u32::try_from(self.objects.len());
        id.map(Id)
            .map_err(|_| self.input.malformed("more objects than can be numbered"))
    }

    fn begin(&mut self, begin: Begin, position: u64) -> Result<(), DecodeError> {
        if self.open.len() >= self.max_depth {
            return Err(DecodeError::TooDeep {
                max: self.max_depth,
                position,
            });
        }
        let (kind, start) = match begin {
            Begin::Object => (Kind::Object, self.properties.len()),
            Begin::Dense(len) => {
                let room = self.input.remaining().saturating_sub(self.awaited);
                if len as usize > room {
                    return Err(self.input.too_long(len));
                }
                self.awaited += len as usize;
                let elements = Vec::with_capacity(len as usize);
                (
                    Kind::Dense {
                        elements,
                        awaited: len,
                    },
                    self.properties.len(),
                )
            }
            Begin::Sparse(len) => (Kind::Sparse { len }, self.properties.len()),
            Begin::Map => (Kind::Map, self.values.len()),
            Begin::Set => (Kind::Set, self.values.len()),
            Begin::Error => (Kind::Error(Box::new(no_error())), 0),
        };
        // Stands for the object until it is complete; members can refer to it by its number.
        let id = self.insert(Object::Boolean(false))?;
        let key = None;
        self.open.push(Open { id, kind, start, key });
        Ok(())
    }

    fn host_object(&mut self) -> Result<(), DecodeError> {
        let next = self.next_id()?;
        self.numbers.push(next);
        match self.input.token()? {
            (Token::Begin(Begin::Object), position) => self.begin(Begin::Object, position),
            (_, position) => Err(DecodeError::Malformed {
                what: "a host object is not a plain object",
                position,
            }),
        }
    }

    fn reference(&self, number: u32, position: u64) -> Result<Value, DecodeError> {
        match self.numbers.get(number as usize) {
            Some(&id) => Ok(Value::Object(id)),
            None => Err(DecodeError::Reference {
                id: number,
                objects: self.numbers.len() as u64,
                position,
            }),
        }
    }

    /// Puts a complete value where it belongs. Gives it back if it is the root.
    fn deliver(&mut self, value: Value) -> Option<Value> {
        let Some(open) = self.open.last_mut() else {
            return Some(value);
        };
        match (&mut open.kind, open.key.take()) {
            (_, Some(key)) => self.properties.push((key, value)),
            (Kind::Dense { elements, .. }, None) => elements.push(Some(value)),
            (Kind::Error(error), None) => error.cause = Some(value),
            (_, None) => self.values.push(value),
        }
        None
    }
}

fn no_error() -> JsError {
    JsError {
        kind: crate::v8::ErrorKind::Error,
        message: None,
        stack: None,
        cause: None,
    }
}
