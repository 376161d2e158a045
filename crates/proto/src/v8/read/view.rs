//! V8's own form of a view: it follows its buffer and takes its place.

use crate::v8::read::Reader;
use crate::v8::token::{Token, ViewOf};
use crate::v8::{BufferView, DecodeError, Id, Object, Value, tag};

impl Reader<'_> {
    /// The view that follows, if `value` is an `ArrayBuffer` and one does.
    pub(super) fn with_view(&mut self, value: Value) -> Result<Value, DecodeError> {
        let Value::Object(buffer) = value else {
            return Ok(value);
        };
        let is_buffer = matches!(self.objects.get(buffer.index()), Some(Object::ArrayBuffer(_)));
        if !is_buffer || self.input.peek_tag() != Some(tag::ARRAY_BUFFER_VIEW) {
            return Ok(value);
        }
        let (token, position) = self.input.token()?;
        let Token::BufferView(view) = token else {
            return Err(self.input.malformed("a view is missing"));
        };
        let view = self.buffer_view(buffer, view, position)?;
        self.insert(view.into()).map(Value::Object)
    }

    fn buffer_view(&self, id: Id, view: ViewOf, position: u64) -> Result<BufferView, DecodeError> {
        let malformed = |what| DecodeError::Malformed { what, position };
        let Some(Object::ArrayBuffer(buffer)) = self.objects.get(id.index()) else {
            return Err(malformed("a view of what is no ArrayBuffer"));
        };
        let made = BufferView {
            kind: view.kind,
            buffer: id,
            offset: view.offset,
            len: view.len,
            tracks_length: view.flags & tag::VIEW_TRACKS_LENGTH != 0,
        };
        if let Some(fault) = made.fault(buffer) {
            return Err(malformed(fault));
        }
        let of_resizable = view.flags & tag::VIEW_OF_RESIZABLE != 0;
        if of_resizable != buffer.max_len.is_some() {
            return Err(malformed(
                "a view and its buffer disagree about whether it is resizable",
            ));
        }
        Ok(made)
    }
}
