//! A started program with a channel to it.

use tokio::process;

use crate::channel::Channel;

/// A child process and the channel to it, as [`Command::spawn`](crate::Command::spawn) starts it. Take it apart: the two
/// do not depend on each other.
///
/// A child that is Node or uses [`Channel::from_env`] notices the end of the channel (`'disconnect'`, or `None`), and
/// normally ends then.
#[derive(Debug)]
#[non_exhaustive]
pub struct Child {
    /// The channel.
    pub channel: Channel,
    /// The process: its standard streams, its end.
    pub process: process::Child,
}

impl Child {
    /// The channel and the process, each for a task of its own.
    pub fn into_parts(self) -> (Channel, process::Child) {
        (self.channel, self.process)
    }
}
