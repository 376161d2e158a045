#![doc = include_str!("../README.md")]
#![forbid(unsafe_code)]
#![deny(missing_docs)]

mod accounting;
mod channel;
#[cfg(feature = "process")]
mod child;
#[cfg(feature = "process")]
mod command;
mod config;
mod coop;
mod envelope;
mod error;
mod handle;
mod handoff;
#[cfg(unix)]
#[doc(hidden)] // for the Node binding, in which the child waits
pub mod handover;
mod latency;
#[cfg(feature = "process")]
mod launch;
#[doc(hidden)] // for the Node binding, which drives a link itself
pub mod link;
mod message;
mod open;
#[cfg(feature = "process")]
mod package;
mod peer;
mod port;
mod receiver;
mod requests;
mod sender;
mod shared;
mod shared_memory;
mod shared_ring;
#[doc(hidden)] // for the Node binding, which waits on its own loop
#[cfg_attr(windows, path = "spin/never.rs")]
pub mod spin;
mod state;
#[cfg(feature = "stream")]
mod stream;
mod value_error;
mod wake;

pub use bytes::Bytes;
pub use channel::Channel;
#[cfg(feature = "process")]
pub use child::Child;
#[cfg(feature = "process")]
pub use command::{Command, WireChoice};
pub use config::Config;
pub use error::{EnvironmentError, Error, SendError, SendErrorKind};
pub use forkwire_proto::{Format, HandleKind, MAX_HANDLES, Meta, RefuseReason, WireError, v8};
pub use handle::{Handle, HandleError};
pub use handoff::Handoff;
pub use latency::Latency;
#[cfg(feature = "process")]
pub use launch::{Process, Stdio};
pub use message::Message;
pub use port::{Port, PortError};
pub use receiver::Receiver;
#[cfg(feature = "tower")]
pub use requests::RequestService;
pub use requests::{Failure, Incoming, Request, RequestError};
pub use sender::{Permit, Sender};
pub use shared_memory::{SharedMemory, WaitOutcome};
pub use shared_ring::{RingError, RingReader, RingWriter, SharedRing};
pub use value_error::ValueError;

/// The default of [`Config::high_water_mark`], in bytes: that of Node's channel.
pub const HIGH_WATER_MARK: usize = 131_072;
