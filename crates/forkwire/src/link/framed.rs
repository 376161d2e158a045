//! The wires on a named pipe: the native one in segments of the transport, and Node's own in libuv's frames.

use std::io::{self, IoSlice};

use forkwire_proto::windows::{Decoder, Expected, Piece, SocketKind, TRANSFER_LEN, Transfer, frame};
use forkwire_proto::{Wire, WireError};
use forkwire_sys::os::{Handle, TcpRole, Transport, classify, import_socket};
use forkwire_sys::{Family, HandleStream, Received};

use crate::error::Error;

/// A read ends with its frame, even if there is more.
pub(super) const MORE: bool = true;

/// The most bytes of one frame, because they are copied.
const MAX_FRAME: usize = 256 * 1024;

#[derive(Debug)]
pub(super) enum Framing {
    /// The transport's own.
    Segments,
    /// libuv's.
    Frames(Frames),
}

/// The state of reading libuv's frames.
#[derive(Debug, Default)]
pub(super) struct Frames {
    decoder: Decoder,
    /// The handle that arrived with the next byte.
    arrived: Option<Handle>,
    cut: bool,
}

impl Framing {
    pub(super) fn new(wire: &Wire<Handle>) -> Self {
        match wire {
            Wire::Native(_) => Self::Segments,
            Wire::Node(_) => Self::Frames(Frames::default()),
        }
    }

    pub(super) fn send(
        &self,
        transport: &Transport,
        bytes: &[IoSlice<'_>],
        handles: &[Handle],
    ) -> io::Result<usize> {
        match self {
            Self::Segments => transport.send(bytes, handles),
            Self::Frames(_) => send(transport, bytes, handles.first()),
        }
    }

    pub(super) fn recv(
        &mut self,
        transport: &Transport,
        buffer: &mut [u8],
        rest: &mut [u8],
        handles: &mut Vec<Handle>,
        received: u64,
    ) -> Result<Received, Error> {
        match self {
            Self::Segments => transport
                .recv_two(buffer, rest, handles)
                .map_err(|error| match error.kind() {
                    io::ErrorKind::InvalidData => malformed(received),
                    _ => Error::Io(error),
                }),
            Self::Frames(frames) => frames.recv(transport, buffer, handles),
        }
    }

    pub(super) fn finish(&self) -> Result<(), WireError> {
        match self {
            Self::Segments => Ok(()),
            Self::Frames(frames) => frames.decoder.finish(),
        }
    }

    /// libuv passes sockets of TCP on Windows and nothing else (`src/win/pipe.c`, `uv__pipe_write_ipc`).
    pub(super) fn may_send(&self, handle: &Handle) -> io::Result<()> {
        let tcp = || classify(handle).is_some_and(|class| class.family == Family::Tcp);
        match self {
            Self::Frames(_) if !tcp() => Err(io::Error::new(
                io::ErrorKind::InvalidInput,
                "on Windows, Node's own wire carries TCP sockets and servers only",
            )),
            _ => Ok(()),
        }
    }
}

fn malformed(position: u64) -> Error {
    let what = "received a malformed segment from the pipe peer";
    WireError::Malformed { what, position }.into()
}

/// Writes one frame, with a socket if there is one.
fn send(transport: &Transport, bytes: &[IoSlice<'_>], socket: Option<&Handle>) -> io::Result<usize> {
    let taken = bytes
        .iter()
        .map(|slice| slice.len())
        .sum::<usize>()
        .min(MAX_FRAME);
    if taken == 0 {
        return Ok(0);
    }
    if transport.unfinished()? > 0 {
        return Err(io::ErrorKind::WouldBlock.into());
    }
    // A socket that cannot be duplicated is missing. The peer answers with NODE_HANDLE_NACK, and the channel goes on.
    let transfer = socket.and_then(|socket| export(transport, socket).ok());
    let mut written = Vec::with_capacity(taken + 16 + TRANSFER_LEN);
    frame(
        &mut written,
        u32::try_from(taken).unwrap_or(u32::MAX),
        transfer.as_ref(),
    );
    let end = written.len() + taken;
    for slice in bytes {
        let part = slice.len().min(end - written.len());
        written.extend_from_slice(&slice[..part]);
    }
    transport.write_raw(written, taken)?;
    Ok(taken)
}

fn export(transport: &Transport, socket: &Handle) -> io::Result<Transfer> {
    let (kind, delayed_error) = match TcpRole::of(socket)? {
        TcpRole::Connection => (SocketKind::Connection, 0),
        TcpRole::Listener { error } => (SocketKind::Server, error),
    };
    Ok(Transfer {
        kind,
        protocol_info: transport.export_socket(socket)?,
        delayed_error,
    })
}

impl Frames {
    /// Reads at most to the end of a frame, and no more than fits into `buffer`. The rest stays in the pipe, where waiting for
    /// the pipe finds it.
    fn recv(
        &mut self,
        transport: &Transport,
        buffer: &mut [u8],
        handles: &mut Vec<Handle>,
    ) -> Result<Received, Error> {
        loop {
            let left = match self.decoder.expects() {
                Expected::Data(left) => usize::try_from(left).unwrap_or(usize::MAX),
                Expected::Head(missing) => {
                    if self.read_head(transport, missing)? {
                        continue;
                    }
                    return Ok(Received { bytes: 0, cut: false });
                }
            };
            let room = buffer.len().min(left);
            let bytes = transport.read_raw(&mut buffer[..room])?;
            if bytes == 0 {
                return Ok(Received { bytes, cut: false });
            }
            self.decoder.next(&mut &buffer[..bytes])?;
            handles.extend(self.arrived.take());
            let cut = std::mem::take(&mut self.cut);
            return Ok(Received { bytes, cut });
        }
    }

    /// Reads the header of a frame as far as it has arrived. Returns false if the stream has ended.
    fn read_head(&mut self, transport: &Transport, missing: usize) -> Result<bool, Error> {
        let mut head = [0; TRANSFER_LEN];
        let bytes = transport.read_raw(&mut head[..missing])?;
        let mut input = &head[..bytes];
        while let Some(piece) = self.decoder.next(&mut input)? {
            if let Piece::Socket(transfer) = piece {
                match import_socket(&transfer.protocol_info) {
                    Ok(socket) => self.arrived = Some(socket.into()),
                    // The sender is gone, or this process has no room for the socket.
                    Err(_) => self.cut = true,
                }
            }
        }
        Ok(bytes > 0)
    }
}
