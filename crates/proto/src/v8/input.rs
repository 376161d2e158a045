//! A payload that is being read. Lengths are checked here before anything is allocated for them.

use crate::v8::text::JsString;
use crate::v8::{DecodeError, OLDEST_VERSION, VERSION, tag, varint};

/// The rest of a payload, and where it begins.
#[derive(Clone, Debug)]
pub(super) struct Input<'a> {
    bytes: &'a [u8],
    at: usize,
    version: u32,
    /// Whether flags follow a view: since version 14, and in what some engines marked as 13 by mistake
    /// (crbug.com/1284506).
    pub(super) views_have_flags: bool,
    /// Where the value ends, if views follow it.
    end: Option<usize>,
    /// The earliest beginning of the next view after it. Each view has its own bytes, so that what is made of a payload stays in
    /// proportion to it.
    free: usize,
}

/// Views after the value begin at multiples of this, in bytes.
const ALIGNMENT: usize = 8;

/// A string in the payload's own encoding.
#[derive(Clone, Copy, Debug)]
pub(super) enum Text<'a> {
    Latin1(&'a [u8]),
    /// Of even length, little-endian.
    Utf16(&'a [u8]),
    Utf8(&'a str),
}

impl Text<'_> {
    pub(super) fn to_js_string(self) -> JsString {
        match self {
            Self::Latin1(bytes) => JsString::from_latin1(bytes),
            Self::Utf16(bytes) => {
                let units = bytes
                    .chunks_exact(2)
                    .map(|unit| u16::from_le_bytes([unit[0], unit[1]]));
                JsString::from_units(units)
            }
            Self::Utf8(text) => text.into(),
        }
    }

    /// Whether the string is this one of ASCII characters.
    pub(super) fn is(self, ascii: &str) -> bool {
        match self {
            Self::Latin1(bytes) => bytes == ascii.as_bytes(),
            Self::Utf16(bytes) => {
                bytes.len() == 2 * ascii.len()
                    && bytes
                        .chunks_exact(2)
                        .zip(ascii.bytes())
                        .all(|(unit, byte)| unit == [byte, 0])
            }
            Self::Utf8(text) => text == ascii,
        }
    }
}

impl<'a> Input<'a> {
    /// The payload after its version.
    pub(super) fn new(bytes: &'a [u8]) -> Result<Self, DecodeError> {
        let mut input = Self {
            bytes,
            at: 0,
            version: 0,
            views_have_flags: true,
            end: None,
            free: 0,
        };
        if bytes.first() != Some(&tag::VERSION) {
            return Err(DecodeError::Version { found: None });
        }
        input.at = 1;
        input.version = input.varint()?;
        if !(OLDEST_VERSION..=VERSION).contains(&input.version) {
            return Err(DecodeError::Version {
                found: Some(input.version),
            });
        }
        input.views_have_flags = input.version >= 14;
        Ok(input)
    }

    /// How to read a payload on that failed: its views may have flags all the same. V8 tries this too.
    pub(super) fn retry(mut self) -> Option<Self> {
        self.views_have_flags = true;
        (self.version == 13).then_some(self)
    }

    /// Byte offset in the payload.
    pub(super) fn position(&self) -> u64 {
        self.at as u64
    }

    /// Bytes left.
    pub(super) fn remaining(&self) -> usize {
        self.bytes.len() - self.at
    }

    pub(super) fn truncated(&self) -> DecodeError {
        DecodeError::Truncated {
            position: self.bytes.len() as u64,
        }
    }

    pub(super) fn malformed(&self, what: &'static str) -> DecodeError {
        DecodeError::Malformed {
            what,
            position: self.position(),
        }
    }

    /// The tag of the next value, without consuming it.
    pub(super) fn peek_tag(&self) -> Option<u8> {
        self.bytes[self.at..]
            .iter()
            .copied()
            .find(|&byte| byte != tag::PADDING)
    }

    /// The next tag and its position. Padding before it is skipped.
    pub(super) fn tag(&mut self) -> Result<(u8, u64), DecodeError> {
        loop {
            let position = self.position();
            match self.byte()? {
                tag::PADDING => {}
                tag => return Ok((tag, position)),
            }
        }
    }

    pub(super) fn byte(&mut self) -> Result<u8, DecodeError> {
        let byte = *self.bytes.get(self.at).ok_or_else(|| self.truncated())?;
        self.at += 1;
        Ok(byte)
    }

    pub(super) fn varint(&mut self) -> Result<u32, DecodeError> {
        match varint::read(&self.bytes[self.at..]) {
            Ok(Some((value, len))) => {
                self.at += len;
                Ok(value)
            }
            Ok(None) => Err(self.truncated()),
            Err(()) => Err(self.malformed("a number of more than 32 bits")),
        }
    }

    /// The next `len` bytes.
    pub(super) fn take(&mut self, len: u32) -> Result<&'a [u8], DecodeError> {
        let rest = &self.bytes[self.at..];
        let taken = rest.get(..len as usize).ok_or_else(|| self.too_long(len))?;
        self.at += taken.len();
        Ok(taken)
    }

    pub(super) fn too_long(&self, announced: u32) -> DecodeError {
        DecodeError::Length {
            announced: announced.into(),
            available: self.remaining() as u64,
            position: self.position(),
        }
    }

    /// A length and that many bytes.
    pub(super) fn sized(&mut self) -> Result<&'a [u8], DecodeError> {
        let len = self.varint()?;
        self.take(len)
    }

    /// A length, a place after the value, and that many bytes there. The last four bytes of such a payload are the length of the
    /// value.
    pub(super) fn sized_behind(&mut self) -> Result<&'a [u8], DecodeError> {
        let fault = self.malformed("a view that is not in its message");
        let (len, place) = (self.varint()? as usize, self.varint()? as usize);
        let Some((bytes, end)) = self.bytes.split_last_chunk() else {
            return Err(fault);
        };
        let end = u32::from_le_bytes(*end) as usize;
        let start = end.next_multiple_of(ALIGNMENT).saturating_add(place);
        let view = bytes.get(start..).and_then(|rest| rest.get(..len));
        let Some(view) = view.filter(|_| end >= self.at && start >= self.free) else {
            return Err(fault);
        };
        self.end = Some(end);
        self.free = start + len;
        Ok(view)
    }

    /// Bytes after the value that belong to nothing.
    pub(super) fn left_over(&self) -> usize {
        self.end.unwrap_or(self.bytes.len()).abs_diff(self.at)
    }

    /// A number, little-endian as on every machine that Node runs on.
    pub(super) fn double(&mut self) -> Result<f64, DecodeError> {
        let Some(bytes) = self.bytes[self.at..].first_chunk() else {
            return Err(self.truncated());
        };
        self.at += bytes.len();
        Ok(f64::from_le_bytes(*bytes))
    }

    /// What follows the tag of a string; `None` for the tag of anything else.
    pub(super) fn text_of(&mut self, tag: u8) -> Result<Option<Text<'a>>, DecodeError> {
        Ok(Some(match tag {
            tag::ONE_BYTE_STRING => Text::Latin1(self.sized()?),
            tag::TWO_BYTE_STRING => {
                let len = self.varint()?;
                if !len.is_multiple_of(2) {
                    return Err(self.malformed("a two-byte string of an odd number of bytes"));
                }
                Text::Utf16(self.take(len)?)
            }
            tag::UTF8_STRING => {
                let len = self.varint()?;
                let position = self.position();
                let bytes = self.take(len)?;
                Text::Utf8(std::str::from_utf8(bytes).map_err(|_| DecodeError::Text { position })?)
            }
            _ => return Ok(None),
        }))
    }

    /// A string, where nothing else is allowed.
    pub(super) fn text(&mut self) -> Result<Text<'a>, DecodeError> {
        let (tag, position) = self.tag()?;
        self.text_of(tag)?.ok_or(DecodeError::Tag { tag, position })
    }
}
