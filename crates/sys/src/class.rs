//! The classes of handles, on every system.

/// The protocol of a socket, as far as Node distinguishes them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Family {
    /// A stream socket over IPv4 or IPv6.
    Tcp,
    /// A stream socket of the Unix domain; on Windows, a named pipe.
    Pipe,
    /// A datagram socket over IPv4.
    Udp4,
    /// A datagram socket over IPv6.
    Udp6,
}

impl Family {
    /// The short name that JavaScript sees.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Tcp => "tcp",
            Self::Pipe => "pipe",
            Self::Udp4 => "udp4",
            Self::Udp6 => "udp6",
        }
    }

    /// Whether sockets of this family are streams.
    pub fn is_stream(self) -> bool {
        matches!(self, Self::Tcp | Self::Pipe)
    }
}

/// The class of a socket.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SocketClass {
    /// Its protocol.
    pub family: Family,
    /// Whether it listens (`SO_ACCEPTCONN`).
    pub listening: bool,
}
