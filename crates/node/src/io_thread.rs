//! The background thread: one for the process, started when the first task needs it.

use std::future::Future;
use std::sync::OnceLock;

use tokio::runtime::{Builder, Handle};

/// Runs a future on the background thread. False: the thread could not be started.
pub(crate) fn spawn(future: impl Future<Output = ()> + Send + 'static) -> bool {
    handle().map(|handle| handle.spawn(future)).is_some()
}

fn handle() -> Option<&'static Handle> {
    static HANDLE: OnceLock<Option<Handle>> = OnceLock::new();
    HANDLE
        .get_or_init(|| {
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
        })
        .as_ref()
}
