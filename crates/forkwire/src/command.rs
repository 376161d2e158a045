//! A program that is to be started with a channel to it.

mod start;

use std::ffi::OsStr;
use std::path::{Path, PathBuf};

use forkwire_proto::{Config, Format};

use crate::launch::{Launch, Stdio};
use crate::package::{Entry, NodeProgram};

/// Which wire a child's channel is on.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum WireChoice {
    /// A Node child: the native wire if the npm package `forkwire` is found, else Node's. Any other program: Node's.
    #[default]
    Auto,
    /// The native wire: for a Node child that has the npm package, and for programs that use
    /// [`Channel::from_env`](crate::Channel::from_env).
    Native,
    /// Node's own wire, which Node itself speaks, and [`Channel::from_env`](crate::Channel::from_env) too.
    Node,
}

/// A program to start, with a channel: on Unix, [`tokio::process::Command`] and what the channel needs; on Windows, a
/// command of its own with the same names.
///
/// The child's standard streams are inherited, unless something else is said. The environment of the child names the
/// channel, and no other one that this process may have itself.
///
/// ```no_run
/// # async fn start() -> Result<(), Box<dyn std::error::Error>> {
/// use forkwire::{Command, Format};
///
/// let mut child = Command::node("worker.mjs").arg("--verbose").serialization(Format::Clone).spawn()?;
/// child.channel.send("hello").await?;
/// # Ok(())
/// # }
/// ```
#[derive(Debug)]
pub struct Command {
    launch: Launch,
    /// A Node program whose arguments `launch` does not have yet.
    node: Option<NodeProgram>,
    /// Its entry, known from the first start on.
    entry: Option<Entry>,
    wire: WireChoice,
    format: Format,
    config: Config,
}

impl Command {
    /// Any program that finds its channel in the environment, as Node and this crate do.
    pub fn new(program: impl AsRef<OsStr>) -> Self {
        Launch::new(program.as_ref()).into()
    }

    /// A program of Node's, run by the `node` of the `PATH`.
    pub fn node(script: impl AsRef<OsStr>) -> Self {
        Self::node_at("node", script)
    }

    /// A program of Node's, run by the Node at `node`.
    pub fn node_at(node: impl AsRef<OsStr>, script: impl AsRef<OsStr>) -> Self {
        let mut command = Self::new(node);
        command.node = Some(NodeProgram::new(script.as_ref()));
        command
    }

    /// Adds an argument: for a Node child, to its program.
    pub fn arg(&mut self, argument: impl AsRef<OsStr>) -> &mut Self {
        match &mut self.node {
            Some(program) => program.args.push(argument.as_ref().into()),
            None => self.launch.arg(argument),
        }
        self
    }

    /// Adds arguments, as [`Command::arg`].
    pub fn args(&mut self, arguments: impl IntoIterator<Item = impl AsRef<OsStr>>) -> &mut Self {
        for argument in arguments {
            self.arg(argument);
        }
        self
    }

    /// Adds an argument to Node itself (`--max-old-space-size=200`), before its program. After the first start, and for
    /// any other program, it is an argument as any.
    pub fn node_arg(&mut self, argument: impl AsRef<OsStr>) -> &mut Self {
        match &mut self.node {
            Some(program) => program.node_args.push(argument.as_ref().into()),
            None => self.launch.arg(argument),
        }
        self
    }

    /// How values are sent, and on Node's wire both ways: [`Format::Clone`] is Node's `serialization: 'advanced'`.
    /// Default: [`Format::Json`].
    pub fn serialization(&mut self, format: Format) -> &mut Self {
        self.format = format;
        self
    }

    /// Which wire the channel is on. Default: [`WireChoice::Auto`]. A Node child that may load no addon
    /// (`--permission`, `--no-addons`) needs [`WireChoice::Node`].
    pub fn wire(&mut self, wire: WireChoice) -> &mut Self {
        self.wire = wire;
        self
    }

    /// The directory of the npm package `forkwire`, whose entry a Node child on the native wire starts with. Default: the
    /// nearest `node_modules/forkwire` from the program's directory upwards, then from the current directory.
    pub fn package(&mut self, directory: impl Into<PathBuf>) -> &mut Self {
        if let Some(program) = &mut self.node {
            program.package = Some(directory.into());
        }
        self
    }

    /// The largest message in both directions, in bytes; a larger one from the child ends the channel. Default:
    /// 536,870,912.
    pub fn max_message_size(&mut self, bytes: usize) -> &mut Self {
        self.config.max_message = bytes;
        self
    }

    /// Sets a variable of the child's environment.
    pub fn env(&mut self, name: impl AsRef<OsStr>, value: impl AsRef<OsStr>) -> &mut Self {
        self.launch.env(name.as_ref(), value.as_ref());
        self
    }

    /// Takes a variable away from the child's environment.
    pub fn env_remove(&mut self, name: impl AsRef<OsStr>) -> &mut Self {
        self.launch.env_remove(name.as_ref());
        self
    }

    /// The child's environment begins empty, and not as that of this process.
    pub fn env_clear(&mut self) -> &mut Self {
        self.launch.env_clear();
        self
    }

    /// The child's working directory. Default: that of this process.
    pub fn current_dir(&mut self, directory: impl AsRef<Path>) -> &mut Self {
        self.launch.current_dir(directory.as_ref());
        self
    }

    /// The child's standard input. Default: inherited.
    pub fn stdin(&mut self, stdio: impl Into<Stdio>) -> &mut Self {
        self.launch.stdin(stdio.into());
        self
    }

    /// The child's standard output. Default: inherited.
    pub fn stdout(&mut self, stdio: impl Into<Stdio>) -> &mut Self {
        self.launch.stdout(stdio.into());
        self
    }

    /// The child's standard error. Default: inherited.
    pub fn stderr(&mut self, stdio: impl Into<Stdio>) -> &mut Self {
        self.launch.stderr(stdio.into());
        self
    }

    /// Whether the child is killed when its [`Process`](crate::Process) is dropped. Default: false.
    pub fn kill_on_drop(&mut self, kill: bool) -> &mut Self {
        self.launch.kill_on_drop(kill);
        self
    }

    /// All the rest: user, process group. Arguments that are added here come before Node's program.
    #[cfg(unix)]
    pub fn as_tokio_mut(&mut self) -> &mut tokio::process::Command {
        &mut self.launch.inner
    }

    /// Flags for `CreateProcessW`, such as `CREATE_NO_WINDOW`. Default: 0.
    #[cfg(windows)]
    pub fn creation_flags(&mut self, flags: u32) -> &mut Self {
        self.launch.flags = flags;
        self
    }
}

/// A command that is set up already. Its standard streams are as set there.
#[cfg(unix)]
impl From<tokio::process::Command> for Command {
    fn from(inner: tokio::process::Command) -> Self {
        Launch::from(inner).into()
    }
}

impl From<Launch> for Command {
    fn from(launch: Launch) -> Self {
        Self {
            launch,
            node: None,
            entry: None,
            wire: WireChoice::Auto,
            format: Format::Json,
            config: Config::default(),
        }
    }
}
