//! Named pipes, and handles that are duplicated into the peer's process.
//!
//! A named pipe carries bytes only. So each [`HandleStream::send`](crate::HandleStream::send) writes one _segment_: a header
//! of two lengths, a record for each handle, and the bytes (see `segment`). Both ends of a pipe must be a [`Pipe`] then; for
//! another peer the bytes are written and read as they are ([`Pipe::write_raw`], [`Pipe::read_raw`]).
//!
//! The parent, which has all rights over its child, duplicates every handle that is not a socket: it pushes its own into the
//! child and pulls the child's. A child needs no rights over its parent, which may be elevated, and cannot make the parent
//! take one of its own handles for a received one. Sockets are duplicated by their sender, as Winsock requires.

mod class;
mod completion;
mod errno;
mod export;
mod handle;
mod import;
mod inherit;
mod lifeline;
mod name;
mod number;
mod object;
mod peer;
mod pipe;
mod process;
mod read;
mod security;
mod segment;
mod server;
mod socket;
mod start;
mod state;
mod table;
mod tcp;
mod watch;

pub use class::classify;
pub use errno::{EPIPE, errno_name, errno_number, error_name, is_passing_shortage};
pub use handle::Handle;
pub use inherit::{end_with_inherited, open_inherited, remove_variables, take_inherited};
pub use lifeline::end_with_peer;
pub use number::{adopt, adopt_socket, duplicate, duplicate_handle};
pub(crate) use object::granted;
pub use object::{access, inode, object_type};
pub use pipe::Pipe;
pub use process::Process;
pub use server::{Server, create_pair, open};
pub use socket::import as import_socket;
pub use start::{CHANNEL_FD, LIFELINE_FD, Start, start};
pub use tcp::TcpRole;
pub use watch::{Ready, Watch};

/// The transport of a channel's bytes and handles.
pub type Transport = Pipe;

/// An end of a channel, before it becomes a transport.
pub type ChannelEnd = std::os::windows::io::OwnedHandle;

/// Whether this process may have no room for what one more send of the peer can bring. A process may have 16 million handles.
pub fn is_crowded(_received: &[Handle]) -> bool {
    false
}

/// Returns freed memory to the system, where the allocator would keep it. On Windows this does nothing.
pub fn give_back_freed_memory() {}

use std::io;

/// The error of a call that returns 0 if it failed.
fn check(result: i32) -> io::Result<()> {
    if result == 0 {
        Err(io::Error::last_os_error())
    } else {
        Ok(())
    }
}

/// Whether an error means that the other end of a pipe is closed. (System Error Codes: `ERROR_BROKEN_PIPE`,
/// `ERROR_NO_DATA`, `ERROR_PIPE_NOT_CONNECTED`)
fn is_broken(code: i32) -> bool {
    use windows_sys::Win32::Foundation::{ERROR_BROKEN_PIPE, ERROR_NO_DATA, ERROR_PIPE_NOT_CONNECTED};
    [ERROR_BROKEN_PIPE, ERROR_NO_DATA, ERROR_PIPE_NOT_CONNECTED]
        .iter()
        .any(|known| u32::try_from(code) == Ok(*known))
}
