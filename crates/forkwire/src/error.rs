//! The errors of a channel.

use std::io;

use forkwire_proto::WireError;
use forkwire_proto::v8::{DecodeError, EncodeError};
use thiserror::Error;

use crate::handle::Handle;
use crate::message::Message;

/// Why a channel failed, or why a message was not what the program expected.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum Error {
    /// The system refused to read or write; `BrokenPipe` means that the peer is gone.
    #[error("the channel's socket failed: {0}")]
    Io(#[from] io::Error),
    /// The peer sent what is no valid frame. The channel has ended.
    #[error(transparent)]
    Wire(#[from] WireError),
    /// A message that is not of the type that was asked for. It is given back, handles included, and the channel goes
    /// on.
    #[error("the message is not what was asked for: {source}")]
    Unexpected {
        /// The message.
        message: Box<Message>,
        /// What is wrong with it.
        source: ValueError,
    },
}

/// A value and a message that do not fit each other.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum ValueError {
    /// Text that is not the JSON it should be, or a value that has no JSON.
    #[error(transparent)]
    Json(#[from] serde_json::Error),
    /// A structured clone that is not what it should be.
    #[error(transparent)]
    Decode(#[from] Box<DecodeError>),
    /// A value that has no structured clone.
    #[error(transparent)]
    Encode(#[from] EncodeError),
}

impl From<DecodeError> for ValueError {
    fn from(error: DecodeError) -> Self {
        Self::Decode(Box::new(error))
    }
}

/// What kept a message from being sent.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum SendErrorKind {
    /// The backlog is at its mark ([`crate::HIGH_WATER_MARK`]): only [`try_send`](crate::Channel::try_send) says so.
    Full,
    /// The peer is gone, or this end was closed for sending.
    Closed,
    /// More bytes than this end's limit for a message allows.
    TooLarge,
    /// Handles that this wire cannot carry: too many, or of a kind that Node has no name for.
    Handles,
    /// On Node's wire every message is in the channel's one format, and json is UTF-8 on any.
    Format,
    /// The value cannot be written in the channel's format.
    Value,
}

/// Why a message was not sent. The message comes back, handles included, if none of it had left.
#[derive(Debug, Error)]
#[error("{reason}")]
#[non_exhaustive]
pub struct SendError {
    /// What kept it, to decide by.
    pub kind: SendErrorKind,
    /// What went wrong, and what to do: for people.
    pub reason: String,
    /// The message. `None`: it may have reached the peer, or its handles have left; or there is nothing to give back,
    /// because the value cannot be written. Handles that were to go with such a value come back with an empty payload.
    pub message: Option<Message>,
    #[source]
    pub(crate) source: Option<Box<Error>>,
}

impl SendError {
    pub(crate) fn new(kind: SendErrorKind, reason: impl Into<String>) -> Self {
        Self {
            kind,
            reason: reason.into(),
            message: None,
            source: None,
        }
    }

    pub(crate) fn closed(error: Error) -> Self {
        Self {
            source: Some(Box::new(error)),
            ..Self::new(
                SendErrorKind::Closed,
                "the peer is gone, or took no part in the protocol any more",
            )
        }
    }

    #[must_use]
    pub(crate) fn with(mut self, message: Message) -> Self {
        self.message = Some(message);
        self
    }
}

impl From<ValueError> for SendError {
    fn from(error: ValueError) -> Self {
        Self::new(SendErrorKind::Value, format!("the value cannot be sent: {error}"))
    }
}

/// A handle that is not of the type that was asked for. It is given back.
#[derive(Debug, Error)]
#[error("the handle is no {expected}")]
#[non_exhaustive]
pub struct HandleError {
    /// The handle.
    pub handle: Handle,
    /// The name of the type.
    pub expected: &'static str,
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
    #[error("{place}, which {name} says is the channel, cannot be used: {source}")]
    Descriptor {
        /// The variable.
        name: &'static str,
        /// The descriptor, or on Windows the pipe: for people.
        place: String,
        /// What the system says.
        source: io::Error,
    },
    /// The channel could not be set up.
    #[error("the channel could not be set up: {0}")]
    Io(#[from] io::Error),
}
