//! Names of error numbers.

use std::io;

/// The error number of a peer that is gone.
pub const EPIPE: i32 = libc::EPIPE;

/// The number that Node has for an errno value, without its sign. On Unix it is the same.
pub fn errno_number(errno: i32) -> i32 {
    errno.saturating_abs()
}

/// The symbolic name of an error.
pub fn error_name(error: &io::Error) -> &'static str {
    error.raw_os_error().map_or("EIO", errno_name)
}

/// The symbolic name of an errno value, such as `EPIPE`.
pub fn errno_name(errno: i32) -> &'static str {
    // nix has the names only in its Debug output. These are the ones that the calls here can return.
    match errno {
        libc::EPIPE => "EPIPE",
        libc::ECONNRESET => "ECONNRESET",
        libc::EMFILE => "EMFILE",
        libc::ENFILE => "ENFILE",
        libc::EBADF => "EBADF",
        libc::EINVAL => "EINVAL",
        libc::ENOBUFS => "ENOBUFS",
        libc::ENOMEM => "ENOMEM",
        libc::ENOTCONN => "ENOTCONN",
        libc::ENOTSOCK => "ENOTSOCK",
        libc::EEXIST => "EEXIST",
        libc::EPERM => "EPERM",
        libc::EACCES => "EACCES",
        libc::EMSGSIZE => "EMSGSIZE",
        libc::ETOOMANYREFS => "ETOOMANYREFS",
        _ => "EIO",
    }
}
