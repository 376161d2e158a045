//! Connections on their way from a primary of node:cluster to its workers.
//!
//! Each worker has a queue: a socket pair, through which the [`Acceptor`](crate::acceptor::Acceptor) passes connections without calling JavaScript. The primary keeps
//! both ends. So what a worker has not read when it ends is still there, and goes to another worker.

#[cfg(target_os = "linux")]
#[path = "connections/queue.rs"]
mod queue;
#[cfg(target_os = "linux")]
#[path = "connections/taker.rs"]
mod taker;

#[cfg(not(target_os = "linux"))]
#[path = "connections/absent.rs"]
mod absent;
#[cfg(not(target_os = "linux"))]
use absent as queue;
#[cfg(not(target_os = "linux"))]
use absent as taker;

use napi::Env;
use napi::bindgen_prelude::{Function, JsValue};
use napi_derive::napi;

pub(crate) use self::queue::Queue;
use self::taker::Taker;
use crate::error::{Result, errno};

/// What became of a connection.
#[cfg(unix)]
#[cfg_attr(not(target_os = "linux"), allow(dead_code))] // nothing is ever taken there
pub(crate) enum Sent {
    Taken,
    /// There is no room. The source is called once there is.
    Full,
    /// The system is short of something, or the queue has ended.
    Failed,
}

/// What sends connections.
#[cfg(unix)]
#[cfg_attr(not(target_os = "linux"), allow(dead_code))] // no queue is ever full there
pub(crate) trait Source {
    /// There is room again.
    fn continue_sending(&self);
}

/// The primary's part of a worker's queue.
#[napi]
pub struct ConnectionQueue {
    pub(crate) queue: Queue,
}

#[napi]
impl ConnectionQueue {
    /// `onReturned` gets each connection that the worker has refused: the number of its server, and its descriptor, which it owns.
    /// The queue does not keep the event loop alive.
    ///
    /// Throws an errno error: `EMFILE` if no descriptor is left, `ENOSYS` where connections travel as messages only.
    #[napi(constructor)]
    #[allow(clippy::needless_pass_by_value)] // the shape that napi-rs calls
    pub fn new(
        env: Env,
        #[napi(ts_arg_type = "(index: number, fd: number) => void")] on_returned: Function<
            '_,
            (u32, i32),
            (),
        >,
    ) -> Result<Self> {
        let queue =
            Queue::start(env.raw(), on_returned.raw()).map_err(|error| errno("socketpair", &error))?;
        Ok(Self { queue })
    }

    /// A duplicate of the worker's end, which the caller owns. Throws an errno error.
    #[napi]
    pub fn worker_end(&self) -> Result<i32> {
        self.queue.worker_end().map_err(|error| errno("dup", &error))
    }

    /// Takes back what the worker has not read: the number of a server, a descriptor, which the caller owns, and so on.
    #[napi]
    pub fn drain(&self) -> Vec<i32> {
        self.queue.drain()
    }

    /// Closes both ends.
    #[napi]
    pub fn close(&self) {
        self.queue.stop();
    }
}

impl Drop for ConnectionQueue {
    fn drop(&mut self) {
        self.queue.stop();
    }
}

/// A worker's part of its queue.
#[napi]
pub struct ConnectionTaker {
    taker: Taker,
}

#[napi]
impl ConnectionTaker {
    /// Works on a duplicate of the descriptor `fd`, and does not keep the event loop alive. `onConnection` gets the number of a
    /// server and a descriptor, which it owns. The descriptor is -1 if the process has none left: reading has stopped then.
    ///
    /// Throws an errno error.
    #[napi(constructor)]
    #[allow(clippy::needless_pass_by_value)] // the shape that napi-rs calls
    pub fn new(
        env: Env,
        fd: i32,
        #[napi(ts_arg_type = "(index: number, fd: number) => void")] on_connection: Function<
            '_,
            (u32, i32),
            (),
        >,
    ) -> Result<Self> {
        let taker = Taker::start(env.raw(), fd, on_connection.raw()).map_err(|error| errno("dup", &error))?;
        Ok(Self { taker })
    }

    /// Starts or stops reading.
    #[napi]
    pub fn set_reading(&self, on: bool) {
        self.taker.set_reading(on);
    }

    /// Gives a connection back to the primary. The caller keeps the descriptor. Throws an errno error.
    #[napi]
    pub fn give_back(&self, index: u32, fd: i32) -> Result<()> {
        self.taker
            .give_back(index, fd)
            .map_err(|error| errno("sendmsg", &error))
    }

    /// Closes this end.
    #[napi]
    pub fn close(&self) {
        self.taker.stop();
    }
}

impl Drop for ConnectionTaker {
    fn drop(&mut self) {
        self.taker.stop();
    }
}
