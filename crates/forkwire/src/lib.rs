#![doc = include_str!("../README.md")]
#![forbid(unsafe_code)]
#![deny(missing_docs)]

#[cfg(unix)]
mod channel;
mod error;
#[cfg(unix)]
pub mod link;

#[cfg(unix)]
pub use channel::{Channel, Message};
pub use error::{Error, SendError};
pub use forkwire_proto::{
    Config, Descriptor, Format, HandleKind, MAX_HANDLES, Meta, RefuseReason, WireError,
};
