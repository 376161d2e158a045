//! Waking the JavaScript thread from another one: a threadsafe function that carries no data.

use std::ffi::c_void;
use std::ptr;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use napi::sys;

use super::guard::guarded;
use crate::pending::Pending;

/// The JavaScript thread's end and the other thread's: each releases the function once.
const ENDS: usize = 2;

/// What is called on the JavaScript thread.
pub(crate) trait Woken {
    /// Somebody called [`Waker::wake`] since the last time, at least once. True: there is more to do, in a call of its
    /// own, after what this one has scheduled.
    fn woken(&self) -> bool;
    /// [`Woken::woken`] panicked.
    fn panicked(&self);
    /// The environment is ending.
    fn end(&self);
}

struct Context {
    woken: Box<dyn Woken>,
    shared: Arc<Target>,
}

#[derive(Debug)]
struct Target {
    /// `None` once the environment has ended it: the lock keeps a call and the end apart.
    function: Mutex<Option<Function>>,
    /// Whether a call is queued and has not run.
    pending: Pending,
    /// Ends that have not released it.
    ends: AtomicUsize,
}

#[derive(Clone, Copy, Debug)]
struct Function(sys::napi_threadsafe_function);

// SAFETY: Node documents threadsafe functions as callable from any thread.
unsafe impl Send for Function {}

/// The JavaScript thread's end. Dropping it ends the threadsafe function.
pub(crate) struct Wakeup {
    env: sys::napi_env,
    shared: Arc<Target>,
}

/// The other thread's end.
#[derive(Debug)]
pub(crate) struct Waker {
    shared: Arc<Target>,
}

impl Wakeup {
    /// Both ends; the wake-up keeps the loop alive at first.
    pub(crate) fn new(env: sys::napi_env, woken: Box<dyn Woken>) -> Option<(Self, Waker)> {
        let name = super::value::string(env, b"FORKWIRE_CHANNEL")?;
        let context: *mut *mut Context = Box::into_raw(Box::new(ptr::null_mut()));
        let mut raw = ptr::null_mut();
        // SAFETY: env and name belong to the running call; context lives until on_finalize.
        let status = unsafe {
            sys::napi_create_threadsafe_function(
                env,
                ptr::null_mut(),
                ptr::null_mut(),
                name,
                0,
                ENDS,
                context.cast(),
                Some(on_finalize),
                context.cast(),
                Some(on_call),
                &raw mut raw,
            )
        };
        if status != sys::Status::napi_ok {
            // SAFETY: made above, and not taken.
            drop(unsafe { Box::from_raw(context) });
            return None;
        }
        let shared = Arc::new(Target {
            function: Mutex::new(Some(Function(raw))),
            pending: Pending::new(),
            ends: AtomicUsize::new(ENDS),
        });
        let inner = Box::new(Context {
            woken,
            shared: Arc::clone(&shared),
        });
        // SAFETY: context is alive until on_finalize, and used on this thread only.
        unsafe { *context = Box::into_raw(inner) };
        Some((
            Self {
                env,
                shared: Arc::clone(&shared),
            },
            Waker { shared },
        ))
    }

    /// As [`Waker::wake`].
    pub(crate) fn wake(&self) {
        self.shared.wake();
    }

    /// Whether the wake-up keeps the loop alive.
    pub(crate) fn set_ref(&self, on: bool) {
        let change = if on {
            sys::napi_ref_threadsafe_function
        } else {
            sys::napi_unref_threadsafe_function
        };
        self.shared.with(|Function(raw)| {
            // SAFETY: the function is not finalized: it is still in its place.
            unsafe { change(self.env, raw) }
        });
    }
}

impl Drop for Wakeup {
    fn drop(&mut self) {
        self.shared.release();
    }
}

impl Waker {
    /// Makes [`Woken::woken`] run soon. Many calls before that make one.
    pub(crate) fn wake(&self) {
        self.shared.wake();
    }
}

impl Drop for Waker {
    fn drop(&mut self) {
        self.shared.release();
    }
}

impl Target {
    fn with(&self, call: impl FnOnce(Function) -> sys::napi_status) {
        let function = self.function.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(function) = *function {
            // The only failure is that the environment is ending, and then there is nobody to tell.
            let _ = call(function);
        }
    }

    fn wake(&self) {
        if !self.pending.ask() {
            return;
        }
        self.with(|Function(raw)| {
            // SAFETY: the function is not finalized: it is still in its place.
            unsafe {
                sys::napi_call_threadsafe_function(
                    raw,
                    ptr::null_mut(),
                    sys::ThreadsafeFunctionCallMode::nonblocking,
                )
            }
        });
    }

    fn release(&self) {
        self.ends.fetch_sub(1, Ordering::AcqRel);
        self.with(|Function(raw)| {
            // SAFETY: each of the two ends releases once, and not after the environment ended the function.
            unsafe { sys::napi_release_threadsafe_function(raw, sys::ThreadsafeFunctionReleaseMode::release) }
        });
    }
}

unsafe extern "C" fn on_call(env: sys::napi_env, _: sys::napi_value, context: *mut c_void, _: *mut c_void) {
    // The environment has ended. Deno makes this call even after on_finalize, when the context is gone.
    if env.is_null() {
        return;
    }
    // SAFETY: context is the cell made in Wakeup::new, alive until on_finalize.
    let inner = unsafe { *context.cast::<*mut Context>() };
    // SAFETY: inner is null only before Wakeup::new has returned.
    let Some(inner) = (unsafe { inner.as_ref() }) else {
        return;
    };
    inner.shared.pending.begin();
    match guarded(|| inner.woken.woken()) {
        Some(true) => inner.shared.wake(),
        Some(false) => {}
        None => drop(guarded(|| inner.woken.panicked())),
    }
}

unsafe extern "C" fn on_finalize(_: sys::napi_env, context: *mut c_void, _: *mut c_void) {
    // SAFETY: made by Box::into_raw in Wakeup::new; Node calls this once.
    let cell = unsafe { Box::from_raw(context.cast::<*mut Context>()) };
    if cell.is_null() {
        return;
    }
    // SAFETY: as above.
    let inner = unsafe { Box::from_raw(*cell) };
    let function = inner
        .shared
        .function
        .lock()
        .unwrap_or_else(PoisonError::into_inner)
        .take();
    // Released by both ends, it is only not needed any more: what waits for a listener may still be delivered.
    if function.is_some() && inner.shared.ends.load(Ordering::Acquire) > 0 {
        guarded(|| inner.woken.end());
    }
    guarded(|| drop(inner));
}
