//! A payload that is being written: the form of each value other than a container.

use crate::v8::text::JsString;
use crate::v8::{BigInt, EncodeError, RegExp, SharedView, VERSION, ViewKind, tag, varint};

/// Bytes after what was in the vector before.
#[derive(Debug)]
pub(super) struct Output<'a> {
    bytes: &'a mut Vec<u8>,
    /// Where the payload begins.
    start: usize,
}

impl<'a> Output<'a> {
    pub(super) fn new(bytes: &'a mut Vec<u8>) -> Self {
        let start = bytes.len();
        bytes.push(tag::VERSION);
        varint::put(bytes, VERSION);
        Self { bytes, start }
    }

    /// Takes back all that was written.
    pub(super) fn discard(self) {
        self.bytes.truncate(self.start);
    }

    /// Where the next byte goes, from the beginning of the vector.
    pub(super) fn end(&self) -> usize {
        self.bytes.len()
    }

    /// The first tag at or after `at`.
    pub(super) fn tag_at(&self, at: usize) -> Option<u8> {
        self.bytes
            .get(at..)?
            .iter()
            .copied()
            .find(|&byte| byte != tag::PADDING)
    }

    /// Overwrites the bytes at `at`.
    pub(super) fn patch(&mut self, at: usize, bytes: &[u8]) {
        if let Some(place) = self.bytes.get_mut(at..at + bytes.len()) {
            place.copy_from_slice(bytes);
        }
    }

    pub(super) fn tag(&mut self, tag: u8) {
        self.bytes.push(tag);
    }

    pub(super) fn raw(&mut self, bytes: &[u8]) {
        self.bytes.extend_from_slice(bytes);
    }

    pub(super) fn varint(&mut self, value: u32) {
        varint::put(self.bytes, value);
    }

    pub(super) fn len(&mut self, len: usize) -> Result<(), EncodeError> {
        let value = u32::try_from(len).map_err(|_| EncodeError::TooLarge { len: len as u64 })?;
        self.varint(value);
        Ok(())
    }

    pub(super) fn double(&mut self, value: f64) {
        self.raw(&value.to_le_bytes());
    }

    fn sized(&mut self, bytes: &[u8]) -> Result<(), EncodeError> {
        self.len(bytes.len())?;
        self.raw(bytes);
        Ok(())
    }

    /// A number in its shortest form. V8 never writes the one for unsigned integers, and always reads it.
    #[expect(clippy::cast_possible_truncation, reason = "compared with what it came from")]
    #[expect(clippy::cast_sign_loss, reason = "compared with what it came from")]
    pub(super) fn number(&mut self, value: f64) {
        let (signed, unsigned) = (value as i32, value as u32);
        if f64::from(signed).to_bits() == value.to_bits() {
            self.tag(tag::INT32);
            self.varint(varint::zigzag(signed));
        } else if f64::from(unsigned).to_bits() == value.to_bits() {
            self.tag(tag::UINT32);
            self.varint(unsigned);
        } else {
            self.tag(tag::DOUBLE);
            self.double(value);
        }
    }

    /// What follows the tag of a `BigInt`: the magnitude in whole 64-bit digits.
    pub(super) fn digits(&mut self, value: &BigInt) -> Result<(), EncodeError> {
        let magnitude = value.magnitude();
        let len = magnitude.len().next_multiple_of(8);
        let bitfield = u32::try_from(len).ok().filter(|&len| len < 1 << 31);
        let bitfield = bitfield.ok_or(EncodeError::TooLarge { len: len as u64 })? << 1;
        self.varint(bitfield | u32::from(value.is_negative()));
        self.raw(magnitude);
        self.bytes.resize(self.bytes.len() + len - magnitude.len(), 0);
        Ok(())
    }

    pub(super) fn text(&mut self, text: &JsString) -> Result<(), EncodeError> {
        match text.as_str() {
            Some(text) => self.str(text),
            None => self.units(text.to_utf16().into_iter()),
        }
    }

    /// A string, one byte a character if all are in Latin-1, as V8 has it in memory.
    pub(super) fn str(&mut self, text: &str) -> Result<(), EncodeError> {
        if text.is_ascii() {
            self.tag(tag::ONE_BYTE_STRING);
            return self.sized(text.as_bytes());
        }
        let mut len = 0;
        let mut wide = 0;
        for char in text.chars() {
            len += 1;
            wide += if char > '\u{ff}' { char.len_utf16() } else { 0 };
        }
        if wide == 0 {
            self.tag(tag::ONE_BYTE_STRING);
            self.len(len)?;
            self.bytes
                .extend(text.chars().filter_map(|char| u8::try_from(char).ok()));
            return Ok(());
        }
        self.two_byte(text.encode_utf16().count(), text.encode_utf16())
    }

    fn units(&mut self, units: impl ExactSizeIterator<Item = u16>) -> Result<(), EncodeError> {
        self.two_byte(units.len(), units)
    }

    /// The units of a two-byte string begin at an even offset of the payload: V8 looks a key up in place only then.
    fn two_byte(&mut self, len: usize, units: impl Iterator<Item = u16>) -> Result<(), EncodeError> {
        let too_large = EncodeError::TooLarge { len: len as u64 };
        let len = len
            .checked_mul(2)
            .and_then(|len| u32::try_from(len).ok())
            .ok_or(too_large)?;
        let begin = self.bytes.len() - self.start + 1 + varint::len(len);
        if !begin.is_multiple_of(2) {
            self.tag(tag::PADDING);
        }
        self.tag(tag::TWO_BYTE_STRING);
        self.varint(len);
        self.bytes.reserve(len as usize);
        units.for_each(|unit| self.bytes.extend_from_slice(&unit.to_le_bytes()));
        Ok(())
    }

    /// A property's key: an array index as a number, as V8 has it.
    pub(super) fn key(&mut self, key: &JsString) -> Result<(), EncodeError> {
        match key.array_index() {
            Some(index) => self.index(index),
            None => self.text(key)?,
        }
        Ok(())
    }

    pub(super) fn index(&mut self, index: u32) {
        self.number(index.into());
    }

    /// A view in Node's own form.
    pub(super) fn view(&mut self, kind: ViewKind, bytes: &[u8]) -> Result<(), EncodeError> {
        if !bytes.len().is_multiple_of(kind.element_size()) {
            return Err(EncodeError::View {
                what: "the bytes are not a whole number of elements",
            });
        }
        self.tag(tag::HOST_OBJECT);
        self.varint(tag::HOST_VIEW);
        self.varint(kind as u32);
        self.sized(bytes)
    }

    /// A view of memory that travels with the message.
    pub(super) fn shared_view(&mut self, view: &SharedView) -> Result<(), EncodeError> {
        if let Some(what) = view.fault() {
            return Err(EncodeError::View { what });
        }
        self.tag(tag::HOST_OBJECT);
        self.varint(tag::HOST_SHARED_VIEW);
        self.varint(view.memory);
        self.varint(view.kind as u32);
        for number in view.numbers() {
            self.double(number);
        }
        Ok(())
    }

    /// The buffer of such memory, as V8 and forkwire write it together.
    pub(super) fn shared_buffer(&mut self, memory: u32) {
        self.tag(tag::HOST_OBJECT);
        self.varint(tag::HOST_SHARED_BUFFER);
        self.varint(memory);
        self.tag(tag::SHARED_ARRAY_BUFFER);
        self.varint(memory);
    }

    pub(super) fn array_buffer(&mut self, bytes: &[u8], max_len: Option<u32>) -> Result<(), EncodeError> {
        let Some(max_len) = max_len else {
            self.tag(tag::ARRAY_BUFFER);
            return self.sized(bytes);
        };
        if bytes.len() > max_len as usize {
            return Err(EncodeError::View {
                what: "the buffer is larger than it can grow",
            });
        }
        self.tag(tag::RESIZABLE_ARRAY_BUFFER);
        self.len(bytes.len())?;
        self.varint(max_len);
        self.raw(bytes);
        Ok(())
    }

    pub(super) fn reg_exp(&mut self, reg_exp: &RegExp) -> Result<(), EncodeError> {
        self.tag(tag::REG_EXP);
        self.text(&reg_exp.source)?;
        self.varint(reg_exp.flags.bits());
        Ok(())
    }
}
