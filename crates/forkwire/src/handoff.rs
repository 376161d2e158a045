//! What a parent tells this program of its channel.

#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::os::fd::{OwnedFd, RawFd};

use forkwire_proto::{Config, Format};
use forkwire_sys::unix;
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
/// ([`Command`](crate::Command) does it). The same goes for systems other than Linux, where a process cannot know
/// whether it has one thread: there they always stay. The descriptor itself is closed on exec in any case.
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
    pub(crate) fd: OwnedFd,
    /// Whether the wire is Node's.
    pub(crate) node: bool,
    pub(crate) format: Format,
    pub(crate) config: Config,
    removed: bool,
}

/// What the variables say.
#[derive(Debug, PartialEq, Eq)]
struct Words {
    name: &'static str,
    fd: RawFd,
    format: Format,
    max_message: Option<usize>,
}

impl Handoff {
    /// Takes the channel that the environment names: `FORKWIRE_CHANNEL`, or else `NODE_CHANNEL_FD` and
    /// `NODE_CHANNEL_SERIALIZATION_MODE` (json without it). `None`: this process was given none (an empty
    /// `NODE_CHANNEL_FD` is none), or it was taken before.
    ///
    /// # Errors
    /// A variable that cannot be read, or a descriptor that is no Unix stream socket.
    pub fn from_env() -> Result<Option<Self>, EnvironmentError> {
        let Some(words) = read(|name| std::env::var_os(name))? else {
            return Ok(None);
        };
        let fd = match unix::take_inherited(words.fd) {
            Ok(Some(fd)) => fd,
            Ok(None) => return Ok(None),
            Err(source) => {
                return Err(EnvironmentError::Descriptor {
                    name: words.name,
                    fd: words.fd,
                    source,
                });
            }
        };
        let mut config = Config::default();
        config.max_message = words.max_message.unwrap_or(config.max_message);
        let removed = unix::remove_variables(&[NATIVE, FD, MODE]);
        Ok(Some(Self {
            fd,
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
        fd,
        format,
        max_message: None,
    }))
}

fn native(text: &str) -> Option<Words> {
    let object: BTreeMap<String, Value> = serde_json::from_str(text).ok()?;
    let fd = object.get("fd")?.as_i64().filter(|fd| *fd >= 0)?;
    let format = mode(object.get("serialization").map_or(Some("json"), Value::as_str)?)?;
    let max = object.get("maxMessageSize").and_then(Value::as_u64);
    Some(Words {
        name: NATIVE,
        fd: RawFd::try_from(fd).ok()?,
        format,
        max_message: max.and_then(|max| usize::try_from(max).ok()),
    })
}

fn mode(name: &str) -> Option<Format> {
    match name {
        "json" => Some(Format::Json),
        "advanced" => Some(Format::Clone),
        _ => None,
    }
}
