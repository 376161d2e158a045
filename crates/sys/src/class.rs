//! What handles are open on, on every system.

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

/// What a handle is open on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ObjectType {
    /// A regular file. On Windows, anything on a disk.
    File,
    /// A directory.
    Directory,
    /// A pipe or FIFO. On Windows, a pipe or a socket.
    Pipe,
    /// A socket of any kind.
    Socket,
    /// A terminal; on Windows, a console.
    Terminal,
    /// Any other character device, such as `/dev/null`.
    CharacterDevice,
    /// A block device.
    BlockDevice,
    /// Something else, such as an eventfd, a timer or a process of Linux.
    Other,
    /// An instance of epoll or kqueue.
    Poller,
    /// An instance of `io_uring`.
    IoUring,
    /// The system does not say.
    Unknown,
}

/// For what a handle was opened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Access {
    /// It can be read from.
    pub read: bool,
    /// It can be written to.
    pub write: bool,
}

impl ObjectType {
    /// The short name that JavaScript sees.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::File => "file",
            Self::Directory => "directory",
            Self::Pipe => "pipe",
            Self::Socket => "socket",
            Self::Terminal => "terminal",
            Self::CharacterDevice => "character-device",
            Self::BlockDevice => "block-device",
            Self::Other => "other",
            Self::Poller => "poller",
            Self::IoUring => "io_uring",
            Self::Unknown => "unknown",
        }
    }

    /// Why it makes no sense in another process, if so.
    pub fn not_sendable(self) -> Option<&'static str> {
        match self {
            Self::Poller => Some(
                "an instance of epoll or kqueue cannot be sent, because it watches the descriptors of this process",
            ),
            Self::IoUring => Some("an instance of io_uring cannot be sent: the kernel refuses it"),
            Self::Unknown => {
                Some("the system does not say what the descriptor is open on, so it cannot be sent")
            }
            _ => None,
        }
    }
}
