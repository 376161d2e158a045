//! The errors of the protocol.

use thiserror::Error;

/// A fault in what the peer sent. The channel cannot go on: the beginning of the next frame is unknown, or the peer breaks
/// rules that keep both ends in step. (A mistake of this side is a [`PushError`].)
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum WireError {
    /// Malformed data: bytes that are not a frame, or a frame that breaks a rule.
    #[error("malformed frame from the peer at byte {position}: {what}; the channel is closed")]
    Malformed {
        /// Which rule was broken.
        what: &'static str,
        /// Byte offset in the received stream.
        position: u64,
    },
    /// A frame kind that this version does not know.
    #[error(
        "unknown frame kind {kind} from the peer at byte {position} (this side speaks version {version} of the wire); \
         the channel is closed: run the same forkwire version on both sides"
    )]
    UnknownKind {
        /// The kind byte.
        kind: u8,
        /// The version that this side speaks.
        version: u16,
        /// Byte offset in the received stream.
        position: u64,
    },
    /// The peer's hello names another version.
    #[error(
        "the peer speaks version {theirs} of the forkwire wire, this side version {ours}; \
         the channel is closed: run the same forkwire version on both sides"
    )]
    Version {
        /// The version that this side speaks.
        ours: u16,
        /// The version in the peer's hello.
        theirs: u16,
    },
    /// A frame that announces more bytes than the limit.
    #[error(
        "the peer announced a frame of {len} bytes at byte {position}, more than the {max} allowed; \
         the channel is closed: raise maxMessageSize on this side if such messages are meant"
    )]
    TooLarge {
        /// Announced length of the body, in bytes.
        len: u64,
        /// The limit, in bytes.
        max: u64,
        /// Byte offset in the received stream.
        position: u64,
    },
    /// There is no memory for a message. Only that message is lost, and the channel goes on.
    #[error("no memory for a message of {len} bytes that began at byte {position} of what the peer sent")]
    OutOfMemory {
        /// Length of the message, in bytes.
        len: u64,
        /// Byte offset in the received stream.
        position: u64,
    },
    /// A json message that is not UTF-8. On the native wire the channel is closed. On Node's, where the end of a message is
    /// known whatever it contains, only that message is lost.
    #[error("a json message from the peer is not UTF-8 at byte {position}")]
    NotUtf8 {
        /// Byte offset in the received stream of the first invalid byte.
        position: u64,
    },
    /// The stream ended inside a frame. This breaks no rule: a peer that is killed while it writes leaves such a stream.
    #[error(
        "the stream from the peer ended inside a frame that began at byte {position} ({missing} bytes missing)"
    )]
    Truncated {
        /// Byte offset in the received stream at which the unfinished frame began.
        position: u64,
        /// How many bytes were missing, as far as is known.
        missing: u64,
    },
}

impl WireError {
    pub(crate) fn malformed(what: &'static str, position: u64) -> Self {
        Self::Malformed { what, position }
    }

    /// The position of the fault: a byte offset in the received stream.
    pub fn position(&self) -> u64 {
        match *self {
            Self::Malformed { position, .. }
            | Self::UnknownKind { position, .. }
            | Self::TooLarge { position, .. }
            | Self::OutOfMemory { position, .. }
            | Self::NotUtf8 { position }
            | Self::Truncated { position, .. } => position,
            Self::Version { .. } => 0,
        }
    }

    /// The stable code of this error, `ERR_FORKWIRE_*`.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Malformed { .. } | Self::UnknownKind { .. } | Self::NotUtf8 { .. } => {
                "ERR_FORKWIRE_MALFORMED"
            }
            Self::Version { .. } => "ERR_FORKWIRE_VERSION",
            Self::TooLarge { .. } | Self::OutOfMemory { .. } => "ERR_FORKWIRE_MESSAGE_TOO_LARGE",
            Self::Truncated { .. } => "ERR_FORKWIRE_TRUNCATED",
        }
    }
}

/// Why a message was not queued. Nothing of it is in the backlog, and its handles come back.
#[derive(Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum PushError<H> {
    /// The message is larger than [`crate::Config::max_message`].
    #[error("the message has {len} bytes, more than the {max} that maxMessageSize allows")]
    TooLarge {
        /// Bytes of the body.
        len: usize,
        /// The limit, in bytes.
        max: usize,
        /// The handles, given back.
        handles: Vec<H>,
    },
    /// More than [`crate::MAX_HANDLES`] handles, or a note that is too long.
    #[error("a message can carry at most 253 handles, each with a note of at most 65,535 bytes")]
    TooManyHandles {
        /// The handles, given back.
        handles: Vec<H>,
    },
    /// [`crate::MAX_REQUESTS`] are under way. Another one can be sent once one of them is answered.
    #[error("65,536 requests are under way, which is the most that a channel carries")]
    TooManyRequests {
        /// The handles, given back.
        handles: Vec<H>,
    },
    /// The request was answered, declined or cancelled before.
    #[error("nothing waits for this response: the request was answered, declined or cancelled before")]
    NotAwaited {
        /// The handles, given back.
        handles: Vec<H>,
    },
    /// [`crate::Connection::close`] was called before.
    #[error("the channel was closed for sending")]
    Closed {
        /// The handles, given back.
        handles: Vec<H>,
    },
}

impl<H> PushError<H> {
    /// The handles of the message that was not taken.
    pub fn into_handles(self) -> Vec<H> {
        match self {
            Self::TooLarge { handles, .. }
            | Self::TooManyHandles { handles }
            | Self::TooManyRequests { handles }
            | Self::NotAwaited { handles }
            | Self::Closed { handles } => handles,
        }
    }
}
