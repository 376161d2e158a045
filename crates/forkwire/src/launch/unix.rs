//! On Unix: tokio's command, with a descriptor that is left open for this one program.

use std::ffi::{OsStr, OsString};
use std::fmt;
use std::io;
use std::os::fd::{AsFd, AsRawFd, BorrowedFd, OwnedFd};
use std::path::{Path, PathBuf};

use forkwire_sys::unix::{InheritedFd, Socket, inode};
use tokio::process;

pub use tokio::process::Child as Process;

use super::Start;
use super::stdio::{Kind, Stdio};

/// A program, and what it is started with. Each start makes a new command of it, so that none is used up.
pub(crate) struct Launch {
    program: OsString,
    environment: Vec<Change>,
    directory: Option<PathBuf>,
    stdin: Stdio,
    stdout: Stdio,
    stderr: Stdio,
    kill_on_drop: bool,
    /// Changes to the command before each start.
    hooks: Vec<Hook>,
}

/// A change to a command.
pub(crate) type Hook = Box<dyn FnMut(&mut process::Command) + Send>;

/// A change to the environment, in the order of the calls.
#[derive(Debug)]
enum Change {
    Set(OsString, OsString),
    Remove(OsString),
    Clear,
}

/// The two ends of a channel.
#[derive(Debug)]
pub(crate) struct Ends {
    pub(crate) ours: Socket,
    pub(crate) theirs: TheirEnd,
}

/// The end of a channel that a child inherits.
#[derive(Debug)]
pub(crate) struct TheirEnd {
    channel: Socket,
    /// What it inherits as well, to end with this process.
    lifeline: Option<OwnedFd>,
}

impl Ends {
    pub(crate) fn new() -> io::Result<Self> {
        let (ours, theirs) = Socket::pair()?;
        Ok(Self {
            ours,
            theirs: TheirEnd {
                channel: theirs,
                lifeline: None,
            },
        })
    }
}

impl TheirEnd {
    /// The descriptor, in the child.
    pub(crate) fn fd(&self) -> i32 {
        self.channel.as_raw_fd()
    }

    /// Adds what the child watches. Returns its descriptor, in the child.
    pub(super) fn add_lifeline(&mut self, end: OwnedFd) -> i32 {
        self.lifeline.insert(end).as_raw_fd()
    }

    /// The number of the socket, by which it is known wherever it is.
    pub(crate) fn inode(&self) -> Option<u64> {
        inode(&self.channel)
    }
}

impl AsFd for TheirEnd {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.channel.as_fd()
    }
}

impl Launch {
    pub(crate) fn new(program: &OsStr) -> Self {
        Self {
            program: program.to_owned(),
            environment: Vec::new(),
            directory: None,
            stdin: Stdio::inherit(),
            stdout: Stdio::inherit(),
            stderr: Stdio::inherit(),
            kill_on_drop: false,
            hooks: Vec::new(),
        }
    }

    pub(crate) fn env(&mut self, name: &OsStr, value: &OsStr) {
        self.environment
            .push(Change::Set(name.to_owned(), value.to_owned()));
    }

    pub(crate) fn env_remove(&mut self, name: &OsStr) {
        self.environment.push(Change::Remove(name.to_owned()));
    }

    pub(crate) fn env_clear(&mut self) {
        self.environment = vec![Change::Clear];
    }

    pub(crate) fn current_dir(&mut self, directory: &Path) {
        self.directory = Some(directory.to_owned());
    }

    pub(crate) fn stdin(&mut self, stdio: Stdio) {
        self.stdin = stdio;
    }

    pub(crate) fn stdout(&mut self, stdio: Stdio) {
        self.stdout = stdio;
    }

    pub(crate) fn stderr(&mut self, stdio: Stdio) {
        self.stderr = stdio;
    }

    pub(crate) fn kill_on_drop(&mut self, kill: bool) {
        self.kill_on_drop = kill;
    }

    pub(crate) fn hook(&mut self, hook: Hook) {
        self.hooks.push(hook);
    }

    /// Starts the program with the child's end, which no other program inherits.
    pub(crate) fn start(&mut self, start: &Start, theirs: &TheirEnd) -> io::Result<Process> {
        let mut command = self.command(start)?;
        for hook in &mut self.hooks {
            hook(&mut command);
        }
        // After the hooks: the environment of the child names this channel and no other.
        for (name, value) in &start.variables {
            match value {
                Some(value) => command.env(name, value),
                None => command.env_remove(name),
            };
        }
        let inherited = InheritedFd::new(command.as_std_mut());
        let lent = inherited.lend(theirs.channel.as_fd());
        let lifeline = theirs
            .lifeline
            .as_ref()
            .map(|fd| (InheritedFd::new(command.as_std_mut()), fd));
        let lent_too = lifeline
            .as_ref()
            .map(|(inherited, fd)| inherited.lend(fd.as_fd()));
        let process = command.spawn();
        drop((lent, lent_too));
        process
    }

    fn command(&self, start: &Start) -> io::Result<process::Command> {
        let mut command = process::Command::new(&self.program);
        command.args(&start.args).kill_on_drop(self.kill_on_drop);
        for change in &self.environment {
            match change {
                Change::Set(name, value) => command.env(name, value),
                Change::Remove(name) => command.env_remove(name),
                Change::Clear => command.env_clear(),
            };
        }
        if let Some(directory) = &self.directory {
            command.current_dir(directory);
        }
        command.stdin(self.stdin.to_std()?);
        command.stdout(self.stdout.to_std()?);
        command.stderr(self.stderr.to_std()?);
        Ok(command)
    }
}

impl fmt::Debug for Launch {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("Launch")
            .field("program", &self.program)
            .field("environment", &self.environment)
            .field("directory", &self.directory)
            .finish_non_exhaustive()
    }
}

impl Stdio {
    /// The same for one start of a command.
    fn to_std(&self) -> io::Result<std::process::Stdio> {
        Ok(match &self.0 {
            Kind::Inherit => std::process::Stdio::inherit(),
            Kind::Null => std::process::Stdio::null(),
            Kind::Piped => std::process::Stdio::piped(),
            Kind::Given(fd) => fd.try_clone()?.into(),
        })
    }
}
