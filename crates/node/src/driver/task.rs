//! The driver on a background task. It reads, writes and gathers, and wakes JavaScript once for many messages.

use std::rc::Rc;
use std::sync::Arc;
use std::time::Duration;

use forkwire_sys::os::{Transport, Watch};
use tokio::sync::Notify;

use crate::background::notifier::Notifier;
use crate::core::{SharedCore, StreamEnd};
use crate::driver::Served;
use crate::ffi::wake::{Waker, Wakeup, Woken};
use crate::io_thread;

/// How often a channel that reads nothing checks whether its peer is still there.
const HANG_UP_CHECK: Duration = Duration::from_millis(50);

/// How long to wait when the system is short of something for the moment.
const SHORTAGE: Duration = Duration::from_millis(1);

pub(crate) struct TaskDriver {
    wakeup: Wakeup,
    changed: Arc<Notify>,
}

impl TaskDriver {
    pub(crate) fn start(served: &Rc<dyn Served>) -> Option<Self> {
        let core = served.core();
        let socket = Arc::clone(core.lock().link.as_ref()?.socket());
        let (wakeup, waker) = Wakeup::new(served.env(), Box::new(OnWake(Rc::clone(served))))?;
        let changed = Arc::new(Notify::new());
        {
            let mut core = core.lock();
            core.background.notifier = Some(Notifier::Task(Arc::clone(&changed)));
            core.reader.begun = false;
        }
        let task = run(Arc::clone(core), socket, Arc::clone(&changed), waker);
        if !io_thread::spawn(task) {
            return None;
        }
        // Only now, because JavaScript must not get events of a channel that could not be started.
        wakeup.wake();
        Some(Self { wakeup, changed })
    }

    /// What the channel waits for has changed. The task looks again.
    pub(crate) fn changed(&self) {
        self.changed.notify_one();
    }

    pub(crate) fn set_ref(&self, on: bool) {
        self.wakeup.set_ref(on);
    }
}

impl Drop for TaskDriver {
    fn drop(&mut self) {
        self.changed.notify_one();
    }
}

struct OnWake(Rc<dyn Served>);

impl Woken for OnWake {
    fn woken(&self) -> bool {
        super::step(&*self.0)
    }

    fn panicked(&self) {
        self.0.panicked();
    }

    fn end(&self) {
        self.0.end();
    }
}

/// What the channel waits for now.
struct Wishes {
    read: bool,
    write: bool,
}

fn wishes(shared: &SharedCore) -> Option<Wishes> {
    let core = shared.lock();
    core.link.as_ref()?;
    Some(Wishes {
        read: core.wants_read(),
        write: core.wants_write(),
    })
}

async fn run(shared: Arc<SharedCore>, socket: Arc<Transport>, changed: Arc<Notify>, waker: Waker) {
    let Ok(watch) = Watch::new(socket) else {
        shared.lock().ends.received = Some(StreamEnd::Eof);
        waker.wake();
        return;
    };
    while let Some(wishes) = wishes(&shared) {
        tokio::select! {
            biased;
            () = changed.notified() => {
                if shared.lock().background.unreported {
                    waker.wake();
                }
            }
            served = serve(&shared, &watch, &wishes) => {
                if served {
                    waker.wake();
                }
            }
            () = tokio::time::sleep(HANG_UP_CHECK), if !wishes.read => {
                if watch.transport().is_hung_up() {
                    shared.lock().reader.hung_up = true;
                }
            }
        }
    }
}

/// Waits for the socket and does what it is ready for. True if there may be something for JavaScript.
async fn serve(shared: &SharedCore, watch: &Watch, wishes: &Wishes) -> bool {
    let Ok(mut ready) = watch.ready(wishes.read, wishes.write).await else {
        return false;
    };
    let (readable, writable) = (ready.readable(), ready.writable());
    let mut short = false;
    {
        let mut core = shared.lock();
        if writable && wishes.write {
            core.writer.blocked = false;
            core.write();
            if core.writer.blocked {
                ready.clear_writable();
                short = true;
            }
        }
        if readable && wishes.read {
            core.read();
            if core.reader.dry {
                ready.clear_readable();
            }
        }
    }
    if short && !wishes.read {
        tokio::time::sleep(SHORTAGE).await;
    }
    true
}
