//! On Unix: tokio's command, with a descriptor left open for the one program.

use std::ffi::OsStr;
use std::io;
use std::os::fd::{AsFd, AsRawFd};
use std::path::Path;

use forkwire_sys::unix::{Heirloom, Socket};
use tokio::process;

pub use std::process::Stdio;
pub use tokio::process::Child as Process;

/// A program and what it is to be started with.
#[derive(Debug)]
pub(crate) struct Launch {
    pub(crate) inner: process::Command,
    heirloom: Heirloom,
}

/// The two ends of a channel.
#[derive(Debug)]
pub(crate) struct Ends {
    pub(crate) ours: Socket,
    theirs: Socket,
}

impl Ends {
    pub(crate) fn new() -> io::Result<Self> {
        let (ours, theirs) = Socket::pair()?;
        Ok(Self { ours, theirs })
    }

    /// The descriptor of the child's end, in the child.
    pub(crate) fn fd(&self) -> i32 {
        self.theirs.as_raw_fd()
    }
}

impl From<process::Command> for Launch {
    fn from(mut inner: process::Command) -> Self {
        let heirloom = Heirloom::new(inner.as_std_mut());
        Self { inner, heirloom }
    }
}

impl Launch {
    pub(crate) fn new(program: &OsStr) -> Self {
        process::Command::new(program).into()
    }

    pub(crate) fn arg(&mut self, argument: impl AsRef<OsStr>) {
        self.inner.arg(argument);
    }

    pub(crate) fn env(&mut self, name: &OsStr, value: &OsStr) {
        self.inner.env(name, value);
    }

    pub(crate) fn env_remove(&mut self, name: &OsStr) {
        self.inner.env_remove(name);
    }

    pub(crate) fn env_clear(&mut self) {
        self.inner.env_clear();
    }

    pub(crate) fn current_dir(&mut self, directory: &Path) {
        self.inner.current_dir(directory);
    }

    pub(crate) fn stdin(&mut self, stdio: Stdio) {
        self.inner.stdin(stdio);
    }

    pub(crate) fn stdout(&mut self, stdio: Stdio) {
        self.inner.stdout(stdio);
    }

    pub(crate) fn stderr(&mut self, stdio: Stdio) {
        self.inner.stderr(stdio);
    }

    pub(crate) fn kill_on_drop(&mut self, kill: bool) {
        self.inner.kill_on_drop(kill);
    }

    /// Starts it with the child's end, which nobody else inherits.
    pub(crate) fn start(&mut self, ends: &Ends) -> io::Result<Process> {
        let lent = self.heirloom.lend(ends.theirs.as_fd());
        let process = self.inner.spawn();
        drop(lent);
        process
    }
}
