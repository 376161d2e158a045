//! Descriptions of handles on the wire.

use crate::error::WireError;

/// The most handles in one message, and in one transfer of ancillary data: Linux's `SCM_MAX_FD`.
pub const MAX_HANDLES: usize = 253;

/// What a handle is, so that the receiver can make the same object of it. The names are those of Node's envelope.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[repr(u8)]
#[non_exhaustive]
pub enum HandleKind {
    /// A connected stream socket, TCP or Unix domain (`net.Socket`).
    NetSocket = 1,
    /// A listening stream socket (`net.Server`).
    NetServer = 2,
    /// A stream socket without a JavaScript owner (Node's TCP and Pipe wraps).
    NetNative = 3,
    /// A datagram socket (`dgram.Socket`).
    DgramSocket = 4,
    /// A datagram socket without a JavaScript owner (Node's UDP wrap).
    DgramNative = 5,
    /// A socket that is bound but neither listens nor is connected (`net.BoundSocket`).
    NetBoundSocket = 6,
    /// One end of a channel of its own (`MessagePort`).
    Port = 7,
    /// Any descriptor: a file, a pipe, a terminal, a socket.
    Descriptor = 8,
    /// Memory that both processes map.
    SharedMemory = 9,
}

impl HandleKind {
    /// The kind for a wire byte, or `None` if this version does not know it.
    pub fn from_byte(byte: u8) -> Option<Self> {
        Some(match byte {
            1 => Self::NetSocket,
            2 => Self::NetServer,
            3 => Self::NetNative,
            4 => Self::DgramSocket,
            5 => Self::DgramNative,
            6 => Self::NetBoundSocket,
            7 => Self::Port,
            8 => Self::Descriptor,
            9 => Self::SharedMemory,
            _ => return None,
        })
    }

    /// Whether a handle of this kind is a stream socket.
    pub fn is_stream(self) -> bool {
        matches!(
            self,
            Self::NetSocket | Self::NetServer | Self::NetNative | Self::NetBoundSocket | Self::Port
        )
    }
}

/// One handle's description: its kind, and a note that only the two applications read (Node's binding puts the
/// connection key of a server's socket there).
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct HandleInfo {
    /// What the handle is, as the byte on the wire, so that an unknown kind can be refused instead of being fatal.
    pub kind: u8,
    /// UTF-8, at most 65,535 bytes; longer notes are an error of the sender.
    pub note: String,
}

impl HandleInfo {
    /// The kind of a handle that the wire does not describe. On Node's wire the message does.
    pub const UNSPECIFIED: u8 = 0;

    /// A description with an empty note.
    pub fn new(kind: HandleKind) -> Self {
        Self {
            kind: kind as u8,
            note: String::new(),
        }
    }

    /// A description with a kind as it is on the wire, known or not.
    pub fn from_wire(kind: u8, note: impl Into<String>) -> Self {
        let note = note.into();
        Self { kind, note }
    }

    pub(crate) fn encode(&self, out: &mut Vec<u8>) -> Option<()> {
        let len = u16::try_from(self.note.len()).ok()?;
        out.push(self.kind);
        out.extend_from_slice(&len.to_le_bytes());
        out.extend_from_slice(self.note.as_bytes());
        Some(())
    }

    /// Splits `count` descriptions off the front of a message's body.
    pub(crate) fn decode_all(body: &[u8], count: u8, position: u64) -> Result<(Vec<Self>, usize), WireError> {
        let mut all = Vec::with_capacity(usize::from(count));
        let mut at = 0;
        for _ in 0..count {
            let short = || WireError::malformed("a handle's description is cut short", position);
            let [kind, a, b] = *body
                .get(at..at + 3)
                .and_then(|s| s.first_chunk::<3>())
                .ok_or_else(short)?;
            let len = usize::from(u16::from_le_bytes([a, b]));
            let note = body.get(at + 3..at + 3 + len).ok_or_else(short)?;
            let note = std::str::from_utf8(note)
                .map_err(|_| WireError::malformed("a handle's note is not UTF-8", position))?;
            all.push(Self {
                kind,
                note: note.to_owned(),
            });
            at += 3 + len;
        }
        Ok((all, at))
    }
}

/// Why the receiver did not take a message's handles.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
#[non_exhaustive]
pub enum RefuseReason {
    /// The receiver had no descriptors left (`EMFILE`, or ancillary data that was cut).
    Limit = 1,
    /// The kind is unknown to the receiver, or the handle is not what its description says.
    Kind = 2,
    /// The receiver's program is exiting and takes nothing more.
    Exit = 3,
    /// They came with a request, and the receiver's program serves none.
    Unserved = 4,
    /// A reason that this version does not know.
    Other = 255,
}

impl RefuseReason {
    pub(crate) fn from_byte(byte: u8) -> Self {
        match byte {
            1 => Self::Limit,
            2 => Self::Kind,
            3 => Self::Exit,
            4 => Self::Unserved,
            _ => Self::Other,
        }
    }

    /// A short lower-case word, for error messages.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Limit => "limit",
            Self::Kind => "kind",
            Self::Exit => "exit",
            Self::Unserved => "unserved",
            Self::Other => "other",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn descriptions_survive_the_wire_in_order() {
        let sent = [
            HandleInfo {
                kind: 1,
                note: "4:0.0.0.0:1337".to_owned(),
            },
            HandleInfo::new(HandleKind::NetServer),
            HandleInfo {
                kind: 200,
                note: String::new(),
            },
        ];
        let mut body = Vec::new();
        for info in &sent {
            info.encode(&mut body).unwrap();
        }
        let end = body.len();
        body.extend_from_slice(b"rest");
        assert_eq!(HandleInfo::decode_all(&body, 3, 0), Ok((sent.to_vec(), end)));
    }

    #[test]
    fn a_description_cut_anywhere_is_an_error() {
        let mut body = Vec::new();
        HandleInfo {
            kind: 1,
            note: "note".to_owned(),
        }
        .encode(&mut body)
        .unwrap();
        for cut in 0..body.len() {
            assert!(
                HandleInfo::decode_all(&body[..cut], 1, 0).is_err(),
                "cut at {cut}"
            );
        }
    }

    #[test]
    fn a_note_must_be_utf8() {
        assert!(HandleInfo::decode_all(&[1, 1, 0, 0xff], 1, 0).is_err());
    }
}
