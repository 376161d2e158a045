//! Ports as handles.
//!
//! Of a port that was used before it was sent, the bytes that were read and not decoded, and those that were not written, go
//! along as the handle's buffered bytes: for each of its sockets a length in 4 bytes, and so many bytes.

use std::collections::VecDeque;
use std::io;

use forkwire_proto::{Config as WireConfig, HandleKind};
use forkwire_sys::os::{self, Transport};

use super::lanes::Lanes;
use super::{Port, config};
use crate::channel::Channel;
use crate::error::{SendError, SendErrorKind};
use crate::handle::{Handle, HandleError};
use crate::link::Link;
use crate::shared::Shared;

/// The receiver reads first what was read here and not received.
///
/// Fails, with the port closed, if it was got by its name; or while handles or requests are under way, or while it still reads what came
/// with it.
impl TryFrom<Port> for Handle {
    type Error = SendError;

    fn try_from(port: Port) -> Result<Self, SendError> {
        let refuse = |reason: &str| Err(SendError::new(SendErrorKind::Handles, reason));
        if !port.lanes.is_single() {
            return refuse("a port with a name cannot be sent, nor one that has not read what came with it");
        }
        let channel = port.lanes.into_main();
        let mut state = channel.sender.shared.lock();
        if state.has_kept() {
            return refuse("messages of the port wait to be received: receive them, and send it then");
        }
        let Some(bytes) = state.link.suspend_after(channel.receiver.small.run()) else {
            return refuse("handles or requests of the port are under way, or it has ended");
        };
        let fd = state.link.socket().duplicate().map_err(|error| {
            SendError::new(
                SendErrorKind::Handles,
                format!("the port cannot be sent: {error}"),
            )
        })?;
        state.link.socket().leave();
        state.moved = true;
        drop(state);
        let len = u32::try_from(bytes.len()).unwrap_or(u32::MAX);
        let mut buffered = len.to_le_bytes().to_vec();
        buffered.extend_from_slice(&bytes);
        Ok(Self::new(HandleKind::Port, fd).with_buffered(buffered))
    }
}

/// Call it within a tokio runtime with I/O enabled. Fails if the handle is not a port; it comes back in the error.
impl TryFrom<Handle> for Port {
    type Error = io::Error;

    fn try_from(handle: Handle) -> io::Result<Self> {
        if handle.kind() != Some(HandleKind::Port) {
            let expected = "Port";
            let error = HandleError { handle, expected };
            return Err(io::Error::new(io::ErrorKind::InvalidInput, error));
        }
        let Handle {
            fd, parts, buffered, ..
        } = handle;
        let mut states = buffered.as_slice();
        let mut first = VecDeque::new();
        for part in parts {
            first.push_back(open(part, next_state(&mut states)?)?);
        }
        let main = open(fd, next_state(&mut states)?)?;
        let lanes = Lanes::with_first(first, main);
        Ok(Self { lanes })
    }
}

/// Splits the state of the next socket off.
fn next_state<'a>(states: &mut &'a [u8]) -> io::Result<&'a [u8]> {
    if states.is_empty() {
        return Ok(&[]);
    }
    let cut = || io::Error::new(io::ErrorKind::InvalidData, "the state of a port is cut short");
    let (len, rest) = states.split_first_chunk::<4>().ok_or_else(cut)?;
    let len = u32::from_le_bytes(*len) as usize;
    let (state, rest) = rest.split_at_checked(len).ok_or_else(cut)?;
    *states = rest;
    Ok(state)
}

fn open(fd: os::Handle, state: &[u8]) -> io::Result<Channel> {
    let (socket, config) = (Transport::from_port(fd, None)?, config());
    if state.is_empty() {
        return Channel::new(socket, &config);
    }
    let wire = WireConfig::new(config.max_message_size);
    let link = Link::resume(socket, wire, |len| vec![0; len], state)
        .map_err(|error| io::Error::new(io::ErrorKind::InvalidData, error))?;
    Ok(Channel::over(Shared::with_link(link, &config)?, &config))
}
