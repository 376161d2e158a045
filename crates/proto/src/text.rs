//! Whether a JSON message is text at all.

use crate::error::WireError;
use crate::event::Format;

/// Up to this many bytes, a look for anything but ASCII is quicker than to start with the vector instructions.
const SHORT: usize = 256;

/// Whether these bytes are UTF-8, which JSON must be. Many times as fast as [`std::str::from_utf8`] where the text is long
/// or not ASCII.
#[inline]
pub fn is_utf8(bytes: &[u8]) -> bool {
    (bytes.len() <= SHORT && is_ascii(bytes)) || simdutf8::basic::from_utf8(bytes).is_ok()
}

/// In words, the last of which may overlap: the standard library goes through the last 63 bytes one by one.
#[inline]
fn is_ascii(bytes: &[u8]) -> bool {
    let (words, rest) = bytes.as_chunks::<8>();
    let all = words.iter().fold(0, |all, word| all | u64::from_ne_bytes(*word));
    let last = match bytes.last_chunk::<8>() {
        Some(last) => u64::from_ne_bytes(*last),
        None => u64::from(rest.iter().fold(0, |all, byte| all | byte)),
    };
    (all | last) & 0x8080_8080_8080_8080 == 0
}

/// Checks a message's payload, which begins at byte `position` of the stream. That it is JSON shows when it is parsed. That
/// it is UTF-8 would not: engines put U+FFFD in the place of malformed bytes, and the message would be another one.
#[inline]
pub(crate) fn check(format: Format, payload: &[u8], position: u64) -> Result<(), WireError> {
    if format == Format::Clone || is_utf8(payload) {
        Ok(())
    } else {
        Err(fault(payload, position))
    }
}

#[cold]
fn fault(payload: &[u8], position: u64) -> WireError {
    let valid = std::str::from_utf8(payload).map_or_else(|error| error.valid_up_to(), str::len);
    WireError::NotUtf8 {
        position: position + valid as u64,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        /// The standard library is the oracle, for texts on either side of the threshold, whole or with one byte changed.
        #[test]
        fn what_the_standard_library_takes_for_text_is_text(
            text in "([a-z]{0,40}|[äß日本😀]{0,10}){0,20}",
            at in any::<prop::sample::Index>(),
            byte in any::<Option<u8>>(),
        ) {
            let mut bytes = text.into_bytes();
            if let (Some(byte), false) = (byte, bytes.is_empty()) {
                let at = at.index(bytes.len());
                bytes[at] = byte;
            }
            let expected = std::str::from_utf8(&bytes);
            prop_assert_eq!(is_utf8(&bytes), expected.is_ok());
            let fault = expected.err().map(|error| WireError::NotUtf8 {
                position: 7 + error.valid_up_to() as u64,
            });
            prop_assert_eq!(check(Format::Json, &bytes, 7).err(), fault);
        }
    }
}
