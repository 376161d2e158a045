//! Transports and their handles, as the conformance suite wants them.

mod memory;
#[cfg(unix)]
mod unix;
#[cfg(windows)]
mod windows;

use std::fmt::Debug;

use forkwire_sys::HandleStream;

pub(crate) use memory::Memory;
#[cfg(unix)]
pub(crate) use unix::UnixSocket;
#[cfg(windows)]
pub(crate) use windows::{NamedPipe, NamedPipeWithSockets};

/// A transport under test. A handle is known by an identity that survives the journey.
pub(crate) trait Fixture {
    type End: HandleStream<Handle = Self::Handle>;
    type Handle;
    type Identity: Copy + Debug + PartialEq;

    fn pair() -> (Self::End, Self::End);
    /// A fresh handle and its identity.
    fn handle() -> (Self::Handle, Self::Identity);
    fn identity(handle: &Self::Handle) -> Self::Identity;
    /// Whether any copy of the handle is still open, here or in flight.
    fn is_open(identity: Self::Identity) -> bool;
    /// Blocks until the system has all that `end` sent, where the system reports that later.
    fn settle(_end: &Self::End) {}
}
