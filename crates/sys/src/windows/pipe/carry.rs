//! Writing and reading, in segments or as plain bytes.

use std::io::{self, IoSlice};
use std::os::windows::io::AsRawHandle;
use std::ptr;
use std::sync::{Arc, MutexGuard};

use windows_sys::Win32::Storage::FileSystem::WriteFile;

use super::{Pipe, broken};
use crate::handle_stream::{HandleStream, Received, check_send};
use crate::windows::completion::Started;
use crate::windows::export::Export;
use crate::windows::handle::Handle;
use crate::windows::segment::{HEADER, header};
use crate::windows::socket::{self, INFO};
use crate::windows::state::{Inner, Write};

/// The most bytes that one send takes. They are copied, because the system reads them until the peer has made room.
const MAX_SEND: usize = 256 * 1024;

impl Pipe {
    /// Writes `bytes` as they are, for a peer with another framing. `count` of them belong to the stream. All of them are taken,
    /// or none.
    ///
    /// # Errors
    /// Those of [`HandleStream::send`].
    pub fn write_raw(&self, bytes: Vec<u8>, count: usize) -> io::Result<()> {
        let mut inner = self.ready_to_write()?;
        self.write(&mut inner, bytes, count, Export::none(&self.peer()))
    }

    /// Reads some bytes as they are; 0 at the end of the stream.
    ///
    /// # Errors
    /// Those of [`HandleStream::recv`].
    pub fn read_raw(&self, buffer: &mut [u8]) -> io::Result<usize> {
        let Some(file) = self.file() else { return Ok(0) };
        self.lock_reader().read(&file, buffer)
    }

    /// The data with which the process at the other end opens `socket` too (a `WSAPROTOCOL_INFOW`). It must do so exactly once.
    ///
    /// # Errors
    /// Those of [`Pipe::may_send`] and Winsock; `InvalidInput` if it is not a socket.
    pub fn export_socket(&self, handle: &Handle) -> io::Result<Box<[u8; INFO]>> {
        let peer = self.peer();
        peer.may_send(handle)?;
        match (handle, peer.id()) {
            (Handle::Socket(socket), Some(id)) => socket::export(socket, id),
            _ => Err(io::ErrorKind::InvalidInput.into()),
        }
    }

    /// Checks that no write is pending and none has failed.
    fn ready_to_write(&self) -> io::Result<MutexGuard<'_, Inner>> {
        let inner = self.state.lock();
        if let Some(code) = inner.failed {
            #[allow(clippy::cast_possible_wrap)] // the system's codes are small
            return Err(broken(io::Error::from_raw_os_error(code as i32)));
        }
        if inner.writing.is_some() {
            return Err(io::ErrorKind::WouldBlock.into());
        }
        Ok(inner)
    }

    /// Begins to write. `inner` is locked, so that the end of the write is not reported before its beginning.
    fn write(&self, inner: &mut Inner, buffer: Vec<u8>, count: usize, export: Export) -> io::Result<()> {
        let Some(file) = inner.file.clone() else {
            return Err(io::ErrorKind::BrokenPipe.into());
        };
        let number = inner.number();
        inner.writing = Some(Write { number, bytes: count });
        let length = u32::try_from(buffer.len()).unwrap_or(u32::MAX);
        let state = Arc::clone(&self.state);
        let started = self.port.start(
            buffer,
            |bytes, overlapped| {
                // SAFETY: that many bytes are there, and they and the structure live until the operation is over. The
                // count is not asked for, as is right for an overlapped write. (WriteFile function, fileapi.h)
                unsafe { WriteFile(file.as_raw_handle(), bytes, length, ptr::null_mut(), overlapped) }
            },
            move |result| state.written(number, result, export),
        );
        if !matches!(started, Ok(Started::Pending(_))) {
            inner.writing = None;
        }
        started.map(drop).map_err(broken)
    }
}

impl HandleStream for Pipe {
    type Handle = Handle;

    fn send(&self, bytes: &[IoSlice<'_>], handles: &[Handle]) -> io::Result<usize> {
        check_send(bytes, handles.len())?;
        let taken = bytes.iter().map(|slice| slice.len()).sum::<usize>().min(MAX_SEND);
        if taken == 0 {
            return Ok(0);
        }
        let mut inner = self.ready_to_write()?;
        let mut records = Vec::new();
        let export = Export::new(&self.peer(), handles, &mut records);
        let mut segment = Vec::with_capacity(HEADER + records.len() + taken);
        segment.extend_from_slice(&header(records.len(), taken)?);
        segment.append(&mut records);
        let end = segment.len() + taken;
        for slice in bytes {
            let part = slice.len().min(end - segment.len());
            segment.extend_from_slice(&slice[..part]);
        }
        self.write(&mut inner, segment, taken, export)?;
        Ok(taken)
    }

    fn recv(&self, buffer: &mut [u8], handles: &mut Vec<Handle>) -> io::Result<Received> {
        let Some(file) = self.file() else {
            return Ok(Received { bytes: 0, cut: false });
        };
        self.lock_reader().recv(&file, &self.peer(), buffer, handles)
    }
}
