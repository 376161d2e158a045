//! Accepting connections for others: a primary of node:cluster makes no object of a connection that a worker gets.

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
use crate::error::{Result, errno};

/// Accepts connections of a listening socket.
#[napi]
pub struct Acceptor {
    listening: Listening,
}

#[napi]
impl Acceptor {
    /// Works on a duplicate of the descriptor `fd`, which must not block, and keeps the event loop alive. Calls `onConnections` with
    /// the descriptors of new connections, which it owns.
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

    /// Accepts no more. Closes the duplicate.
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
