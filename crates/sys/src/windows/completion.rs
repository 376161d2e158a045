//! Overlapped operations. The system's thread pool waits for their completion, and calls back.
//!
//! A file is bound to one completion port for ever (`FILE_COMPLETION_INFORMATION`, ntifs.h). The end of a port that was sent
//! here may be bound to that of the process that had it before. Each of its operations then has an event, which the pool waits for,
//! as in libuv (src/win/pipe.c: `UV_HANDLE_EMULATE_IOCP`).

use std::ffi::c_void;
use std::io;
use std::os::windows::io::{AsRawHandle, OwnedHandle, RawHandle};
use std::ptr;
use std::sync::{Arc, Once};

use windows_sys::Win32::Foundation::{ERROR_INVALID_PARAMETER, ERROR_IO_PENDING, RtlNtStatusToDosError};
use windows_sys::Win32::System::IO::OVERLAPPED;
use windows_sys::Win32::System::LibraryLoader::{
    GET_MODULE_HANDLE_EX_FLAG_FROM_ADDRESS, GET_MODULE_HANDLE_EX_FLAG_PIN, GetModuleHandleExW,
};
use windows_sys::Win32::System::Threading::{
    CancelThreadpoolIo, CloseThreadpoolIo, CloseThreadpoolWait, CreateThreadpoolIo, CreateThreadpoolWait,
    PTP_CALLBACK_INSTANCE, PTP_IO, PTP_WAIT, SetThreadpoolWait, StartThreadpoolIo,
};

use super::check;
use super::read::{event, is_overlapped};

/// How the thread pool learns that an operation of a file is over.
#[derive(Debug)]
pub(super) enum Port {
    /// The file is bound to the pool's completion port.
    Bound(PTP_IO),
    /// It is bound to another one.
    Events,
}

/// The result of an operation: an error code of the system, or 0 for success.
type Done = Box<dyn FnOnce(u32) + Send>;

/// How an operation began.
#[derive(Debug)]
pub(super) enum Started {
    /// It has succeeded already. The callback is still called.
    Done,
    /// It is pending. Its address identifies it (`CancelIoEx`).
    Pending(usize),
}

/// Freed by the callback, which is called once for each operation that began.
#[repr(C)]
struct Operation {
    /// The first field, so that its address is that of the whole.
    overlapped: OVERLAPPED,
    /// The bytes to write, which the system reads until the operation is over.
    buffer: Vec<u8>,
    done: Done,
    /// Keeps the port open until no operation is pending.
    port: Arc<Port>,
    signal: Option<Signal>,
}

/// The event of one operation.
struct Signal {
    event: OwnedHandle,
    wait: PTP_WAIT,
}

impl Port {
    /// Binds `file`, which was opened for overlapped use, to the thread pool for its whole life, unless it is bound already.
    pub(super) fn new(file: &OwnedHandle) -> io::Result<Self> {
        stay_loaded()?;
        // SAFETY: the file is open; the callback is a function that lives as long as the program.
        // (CreateThreadpoolIo function, threadpoolapiset.h)
        let io = unsafe {
            CreateThreadpoolIo(
                file.as_raw_handle(),
                Some(on_completion),
                ptr::null_mut(),
                ptr::null(),
            )
        };
        if io != 0 {
            return Ok(Self::Bound(io));
        }
        let error = io::Error::last_os_error();
        if code_of(&error) == Some(ERROR_INVALID_PARAMETER) && is_overlapped(file) {
            return Ok(Self::Events);
        }
        Err(error)
    }

    /// Begins an operation: `call` makes the system call with the buffer's start and the `OVERLAPPED`, and gives its result.
    /// `done` is called on a thread of the pool, unless this fails.
    pub(super) fn start(
        self: &Arc<Self>,
        buffer: Vec<u8>,
        call: impl FnOnce(*const u8, *mut OVERLAPPED) -> i32,
        done: impl FnOnce(u32) + Send + 'static,
    ) -> io::Result<Started> {
        let bytes = buffer.as_ptr(); // stays where it is when the vector moves
        let operation = Box::new(Operation {
            overlapped: OVERLAPPED::default(),
            buffer,
            done: Box::new(done),
            port: Arc::clone(self),
            signal: None,
        });
        let operation = self.prepare(operation)?;
        // What the callback is told of is over when it has been called, and freed.
        if call(bytes, operation.cast()) != 0 {
            self.expect(operation);
            return Ok(Started::Done);
        }
        let error = io::Error::last_os_error();
        if code_of(&error) == Some(ERROR_IO_PENDING) {
            self.expect(operation);
            return Ok(Started::Pending(operation as usize));
        }
        self.forget(operation);
        Err(error)
    }

    /// Before the call.
    fn prepare(&self, mut operation: Box<Operation>) -> io::Result<*mut Operation> {
        let Self::Bound(io) = self else {
            let event = event()?;
            // The lowest bit keeps the completion from the port that the file is bound to. (GetQueuedCompletionStatus
            // function, Remarks)
            operation.overlapped.hEvent = (event.as_raw_handle() as usize | 1) as RawHandle;
            let operation = Box::into_raw(operation);
            // SAFETY: the callback is a function that lives as long as the program, and the operation until it is called.
            // (CreateThreadpoolWait function, threadpoolapiset.h)
            let wait = unsafe { CreateThreadpoolWait(Some(on_signal), operation.cast(), ptr::null()) };
            if wait == 0 {
                let error = io::Error::last_os_error();
                // SAFETY: made by Box::into_raw above, and nobody else has it.
                drop(unsafe { Box::from_raw(operation) });
                return Err(error);
            }
            // SAFETY: made above, and not shared yet.
            unsafe { (*operation).signal = Some(Signal { event, wait }) };
            return Ok(operation);
        };
        // SAFETY: the port is open. Each start is followed by an operation that begins, or by forget().
        // (StartThreadpoolIo function, threadpoolapiset.h)
        unsafe { StartThreadpoolIo(*io) };
        Ok(Box::into_raw(operation))
    }

    /// The operation has begun: its callback will come.
    fn expect(&self, operation: *mut Operation) {
        if matches!(self, Self::Bound(_)) {
            return;
        }
        // SAFETY: without a wait nothing frees it.
        if let Some(signal) = unsafe { &(*operation).signal } {
            let (wait, event) = (signal.wait, signal.event.as_raw_handle());
            // SAFETY: both are open until the callback, which comes once. (SetThreadpoolWait function)
            unsafe { SetThreadpoolWait(wait, event, ptr::null()) };
        }
    }

    /// The operation did not begin, so that no callback comes.
    fn forget(&self, operation: *mut Operation) {
        if let Self::Bound(io) = self {
            // SAFETY: it was started, and does not begin. (CancelThreadpoolIo function)
            unsafe { CancelThreadpoolIo(*io) };
        }
        // SAFETY: made by Box::into_raw, and nobody else has it.
        let operation = unsafe { Box::from_raw(operation) };
        if let Some(signal) = &operation.signal {
            // SAFETY: nothing was set, so that no callback runs. (CloseThreadpoolWait function)
            unsafe { CloseThreadpoolWait(signal.wait) };
        }
    }
}

impl Drop for Port {
    fn drop(&mut self) {
        let Self::Bound(io) = self else { return };
        // SAFETY: every operation holds the port, so none is under way but the one whose callback may be running, and
        // then the system waits for its end. (CloseThreadpoolIo function, threadpoolapiset.h)
        unsafe { CloseThreadpoolIo(*io) };
    }
}

fn code_of(error: &io::Error) -> Option<u32> {
    error.raw_os_error().and_then(|code| u32::try_from(code).ok())
}

/// Keeps the library with this code loaded until the process ends. Node unloads an addon with the worker thread that loaded
/// it, while threads of the pool, and those that use the pipe, may still run its code.
pub(super) fn stay_loaded() -> io::Result<()> {
    static PINNED: Once = Once::new();
    let mut result = Ok(());
    PINNED.call_once(|| {
        let mut module = ptr::null_mut();
        let how = GET_MODULE_HANDLE_EX_FLAG_FROM_ADDRESS | GET_MODULE_HANDLE_EX_FLAG_PIN;
        // SAFETY: the address is that of a function in the library, and the output is a local variable.
        // (GetModuleHandleExW function)
        result = check(unsafe { GetModuleHandleExW(how, on_completion as *const u16, &raw mut module) });
    });
    result
}

unsafe extern "system" fn on_completion(
    _instance: PTP_CALLBACK_INSTANCE,
    _context: *mut c_void,
    overlapped: *mut c_void,
    result: u32,
    _bytes: usize,
    _io: PTP_IO,
) {
    // SAFETY: every operation at this port was begun by start(), with the address of an Operation from Box::into_raw, and
    // is over once: now. (PTP_WIN32_IO_CALLBACK callback function)
    let operation = unsafe { Box::from_raw(overlapped.cast::<Operation>()) };
    operation.finish(result);
}

unsafe extern "system" fn on_signal(
    _instance: PTP_CALLBACK_INSTANCE,
    operation: *mut c_void,
    wait: PTP_WAIT,
    _result: u32,
) {
    // SAFETY: every wait was made by prepare(), with the address of an Operation from Box::into_raw, and is set once.
    // (PTP_WAIT_CALLBACK callback function)
    let operation = unsafe { Box::from_raw(operation.cast::<Operation>()) };
    // SAFETY: it is the one of this call, which the system waits for. (CloseThreadpoolWait function)
    unsafe { CloseThreadpoolWait(wait) };
    // An NTSTATUS. (OVERLAPPED structure: Internal)
    #[allow(clippy::cast_possible_truncation, clippy::cast_possible_wrap)]
    let status = operation.overlapped.Internal as i32;
    // SAFETY: a pure function. (RtlNtStatusToDosError function, winternl.h)
    let result = unsafe { RtlNtStatusToDosError(status) };
    operation.finish(result);
}

impl Operation {
    fn finish(self, result: u32) {
        let Self {
            done, port, buffer, ..
        } = self;
        drop(buffer);
        done(result);
        drop(port);
    }
}
