//! Two ways to wait for the socket behind one interface: Node's own event loop, or a background task.

#[cfg(unix)]
mod event_loop;
pub(crate) mod io_thread;
#[cfg(unix)]
mod linger;
mod task;

use std::rc::Rc;
use std::sync::OnceLock;

use crate::deliver::Port;

/// Waits for a channel's socket, and makes its [`Port`] deliver. Dropping it stops the waiting.
pub(crate) enum Driver {
    /// The descriptor is polled on Node's own loop: no thread stands between the kernel and JavaScript.
    #[cfg(unix)]
    Loop(event_loop::LoopDriver),
    /// A tokio task reads and writes, and wakes JavaScript: for runtimes whose loop cannot be polled.
    Task(task::TaskDriver),
}

/// Which driver to use.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Choice {
    #[cfg(unix)]
    Loop,
    Task,
}

impl Choice {
    /// The one asked for, or the best that this runtime has. Bun exports libuv's polling as stubs that abort, so a
    /// runtime that calls itself something else than Node gets the task; and so does Windows, where libuv polls sockets only.
    /// The variable `FORKWIRE_DRIVER` asks for whoever does not, so that tests run on either.
    pub(crate) fn from_name(name: Option<&str>) -> Option<Self> {
        static ASKED: OnceLock<Option<String>> = OnceLock::new();
        let asked = ASKED.get_or_init(|| std::env::var("FORKWIRE_DRIVER").ok());
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
    pub(crate) fn start(choice: Choice, port: &Rc<Port>) -> Option<Self> {
        match choice {
            #[cfg(unix)]
            Choice::Loop => event_loop::LoopDriver::start(port).map(Self::Loop),
            Choice::Task => task::TaskDriver::start(port).map(Self::Task),
        }
    }

    /// Chooses what to wait for.
    pub(crate) fn want(&self, read: bool, write: bool) {
        match self {
            #[cfg(unix)]
            Self::Loop(driver) => driver.want(read, write),
            Self::Task(driver) => {
                // The task asks the core by itself.
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
