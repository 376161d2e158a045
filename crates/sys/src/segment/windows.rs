//! Sections of Windows that the paging file backs.
//!
//! A section's size never changes, so that it needs no seal. There is none against writing either: memory cannot be frozen.

use std::ffi::c_void;
use std::io;
use std::os::windows::io::{AsHandle, AsRawHandle, FromRawHandle, OwnedHandle};
use std::ptr::{self, NonNull};

use windows_sys::Win32::Foundation::{CompareObjectHandles, INVALID_HANDLE_VALUE, NTSTATUS};
use windows_sys::Win32::System::Memory::{
    CreateFileMappingW, FILE_MAP_READ, FILE_MAP_WRITE, MEMORY_MAPPED_VIEW_ADDRESS, MapViewOfFile,
    PAGE_READWRITE, SEC_COMMIT, SECTION_MAP_READ, SECTION_MAP_WRITE, SECTION_QUERY, UnmapViewOfFile,
};

use super::Checked;
use crate::windows::{Handle, granted};

/// What narrows down which section a handle refers to: its size. [`is_same`] compares those that are left.
pub(super) type Id = usize;

/// What mapping it takes.
const ACCESS: u32 = SECTION_QUERY | SECTION_MAP_READ | SECTION_MAP_WRITE;

/// `SECTION_BASIC_INFORMATION` (`NtQuerySection` function, winternl.h).
#[repr(C)]
struct SectionInformation {
    base: *mut c_void,
    attributes: u32,
    size: i64,
}

/// `SectionBasicInformation`.
const BASIC: i32 = 0;

#[link(name = "ntdll", kind = "raw-dylib")]
unsafe extern "system" {
    fn NtQuerySection(
        section: *mut c_void,
        class: i32,
        information: *mut SectionInformation,
        length: usize,
        written: *mut usize,
    ) -> NTSTATUS;
}

/// The size is rounded up to whole pages.
pub(super) fn create(length: usize) -> io::Result<Handle> {
    let length = length as u64;
    #[allow(clippy::cast_possible_truncation)] // the two halves
    let (high, low) = ((length >> 32) as u32, length as u32);
    // SAFETY: neither a file, attributes nor a name are given, which the function allows.
    // (CreateFileMappingW function, memoryapi.h)
    let raw = unsafe {
        CreateFileMappingW(
            INVALID_HANDLE_VALUE,
            ptr::null(),
            PAGE_READWRITE | SEC_COMMIT,
            high,
            low,
            ptr::null(),
        )
    };
    if raw.is_null() {
        return Err(io::Error::last_os_error());
    }
    // SAFETY: it was just made, and is nobody else's.
    Ok(Handle::Other(unsafe { OwnedHandle::from_raw_handle(raw) }))
}

/// What a peer sent may be anything.
pub(super) fn check(handle: &Handle) -> io::Result<Checked> {
    let not = |what| io::Error::new(io::ErrorKind::InvalidInput, what);
    let handle = other(handle)?;
    let section = query(handle).ok_or_else(|| not("it is not a section"))?;
    // Reading a file may fail, and so may touching a page that is reserved only.
    if section.attributes != SEC_COMMIT {
        return Err(not("it is not backed by the paging file"));
    }
    if granted(handle).is_none_or(|granted| granted & ACCESS != ACCESS) {
        return Err(not("its handle is not open for reading and writing"));
    }
    match usize::try_from(section.size) {
        Ok(length) if length > 0 => Ok(Checked {
            id: length,
            length,
            frozen: false,
        }),
        _ => Err(not("it is empty")),
    }
}

fn query(handle: &OwnedHandle) -> Option<SectionInformation> {
    let mut information = SectionInformation {
        base: ptr::null_mut(),
        attributes: 0,
        size: 0,
    };
    // SAFETY: the buffer has the given size; the call fails for whatever is not a section.
    let status = unsafe {
        NtQuerySection(
            handle.as_raw_handle(),
            BASIC,
            &raw mut information,
            size_of::<SectionInformation>(),
            ptr::null_mut(),
        )
    };
    (status >= 0).then_some(information)
}

/// The check says it.
pub(super) fn identify(_: &Handle) -> Option<Id> {
    None
}

/// Whether two handles refer to the same section.
pub(super) fn is_same(one: &Handle, two: &Handle) -> bool {
    let (Ok(one), Ok(two)) = (other(one), other(two)) else {
        return false;
    };
    // SAFETY: both are open. (CompareObjectHandles function, handleapi.h)
    let same = unsafe { CompareObjectHandles(one.as_raw_handle(), two.as_raw_handle()) };
    same != 0
}

pub(super) fn map(handle: &Handle, length: usize, _frozen: bool) -> io::Result<NonNull<u8>> {
    let raw = other(handle)?.as_raw_handle();
    // SAFETY: a new view at a place of the system's choice changes nothing that is there.
    // (MapViewOfFile function, memoryapi.h)
    let view = unsafe { MapViewOfFile(raw, FILE_MAP_READ | FILE_MAP_WRITE, 0, 0, length) };
    NonNull::new(view.Value.cast()).ok_or_else(io::Error::last_os_error)
}

/// # Safety
/// The view is the caller's, and is not used any more.
pub(super) unsafe fn unmap(address: NonNull<u8>, _length: usize) {
    let view = MEMORY_MAPPED_VIEW_ADDRESS {
        Value: address.as_ptr().cast(),
    };
    // SAFETY: as the caller says. It cannot fail for the start of a view.
    let _ = unsafe { UnmapViewOfFile(view) };
}

pub(super) fn freeze(_: &Handle, _: NonNull<u8>, _: usize) -> io::Result<()> {
    Err(super::cannot_freeze())
}

pub(super) fn duplicate(handle: &Handle) -> io::Result<Handle> {
    let copy = other(handle)?.as_handle().try_clone_to_owned()?;
    Ok(Handle::Other(copy))
}

/// A process may open millions of handles, and [`is_same`] needs those of all memories.
pub(super) fn most_kept() -> usize {
    usize::MAX
}

fn other(handle: &Handle) -> io::Result<&OwnedHandle> {
    match handle {
        Handle::Other(handle) => Ok(handle),
        Handle::Socket(_) => Err(io::Error::new(io::ErrorKind::InvalidInput, "it is a socket")),
    }
}
