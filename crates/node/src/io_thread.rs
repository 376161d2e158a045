//! The background thread: one for the process, started when the first task needs it.

use std::future::Future;
use std::sync::{Mutex, PoisonError};

use tokio::runtime::{Builder, Handle};

/// Runs a future on the background thread. False: the thread could not be started.
pub(crate) fn spawn(future: impl Future<Output = ()> + Send + 'static) -> bool {
    handle().map(|handle| handle.spawn(future)).is_some()
}

/// A failure is not kept: a process that had no descriptor to spare may have one later.
fn handle() -> Option<Handle> {
    static HANDLE: Mutex<Option<Handle>> = Mutex::new(None);
    let mut handle = HANDLE.lock().unwrap_or_else(PoisonError::into_inner);
    if handle.is_none() {
        *handle = start();
    }
    handle.clone()
}

fn start() -> Option<Handle> {
    let runtime = Builder::new_current_thread()
        .enable_io()
        .enable_time()
        .build()
        .ok()?;
    let handle = runtime.handle().clone();
    // It runs as long as the process: tasks end by themselves when their channels do.
    std::thread::Builder::new()
        .name("forkwire-io".to_owned())
        .spawn(move || runtime.block_on(std::future::pending::<()>()))
        .ok()?;
    Some(handle)
}
