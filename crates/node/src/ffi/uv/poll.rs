//! A descriptor that is polled on Node's own event loop.

use std::alloc::{Layout, alloc_zeroed, dealloc, handle_alloc_error};
use std::cell::Cell;
use std::io;
use std::ptr;

use napi::sys;

use super::{EventLoop, Handle, Uv};
use crate::ffi::guard::guarded;

/// `UV_POLL` of `uv_handle_type`, and the events of `uv_poll_event` (uv.h; unchanged since libuv 1.0).
const UV_POLL: i32 = 8;
const READABLE: i32 = 1;
const WRITABLE: i32 = 2;
const DISCONNECT: i32 = 4;

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

    /// Polls `fd` for something to read, on the loop of `env`, which the poll keeps alive.
    ///
    /// # Errors
    /// `Unsupported` if the environment has no loop that can poll, and `InvalidInput` if the descriptor cannot be polled.
    pub(crate) fn reading(env: sys::napi_env, fd: i32, polled: Box<dyn Polled>) -> io::Result<Self> {
        let event_loop = EventLoop::of(env).ok_or(io::ErrorKind::Unsupported)?;
        let poll = Self::new(env, event_loop, fd, polled).ok_or(io::ErrorKind::InvalidInput)?;
        poll.want(true, false);
        Ok(poll)
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
        let data = unsafe { &*data_of(self.uv, self.handle) };
        if !data.closing.replace(true) {
            // SAFETY: handle is initialised and closed only here.
            unsafe { (self.uv.close)(self.handle, on_closed) };
        }
    }
}

/// What belongs to a handle that [`Poll::new`] has initialised.
fn data_of(uv: &Uv, handle: Handle) -> *mut Data {
    // SAFETY: a getter of libuv, for a handle of ours.
    unsafe { (uv.get_data)(handle) }.cast()
}

fn layout(uv: &Uv) -> Option<Layout> {
    // SAFETY: a pure function of libuv.
    let size = unsafe { (uv.handle_size)(UV_POLL) };
    Layout::from_size_align(size, 16).ok().filter(|_| size > 0)
}

unsafe extern "C" fn on_ready(handle: Handle, status: i32, events: i32) {
    let Some(uv) = Uv::get() else { return };
    // SAFETY: the data lives until on_closed, which libuv calls in a later turn of the loop.
    let data = unsafe { &*data_of(uv, handle) };
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
    let data = unsafe { &*data_of(uv, handle) };
    guarded(|| data.polled.end());
}

unsafe extern "C" fn on_closed(handle: Handle) {
    let Some(uv) = Uv::get() else { return };
    // SAFETY: made by Box::into_raw in new(); libuv calls this once.
    let data = unsafe { Box::from_raw(data_of(uv, handle)) };
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
