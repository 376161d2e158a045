//! Errors as JavaScript sees them: `code` is Node's or `ERR_FORKWIRE_*`.

use std::io;

use forkwire_proto::{PushError, WireError};
use forkwire_sys::os::error_name;

/// A result whose error has a code that we choose.
pub(crate) type Result<T> = std::result::Result<T, napi::Error<String>>;

/// The error of a failed system call.
pub(crate) fn errno(call: &str, error: &io::Error) -> napi::Error<String> {
    let code = match error.kind() {
        io::ErrorKind::Unsupported => "ENOSYS",
        _ => error_name(error),
    };
    napi::Error::new(code.to_owned(), format!("{call} {code}: {error}"))
}

/// The error of a handle that cannot be given to the peer.
pub(crate) fn not_sendable(error: &io::Error) -> napi::Error<String> {
    let code = match error.kind() {
        io::ErrorKind::InvalidInput => "ERR_INVALID_HANDLE_TYPE",
        io::ErrorKind::Unsupported => "ERR_FORKWIRE_WIRE",
        _ => return errno("write", error),
    };
    napi::Error::new(code.to_owned(), error.to_string())
}

/// The error for a fault of the peer.
pub(crate) fn faulty(error: &WireError) -> napi::Error<String> {
    napi::Error::new(error.code().to_owned(), error.to_string())
}

/// The error of a message that was not queued.
pub(crate) fn not_pushed<H>(error: &PushError<H>) -> napi::Error<String> {
    let (code, advice) = match error {
        PushError::TooLarge { .. } => (
            "ERR_FORKWIRE_MESSAGE_TOO_LARGE",
            "; send it in parts, or raise maxMessageSize, an option of fork() and spawn()",
        ),
        PushError::TooManyRequests { .. } => ("ERR_FORKWIRE_TOO_MANY_REQUESTS", "; await some of them first"),
        PushError::TooManyHandles { .. } => ("ERR_OUT_OF_RANGE", ""),
        _ => ("ERR_IPC_CHANNEL_CLOSED", ""),
    };
    napi::Error::new(code.to_owned(), format!("{error}{advice}"))
}
