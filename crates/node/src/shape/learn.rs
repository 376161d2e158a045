//! Which shapes a program's messages have, and which of their strings are long.

use super::MOST_SHAPES;
use super::pattern::Pattern;

/// A shape is known after so many messages of it.
const ENOUGH: u32 = 8;

/// What was seen and is not known yet.
#[derive(Debug, Default)]
pub(super) struct Learn {
    candidate: Option<Candidate>,
    /// A known shape, the places of long strings in its messages, and how many of those there were.
    long: Option<(usize, u64, u32)>,
    /// One text without a shape was looked at in this run.
    looked: bool,
}

#[derive(Debug)]
struct Candidate {
    pattern: Pattern,
    hits: u32,
    misses: u32,
}

impl Learn {
    /// A run begins.
    pub(super) fn begin(&mut self) {
        self.looked = false;
    }

    /// A message has no known shape.
    pub(super) fn unknown(&mut self, text: &[u8]) {
        if let Some(candidate) = &mut self.candidate {
            if candidate.pattern.is_of(text) {
                candidate.hits += 1;
            } else {
                candidate.misses += 1;
            }
            if candidate.misses > candidate.hits + ENOUGH {
                self.candidate = None;
            }
        } else if !self.looked {
            self.looked = true;
            self.candidate = Candidate::at_start(text, 1);
        }
    }

    /// The message with which a part of an array begins has no known shape. Those after it are probably like it.
    pub(super) fn at_once(&mut self, text: &[u8]) {
        self.candidate = Candidate::at_start(text, ENOUGH);
    }

    /// A message of a known shape has long strings in these places.
    pub(super) fn long(&mut self, at: usize, places: u64) {
        match &mut self.long {
            Some((shape, known, count)) if (*shape, *known) == (at, places) => *count += 1,
            Some((.., count)) if *count > 0 => *count -= 1,
            long => *long = Some((at, places, 1)),
        }
    }

    /// A run has ended: what was seen often enough is known from now on. False: nothing was learned, and nothing may be soon.
    pub(super) fn end(&mut self, known: &mut Vec<Pattern>) -> bool {
        let before = known.len();
        if let Some((shape, places, _)) = self.long.take_if(|(.., count)| *count >= ENOUGH) {
            let pattern = known.get(shape).map(|pattern| pattern.with_long(places));
            known.extend(pattern);
        }
        if known.len() < MOST_SHAPES
            && let Some(candidate) = self.candidate.take_if(|candidate| candidate.hits >= ENOUGH)
        {
            known.push(candidate.pattern);
        }
        known.truncate(MOST_SHAPES);
        known.len() > before || self.candidate.is_some()
    }
}

impl Candidate {
    fn at_start(text: &[u8], hits: u32) -> Option<Self> {
        let pattern = Pattern::at_start(text)?;
        Some(Self {
            pattern,
            hits,
            misses: 0,
        })
    }
}
