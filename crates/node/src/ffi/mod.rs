//! The unsafe edge: Node-API calls that napi-rs does not wrap (callback scopes, strings straight into our memory), and
//! libuv's polling, found in the running executable.

#[cfg(unix)]
pub(crate) mod js;
#[cfg(unix)]
pub(crate) mod uv;
#[cfg(unix)]
pub(crate) mod value;
#[cfg(unix)]
pub(crate) mod wake;
#[cfg(windows)]
pub(crate) mod walk;
