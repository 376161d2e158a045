//! The table of descriptors that a parent leaves for the C runtime of its child (`lpReserved2` of [`STARTUPINFOW`]): an
//! `int`, how many there are; a byte of flags for each; a handle for each, without padding. (The C runtime's
//! `initialize_inherited_file_handles_nolock`; libuv writes it too, src/win/process-stdio.c)

use std::os::windows::io::{AsRawHandle, BorrowedHandle};

use windows_sys::Win32::Foundation::INVALID_HANDLE_VALUE;
use windows_sys::Win32::Storage::FileSystem::{FILE_TYPE_DISK, FILE_TYPE_PIPE, GetFileType};
use windows_sys::Win32::System::Threading::{GetStartupInfoW, STARTUPINFOW};

/// The descriptor is open.
const OPEN: u8 = 0x01;
/// It is a pipe.
const PIPE: u8 = 0x08;
/// It is a console or another device.
const DEVICE: u8 = 0x40;

/// The table that this process was started with.
pub(super) fn inherited() -> Vec<u8> {
    let mut info = STARTUPINFOW::default();
    // SAFETY: the output is a local variable. (GetStartupInfoW function, processthreadsapi.h)
    unsafe { GetStartupInfoW(&raw mut info) };
    if info.lpReserved2.is_null() {
        return Vec::new();
    }
    // SAFETY: the system has put that many bytes there, for as long as the process lives, and nobody changes them.
    unsafe { std::slice::from_raw_parts(info.lpReserved2, usize::from(info.cbReserved2)) }.to_vec()
}

/// A table for a child, in which a handle's place is its descriptor.
pub(super) fn of(handles: &[Option<BorrowedHandle<'_>>]) -> Vec<u8> {
    let entries: Vec<(u8, usize)> = handles
        .iter()
        .map(|handle| match handle {
            Some(handle) => (flags(*handle), handle.as_raw_handle() as usize),
            None => (0, INVALID_HANDLE_VALUE as usize),
        })
        .collect();
    build(&entries)
}

fn build(entries: &[(u8, usize)]) -> Vec<u8> {
    let count = i32::try_from(entries.len()).unwrap_or(i32::MAX);
    let mut table = count.to_ne_bytes().to_vec();
    table.extend(entries.iter().map(|(flags, _)| *flags));
    table.extend(entries.iter().flat_map(|(_, handle)| handle.to_ne_bytes()));
    table
}

fn flags(handle: BorrowedHandle<'_>) -> u8 {
    // SAFETY: the handle is open. (GetFileType function, fileapi.h)
    match unsafe { GetFileType(handle.as_raw_handle()) } {
        FILE_TYPE_DISK => OPEN,
        FILE_TYPE_PIPE => OPEN | PIPE,
        _ => OPEN | DEVICE,
    }
}

/// The handle of an open descriptor in a table.
pub(super) fn handle_of(table: &[u8], fd: usize) -> Option<usize> {
    let (count, rest) = table.split_first_chunk()?;
    let count = usize::try_from(i32::from_ne_bytes(*count)).ok()?;
    let (flags, handles) = rest.split_at_checked(count)?;
    let (handles, _) = handles.as_chunks();
    if flags.get(fd)? & OPEN == 0 {
        return None;
    }
    handles.get(fd).map(|handle| usize::from_ne_bytes(*handle))
}

#[cfg(test)]
mod tests {
    use super::{DEVICE, OPEN, PIPE, build, handle_of};

    fn table() -> Vec<u8> {
        build(&[(OPEN | DEVICE, 4), (0, 8), (OPEN | PIPE, 12)])
    }

    #[test]
    fn it_is_laid_out_as_the_c_runtime_reads_it() {
        let mut bytes = 3_i32.to_ne_bytes().to_vec();
        bytes.extend_from_slice(&[0x41, 0, 9]);
        for handle in [4_usize, 8, 12] {
            bytes.extend_from_slice(&handle.to_ne_bytes());
        }
        assert_eq!(table(), bytes);
    }

    #[test]
    fn the_handles_of_open_descriptors_are_found() {
        let found: Vec<_> = (0..4).map(|fd| handle_of(&table(), fd)).collect();
        assert_eq!(found, [Some(4), None, Some(12), None]);
    }

    #[test]
    fn a_table_that_is_cut_short_has_no_more_than_it_has() {
        let whole = table();
        for end in 0..whole.len() {
            assert_eq!(handle_of(&whole[..end], 2), None, "{end}");
        }
        assert_eq!(handle_of(&(-1_i32).to_ne_bytes(), 0), None);
    }
}
