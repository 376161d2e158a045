//! The channel that a parent names in this program's environment.

#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::time::Duration;
use std::{fmt, io};

use forkwire_proto::Format;
use forkwire_sys::os;
use serde_json::Value;

use crate::config::Config;
use crate::error::EnvironmentError;
use crate::latency::Latency;
use crate::peer::Peer;

/// Forkwire's own variable, a JSON object. An absent entry has its default.
pub(crate) const NATIVE: &str = "FORKWIRE_CHANNEL";
/// Node's, the number of a descriptor (`lib/child_process.js`).
pub(crate) const FD: &str = "NODE_CHANNEL_FD";
/// Node's, `json` or `advanced`.
pub(crate) const MODE: &str = "NODE_CHANNEL_SERIALIZATION_MODE";
/// Forkwire's, beside Node's: the inode of the child's end and the serialization, from a parent that has requests on Node's wire. A
/// program that inherits the variable has another channel, and so another inode.
pub(crate) const PARENT: &str = "FORKWIRE_PARENT";

/// A channel that this process inherited, and that is not open yet.
///
/// [`Channel::from_env`](crate::Channel::from_env) combines this with
/// [`Channel::from_handoff`](crate::Channel::from_handoff). Separate calls are of use because an environment can only be
/// changed soundly while a process has one thread, and a tokio runtime starts more:
///
/// - Taken first thing in `main`, before the runtime is built, the handoff removes its variables, as Node does in its
///   children.
/// - Taken later, the variables stay. They stay on systems like macOS as well, where a process cannot find out whether it
///   has one thread. A Node process that this program then starts without an `'ipc'` of its own would take them for
///   its own: remove them there with [`std::process::Command::env_remove`]. `forkwire::Command` does that itself.
/// - On Windows they are always removed.
///
/// The descriptor is closed on exec in any case.
///
/// ```
/// use forkwire::{Channel, Handoff};
///
/// fn main() -> Result<(), Box<dyn std::error::Error>> {
///     let handoff = Handoff::from_env()?;
///     let runtime = tokio::runtime::Builder::new_multi_thread().enable_io().build()?;
///     runtime.block_on(async {
///         // The program may be started by hand as well.
///         let Some(handoff) = handoff else { return Ok(()) };
///         let mut channel = Channel::from_handoff(handoff)?;
///         channel.send("ready").await?;
///         Ok(())
///     })
/// }
/// ```
#[derive(Debug)]
pub struct Handoff {
    pub(crate) end: os::ChannelEnd,
    pub(crate) config: Config,
    removed: bool,
}

/// Where the channel is found.
#[derive(Debug, PartialEq, Eq)]
enum Place {
    /// An inherited descriptor.
    Fd(i32),
    /// A named pipe to open, and the process that created it.
    #[cfg(windows)]
    Pipe { pipe: String, parent: u32 },
}

impl Place {
    fn take(&self) -> io::Result<Option<os::ChannelEnd>> {
        match self {
            Self::Fd(fd) => os::take_inherited(*fd),
            #[cfg(windows)]
            Self::Pipe { pipe, parent } => os::open_inherited(pipe, *parent),
        }
    }
}

impl fmt::Display for Place {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Fd(fd) => write!(out, "descriptor {fd}"),
            #[cfg(windows)]
            Self::Pipe { pipe, parent } => write!(out, "the pipe {pipe} of process {parent}"),
        }
    }
}

/// The content of the variables.
#[derive(Debug, PartialEq, Eq)]
struct Words {
    name: &'static str,
    place: Place,
    config: Config,
    lifeline: Option<Lifeline>,
}

/// A descriptor whose other end the parent has as long as it lives.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Lifeline {
    fd: i32,
    /// The time between SIGTERM and SIGKILL.
    grace: Duration,
}

/// That of the npm package (`graceMs`).
const GRACE: Duration = Duration::from_secs(5);

impl Handoff {
    /// Takes the channel that the environment names: in `FORKWIRE_CHANNEL`, or otherwise in `NODE_CHANNEL_FD` and
    /// `NODE_CHANNEL_SERIALIZATION_MODE` (by default json). `None` if the environment names none (an empty
    /// `NODE_CHANNEL_FD` does not count), or the channel was taken before.
    ///
    /// # Errors
    /// - [`EnvironmentError::Variable`]: a variable has a value that cannot be meant.
    /// - [`EnvironmentError::Descriptor`]: the descriptor is not open, is not a connected Unix stream socket, or was not
    ///   inherited: the variable is left over from another process. On Windows, it is not an end of a named pipe.
    pub fn from_env() -> Result<Option<Self>, EnvironmentError> {
        let Some(words) = read(|name| std::env::var_os(name))? else {
            return Ok(None);
        };
        let end = match words.place.take() {
            Ok(Some(end)) => end,
            Ok(None) => return Ok(None),
            Err(source) => {
                return Err(EnvironmentError::Descriptor {
                    name: words.name,
                    place: words.place.to_string(),
                    source,
                });
            }
        };
        if let Some(Lifeline { fd, grace }) = words.lifeline {
            os::end_with_inherited(fd, grace).map_err(|source| EnvironmentError::Descriptor {
                name: words.name,
                place: format!("descriptor {fd}, to end with the parent"),
                source,
            })?;
        }
        let mut config = words.config;
        config.peer = if !config.node || has_forkwire(std::env::var(PARENT).ok(), os::inode(&end)) {
            Peer::Forkwire
        } else {
            Peer::Stock
        };
        let removed = os::remove_variables(&[NATIVE, FD, MODE, PARENT]);
        Ok(Some(Self { end, config, removed }))
    }

    /// Whether the variables are gone from the environment, so that no program started by this one sees them.
    pub fn variables_removed(&self) -> bool {
        self.removed
    }

    /// The format of messages: JSON, or V8's structured clone format in the advanced mode.
    pub fn format(&self) -> Format {
        self.config.format
    }

    /// The settings of the channel, as the parent named them. Its limits can be changed:
    ///
    /// ```no_run
    /// # fn take() -> Result<(), Box<dyn std::error::Error>> {
    /// let mut handoff = forkwire::Handoff::from_env()?.ok_or("no channel")?;
    /// *handoff.config_mut() = handoff.config().clone().max_message_size(1024 * 1024);
    /// # Ok(())
    /// # }
    /// ```
    pub fn config(&self) -> &Config {
        &self.config
    }

    /// The settings of the channel, to change its limits. The peer does not learn of a change: a channel on another wire
    /// or in another format than the parent named does not work.
    pub fn config_mut(&mut self) -> &mut Config {
        &mut self.config
    }
}

/// Whether a parent has named this end of its channel: by its inode, and the serialization.
fn has_forkwire(parent: Option<String>, inode: Option<u64>) -> bool {
    let named = parent.and_then(|value| value.split_once(',')?.0.parse().ok());
    named.is_some() && named == inode
}

fn read(variable: impl Fn(&str) -> Option<OsString>) -> Result<Option<Words>, EnvironmentError> {
    // To Node, an empty variable is an absent one. A variable that is not Unicode is not a number either.
    let text = |name| {
        variable(name)
            .filter(|value| !value.is_empty())
            .map(|value| value.to_string_lossy().into_owned())
    };
    let invalid = |name, value, expected| EnvironmentError::Variable {
        name,
        value,
        expected,
    };
    if let Some(value) = text(NATIVE) {
        return match native(&value) {
            Some((place, config, lifeline)) => Ok(Some(Words {
                name: NATIVE,
                place,
                config,
                lifeline,
            })),
            None => Err(invalid(NATIVE, value, "a description of a channel")),
        };
    }
    let Some(value) = text(FD) else { return Ok(None) };
    let Some(fd) = value.parse().ok().filter(|fd| *fd >= 0) else {
        return Err(invalid(FD, value, "the number of a descriptor"));
    };
    let format = match text(MODE) {
        None => Format::Json,
        Some(value) => mode(&value).ok_or_else(|| invalid(MODE, value, "\"json\" or \"advanced\""))?,
    };
    Ok(Some(Words {
        name: FD,
        place: Place::Fd(fd),
        config: Config::node(format),
        lifeline: None,
    }))
}

fn native(text: &str) -> Option<(Place, Config, Option<Lifeline>)> {
    let object: BTreeMap<String, Value> = serde_json::from_str(text).ok()?;
    let format = mode(object.get("serialization").map_or(Some("json"), Value::as_str)?)?;
    let bytes = |name: &str| usize::try_from(object.get(name)?.as_u64()?).ok();
    let mut config = Config::native().serialization(format);
    if let Some(bytes) = bytes("maxMessageSize") {
        config = config.max_message_size(bytes);
    }
    if let Some(bytes) = bytes("highWaterMark") {
        config = config.high_water_mark(bytes);
    }
    if let Some(latency) = object.get("latency") {
        config = config.latency(Latency::from_name(latency.as_str()?)?);
    }
    let lifeline = match object.get("lifeline") {
        Some(fd) => Some(Lifeline {
            fd: i32::try_from(fd.as_i64()?).ok().filter(|fd| *fd >= 0)?,
            grace: object
                .get("graceMs")
                .map_or(Some(GRACE), |grace| grace.as_u64().map(Duration::from_millis))?,
        }),
        None => None,
    };
    Some((place(&object)?, config, lifeline))
}

fn place(object: &BTreeMap<String, Value>) -> Option<Place> {
    #[cfg(windows)]
    if let Some(pipe) = object.get("pipe") {
        return Some(Place::Pipe {
            pipe: pipe.as_str()?.to_owned(),
            parent: object.get("parent")?.as_u64()?.try_into().ok()?,
        });
    }
    let fd = object.get("fd")?.as_i64().filter(|fd| *fd >= 0)?;
    i32::try_from(fd).ok().map(Place::Fd)
}

fn mode(name: &str) -> Option<Format> {
    match name {
        "json" => Some(Format::Json),
        "advanced" => Some(Format::Clone),
        _ => None,
    }
}
