//! Elsewhere connections travel as messages: macOS can lose a descriptor in flight when its sender closes it, and Windows has no
//! such sockets.

use std::io;
#[cfg(unix)]
use std::os::fd::OwnedFd;
#[cfg(unix)]
use std::rc::Rc;

use napi::sys;

#[cfg(unix)]
use super::{Sent, Source};

#[derive(Clone)]
pub(crate) struct Queue;

#[allow(clippy::unused_self)] // as on Linux
impl Queue {
    pub(super) fn start(_: sys::napi_env, _: sys::napi_value) -> io::Result<Self> {
        Err(io::ErrorKind::Unsupported.into())
    }

    pub(super) fn worker_end(&self) -> io::Result<i32> {
        Err(io::ErrorKind::Unsupported.into())
    }

    #[cfg(unix)]
    pub(crate) fn is_same(&self, _: &Self) -> bool {
        true
    }

    #[cfg(unix)]
    pub(crate) fn send(&self, _: u32, _: &OwnedFd, _: &Rc<dyn Source>) -> Sent {
        Sent::Failed
    }

    pub(super) fn drain(&self) -> Vec<i32> {
        Vec::new()
    }

    pub(super) fn stop(&self) {}
}

pub(crate) struct Taker;

#[allow(clippy::unused_self)] // as on Linux
impl Taker {
    pub(super) fn start(_: sys::napi_env, _: i32, _: sys::napi_value) -> io::Result<Self> {
        Err(io::ErrorKind::Unsupported.into())
    }

    pub(super) fn set_reading(&self, _: bool) {}

    pub(super) fn give_back(&self, _: u32, _: i32) -> io::Result<()> {
        Err(io::ErrorKind::Unsupported.into())
    }

    pub(super) fn stop(&self) {}
}
