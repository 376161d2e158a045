//! The end of the process, as the C library announces it.

#[cfg(unix)]
mod unix {
    use std::panic::catch_unwind;
    use std::process;
    use std::sync::OnceLock;

    static HANDLER: OnceLock<Handler> = OnceLock::new();

    struct Handler {
        function: fn(),
        /// The process that registered. A copy that native code made with fork(2) has nothing to write.
        process: u32,
    }

    unsafe extern "C" {
        /// atexit(3).
        fn atexit(function: extern "C" fn()) -> i32;
    }

    pub(crate) fn call_once(function: fn()) {
        HANDLER.get_or_init(|| {
            // SAFETY: the function belongs to this library. If the C library unloads it, it runs its handlers first.
            let _ = unsafe { atexit(run) };
            Handler {
                function,
                process: process::id(),
            }
        });
    }

    extern "C" fn run() {
        let Some(Handler { function, process }) = HANDLER.get() else {
            return;
        };
        if *process == process::id() {
            let _ = catch_unwind(function);
        }
    }
}

/// Has `function` called by `exit(3)`; only the first one given counts. It runs on the thread that ends the process, which is
/// Node's main thread, while others may still run.
///
/// Not on Windows: a DLL is told when the other threads have been ended already, with whatever locks they held.
pub(crate) fn call_once(function: fn()) {
    #[cfg(unix)]
    unix::call_once(function);
    #[cfg(not(unix))]
    let _ = function;
}
