//! The system calls of forkwire, and nothing else: byte streams that carry handles.
//!
//! [`Transport`] is what a channel needs of its carrier: [`Transport::send`] and [`Transport::recv`], each one system
//! call, with handles beside the bytes. Implementations:
//!
//! - [`unix::Socket`]: one end of a Unix domain socket pair (Linux, macOS);
//! - `windows::Pipe`: one end of a named pipe, with handles duplicated into the peer's process (Windows);
//! - [`memory::Pipe`]: a pair in memory that misbehaves on request, for tests.
//!
//! No frame is parsed here, and nothing of the protocol is known.
#![deny(missing_docs)]

pub mod memory;
mod transport;
#[cfg(unix)]
pub mod unix;
#[cfg(windows)]
pub mod windows;

pub use transport::{MAX_HANDLES, Received, Transport};
