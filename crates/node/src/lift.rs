//! Takes long strings out of json texts, so that V8's parser need not look at each of their characters.
//!
//! The text that is left has a placeholder in the place of each string, and JavaScript puts the strings back by their paths.
//! Only a placeholder is ever replaced, so a text with the same key twice keeps the value that `JSON.parse` gives it. If the text
//! that is left cannot be parsed, neither can the whole.

use std::io::Write as _;
use std::ops::Range;

use memchr::{memchr2, memchr2_iter};

/// Texts from this size on, in bytes, are searched. To make an array of the parts of a shorter one would cost as much as it saves.
pub(crate) const TEXT: usize = 8 * 1024;

/// Strings from this length on, in bytes, are taken out.
const STRING: usize = 2 * 1024;

/// How many bytes of json syntax are looked at singly before the search ends, so that a text of many small values costs little more.
const STEPS: usize = 1024;

/// Deeper values are left where they are.
const DEPTH: usize = 16;

/// What stands in the text in the place of string number n: this, n, and a quotation mark.
pub(crate) const PLACEHOLDER: &[u8] = b"\"forkwire:lifted:";

/// A text without its long strings.
#[derive(Debug)]
pub(crate) struct Lifted {
    /// With placeholders.
    pub(crate) text: Vec<u8>,
    /// A json array with the path of each string: an array of keys and indexes.
    pub(crate) paths: Vec<u8>,
    /// Where the strings are in the whole text, without their quotation marks.
    pub(crate) strings: Vec<Range<usize>>,
}

/// Where the search is in an array or an object.
enum Level {
    Array(usize),
    /// With the key of the current value, quotation marks included.
    Object(Option<Range<usize>>),
}

/// A text without its long strings, if there are any without escapes.
pub(crate) fn lift(text: &[u8]) -> Option<Lifted> {
    if text.len() < TEXT {
        return None;
    }
    let mut search = Search {
        text,
        at: 0,
        levels: Vec::new(),
        paths: vec![b'['],
        strings: Vec::new(),
    };
    search.run();
    search.finish()
}

struct Search<'a> {
    text: &'a [u8],
    at: usize,
    levels: Vec<Level>,
    paths: Vec<u8>,
    strings: Vec<Range<usize>>,
}

impl Search<'_> {
    /// Goes on until the text ends, is not json, or has taken too many steps. What was found until then counts.
    fn run(&mut self) {
        for _ in 0..STEPS {
            if self.step().is_none() {
                return;
            }
        }
    }

    fn step(&mut self) -> Option<()> {
        match self.text.get(self.at)? {
            b'"' => return self.string(),
            b'{' => self.open(Level::Object(None))?,
            b'[' => self.open(Level::Array(0))?,
            b'}' | b']' => {
                self.levels.pop()?;
            }
            b',' => match self.levels.last_mut()? {
                Level::Array(index) => *index += 1,
                Level::Object(key) => *key = None,
            },
            // White space, colons, and what numbers and words consist of.
            _ => {}
        }
        self.at += 1;
        Some(())
    }

    fn open(&mut self, level: Level) -> Option<()> {
        self.levels.push(level);
        (self.levels.len() <= DEPTH).then_some(())
    }

    fn string(&mut self) -> Option<()> {
        let start = self.at + 1;
        let end = start + memchr2(b'"', b'\\', &self.text[start..])?;
        let simple = self.text[end] == b'"';
        if let Some(Level::Object(key @ None)) = self.levels.last_mut() {
            // An escaped key may have a different name than its bytes, and its quotation marks may be anywhere.
            *key = simple.then_some(self.at..end + 1);
            key.as_ref()?;
            self.at = end + 1;
            return Some(());
        }
        self.at = if simple {
            end + 1
        } else {
            after_escapes(self.text, end)?
        };
        if simple && end - start >= STRING && !has_control(&self.text[start..end]) {
            self.take(start..end);
        }
        Some(())
    }

    fn take(&mut self, string: Range<usize>) {
        if !self.strings.is_empty() {
            self.paths.push(b',');
        }
        self.paths.push(b'[');
        for (nth, level) in self.levels.iter().enumerate() {
            if nth > 0 {
                self.paths.push(b',');
            }
            match level {
                // Writing to a vector cannot fail.
                Level::Array(index) => drop(write!(self.paths, "{index}")),
                Level::Object(key) => {
                    self.paths
                        .extend_from_slice(&self.text[key.clone().unwrap_or_default()]);
                }
            }
        }
        self.paths.push(b']');
        self.strings.push(string);
    }

    fn finish(mut self) -> Option<Lifted> {
        if self.strings.is_empty() {
            return None;
        }
        self.paths.push(b']');
        let long: usize = self.strings.iter().map(Range::len).sum();
        let mut text =
            Vec::with_capacity(self.text.len() - long + self.strings.len() * (PLACEHOLDER.len() + 20));
        let mut from = 0;
        for (number, string) in self.strings.iter().enumerate() {
            text.extend_from_slice(&self.text[from..string.start - 1]);
            text.extend_from_slice(PLACEHOLDER);
            drop(write!(text, "{number}"));
            from = string.end; // its quotation mark ends the placeholder
        }
        text.extend_from_slice(&self.text[from..]);
        Some(Lifted {
            text,
            paths: self.paths,
            strings: self.strings,
        })
    }
}

/// What follows the string whose first escape is at `at`. `None`: it does not end, or has many escapes.
fn after_escapes(text: &[u8], at: usize) -> Option<usize> {
    let mut escaped = at; // the character at this place is not looked at
    for (steps, place) in memchr2_iter(b'"', b'\\', &text[at..])
        .map(|place| at + place)
        .enumerate()
    {
        if steps == STEPS {
            return None;
        }
        if place == escaped && place != at {
            continue;
        }
        if text[place] == b'"' {
            return Some(place + 1);
        }
        escaped = place + 1;
    }
    None
}

/// Whether there is a character that json does not allow in a string.
fn has_control(text: &[u8]) -> bool {
    // In pieces without an early end, so that the compiler looks at many bytes at once.
    text.chunks(256)
        .any(|piece| piece.iter().fold(0, |any, &byte| any | u8::from(byte < 0x20)) != 0)
}

#[cfg(test)]
mod tests;
