//! The process at the other end, and which of the two duplicates.

use std::io;
use std::os::windows::io::{AsRawHandle, FromRawHandle, OwnedHandle, RawHandle};
use std::ptr;

use windows_sys::Win32::Foundation::{DUPLICATE_CLOSE_SOURCE, DUPLICATE_SAME_ACCESS, DuplicateHandle};
use windows_sys::Win32::System::Threading::{GetCurrentProcess, OpenProcess, PROCESS_DUP_HANDLE};

use super::check;

/// The process at the other end.
#[derive(Debug)]
pub(super) enum Peer {
    /// This process is its parent, and may duplicate from and into it.
    Child { id: u32, process: OwnedHandle },
    /// This process is its child.
    Parent { id: u32 },
}

impl Peer {
    /// # Errors
    /// `PermissionDenied` with the reason if the system does not let this process at it.
    pub(super) fn child(id: u32) -> io::Result<Self> {
        // SAFETY: it takes no pointer. (OpenProcess function, processthreadsapi.h)
        let process = unsafe { OpenProcess(PROCESS_DUP_HANDLE, 0, id) };
        if process.is_null() {
            let error = io::Error::last_os_error();
            let advice = match error.kind() {
                io::ErrorKind::PermissionDenied => "it runs elevated, as another user or protected",
                _ => "it is gone",
            };
            let text = format!("cannot pass handles to and from process {id}: {advice} ({error})");
            return Err(io::Error::new(error.kind(), text));
        }
        // SAFETY: the call has opened it for us.
        let process = unsafe { OwnedHandle::from_raw_handle(process) };
        Ok(Self::Child { id, process })
    }

    pub(super) fn id(&self) -> u32 {
        match self {
            Self::Child { id, .. } | Self::Parent { id } => *id,
        }
    }
}

/// A second handle, in the process `target`, to what `handle` of this process is. Nobody inherits it.
pub(super) fn push(target: &OwnedHandle, handle: RawHandle) -> io::Result<RawHandle> {
    let mut copy = ptr::null_mut();
    // SAFETY: both processes are open, the place is ours; a handle that is not open makes the call fail.
    // (DuplicateHandle function, handleapi.h)
    check(unsafe {
        DuplicateHandle(
            current_process(),
            handle,
            target.as_raw_handle(),
            &raw mut copy,
            0,
            0,
            DUPLICATE_SAME_ACCESS,
        )
    })?;
    Ok(copy)
}

/// Takes a handle of the process `source` over: it is open here, and there no more.
pub(super) fn pull(source: &OwnedHandle, handle: RawHandle) -> io::Result<OwnedHandle> {
    let mut copy = ptr::null_mut();
    // SAFETY: as in push(). What is closed belongs to the other process, which has given it away.
    check(unsafe {
        DuplicateHandle(
            source.as_raw_handle(),
            handle,
            current_process(),
            &raw mut copy,
            0,
            0,
            DUPLICATE_SAME_ACCESS | DUPLICATE_CLOSE_SOURCE,
        )
    })?;
    // SAFETY: the call has opened it for us.
    Ok(unsafe { OwnedHandle::from_raw_handle(copy) })
}

fn current_process() -> RawHandle {
    // SAFETY: it takes nothing and gives a constant. (GetCurrentProcess function, processthreadsapi.h)
    unsafe { GetCurrentProcess() }
}
