//! Systems whose shared memory cannot be sealed, or is not supported yet.

use std::io;
use std::ptr::NonNull;

use super::Checked;
use crate::os::Handle;

fn unsupported() -> io::Error {
    io::Error::new(
        io::ErrorKind::Unsupported,
        "shared memory is supported on Linux only",
    )
}

pub(super) fn create(_: usize) -> io::Result<Handle> {
    Err(unsupported())
}

pub(super) fn check(_: &Handle) -> io::Result<Checked> {
    Err(unsupported())
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
