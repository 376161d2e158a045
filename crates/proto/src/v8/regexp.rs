//! Regular expressions.

use std::fmt;

use crate::v8::JsString;

/// The flags' letters, from the lowest bit on (V8's `REGEXP_FLAG_LIST`; `l` needs an option of the engine).
const LETTERS: &[u8; 9] = b"gimyusldv";

/// A regular expression. Whether its source is one that JavaScript accepts is not checked here.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct RegExp {
    /// What stands between the slashes.
    pub source: JsString,
    /// The flags after the second slash.
    pub flags: RegExpFlags,
}

/// The flags of a regular expression, such as `gi`.
#[derive(Clone, Copy, Default, PartialEq, Eq, Hash)]
pub struct RegExpFlags(u32);

impl RegExpFlags {
    /// The flags with these letters, in any order. `None`: a letter is unknown or occurs twice, or both `u` and
    /// `v` do.
    pub fn new(letters: &str) -> Option<Self> {
        let mut bits = 0;
        for letter in letters.bytes() {
            let bit = 1 << LETTERS.iter().position(|&known| known == letter)?;
            if bits & bit != 0 {
                return None;
            }
            bits |= bit;
        }
        Self::from_bits(bits)
    }

    pub(super) fn from_bits(bits: u32) -> Option<Self> {
        let flags = Self(bits);
        (bits >> LETTERS.len() == 0 && !(flags.contains('u') && flags.contains('v'))).then_some(flags)
    }

    pub(super) fn bits(self) -> u32 {
        self.0
    }

    /// Whether the flag with this letter is set.
    pub fn contains(self, letter: char) -> bool {
        let bit = LETTERS.iter().position(|&known| char::from(known) == letter);
        bit.is_some_and(|bit| self.0 >> bit & 1 == 1)
    }
}

impl fmt::Display for RegExpFlags {
    /// The letters in alphabetical order, as `RegExp.prototype.flags` has them.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        ('a'..='z')
            .filter(|&letter| self.contains(letter))
            .try_for_each(|letter| write!(f, "{letter}"))
    }
}

impl fmt::Debug for RegExpFlags {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "\"{self}\"")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn letters_become_flags_and_letters_again() {
        assert_eq!(RegExpFlags::new("ymsuigd").unwrap().to_string(), "dgimsuy");
        assert_eq!(RegExpFlags::new("dgimsuy").unwrap().bits(), 0xbf);
        assert_eq!(RegExpFlags::new("v").unwrap().bits(), 0x100);
        assert_eq!(RegExpFlags::new(""), Some(RegExpFlags::default()));
        for no in ["gg", "uv", "x", "G"] {
            assert_eq!(RegExpFlags::new(no), None, "{no}");
        }
        assert_eq!(RegExpFlags::from_bits(0x200), None);
    }
}
