//! The frame header of the native wire and the bodies of its control frames.

use crate::error::WireError;
use crate::handle::{MAX_HANDLES, RefuseReason};

/// Version of the native wire that this crate speaks. It travels in the hello frame, the first of each direction.
pub const VERSION: u16 = 2;

/// Bytes of a frame header: kind, flags, handle count, a zero, and the body's length as a little-endian `u32`.
pub const HEADER_LEN: usize = 8;

/// First bytes of a hello's body. Whatever is not a forkwire peer fails here, by name.
pub(crate) const MAGIC: [u8; 4] = *b"FKWR";

/// Set on messages that Node would emit as `'internalMessage'`.
pub(crate) const FLAG_INTERNAL: u8 = 0x01;

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
            _ => return None,
        })
    }

    /// Whether frames of this kind carry one message, which may be internal and have handles.
    pub(crate) fn is_message(self) -> bool {
        matches!(self, Self::Json | Self::Clone)
    }

    /// Whether frames of this kind carry what programs send, and may therefore be large.
    fn has_payload(self) -> bool {
        self.is_message() || self == Self::Several
    }
}

/// A decoded frame header.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Header {
    pub(crate) kind: Kind,
    pub(crate) internal: bool,
    pub(crate) handles: u8,
    pub(crate) len: u32,
}

impl Header {
    pub(crate) fn control(kind: Kind, len: u32) -> Self {
        Self {
            kind,
            internal: false,
            handles: 0,
            len,
        }
    }

    pub(crate) fn encode(self) -> [u8; HEADER_LEN] {
        let [a, b, c, d] = self.len.to_le_bytes();
        let flags = if self.internal { FLAG_INTERNAL } else { 0 };
        [self.kind as u8, flags, self.handles, 0, a, b, c, d]
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
        if flags & !FLAG_INTERNAL != 0 || zero != 0 || (flags != 0 && !kind.is_message()) {
            return Err(WireError::malformed("unknown flags in a frame header", position));
        }
        if handles != 0 && !(kind.is_message() || kind == Kind::Handles) {
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
        let limit = if kind.has_payload() {
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
        Ok(Self {
            kind,
            internal: flags & FLAG_INTERNAL != 0,
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
            Self::Refuse => 9,
            Self::Json | Self::Clone | Self::Several | Self::Handles | Self::Close => 0,
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
        Control::Close => out.extend_from_slice(&Header::control(Kind::Close, 0).encode()),
    }
}

/// The control frames that this end sends.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Control {
    Hello,
    Ack(u64),
    Refuse(u64, RefuseReason),
    Close,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_header_survives_the_wire() {
        let header = Header {
            kind: Kind::Clone,
            internal: true,
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
            internal: false,
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
    }
}
