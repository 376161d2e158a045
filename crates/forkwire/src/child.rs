//! A started program with a channel to it.

use crate::channel::Channel;
use crate::launch::Process;

/// A child process and the channel to it, from [`Command::spawn`](crate::Command::spawn). The two do not depend on each
/// other, and can be moved out.
///
/// A child that is Node or uses [`Channel::from_env`] learns of the end of the channel (by `'disconnect'`, or `None`), and
/// normally ends then.
#[derive(Debug)]
#[non_exhaustive]
pub struct Child {
    /// The channel.
    pub channel: Channel,
    /// The process, with its standard streams and its exit status. On Unix, tokio's [`Child`](https://docs.rs/tokio/latest/tokio/process/struct.Child.html).
    pub process: Process,
}

impl Child {
    /// Returns the channel and the process, for separate tasks.
    pub fn into_parts(self) -> (Channel, Process) {
        (self.channel, self.process)
    }
}
