//! Processes that wait for their program.

use std::collections::VecDeque;
use std::ffi::OsString;
use std::io;
use std::os::fd::{AsFd, OwnedFd};
use std::path::PathBuf;

use forkwire_sys::unix::Socket;
use serde_json::json;

use super::Command;
use crate::channel::Channel;
use crate::child::Child;
use crate::handover;
use crate::launch::{Ends, Process, Start};
use crate::package::Entry;

/// The name of a program that Node does not look for, until there is one. The spaces are room for its command line.
const NO_PROGRAM: &str = "-forkwire-spare";
/// Bytes of it.
const ROOM: usize = 1024;

/// The spares of a command.
#[derive(Debug, Default)]
pub(super) struct Spares {
    count: usize,
    /// The oldest first.
    waiting: VecDeque<Spare>,
}

#[derive(Debug)]
struct Spare {
    /// The other end of the one that it waits at. If it is closed, the spare ends.
    socket: Socket,
    /// The number of its own end, which will be that of its channel.
    fd: i32,
    process: Process,
    surroundings: Surroundings,
}

/// What a child inherits of this process.
#[derive(Debug, PartialEq)]
struct Surroundings {
    variables: Vec<(OsString, OsString)>,
    directory: Option<PathBuf>,
}

impl Surroundings {
    fn now() -> Self {
        Self {
            variables: std::env::vars_os().collect(),
            directory: std::env::current_dir().ok(),
        }
    }
}

impl Spares {
    /// Ends those that wait: what they were started with has changed.
    pub(super) fn end(&mut self) {
        self.waiting.clear();
    }
}

impl Command {
    /// Keeps `count` Node processes that wait for their program, so that a child runs it about ten times as soon after
    /// [`spawn`](Command::spawn). Each is used for one child, and replaced in that call. 0 ends those that wait; so does
    /// dropping the command. Default: 0.
    ///
    /// The arguments of the program and the settings of the channel may change afterwards. What else changes ends the
    /// spares, and so does a change of this process's own environment or directory: the next child is then started as
    /// without them. A spare holds about 40 MB, and no processor. They are for Node programs on the native wire without [`end_with_parent`](Command::end_with_parent); for all
    /// other children nothing changes. Only on Unix.
    ///
    /// Call it within a tokio runtime with I/O enabled.
    ///
    /// # Errors
    /// As [`spawn`](Command::spawn).
    ///
    /// ```no_run
    /// # async fn start() -> Result<(), Box<dyn std::error::Error>> {
    /// use forkwire::Command;
    ///
    /// let mut command = Command::node("job.mjs");
    /// command.prefork(2)?;
    /// let mut child = command.arg("first").spawn()?;
    /// child.channel.send("hello").await?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn prefork(&mut self, count: usize) -> io::Result<&mut Self> {
        self.spares.count = count;
        self.spares.waiting.truncate(count);
        if let Some(entry) = self.native_entry()? {
            self.refill(&entry)?;
        }
        Ok(self)
    }

    /// What a Node child on the native wire loads; `None` for every other child.
    fn native_entry(&self) -> io::Result<Option<Entry>> {
        if self.end_with_parent.is_some() {
            return Ok(None); // its lifeline is inherited at the start
        }
        Ok(self.entry()?.filter(|entry| entry.spare.is_file()))
    }

    fn refill(&mut self, entry: &Entry) -> io::Result<()> {
        while self.spares.waiting.len() < self.spares.count {
            let spare = self.start_spare(entry)?;
            self.spares.waiting.push_back(spare);
        }
        Ok(())
    }

    fn start_spare(&mut self, entry: &Entry) -> io::Result<Spare> {
        let Ends { ours, theirs } = Ends::new()?;
        let fd = theirs.fd();
        let mut args = self.node_arguments(Some(entry));
        args.extend(["--".into(), format!("{NO_PROGRAM:ROOM$}").into()]);
        let mut description = self.description(fd, Some(entry));
        description["preload"] = json!([]);
        let start = Start {
            args,
            variables: Self::native_variables(&description),
        };
        let surroundings = Surroundings::now();
        let process = self.launch.start(&start, &theirs)?;
        Ok(Spare {
            socket: ours,
            fd,
            process,
            surroundings,
        })
    }

    /// A child from a spare. `None` if there is none that fits.
    pub(super) fn spawn_spare(&mut self) -> io::Result<Option<Child>> {
        if self.spares.count == 0 {
            return Ok(None);
        }
        let Some(entry) = self.native_entry()? else {
            return Ok(None);
        };
        let now = Surroundings::now();
        self.spares.waiting.retain(|spare| spare.surroundings == now);
        let mut child = None;
        while child.is_none() {
            let Some(spare) = self.spares.waiting.pop_front() else {
                break;
            };
            child = self.take(spare, &entry)?;
        }
        self.refill(&entry)?;
        Ok(child)
    }

    /// `None` if the spare is gone, or its program cannot be described to it.
    fn take(&mut self, spare: Spare, entry: &Entry) -> io::Result<Option<Child>> {
        let Some(text) = self.program(&spare, entry) else {
            return Ok(None);
        };
        let Ends { ours, theirs } = Ends::new()?;
        self.config.node = false;
        let channel = Channel::new(ours, &self.config)?;
        channel.sender.set_peer_inode(theirs.inode());
        let handle: OwnedFd = theirs.as_fd().try_clone_to_owned()?;
        match handover::give(&spare.socket, &text, &[handle]) {
            Ok(rest) if rest.is_empty() => Ok(Some(Child {
                channel,
                process: spare.process,
            })),
            // A spare that ended, or more than a socket takes at once.
            Ok(_) => Ok(None),
            Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// The text of `src/prefork/program.ts`. `None` if it would not be Unicode.
    fn program(&self, spare: &Spare, entry: &Entry) -> Option<String> {
        let script = self.node.as_ref()?.script.to_str()?;
        let args = self.args.iter().map(|argument| argument.to_str());
        let program = json!({
            "modulePath": script,
            "args": args.collect::<Option<Vec<_>>>()?,
            "numbers": [spare.fd],
            "channel": self.description(spare.fd, Some(entry)),
        });
        Some(program.to_string())
    }
}
