//! The payload as a sequence of tokens: the one place that knows what follows a tag.

use crate::v8::input::{Input, Text};
use crate::v8::object::ErrorKind;
use crate::v8::{DecodeError, RegExpFlags, SharedView, ViewKind, tag, varint};

/// A value, or the beginning or the end of one that has others in it.
#[derive(Clone, Copy, Debug)]
pub(super) enum Token<'a> {
    Undefined,
    Null,
    Bool(bool),
    Number(f64),
    BigInt(Digits<'a>),
    Text(Text<'a>),
    /// An object that came before.
    Reference(u32),
    /// An element that a dense array does not have.
    Hole,
    Begin(Begin),
    End(End),
    Date(f64),
    RegExp(Text<'a>, RegExpFlags),
    BooleanObject(bool),
    NumberObject(f64),
    StringObject(Text<'a>),
    BigIntObject(Digits<'a>),
    /// Bytes, and the most that there can be if the buffer is resizable.
    ArrayBuffer(&'a [u8], Option<u32>),
    /// Makes the `ArrayBuffer` before it a view of it.
    BufferView(ViewOf),
    /// Node's own form of a view.
    View(ViewKind, &'a [u8]),
    /// Node's form of an object that is not plain: a plain one follows in its place.
    HostObject,
    SharedView(SharedView),
    /// The number of its memory.
    SharedBuffer(u32),
    /// So many buffers were moved: [`Input::sized_behind`] reads each. The value follows.
    MovedTable(u32),
    /// The number of a buffer that was moved.
    MovedBuffer(u32),
    /// A view of the buffer with this number.
    MovedView(u32, ViewOf),
}

/// What others are in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Begin {
    Object,
    Dense(u32),
    Sparse(u32),
    Map,
    Set,
    /// Followed by [`ErrorPart`]s, not by tokens.
    Error,
}

impl Begin {
    /// The tag that ends it.
    pub(super) fn end_tag(self) -> u8 {
        match self {
            Self::Object => tag::END_OBJECT,
            Self::Dense(_) => tag::END_DENSE_ARRAY,
            Self::Sparse(_) => tag::END_SPARSE_ARRAY,
            Self::Map => tag::END_MAP,
            Self::Set => tag::END_SET,
            Self::Error => tag::ERROR_END,
        }
    }
}

/// The end of what [`Begin`] began, an error excepted.
#[derive(Clone, Copy, Debug)]
pub(super) struct End {
    pub(super) tag: u8,
    /// Properties, or entries of a map times two, or values of a set.
    pub(super) count: u32,
    /// Length of an array.
    pub(super) len: u32,
}

/// Sign and magnitude of a `BigInt`.
#[derive(Clone, Copy, Debug)]
pub(super) struct Digits<'a> {
    pub(super) negative: bool,
    pub(super) magnitude: &'a [u8],
}

/// What of its buffer a view shows.
#[derive(Clone, Copy, Debug)]
pub(super) struct ViewOf {
    pub(super) kind: ViewKind,
    pub(super) offset: u32,
    pub(super) len: u32,
    pub(super) flags: u32,
}

/// A piece of an error. V8 up to version 11 writes the cause before the stack, later ones after it.
#[derive(Clone, Copy, Debug)]
pub(super) enum ErrorPart<'a> {
    Kind(ErrorKind),
    Message(Text<'a>),
    Stack(Text<'a>),
    /// A value follows.
    Cause,
    End,
}

impl<'a> Input<'a> {
    /// The next token, and where it stands.
    pub(super) fn token(&mut self) -> Result<(Token<'a>, u64), DecodeError> {
        let (mut tag, mut position) = self.tag()?;
        while tag == tag::VERIFY_OBJECT_COUNT {
            self.varint()?;
            (tag, position) = self.tag()?;
        }
        if let Some(text) = self.text_of(tag)? {
            return Ok((Token::Text(text), position));
        }
        let token = match tag {
            tag::UNDEFINED => Token::Undefined,
            tag::NULL => Token::Null,
            tag::TRUE => Token::Bool(true),
            tag::FALSE => Token::Bool(false),
            tag::INT32 => Token::Number(varint::unzigzag(self.varint()?).into()),
            tag::UINT32 => Token::Number(self.varint()?.into()),
            tag::DOUBLE => Token::Number(self.double()?),
            tag::BIG_INT => Token::BigInt(self.digits()?),
            tag::REFERENCE => Token::Reference(self.varint()?),
            tag::HOLE => Token::Hole,
            tag::OBJECT => Token::Begin(Begin::Object),
            tag::DENSE_ARRAY => Token::Begin(Begin::Dense(self.varint()?)),
            tag::SPARSE_ARRAY => Token::Begin(Begin::Sparse(self.varint()?)),
            tag::MAP => Token::Begin(Begin::Map),
            tag::SET => Token::Begin(Begin::Set),
            tag::ERROR => Token::Begin(Begin::Error),
            tag::END_OBJECT | tag::END_MAP | tag::END_SET => self.end(tag, false)?,
            tag::END_DENSE_ARRAY | tag::END_SPARSE_ARRAY => self.end(tag, true)?,
            tag::DATE => Token::Date(self.double()?),
            tag::REG_EXP => self.reg_exp()?,
            tag::TRUE_OBJECT => Token::BooleanObject(true),
            tag::FALSE_OBJECT => Token::BooleanObject(false),
            tag::NUMBER_OBJECT => Token::NumberObject(self.double()?),
            tag::STRING_OBJECT => Token::StringObject(self.text()?),
            tag::BIG_INT_OBJECT => Token::BigIntObject(self.digits()?),
            tag::ARRAY_BUFFER => Token::ArrayBuffer(self.sized()?, None),
            tag::RESIZABLE_ARRAY_BUFFER => self.resizable()?,
            tag::MOVED_ARRAY_BUFFER => Token::MovedBuffer(self.varint()?),
            tag::ARRAY_BUFFER_VIEW => Token::BufferView(self.buffer_view()?),
            tag::HOST_OBJECT => self.host_object()?,
            _ => {
                return Err(match tag::out_of_band(tag) {
                    Some(what) => DecodeError::OutOfBand { what, position },
                    None => DecodeError::Tag { tag, position },
                });
            }
        };
        Ok((token, position))
    }

    /// The next piece of an error that was begun.
    pub(super) fn error_part(&mut self) -> Result<ErrorPart<'a>, DecodeError> {
        let position = self.position();
        Ok(match self.byte()? {
            tag::ERROR_MESSAGE => ErrorPart::Message(self.text()?),
            tag::ERROR_STACK => ErrorPart::Stack(self.text()?),
            tag::ERROR_CAUSE => ErrorPart::Cause,
            tag::ERROR_END => ErrorPart::End,
            tag => match ErrorKind::from_tag(tag) {
                Some(kind) => ErrorPart::Kind(kind),
                None => return Err(DecodeError::Tag { tag, position }),
            },
        })
    }

    fn end(&mut self, tag: u8, array: bool) -> Result<Token<'a>, DecodeError> {
        let count = self.varint()?;
        let len = if array { self.varint()? } else { 0 };
        Ok(Token::End(End { tag, count, len }))
    }

    /// The sign is the lowest bit, the length in bytes is above it.
    fn digits(&mut self) -> Result<Digits<'a>, DecodeError> {
        let bitfield = self.varint()?;
        let negative = bitfield & 1 == 1;
        let magnitude = self.take(bitfield >> 1)?;
        Ok(Digits { negative, magnitude })
    }

    fn reg_exp(&mut self) -> Result<Token<'a>, DecodeError> {
        let source = self.text()?;
        let fault = self.malformed("flags that no regular expression has");
        let flags = RegExpFlags::from_bits(self.varint()?).ok_or(fault)?;
        Ok(Token::RegExp(source, flags))
    }

    fn resizable(&mut self) -> Result<Token<'a>, DecodeError> {
        let len = self.varint()?;
        let max = self.varint()?;
        if len > max {
            return Err(self.malformed("an ArrayBuffer larger than it can grow"));
        }
        Ok(Token::ArrayBuffer(self.take(len)?, Some(max)))
    }

    fn buffer_view(&mut self) -> Result<ViewOf, DecodeError> {
        let fault = self.malformed("an unknown kind of view");
        let kind = ViewKind::from_tag(self.byte()?).ok_or(fault)?;
        Ok(ViewOf {
            kind,
            offset: self.varint()?,
            len: self.varint()?,
            flags: if self.views_have_flags { self.varint()? } else { 0 },
        })
    }

    fn host_object(&mut self) -> Result<Token<'a>, DecodeError> {
        let fault = self.malformed("an unknown kind of host object");
        match self.varint()? {
            view @ (tag::HOST_VIEW | tag::HOST_BEHIND) => {
                let kind = self.host_kind()?;
                let fault = self.malformed("a view that does not consist of whole elements");
                let bytes = if view == tag::HOST_VIEW {
                    self.sized()?
                } else {
                    self.sized_behind()?
                };
                if !bytes.len().is_multiple_of(kind.element_size()) {
                    return Err(fault);
                }
                Ok(Token::View(kind, bytes))
            }
            tag::HOST_PLAIN => Ok(Token::HostObject),
            tag::HOST_SHARED_VIEW => self.shared_view().map(Token::SharedView),
            tag::HOST_SHARED_BUFFER => self.shared_buffer().map(Token::SharedBuffer),
            tag::HOST_MOVED_TABLE => self.varint().map(Token::MovedTable),
            tag::HOST_MOVED_VIEW => {
                let number = self.varint()?;
                let view = ViewOf {
                    kind: self.host_kind()?,
                    offset: self.varint()?,
                    len: self.varint()?,
                    flags: 0,
                };
                Ok(Token::MovedView(number, view))
            }
            _ => Err(fault),
        }
    }

    fn host_kind(&mut self) -> Result<ViewKind, DecodeError> {
        let fault = self.malformed("an unknown kind of view");
        ViewKind::from_host(self.varint()?).ok_or(fault)
    }

    fn shared_view(&mut self) -> Result<SharedView, DecodeError> {
        let memory = self.varint()?;
        let kind = self.host_kind()?;
        let fault = self.malformed("a view of shared memory that cannot be");
        let (offset, len) = (self.double()?, self.double()?);
        SharedView::from_numbers(memory, kind, offset, len).ok_or(fault)
    }

    /// V8 puts a number of its own after it, which its reader skips.
    fn shared_buffer(&mut self) -> Result<u32, DecodeError> {
        let number = self.varint()?;
        let fault = self.malformed("a SharedArrayBuffer is missing");
        if self.byte()? != tag::SHARED_ARRAY_BUFFER {
            return Err(fault);
        }
        self.varint()?;
        Ok(number)
    }
}
