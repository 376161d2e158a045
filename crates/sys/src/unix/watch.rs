//! Waiting for a socket on tokio's reactor.

use std::io;
use std::sync::Arc;

use tokio::io::unix::AsyncFd;

use super::Socket;

/// Registers a socket with the reactor of the current tokio runtime.
///
/// # Errors
/// The reactor has no room: no descriptors or no memory left.
///
/// # Panics
/// Outside of a tokio runtime, or in one without I/O enabled.
pub fn watch(socket: Arc<Socket>) -> io::Result<AsyncFd<Arc<Socket>>> {
    // SAFETY: a Socket owns its descriptor for all of its life and never replaces it, and the Arc keeps it alive.
    let watched = unsafe { AsyncFd::register(socket) };
    watched.map_err(Into::into)
}
