//! Overlapped operations. The system's thread pool waits for their completion, and calls back.

use std::ffi::c_void;
use std::io;
use std::os::windows::io::{AsRawHandle, OwnedHandle};
use std::ptr;
use std::sync::{Arc, Once};

use windows_sys::Win32::Foundation::ERROR_IO_PENDING;
use windows_sys::Win32::System::IO::OVERLAPPED;
use windows_sys::Win32::System::LibraryLoader::{
    GET_MODULE_HANDLE_EX_FLAG_FROM_ADDRESS, GET_MODULE_HANDLE_EX_FLAG_PIN, GetModuleHandleExW,
};
use windows_sys::Win32::System::Threading::{
    CancelThreadpoolIo, CloseThreadpoolIo, CreateThreadpoolIo, PTP_CALLBACK_INSTANCE, PTP_IO,
    StartThreadpoolIo,
};

use super::check;

/// A file's place at the thread pool's completion port.
#[derive(Debug)]
pub(super) struct Port(PTP_IO);

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
}

impl Port {
    /// Binds `file`, which was opened for overlapped use, to the thread pool for its whole life.
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
        if io == 0 {
            return Err(io::Error::last_os_error());
        }
        Ok(Self(io))
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
        let operation = Box::into_raw(Box::new(Operation {
            overlapped: OVERLAPPED::default(),
            buffer,
            done: Box::new(done),
            port: Arc::clone(self),
        }));
        // SAFETY: the port is open. Each start is followed by an operation that begins, or by the cancelling below.
        // (StartThreadpoolIo function, threadpoolapiset.h)
        unsafe { StartThreadpoolIo(self.0) };
        if call(bytes, operation.cast()) != 0 {
            return Ok(Started::Done);
        }
        let error = io::Error::last_os_error();
        if error.raw_os_error().and_then(|code| u32::try_from(code).ok()) == Some(ERROR_IO_PENDING) {
            return Ok(Started::Pending(operation as usize));
        }
        // SAFETY: the operation did not begin, so that no callback comes. (CancelThreadpoolIo function)
        unsafe { CancelThreadpoolIo(self.0) };
        // SAFETY: made by Box::into_raw above, and nobody else has it.
        drop(unsafe { Box::from_raw(operation) });
        Err(error)
    }
}

impl Drop for Port {
    fn drop(&mut self) {
        // SAFETY: every operation holds the port, so none is under way but the one whose callback may be running, and
        // then the system waits for its end. (CloseThreadpoolIo function, threadpoolapiset.h)
        unsafe { CloseThreadpoolIo(self.0) };
    }
}

/// Keeps the library with this code loaded until the process ends. Node unloads an addon with the worker thread that loaded
/// it, while threads of the pool, and those that use the pipe, may still run its code.
fn stay_loaded() -> io::Result<()> {
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
    let Operation {
        done, port, buffer, ..
    } = *operation;
    drop(buffer);
    done(result);
    drop(port);
}
