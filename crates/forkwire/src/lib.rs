#![doc = include_str!("../README.md")]
#![forbid(unsafe_code)]
#![deny(missing_docs)]

mod accounting;
mod channel;
#[cfg(all(unix, feature = "process"))]
mod child;
#[cfg(all(unix, feature = "process"))]
mod command;
mod envelope;
mod error;
mod handle;
#[cfg(unix)]
mod handoff;
pub mod link;
mod message;
#[cfg(unix)]
mod open;
#[cfg(all(unix, feature = "process"))]
mod package;
mod receiver;
mod sender;
mod shared;
mod state;
#[cfg(feature = "stream")]
mod stream;
mod wake;

pub use channel::Channel;
#[cfg(all(unix, feature = "process"))]
pub use child::Child;
#[cfg(all(unix, feature = "process"))]
pub use command::{Command, WireChoice};
pub use error::{EnvironmentError, Error, HandleError, SendError, SendErrorKind, ValueError};
pub use forkwire_proto::{
    Config, Descriptor, Format, HandleKind, MAX_HANDLES, Meta, RefuseReason, WireError, v8,
};
pub use handle::Handle;
#[cfg(unix)]
pub use handoff::Handoff;
pub use message::Message;
pub use receiver::Receiver;
pub use sender::Sender;

/// The backlog at which [`Channel::try_send`] refuses and a `Sink` is not ready, in bytes: that of Node's channel.
pub const HIGH_WATER_MARK: usize = 131_072;
