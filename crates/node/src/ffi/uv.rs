//! Node's own event loop. libuv's functions are looked up in the running executable: where they are missing (other
//! runtimes), the channel is driven by a background task instead.

mod poll;

use std::ffi::c_void;
use std::os::fd::BorrowedFd;
use std::ptr;
use std::sync::OnceLock;

use forkwire_sys::unix::is_readable;
use napi::sys;

pub(crate) use self::poll::{Poll, Polled, Ready};
use super::libuv::{Program, find};

type Handle = *mut c_void;
type PollCallback = unsafe extern "C" fn(Handle, i32, i32);
type CloseCallback = unsafe extern "C" fn(Handle);

/// The functions of libuv that polling needs (docs.libuv.org: `uv_poll_t`, `uv_handle_t`).
struct Uv {
    handle_size: unsafe extern "C" fn(i32) -> usize,
    poll_init: unsafe extern "C" fn(*mut sys::uv_loop_s, Handle, i32) -> i32,
    poll_start: unsafe extern "C" fn(Handle, i32, PollCallback) -> i32,
    close: unsafe extern "C" fn(Handle, CloseCallback),
    add_ref: unsafe extern "C" fn(Handle),
    remove_ref: unsafe extern "C" fn(Handle),
    get_data: unsafe extern "C" fn(Handle) -> *mut c_void,
    set_data: unsafe extern "C" fn(Handle, *mut c_void),
    backend_timeout: unsafe extern "C" fn(*mut sys::uv_loop_s) -> i32,
    backend_fd: unsafe extern "C" fn(*const sys::uv_loop_s) -> i32,
    update_time: unsafe extern "C" fn(*mut sys::uv_loop_s),
}

impl Uv {
    fn get() -> Option<&'static Self> {
        static UV: OnceLock<Option<Uv>> = OnceLock::new();
        UV.get_or_init(Self::load).as_ref()
    }

    fn load() -> Option<Self> {
        let program = Program::this()?;
        Some(Self {
            handle_size: find!(program, "uv_handle_size"),
            poll_init: find!(program, "uv_poll_init"),
            poll_start: find!(program, "uv_poll_start"),
            close: find!(program, "uv_close"),
            add_ref: find!(program, "uv_ref"),
            remove_ref: find!(program, "uv_unref"),
            get_data: find!(program, "uv_handle_get_data"),
            set_data: find!(program, "uv_handle_set_data"),
            backend_timeout: find!(program, "uv_backend_timeout"),
            backend_fd: find!(program, "uv_backend_fd"),
            update_time: find!(program, "uv_update_time"),
        })
    }
}

/// Whether this executable has what polling needs.
pub(crate) fn is_available() -> bool {
    Uv::get().is_some()
}

/// The event loop of an environment.
#[derive(Clone, Copy)]
pub(crate) struct EventLoop {
    uv: &'static Uv,
    raw: *mut sys::uv_loop_s,
}

impl EventLoop {
    /// The loop of the running environment. `None`: it has none that libuv turns.
    pub(crate) fn of(env: sys::napi_env) -> Option<Self> {
        let uv = Uv::get()?;
        let mut raw = ptr::null_mut();
        // SAFETY: env is the running environment.
        let status = unsafe { sys::napi_get_uv_event_loop(env, &raw mut raw) };
        (status == sys::Status::napi_ok).then_some(Self { uv, raw })
    }

    /// Whether the loop would sleep now: nothing is closing, no timer is due, no `setImmediate()` waits
    /// (`uv_backend_timeout`). To be asked on the loop only, during one of its callbacks.
    pub(crate) fn is_idle(self) -> bool {
        match self.timeout() {
            0 => false,
            // No timer is set, so the time does not matter.
            -1 => true,
            _ => {
                // The time of a loop stands still during a callback; a timer may have become due meanwhile.
                // SAFETY: a loop lives as long as the callbacks that it calls.
                unsafe { (self.uv.update_time)(self.raw) };
                self.timeout() != 0
            }
        }
    }

    fn timeout(self) -> i32 {
        // SAFETY: as in is_idle().
        unsafe { (self.uv.backend_timeout)(self.raw) }
    }

    /// Whether something that the loop polls is ready, as far as the system knows without waiting (`uv_backend_fd`). The
    /// rules of [`EventLoop::is_idle`] apply.
    pub(crate) fn has_events(self) -> bool {
        // SAFETY: as in is_idle().
        let fd = unsafe { (self.uv.backend_fd)(self.raw) };
        if fd < 0 {
            return false;
        }
        // SAFETY: the loop keeps its descriptor open for as long as it lives.
        is_readable(unsafe { BorrowedFd::borrow_raw(fd) })
    }
}
