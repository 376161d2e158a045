//! The frame header of the native wire and the bodies of its control frames.

use crate::error::WireError;
use crate::event::Format;
use crate::handle::{MAX_HANDLES, RefuseReason};

/// Version of the native wire that this crate speaks. It travels in the hello frame, the first of each direction.
pub const VERSION: u16 = 2;

/// Bytes of a frame header: kind, flags, handle count, a zero, and the body's length as a little-endian `u32`.
pub const HEADER_LEN: usize = 8;

/// First bytes of a hello's body. Whatever is not a forkwire peer fails here, by name.
pub(crate) const MAGIC: [u8; 4] = *b"FKWR";

/// Set on messages that Node would emit as `'internalMessage'`.
pub(crate) const FLAG_INTERNAL: u8 = 0x01;

/// Set on requests and responses whose payload is a structured clone, and not JSON text.
pub(crate) const FLAG_CLONE: u8 = 0x02;

/// Set on responses that say why the request failed.
pub(crate) const FLAG_FAILED: u8 = 0x04;

/// Bytes of the number that a request or a response begins with. They count for the frame, and not for the payload.
pub(crate) const ID_LEN: usize = 8;

const JSON: u8 = Kind::Json as u8;
const CLONE: u8 = Kind::Clone as u8;

/// What a frame carries.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub(crate) enum Kind {
    Hello = 1,
    Json = 2,
    Clone = 3,
    Handles = 4,
    Ack = 5,
    Refuse = 6,
    Close = 7,
    /// A JSON array of which each element is a message.
    Several = 8,
    /// A message that is to be answered.
    Request = 9,
    /// The answer to a request.
    Response = 10,
    /// The end of a request without a response: given up by its sender, or declined by its receiver.
    Cancel = 11,
}

impl Kind {
    fn from_byte(byte: u8) -> Option<Self> {
        Some(match byte {
            1 => Self::Hello,
            2 => Self::Json,
            3 => Self::Clone,
            4 => Self::Handles,
            5 => Self::Ack,
            6 => Self::Refuse,
            7 => Self::Close,
            8 => Self::Several,
            9 => Self::Request,
            10 => Self::Response,
            11 => Self::Cancel,
            _ => return None,
        })
    }

    /// Whether frames of this kind carry one message, which may be internal and have handles.
    pub(crate) fn is_message(self) -> bool {
        matches!(self, Self::Json | Self::Clone)
    }

    /// Whether frames of this kind begin with the number of a request.
    pub(crate) fn is_call(self) -> bool {
        matches!(self, Self::Request | Self::Response)
    }

    /// Whether frames of this kind carry what programs send, and may therefore be large.
    fn has_payload(self) -> bool {
        self.is_message() || self == Self::Several || self.is_call()
    }

    /// The flags that frames of this kind may have.
    fn flags(self) -> u8 {
        match self {
            Self::Json | Self::Clone => FLAG_INTERNAL,
            Self::Request => FLAG_CLONE,
            Self::Response => FLAG_CLONE | FLAG_FAILED,
            _ => 0,
        }
    }
}

/// A decoded frame header.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Header {
    pub(crate) kind: Kind,
    pub(crate) flags: u8,
    pub(crate) handles: u8,
    pub(crate) len: u32,
}

impl Header {
    pub(crate) fn control(kind: Kind, len: u32) -> Self {
        Self {
            kind,
            flags: 0,
            handles: 0,
            len,
        }
    }

    #[inline]
    pub(crate) fn encode(self) -> [u8; HEADER_LEN] {
        let [a, b, c, d] = self.len.to_le_bytes();
        [self.kind as u8, self.flags, self.handles, 0, a, b, c, d]
    }

    /// The format and the length of a message that has no handles and no flags, which are nearly all of them. `None` for
    /// everything else, malformed headers included.
    #[inline]
    pub(crate) fn plain(bytes: [u8; HEADER_LEN]) -> Option<(Format, usize)> {
        let [kind, 0, 0, 0, len @ ..] = bytes else {
            return None;
        };
        let format = match kind {
            JSON => Format::Json,
            CLONE => Format::Clone,
            _ => return None,
        };
        Some((format, u32::from_le_bytes(len) as usize))
    }

    /// Parses a header that starts at byte `position` of the stream.
    pub(crate) fn decode(
        bytes: [u8; HEADER_LEN],
        position: u64,
        max_message: usize,
    ) -> Result<Self, WireError> {
        let [kind, flags, handles, zero, a, b, c, d] = bytes;
        let Some(kind) = Kind::from_byte(kind) else {
            return Err(WireError::UnknownKind {
                kind,
                version: VERSION,
                position,
            });
        };
        if flags & !kind.flags() != 0 || zero != 0 {
            return Err(WireError::malformed("unknown flags in a frame header", position));
        }
        if handles != 0 && !(kind.is_message() || kind.is_call() || kind == Kind::Handles) {
            return Err(WireError::malformed(
                "a frame with handles that can have none",
                position,
            ));
        }
        if usize::from(handles) > MAX_HANDLES {
            return Err(WireError::malformed(
                "more handles than one transfer can carry",
                position,
            ));
        }
        let len = u32::from_le_bytes([a, b, c, d]);
        let limit = if kind.is_call() {
            max_message.saturating_add(ID_LEN)
        } else if kind.has_payload() {
            max_message
        } else {
            kind.control_len()
        };
        if len as usize > limit {
            return Err(WireError::TooLarge {
                len: u64::from(len),
                max: limit as u64,
                position,
            });
        }
        if !kind.has_payload() && len as usize != limit {
            return Err(WireError::malformed(
                "a control frame of the wrong length",
                position,
            ));
        }
        if kind.is_call() && (len as usize) < ID_LEN {
            return Err(WireError::malformed("a request without a number", position));
        }
        Ok(Self {
            kind,
            flags,
            handles,
            len,
        })
    }
}

impl Kind {
    /// The exact body length of a control frame, in bytes.
    fn control_len(self) -> usize {
        match self {
            Self::Hello => 6,
            Self::Ack => 8,
            Self::Refuse | Self::Cancel => 9,
            _ => 0,
        }
    }
}

/// Appends one whole control frame to `out`.
pub(crate) fn put_control(out: &mut Vec<u8>, control: Control) {
    match control {
        Control::Hello => {
            out.extend_from_slice(&Header::control(Kind::Hello, 6).encode());
            out.extend_from_slice(&MAGIC);
            out.extend_from_slice(&VERSION.to_le_bytes());
        }
        Control::Ack(through) => {
            out.extend_from_slice(&Header::control(Kind::Ack, 8).encode());
            out.extend_from_slice(&through.to_le_bytes());
        }
        Control::Refuse(group, reason) => {
            out.extend_from_slice(&Header::control(Kind::Refuse, 9).encode());
            out.extend_from_slice(&group.to_le_bytes());
            out.push(reason as u8);
        }
        Control::Cancel(id, reason) => {
            out.extend_from_slice(&Header::control(Kind::Cancel, 9).encode());
            out.extend_from_slice(&id.to_le_bytes());
            out.push(reason);
        }
        Control::Close => out.extend_from_slice(&Header::control(Kind::Close, 0).encode()),
    }
}

/// The control frames that this end sends.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Control {
    Hello,
    Ack(u64),
    Refuse(u64, RefuseReason),
    /// A reason of 0 is that of the request's sender.
    Cancel(u64, u8),
    Close,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_header_survives_the_wire() {
        let header = Header {
            kind: Kind::Clone,
            flags: FLAG_INTERNAL,
            handles: 3,
            len: 70_000,
        };
        assert_eq!(Header::decode(header.encode(), 0, 1 << 20), Ok(header));
    }

    #[test]
    fn an_unknown_kind_is_named_with_its_position() {
        let error = Header::decode([99, 0, 0, 0, 0, 0, 0, 0], 17, 100).unwrap_err();
        assert_eq!(
            error,
            WireError::UnknownKind {
                kind: 99,
                version: VERSION,
                position: 17
            }
        );
    }

    #[test]
    fn a_body_beyond_the_limit_is_refused_before_it_is_read() {
        let header = Header {
            kind: Kind::Json,
            flags: 0,
            handles: 0,
            len: 101,
        };
        let error = Header::decode(header.encode(), 8, 100).unwrap_err();
        assert_eq!(
            error,
            WireError::TooLarge {
                len: 101,
                max: 100,
                position: 8
            }
        );
    }

    #[test]
    fn control_frames_have_one_length_only() {
        for len in [0, 7, 9] {
            let bytes = Header::control(Kind::Ack, len).encode();
            assert!(Header::decode(bytes, 0, 100).is_err(), "length {len}");
        }
    }

    #[test]
    fn reserved_bits_must_be_zero() {
        assert!(Header::decode([2, 0x80, 0, 0, 0, 0, 0, 0], 0, 100).is_err());
        assert!(Header::decode([2, 0, 0, 1, 0, 0, 0, 0], 0, 100).is_err());
        assert!(Header::decode([7, 0, 1, 0, 0, 0, 0, 0], 0, 100).is_err());
        assert!(Header::decode([8, 1, 0, 0, 2, 0, 0, 0], 0, 100).is_err());
        assert!(Header::decode([8, 0, 1, 0, 2, 0, 0, 0], 0, 100).is_err());
        assert!(Header::decode([9, 1, 0, 0, 9, 0, 0, 0], 0, 100).is_err());
        assert!(Header::decode([9, 4, 0, 0, 9, 0, 0, 0], 0, 100).is_err());
        assert!(Header::decode([10, 8, 0, 0, 9, 0, 0, 0], 0, 100).is_err());
        assert!(Header::decode([11, 2, 0, 0, 9, 0, 0, 0], 0, 100).is_err());
    }

    #[test]
    fn a_request_has_a_number_that_does_not_count_for_its_payload() {
        assert!(Header::decode([9, 0, 0, 0, 7, 0, 0, 0], 0, 100).is_err());
        assert!(Header::decode([9, 2, 3, 0, 108, 0, 0, 0], 0, 100).is_ok());
        assert!(Header::decode([10, 6, 0, 0, 109, 0, 0, 0], 0, 100).is_err());
        assert!(Header::decode([10, 6, 0, 0, 109, 0, 0, 0], 0, usize::MAX).is_ok());
    }
}
