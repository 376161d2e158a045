//! Two ways to wait for the socket behind one interface: Node's own event loop, or a background task.

#[cfg(unix)]
mod event_loop;
mod task;

use std::rc::Rc;
use std::sync::{Arc, OnceLock};

use forkwire::Latency;
use napi::sys;

use crate::core::SharedCore;

/// What a driver serves: a channel, on the JavaScript thread.
pub(crate) trait Served {
    /// The channel's state.
    fn core(&self) -> &Arc<SharedCore>;

    /// The environment that the channel belongs to.
    fn env(&self) -> sys::napi_env;

    /// Delivers everything that is ready, and closes the channel if that was the end.
    #[cfg(unix)]
    fn deliver(&self);

    /// As [`Served::deliver`], from within a scope of the runtime, where ticks and microtasks wait for its end. So it delivers
    /// only the messages. It returns true if there were any, and the rest is for another call.
    fn deliver_step(&self) -> bool;

    /// Tells the driver what to wait for now.
    fn update(&self);

    /// A callback of the driver panicked. The channel ends, and JavaScript gets the error.
    fn panicked(&self);

    /// The environment is ending. Closes everything, and does not touch JavaScript any more.
    fn end(&self);
}

/// Waits for a channel's socket, and makes the served channel deliver. Dropping it stops the waiting.
pub(crate) enum Driver {
    /// Polls the descriptor on Node's own loop, without a thread between the kernel and JavaScript.
    #[cfg(unix)]
    Loop(event_loop::LoopDriver),
    /// A tokio task reads, writes and wakes JavaScript. For runtimes whose loop cannot be polled.
    Task(task::TaskDriver),
}

/// What a wake-up does on the JavaScript thread. True if there is more to do, in another call.
fn step(served: &dyn Served) -> bool {
    let more = served.deliver_step();
    served.update();
    more && served.core().lock().link.is_some()
}

/// Which driver to use.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Choice {
    #[cfg(unix)]
    Loop,
    Task,
}

impl Choice {
    /// The requested one, or the best for this runtime. Bun exports libuv's polling functions as stubs that abort, so any
    /// runtime other than Node gets the task. So does Windows, where libuv polls only sockets.
    /// Without a request, the variable `FORKWIRE_DRIVER` decides, so that tests can run on either.
    pub(crate) fn from_name(name: Option<&str>) -> Option<Self> {
        static ASKED: OnceLock<Option<String>> = OnceLock::new();
        // An empty variable counts as unset, as in a shell.
        let asked = ASKED.get_or_init(|| {
            std::env::var("FORKWIRE_DRIVER")
                .ok()
                .filter(|name| !name.is_empty())
        });
        match name.or(asked.as_deref()) {
            #[cfg(unix)]
            Some("loop") => Some(Self::Loop),
            Some("task") => Some(Self::Task),
            Some(_) => None,
            #[cfg(unix)]
            None if crate::ffi::uv::is_available() => Some(Self::Loop),
            None => Some(Self::Task),
        }
    }
}

impl Driver {
    /// The task sleeps whatever `latency` says: it waits on a thread of its own, for many channels.
    #[cfg_attr(windows, allow(unused_variables))]
    pub(crate) fn start(choice: Choice, latency: Latency, served: &Rc<dyn Served>) -> Option<Self> {
        match choice {
            #[cfg(unix)]
            Choice::Loop => event_loop::LoopDriver::start(served, latency).map(Self::Loop),
            Choice::Task => task::TaskDriver::start(served).map(Self::Task),
        }
    }

    /// Chooses what to wait for.
    pub(crate) fn want(&self, read: bool, write: bool) {
        match self {
            #[cfg(unix)]
            Self::Loop(driver) => driver.want(read, write),
            Self::Task(driver) => {
                // The task asks the core itself.
                let _ = (read, write);
                driver.changed();
            }
        }
    }

    /// Whether the channel keeps the loop alive.
    pub(crate) fn set_ref(&self, on: bool) {
        match self {
            #[cfg(unix)]
            Self::Loop(driver) => driver.set_ref(on),
            Self::Task(driver) => driver.set_ref(on),
        }
    }
}
