//! The Node binding of forkwire: one class, `Channel`, over the protocol and the socket.
//!
//! It moves bytes, descriptors and counts between JavaScript and the core, and drives the socket on Node's own event
//! loop, or on a background task where that cannot be polled. What a message says is none of its business.
//!
//! Unsafe code lives in [`ffi`] only.
#![deny(missing_docs)]
// What #[napi] exports is public to JavaScript, not to Rust.
#![allow(unreachable_pub)]
// The registration that calls the exports is left out of test builds.
#![cfg_attr(test, allow(dead_code))]

#[cfg(unix)]
mod batch;
#[cfg(unix)]
mod channel;
#[cfg(unix)]
mod core;
#[cfg(unix)]
mod deliver;
#[cfg(unix)]
mod descriptor;
#[cfg(unix)]
mod driver;
#[cfg(unix)]
mod error;
#[cfg(unix)]
#[allow(unsafe_code)]
mod ffi;
#[cfg(unix)]
mod pending;
#[cfg(unix)]
mod pool;
#[cfg(all(unix, test, forkwire_loom))]
mod races;
#[cfg(unix)]
mod relief;
#[cfg(unix)]
mod sizes;
#[cfg(unix)]
mod stats;
#[cfg(unix)]
mod watch;
mod wrap;
