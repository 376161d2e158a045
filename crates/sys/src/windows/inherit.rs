//! What a parent leaves for a program: a descriptor or the name of a pipe, and environment variables that say it.

use std::ffi::OsStr;
use std::io;
use std::os::windows::io::{FromRawHandle, OwnedHandle, RawHandle};
use std::sync::atomic::{AtomicBool, Ordering};

use windows_sys::Win32::Foundation::{ERROR_INVALID_HANDLE, HANDLE_FLAG_INHERIT, SetHandleInformation};
use windows_sys::Win32::System::Threading::{GetStartupInfoW, STARTUPINFOW};

use super::handle::Handle;
use super::{check, class, server};

/// Whether this process has taken what it inherited.
static TAKEN: AtomicBool = AtomicBool::new(false);

/// Takes over the end of a pipe that the parent gave to this program as the descriptor `fd`, and keeps it from being
/// inherited. Only once in a process: `Ok(None)` the second time, whatever `fd` is. The C runtime of this program, if it
/// has one, goes on to believe that the descriptor is open: it must not be used there.
///
/// # Errors
/// `ERROR_INVALID_HANDLE` if there is no such descriptor, or it is no end of a named pipe. It is not taken then.
pub fn take_inherited(fd: i32) -> io::Result<Option<OwnedHandle>> {
    if TAKEN.load(Ordering::Acquire) {
        return Ok(None);
    }
    let raw = usize::try_from(fd)
        .ok()
        .and_then(|fd| handle_of(&table(), fd))
        .ok_or_else(no_pipe)? as RawHandle;
    // SAFETY: it takes no pointer; a handle that is not open makes the call fail.
    // (SetHandleInformation function, handleapi.h)
    check(unsafe { SetHandleInformation(raw, HANDLE_FLAG_INHERIT, 0) })?;
    // SAFETY: it is open; it was opened by the parent for whoever takes the channel in this program, which is us. If it is
    // given back below, it is not closed.
    let handle = Handle::Other(unsafe { OwnedHandle::from_raw_handle(raw) });
    let is_pipe = class::classify(&handle).is_some();
    let first = is_pipe && !TAKEN.swap(true, Ordering::AcqRel);
    match handle {
        Handle::Other(handle) if first => Ok(Some(handle)),
        handle => {
            // It is somebody else's.
            std::mem::forget(handle);
            if is_pipe { Ok(None) } else { Err(no_pipe()) }
        }
    }
}

/// Opens the pipe that the process `parent` has made under a name for this program. Only once in a process, as
/// [`take_inherited`].
///
/// # Errors
/// As [`super::Pipe::connect`]. It is not taken then.
pub fn open_inherited(name: &str, parent: u32) -> io::Result<Option<OwnedHandle>> {
    if TAKEN.load(Ordering::Acquire) {
        return Ok(None);
    }
    let end = server::open(name, parent)?;
    Ok((!TAKEN.swap(true, Ordering::AcqRel)).then_some(end))
}

/// Removes variables from the environment of this process. It can always be done here: the system has a lock for them.
pub fn remove_variables(names: &[impl AsRef<OsStr>]) -> bool {
    for name in names {
        // SAFETY: on Windows it is safe in a program of any number of threads. (std::env::remove_var)
        unsafe { std::env::remove_var(name) };
    }
    true
}

/// The table of descriptors that the parent has left for the C runtime (`lpReserved2` of [`STARTUPINFOW`]).
fn table() -> Vec<u8> {
    let mut info = STARTUPINFOW::default();
    // SAFETY: the place is ours. (GetStartupInfoW function, processthreadsapi.h)
    unsafe { GetStartupInfoW(&raw mut info) };
    if info.lpReserved2.is_null() {
        return Vec::new();
    }
    // SAFETY: the system has put that many bytes there, for as long as the process lives, and nobody changes them.
    unsafe { std::slice::from_raw_parts(info.lpReserved2, usize::from(info.cbReserved2)) }.to_vec()
}

/// The handle of a descriptor in a table: an `int`, how many there are; a byte of flags for each, the lowest bit of which
/// says that it is open; a handle for each. (The C runtime's `_ioinit`; libuv writes it too, src/win/process-stdio.c)
fn handle_of(table: &[u8], fd: usize) -> Option<usize> {
    const OPEN: u8 = 1;
    let (count, rest) = table.split_first_chunk()?;
    let count = usize::try_from(i32::from_ne_bytes(*count)).ok()?;
    let (flags, handles) = rest.split_at_checked(count)?;
    let (handles, _) = handles.as_chunks();
    if flags.get(fd)? & OPEN == 0 {
        return None;
    }
    handles.get(fd).map(|handle| usize::from_ne_bytes(*handle))
}

#[allow(clippy::cast_possible_wrap)] // 6
fn no_pipe() -> io::Error {
    io::Error::from_raw_os_error(ERROR_INVALID_HANDLE as i32)
}

#[cfg(test)]
mod tests {
    use super::handle_of;

    fn table() -> Vec<u8> {
        let mut table = 3_i32.to_ne_bytes().to_vec();
        table.extend_from_slice(&[1, 0, 9]);
        for handle in [4_usize, 8, 12] {
            table.extend_from_slice(&handle.to_ne_bytes());
        }
        table
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
