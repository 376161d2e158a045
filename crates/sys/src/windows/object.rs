//! What a handle is open on.

use std::io::IsTerminal;
use std::os::windows::io::{AsRawHandle, OwnedHandle};
use std::ptr;

use windows_sys::Wdk::Foundation::{NtQueryObject, ObjectBasicInformation};
use windows_sys::Win32::Storage::FileSystem::{
    FILE_APPEND_DATA, FILE_READ_DATA, FILE_STANDARD_INFO, FILE_TYPE_CHAR, FILE_TYPE_DISK, FILE_TYPE_PIPE,
    FILE_WRITE_DATA, FileStandardInfo, GetFileInformationByHandleEx, GetFileType,
};
use windows_sys::Win32::System::WindowsProgramming::PUBLIC_OBJECT_BASIC_INFORMATION;

use super::handle::Handle;
use crate::class::{Access, ObjectType};

/// What a handle is open on. What is not a file in the sense of the system (a process, an event) is unknown.
pub fn object_type(handle: &Handle) -> ObjectType {
    let Handle::Other(handle) = handle else {
        return ObjectType::Socket;
    };
    // SAFETY: no output; the call fails for anything that is not a file. (GetFileType function, fileapi.h)
    match unsafe { GetFileType(handle.as_raw_handle()) } {
        FILE_TYPE_DISK if is_directory(handle) => ObjectType::Directory,
        FILE_TYPE_DISK => ObjectType::File,
        FILE_TYPE_PIPE => ObjectType::Pipe,
        FILE_TYPE_CHAR if handle.is_terminal() => ObjectType::Terminal,
        FILE_TYPE_CHAR => ObjectType::CharacterDevice,
        _ => ObjectType::Unknown,
    }
}

fn is_directory(handle: &OwnedHandle) -> bool {
    let mut information = FILE_STANDARD_INFO::default();
    #[allow(clippy::cast_possible_truncation)] // 24
    let length = size_of::<FILE_STANDARD_INFO>() as u32;
    // SAFETY: the buffer has the given size. (GetFileInformationByHandleEx function, winbase.h)
    let result = unsafe {
        GetFileInformationByHandleEx(
            handle.as_raw_handle(),
            FileStandardInfo,
            (&raw mut information).cast(),
            length,
        )
    };
    result != 0 && information.Directory
}

/// For what a handle was opened. Sockets are for both; so is what the system says nothing about.
pub fn access(handle: &Handle) -> Access {
    let rights = match handle {
        Handle::Socket(_) => None,
        Handle::Other(handle) => granted(handle),
    };
    let has = |right| rights.is_none_or(|granted| granted & right != 0);
    Access {
        read: has(FILE_READ_DATA),
        write: has(FILE_WRITE_DATA | FILE_APPEND_DATA),
    }
}

/// The rights that a handle gives.
pub(crate) fn granted(handle: &OwnedHandle) -> Option<u32> {
    let mut information = PUBLIC_OBJECT_BASIC_INFORMATION::default();
    let length = u32::try_from(size_of_val(&information)).ok()?;
    // SAFETY: the buffer has the given size. (NtQueryObject function, winternl.h)
    let status = unsafe {
        NtQueryObject(
            handle.as_raw_handle(),
            ObjectBasicInformation,
            (&raw mut information).cast(),
            length,
            ptr::null_mut(),
        )
    };
    (status >= 0).then_some(information.GrantedAccess)
}

/// Nothing here has such a number.
pub fn inode<T>(_handle: &T) -> Option<u64> {
    None
}
