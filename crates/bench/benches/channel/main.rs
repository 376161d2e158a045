//! Messages between two ends, each on a thread with its own tokio runtime: over forkwire's native wire, over the same
//! frames on a bare Unix socket, over interprocess and ipc-channel, and between Rust and Node on either wire.
//!
//! The checkout is the npm package for Node on the native wire, if it is built.

#![allow(clippy::expect_used)] // a bench may fail anywhere

#[cfg(unix)]
mod ends;
#[cfg(unix)]
mod measure;
#[cfg(unix)]
mod node;

#[cfg(unix)]
criterion::criterion_group!(benches, measure::all);
#[cfg(unix)]
criterion::criterion_main!(benches);

/// The ends that are compared are Unix sockets.
#[cfg(not(unix))]
fn main() {}
