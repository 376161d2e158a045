#![doc = include_str!("../README.md")]
#![forbid(unsafe_code)]
#![deny(missing_docs)]

#[cfg(unix)]
mod accounting;
#[cfg(unix)]
mod channel;
#[cfg(unix)]
mod envelope;
mod error;
#[cfg(unix)]
mod handoff;
#[cfg(unix)]
mod incoming;
#[cfg(unix)]
pub mod link;
#[cfg(unix)]
mod message;
#[cfg(unix)]
mod open;
#[cfg(unix)]
mod outgoing;

#[cfg(unix)]
pub use channel::Channel;
pub use error::{EnvironmentError, Error, SendError};
pub use forkwire_proto::{
    Config, Descriptor, Format, HandleKind, MAX_HANDLES, Meta, RefuseReason, WireError, v8,
};
#[cfg(unix)]
pub use handoff::Handoff;
#[cfg(unix)]
pub use message::Message;
