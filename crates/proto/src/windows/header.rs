//! What stands before the data of a frame.

/// Bytes of a frame's header.
pub const HEADER_LEN: usize = 16;

/// Bytes of a `WSAPROTOCOL_INFOW` (`winsock2.h`).
pub const PROTOCOL_INFO_LEN: usize = 628;

/// Bytes of a passed socket in a frame: the `WSAPROTOCOL_INFOW` and an error number.
pub const TRANSFER_LEN: usize = PROTOCOL_INFO_LEN + 4;

const HAS_DATA: u32 = 1;
const HAS_SOCKET: u32 = 2;
const IS_CONNECTION: u32 = 4;

/// What a passed socket is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum SocketKind {
    /// A TCP listener.
    Server,
    /// A TCP connection.
    Connection,
}

/// A socket on its way to another process: what `WSADuplicateSocketW` made for it, to be opened by `WSASocketW` there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Transfer {
    /// What the socket is.
    pub kind: SocketKind,
    /// The `WSAPROTOCOL_INFOW`, as the system laid it out.
    pub protocol_info: Box<[u8; PROTOCOL_INFO_LEN]>,
    /// An error of the listener that the importing side reports at its first accept (a Windows error number); 0 for
    /// none.
    pub delayed_error: u32,
}

/// A frame's header, checked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Header {
    pub(super) socket: Option<SocketKind>,
    /// Bytes of data.
    pub(super) data: u32,
}

impl Header {
    /// Reads a header, or says which rule it breaks. libuv ends the channel with `ECONNABORTED` then.
    pub(super) fn decode(bytes: &[u8; HEADER_LEN]) -> Result<Self, &'static str> {
        let number = |at: usize| {
            let mut four = [0; 4];
            four.copy_from_slice(&bytes[at..at + 4]);
            u32::from_le_bytes(four)
        };
        let (flags, data) = (number(0), number(8));
        if flags & !(HAS_DATA | HAS_SOCKET | IS_CONNECTION) != 0 {
            return Err("unknown flags in the header of a pipe frame");
        }
        if number(12) != 0 {
            return Err("the reserved word of a pipe frame is not 0");
        }
        if flags & HAS_DATA == 0 && data != 0 {
            return Err("a pipe frame has a length and says that it has no data");
        }
        let socket = match (flags & HAS_SOCKET != 0, flags & IS_CONNECTION != 0) {
            (false, false) => None,
            (false, true) => return Err("a pipe frame says what socket it has, and has none"),
            (true, false) => Some(SocketKind::Server),
            (true, true) => Some(SocketKind::Connection),
        };
        Ok(Self { socket, data })
    }

    fn encode(self) -> [u8; HEADER_LEN] {
        let mut flags = if self.data > 0 { HAS_DATA } else { 0 };
        flags |= match self.socket {
            None => 0,
            Some(SocketKind::Server) => HAS_SOCKET,
            Some(SocketKind::Connection) => HAS_SOCKET | IS_CONNECTION,
        };
        let mut bytes = [0; HEADER_LEN];
        bytes[..4].copy_from_slice(&flags.to_le_bytes());
        bytes[8..12].copy_from_slice(&self.data.to_le_bytes());
        bytes
    }
}

impl Transfer {
    pub(super) fn decode(kind: SocketKind, bytes: &[u8; TRANSFER_LEN]) -> Self {
        let mut protocol_info = Box::new([0; PROTOCOL_INFO_LEN]);
        let mut error = [0; 4];
        protocol_info.copy_from_slice(&bytes[..PROTOCOL_INFO_LEN]);
        error.copy_from_slice(&bytes[PROTOCOL_INFO_LEN..]);
        Self {
            kind,
            protocol_info,
            delayed_error: u32::from_le_bytes(error),
        }
    }
}

/// Appends to `out` what stands before `data` bytes of data: the header, and the socket if one goes with them. The data
/// themselves are to follow, in the same write.
///
/// Without a socket and without data there is nothing to say, and nothing is appended.
pub fn frame(out: &mut Vec<u8>, data: u32, transfer: Option<&Transfer>) {
    if data == 0 && transfer.is_none() {
        return;
    }
    let header = Header {
        socket: transfer.map(|transfer| transfer.kind),
        data,
    };
    out.extend_from_slice(&header.encode());
    if let Some(transfer) = transfer {
        out.extend_from_slice(&transfer.protocol_info[..]);
        out.extend_from_slice(&transfer.delayed_error.to_le_bytes());
    }
}
