//! Messages that have the same shape: the same keys and brackets, around values that are neither objects nor arrays.
//!
//! V8 reads an array of such values several times as fast as an array of objects, and compiled code of JavaScript makes the
//! objects of them (`src/serialization/shapes.ts`). So of a run, or of an array of messages (`sendMany()`), JavaScript gets the
//! values and, once, what is around them. A long string becomes a string of JavaScript here, so that V8's parser need not look at
//! each of its characters.
//!
//! Why that is sound. What is between two pieces of a shape is a string, from its quote to the next one that no backslash
//! precedes, or a row of letters, digits and `+-.`. Neither has a comma or a bracket outside of a string. So if the array of
//! all values is valid json, each of its elements is one of these values, and each text is well-formed: its shape is, and what stands
//! for its values is. If it is not valid, JavaScript asks for the single texts, as for any other run. A text of a run that has no known
//! shape is an element as it is. [`crate::brackets`] says why that is sound, and what follows such a text has the same separator here.

use crate::brackets::SEPARATOR;

mod learn;
mod pattern;
mod reader;
mod values;

use learn::Learn;
use pattern::Pattern;

/// Runs of fewer messages are read as they are, unless they have at least [`MANY_BYTES`].
pub(crate) const FEWEST: usize = 16;
pub(crate) const MANY_BYTES: usize = 8 * 1024;

/// Arrays of messages of fewer bytes are read as they are.
pub(crate) const FEWEST_BYTES: usize = 1024;

/// Shapes that are known at the same time, each with its long strings in their places.
const MOST_SHAPES: usize = 8;

/// Strings beside the text. Each is an argument of a call.
const MOST_STRINGS: usize = 512;

/// Most messages have at least so many bytes, and need no memory again for which shape they have.
const USUAL_BYTES: usize = 32;

/// After so many runs in a row of which most messages have no known shape, the pause does not become longer.
const LONGEST_PAUSE: u32 = 8;

/// The known shapes of the messages of one channel.
#[derive(Debug, Default)]
pub(crate) struct Shapes {
    known: Vec<Pattern>,
    /// Which one followed each the last time.
    next: [usize; MOST_SHAPES],
    last: usize,
    learn: Learn,
    /// Runs in a row of which most messages have no known shape.
    unknown: u32,
    /// Runs to leave out.
    pause: u32,
}

/// Messages of known shapes.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Shaped<'a> {
    /// A json array of the values of one message after the other.
    pub(crate) values: Vec<u8>,
    /// The long strings that are not among them.
    pub(crate) strings: Vec<&'a [u8]>,
    /// A json array: for each shape a text like that of its messages, with `0` for each value, or `1` if that is one of the strings.
    pub(crate) shapes: Vec<u8>,
    /// A digit for each message: its shape, from 1 on, or 0 if it is a value by itself. `None`: all have the only shape.
    pub(crate) kinds: Option<Vec<u8>>,
    pub(crate) count: usize,
}

/// What was made of some messages.
#[derive(Debug, Default)]
struct Found<'a> {
    values: Vec<u8>,
    strings: Vec<&'a [u8]>,
    kinds: Vec<u8>,
    /// How many messages have no known shape.
    unknown: usize,
    /// The places of the last message's long strings among the values, a bit for each.
    long: u64,
}

impl Shapes {
    /// Takes a run of texts apart. `None`: most of them have no shape that is known.
    pub(crate) fn of_run<'a>(
        &mut self,
        texts: impl Iterator<Item = &'a [u8]>,
        bytes: usize,
    ) -> Option<Shaped<'a>> {
        let mut found = self.begin(bytes)?;
        let room = self.known.len() < MOST_SHAPES;
        for text in texts {
            if self.read(text, true, &mut found).is_some() {
                continue;
            }
            if room {
                self.learn.unknown(text);
            }
            found.add_whole(text);
        }
        self.end(found)
    }

    /// Takes the text of an array of messages apart. `None`: one of them has no shape that is known.
    pub(crate) fn of_array<'a>(&mut self, text: &'a [u8]) -> Option<Shaped<'a>> {
        let mut rest = text.strip_prefix(b"[")?;
        let mut found = self.begin(text.len())?;
        loop {
            let Some(after) = self.read(rest, false, &mut found) else {
                if self.known.len() < MOST_SHAPES {
                    self.learn.at_once(rest);
                }
                self.end_unknown();
                return None;
            };
            match after {
                b"]" => return self.end(found),
                [b',', next @ ..] => rest = next,
                _ => return None,
            }
        }
    }

    /// `None`: this run is left out.
    fn begin<'a>(&mut self, bytes: usize) -> Option<Found<'a>> {
        if self.pause > 0 {
            self.pause -= 1;
            return None;
        }
        self.learn.begin();
        let mut values = Vec::with_capacity(bytes + 64);
        values.push(b'[');
        Some(Found {
            values,
            kinds: Vec::with_capacity(bytes / USUAL_BYTES + 1),
            ..Found::default()
        })
    }

    /// Takes the message apart with which a text begins. Returns what follows it. `None`: it has no known shape,
    /// or is not the `whole` text.
    fn read<'a>(&mut self, text: &'a [u8], whole: bool, found: &mut Found<'a>) -> Option<&'a [u8]> {
        let expected = self.next[self.last];
        let rest = self
            .known
            .get(expected)
            .and_then(|pattern| pattern.read(text, whole, found));
        match rest {
            Some(rest) => {
                self.note(expected, found);
                Some(rest)
            }
            None => self.read_other(expected, text, whole, found),
        }
    }

    /// The same for a message that has another shape than was expected.
    #[cold]
    fn read_other<'a>(
        &mut self,
        expected: usize,
        text: &'a [u8],
        whole: bool,
        found: &mut Found<'a>,
    ) -> Option<&'a [u8]> {
        for at in (0..self.known.len()).rev().filter(|&at| at != expected) {
            if let Some(rest) = self.known[at].read(text, whole, found) {
                self.note(at, found);
                return Some(rest);
            }
        }
        None
    }

    /// A message had this shape. The next one after such a message is probably like this one, with its long strings.
    #[inline]
    fn note(&mut self, at: usize, found: &mut Found<'_>) {
        found.kinds.push(digit(at));
        let like = if found.long == 0 {
            at
        } else {
            self.with_long(at, found.long)
        };
        self.next[self.last] = like;
        self.last = like;
    }

    /// The same shape with long strings in these places, if that is known.
    #[cold]
    fn with_long(&mut self, at: usize, places: u64) -> usize {
        let is_like = |other: &Pattern| other.is_same_with(&self.known[at], places);
        self.known.iter().position(is_like).unwrap_or_else(|| {
            self.learn.long(at, places);
            at
        })
    }

    /// All messages were read.
    fn end<'a>(&mut self, mut found: Found<'a>) -> Option<Shaped<'a>> {
        let count = found.kinds.len();
        let pays = count > 0 && 2 * found.unknown <= count;
        let shaped = pays.then(|| {
            let kind = found.kinds.first().copied().filter(|_| found.unknown == 0);
            let one = kind.filter(|kind| found.kinds.iter().all(|other| other == kind));
            let known = match one {
                Some(kind) => &self.known[usize::from(kind - digit(0))..][..1],
                None => &self.known[..],
            };
            let shapes: Vec<_> = known.iter().map(Pattern::skeleton).collect();
            found.close();
            Shaped {
                values: found.values,
                strings: found.strings,
                shapes: [&b"["[..], &shapes.join(&b','), b"]"].concat(),
                kinds: one.is_none().then_some(found.kinds),
                count,
            }
        });
        if pays {
            self.unknown = 0;
            self.learn.end(&mut self.known);
        } else {
            self.end_unknown();
        }
        shaped
    }

    /// Most messages have no known shape.
    fn end_unknown(&mut self) {
        if self.known.len() == MOST_SHAPES {
            self.known.clear();
            self.learn = Learn::default();
        }
        if !self.learn.end(&mut self.known) {
            self.unknown = (self.unknown + 1).min(LONGEST_PAUSE);
            self.pause = 1 << self.unknown;
        }
    }
}

/// The digit of a shape. 0 is none.
fn digit(at: usize) -> u8 {
    b'1' + u8::try_from(at).unwrap_or(0)
}

impl Found<'_> {
    /// Adds a message that has no known shape.
    fn add_whole(&mut self, text: &[u8]) {
        self.unknown += 1;
        self.kinds.push(b'0');
        self.values.extend_from_slice(text);
        self.values.extend_from_slice(SEPARATOR);
    }

    /// Ends the array.
    fn close(&mut self) {
        while matches!(self.values.last(), Some(b',' | b'\n')) {
            self.values.pop();
        }
        self.values.push(b']');
    }
}

#[cfg(test)]
mod tests;
