//! The settings of a channel's end.

use forkwire_proto::{self as proto, Connection, Format, NodeConnection, Wire};

use crate::HIGH_WATER_MARK;
use crate::latency::Latency;
use crate::peer::Peer;

/// The settings of one end of a [`Channel`](crate::Channel). Both ends must have the same wire, and on Node's wire the
/// same serialization. The limits are those of this end alone.
///
/// ```
/// use forkwire::{Channel, Config, Format};
///
/// # tokio::runtime::Builder::new_current_thread().enable_all().build()?.block_on(async {
/// let config = Config::node(Format::Clone).max_message_size(1024 * 1024).high_water_mark(64 * 1024);
/// let (mut ours, mut theirs) = Channel::pair_with(&config)?;
/// ours.send("small").await?;
/// assert_eq!(theirs.recv::<String>().await?.as_deref(), Some("small"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// # })?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Config {
    /// Whether the wire is Node's own.
    pub(crate) node: bool,
    pub(crate) format: Format,
    /// Bytes.
    pub(crate) max_message_size: usize,
    /// Bytes.
    pub(crate) high_water_mark: usize,
    /// Bytes.
    pub(crate) read_ahead: usize,
    pub(crate) latency: Latency,
    /// What is known of the peer before it has said anything.
    pub(crate) peer: Peer,
}

/// The default of [`Config::read_ahead`].
const READ_AHEAD: usize = 64 * 1024 * 1024;

impl Config {
    /// The native wire, which only forkwire speaks, with values in JSON. This is also the default.
    pub fn native() -> Self {
        Self {
            node: false,
            format: Format::Json,
            max_message_size: proto::Config::default().max_message,
            high_water_mark: HIGH_WATER_MARK,
            read_ahead: READ_AHEAD,
            latency: Latency::default(),
            peer: Peer::Forkwire,
        }
    }

    /// Node's own wire, in the mode `'json'` ([`Format::Json`]) or `'advanced'` ([`Format::Clone`]).
    pub fn node(format: Format) -> Self {
        Self {
            node: true,
            peer: Peer::Unknown,
            ..Self::native().serialization(format)
        }
    }

    /// How this end writes values. On Node's wire, it is the format of both directions; on the native wire each message
    /// says its own, and every format is read. Default: [`Format::Json`].
    #[must_use]
    pub fn serialization(mut self, format: Format) -> Self {
        self.format = format;
        self
    }

    /// The size of the largest message, in bytes, in both directions. A larger one is not sent
    /// ([`SendErrorKind::TooLarge`](crate::SendErrorKind::TooLarge)); a larger one from the peer ends the channel.
    /// Default: 536,870,912, the longest string of V8.
    #[must_use]
    pub fn max_message_size(mut self, bytes: usize) -> Self {
        self.max_message_size = bytes;
        self
    }

    /// The size of the backlog, in bytes, from which on `send` waits, `try_send` refuses and a `Sink` is not ready.
    /// Default: [`HIGH_WATER_MARK`]. At least 1: 0 counts as 1.
    #[must_use]
    pub fn high_water_mark(mut self, bytes: usize) -> Self {
        self.high_water_mark = bytes.max(1);
        self
    }

    /// The size of what is received ahead while a whole [`Channel`](crate::Channel) sends, in bytes. When so much waits to
    /// be received, and the peer still does not read, sending fails with
    /// [`SendErrorKind::Unread`](crate::SendErrorKind::Unread). Each message counts for its payload and a little more.
    /// Default: 67,108,864.
    #[must_use]
    pub fn read_ahead(mut self, bytes: usize) -> Self {
        self.read_ahead = bytes;
        self
    }

    /// Whether this end, when it has sent something, stays awake for the answer. Default: [`Latency::Balanced`].
    #[must_use]
    pub fn latency(mut self, latency: Latency) -> Self {
        self.latency = latency;
        self
    }

    /// A connection with these settings.
    pub(crate) fn wire<H>(&self) -> Wire<H> {
        let config = proto::Config::new(self.max_message_size);
        if self.node {
            Wire::Node(NodeConnection::new(self.format, config))
        } else {
            Wire::Native(Connection::new(config))
        }
    }
}

impl Default for Config {
    fn default() -> Self {
        Self::native()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The npm package has its own copy of them, since a parent in Node starts before it loads the addon.
    #[test]
    fn the_defaults_are_those_of_the_npm_package() {
        let file = concat!(env!("CARGO_MANIFEST_DIR"), "/../../src/channel/defaults.ts");
        // Outside of the checkout there is nothing to compare with.
        let Ok(source) = std::fs::read_to_string(file) else {
            return;
        };
        let number = |name: &str| -> usize {
            let line = source.lines().find_map(|line| line.trim().strip_prefix(name));
            let digits = line.unwrap().trim_start_matches(": ").trim_end_matches(',');
            digits.replace('_', "").parse().unwrap()
        };
        let config = Config::default();
        assert_eq!(config.high_water_mark, number("highWaterMark"));
        assert_eq!(config.max_message_size, number("maxMessageSize"));
        let latency = format!("latency: '{}',", config.latency.name());
        assert!(source.contains(&latency), "{latency}");
    }
}
