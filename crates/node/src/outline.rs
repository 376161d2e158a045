//! Writes the json of messages whose outline JavaScript knows: what is around their values, none of which is an object or an array.
//!
//! JavaScript passes the values as arguments of one call (`src/serialization/outlines.ts`). What is written is what `JSON.stringify`
//! writes.

use crate::compose::append_string;
use crate::ffi::function::{Answer, Appended, Arguments};
use crate::ffi::value::Text;
use crate::number::append_number;

/// Outlines of one channel.
const MOST: usize = 16;

/// Most values of a message.
pub(crate) const VALUES: usize = 24;

/// Texts up to this length, in bytes, are made in memory that is used again.
const ROOM: usize = 16 * 1024;

/// What JavaScript expects a value to be. It may be something else: this only says what is tried first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Number,
    Text,
    Other,
}

/// What is around the values of a message: `{"a":`, `,"b":[` and `]}` of `{"a":1,"b":["x"]}`.
#[derive(Debug)]
struct Outline {
    /// What comes before each value.
    pieces: Vec<(Piece, Kind)>,
    last: Piece,
}

/// A text, and its first bytes once more. Most are short, and to copy a fixed number of bytes needs no call.
#[derive(Debug)]
struct Piece {
    text: Vec<u8>,
    head: [u8; 16],
}

impl Piece {
    fn new(text: Vec<u8>) -> Self {
        let mut head = [0; 16];
        let length = text.len().min(head.len());
        head[..length].copy_from_slice(&text[..length]);
        Self { text, head }
    }

    #[inline]
    fn append_to(&self, out: &mut Vec<u8>) {
        if self.text.len() > self.head.len() {
            return out.extend_from_slice(&self.text);
        }
        let end = out.len() + self.text.len();
        out.extend_from_slice(&self.head);
        out.truncate(end);
    }
}

/// The outlines of one channel, and memory for a text.
#[derive(Debug, Default)]
pub(crate) struct Outlines {
    outlines: Vec<Option<Outline>>,
    room: Vec<u8>,
}

/// The json of a message, or what it is made of if there are long strings in it.
pub(crate) enum Written<'a> {
    Short(&'a [u8]),
    Long(Vec<Part<'a>>),
}

/// A part of a long text.
pub(crate) enum Part<'a> {
    Piece(&'a [u8]),
    Value(Vec<u8>),
    String(Text),
}

impl Outlines {
    /// Puts an outline into a place, in which there may be another. `kinds` has a letter for each value. False: it does not fit.
    pub(crate) fn define(&mut self, place: usize, pieces: Vec<Vec<u8>>, kinds: &[u8]) -> bool {
        if place >= MOST || kinds.len() > VALUES || pieces.len() != kinds.len() + 1 {
            return false;
        }
        let mut pieces: Vec<_> = pieces.into_iter().map(Piece::new).collect();
        let Some(last) = pieces.pop() else {
            return false;
        };
        let kinds = kinds.iter().map(|kind| match kind {
            b'n' => Kind::Number,
            b's' => Kind::Text,
            _ => Kind::Other,
        });
        let pieces = pieces.into_iter().zip(kinds).collect();
        if self.outlines.len() <= place {
            self.outlines.resize_with(place + 1, || None);
        }
        self.outlines[place] = Some(Outline { pieces, last });
        true
    }

    /// The json of the values that follow the first argument, which is the place of an outline. `None`: there is none. The error is
    /// `ERR_INVALID_ARG_TYPE`.
    pub(crate) fn write(&mut self, arguments: &Arguments<'_>) -> Answer<Option<Written<'_>>> {
        let place = arguments.count(0)? as usize;
        let Some(Some(outline)) = self.outlines.get(place) else {
            return Ok(None);
        };
        self.room.clear();
        self.room.reserve(ROOM);
        for (at, (piece, kind)) in outline.pieces.iter().enumerate() {
            let fits = self.room.len() + piece.text.len() < ROOM;
            if !fits || !append_value(arguments, at + 1, *kind, piece, &mut self.room)? {
                return outline.parts(arguments).map(Written::Long).map(Some);
            }
        }
        outline.last.append_to(&mut self.room);
        Ok(Some(Written::Short(&self.room)))
    }
}

impl Outline {
    /// The same in parts, each string a part of its own.
    fn parts(&self, arguments: &Arguments<'_>) -> Answer<Vec<Part<'_>>> {
        let mut parts = Vec::with_capacity(2 * self.pieces.len() + 1);
        for (at, (piece, _)) in self.pieces.iter().enumerate() {
            parts.push(Part::Piece(&piece.text));
            parts.push(if let Some(text) = arguments.text_if(at + 1) {
                Part::String(text)
            } else {
                let mut value = Vec::new();
                append_other(arguments, at + 1, &mut value)?;
                Part::Value(value)
            });
        }
        parts.push(Part::Piece(&self.last.text));
        Ok(parts)
    }
}

/// Room that these parts probably need, in bytes.
pub(crate) fn reserve(parts: &[Part<'_>]) -> usize {
    let size = |part: &Part<'_>| match part {
        Part::Piece(bytes) => bytes.len(),
        Part::Value(bytes) => bytes.len(),
        Part::String(text) => text.reserve() + 2,
    };
    parts.iter().map(size).sum()
}

/// Appends them.
pub(crate) fn append_parts(parts: &[Part<'_>], out: &mut Vec<u8>) {
    for part in parts {
        match part {
            Part::Piece(bytes) => out.extend_from_slice(bytes),
            Part::Value(bytes) => out.extend_from_slice(bytes),
            Part::String(text) => append_string(*text, out),
        }
    }
}

/// Appends what is before a value, and the value. False: that is a string for which there is not enough room.
#[inline]
fn append_value(
    arguments: &Arguments<'_>,
    at: usize,
    kind: Kind,
    piece: &Piece,
    out: &mut Vec<u8>,
) -> Answer<bool> {
    piece.append_to(out);
    match kind {
        Kind::Number => {
            if let Some(number) = arguments.double(at) {
                append_number(number, out);
                return Ok(true);
            }
        }
        Kind::Text => {}
        Kind::Other => {
            if let Some(truth) = arguments.truth(at) {
                append_truth(truth, out);
                return Ok(true);
            }
        }
    }
    out.push(b'"');
    match arguments.append_string(at, out) {
        Appended::Whole => {
            out.push(b'"');
            Ok(true)
        }
        Appended::TooLong => Ok(false),
        Appended::NotAString => {
            out.pop();
            append_other(arguments, at, out)?;
            Ok(true)
        }
    }
}

/// Appends a value that is not a string.
#[cold]
fn append_other(arguments: &Arguments<'_>, at: usize, out: &mut Vec<u8>) -> Answer<()> {
    if let Some(number) = arguments.double(at) {
        append_number(number, out);
    } else if let Some(truth) = arguments.truth(at) {
        append_truth(truth, out);
    } else {
        arguments.null(at)?;
        out.extend_from_slice(b"null");
    }
    Ok(())
}

fn append_truth(truth: bool, out: &mut Vec<u8>) {
    out.extend_from_slice(if truth { b"true" } else { b"false" });
}

#[cfg(test)]
mod tests;
