//! A child process: its end, waited for by the system's thread pool.

use std::ffi::c_void;
use std::io;
use std::os::windows::io::{AsHandle, AsRawHandle, BorrowedHandle, OwnedHandle};
use std::ptr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll};

use windows_sys::Win32::Foundation::{HANDLE, INVALID_HANDLE_VALUE, WAIT_OBJECT_0, WAIT_TIMEOUT};
use windows_sys::Win32::System::Threading::{
    GetExitCodeProcess, INFINITE, RegisterWaitForSingleObject, TerminateProcess, UnregisterWaitEx,
    WT_EXECUTEINWAITTHREAD, WT_EXECUTEONLYONCE, WaitForSingleObject,
};

use super::check;
use super::state::Tasks;

/// A process that this one has started. It goes on when this is dropped. While this lives, no other process gets its id.
#[derive(Debug)]
pub struct Process {
    /// Before `waiting`: no callback comes once it is dropped.
    registration: Option<Registration>,
    waiting: Arc<Waiting>,
    id: u32,
    handle: OwnedHandle,
}

/// The tasks that wait for the end.
#[derive(Debug, Default)]
struct Waiting(Mutex<Tasks>);

impl Process {
    pub(super) fn new(id: u32, handle: OwnedHandle) -> Self {
        Self {
            registration: None,
            waiting: Arc::default(),
            id,
            handle,
        }
    }

    /// Its process id.
    pub fn id(&self) -> u32 {
        self.id
    }

    /// Its exit code, if it has ended.
    ///
    /// # Errors
    /// Those of the system.
    pub fn try_wait(&self) -> io::Result<Option<u32>> {
        // SAFETY: the process is open. (WaitForSingleObject function, synchapi.h)
        match unsafe { WaitForSingleObject(self.handle.as_raw_handle(), 0) } {
            WAIT_OBJECT_0 => {}
            WAIT_TIMEOUT => return Ok(None),
            _ => return Err(io::Error::last_os_error()),
        }
        let mut code = 0;
        // SAFETY: the process is open, and the output is a local variable. (GetExitCodeProcess function, processthreadsapi.h)
        check(unsafe { GetExitCodeProcess(self.handle.as_raw_handle(), &raw mut code) })?;
        Ok(Some(code))
    }

    /// Ready with the exit code when it has ended. Every task that polled is woken.
    ///
    /// # Errors
    /// Those of the system's wait.
    pub fn poll_wait(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<u32>> {
        // Before the check, so that an end between the two wakes the task.
        self.waiting.lock().add(cx.waker());
        match self.try_wait() {
            Ok(None) => {}
            Ok(Some(code)) => return Poll::Ready(Ok(code)),
            Err(error) => return Poll::Ready(Err(error)),
        }
        if self.registration.is_none() {
            self.registration = Some(Registration::new(&self.handle, &self.waiting)?);
        }
        Poll::Pending
    }

    /// Ends it with the exit code 1. It is not an error if it has ended already.
    ///
    /// # Errors
    /// Those of the system.
    pub fn kill(&self) -> io::Result<()> {
        // SAFETY: the process is open. (TerminateProcess function, processthreadsapi.h)
        match check(unsafe { TerminateProcess(self.handle.as_raw_handle(), 1) }) {
            Err(error) if self.try_wait()?.is_none() => Err(error),
            _ => Ok(()),
        }
    }
}

impl AsHandle for Process {
    fn as_handle(&self) -> BorrowedHandle<'_> {
        self.handle.as_handle()
    }
}

impl Waiting {
    fn lock(&self) -> MutexGuard<'_, Tasks> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What makes the system call back once when a process has ended.
#[derive(Debug)]
struct Registration {
    /// A `HANDLE`, which any thread may use.
    wait: usize,
    /// The callback's data.
    _waiting: Arc<Waiting>,
}

impl Registration {
    fn new(process: &OwnedHandle, waiting: &Arc<Waiting>) -> io::Result<Self> {
        let mut wait: HANDLE = ptr::null_mut();
        // SAFETY: the process stays open and the tasks stay where they are until the registration is dropped.
        // (RegisterWaitForSingleObject function, winbase.h)
        check(unsafe {
            RegisterWaitForSingleObject(
                &raw mut wait,
                process.as_raw_handle(),
                Some(on_end),
                Arc::as_ptr(waiting).cast::<c_void>(),
                INFINITE,
                WT_EXECUTEINWAITTHREAD | WT_EXECUTEONLYONCE,
            )
        })?;
        Ok(Self {
            wait: wait as usize,
            _waiting: Arc::clone(waiting),
        })
    }
}

impl Drop for Registration {
    fn drop(&mut self) {
        // SAFETY: it is registered, and this is the only time that it is not any more; the call waits for a callback that
        // is running. (UnregisterWaitEx function, threadpoollegacyapiset.h)
        unsafe { UnregisterWaitEx(self.wait as HANDLE, INVALID_HANDLE_VALUE) };
    }
}

unsafe extern "system" fn on_end(waiting: *mut c_void, _timed_out: bool) {
    // SAFETY: it was given to the system by a registration, which keeps it and waits for this. (WAITORTIMERCALLBACK)
    let waiting = unsafe { &*waiting.cast_const().cast::<Waiting>() };
    let tasks = waiting.lock().take();
    for task in tasks {
        task.wake();
    }
}
