//! The standard streams of a child.

use std::fs::{File, OpenOptions};
use std::io::{self, PipeReader, PipeWriter};
use std::os::windows::io::{AsHandle, BorrowedHandle, OwnedHandle};

/// What a child is given for a standard stream. On Unix this is [`std::process::Stdio`], whose names it has; Windows'
/// own cannot be looked into.
#[derive(Debug)]
pub struct Stdio(Kind);

#[derive(Debug)]
enum Kind {
    Inherit,
    Null,
    Piped,
    Handle(OwnedHandle),
}

impl Stdio {
    /// That of this process.
    pub fn inherit() -> Self {
        Self(Kind::Inherit)
    }

    /// A stream that is empty, and takes everything.
    pub fn null() -> Self {
        Self(Kind::Null)
    }

    /// A new pipe, whose other end is a field of [`Process`](crate::Process).
    pub fn piped() -> Self {
        Self(Kind::Piped)
    }
}

macro_rules! handles {
    ($($type:ty),*) => {$(
        impl From<$type> for Stdio {
            fn from(handle: $type) -> Self {
                Self(Kind::Handle(handle.into()))
            }
        }
    )*};
}

handles!(
    OwnedHandle,
    File,
    PipeReader,
    PipeWriter,
    std::process::ChildStdin,
    std::process::ChildStdout,
    std::process::ChildStderr
);

/// Which stream it is.
#[derive(Clone, Copy)]
pub(super) enum Way {
    In,
    Out,
    Err,
}

/// What a child gets, and the other end of it.
pub(super) struct Given<'a> {
    pub(super) child: End<'a>,
    pub(super) ours: Option<OwnedHandle>,
}

pub(super) enum End<'a> {
    /// This process has none.
    None,
    Own(OwnedHandle),
    Lent(&'a OwnedHandle),
}

impl End<'_> {
    pub(super) fn as_handle(&self) -> Option<BorrowedHandle<'_>> {
        match self {
            Self::None => None,
            Self::Own(handle) => Some(handle.as_handle()),
            Self::Lent(handle) => Some(handle.as_handle()),
        }
    }
}

impl Stdio {
    pub(super) fn open(&self, way: Way) -> io::Result<Given<'_>> {
        let (child, ours) = match (&self.0, way) {
            (Kind::Inherit, _) => (own(way)?.map_or(End::None, End::Own), None),
            (Kind::Null, _) => {
                let null = OpenOptions::new().read(true).write(true).open("NUL")?;
                (End::Own(null.into()), None)
            }
            (Kind::Handle(handle), _) => (End::Lent(handle), None),
            (Kind::Piped, Way::In) => {
                let (reader, writer) = io::pipe()?;
                (End::Own(reader.into()), Some(writer.into()))
            }
            (Kind::Piped, Way::Out | Way::Err) => {
                let (reader, writer) = io::pipe()?;
                (End::Own(writer.into()), Some(reader.into()))
            }
        };
        Ok(Given { child, ours })
    }
}

/// A duplicate of the stream of this process, if it has it.
fn own(way: Way) -> io::Result<Option<OwnedHandle>> {
    use std::os::windows::io::AsRawHandle;
    let (stdin, stdout, stderr) = (io::stdin(), io::stdout(), io::stderr());
    let handle = match way {
        Way::In => stdin.as_handle(),
        Way::Out => stdout.as_handle(),
        Way::Err => stderr.as_handle(),
    };
    if handle.as_raw_handle().is_null() {
        return Ok(None);
    }
    handle.try_clone_to_owned().map(Some)
}
