//! Opening the standard streams of a child.

use std::fs::OpenOptions;
use std::io;
use std::os::windows::io::{AsHandle, BorrowedHandle, OwnedHandle};

use crate::launch::stdio::{Kind, Stdio};

/// One of the standard streams.
#[derive(Clone, Copy)]
pub(super) enum Way {
    In,
    Out,
    Err,
}

/// A child's stream, and the other end of it if it is a pipe.
pub(super) struct Given<'a> {
    pub(super) child: StdioEnd<'a>,
    pub(super) ours: Option<OwnedHandle>,
}

pub(super) enum StdioEnd<'a> {
    /// This process does not have the stream.
    None,
    Own(OwnedHandle),
    Borrowed(&'a OwnedHandle),
}

impl StdioEnd<'_> {
    pub(super) fn as_handle(&self) -> Option<BorrowedHandle<'_>> {
        match self {
            Self::None => None,
            Self::Own(handle) => Some(handle.as_handle()),
            Self::Borrowed(handle) => Some(handle.as_handle()),
        }
    }
}

impl Stdio {
    /// Opens it for one child.
    pub(super) fn open(&self, way: Way) -> io::Result<Given<'_>> {
        let (child, ours) = match (&self.0, way) {
            (Kind::Inherit, _) => (own(way)?.map_or(StdioEnd::None, StdioEnd::Own), None),
            (Kind::Null, _) => {
                let null = OpenOptions::new().read(true).write(true).open("NUL")?;
                (StdioEnd::Own(null.into()), None)
            }
            (Kind::Given(handle), _) => (StdioEnd::Borrowed(handle), None),
            (Kind::Piped, Way::In) => {
                let (reader, writer) = io::pipe()?;
                (StdioEnd::Own(reader.into()), Some(writer.into()))
            }
            (Kind::Piped, Way::Out | Way::Err) => {
                let (reader, writer) = io::pipe()?;
                (StdioEnd::Own(writer.into()), Some(reader.into()))
            }
        };
        Ok(Given { child, ours })
    }
}

/// A duplicate of the stream of this process. `None` if it does not have it.
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
