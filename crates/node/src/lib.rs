//! The Node binding of forkwire: one class, `Channel`, over the protocol and the socket.
//!
//! It moves bytes, descriptors and counts between JavaScript and the core, and drives the socket on Node's own event
//! loop, or on a background task where that cannot be polled. It does not interpret messages.
//!
//! Unsafe code lives in [`ffi`] only.
#![deny(missing_docs)]
// What #[napi] exports is public to JavaScript, not to Rust.
#![allow(unreachable_pub)]
// The registration that calls the exports is left out of test builds.
#![cfg_attr(test, allow(dead_code))]

mod acceptor;
mod background;
mod batch;
mod brackets;
mod channel;
mod compose;
mod connections;
mod core;
mod descriptor;
mod driver;
mod error;
mod exit;
#[allow(unsafe_code)]
mod ffi;
mod io_thread;
mod lift;
mod memory;
mod number;
mod outline;
mod pending;
mod pool;
mod port;
#[cfg(all(test, forkwire_loom))]
mod races;
mod requests;
mod sending;
mod shape;
mod sizes;
mod spare;
mod stats;
mod wrap;
