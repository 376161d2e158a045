//! On Windows: a command of our own. That of the standard library hands over nothing but the standard streams.

mod environment;
mod find;
mod line;
mod process;
mod streams;

use std::ffi::{OsStr, OsString};
use std::io;
use std::os::windows::io::{AsHandle, OwnedHandle};
use std::path::{Path, PathBuf};

use forkwire_sys::windows::{CHANNEL_FD, LIFELINE_FD, Pipe, Start, create_pair, start};

use self::environment::Environment;
pub use self::process::Process;
use self::streams::{Given, Way};
use super::Start as Extra;
use super::stdio::Stdio;

/// A program, and what it is started with.
#[derive(Debug)]
pub(crate) struct Launch {
    program: OsString,
    environment: Environment,
    directory: Option<PathBuf>,
    stdin: Stdio,
    stdout: Stdio,
    stderr: Stdio,
    kill_on_drop: bool,
    pub(crate) flags: u32,
}

/// The two ends of a channel.
#[derive(Debug)]
pub(crate) struct Ends {
    pub(crate) ours: Pipe,
    pub(crate) theirs: TheirEnd,
}

/// The end of a channel that a child inherits.
#[derive(Debug)]
pub(crate) struct TheirEnd {
    channel: OwnedHandle,
    /// What it inherits as well, to end with this process.
    lifeline: Option<OwnedHandle>,
}

impl Ends {
    pub(crate) fn new() -> io::Result<Self> {
        let (ours, theirs) = create_pair()?;
        Ok(Self {
            ours: Pipe::from_end(ours)?,
            theirs: TheirEnd {
                channel: theirs,
                lifeline: None,
            },
        })
    }
}

impl TheirEnd {
    /// The descriptor, in the child.
    #[allow(clippy::unused_self)] // on other systems it differs from child to child
    pub(crate) fn fd(&self) -> i32 {
        CHANNEL_FD
    }

    /// Adds what the child watches. Returns its descriptor, in the child.
    pub(super) fn add_lifeline(&mut self, end: OwnedHandle) -> i32 {
        self.lifeline = Some(end);
        LIFELINE_FD
    }
}

impl Launch {
    pub(crate) fn new(program: &OsStr) -> Self {
        Self {
            program: program.to_owned(),
            environment: Environment::default(),
            directory: None,
            stdin: Stdio::inherit(),
            stdout: Stdio::inherit(),
            stderr: Stdio::inherit(),
            kill_on_drop: false,
            flags: 0,
        }
    }

    pub(crate) fn env(&mut self, name: &OsStr, value: &OsStr) {
        self.environment.set(name, value);
    }

    pub(crate) fn env_remove(&mut self, name: &OsStr) {
        self.environment.remove(name);
    }

    pub(crate) fn env_clear(&mut self) {
        self.environment.clear();
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

    /// Starts the program with the child's end, which no other program inherits.
    pub(crate) fn start(&mut self, extra: &Extra, theirs: &TheirEnd) -> io::Result<Process> {
        let mut variables = self.environment.variables();
        for (name, value) in &extra.variables {
            variables.change(name.as_ref(), value.as_ref().map(AsRef::as_ref));
        }
        let file = find::program(&self.program, variables.get("PATH"))?;
        let file = line::text(file.as_os_str())?;
        let mut command_line = line::command(&self.program, &extra.args)?;
        let environment = variables.block()?;
        let directory = self.directory.as_deref().map(Path::as_os_str);
        let directory = directory.map(line::text).transpose()?;
        let Given {
            child: input,
            ours: stdin,
        } = self.stdin.open(Way::In)?;
        let Given {
            child: output,
            ours: stdout,
        } = self.stdout.open(Way::Out)?;
        let Given {
            child: errors,
            ours: stderr,
        } = self.stderr.open(Way::Err)?;
        let process = start(Start {
            file: &file,
            command_line: &mut command_line,
            environment: &environment,
            directory: directory.as_deref(),
            stdio: [input.as_handle(), output.as_handle(), errors.as_handle()],
            channel: theirs.channel.as_handle(),
            lifeline: theirs.lifeline.as_ref().map(AsHandle::as_handle),
            flags: self.flags,
        })?;
        Process::new(process, self.kill_on_drop, [stdin, stdout, stderr])
    }
}
