//! The errors of a channel.

use std::convert::Infallible;
use std::error::Error as StdError;
use std::io;

use forkwire_proto::WireError;
use thiserror::Error;

use crate::message::Message;
use crate::value_error::ValueError;

/// Why a channel failed, or why a message was not what the program expected.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum Error {
    /// The system failed to read or to write. `BrokenPipe` means that the peer is gone.
    #[error("the channel's socket failed")]
    Io(#[from] io::Error),
    /// The peer sent malformed data. The channel has ended.
    #[error(transparent)]
    Wire(#[from] WireError),
    /// A message is not of the type that was asked for. It comes back, handles included, and the channel goes on.
    #[error("the message is not of the expected type")]
    Unexpected {
        /// The message.
        message: Box<Message>,
        /// The mismatch.
        source: ValueError,
    },
    /// Both ends send and neither receives: the socket is full, and as much as is
    /// [read ahead](crate::Config::read_ahead) waits here to be received. The channel goes on when some of it is.
    #[error(
        "both ends send and neither receives: receive some messages, or split the channel and receive in another task"
    )]
    Unread,
}

/// The reason why a message was not sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum SendErrorKind {
    /// The backlog is at its [high-water mark](crate::Config::high_water_mark). Only calls that do not wait report this.
    Full,
    /// The peer is gone, or this end was closed for sending.
    Closed,
    /// The message is larger than [`Config::max_message_size`](crate::Config::max_message_size).
    TooLarge,
    /// The wire cannot carry these handles: there are too many, or Node has no name for their kind.
    Handles,
    /// The message is not in the channel's format, which Node's wire demands, or is JSON that is not UTF-8.
    Format,
    /// The value has no form in the channel's format.
    Value,
    /// The peer has no requests, or this wire carries none with handles.
    Wire,
    /// Both ends send and neither receives: see [`Error::Unread`]. Receive, and send again what came back. A message
    /// that does not come back is queued.
    Unread,
}

/// Why a message was not sent. The message comes back, handles included, if none of it has left.
#[derive(Debug, Error)]
#[error("{reason}")]
#[non_exhaustive]
pub struct SendError {
    /// The reason, for the program to decide by.
    pub kind: SendErrorKind,
    /// What went wrong and what to do, for people.
    pub reason: String,
    /// The message. `None` if some of it may have reached the peer, or if it was never made because its value has no
    /// form in the channel's format. Handles that were to go with such a value come back with an empty payload.
    pub message: Option<Message>,
    #[source]
    source: Option<Box<dyn StdError + Send + Sync>>,
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

    /// The channel failed while the message waited.
    pub(crate) fn channel(error: Error) -> Self {
        let (kind, reason) = match &error {
            Error::Unread => return Self::new(SendErrorKind::Unread, error.to_string()),
            Error::Wire(_) => (
                SendErrorKind::Closed,
                "the channel has ended: the peer sent malformed data",
            ),
            _ => (SendErrorKind::Closed, "the peer is gone"),
        };
        Self::new(kind, reason).because(error)
    }

    fn because(mut self, source: impl Into<Box<dyn StdError + Send + Sync>>) -> Self {
        self.source = Some(source.into());
        self
    }

    #[must_use]
    pub(crate) fn with(mut self, message: Message) -> Self {
        self.message = Some(message);
        self
    }
}

impl From<ValueError> for SendError {
    fn from(error: ValueError) -> Self {
        Self::new(
            SendErrorKind::Value,
            "the value has no form in the channel's format",
        )
        .because(error)
    }
}

/// What could not be turned into a [`Handle`](crate::Handle), as `send_with` reports it: a socket of tokio, or memory.
impl From<io::Error> for SendError {
    fn from(error: io::Error) -> Self {
        Self::new(
            SendErrorKind::Handles,
            "no handle can be made of what was to be sent",
        )
        .because(error)
    }
}

/// For what can always be turned into a [`Handle`](crate::Handle).
impl From<Infallible> for SendError {
    fn from(never: Infallible) -> Self {
        match never {}
    }
}

/// Why the channel that the environment names cannot be used.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum EnvironmentError {
    /// A variable has a value that cannot be meant.
    #[error("the environment variable {name} is {value:?}, and not {expected}")]
    Variable {
        /// The variable.
        name: &'static str,
        /// Its value.
        value: String,
        /// What it should be.
        expected: &'static str,
    },
    /// The descriptor is not open, or not a channel that this process inherited. Usually a program between the parent and
    /// this one, such as a shell, closed the descriptor and kept the variable.
    #[error("the environment variable {name} names {place} as the channel, which it is not")]
    Descriptor {
        /// The variable.
        name: &'static str,
        /// The descriptor, or on Windows the pipe, for people.
        place: String,
        /// The system's reason.
        source: io::Error,
    },
    /// The channel could not be set up.
    #[error("the channel could not be set up")]
    Io(#[from] io::Error),
}
