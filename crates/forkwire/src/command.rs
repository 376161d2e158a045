//! A program to start with a channel to it.

#[cfg(unix)]
mod prefork;
mod process;
mod start;

use std::ffi::{OsStr, OsString};
use std::path::PathBuf;
use std::time::Duration;

use forkwire_proto::Format;

use crate::config::Config;
use crate::latency::Latency;
use crate::launch::Launch;
use crate::package::NodeProgram;

/// The wire of a child's channel.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum WireChoice {
    /// For a Node child, the native wire if the npm package `forkwire` is found, and otherwise Node's. For any other
    /// program, Node's.
    #[default]
    Auto,
    /// The native wire, for a Node child with the npm package, and for a program that uses
    /// [`Channel::from_env`](crate::Channel::from_env).
    Native,
    /// Node's own wire, for any Node, and for a program that uses [`Channel::from_env`](crate::Channel::from_env).
    Node,
}

/// Starts programs with a channel to them. On Unix, it is built on [`tokio::process::Command`].
///
/// A child inherits the standard streams, unless they are set. Its environment names its channel, and no other channel
/// that this process may have itself.
///
/// A command can be used again: [`spawn`](Command::spawn) uses nothing up, and everything can be changed between two
/// starts.
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
    /// The script, if the program is Node.
    node: Option<NodeProgram>,
    args: Vec<OsString>,
    wire: WireChoice,
    config: Config,
    /// Settings that were made, and not left at their defaults.
    limits: Limits,
    /// The child ends with this process, and has this time after SIGTERM.
    end_with_parent: Option<Duration>,
    #[cfg(unix)]
    spares: prefork::Spares,
}

/// The settings that a native child is given. It has its own defaults for the others.
#[derive(Clone, Copy, Debug, Default)]
struct Limits {
    /// Bytes.
    max_message_size: Option<usize>,
    /// Bytes.
    high_water_mark: Option<usize>,
    latency: Option<Latency>,
}

impl Command {
    /// Any program that looks for its channel in the environment, as Node and this crate do.
    pub fn new(program: impl AsRef<OsStr>) -> Self {
        Self {
            launch: Launch::new(program.as_ref()),
            node: None,
            args: Vec::new(),
            wire: WireChoice::Auto,
            config: Config::native(),
            limits: Limits::default(),
            end_with_parent: None,
            #[cfg(unix)]
            spares: prefork::Spares::default(),
        }
    }

    /// A Node program, run by the `node` of the `PATH`.
    pub fn node(script: impl AsRef<OsStr>) -> Self {
        Self::node_at("node", script)
    }

    /// A Node program, run by the Node at `node`.
    pub fn node_at(node: impl AsRef<OsStr>, script: impl AsRef<OsStr>) -> Self {
        let mut command = Self::new(node);
        command.node = Some(NodeProgram::new(script.as_ref()));
        command
    }

    /// Adds an argument. A Node child finds it in `process.argv`.
    pub fn arg(&mut self, argument: impl AsRef<OsStr>) -> &mut Self {
        self.args.push(argument.as_ref().to_owned());
        self
    }

    /// Adds arguments, each as with [`arg`](Command::arg).
    pub fn args(&mut self, arguments: impl IntoIterator<Item = impl AsRef<OsStr>>) -> &mut Self {
        for argument in arguments {
            self.arg(argument);
        }
        self
    }

    /// Adds an argument for Node itself, such as `--max-old-space-size=200`: it goes before the script, and is in
    /// `process.execArgv`. For a program that is not Node it is an argument like any other.
    pub fn node_arg(&mut self, argument: impl AsRef<OsStr>) -> &mut Self {
        self.launch_anew();
        match &mut self.node {
            Some(program) => program.node_args.push(argument.as_ref().into()),
            None => self.args.push(argument.as_ref().into()),
        }
        self
    }

    /// How values are sent, and on Node's wire received as well. [`Format::Clone`] is Node's `serialization: 'advanced'`.
    /// Default: [`Format::Json`].
    pub fn serialization(&mut self, format: Format) -> &mut Self {
        self.config.format = format;
        self
    }

    /// The wire of the channel. Default: [`WireChoice::Auto`]. A Node child that cannot load addons (`--permission`,
    /// `--no-addons`) needs [`WireChoice::Node`].
    pub fn wire(&mut self, wire: WireChoice) -> &mut Self {
        self.wire = wire;
        self
    }

    /// The directory of the npm package `forkwire`, which a Node child on the native wire loads. Default: the nearest
    /// `node_modules/forkwire` from the script's directory upwards, then from the current directory upwards. It does not
    /// matter for a program that is not Node.
    pub fn package(&mut self, directory: impl Into<PathBuf>) -> &mut Self {
        self.launch_anew();
        if let Some(program) = &mut self.node {
            program.package = Some(directory.into());
        }
        self
    }

    /// The size of the largest message, in bytes, in both directions: see [`Config::max_message_size`]. It applies to
    /// this end, and to a child on the native wire. Default: 536,870,912.
    pub fn max_message_size(&mut self, bytes: usize) -> &mut Self {
        self.limits.max_message_size = Some(bytes);
        self.config.max_message_size = bytes;
        self
    }

    /// The backlog, in bytes, from which on this end waits before it sends more: see [`Config::high_water_mark`]. A child
    /// on the native wire has the same mark. Default: [`HIGH_WATER_MARK`](crate::HIGH_WATER_MARK).
    pub fn high_water_mark(&mut self, bytes: usize) -> &mut Self {
        self.config = self.config.clone().high_water_mark(bytes);
        self.limits.high_water_mark = Some(self.config.high_water_mark);
        self
    }

    /// Whether an end that has sent something stays awake for the answer: see [`Config::latency`]. It applies to this end,
    /// and to a child on the native wire. Default: [`Latency::Balanced`].
    pub fn latency(&mut self, latency: Latency) -> &mut Self {
        self.limits.latency = Some(latency);
        self.config.latency = latency;
        self
    }

    /// Ends the child once this process is gone, however it went: by exit, a crash, SIGKILL or execve(2), even if the child is busy or
    /// its channel has ended. It gets SIGTERM, which it may handle, and SIGKILL after `grace`; on Windows it ends at once, as there are no
    /// signals. Default: it lives on.
    ///
    /// The child must be a Node program, or use [`Handoff::from_env`](crate::Handoff::from_env), on the native wire:
    /// [`spawn`](Command::spawn) fails with `InvalidInput` otherwise. This process keeps one more descriptor for the child until it has
    /// exited and the next child is started.
    pub fn end_with_parent(&mut self, grace: Duration) -> &mut Self {
        self.end_with_parent = Some(grace);
        self
    }

    /// The settings of the next processes. Spares were started with others.
    fn launch_anew(&mut self) -> &mut Launch {
        #[cfg(unix)]
        self.spares.end();
        &mut self.launch
    }
}
