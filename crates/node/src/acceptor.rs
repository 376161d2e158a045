//! Accepting connections for others: a primary of node:cluster makes no object of a connection that a worker gets.

#[cfg(unix)]
#[path = "acceptor/rotation.rs"]
mod rotation;
#[cfg(unix)]
#[path = "acceptor/unix.rs"]
mod system;
#[cfg(windows)]
#[path = "acceptor/windows.rs"]
mod system;

use napi::Env;
use napi::bindgen_prelude::{Function, JsValue};
use napi_derive::napi;

use self::system::Listening;
use crate::connections::ConnectionQueue;
use crate::error::{Result, errno};

/// Accepts connections of a listening socket.
#[napi]
pub struct Acceptor {
    listening: Listening,
}

#[napi]
impl Acceptor {
    /// Works on a duplicate of the descriptor `fd`, which must not block, and keeps the event loop alive. Connections go to the queues
    /// in turn. `onConnections` gets those that no queue takes: it owns the descriptors.
    ///
    /// Throws an errno error: `EMFILE` if no descriptor is left, `EINVAL` if it cannot be polled, `ENOSYS` on Windows and where
    /// the event loop is not libuv's.
    #[napi(constructor)]
    #[allow(clippy::needless_pass_by_value)] // the shape that napi-rs calls
    pub fn new(
        env: Env,
        fd: i32,
        #[napi(ts_arg_type = "(fds: number[]) => void")] on_connections: Function<'_, Vec<i32>, ()>,
    ) -> Result<Self> {
        let listening =
            Listening::start(env.raw(), fd, on_connections.raw()).map_err(|error| errno("accept", &error))?;
        Ok(Self { listening })
    }

    /// From now on, connections go to this queue too, where they have the number `index`.
    #[napi]
    pub fn add(&self, queue: &ConnectionQueue, index: u32) {
        self.listening.add(&queue.queue, index);
    }

    /// No more of them do.
    #[napi]
    pub fn remove(&self, queue: &ConnectionQueue) {
        self.listening.remove(&queue.queue);
    }

    /// Takes over the descriptor of a connection, and treats it as a new one.
    #[napi]
    pub fn give(&self, fd: i32) -> Result<()> {
        self.listening.give(fd).map_err(|error| errno("give", &error))
    }

    /// Accepts no more, and closes what has been accepted and not sent.
    #[napi]
    pub fn close(&self) {
        self.listening.stop();
    }
}

impl Drop for Acceptor {
    fn drop(&mut self) {
        self.listening.stop();
    }
}
