//! There is no polling of a socket here.

use std::io;

use napi::sys;

use crate::connections::Queue;

pub(super) struct Listening;

impl Listening {
    pub(super) fn start(_: sys::napi_env, _: i32, _: sys::napi_value) -> io::Result<Self> {
        Err(io::ErrorKind::Unsupported.into())
    }

    #[allow(clippy::unused_self)] // as on Unix
    pub(super) fn add(&self, _: &Queue, _: u32) {}

    #[allow(clippy::unused_self)] // as on Unix
    pub(super) fn remove(&self, _: &Queue) {}

    #[allow(clippy::unused_self)] // as on Unix
    pub(super) fn give(&self, _: i32) -> io::Result<()> {
        Err(io::ErrorKind::Unsupported.into())
    }

    #[allow(clippy::unused_self)] // as on Unix
    pub(super) fn stop(&self) {}
}
