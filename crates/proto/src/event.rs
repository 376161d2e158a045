//! The events of a connection: messages, handle groups, and the peer's answers.

use crate::error::WireError;
use crate::frame::{FLAG_CLONE, FLAG_FAILED, FLAG_INTERNAL, Header, Kind};
use crate::handle::{HandleInfo, RefuseReason};

/// How a message's payload is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// JSON text, UTF-8.
    Json,
    /// V8's structured clone format.
    Clone,
}

/// The properties of a message besides its payload.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Meta {
    /// How the payload is written.
    pub format: Format,
    /// Whether Node would emit the message as `'internalMessage'`.
    pub internal: bool,
}

impl Meta {
    /// Those of an ordinary message in `format`.
    pub const fn new(format: Format) -> Self {
        Self {
            format,
            internal: false,
        }
    }

    /// The same with another [`internal`](Meta::internal).
    #[must_use]
    pub const fn with_internal(self, internal: bool) -> Self {
        Self { internal, ..self }
    }

    #[inline]
    pub(crate) fn header(self, handles: u8, len: usize) -> Option<Header> {
        let kind = match self.format {
            Format::Json => Kind::Json,
            Format::Clone => Kind::Clone,
        };
        Some(Header {
            kind,
            flags: if self.internal { FLAG_INTERNAL } else { 0 },
            handles,
            len: u32::try_from(len).ok()?,
        })
    }
}

/// The bytes of a received message.
#[derive(Debug, PartialEq, Eq)]
pub enum Payload<'a> {
    /// In the connection's own buffer, until the next read.
    Borrowed(&'a [u8]),
    /// In its own memory.
    Owned(Vec<u8>),
}

impl Payload<'_> {
    /// The bytes.
    pub fn as_slice(&self) -> &[u8] {
        match self {
            Self::Borrowed(bytes) => bytes,
            Self::Owned(bytes) => bytes,
        }
    }

    /// The bytes in their own memory, copied if they are borrowed.
    pub fn into_vec(self) -> Vec<u8> {
        match self {
            Self::Borrowed(bytes) => bytes.to_vec(),
            Self::Owned(bytes) => bytes,
        }
    }
}

/// What [`crate::Connection::poll_event`] returns.
#[derive(Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Event<'a, H> {
    /// A message without handles.
    Message {
        /// Its frame's words about it.
        meta: Meta,
        /// Its bytes.
        payload: Payload<'a>,
        /// Where its frame begins: a byte offset in the received stream.
        position: u64,
    },
    /// Messages without handles, none of them internal, as the elements of one JSON array, in order. Whether it really is an
    /// array shows when it is parsed.
    Several {
        /// The array, in UTF-8.
        payload: Payload<'a>,
        /// Where its frame begins: a byte offset in the received stream.
        position: u64,
    },
    /// A message with handles. The application answers for it with [`crate::Connection::accept`] or [`crate::Connection::refuse`],
    /// in the order of arrival.
    MessageWithHandles {
        /// The number of its handle group. Those of one direction are counted from 1.
        number: u64,
        /// Its frame's words about it.
        meta: Meta,
        /// Its bytes, without the descriptions.
        payload: Vec<u8>,
        /// Its handles, each with its description.
        handles: Vec<(HandleInfo, H)>,
        /// Where its frame begins: a byte offset in the received stream.
        position: u64,
    },
    /// A request or a response without handles.
    Call {
        /// Which one, and its number.
        call: Call,
        /// How the payload is written.
        format: Format,
        /// Its bytes.
        payload: Payload<'a>,
        /// Where its frame begins: a byte offset in the received stream.
        position: u64,
    },
    /// What else concerns requests.
    Requests(RequestEvent<H>),
    /// A message that does not match its format. On Node's wire only, where it alone is lost and the channel goes on. A handle
    /// that came with it has been closed and answered for.
    Unreadable {
        /// What is wrong with it, and where.
        fault: WireError,
        /// The properties that it should have had.
        meta: Meta,
        /// Its bytes.
        payload: Vec<u8>,
    },
    /// The peer answered for every handle group up to `through`. Those that it refused were reported before.
    Acknowledged {
        /// The last handle group that it answered for.
        through: u64,
    },
    /// The peer did not take the handles of a group, and did not deliver its message.
    Refused {
        /// The handle group's number.
        group: u64,
        /// Why.
        reason: RefuseReason,
    },
    /// The peer will send nothing more.
    Closed,
}

/// What concerns requests, besides those that have no handles.
#[derive(Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum RequestEvent<H> {
    /// A request or a response with handles. The application answers for them as for [`Event::MessageWithHandles`]: to
    /// refuse the handles of a request is to answer it, and a response whose handles are refused is lost.
    WithHandles {
        /// The number of its handle group.
        number: u64,
        /// Which one, and its number.
        call: Call,
        /// How the payload is written.
        format: Format,
        /// Its bytes, without the descriptions.
        payload: Vec<u8>,
        /// Its handles, each with its description.
        handles: Vec<(HandleInfo, H)>,
        /// Where its frame begins: a byte offset in the received stream.
        position: u64,
    },
    /// The response to a request that was cancelled. The application answers for its handles, and has no other use for
    /// them.
    Late {
        /// The number of its handle group.
        number: u64,
        /// Its handles.
        handles: Vec<(HandleInfo, H)>,
    },
    /// The peer has cancelled a request. It has been answered, and the application can no longer answer it.
    Cancelled {
        /// The number of the request.
        id: u64,
    },
    /// The peer does not answer a request of this end.
    Declined {
        /// The number of the request.
        id: u64,
        /// Why.
        reason: DeclineReason,
    },
    /// The response to a request of this end came and was lost: its handles did not all arrive, or there was no memory
    /// for it.
    ResponseLost {
        /// The number of the request.
        id: u64,
    },
}

impl Header {
    pub(crate) fn meta(self) -> Meta {
        let format = if self.kind == Kind::Clone || self.flags & FLAG_CLONE != 0 {
            Format::Clone
        } else {
            Format::Json
        };
        Meta {
            format,
            internal: self.flags & FLAG_INTERNAL != 0,
        }
    }
}

/// The properties of a request or response besides its payload.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Call {
    /// A message that is to be answered. Requests of a direction are numbered from 1.
    Request(u64),
    /// The answer to a request of the other direction.
    Response {
        /// The number of the request.
        id: u64,
        /// Whether the request failed, and the payload says why.
        failed: bool,
    },
}

impl Call {
    /// The number of the request.
    pub const fn id(self) -> u64 {
        match self {
            Self::Request(id) | Self::Response { id, .. } => id,
        }
    }

    /// `len` are the bytes of the body, the number included.
    pub(crate) fn header(self, format: Format, handles: u8, len: usize) -> Option<Header> {
        let (kind, failed) = match self {
            Self::Request(_) => (Kind::Request, 0),
            Self::Response { failed, .. } => (Kind::Response, if failed { FLAG_FAILED } else { 0 }),
        };
        let clone = if format == Format::Clone { FLAG_CLONE } else { 0 };
        Some(Header {
            kind,
            flags: clone | failed,
            handles,
            len: u32::try_from(len).ok()?,
        })
    }
}

/// Why a request ended without a response.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
#[non_exhaustive]
pub enum DeclineReason {
    /// The peer's program takes messages but serves no requests.
    NoHandler = 1,
    /// The requester has cancelled it.
    Cancelled = 2,
    /// The peer's program is closing the channel and has not begun with the request.
    Closing = 3,
    /// The request could not be read.
    Unreadable = 4,
    /// A reason that this version does not know.
    Other = 255,
}

impl DeclineReason {
    /// The reason for a wire byte.
    pub const fn from_byte(byte: u8) -> Self {
        match byte {
            1 => Self::NoHandler,
            2 => Self::Cancelled,
            3 => Self::Closing,
            4 => Self::Unreadable,
            _ => Self::Other,
        }
    }
}
