//! JavaScript's strings.

use std::borrow::Cow;
use std::fmt;

/// A JavaScript string: any sequence of 16-bit units. Nearly all are Unicode text, and are held as a Rust string; one
/// with a lone surrogate (half of a pair, as `'😀'[0]` is) keeps its units.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct JsString(Repr);

/// Always `Unicode` if it can be, so that equality is that of JavaScript.
#[derive(Clone, PartialEq, Eq, Hash)]
enum Repr {
    Unicode(String),
    Units(Box<[u16]>),
}

impl JsString {
    /// The string of these units.
    pub fn from_utf16(units: &[u16]) -> Self {
        Self::from_units(units.iter().copied())
    }

    pub(super) fn from_units(units: impl ExactSizeIterator<Item = u16> + Clone) -> Self {
        let mut text = String::with_capacity(units.len());
        for unit in char::decode_utf16(units.clone()) {
            match unit {
                Ok(char) => text.push(char),
                Err(_) => return Self(Repr::Units(units.collect())),
            }
        }
        Self(Repr::Unicode(text))
    }

    pub(super) fn from_latin1(bytes: &[u8]) -> Self {
        let text = match std::str::from_utf8(bytes) {
            Ok(text) if text.is_ascii() => text.to_owned(),
            _ => bytes.iter().copied().map(char::from).collect(),
        };
        Self(Repr::Unicode(text))
    }

    /// The string as Rust's, or `None` if it has a lone surrogate.
    pub fn as_str(&self) -> Option<&str> {
        match &self.0 {
            Repr::Unicode(text) => Some(text),
            Repr::Units(_) => None,
        }
    }

    /// The string with U+FFFD in place of each lone surrogate.
    pub fn to_str_lossy(&self) -> Cow<'_, str> {
        match &self.0 {
            Repr::Unicode(text) => Cow::Borrowed(text),
            Repr::Units(units) => Cow::Owned(String::from_utf16_lossy(units)),
        }
    }

    /// The string as Rust's without a copy; itself again if it has a lone surrogate.
    pub fn into_string(self) -> Result<String, Self> {
        match self.0 {
            Repr::Unicode(text) => Ok(text),
            Repr::Units(_) => Err(self),
        }
    }

    /// The 16-bit units.
    pub fn to_utf16(&self) -> Vec<u16> {
        match &self.0 {
            Repr::Unicode(text) => text.encode_utf16().collect(),
            Repr::Units(units) => units.to_vec(),
        }
    }

    /// `length` as JavaScript has it: the number of 16-bit units.
    pub fn utf16_len(&self) -> usize {
        match &self.0 {
            Repr::Unicode(text) => text.chars().map(char::len_utf16).sum(),
            Repr::Units(units) => units.len(),
        }
    }

    /// Whether the string is `""`.
    pub fn is_empty(&self) -> bool {
        self.as_str().is_some_and(str::is_empty)
    }

    /// The array index that this string is as a property key: `"7"`, and neither `"07"` nor 2^32 - 1.
    pub(super) fn array_index(&self) -> Option<u32> {
        let text = self.as_str()?;
        match text.as_bytes() {
            [b'0'] => Some(0),
            [b'1'..=b'9', ..] if text.len() <= 10 && text.bytes().all(|byte| byte.is_ascii_digit()) => {
                text.parse().ok().filter(|&index| index < u32::MAX)
            }
            _ => None,
        }
    }
}

impl From<&str> for JsString {
    fn from(text: &str) -> Self {
        Self(Repr::Unicode(text.to_owned()))
    }
}

impl From<String> for JsString {
    fn from(text: String) -> Self {
        Self(Repr::Unicode(text))
    }
}

impl From<char> for JsString {
    fn from(char: char) -> Self {
        Self(Repr::Unicode(char.into()))
    }
}

impl PartialEq<str> for JsString {
    fn eq(&self, other: &str) -> bool {
        self.as_str() == Some(other)
    }
}

impl PartialEq<&str> for JsString {
    fn eq(&self, other: &&str) -> bool {
        self == *other
    }
}

impl fmt::Display for JsString {
    /// Lone surrogates appear as U+FFFD.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.to_str_lossy())
    }
}

impl fmt::Debug for JsString {
    /// A quoted string; a lone surrogate appears as `\u{d800}`, which no Rust string can hold.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Repr::Unicode(text) => fmt::Debug::fmt(text, f),
            Repr::Units(units) => {
                f.write_str("\"")?;
                for unit in char::decode_utf16(units.iter().copied()) {
                    match unit {
                        Ok(char) => write!(f, "{}", char.escape_debug())?,
                        Err(lone) => write!(f, "\\u{{{:x}}}", lone.unpaired_surrogate())?,
                    }
                }
                f.write_str("\"")
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn units_become_text_whenever_they_can() {
        let smile = JsString::from_utf16(&[0xd83d, 0xde00]);
        assert_eq!(smile, "😀");
        assert_eq!(smile.utf16_len(), 2);
        let half = JsString::from_utf16(&[0x61, 0xd83d]);
        assert_eq!(half.as_str(), None);
        assert_eq!(half.to_str_lossy(), "a\u{fffd}");
        assert_eq!(half.to_utf16(), [0x61, 0xd83d]);
        assert_eq!(format!("{half:?}"), "\"a\\u{d83d}\"");
        assert_eq!(half.clone().into_string(), Err(half));
    }

    #[test]
    fn latin1_is_not_taken_for_utf8() {
        assert_eq!(JsString::from_latin1(&[0xc3, 0xa9]), "Ã©");
        assert_eq!(JsString::from_latin1(b"plain"), "plain");
    }

    #[test]
    fn array_indices_are_distinguished_from_names() {
        let index = |text: &str| JsString::from(text).array_index();
        assert_eq!(index("0"), Some(0));
        assert_eq!(index("4294967294"), Some(u32::MAX - 1));
        for name in ["", "07", "-1", "+1", "4294967295", "99999999999", "1.5", "x"] {
            assert_eq!(index(name), None, "{name:?}");
        }
    }
}
