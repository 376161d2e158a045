//! The errors of a channel.

use std::io;

use forkwire_proto::WireError;
use forkwire_proto::v8::{DecodeError, EncodeError};
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
    /// A message that is not the JSON it should be, or a value that has no JSON. The channel goes on.
    #[error("the message is not what was asked for: {0}")]
    Json(#[from] serde_json::Error),
    /// A message of the advanced mode that is not what it should be. The channel goes on.
    #[error("the message is not what was asked for: {0}")]
    Decode(#[source] Box<DecodeError>),
    /// A value that the advanced mode cannot hold.
    #[error("the value cannot be sent: {0}")]
    Encode(#[from] EncodeError),
}

impl From<DecodeError> for Error {
    fn from(error: DecodeError) -> Self {
        Self::Decode(Box::new(error))
    }
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

/// Why the channel that the environment names cannot be used.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum EnvironmentError {
    /// A variable has a value that its writer cannot have meant.
    #[error("the environment variable {name} is {value:?}, which is no {expected}")]
    Variable {
        /// The variable.
        name: &'static str,
        /// What it is.
        value: String,
        /// What it should be.
        expected: &'static str,
    },
    /// The descriptor is not open, or no channel: some program between the parent and this one (a shell, say) closed it
    /// and kept the variable.
    #[error("descriptor {fd}, which {name} says is the channel, cannot be used: {source}")]
    Descriptor {
        /// The variable.
        name: &'static str,
        /// The descriptor.
        fd: i32,
        /// What the system says.
        source: io::Error,
    },
    /// The channel could not be set up.
    #[error("the channel could not be set up: {0}")]
    Io(#[from] io::Error),
}
