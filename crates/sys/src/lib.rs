//! The system calls of forkwire: byte streams that carry handles.
//!
//! [`HandleStream`] is what a channel needs from its transport: [`HandleStream::send`] and [`HandleStream::recv`]. Each makes
//! one system call, with handles beside the bytes. Implementations:
//!
//! - [`unix::Socket`]: one end of a Unix domain socket pair (Linux, macOS);
//! - `windows::Pipe`: one end of a named pipe, with handles duplicated into the peer's process (Windows);
//! - [`memory::Pipe`]: a pair in memory that misbehaves on request, for tests.
//!
//! [`os`] is the module of the target system. Both modules have the same names for what the crates above need:
//! `Transport`, `Handle`, `Watch`, `classify` and a few others.
//!
//! This crate parses no frames, and knows nothing of the protocol.
#![deny(missing_docs)]

mod class;
mod handle_stream;
pub mod memory;
pub mod segment;

#[cfg(unix)]
pub mod unix;
#[cfg(windows)]
pub mod windows;

#[cfg(unix)]
pub use unix as os;
#[cfg(windows)]
pub use windows as os;

pub use class::{Access, Family, ObjectType, SocketClass};
pub use handle_stream::{HandleStream, MAX_HANDLES, Received};
