//! The end of the process, as the C library announces it.

use std::panic::catch_unwind;
use std::sync::OnceLock;

static CALLED: OnceLock<fn()> = OnceLock::new();

#[cfg(unix)]
unsafe extern "C" {
    /// atexit(3).
    fn atexit(function: extern "C" fn()) -> i32;
}

/// Has `function` called by `exit(3)`; the first one given is the one that counts. It runs on the thread that ends the process,
/// which is Node's main thread, while others may still run.
///
/// Not on Windows: a DLL is told when the other threads have been ended already, with whatever locks they held.
pub(crate) fn call_once(function: fn()) {
    CALLED.get_or_init(|| {
        #[cfg(unix)]
        // SAFETY: the function is one of this library, which is never unloaded while the handler is there: the C library
        // runs the handlers of one that it unloads first.
        let _ = unsafe { atexit(run) };
        function
    });
}

extern "C" fn run() {
    if let Some(function) = CALLED.get() {
        let _ = catch_unwind(function);
    }
}
