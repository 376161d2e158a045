//! Constructors for [`Channel`].

use std::io;
#[cfg(unix)]
use std::os::fd::OwnedFd;
#[cfg(windows)]
use std::os::windows::io::OwnedHandle;

use forkwire_proto::Format;
use forkwire_sys::os::Transport;

use crate::channel::Channel;
use crate::config::Config;
use crate::error::EnvironmentError;
use crate::handoff::Handoff;
use crate::peer::Peer;

impl Channel {
    /// Two connected channels in this process, on the native wire.
    ///
    /// # Errors
    /// The process has no descriptors left, or the caller is not in a tokio runtime with I/O enabled.
    pub fn pair() -> io::Result<(Self, Self)> {
        Self::pair_with(&Config::native())
    }

    /// Two connected channels in this process, both with the settings of `config`.
    ///
    /// # Errors
    /// The process has no descriptors left, or the caller is not in a tokio runtime with I/O enabled.
    pub fn pair_with(config: &Config) -> io::Result<(Self, Self)> {
        let (a, b) = Transport::pair()?;
        let config = Config {
            peer: Peer::Forkwire,
            ..config.clone()
        };
        Ok((Self::new(a, &config)?, Self::new(b, &config)?))
    }

    /// A channel on the native wire, over a connected Unix stream socket. The other end must speak that wire as well.
    ///
    /// # Errors
    /// The descriptor is not a socket, or the caller is not in a tokio runtime with I/O enabled.
    #[cfg(unix)]
    pub fn from_fd(fd: OwnedFd) -> io::Result<Self> {
        Self::from_fd_with(fd, &Config::native())
    }

    /// A channel on Node's own wire, over a connected Unix stream socket. The peer must use the same `format`: see
    /// [`Config::node`].
    ///
    /// # Errors
    /// The descriptor is not a socket, or the caller is not in a tokio runtime with I/O enabled.
    #[cfg(unix)]
    pub fn from_fd_on_node_wire(fd: OwnedFd, format: Format) -> io::Result<Self> {
        Self::from_fd_with(fd, &Config::node(format))
    }

    /// A channel with the settings of `config`, over a connected Unix stream socket.
    ///
    /// # Errors
    /// The descriptor is not a socket, or the caller is not in a tokio runtime with I/O enabled.
    #[cfg(unix)]
    pub fn from_fd_with(fd: OwnedFd, config: &Config) -> io::Result<Self> {
        Self::new(Transport::from_end(fd)?, config)
    }

    /// A channel on the native wire, over one end of a named pipe that was opened for overlapped use. The other end must
    /// speak that wire as well. The end that created the pipe must be given its peer: see [`Channel::set_peer`].
    ///
    /// # Errors
    /// The handle is not such an end, or another channel of this process uses it already.
    #[cfg(windows)]
    pub fn from_pipe(end: OwnedHandle) -> io::Result<Self> {
        Self::from_pipe_with(end, &Config::native())
    }

    /// A channel on Node's own wire, over one end of a named pipe. The peer must use the same `format`: see
    /// [`Config::node`].
    ///
    /// # Errors
    /// The handle is not such an end, or another channel of this process uses it already.
    #[cfg(windows)]
    pub fn from_pipe_on_node_wire(end: OwnedHandle, format: Format) -> io::Result<Self> {
        Self::from_pipe_with(end, &Config::node(format))
    }

    /// A channel with the settings of `config`, over one end of a named pipe that was opened for overlapped use.
    ///
    /// # Errors
    /// The handle is not such an end, or another channel of this process uses it already.
    #[cfg(windows)]
    pub fn from_pipe_with(end: OwnedHandle, config: &Config) -> io::Result<Self> {
        Self::new(Transport::from_end(end)?, config)
    }

    /// Names the child process at the other end of a pipe that this process created. Handles can be passed from then on.
    /// The process must not have been waited for yet: its id could belong to another one by now.
    #[cfg(windows)]
    pub fn set_peer(&self, process: u32) {
        self.sender.set_peer(process);
    }

    /// The channel to the parent of this process: a Node program, with or without forkwire, that started it with `fork`
    /// (as the `execPath`) or with `spawn` and an `'ipc'` in `stdio`; or a Rust program that used
    /// [`Command`](crate::Command). `None` if there is no such channel, or it was taken before.
    ///
    /// The variables that name the channel usually stay in the environment, because a tokio runtime has started threads
    /// by now. [`Handoff`] says what follows from that, and how to avoid it.
    ///
    /// # Errors
    /// The environment names a channel that cannot be used, or the caller is not in a tokio runtime with I/O enabled.
    pub fn from_env() -> Result<Option<Self>, EnvironmentError> {
        Ok(Handoff::from_env()?.map(Self::from_handoff).transpose()?)
    }

    /// The channel to the parent, which [`Handoff::from_env`] took from the environment.
    ///
    /// # Errors
    /// The caller is not in a tokio runtime with I/O enabled, or the system cannot watch the descriptor.
    pub fn from_handoff(handoff: Handoff) -> io::Result<Self> {
        let channel = Self::new(Transport::from_end(handoff.end)?, &handoff.config)?;
        if handoff.config.peer == Peer::Forkwire {
            channel.sender.announce();
        }
        Ok(channel)
    }
}
