//! Buffers that the sender has moved: they are in a table before the value, and their bytes follow it.

use crate::v8::read::Reader;
use crate::v8::token::ViewOf;
use crate::v8::{ArrayBuffer, BufferView, DecodeError, Id, Object, Value};

impl Reader<'_> {
    /// The table counts as an object, and nothing refers to it.
    pub(super) fn moved_table(&mut self, count: u32, position: u64) -> Result<(), DecodeError> {
        if !self.numbers.is_empty() {
            let what = "a table of buffers is inside of the value";
            return Err(DecodeError::Malformed { what, position });
        }
        for _ in 0..count {
            let bytes = self.input.sized_behind()?;
            let id = self.next_id()?;
            self.objects.push(ArrayBuffer::new(bytes).into());
            self.moved.push(id);
        }
        let next = self.next_id()?;
        self.numbers.push(next);
        Ok(())
    }

    /// Each place of such a buffer has a number of its own, until V8 refers to the first.
    pub(super) fn moved_buffer(&mut self, number: u32, position: u64) -> Result<Value, DecodeError> {
        if self.moved.is_empty() {
            let what = "an ArrayBuffer that was transferred between threads";
            return Err(DecodeError::OutOfBand { what, position });
        }
        let id = self.moved_id(number, position)?;
        self.numbers.push(id);
        Ok(Value::Object(id))
    }

    pub(super) fn moved_view(
        &self,
        number: u32,
        view: ViewOf,
        position: u64,
    ) -> Result<BufferView, DecodeError> {
        let buffer = self.moved_id(number, position)?;
        let made = BufferView {
            kind: view.kind,
            buffer,
            offset: view.offset,
            len: view.len,
            tracks_length: false,
        };
        let fault = match self.objects.get(buffer.index()) {
            Some(Object::ArrayBuffer(buffer)) => made.fault(buffer),
            _ => Some("a view of what is not an ArrayBuffer"),
        };
        match fault {
            None => Ok(made),
            Some(what) => Err(DecodeError::Malformed { what, position }),
        }
    }

    fn moved_id(&self, number: u32, position: u64) -> Result<Id, DecodeError> {
        let what = "a buffer that did not come";
        let id = self.moved.get(number as usize).copied();
        id.ok_or(DecodeError::Malformed { what, position })
    }
}
