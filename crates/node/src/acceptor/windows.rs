//! There is no polling of a socket here.

use std::io;

use napi::sys;

pub(super) struct Listening;

impl Listening {
    pub(super) fn start(_: sys::napi_env, _: i32, _: sys::napi_value) -> io::Result<Self> {
        Err(io::ErrorKind::Unsupported.into())
    }

    #[allow(clippy::unused_self)] // as on Unix
    pub(super) fn stop(&self) {}
}
