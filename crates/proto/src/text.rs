//! Whether a json message is text at all.

use crate::error::WireError;
use crate::event::Format;

/// Checks a message's payload, which begins at byte `position` of the stream. That it is json shows when it is parsed;
/// that it is UTF-8 would not: engines put U+FFFD in the place of what is none, and the message would be another one.
pub(crate) fn check(format: Format, payload: &[u8], position: u64) -> Result<(), WireError> {
    if format == Format::Clone {
        return Ok(());
    }
    match std::str::from_utf8(payload) {
        Ok(_) => Ok(()),
        Err(error) => Err(WireError::NotUtf8 {
            position: position + error.valid_up_to() as u64,
        }),
    }
}
