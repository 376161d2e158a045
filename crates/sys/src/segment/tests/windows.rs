//! What only a section has.

use std::io::ErrorKind;
use std::os::windows::io::{AsRawHandle, FromRawHandle, OwnedHandle, RawHandle};
use std::ptr;

use windows_sys::Win32::Foundation::{DuplicateHandle, INVALID_HANDLE_VALUE};
use windows_sys::Win32::System::Memory::{
    CreateFileMappingW, PAGE_READWRITE, SEC_RESERVE, SECTION_MAP_READ, SECTION_QUERY,
};
use windows_sys::Win32::System::Threading::GetCurrentProcess;

use super::super::*;
use crate::windows::Handle;

fn reason(handle: impl Into<Handle>) -> String {
    let error = Segment::open(handle.into()).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidInput, "{error}");
    error.to_string()
}

fn section(file: RawHandle, attributes: u32, bytes: u32) -> OwnedHandle {
    // SAFETY: the file is open or none is given. (CreateFileMappingW function, memoryapi.h)
    let raw = unsafe {
        CreateFileMappingW(
            file,
            ptr::null(),
            PAGE_READWRITE | attributes,
            0,
            bytes,
            ptr::null(),
        )
    };
    assert!(!raw.is_null());
    // SAFETY: it was just made.
    unsafe { OwnedHandle::from_raw_handle(raw) }
}

#[test]
fn what_is_not_such_memory_is_refused() {
    let program = std::fs::File::open(std::env::current_exe().unwrap()).unwrap();
    assert_eq!(reason(program), "it is not a section");
    let socket = std::net::UdpSocket::bind("127.0.0.1:0").unwrap();
    assert_eq!(reason(socket), "it is a socket");
}

#[test]
fn a_section_that_reading_could_fail_in_is_refused() {
    let path = std::env::temp_dir().join(format!("forkwire-section-{}", std::process::id()));
    let file = std::fs::File::options()
        .read(true)
        .write(true)
        .create_new(true)
        .open(&path)
        .unwrap();
    let of_file = section(file.as_raw_handle(), 0, 4096);
    assert_eq!(reason(of_file), "it is not backed by the paging file");
    drop(file);
    std::fs::remove_file(path).unwrap();
    let reserved = section(INVALID_HANDLE_VALUE, SEC_RESERVE, 4096);
    assert_eq!(reason(reserved), "it is not backed by the paging file");
}

#[test]
fn a_handle_that_cannot_write_is_refused() {
    let memory = Segment::create(4096).unwrap();
    let Handle::Other(handle) = memory.to_handle().unwrap() else {
        panic!("a socket")
    };
    // SAFETY: it returns a constant. (GetCurrentProcess function, processthreadsapi.h)
    let own = unsafe { GetCurrentProcess() };
    let mut weaker = ptr::null_mut();
    let rights = SECTION_QUERY | SECTION_MAP_READ;
    // SAFETY: the handle is open, the process is this one, and the output is a local variable.
    // (DuplicateHandle function, handleapi.h)
    let done = unsafe { DuplicateHandle(own, handle.as_raw_handle(), own, &raw mut weaker, rights, 0, 0) };
    assert_ne!(done, 0);
    // SAFETY: it was just made.
    let weaker = unsafe { OwnedHandle::from_raw_handle(weaker) };
    assert_eq!(reason(weaker), "its handle is not open for reading and writing");
}

#[test]
fn memories_of_one_size_are_told_apart() {
    let memories = [(); 3].map(|()| Segment::create(4096).unwrap());
    for memory in &memories {
        let again = Segment::open(memory.to_handle().unwrap()).unwrap();
        assert!(Arc::ptr_eq(memory, &again));
    }
}
