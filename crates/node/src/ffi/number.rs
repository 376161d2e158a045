//! Descriptors and handles that JavaScript has by number, before a channel has them or after.

#[cfg(windows)]
mod crt;
#[cfg(unix)]
mod unix;
#[cfg(windows)]
mod windows;

#[cfg(unix)]
pub(crate) use unix::{
    adopt, adopt as adopt_handle, adopt as adopt_memory, close, close_socket, create_pair, duplicate,
    duplicate_descriptor, duplicate_end, duplicate_handle, end_with_peer, number_of, of_handle, open_pipe,
    release, release as release_memory, take, take_port,
};
#[cfg(windows)]
pub(crate) use windows::{
    adopt_handle, adopt_memory, close, close_socket, create_pair, duplicate, duplicate_descriptor,
    duplicate_end, duplicate_handle, end_with_peer, number_of, of_handle, open_pipe, release, release_memory,
    take, take_port,
};
