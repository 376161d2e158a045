//! Runs of messages that have the same shape: the same keys and brackets, around values that are neither objects nor arrays.
//!
//! V8 reads an array of such values several times as fast as an array of objects, and compiled code of JavaScript makes the
//! objects of them (`src/serialization/shapes.ts`). So of such a run, or of an array of messages (`sendMany()`), JavaScript gets the
//! values and, once, what is around them.
//!
//! Why that is sound. What is between two pieces of a shape is a string, from its quote to the next one that no backslash
//! precedes, or a row of letters, digits and `+-.`. Neither has a comma or a bracket outside of a string. So if the array of
//! all values is valid json, each of its elements is one of these values, and each text is well-formed: its shape is, and what stands
//! for its values is. If it is not valid, JavaScript asks for the single texts, as for any other run.

use memchr::memchr2;

/// Runs of fewer messages are read as they are.
pub(crate) const FEWEST: usize = 16;

/// The same for an array of messages, in bytes.
pub(crate) const FEWEST_BYTES: usize = 1024;

/// Bounds of a shape. Compiled code for more would not pay.
const MOST_VALUES: usize = 64;
const MOST_BYTES: usize = 2048;
const DEEPEST: u32 = 32;

/// After so many runs of mixed shapes in a row, the pause does not become longer.
const LONGEST_PAUSE: u32 = 8;

/// What is around the values of a message: `{"a":`, `,"b":[` and `]}` of `{"a":1,"b":["x"]}`.
#[derive(Debug, Default)]
pub(crate) struct Shape {
    pieces: Vec<Piece>,
}

#[derive(Debug)]
struct Piece {
    text: Vec<u8>,
    /// Its first bytes as a number. In `mask`, those bytes are set.
    head: u64,
    mask: u64,
}

/// Looks for runs of one shape among those of one channel.
#[derive(Debug, Default)]
pub(crate) struct Shapes {
    last: Option<Shape>,
    /// Runs of mixed shapes in a row.
    mixed: u32,
    /// Runs to leave out.
    pause: u32,
}

/// Messages of one shape.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Shaped {
    /// A json array of the values of one after the other.
    pub(crate) values: Vec<u8>,
    /// A json text like theirs, in which each value is `0`.
    pub(crate) shape: Vec<u8>,
    pub(crate) count: usize,
}

impl Shapes {
    /// Takes a run of texts apart. `None`: they have several shapes, or another one than the messages before them.
    pub(crate) fn of_run<'a>(
        &mut self,
        texts: impl Iterator<Item = &'a [u8]> + Clone,
        bytes: usize,
    ) -> Option<Shaped> {
        let first = texts.clone().next()?;
        self.take(first, bytes, |shape, values, count| {
            let mut texts = texts;
            texts.all(|text| {
                let is_whole = shape.append_values(text, values) == Some(&[]);
                *count += usize::from(is_whole);
                is_whole
            })
        })
    }

    /// Takes the text of an array of messages apart, likewise.
    pub(crate) fn of_array(&mut self, text: &[u8]) -> Option<Shaped> {
        let first = text.strip_prefix(b"[")?;
        self.take(first, text.len(), |shape, values, count| {
            let mut rest = first;
            loop {
                let Some(after) = shape.append_values(rest, values) else {
                    return false;
                };
                *count += 1;
                match after {
                    b"]" => return true,
                    [b',', next @ ..] => rest = next,
                    _ => return false,
                }
            }
        })
    }

    /// `walk` appends the values of all messages, and counts them. False: one has another shape.
    fn take(
        &mut self,
        first: &[u8],
        bytes: usize,
        walk: impl FnOnce(&Shape, &mut Vec<u8>, &mut usize) -> bool,
    ) -> Option<Shaped> {
        if self.pause > 0 {
            self.pause -= 1;
            return None;
        }
        let mut count = 0;
        if let Some(shape) = &self.last {
            let mut values = Vec::with_capacity(bytes);
            values.push(b'[');
            if walk(shape, &mut values, &mut count) {
                self.mixed = 0;
                values.pop(); // the last comma
                values.push(b']');
                let shape = shape.skeleton();
                return Some(Shaped { values, shape, count });
            }
        }
        if count == 0 {
            self.last = Shape::at_start(first);
        }
        if count > 0 || self.last.is_none() {
            self.give_way();
        }
        None
    }

    fn give_way(&mut self) {
        self.mixed = (self.mixed + 1).min(LONGEST_PAUSE);
        self.pause = 1 << self.mixed;
    }
}

impl Shape {
    /// The shape of the object or array with which a text begins. `None`: it is neither, malformed, has no values or many, or keys that
    /// compiled code would treat in another way than `JSON.parse()` does.
    fn at_start(text: &[u8]) -> Option<Self> {
        let mut reader = Reader {
            text,
            at: 0,
            piece: 0,
            shape: Self::default(),
            bytes: 0,
        };
        if !matches!(text.first()?, b'{' | b'[') {
            return None;
        }
        reader.value(0)?;
        reader.end_piece()?;
        (reader.shape.pieces.len() > 1).then_some(reader.shape)
    }

    /// Appends the values of a message of this shape, with a comma after each. Returns what follows the message. `None`: it has
    /// another shape.
    fn append_values<'a>(&self, text: &'a [u8], values: &mut Vec<u8>) -> Option<&'a [u8]> {
        let (last, others) = self.pieces.split_last()?;
        let mut rest = text;
        for piece in others {
            let value = piece.after(rest)?;
            let length = value_length(value)?;
            append(values, value, length);
            values.push(b',');
            rest = &value[length..];
        }
        rest.strip_prefix(&last.text[..])
    }

    fn skeleton(&self) -> Vec<u8> {
        let pieces: Vec<_> = self.pieces.iter().map(|piece| &piece.text[..]).collect();
        pieces.join(&b"0"[..])
    }
}

impl Piece {
    fn new(text: &[u8]) -> Self {
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

/// Appends the first `length` bytes. Short ones are copied as 16, which needs no call.
fn append(values: &mut Vec<u8>, bytes: &[u8], length: usize) {
    match bytes.first_chunk::<16>() {
        Some(chunk) if length <= 16 => {
            let end = values.len() + length;
            values.extend_from_slice(chunk);
            values.truncate(end);
        }
        _ => values.extend_from_slice(&bytes[..length]),
    }
}

/// Takes a text apart.
struct Reader<'a> {
    text: &'a [u8],
    at: usize,
    /// Where the piece begins that is being read.
    piece: usize,
    shape: Shape,
    /// The length of its pieces, in bytes.
    bytes: usize,
}

impl Reader<'_> {
    /// Reads a value.
    fn value(&mut self, depth: u32) -> Option<()> {
        let within = || (depth < DEEPEST).then_some(depth + 1);
        match self.text.get(self.at)? {
            b'{' => self.members(b'}', within()?, Self::member),
            b'[' => self.members(b']', within()?, Self::value),
            _ => {
                self.end_piece()?;
                self.at += value_length(&self.text[self.at..])?;
                self.piece = self.at;
                Some(())
            }
        }
    }

    /// Reads what is between brackets.
    fn members(&mut self, closing: u8, depth: u32, member: fn(&mut Self, u32) -> Option<()>) -> Option<()> {
        self.at += 1;
        if self.take(closing) {
            return Some(());
        }
        loop {
            member(self, depth)?;
            if self.take(closing) {
                return Some(());
            }
            self.take(b',').then_some(())?;
        }
    }

    /// Reads a key and its value.
    fn member(&mut self, depth: u32) -> Option<()> {
        let key = self.text.get(self.at..)?;
        let key = &key[..key_length(key)?];
        self.at += key.len();
        self.take(b':').then_some(())?;
        self.value(depth)
    }

    fn take(&mut self, byte: u8) -> bool {
        let found = self.text.get(self.at) == Some(&byte);
        self.at += usize::from(found);
        found
    }

    fn end_piece(&mut self) -> Option<()> {
        let pieces = &mut self.shape.pieces;
        let piece = &self.text[self.piece..self.at];
        self.bytes += piece.len();
        pieces.push(Piece::new(piece));
        (self.bytes <= MOST_BYTES && pieces.len() <= MOST_VALUES + 1).then_some(())
    }
}

/// The length of the key with which a text begins. `None` for one that is not in the order of the text in JavaScript (an
/// index), sets a prototype in compiled code, or is written with escapes.
fn key_length(text: &[u8]) -> Option<usize> {
    let length = string_length(text)?;
    let key = &text[1..length - 1];
    let is_plain =
        !key.first().is_some_and(u8::is_ascii_digit) && key != b"__proto__" && !key.contains(&b'\\');
    is_plain.then_some(length)
}

/// Whether a byte may be in a number, or in `true`, `false` and `null`.
const PARTS: [bool; 256] = {
    let mut parts = [false; 256];
    let mut byte = 0_u8;
    while byte < 128 {
        parts[byte as usize] = byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'-' | b'.');
        byte += 1;
    }
    parts
};

/// The length of the value with which a text begins, if that is neither an object nor an array.
fn value_length(text: &[u8]) -> Option<usize> {
    if text.first() == Some(&b'"') {
        return string_length(text);
    }
    let length = text
        .iter()
        .position(|&byte| !PARTS[usize::from(byte)])
        .unwrap_or(text.len());
    (length > 0).then_some(length)
}

/// The length of the string with which a text begins, with its quotes.
fn string_length(text: &[u8]) -> Option<usize> {
    let mut at = 1;
    if text.first() != Some(&b'"') {
        return None;
    }
    loop {
        at += memchr2(b'"', b'\\', text.get(at..)?)?;
        if text[at] == b'"' {
            return Some(at + 1);
        }
        at += 2; // whatever it escapes
    }
}

#[cfg(test)]
mod tests;
