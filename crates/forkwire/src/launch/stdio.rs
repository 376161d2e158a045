//! The standard streams of a child.

use std::fs::File;
use std::io::{PipeReader, PipeWriter};
#[cfg(unix)]
use std::os::fd::OwnedFd as Owned;
#[cfg(windows)]
use std::os::windows::io::OwnedHandle as Owned;
use std::process::{ChildStderr, ChildStdin, ChildStdout};

/// What a child is given as a standard stream. Its names are those of [`std::process::Stdio`]. It can be used for any
/// number of children, which that type cannot.
#[derive(Debug)]
pub struct Stdio(pub(super) Kind);

#[derive(Debug)]
pub(super) enum Kind {
    Inherit,
    Null,
    Piped,
    Given(Owned),
}

impl Stdio {
    /// The stream of this process.
    pub fn inherit() -> Self {
        Self(Kind::Inherit)
    }

    /// A stream that is empty, and discards what is written to it.
    pub fn null() -> Self {
        Self(Kind::Null)
    }

    /// A new pipe, whose other end is a field of [`Process`](crate::Process).
    pub fn piped() -> Self {
        Self(Kind::Piped)
    }
}

macro_rules! given {
    ($($type:ty),*) => {$(
        impl From<$type> for Stdio {
            fn from(stream: $type) -> Self {
                Self(Kind::Given(stream.into()))
            }
        }
    )*};
}

given!(
    Owned,
    File,
    PipeReader,
    PipeWriter,
    ChildStdin,
    ChildStdout,
    ChildStderr
);
