//! How a channel is come by.

use std::io;
use std::os::fd::OwnedFd;

use forkwire_proto::{Config, Connection, Format, NodeConnection, Wire};
use forkwire_sys::unix::Socket;

use crate::channel::Channel;
use crate::error::EnvironmentError;
use crate::handoff::Handoff;

impl Channel {
    /// Two connected channels in this process, on the native wire.
    ///
    /// # Errors
    /// No descriptors left, or no tokio runtime with I/O enabled.
    pub fn pair() -> io::Result<(Self, Self)> {
        let (a, b) = Socket::pair()?;
        let native = || Wire::Native(Connection::new(Config::default()));
        Ok((
            Self::new(a, native(), Format::Json)?,
            Self::new(b, native(), Format::Json)?,
        ))
    }

    /// A channel over a connected Unix stream socket whose other end is a forkwire peer.
    ///
    /// # Errors
    /// No tokio runtime with I/O enabled, or the descriptor is no socket.
    pub fn from_fd(fd: OwnedFd) -> io::Result<Self> {
        Self::new(
            Socket::from_fd(fd)?,
            Wire::Native(Connection::new(Config::default())),
            Format::Json,
        )
    }

    /// A channel over a connected Unix stream socket whose other end speaks Node's own wire, in the mode `'json'`
    /// ([`Format::Json`]) or `'advanced'` ([`Format::Clone`]).
    ///
    /// # Errors
    /// As [`Channel::from_fd`].
    pub fn from_fd_on_node_wire(fd: OwnedFd, format: Format) -> io::Result<Self> {
        Self::new(
            Socket::from_fd(fd)?,
            Wire::Node(NodeConnection::new(format, Config::default())),
            format,
        )
    }

    /// The channel to the parent of this process: a Node program that started it with `fork` (as the `execPath`) or with
    /// `spawn` and an `'ipc'` in `stdio`, with or without forkwire. `None`: there is no such channel, or it was taken
    /// before.
    ///
    /// Call it within a tokio runtime. What that means for the environment, and how to do better, is said at
    /// [`Handoff`].
    ///
    /// # Errors
    /// The environment names a channel that cannot be used.
    pub fn from_env() -> Result<Option<Self>, EnvironmentError> {
        Ok(Handoff::from_env()?.map(Self::from_handoff).transpose()?)
    }

    /// The channel to the parent, of which [`Handoff::from_env`] told.
    ///
    /// # Errors
    /// As [`Channel::from_fd`].
    pub fn from_handoff(handoff: Handoff) -> io::Result<Self> {
        let Handoff {
            fd,
            node,
            format,
            config,
            ..
        } = handoff;
        let wire = if node {
            Wire::Node(NodeConnection::new(format, config))
        } else {
            Wire::Native(Connection::new(config))
        };
        Self::new(Socket::from_fd(fd)?, wire, format)
    }
}
