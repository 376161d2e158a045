//! A started program with a channel to it.

use crate::channel::Channel;
use crate::launch::Process;

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
    /// The process: its standard streams, its end. On Unix, tokio's [`Child`](https://docs.rs/tokio/latest/tokio/process/struct.Child.html).
    pub process: Process,
}

impl Child {
    /// The channel and the process, each for a task of its own.
    pub fn into_parts(self) -> (Channel, Process) {
        (self.channel, self.process)
    }
}
