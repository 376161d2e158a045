//! Keeps a backlog moving when the JavaScript thread does not come back to its loop: a worker that sends and then
//! computes for a minute is heard all the same. Behind a large one it clears up.

use std::sync::{Arc, Weak};
use std::time::Duration;

use forkwire_sys::unix::{Socket, give_back_freed_memory, watch};

use crate::core::Shared;
use crate::driver::io_thread;

/// How long the loop may stay away before its backlog is taken over.
const PATIENCE: Duration = Duration::from_millis(1);

/// Quiet rounds of [`PATIENCE`] after which the relief goes home: waking it again costs more than these.
const QUIET: u32 = 32;

/// A backlog of this many bytes leaves memory behind that is worth giving back to the system when it has gone.
const LARGE: usize = 8 << 20;

/// Starts a relief for a channel that has just queued something, unless one is there.
pub(crate) fn call(shared: &Arc<Shared>) {
    let socket = {
        let mut core = shared.lock();
        if core.relieved || core.backlog_bytes() == 0 {
            return;
        }
        let Some(link) = &core.link else { return };
        let socket = Arc::clone(link.socket());
        core.relieved = true;
        socket
    };
    if !io_thread::spawn(watch_over(Arc::downgrade(shared), socket)) {
        // No thread to be had: the loop alone must do, as it does in Node.
        shared.lock().relieved = false;
    }
}

async fn watch_over(shared: Weak<Shared>, socket: Arc<Socket>) {
    let mut quiet = 0;
    let mut seen = None;
    let mut largest = 0;
    while quiet < QUIET {
        tokio::time::sleep(PATIENCE).await;
        let Some(shared) = shared.upgrade() else { return };
        let full = {
            let mut core = shared.lock();
            if core.link.is_none() || core.write_error.is_some() {
                core.relieved = false;
                return;
            }
            largest = largest.max(core.backlog_bytes());
            let away = seen.replace(core.visits) == Some(core.visits);
            if core.backlog_bytes() == 0 {
                quiet += 1;
            } else {
                quiet = 0;
                if away {
                    core.relieve();
                }
            }
            away && core.blocked
        };
        drop(shared);
        if full {
            wait_writable(&socket).await;
        }
    }
    if let Some(shared) = shared.upgrade() {
        shared.lock().relieved = false;
    }
    // Here and not where the last byte left: it is quiet now, and this thread has time.
    if largest >= LARGE {
        give_back_freed_memory();
    }
}

/// Waits until the socket takes bytes again, or for a moment.
async fn wait_writable(socket: &Arc<Socket>) {
    if let Ok(fd) = watch(Arc::clone(socket)) {
        let _ = tokio::time::timeout(Duration::from_millis(20), fd.writable()).await;
    }
}
