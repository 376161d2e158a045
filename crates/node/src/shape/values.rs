//! Values of messages that are neither objects nor arrays, and keys.

/// A string of at least so many bytes, with its quotes, is passed beside the text. From 256 on that pays on Node 26, and a bit
/// later on Node 20.
pub(super) const LONG: usize = 384;

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

/// Of the value with which a text begins.
#[derive(Clone, Copy, Debug)]
pub(super) struct Value {
    pub(super) length: usize,
    /// Whether it is a string without escapes.
    pub(super) is_plain: bool,
}

/// The value with which a text begins, if that is neither an object nor an array.
#[inline]
pub(super) fn value(text: &[u8]) -> Option<Value> {
    if text.first() == Some(&b'"') {
        return string(text);
    }
    let length = text
        .iter()
        .position(|&byte| !PARTS[usize::from(byte)])
        .unwrap_or(text.len());
    (length > 0).then_some(Value {
        length,
        is_plain: false,
    })
}

/// The string with which a text begins, with its quotes.
#[inline]
pub(super) fn string(text: &[u8]) -> Option<Value> {
    if text.first() != Some(&b'"') {
        return None;
    }
    let (mut at, mut is_plain) = (1, true);
    loop {
        at += first(text.get(at..)?)?;
        if text[at] == b'"' {
            return Some(Value {
                length: at + 1,
                is_plain,
            });
        }
        is_plain = false;
        at += 2; // whatever it escapes
    }
}

/// What is between the quotes of the string with which a text begins. `None`: it is short, has escapes, or is malformed.
pub(super) fn plain_string(text: &[u8]) -> Option<&[u8]> {
    let Value { length, is_plain } = string(text)?;
    let inner = &text[1..length - 1];
    // Without an early end, so that the compiler looks at many bytes at once.
    let has_control = |piece: &[u8]| piece.iter().fold(0, |any, &byte| any | u8::from(byte < 0x20)) != 0;
    (is_plain && length >= LONG && !inner.chunks(256).any(has_control)).then_some(inner)
}

/// The place of the first quote or backslash. Most are near, which takes no call.
#[cfg(target_arch = "x86_64")]
fn first(text: &[u8]) -> Option<usize> {
    use crate::ffi::find::{NEAR, quote_or_backslash};

    let near = text.len().min(NEAR) & !15;
    quote_or_backslash(&text[..near]).or_else(|| Some(near + memchr::memchr2(b'"', b'\\', &text[near..])?))
}

#[cfg(not(target_arch = "x86_64"))]
fn first(text: &[u8]) -> Option<usize> {
    memchr::memchr2(b'"', b'\\', text)
}
