//! Unix domain sockets and file descriptors.

mod accept;
mod allocator;
mod ancillary;
mod descriptor;
mod elsewhere;
mod errno;
mod inherit;
mod lifeline;
mod object;
mod place;
mod processors;
mod socket;
#[cfg(feature = "tokio")]
mod watch;
mod write_error;

pub use accept::{accept, is_out_of_descriptors};
pub use allocator::give_back_freed_memory;
pub use descriptor::{adopt, classify, duplicate, is_crowded, is_socket, set_cloexec};
pub use elsewhere::{is_filtered, leave_processor, runnable};
pub use errno::{EPIPE, errno_name, errno_number, error_name};
pub use inherit::{InheritGuard, InheritedFd, end_with_inherited, remove_variables, take_inherited};
pub use lifeline::end_with_peer;
pub use object::{access, inode, object_type};
pub use place::place;
pub use processors::{Processors, online};
pub use socket::{Socket, create_pair, is_passing_shortage, is_readable};
#[cfg(feature = "tokio")]
pub use watch::{Ready, Watch};

/// The transport of a channel's bytes and handles.
pub type Transport = Socket;

/// An end of a channel, before it becomes a transport.
pub type ChannelEnd = std::os::fd::OwnedFd;

/// A handle that travels beside the bytes.
pub type Handle = std::os::fd::OwnedFd;
