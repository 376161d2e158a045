//! The end of this process with that of another one.

use std::io;
use std::os::windows::io::{AsRawHandle, OwnedHandle, RawHandle};
use std::ptr;
use std::thread;

use windows_sys::Win32::Foundation::ERROR_IO_PENDING;
use windows_sys::Win32::Storage::FileSystem::ReadFile;
use windows_sys::Win32::System::IO::{GetOverlappedResult, OVERLAPPED};
use windows_sys::Win32::System::Threading::{GetCurrentProcess, TerminateProcess};

use super::completion::stay_loaded;
use super::read::{event, is_overlapped};
use super::{check, is_broken};

/// Bytes. The thread calls two functions of the system.
const STACK: usize = 64 * 1024;

/// The exit code of a process that libuv kills (src/win/process.c: `uv_kill`).
const CODE: u32 = 1;

/// Ends this process at once, as `TerminateProcess` does, when the other end of the pipe is closed everywhere. Nobody may write to that
/// end. It closes when the process that has it is gone, however it went.
///
/// A thread of its own waits for that, so that it does not matter what the others do.
///
/// # Errors
/// `InvalidInput` if the end was not opened for overlapped use; and that the thread could not be started.
pub fn end_with_peer(end: OwnedHandle) -> io::Result<()> {
    if !is_overlapped(&end) {
        return Err(io::ErrorKind::InvalidInput.into());
    }
    stay_loaded()?;
    let event = event()?;
    thread::Builder::new()
        .name("forkwire-parent".to_owned())
        .stack_size(STACK)
        .spawn(move || {
            if wait_for_close(&end, &event) {
                terminate();
            }
        })?;
    Ok(())
}

/// Blocks until the other end is closed. False: it was written to, or this end cannot be read.
fn wait_for_close(end: &OwnedHandle, event: &OwnedHandle) -> bool {
    let mut byte = [0_u8];
    let mut overlapped = OVERLAPPED {
        // The lowest bit keeps the completion from a port. (GetQueuedCompletionStatus function, Remarks)
        hEvent: (event.as_raw_handle() as usize | 1) as RawHandle,
        ..OVERLAPPED::default()
    };
    // SAFETY: the buffer has room for one byte; it and the structure stay until the read is over, below.
    // (ReadFile function, fileapi.h)
    let begun = check(unsafe {
        ReadFile(
            end.as_raw_handle(),
            byte.as_mut_ptr(),
            1,
            ptr::null_mut(),
            &raw mut overlapped,
        )
    });
    let is_pending = |error: &io::Error| error.raw_os_error() == i32::try_from(ERROR_IO_PENDING).ok();
    let ended = match begun {
        Err(error) if is_pending(&error) => {
            let mut read = 0;
            // SAFETY: the structure is that of the read above, which it waits for.
            // (GetOverlappedResult function, ioapiset.h)
            check(unsafe {
                GetOverlappedResult(end.as_raw_handle(), &raw const overlapped, &raw mut read, 1)
            })
        }
        begun => begun,
    };
    matches!(ended, Err(error) if error.raw_os_error().is_some_and(is_broken))
}

fn terminate() {
    // SAFETY: it takes nothing and gives a constant. (GetCurrentProcess function, processthreadsapi.h)
    let own = unsafe { GetCurrentProcess() };
    // SAFETY: the process is this one. (TerminateProcess function, processthreadsapi.h)
    unsafe { TerminateProcess(own, CODE) };
}
