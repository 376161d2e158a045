//! Unix domain sockets and file descriptors.

mod allocator;
mod ancillary;
mod descriptor;
mod inherit;
mod socket;
#[cfg(feature = "tokio")]
mod watch;
mod write_error;

pub use allocator::give_back_freed_memory;
pub use descriptor::{Family, SocketClass, adopt, classify, duplicate, errno_name, is_socket, set_cloexec};
pub use inherit::{Heirloom, Lent, remove_variables, take_inherited};
pub use socket::{Socket, is_passing_shortage};
#[cfg(feature = "tokio")]
pub use watch::watch;
