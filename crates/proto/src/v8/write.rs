//! Document to payload, without recursion: what is open is on a stack of its own.

mod open;
#[cfg(test)]
mod tests;

use crate::v8::output::Output;
use crate::v8::write::open::{Open, properties_then};
use crate::v8::{BufferView, Document, EncodeError, Id, JsError, Limits, Object, Value, tag};

/// Appends the payload of `document`; after an error, `out` is as it was.
pub(super) fn document(document: &Document, out: &mut Vec<u8>, limits: Limits) -> Result<(), EncodeError> {
    let mut writer = Writer {
        document,
        out: Output::new(out),
        max_depth: limits.write_depth,
        numbers: vec![None; document.objects.len()],
        next: 0,
        open: Vec::new(),
    };
    let result = writer.run();
    if result.is_err() {
        writer.out.discard();
    }
    result
}

struct Writer<'a, 'out> {
    document: &'a Document,
    out: Output<'out>,
    max_depth: usize,
    /// The number that each object got on the wire when it was first met.
    numbers: Vec<Option<u32>>,
    next: u32,
    open: Vec<Open<'a>>,
}

impl<'a> Writer<'a, '_> {
    fn run(&mut self) -> Result<(), EncodeError> {
        let document = self.document;
        self.value(&document.root)?;
        while let Some(mut open) = self.open.pop() {
            // Back on the stack first: the value may put another one on top.
            if let Some(value) = self.step(&mut open)? {
                self.open.push(open);
                self.value(value)?;
            }
        }
        Ok(())
    }

    /// Writes a value, or the beginning of one that goes on the stack.
    fn value(&mut self, value: &'a Value) -> Result<(), EncodeError> {
        match value {
            Value::Undefined => self.out.tag(tag::UNDEFINED),
            Value::Null => self.out.tag(tag::NULL),
            Value::Bool(true) => self.out.tag(tag::TRUE),
            Value::Bool(false) => self.out.tag(tag::FALSE),
            Value::Number(value) => self.out.number(*value),
            Value::BigInt(value) => {
                self.out.tag(tag::BIG_INT);
                self.out.digits(value)?;
            }
            Value::String(value) => self.out.text(value)?,
            Value::Object(id) => self.object(*id)?,
        }
        Ok(())
    }

    fn object(&mut self, id: Id) -> Result<(), EncodeError> {
        let document = self.document;
        let object = document.get(id).ok_or(EncodeError::UnknownObject { id: id.0 })?;
        if let Object::BufferView(view) = object
            && self.numbers[id.index()].is_none()
        {
            self.view_buffer(view)?;
        }
        if self.is_known(id) {
            return Ok(());
        }
        match object {
            Object::Date(time) => {
                self.out.tag(tag::DATE);
                self.out.double(*time);
            }
            Object::RegExp(reg_exp) => self.out.reg_exp(reg_exp)?,
            Object::Boolean(true) => self.out.tag(tag::TRUE_OBJECT),
            Object::Boolean(false) => self.out.tag(tag::FALSE_OBJECT),
            Object::Number(value) => {
                self.out.tag(tag::NUMBER_OBJECT);
                self.out.double(*value);
            }
            Object::String(value) => {
                self.out.tag(tag::STRING_OBJECT);
                self.out.text(value)?;
            }
            Object::BigInt(value) => {
                self.out.tag(tag::BIG_INT_OBJECT);
                self.out.digits(value)?;
            }
            Object::ArrayBuffer(buffer) => self.out.array_buffer(&buffer.bytes, buffer.max_len)?,
            Object::View(view) => self.out.view(view.kind(), view.bytes())?,
            Object::BufferView(view) => self.buffer_view(view),
            Object::SharedView(view) => self.out.shared_view(view)?,
            Object::SharedBuffer(memory) => self.out.shared_buffer(*memory),
            container => return self.begin(container),
        }
        Ok(())
    }

    /// Writes a reference if the object was written before, and numbers it if not.
    fn is_known(&mut self, id: Id) -> bool {
        let number = &mut self.numbers[id.index()];
        if let Some(number) = number {
            self.out.tag(tag::REFERENCE);
            self.out.varint(*number);
            return true;
        }
        *number = Some(self.next);
        self.next += 1;
        false
    }

    fn begin(&mut self, object: &'a Object) -> Result<(), EncodeError> {
        if self.open.len() >= self.max_depth {
            return Err(EncodeError::TooDeep { max: self.max_depth });
        }
        let open = match object {
            Object::Plain(properties) => {
                self.out.tag(tag::OBJECT);
                properties_then(properties, tag::END_OBJECT, 0, None)?
            }
            Object::Array(array) if array.len() as usize == array.head().len() => {
                self.out.tag(tag::DENSE_ARRAY);
                self.out.varint(array.len());
                let rest = array.head().iter();
                Open::Elements { rest, array }
            }
            Object::Array(array) => {
                self.out.tag(tag::SPARSE_ARRAY);
                self.out.varint(array.len());
                Open::Sparse {
                    next: 0,
                    head: array.head().iter(),
                    tail: array.tail().iter(),
                    written: 0,
                    array,
                }
            }
            Object::Map(entries) => {
                self.out.tag(tag::MAP);
                let (rest, count) = (entries.iter(), entries.len());
                Open::Entries {
                    rest,
                    second: None,
                    count,
                }
            }
            Object::Set(values) => {
                self.out.tag(tag::SET);
                let (rest, count) = (values.iter(), values.len());
                Open::Values { rest, count }
            }
            Object::Error(error) => self.error(error)?,
            // The rest has no members and was written by the caller.
            _ => return Ok(()),
        };
        self.open.push(open);
        Ok(())
    }

    /// The cause comes last: later versions of V8 read no other order, and earlier ones read any.
    fn error(&mut self, error: &'a JsError) -> Result<Open<'a>, EncodeError> {
        self.out.tag(tag::ERROR);
        if let Some(tag) = error.kind.tag() {
            self.out.tag(tag);
        }
        for (tag, text) in [
            (tag::ERROR_MESSAGE, &error.message),
            (tag::ERROR_STACK, &error.stack),
        ] {
            if let Some(text) = text {
                self.out.tag(tag);
                self.out.text(text)?;
            }
        }
        let cause = error.cause.as_ref();
        Ok(Open::Error { cause })
    }

    /// Writes the buffer that must come right before its view.
    fn view_buffer(&mut self, view: &BufferView) -> Result<(), EncodeError> {
        let id = view.buffer;
        let object = self
            .document
            .get(id)
            .ok_or(EncodeError::UnknownObject { id: id.0 })?;
        let Object::ArrayBuffer(buffer) = object else {
            return Err(EncodeError::View {
                what: "what it is a view of is no ArrayBuffer",
            });
        };
        if let Some(what) = view.fault(buffer) {
            return Err(EncodeError::View { what });
        }
        if !self.is_known(id) {
            self.out.array_buffer(&buffer.bytes, buffer.max_len)?;
        }
        Ok(())
    }

    fn buffer_view(&mut self, view: &BufferView) {
        let resizable = matches!(
            self.document.get(view.buffer),
            Some(Object::ArrayBuffer(buffer)) if buffer.max_len.is_some()
        );
        let mut flags = 0;
        flags |= if view.tracks_length {
            tag::VIEW_TRACKS_LENGTH
        } else {
            0
        };
        flags |= if resizable { tag::VIEW_OF_RESIZABLE } else { 0 };
        self.out.tag(tag::ARRAY_BUFFER_VIEW);
        self.out.tag(view.kind.tag());
        self.out.varint(view.offset);
        self.out.varint(view.len);
        self.out.varint(flags);
    }
}
