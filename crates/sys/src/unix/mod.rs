//! Unix domain sockets and file descriptors.

mod allocator;
mod ancillary;
mod descriptor;
mod errno;
mod inherit;
mod socket;
#[cfg(feature = "tokio")]
mod watch;
mod write_error;

pub use allocator::give_back_freed_memory;
pub use descriptor::{adopt, classify, duplicate, is_socket, set_cloexec};
pub use errno::{EPIPE, errno_name, errno_number, error_name};
pub use inherit::{InheritGuard, InheritedFd, remove_variables, take_inherited};
pub use socket::{Socket, is_passing_shortage};
#[cfg(feature = "tokio")]
pub use watch::{Ready, Watch};

/// What a channel's bytes and handles go over.
pub type Transport = Socket;

/// An end of a channel, of which a transport can be made.
pub type ChannelEnd = std::os::fd::OwnedFd;

/// What travels beside the bytes.
pub type Handle = std::os::fd::OwnedFd;
