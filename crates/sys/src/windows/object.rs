//! What a handle is open on.

use std::io::IsTerminal;
use std::os::windows::io::AsRawHandle;

use windows_sys::Win32::Storage::FileSystem::{FILE_TYPE_CHAR, FILE_TYPE_DISK, FILE_TYPE_PIPE, GetFileType};

use super::handle::Handle;
use crate::class::{Access, ObjectType};

/// What a handle is open on. What is not a file in the sense of the system (a process, an event) is unknown.
pub fn object_type(handle: &Handle) -> ObjectType {
    let Handle::Other(handle) = handle else {
        return ObjectType::Socket;
    };
    // SAFETY: no output; the call fails for anything that is not a file. (GetFileType function, fileapi.h)
    match unsafe { GetFileType(handle.as_raw_handle()) } {
        FILE_TYPE_DISK => ObjectType::File,
        FILE_TYPE_PIPE => ObjectType::Pipe,
        FILE_TYPE_CHAR if handle.is_terminal() => ObjectType::Terminal,
        FILE_TYPE_CHAR => ObjectType::CharacterDevice,
        _ => ObjectType::Unknown,
    }
}

/// The system does not say for what a handle was opened.
pub fn access<T>(_handle: &T) -> Access {
    Access {
        read: true,
        write: true,
    }
}

/// Nothing here has such a number.
pub fn inode<T>(_handle: &T) -> Option<u64> {
    None
}
