//! An object that is being written: what of it is left.

use std::slice::Iter;

use crate::v8::object::duplicate_key;
use crate::v8::write::Writer;
use crate::v8::{Array, EncodeError, JsString, Value, tag};

/// What is left to be written of an object.
pub(super) enum Open<'a> {
    Properties {
        rest: Iter<'a, (JsString, Value)>,
        end: End,
    },
    Elements {
        rest: Iter<'a, Option<Value>>,
        array: &'a Array,
    },
    Sparse {
        next: u32,
        head: Iter<'a, Option<Value>>,
        tail: Iter<'a, (u32, Value)>,
        written: u32,
        array: &'a Array,
    },
    Entries {
        rest: Iter<'a, (Value, Value)>,
        second: Option<&'a Value>,
        count: usize,
    },
    Values {
        rest: Iter<'a, Value>,
        count: usize,
    },
    Error {
        cause: Option<&'a Value>,
    },
}

/// How an object with properties ends.
#[derive(Clone, Copy)]
pub(super) struct End {
    tag: u8,
    count: usize,
    array_len: Option<u32>,
}

impl<'a> Writer<'a, '_> {
    /// Writes what comes before the next value of `open` and gives that value, or writes the end.
    pub(super) fn step(&mut self, open: &mut Open<'a>) -> Result<Option<&'a Value>, EncodeError> {
        loop {
            match open {
                Open::Properties { rest, end } => {
                    let Some((key, value)) = rest.next() else {
                        return self.end(*end).map(|()| None);
                    };
                    self.out.key(key)?;
                    return Ok(Some(value));
                }
                Open::Elements { rest, array } => match rest.next() {
                    Some(Some(value)) => return Ok(Some(value)),
                    Some(None) => self.out.tag(tag::HOLE),
                    None => *open = array_properties(array, tag::END_DENSE_ARRAY, 0)?,
                },
                Open::Sparse {
                    next,
                    head,
                    tail,
                    written,
                    array,
                } => {
                    let element = if let Some(element) = head.next() {
                        *next += 1;
                        element.as_ref().map(|value| (*next - 1, value))
                    } else if let Some((index, value)) = tail.next() {
                        Some((*index, value))
                    } else {
                        *open = array_properties(array, tag::END_SPARSE_ARRAY, *written)?;
                        continue;
                    };
                    if let Some((index, value)) = element {
                        *written += 1;
                        self.out.index(index);
                        return Ok(Some(value));
                    }
                }
                Open::Entries { rest, second, count } => {
                    if let Some(value) = second.take() {
                        return Ok(Some(value));
                    }
                    let Some((key, value)) = rest.next() else {
                        self.out.tag(tag::END_MAP);
                        return self.out.len(2 * *count).map(|()| None);
                    };
                    *second = Some(value);
                    return Ok(Some(key));
                }
                Open::Values { rest, count } => {
                    let Some(value) = rest.next() else {
                        self.out.tag(tag::END_SET);
                        return self.out.len(*count).map(|()| None);
                    };
                    return Ok(Some(value));
                }
                Open::Error { cause } => {
                    self.out.tag(if cause.is_some() {
                        tag::ERROR_CAUSE
                    } else {
                        tag::ERROR_END
                    });
                    return Ok(cause.take());
                }
            }
        }
    }

    fn end(&mut self, end: End) -> Result<(), EncodeError> {
        self.out.tag(end.tag);
        self.out.len(end.count)?;
        if let Some(len) = end.array_len {
            self.out.varint(len);
        }
        Ok(())
    }
}

fn array_properties(array: &Array, tag: u8, elements: u32) -> Result<Open<'_>, EncodeError> {
    properties_then(array.properties(), tag, elements as usize, Some(array.len()))
}

/// The properties, and an end that counts them and what came before them.
pub(super) fn properties_then(
    properties: &[(JsString, Value)],
    tag: u8,
    before: usize,
    array_len: Option<u32>,
) -> Result<Open<'_>, EncodeError> {
    if let Some(key) = duplicate_key(properties) {
        return Err(EncodeError::DuplicateKey { key: key.to_string() });
    }
    let count = before + properties.len();
    let (rest, end) = (
        properties.iter(),
        End {
            tag,
            count,
            array_len,
        },
    );
    Ok(Open::Properties { rest, end })
}
