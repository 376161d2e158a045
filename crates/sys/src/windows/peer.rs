//! The process at the other end, and which of the two duplicates handles.

use std::io;
use std::os::windows::io::{AsRawHandle, FromRawHandle, OwnedHandle, RawHandle};
use std::ptr;
use std::sync::OnceLock;

use windows_sys::Win32::Foundation::{DUPLICATE_CLOSE_SOURCE, DUPLICATE_SAME_ACCESS, DuplicateHandle};
use windows_sys::Win32::System::Threading::{GetCurrentProcess, OpenProcess, PROCESS_DUP_HANDLE};

use super::check;
use super::handle::Handle;

/// The process at the other end.
#[derive(Debug)]
pub(super) enum Peer {
    /// Not named yet.
    Unknown,
    /// Whoever has the other end of a port, which may move.
    Anybody,
    /// This process cannot open it.
    OutOfReach(io::Error),
    /// This process is its parent, and may duplicate from and into it.
    Child { id: u32, process: OwnedHandle },
    /// This process is its child.
    Parent {
        id: u32,
        /// Whether it can be given sockets.
        reach: OnceLock<io::Result<()>>,
    },
}

impl Peer {
    /// # Errors
    /// `PermissionDenied`, with the reason, if this process has no access to it.
    pub(super) fn child(id: u32) -> io::Result<Self> {
        Ok(Self::Child {
            id,
            process: open(id)?,
        })
    }

    pub(super) fn parent(id: u32) -> Self {
        Self::Parent {
            id,
            reach: OnceLock::new(),
        }
    }

    pub(super) fn id(&self) -> Option<u32> {
        match self {
            Self::Child { id, .. } | Self::Parent { id, .. } => Some(*id),
            Self::Unknown | Self::Anybody | Self::OutOfReach(_) => None,
        }
    }

    /// Whether `handle` can be sent to it.
    pub(super) fn may_send(&self, handle: &Handle) -> io::Result<()> {
        match (self, handle) {
            (Self::Unknown, _) => Err(io::Error::new(
                io::ErrorKind::NotConnected,
                "cannot pass handles: nobody has said which process is at the other end of the pipe",
            )),
            (Self::Anybody, _) => Err(io::Error::new(
                io::ErrorKind::Unsupported,
                "on Windows, a port without a name carries no handles, because the system does not say which process \
                 has its other end: send them over the channel, or over a port with a name",
            )),
            (Self::OutOfReach(error), _) => Err(again(error)),
            // Winsock opens the process itself. (WSADuplicateSocketW function, Remarks)
            (Self::Parent { id, reach }, Handle::Socket(_)) => {
                let reach = reach.get_or_init(|| open(*id).map(drop));
                reach.as_ref().map_or_else(|error| Err(again(error)), |()| Ok(()))
            }
            (Self::Child { .. } | Self::Parent { .. }, _) => Ok(()),
        }
    }
}

/// A process to duplicate from and into.
fn open(id: u32) -> io::Result<OwnedHandle> {
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
    Ok(unsafe { OwnedHandle::from_raw_handle(process) })
}

fn again(error: &io::Error) -> io::Error {
    io::Error::new(error.kind(), error.to_string())
}

/// Duplicates `handle` of this process into the process `target`. The duplicate is not inherited.
pub(super) fn push(target: &OwnedHandle, handle: RawHandle) -> io::Result<RawHandle> {
    let mut copy = ptr::null_mut();
    // SAFETY: both processes are open, the output is a local variable; a handle that is not open makes the call fail.
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

/// Moves a handle of the process `source` into this one.
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
