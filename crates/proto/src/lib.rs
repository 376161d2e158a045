//! The forkwire channel protocol, without I/O.
//!
//! This crate turns messages into bytes and bytes into messages. It knows of no socket, file descriptor, thread or clock. It
//! is generic over the handle type `H`, so that the same code serves Unix descriptors, Windows handles and the plain numbers
//! of a test.
//!
//! [`Connection`] is one end of a channel. It has four groups of methods, like other protocol crates of this kind:
//!
//! - *commands* from the application: [`Connection::push`], [`Connection::push_with_handles`], [`Connection::close`],
//!   [`Connection::accept`], [`Connection::refuse`];
//! - *input* from the transport: [`Connection::spare`], [`Connection::handle_read`], [`Connection::handle_eof`];
//! - *output*: [`Connection::transmit`] with [`Connection::transmitted`], and [`Connection::poll_event`];
//! - *getters*.
//!
//! `docs/protocol.md` in the repository describes the wire byte by byte.
#![forbid(unsafe_code)]
#![deny(missing_docs)]

mod arrivals;
mod backlog;
mod body;
mod connection;
mod decoder;
mod error;
mod event;
mod frame;
mod handle;
mod ledger;
mod node;
mod read_buffer;
mod requests;
mod run;
mod text;
pub mod v8;
pub mod windows;
mod wire;

pub use backlog::Transmit;
pub use body::Memory;
pub use connection::{Config, Connection};
pub use error::{PushError, WireError};
pub use event::{Call, DeclineReason, Event, Format, Meta, Payload, RequestEvent};
pub use frame::{HEADER_LEN, VERSION};
pub use handle::{HandleInfo, HandleKind, MAX_HANDLES, RefuseReason};
pub use node::{NodeConnection, is_hello, is_internal};
pub use requests::MAX_REQUESTS;
pub use run::Run;
pub use text::is_utf8;
pub use wire::Wire;

/// The example of the README, as a test.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
