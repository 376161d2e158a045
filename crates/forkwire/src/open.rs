//! How a channel is come by.

use std::io;
#[cfg(unix)]
use std::os::fd::OwnedFd;
#[cfg(windows)]
use std::os::windows::io::OwnedHandle;

use forkwire_proto::{Config, Connection, Format, NodeConnection, Wire};
use forkwire_sys::os::Carrier;

use crate::channel::Channel;
use crate::error::EnvironmentError;
use crate::handoff::Handoff;

impl Channel {
    /// Two connected channels in this process, on the native wire.
    ///
    /// # Errors
    /// No descriptors left, or no tokio runtime with I/O enabled.
    pub fn pair() -> io::Result<(Self, Self)> {
        let (a, b) = Carrier::pair()?;
        let native = || Wire::Native(Connection::new(Config::default()));
        Ok((
            Self::new(a, native(), Format::Json)?,
            Self::new(b, native(), Format::Json)?,
        ))
    }

    /// A channel over an end of a named pipe, opened for overlapped use, whose other end is a forkwire peer.
    /// [`Channel::set_peer`] says who, if this is the end that made the pipe.
    ///
    /// # Errors
    /// No such end, or a channel of this process has it already.
    #[cfg(windows)]
    pub fn from_pipe(end: OwnedHandle) -> io::Result<Self> {
        Self::new(
            Carrier::from_end(end)?,
            Wire::Native(Connection::new(Config::default())),
            Format::Json,
        )
    }

    /// As [`Channel::from_pipe`], for a peer that speaks Node's own wire, in the mode `'json'` ([`Format::Json`]) or
    /// `'advanced'` ([`Format::Clone`]).
    ///
    /// # Errors
    /// As [`Channel::from_pipe`].
    #[cfg(windows)]
    pub fn from_pipe_on_node_wire(end: OwnedHandle, format: Format) -> io::Result<Self> {
        Self::new(
            Carrier::from_end(end)?,
            Wire::Node(NodeConnection::new(format, Config::default())),
            format,
        )
    }

    /// Says which child process is at the other end of a pipe that this process has made: handles can be passed from now
    /// on. It must not have been waited for, so that the id is still its own.
    #[cfg(windows)]
    pub fn set_peer(&self, process: u32) {
        self.sender.shared.lock().link.socket().set_peer(process);
    }

    /// A channel over a connected Unix stream socket whose other end is a forkwire peer.
    ///
    /// # Errors
    /// No tokio runtime with I/O enabled, or the descriptor is no socket.
    #[cfg(unix)]
    pub fn from_fd(fd: OwnedFd) -> io::Result<Self> {
        Self::new(
            Carrier::from_end(fd)?,
            Wire::Native(Connection::new(Config::default())),
            Format::Json,
        )
    }

    /// A channel over a connected Unix stream socket whose other end speaks Node's own wire, in the mode `'json'`
    /// ([`Format::Json`]) or `'advanced'` ([`Format::Clone`]).
    ///
    /// # Errors
    /// As [`Channel::from_fd`].
    #[cfg(unix)]
    pub fn from_fd_on_node_wire(fd: OwnedFd, format: Format) -> io::Result<Self> {
        Self::new(
            Carrier::from_end(fd)?,
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
            end,
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
        Self::new(Carrier::from_end(end)?, wire, format)
    }
}
