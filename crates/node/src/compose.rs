//! Writes json of long strings, so that V8's serializer need not look at each of their characters.
//!
//! JavaScript passes the text with placeholders, as [`crate::lift`] makes them, and the strings. What is written is what
//! `JSON.stringify` writes.

use std::io::Write as _;
use std::ops::Range;

use memchr::memmem;

use crate::ffi::value::Text;
use crate::lift::PLACEHOLDER;

/// What Node-API writes for half of a surrogate pair, which json has to escape. It may have been in the string as well.
const REPLACEMENT: &[u8] = "\u{fffd}".as_bytes();

/// A json text whose long strings came beside it.
pub(crate) struct Composed {
    template: Template,
    strings: Vec<Text>,
}

impl Composed {
    /// `None`: as [`Template::new`].
    pub(crate) fn new(text: Text, strings: Vec<Text>) -> Option<Self> {
        let mut bytes = Vec::with_capacity(text.reserve());
        text.append_to(&mut bytes);
        let template = Template::new(bytes, strings.len())?;
        Some(Self { template, strings })
    }

    /// Room that the whole text probably needs, in bytes.
    pub(crate) fn reserve(&self) -> usize {
        let strings: usize = self.strings.iter().map(|string| string.reserve()).sum();
        self.template.text.len() + strings
    }

    /// Appends the whole text.
    pub(crate) fn append_to(&self, out: &mut Vec<u8>) {
        self.template.append_with(&self.strings, out);
    }
}

/// A text with placeholders, and where they are.
struct Template {
    text: Vec<u8>,
    places: Vec<Range<usize>>,
}

impl Template {
    /// `None`: these are not the placeholders of so many strings. JavaScript takes out each string that looks like one, but not the
    /// text of a `String` object.
    fn new(text: Vec<u8>, strings: usize) -> Option<Self> {
        let mut places = Vec::with_capacity(strings);
        for start in memmem::find_iter(&text, PLACEHOLDER) {
            let Some((number, end)) = value_at(&text, start) else {
                continue;
            };
            if text[number.clone()] != *places.len().to_string().as_bytes() {
                return None;
            }
            places.push(start..end);
        }
        (places.len() == strings).then_some(Self { text, places })
    }

    /// Appends the text with the strings in their places.
    fn append_with(&self, strings: &[Text], out: &mut Vec<u8>) {
        let mut from = 0;
        for (place, string) in self.places.iter().zip(strings) {
            out.extend_from_slice(&self.text[from..place.start]);
            append_string(*string, out);
            from = place.end;
        }
        out.extend_from_slice(&self.text[from..]);
    }
}

/// Where the number of the placeholder that starts here is, and where the placeholder ends. `None`: it is in a key, or in the
/// middle of a string.
fn value_at(text: &[u8], start: usize) -> Option<(Range<usize>, usize)> {
    let number = start + PLACEHOLDER.len();
    let digits = text[number..]
        .iter()
        .take_while(|byte| byte.is_ascii_digit())
        .count();
    let quote = number + digits;
    let escaped = start > 0 && text[start - 1] == b'\\';
    let is_value = !escaped && text.get(quote) == Some(&b'"') && text.get(quote + 1) != Some(&b':');
    is_value.then_some((number..quote, quote + 1))
}

/// Appends a string as json.
pub(crate) fn append_string(string: Text, out: &mut Vec<u8>) {
    out.push(b'"');
    let start = out.len();
    string.append_to(out);
    escape_from(start, out, || Some(string));
    out.push(b'"');
}

/// Escapes a string that was appended. `string` is the string itself, which is asked for only if something of it may have been lost.
#[inline]
pub(crate) fn escape_from(start: usize, out: &mut Vec<u8>, string: impl FnOnce() -> Option<Text>) {
    if out[start..].chunks(256).any(is_special) {
        escape_end(start, out, string);
    }
}

#[inline(never)]
fn escape_end(start: usize, out: &mut Vec<u8>, string: impl FnOnce() -> Option<Text>) {
    let plain = out.split_off(start);
    match memmem::find(&plain, REPLACEMENT).and_then(|_| string()) {
        Some(string) => escape_units(&string.units(), out),
        None => escape(&plain, out),
    }
}

/// Whether something in it may have to be escaped. Without an early end, so that the compiler looks at many bytes at once.
fn is_special(piece: &[u8]) -> bool {
    let one = |byte| byte < 0x20 || byte == b'"' || byte == b'\\' || byte == REPLACEMENT[0];
    piece.iter().fold(0, |any, &byte| any | u8::from(one(byte))) != 0
}

/// Appends UTF-8 with the escapes of json.
fn escape(text: &[u8], out: &mut Vec<u8>) {
    for piece in text.chunks(32) {
        if is_special(piece) {
            for &byte in piece {
                escape_byte(byte, out);
            }
        } else {
            out.extend_from_slice(piece);
        }
    }
}

fn escape_byte(byte: u8, out: &mut Vec<u8>) {
    let short = match byte {
        b'"' | b'\\' => byte,
        b'\n' => b'n',
        b'\r' => b'r',
        b'\t' => b't',
        0x08 => b'b',
        0x0c => b'f',
        // Writing to a vector cannot fail.
        0..0x20 => return drop(write!(out, "\\u{byte:04x}")),
        _ => return out.push(byte),
    };
    out.extend_from_slice(&[b'\\', short]);
}

/// The same for UTF-16, of which halves of surrogate pairs are escaped.
fn escape_units(units: &[u16], out: &mut Vec<u8>) {
    let mut bytes = [0; 4];
    for character in char::decode_utf16(units.iter().copied()) {
        match character {
            Ok(character) => escape(character.encode_utf8(&mut bytes).as_bytes(), out),
            Err(half) => drop(write!(out, "\\u{:04x}", half.unpaired_surrogate())),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn escaped(text: &str) -> String {
        let mut out = Vec::new();
        escape(text.as_bytes(), &mut out);
        String::from_utf8(out).expect("escaping keeps UTF-8")
    }

    #[test]
    fn what_json_does_not_allow_in_a_string_is_escaped() {
        assert_eq!(
            escaped("a\"\\\n\r\t\u{8}\u{c}\u{0}\u{1f}\u{7f}é€😀"),
            "a\\\"\\\\\\n\\r\\t\\b\\f\\u0000\\u001f\u{7f}é€😀"
        );
        let long = format!("{}\"{}", "é".repeat(40), "x".repeat(70));
        assert_eq!(escaped(&long), long.replace('"', "\\\""));
    }

    #[test]
    fn halves_of_surrogate_pairs_are_escaped() {
        let mut out = Vec::new();
        escape_units(&[0x61, 0xd83d, 0xde00, 0xd83d, 0x22, 0xdc01, 0xfffd], &mut out);
        assert_eq!(
            String::from_utf8(out).as_deref(),
            Ok("a😀\\ud83d\\\"\\udc01\u{fffd}")
        );
    }

    #[test]
    fn a_text_whose_own_strings_look_like_placeholders_is_no_template() {
        let count =
            |text: &str, strings| Template::new(text.into(), strings).map(|template| template.places.len());
        assert_eq!(
            count("{\"a\":\"forkwire:lifted:0\",\"b\":[\"forkwire:lifted:1\"]}", 2),
            Some(2)
        );
        assert_eq!(count("[\"forkwire:lifted:0\",\"forkwire:lifted:0\"]", 1), None);
        assert_eq!(count("[\"forkwire:lifted:01\"]", 1), None);
        assert_eq!(count("[\"forkwire:lifted:0", 1), None);
        assert_eq!(count("[1]", 1), None);
        assert_eq!(count("[\"forkwire:lifted:\",\"forkwire:lifted:0\"]", 1), None);
    }

    #[test]
    fn keys_and_pieces_of_strings_are_not_placeholders() {
        for text in [
            "{\"forkwire:lifted:0\":\"forkwire:lifted:0\"}",
            "{\"forkwire:lifted:7\":\"forkwire:lifted:0\"}",
            "{\"forkwire:lifted:0\\\":\":\"forkwire:lifted:0\"}",
            "[\"\\\"forkwire:lifted:0\",\"forkwire:lifted:0\"]",
            "[\"\\\\\\\"forkwire:lifted:0\",\"forkwire:lifted:0\"]",
        ] {
            let places = Template::new(text.into(), 1).map(|template| template.places);
            let last = text.len() - "\"forkwire:lifted:0\"]".len()..text.len() - 1;
            assert_eq!(places, Some(vec![last]), "{text}");
        }
    }
}
