//! The errors of a channel.

use std::io;

use forkwire_proto::WireError;
use thiserror::Error;

/// Why a channel failed.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum Error {
    /// The system refused to read or write; `BrokenPipe` means that the peer is gone.
    #[error("the channel's socket failed: {0}")]
    Io(#[from] io::Error),
    /// The peer sent what is no valid frame.
    #[error(transparent)]
    Wire(#[from] WireError),
}

/// Why a message was not sent. The message comes back, handles included, if none of it had left.
#[derive(Debug, Error)]
#[error("{reason}")]
#[non_exhaustive]
pub struct SendError<M> {
    /// What went wrong, and what to do.
    pub reason: String,
    /// The system's or the peer's fault, if it was one.
    #[source]
    pub source: Option<Error>,
    /// The message, if it was not sent at all.
    pub message: Option<M>,
}
