//! The background writer. It keeps a backlog moving while the JavaScript thread does not return to its loop, so that messages
//! arrive although their sender computes for a minute. After a large backlog it returns memory to the system.

pub(crate) mod notifier;
pub(crate) mod schedule;

use std::sync::{Arc, Weak};
use std::time::Duration;

use forkwire_sys::os::{Transport, Watch, give_back_freed_memory};

use self::schedule::{Rounds, Step};
use crate::core::SharedCore;
use crate::io_thread;

/// How long the loop may stay away before the background writer takes over its backlog.
const PATIENCE: Duration = Duration::from_millis(1);

/// After a backlog of this many bytes, it is worth returning memory to the system.
const LARGE: usize = 8 << 20;

/// Starts a background writer for a channel that has just queued something, unless it has one.
pub(crate) fn watch_over(shared: &Arc<SharedCore>) {
    let socket = {
        let mut core = shared.lock();
        if core.backlog_bytes() == 0 {
            return;
        }
        let Some(link) = &core.link else { return };
        let socket = Arc::clone(link.socket());
        if !core.background.schedule.start() {
            return;
        }
        socket
    };
    if !io_thread::spawn(run(Arc::downgrade(shared), socket)) {
        // No thread can be started. The loop must do alone, as in Node.
        shared.lock().background.schedule.stop();
    }
}

async fn run(shared: Weak<SharedCore>, socket: Arc<Transport>) {
    let largest = attend(&shared, &socket).await;
    // Here, and not where the last byte left, because now it is quiet and this thread has time.
    if largest >= LARGE {
        give_back_freed_memory();
    }
}

/// Writes the backlog until there is nothing left to do. Returns the largest backlog that it saw, in bytes.
async fn attend(shared: &Weak<SharedCore>, socket: &Arc<Transport>) -> usize {
    let mut rounds = Rounds::default();
    let mut largest = 0;
    loop {
        tokio::time::sleep(PATIENCE).await;
        let Some(shared) = shared.upgrade() else {
            return largest;
        };
        let full = {
            let mut core = shared.lock();
            if core.link.is_none() || core.writer.error.is_some() {
                core.background.schedule.stop();
                return largest;
            }
            core.writer.end_burst();
            let waiting = core.backlog_bytes();
            largest = largest.max(waiting);
            match rounds.look(&mut core.background.schedule, waiting > 0) {
                Step::Stop => return largest,
                Step::Wait { away } => away && core.writer.blocked,
                Step::Write => {
                    core.write_in_background();
                    core.writer.blocked
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
async fn wait_writable(socket: &Arc<Transport>) {
    if let Ok(watch) = Watch::new(Arc::clone(socket)) {
        let _ = tokio::time::timeout(Duration::from_millis(20), watch.ready(false, true)).await;
    }
}
