//! One shape, and taking texts of it apart.

use super::values::{LONG, Value, plain_string, value};
use super::{Found, MOST_STRINGS};

/// What is around the values of a message: `{"a":`, `,"b":[` and `]}` of `{"a":1,"b":["x"]}`.
#[derive(Clone, Debug, Default)]
pub(super) struct Pattern {
    pub(super) pieces: Vec<Piece>,
    /// The values that are long strings, a bit for each.
    long: u64,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Piece {
    text: Vec<u8>,
    /// Its first bytes as a number. In `mask`, those bytes are set.
    head: u64,
    mask: u64,
}

impl Pattern {
    /// The same with long strings in these places.
    pub(super) fn with_long(&self, places: u64) -> Self {
        Self {
            pieces: self.pieces.clone(),
            long: self.long | places,
        }
    }

    /// Whether this is the other one with long strings in these places.
    pub(super) fn is_same_with(&self, other: &Self, places: u64) -> bool {
        self.long == other.long | places && self.pieces == other.pieces
    }

    /// Whether a text is a message of this shape.
    pub(super) fn is_of(&self, text: &[u8]) -> bool {
        self.read(text, true, &mut Found::default()).is_some()
    }

    /// Adds the values of the message with which a text begins, with a comma after each. Returns what follows the message. `None`: it
    /// has another shape, or is not the `whole` text, and nothing was added.
    #[inline]
    pub(super) fn read<'a>(&self, text: &'a [u8], whole: bool, found: &mut Found<'a>) -> Option<&'a [u8]> {
        let before = (found.values.len(), found.strings.len());
        found.long = 0;
        let rest = if self.long == 0 {
            self.read_short(text, found)
        } else {
            self.read_long(text, found)
        };
        let rest = rest.filter(|rest| !whole || rest.is_empty());
        if rest.is_none() {
            found.values.truncate(before.0);
            found.strings.truncate(before.1);
        } else if found.values.len() == before.0 {
            found.values.extend_from_slice(b"0,"); // there is an element for each message
        }
        rest
    }

    fn read_short<'a>(&self, text: &'a [u8], found: &mut Found<'a>) -> Option<&'a [u8]> {
        let (last, others) = self.pieces.split_last()?;
        let mut rest = text;
        for (at, piece) in others.iter().enumerate() {
            rest = found.take_value(piece.after(rest)?, at)?;
        }
        rest.strip_prefix(&last.text[..])
    }

    fn read_long<'a>(&self, text: &'a [u8], found: &mut Found<'a>) -> Option<&'a [u8]> {
        let (last, others) = self.pieces.split_last()?;
        if found.strings.len() + self.long.count_ones() as usize > MOST_STRINGS {
            return None;
        }
        let mut rest = text;
        for (at, piece) in others.iter().enumerate() {
            rest = piece.after(rest)?;
            if self.long >> at & 1 == 1 {
                let string = plain_string(rest)?;
                found.strings.push(string);
                rest = &rest[string.len() + 2..];
                continue;
            }
            rest = found.take_value(rest, at)?;
        }
        rest.strip_prefix(&last.text[..])
    }

    pub(super) fn skeleton(&self) -> Vec<u8> {
        let mut text = Vec::new();
        for (at, piece) in self.pieces.iter().enumerate() {
            text.extend_from_slice(&piece.text);
            text.push(b'0' + u8::from(self.long >> at & 1 == 1));
        }
        text.pop();
        text
    }
}

impl Found<'_> {
    /// Adds the value with which a text begins, which is the one at this place of its message. Returns what follows it.
    #[inline]
    fn take_value<'a>(&mut self, text: &'a [u8], at: usize) -> Option<&'a [u8]> {
        let Value { length, is_plain } = value(text)?;
        append(&mut self.values, text, length);
        if is_plain && length >= LONG {
            self.long |= 1 << at;
        }
        Some(&text[length..])
    }
}

impl Piece {
    pub(super) fn new(text: &[u8]) -> Self {
        let head = &text[..text.len().min(8)];
        let number = |bytes: &[u8], fill: u8| {
            let mut all = [fill; 8];
            all[..bytes.len()].copy_from_slice(bytes);
            u64::from_le_bytes(all)
        };
        Self {
            text: text.to_vec(),
            head: number(head, 0),
            mask: number(&[0xff; 8][..head.len()], 0),
        }
    }

    /// What follows this piece, with which a text has to begin. Most pieces are short, and to compare them as numbers takes half as
    /// long.
    fn after<'a>(&self, text: &'a [u8]) -> Option<&'a [u8]> {
        match text.first_chunk::<8>() {
            Some(head) if u64::from_le_bytes(*head) & self.mask != self.head => None,
            Some(_) if self.text.len() <= 8 => text.get(self.text.len()..),
            _ => text.strip_prefix(&self.text[..]),
        }
    }
}

/// Appends the first `length` bytes and a comma. Short ones are copied as 16, which needs no call.
fn append(values: &mut Vec<u8>, bytes: &[u8], length: usize) {
    match bytes.first_chunk::<16>() {
        Some(chunk) if length <= 16 => {
            let end = values.len() + length;
            values.extend_from_slice(chunk);
            values.truncate(end);
        }
        _ => values.extend_from_slice(&bytes[..length]),
    }
    values.push(b',');
}
