//! Polling a descriptor on Node's own event loop. libuv's functions are looked up in the running executable: where
//! they are missing (other runtimes), the channel is driven by a background task instead.

use std::alloc::{Layout, alloc_zeroed, dealloc, handle_alloc_error};
use std::cell::Cell;
use std::ffi::c_void;
use std::os::fd::BorrowedFd;
use std::ptr;
use std::sync::OnceLock;

use forkwire_sys::unix::is_readable;
use napi::sys;

use super::guard::guarded;
use super::libuv::{Program, find};

/// `UV_POLL` of `uv_handle_type`, and the events of `uv_poll_event` (uv.h; unchanged since libuv 1.0).
const UV_POLL: i32 = 8;
const READABLE: i32 = 1;
const WRITABLE: i32 = 2;
const DISCONNECT: i32 = 4;

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

    /// What belongs to a handle that [`Poll::new`] has initialised.
    fn data(&self, handle: Handle) -> *mut Data {
        // SAFETY: a getter of libuv, for a handle of ours.
        unsafe { (self.get_data)(handle) }.cast()
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

/// What happened to the descriptor.
#[derive(Clone, Copy, Debug)]
#[allow(clippy::struct_excessive_bools)] // independent events
pub(crate) struct Ready {
    pub(crate) readable: bool,
    pub(crate) writable: bool,
    pub(crate) disconnected: bool,
    /// The kernel reports an error on the socket (the peer closed it without reading everything, say), and libuv has
    /// stopped the poll: only a read shows what there is.
    pub(crate) failed: bool,
}

/// What a poll calls, on the loop's thread.
pub(crate) trait Polled {
    /// The descriptor is ready.
    fn ready(&self, ready: Ready);
    /// [`Polled::ready`] panicked.
    fn panicked(&self);
    /// The environment is ending: the poll must be closed now, and Node-API not be called afterwards.
    fn end(&self);
}

/// Owned by the uv handle; freed when libuv is done with it.
struct Data {
    polled: Box<dyn Polled>,
    cleanup: Cell<sys::napi_async_cleanup_hook_handle>,
    closing: Cell<bool>,
}

/// An active poll handle. Dropping it closes the handle; libuv frees it in a later turn of the loop.
pub(crate) struct Poll {
    uv: &'static Uv,
    handle: Handle,
    interest: Cell<i32>,
}

impl Poll {
    /// Polls `fd` on `event_loop`, the loop of `env`; for nothing yet, and keeping the loop alive.
    pub(crate) fn new(
        env: sys::napi_env,
        event_loop: EventLoop,
        fd: i32,
        polled: Box<dyn Polled>,
    ) -> Option<Self> {
        let uv = event_loop.uv;
        let layout = layout(uv)?;
        // SAFETY: the layout's size is not zero.
        let handle: Handle = unsafe { alloc_zeroed(layout) }.cast();
        if handle.is_null() {
            handle_alloc_error(layout);
        }
        // SAFETY: handle is memory of the size that libuv asks for; the loop is the environment's own.
        if unsafe { (uv.poll_init)(event_loop.raw, handle, fd) } != 0 {
            // SAFETY: allocated above with the same layout, and libuv did not take it.
            unsafe { dealloc(handle.cast(), layout) };
            return None;
        }
        let data = Data {
            polled,
            cleanup: Cell::new(ptr::null_mut()),
            closing: Cell::new(false),
        };
        let data = Box::into_raw(Box::new(data));
        // SAFETY: handle is initialised.
        unsafe { (uv.set_data)(handle, data.cast()) };
        let mut cleanup = ptr::null_mut();
        // SAFETY: handle stays allocated until on_closed, which removes the hook.
        unsafe { sys::napi_add_async_cleanup_hook(env, Some(on_env_end), handle, &raw mut cleanup) };
        // SAFETY: data was just made, and libuv frees it only through us.
        unsafe { (*data).cleanup.set(cleanup) };
        Some(Self {
            uv,
            handle,
            interest: Cell::new(0),
        })
    }

    /// Chooses what to wait for; a hang-up is always reported.
    pub(crate) fn want(&self, read: bool, write: bool) {
        let interest = DISCONNECT | if read { READABLE } else { 0 } | if write { WRITABLE } else { 0 };
        if self.interest.replace(interest) != interest {
            // SAFETY: handle is initialised and not closed while self lives.
            unsafe { (self.uv.poll_start)(self.handle, interest, on_ready) };
        }
    }

    /// Whether the poll keeps the loop alive.
    pub(crate) fn set_ref(&self, on: bool) {
        let change = if on { self.uv.add_ref } else { self.uv.remove_ref };
        // SAFETY: handle is initialised and not closed while self lives.
        unsafe { change(self.handle) };
    }
}

impl Drop for Poll {
    fn drop(&mut self) {
        // SAFETY: the data lives until on_closed, which cannot have come: only this drop closes the handle.
        let data = unsafe { &*self.uv.data(self.handle) };
        if !data.closing.replace(true) {
            // SAFETY: handle is initialised and closed only here.
            unsafe { (self.uv.close)(self.handle, on_closed) };
        }
    }
}

fn layout(uv: &Uv) -> Option<Layout> {
    // SAFETY: a pure function of libuv.
    let size = unsafe { (uv.handle_size)(UV_POLL) };
    Layout::from_size_align(size, 16).ok().filter(|_| size > 0)
}

unsafe extern "C" fn on_ready(handle: Handle, status: i32, events: i32) {
    let Some(uv) = Uv::get() else { return };
    // SAFETY: the data lives until on_closed, which libuv calls in a later turn of the loop.
    let data = unsafe { &*uv.data(handle) };
    if data.closing.get() {
        return;
    }
    let ready = Ready {
        readable: events & READABLE != 0,
        writable: events & WRITABLE != 0,
        disconnected: events & DISCONNECT != 0,
        failed: status < 0,
    };
    if guarded(|| data.polled.ready(ready)).is_none() {
        guarded(|| data.polled.panicked());
    }
}

unsafe extern "C" fn on_env_end(_: sys::napi_async_cleanup_hook_handle, handle: Handle) {
    let Some(uv) = Uv::get() else { return };
    // SAFETY: the hook is removed in on_closed, so the data is still alive.
    let data = unsafe { &*uv.data(handle) };
    guarded(|| data.polled.end());
}

unsafe extern "C" fn on_closed(handle: Handle) {
    let Some(uv) = Uv::get() else { return };
    // SAFETY: made by Box::into_raw in new(); libuv calls this once.
    let data = unsafe { Box::from_raw(uv.data(handle)) };
    if !data.cleanup.get().is_null() {
        // SAFETY: the hook was added in new() and is removed once.
        unsafe { sys::napi_remove_async_cleanup_hook(data.cleanup.get()) };
    }
    guarded(|| drop(data));
    if let Some(layout) = layout(uv) {
        // SAFETY: allocated in new() with the same layout; libuv has let go of it.
        unsafe { dealloc(handle.cast(), layout) };
    }
}
