//! Keeps a backlog moving when the JavaScript thread does not come back to its loop: a worker that sends and then
//! computes for a minute is heard all the same. Behind a large one it clears up.

use std::sync::{Arc, Weak};
use std::time::Duration;

use forkwire_sys::os::{Carrier, Watch, give_back_freed_memory};

use crate::core::Shared;
use crate::driver::io_thread;
use crate::watch::{Duty, Rounds};

/// How long the loop may stay away before its backlog is taken over.
const PATIENCE: Duration = Duration::from_millis(1);

/// A backlog of this many bytes leaves memory behind that is worth giving back to the system when it has gone.
const LARGE: usize = 8 << 20;

/// Starts a relief for a channel that has just queued something, unless one is there.
pub(crate) fn call(shared: &Arc<Shared>) {
    let socket = {
        let mut core = shared.lock();
        if core.backlog_bytes() == 0 {
            return;
        }
        let Some(link) = &core.link else { return };
        let socket = Arc::clone(link.socket());
        if !core.watch.call() {
            return;
        }
        socket
    };
    if !io_thread::spawn(watch_over(Arc::downgrade(shared), socket)) {
        // No thread to be had: the loop alone must do, as it does in Node.
        shared.lock().watch.dismiss();
    }
}

async fn watch_over(shared: Weak<Shared>, socket: Arc<Carrier>) {
    let largest = attend(&shared, &socket).await;
    // Here and not where the last byte left: it is quiet now, and this thread has time.
    if largest >= LARGE {
        give_back_freed_memory();
    }
}

/// Until there is nothing to do any more. Returns the largest backlog that was seen, in bytes.
async fn attend(shared: &Weak<Shared>, socket: &Arc<Carrier>) -> usize {
    let mut rounds = Rounds::default();
    let mut largest = 0;
    loop {
        tokio::time::sleep(PATIENCE).await;
        let Some(shared) = shared.upgrade() else {
            return largest;
        };
        let full = {
            let mut core = shared.lock();
            if core.link.is_none() || core.write_error.is_some() {
                core.watch.dismiss();
                return largest;
            }
            let waiting = core.backlog_bytes();
            largest = largest.max(waiting);
            match rounds.look(&mut core.watch, waiting > 0) {
                Duty::GoHome => return largest,
                Duty::Stay { away } => away && core.blocked,
                Duty::Write => {
                    core.relieve();
                    core.blocked
                }
            }
        };
        drop(shared);
        if full {
            wait_writable(socket).await;
        }
    }
}

/// Waits until the socket takes bytes again, or for a moment.
async fn wait_writable(socket: &Arc<Carrier>) {
    if let Ok(watch) = Watch::new(Arc::clone(socket)) {
        let _ = tokio::time::timeout(Duration::from_millis(20), watch.ready(false, true)).await;
    }
}
