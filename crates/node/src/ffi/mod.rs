//! The unsafe edge: Node-API calls that napi-rs does not wrap (callback scopes, strings straight into our memory), and
//! libuv's polling, found in the running executable. And the instructions for many bytes at once.

pub(crate) mod at_exit;
pub(crate) mod buffer;
#[cfg(unix)]
pub(crate) mod callback;
#[cfg(target_arch = "x86_64")]
pub(crate) mod find;
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
mod young;
