//! Connecting the two ends of a pipe, and no others.

use std::io;
use std::os::windows::io::{AsRawHandle, FromRawHandle, OwnedHandle};
use std::ptr;
use std::time::Duration;

use windows_sys::Win32::Foundation::{
    ERROR_IO_PENDING, ERROR_PIPE_CONNECTED, GENERIC_READ, GENERIC_WRITE, INVALID_HANDLE_VALUE, WAIT_TIMEOUT,
};
use windows_sys::Win32::Storage::FileSystem::{
    CreateFileW, FILE_FLAG_FIRST_PIPE_INSTANCE, FILE_FLAG_OVERLAPPED, OPEN_EXISTING, PIPE_ACCESS_DUPLEX,
    SECURITY_IDENTIFICATION, SECURITY_SQOS_PRESENT,
};
use windows_sys::Win32::System::IO::{CancelIoEx, GetOverlappedResult, GetOverlappedResultEx, OVERLAPPED};
use windows_sys::Win32::System::Pipes::{
    ConnectNamedPipe, CreateNamedPipeW, GetNamedPipeClientProcessId, GetNamedPipeInfo,
    GetNamedPipeServerProcessId, PIPE_READMODE_BYTE, PIPE_REJECT_REMOTE_CLIENTS, PIPE_SERVER_END,
    PIPE_TYPE_BYTE, PIPE_WAIT,
};

use super::read::event;
use super::security::CurrentUser;
use super::{check, name};

/// Bytes that each direction holds before a write waits, as in libuv's pipes (src/win/pipe.c).
const BUFFER: u32 = 65_536;

/// A parent's end of a pipe that its child has not opened yet.
///
/// The name cannot be guessed. Only the current user may open it, only on this machine, and only one process can. Its process
/// id shows whether it is the expected one. Neither handle is inherited.
#[derive(Debug)]
pub struct Server {
    file: OwnedHandle,
    name: String,
}

impl Server {
    /// Creates a pipe.
    ///
    /// # Errors
    /// Those of the system: it has no memory, or this process may not create a pipe.
    pub fn new() -> io::Result<Self> {
        let name = name::unguessable()?;
        let wide = name::wide(&name);
        let security = CurrentUser::new()?;
        let attributes = security.attributes();
        // SAFETY: the name ends with 0, and the attributes are alive for the call.
        // (CreateNamedPipeW function, namedpipeapi.h)
        let file = unsafe {
            CreateNamedPipeW(
                wide.as_ptr(),
                PIPE_ACCESS_DUPLEX | FILE_FLAG_FIRST_PIPE_INSTANCE | FILE_FLAG_OVERLAPPED,
                PIPE_TYPE_BYTE | PIPE_READMODE_BYTE | PIPE_WAIT | PIPE_REJECT_REMOTE_CLIENTS,
                1,
                BUFFER,
                BUFFER,
                0,
                &raw const attributes,
            )
        };
        if file == INVALID_HANDLE_VALUE {
            return Err(io::Error::last_os_error());
        }
        // SAFETY: the call has opened it for us.
        let file = unsafe { OwnedHandle::from_raw_handle(file) };
        Ok(Self { file, name })
    }

    /// The name that the child opens. It is not a secret from processes of the same user, which can list pipes.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Waits until the pipe is opened, for at most `timeout`, and returns this end of it. `child` is the process that must
    /// have opened it.
    ///
    /// # Errors
    /// `TimedOut`; `PermissionDenied` if another process has opened the pipe; whatever else the system says.
    pub(super) fn connected(self, child: u32, timeout: Duration) -> io::Result<OwnedHandle> {
        self.connect(timeout)?;
        self.expect(child)?;
        Ok(self.file)
    }

    fn expect(&self, expected: u32) -> io::Result<()> {
        let mut client = 0;
        // SAFETY: the output is a local variable. (GetNamedPipeClientProcessId function, winbase.h)
        check(unsafe { GetNamedPipeClientProcessId(self.file.as_raw_handle(), &raw mut client) })?;
        expect(expected, client)
    }

    fn connect(&self, timeout: Duration) -> io::Result<()> {
        let file = self.file.as_raw_handle();
        let event = event()?;
        let mut overlapped = OVERLAPPED {
            hEvent: event.as_raw_handle(),
            ..OVERLAPPED::default()
        };
        // SAFETY: the structure stays until the operation is over, below. (ConnectNamedPipe function, namedpipeapi.h)
        let Err(error) = check(unsafe { ConnectNamedPipe(file, &raw mut overlapped) }) else {
            return Ok(());
        };
        match error.raw_os_error().and_then(|code| u32::try_from(code).ok()) {
            // It was opened before the call.
            Some(ERROR_PIPE_CONNECTED) => return Ok(()),
            Some(ERROR_IO_PENDING) => {}
            _ => return Err(error),
        }
        let milliseconds = u32::try_from(timeout.as_millis()).unwrap_or(u32::MAX - 1);
        let mut none = 0;
        // SAFETY: the structure is that of the operation under way. (GetOverlappedResultEx function, ioapiset.h)
        let result = check(unsafe {
            GetOverlappedResultEx(file, &raw const overlapped, &raw mut none, milliseconds, 0)
        });
        let late = matches!(&result, Err(error) if is_late(error));
        if late {
            // SAFETY: the same. (CancelIoEx function, ioapiset.h)
            unsafe { CancelIoEx(file, &raw const overlapped) };
            // SAFETY: the same; it waits for the end of what was cancelled. (GetOverlappedResult function, ioapiset.h)
            unsafe { GetOverlappedResult(file, &raw const overlapped, &raw mut none, 1) };
            return Err(io::ErrorKind::TimedOut.into());
        }
        result
    }
}

/// The two ends of a new pipe, opened by this process, neither of which is inherited: the first for itself, the second
/// for a child to be given. [`Pipe::from_end`](super::Pipe::from_end) makes a pipe of either.
///
/// # Errors
/// Those of [`Server::new`].
pub fn create_pair() -> io::Result<(OwnedHandle, OwnedHandle)> {
    let server = Server::new()?;
    let own = std::process::id();
    let client = open(&server.name, own)?;
    server.connect(Duration::ZERO)?;
    server.expect(own)?;
    Ok((server.file, client))
}

/// Opens the pipe of that name, which the process `parent` has made. The end is not inherited.
///
/// # Errors
/// `NotFound` if there is none of that name; `PermissionDenied` if it is another process's; whatever else the system
/// says.
pub fn open(name: &str, parent: u32) -> io::Result<OwnedHandle> {
    let wide = name::wide(name);
    // SAFETY: the name ends with 0; without attributes the handle is not inherited. The server may ask who this is, and
    // not act in its name. (CreateFileW function, fileapi.h)
    let file = unsafe {
        CreateFileW(
            wide.as_ptr(),
            GENERIC_READ | GENERIC_WRITE,
            0,
            ptr::null(),
            OPEN_EXISTING,
            FILE_FLAG_OVERLAPPED | SECURITY_SQOS_PRESENT | SECURITY_IDENTIFICATION,
            ptr::null_mut(),
        )
    };
    if file == INVALID_HANDLE_VALUE {
        return Err(io::Error::last_os_error());
    }
    // SAFETY: the call has opened it for us.
    let file = unsafe { OwnedHandle::from_raw_handle(file) };
    expect(parent, maker(&file)?)?;
    Ok(file)
}

/// The process that created the pipe, if `file` is the end that was opened by its name.
///
/// # Errors
/// Those of the system, for example if it is not a named pipe.
pub(super) fn parent_of(file: &OwnedHandle) -> io::Result<Option<u32>> {
    let mut flags = 0;
    // SAFETY: the output is a local variable; nothing else is asked for. (GetNamedPipeInfo function, namedpipeapi.h)
    check(unsafe {
        GetNamedPipeInfo(
            file.as_raw_handle(),
            &raw mut flags,
            ptr::null_mut(),
            ptr::null_mut(),
            ptr::null_mut(),
        )
    })?;
    if flags & PIPE_SERVER_END != 0 {
        return Ok(None);
    }
    maker(file).map(Some)
}

fn maker(file: &OwnedHandle) -> io::Result<u32> {
    let mut server = 0;
    // SAFETY: the output is a local variable. (GetNamedPipeServerProcessId function, winbase.h)
    check(unsafe { GetNamedPipeServerProcessId(file.as_raw_handle(), &raw mut server) })?;
    Ok(server)
}

fn expect(expected: u32, found: u32) -> io::Result<()> {
    if expected == found {
        return Ok(());
    }
    Err(io::Error::new(
        io::ErrorKind::PermissionDenied,
        format!("process {found} is at the other end of the pipe, not process {expected}"),
    ))
}

/// `WAIT_TIMEOUT`; with a time of zero, `ERROR_IO_INCOMPLETE` is said instead.
fn is_late(error: &io::Error) -> bool {
    use windows_sys::Win32::Foundation::ERROR_IO_INCOMPLETE;
    let code = error.raw_os_error().and_then(|code| u32::try_from(code).ok());
    code == Some(WAIT_TIMEOUT) || code == Some(ERROR_IO_INCOMPLETE)
}
