//! On Windows: a command of our own, since that of the standard library leaves a child its standard streams alone.

mod environment;
mod find;
mod line;
mod process;
mod stdio;

use std::ffi::{OsStr, OsString};
use std::io;
use std::os::windows::io::{AsHandle, OwnedHandle};
use std::path::{Path, PathBuf};

use forkwire_sys::windows::{CHANNEL_FD, Pipe, Start, create_pair, start};

use self::environment::Environment;
pub use self::process::Process;
pub use self::stdio::Stdio;
use self::stdio::{Given, Way};

/// A program and what it is to be started with.
#[derive(Debug)]
pub(crate) struct Launch {
    program: OsString,
    args: Vec<OsString>,
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
    theirs: OwnedHandle,
}

impl Ends {
    pub(crate) fn new() -> io::Result<Self> {
        let (ours, theirs) = create_pair()?;
        Ok(Self {
            ours: Pipe::from_end(ours)?,
            theirs,
        })
    }

    /// The descriptor of the child's end, in the child.
    #[allow(clippy::unused_self)] // it is another one each time elsewhere
    pub(crate) fn fd(&self) -> i32 {
        CHANNEL_FD
    }
}

impl Launch {
    pub(crate) fn new(program: &OsStr) -> Self {
        Self {
            program: program.to_owned(),
            args: Vec::new(),
            environment: Environment::default(),
            directory: None,
            stdin: Stdio::inherit(),
            stdout: Stdio::inherit(),
            stderr: Stdio::inherit(),
            kill_on_drop: false,
            flags: 0,
        }
    }

    pub(crate) fn arg(&mut self, argument: impl AsRef<OsStr>) {
        self.args.push(argument.as_ref().to_owned());
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

    /// Starts it with the child's end, which nobody else inherits.
    pub(crate) fn start(&mut self, ends: &Ends) -> io::Result<Process> {
        let variables = self.environment.variables();
        let file = find::program(&self.program, variables.get("PATH"))?;
        let file = line::text(file.as_os_str())?;
        let mut command_line = line::command(&self.program, &self.args)?;
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
            channel: ends.theirs.as_handle(),
            flags: self.flags,
        })?;
        ends.ours.set_peer(process.id());
        Process::new(process, self.kill_on_drop, [stdin, stdout, stderr])
    }
}
