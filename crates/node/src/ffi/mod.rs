//! The unsafe edge: Node-API calls that napi-rs does not wrap (callback scopes, strings straight into our memory), and
//! libuv's polling, found in the running executable.

pub(crate) mod at_exit;
#[cfg(unix)]
pub(crate) mod callback;
pub(crate) mod function;
mod guard;
pub(crate) mod handover;
pub(crate) mod js;
mod libuv;
pub(crate) mod number;
pub(crate) mod shared_buffer;
#[cfg(unix)]
pub(crate) mod uv;
pub(crate) mod value;
pub(crate) mod wake;
pub(crate) mod walk;
