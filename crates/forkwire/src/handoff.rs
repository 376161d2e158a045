//! What a parent tells this program of its channel.

#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::{fmt, io};

use forkwire_proto::{Config, Format};
use forkwire_sys::os;
use serde_json::Value;

use crate::error::EnvironmentError;

/// Forkwire's own variable: a JSON object.
pub(crate) const NATIVE: &str = "FORKWIRE_CHANNEL";
/// Node's: the number of a descriptor (`lib/child_process.js`).
pub(crate) const FD: &str = "NODE_CHANNEL_FD";
/// Node's: `json` or `advanced`.
pub(crate) const MODE: &str = "NODE_CHANNEL_SERIALIZATION_MODE";

/// A channel that this process inherited and that nobody has begun to read.
///
/// [`Channel::from_env`](crate::Channel::from_env) is this and [`Channel::from_handoff`](crate::Channel::from_handoff)
/// in one. To take them apart has a use: the environment can only be changed soundly while a process has one thread, and
/// a tokio runtime starts more. Taken first thing in `main`, before the runtime is built, the handoff removes its
/// variables, as Node does in its children. Taken later, the variables stay, and a Node process that this program starts
/// without an `'ipc'` of its own would believe them: use [`std::process::Command::env_remove`] on them there
/// (`Command` does it). The same goes for systems like macOS, where a process cannot know whether it has one thread:
/// there they always stay. On Windows they are always removed. The descriptor itself is closed on exec in any case.
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
    pub(crate) end: os::End,
    /// Whether the wire is Node's.
    pub(crate) node: bool,
    pub(crate) format: Format,
    pub(crate) config: Config,
    removed: bool,
}

/// Where the channel is.
#[derive(Debug, PartialEq, Eq)]
enum Place {
    /// A descriptor, which was inherited.
    Fd(i32),
    /// A named pipe to open, and the process that has made it.
    #[cfg(windows)]
    Pipe { pipe: String, parent: u32 },
}

impl Place {
    fn take(&self) -> io::Result<Option<os::End>> {
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

/// What the variables say.
#[derive(Debug, PartialEq, Eq)]
struct Words {
    name: &'static str,
    place: Place,
    format: Format,
    max_message: Option<usize>,
}

impl Handoff {
    /// Takes the channel that the environment names: `FORKWIRE_CHANNEL`, or else `NODE_CHANNEL_FD` and
    /// `NODE_CHANNEL_SERIALIZATION_MODE` (json without it). `None`: this process was given none (an empty
    /// `NODE_CHANNEL_FD` is none), or it was taken before.
    ///
    /// # Errors
    /// A variable that cannot be read, or a descriptor that is no Unix stream socket; on Windows, no end of a named pipe.
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
        let mut config = Config::default();
        config.max_message = words.max_message.unwrap_or(config.max_message);
        let removed = os::remove_variables(&[NATIVE, FD, MODE]);
        Ok(Some(Self {
            end,
            node: words.name == FD,
            format: words.format,
            config,
            removed,
        }))
    }

    /// Whether the variables are gone from the environment, so that no process started by this one sees them.
    pub fn variables_removed(&self) -> bool {
        self.removed
    }

    /// How messages are written: json, or V8's structured clone format in the advanced mode.
    pub fn format(&self) -> Format {
        self.format
    }
}

fn read(variable: impl Fn(&str) -> Option<OsString>) -> Result<Option<Words>, EnvironmentError> {
    // Node takes an empty one for none; a variable that is not Unicode is no number either.
    let text = |name| {
        variable(name)
            .filter(|value| !value.is_empty())
            .map(|value| value.to_string_lossy().into_owned())
    };
    if let Some(value) = text(NATIVE) {
        return match native(&value) {
            Some(words) => Ok(Some(words)),
            None => Err(EnvironmentError::Variable {
                name: NATIVE,
                value,
                expected: "description of a channel",
            }),
        };
    }
    let Some(value) = text(FD) else { return Ok(None) };
    let Some(fd) = value.parse().ok().filter(|fd| *fd >= 0) else {
        return Err(EnvironmentError::Variable {
            name: FD,
            value,
            expected: "descriptor",
        });
    };
    let format = match text(MODE) {
        None => Format::Json,
        Some(value) => mode(&value).ok_or(EnvironmentError::Variable {
            name: MODE,
            value,
            expected: "serialization mode",
        })?,
    };
    Ok(Some(Words {
        name: FD,
        place: Place::Fd(fd),
        format,
        max_message: None,
    }))
}

fn native(text: &str) -> Option<Words> {
    let object: BTreeMap<String, Value> = serde_json::from_str(text).ok()?;
    let format = mode(object.get("serialization").map_or(Some("json"), Value::as_str)?)?;
    let max = object.get("maxMessageSize").and_then(Value::as_u64);
    Some(Words {
        name: NATIVE,
        place: place(&object)?,
        format,
        max_message: max.and_then(|max| usize::try_from(max).ok()),
    })
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
