//! Systems whose shared memory is not supported.

use std::io;
use std::ptr::NonNull;

use super::Checked;
use crate::os::Handle;

pub(super) type Id = ();

fn unsupported() -> io::Error {
    io::Error::new(
        io::ErrorKind::Unsupported,
        "shared memory is supported on Linux, macOS and Windows only",
    )
}

pub(super) fn create(_: usize) -> io::Result<Handle> {
    Err(unsupported())
}

pub(super) fn check(_: &Handle) -> io::Result<Checked> {
    Err(unsupported())
}

/// The check says it.
pub(super) fn identify(_: &Handle) -> Option<Id> {
    None
}

pub(super) fn is_same(_: &Handle, _: &Handle) -> bool {
    false
}

pub(super) fn map(_: &Handle, _: usize, _: bool) -> io::Result<NonNull<u8>> {
    Err(unsupported())
}

/// # Safety
/// There are no mappings, so that it is never called.
pub(super) unsafe fn unmap(_: NonNull<u8>, _: usize) {}

pub(super) fn freeze(_: &Handle, _: NonNull<u8>, _: usize) -> io::Result<()> {
    Err(unsupported())
}

pub(super) fn duplicate(_: &Handle) -> io::Result<Handle> {
    Err(unsupported())
}

pub(super) fn most_kept() -> usize {
    0
}
