//! The system's error codes, by the names that Unix and libuv have for them.

use std::io;

use windows_sys::Win32::Foundation::{
    ERROR_ACCESS_DENIED, ERROR_BROKEN_PIPE, ERROR_FILE_NOT_FOUND, ERROR_INVALID_HANDLE,
    ERROR_INVALID_PARAMETER, ERROR_NO_DATA, ERROR_NO_SYSTEM_RESOURCES, ERROR_NOT_ENOUGH_MEMORY,
    ERROR_NOT_ENOUGH_QUOTA, ERROR_PIPE_BUSY, ERROR_PIPE_NOT_CONNECTED, ERROR_TOO_MANY_OPEN_FILES,
};
use windows_sys::Win32::Networking::WinSock::{
    WSAEACCES, WSAECONNRESET, WSAEINVAL, WSAEMFILE, WSAENOBUFS, WSAENOTCONN, WSAENOTSOCK,
};

/// The error code of a pipe whose other end is closed.
#[allow(clippy::cast_possible_wrap)] // 109
pub const EPIPE: i32 = ERROR_BROKEN_PIPE as i32;

/// The symbolic name of an error code of the system, such as `EPIPE`; as libuv has it (`src/win/error.c`).
pub fn errno_name(code: i32) -> &'static str {
    named(code).0
}

/// The number that goes with the name in Node, without its sign (`include/uv/errno.h`: `UV__EPIPE`).
pub fn errno_number(code: i32) -> i32 {
    named(code).1
}

/// The symbolic name of an error, of the system or of this crate.
pub fn error_name(error: &io::Error) -> &'static str {
    match (error.raw_os_error(), error.kind()) {
        (Some(code), _) => errno_name(code),
        (None, io::ErrorKind::BrokenPipe) => "EPIPE",
        (None, io::ErrorKind::PermissionDenied) => "EPERM",
        (None, io::ErrorKind::NotConnected) => "ENOTCONN",
        (None, io::ErrorKind::NotFound) => "ENOENT",
        (None, io::ErrorKind::InvalidInput) => "EINVAL",
        (None, _) => "EIO",
    }
}

/// Whether a failed send may succeed later, because the system is short of a resource. Nothing signals when that changes.
pub fn is_passing_shortage(error: &io::Error) -> bool {
    let code = error.raw_os_error().and_then(|code| u32::try_from(code).ok());
    code.is_some_and(|code| {
        [
            ERROR_NO_SYSTEM_RESOURCES,
            ERROR_NOT_ENOUGH_QUOTA,
            ERROR_NOT_ENOUGH_MEMORY,
        ]
        .contains(&code)
    })
}

fn named(code: i32) -> (&'static str, i32) {
    match code {
        WSAEACCES => return ("EACCES", 4092),
        WSAECONNRESET => return ("ECONNRESET", 4077),
        WSAEINVAL => return ("EINVAL", 4071),
        WSAEMFILE => return ("EMFILE", 4066),
        WSAENOBUFS => return ("ENOBUFS", 4060),
        WSAENOTCONN => return ("ENOTCONN", 4053),
        WSAENOTSOCK => return ("ENOTSOCK", 4050),
        _ => {}
    }
    match u32::try_from(code).unwrap_or_default() {
        ERROR_BROKEN_PIPE | ERROR_NO_DATA | ERROR_PIPE_NOT_CONNECTED => ("EPIPE", 4047),
        ERROR_TOO_MANY_OPEN_FILES => ("EMFILE", 4066),
        ERROR_INVALID_HANDLE => ("EBADF", 4083),
        ERROR_ACCESS_DENIED => ("EPERM", 4048),
        ERROR_NOT_ENOUGH_MEMORY | ERROR_NO_SYSTEM_RESOURCES | ERROR_NOT_ENOUGH_QUOTA => ("ENOMEM", 4057),
        ERROR_INVALID_PARAMETER => ("EINVAL", 4071),
        ERROR_FILE_NOT_FOUND => ("ENOENT", 4058),
        ERROR_PIPE_BUSY => ("EBUSY", 4082),
        _ => ("EIO", 4070),
    }
}
