//! Reading a pipe without waiting, and separating the bytes from the records of handles.

use std::io;
use std::os::windows::io::{AsRawHandle, FromRawHandle, OwnedHandle, RawHandle};
use std::ptr;

use windows_sys::Wdk::Storage::FileSystem::{
    FILE_MODE_INFORMATION, FILE_PIPE_CLOSING_STATE, FILE_PIPE_LOCAL_INFORMATION, FILE_SYNCHRONOUS_IO_ALERT,
    FILE_SYNCHRONOUS_IO_NONALERT, FileModeInformation, FilePipeLocalInformation, NtQueryInformationFile,
};
use windows_sys::Win32::Foundation::ERROR_IO_PENDING;
use windows_sys::Win32::Storage::FileSystem::ReadFile;
use windows_sys::Win32::System::IO::{GetOverlappedResult, IO_STATUS_BLOCK, OVERLAPPED};
use windows_sys::Win32::System::Pipes::PeekNamedPipe;
use windows_sys::Win32::System::Threading::CreateEventW;

use super::handle::Handle;
use super::import::import;
use super::peer::Peer;
use super::segment::{HEADER, Record, header, lengths};
use super::{check, is_broken};
use crate::handle_stream::Received;

/// The reader of a pipe.
#[derive(Debug)]
pub(super) struct Reader {
    /// Signalled when a read is done.
    event: OwnedHandle,
    /// The header and the records of a segment, as far as they have come.
    head: Vec<u8>,
    /// Bytes of the stream that are left in the segment.
    left: usize,
    /// Handles that arrived with the next byte.
    handles: Vec<Handle>,
    cut: bool,
}

impl Reader {
    pub(super) fn new() -> io::Result<Self> {
        Ok(Self {
            event: event()?,
            head: Vec::new(),
            left: 0,
            handles: Vec::new(),
            cut: false,
        })
    }

    /// See [`HandleStream::recv`](crate::HandleStream::recv).
    pub(super) fn recv(
        &mut self,
        pipe: &OwnedHandle,
        peer: &Peer,
        buffer: &mut [u8],
        handles: &mut Vec<Handle>,
    ) -> io::Result<Received> {
        while self.left == 0 {
            if !self.read_head(pipe, peer)? {
                return Ok(Received { bytes: 0, cut: false });
            }
        }
        let room = buffer.len().min(self.left);
        let bytes = self.read(pipe, &mut buffer[..room])?;
        if bytes > 0 {
            self.left -= bytes;
            handles.append(&mut self.handles);
        }
        let cut = bytes > 0 && std::mem::take(&mut self.cut);
        Ok(Received { bytes, cut })
    }

    /// Reads the head of a segment as far as it has come. Returns false if the stream has ended.
    fn read_head(&mut self, pipe: &OwnedHandle, peer: &Peer) -> io::Result<bool> {
        let records = match self.head.first_chunk::<HEADER>() {
            Some(header) => lengths(*header)?.0,
            None => 0,
        };
        let mut part = vec![0; HEADER + records - self.head.len()];
        // Nothing is missing if it was all there before, and wrong: it is found wrong again.
        if !part.is_empty() {
            let read = self.read(pipe, &mut part)?;
            if read == 0 {
                return Ok(false);
            }
            self.head.extend_from_slice(&part[..read]);
        }
        self.finish_head(peer)?;
        Ok(true)
    }

    /// Opens the handles and turns to the bytes, if all that precedes them is there.
    fn finish_head(&mut self, peer: &Peer) -> io::Result<()> {
        let Some((header, records)) = self.head.split_first_chunk::<HEADER>() else {
            return Ok(());
        };
        let (expected, bytes) = lengths(*header)?;
        if records.len() < expected {
            return Ok(());
        }
        for record in Record::parse(records)? {
            match import(&record, peer) {
                // What is missing is always the last of them, so that nobody takes one for another.
                Ok(handle) if self.cut => drop(handle),
                Ok(handle) => self.handles.push(handle),
                // Its sender is gone or could not duplicate it, or this process has no room for it.
                Err(_) => self.cut = true,
            }
        }
        self.head.clear();
        self.left = bytes;
        Ok(())
    }

    /// The place in the stream, for another reader to go on from. `None`: handles have arrived that no byte has brought yet.
    pub(super) fn place(&self) -> Option<Vec<u8>> {
        if self.cut || !self.handles.is_empty() {
            return None;
        }
        let mut place = header(self.head.len(), self.left).ok()?.to_vec();
        place.extend_from_slice(&self.head);
        Some(place)
    }

    /// Goes on from the place of another reader, with which `state` begins, and takes it from there.
    ///
    /// # Errors
    /// `InvalidData` if it is not one.
    pub(super) fn set_place(&mut self, state: &mut &[u8]) -> io::Result<()> {
        let malformed = || io::Error::from(io::ErrorKind::InvalidData);
        let (both, rest) = state.split_first_chunk::<HEADER>().ok_or_else(malformed)?;
        let both = u64::from_le_bytes(*both);
        let (head, left) = ((both & 0xffff_ffff) as usize, (both >> 32) as usize);
        let (head, rest) = rest.split_at_checked(head).ok_or_else(malformed)?;
        let records = head.split_first_chunk::<HEADER>();
        let whole = |(header, records): (&[u8; HEADER], &[u8])| {
            lengths(*header).is_ok_and(|(expected, _)| records.len() <= expected)
        };
        if !(head.is_empty() || left == 0 && records.is_none_or(whole)) {
            return Err(malformed());
        }
        (self.head, self.left, *state) = (head.to_vec(), left, rest);
        Ok(())
    }

    /// Reads some of what is there; 0 at the end of the stream.
    pub(super) fn read(&self, pipe: &OwnedHandle, buffer: &mut [u8]) -> io::Result<usize> {
        let wanted = match available(pipe) {
            Ok(0) => return Err(io::ErrorKind::WouldBlock.into()),
            Ok(available) => u32::try_from(buffer.len()).unwrap_or(u32::MAX).min(available),
            Err(error) => return ended(error),
        };
        let mut overlapped = OVERLAPPED {
            // The lowest bit keeps the completion from the port. (GetQueuedCompletionStatus function, Remarks)
            hEvent: (self.event.as_raw_handle() as usize | 1) as RawHandle,
            ..OVERLAPPED::default()
        };
        // SAFETY: the buffer has room for that many bytes; it and the structure stay until the read is over, below.
        // (ReadFile function, fileapi.h)
        let result = unsafe {
            ReadFile(
                pipe.as_raw_handle(),
                buffer.as_mut_ptr(),
                wanted,
                ptr::null_mut(),
                &raw mut overlapped,
            )
        };
        if let Err(error) = check(result)
            && error.raw_os_error().and_then(|code| u32::try_from(code).ok()) != Some(ERROR_IO_PENDING)
        {
            return ended(error);
        }
        let mut read = 0;
        // SAFETY: the structure is that of the read above. It does not wait for long: the bytes are there, and nobody
        // else reads them. (GetOverlappedResult function, ioapiset.h)
        let result =
            unsafe { GetOverlappedResult(pipe.as_raw_handle(), &raw const overlapped, &raw mut read, 1) };
        check(result).map_or_else(ended, |()| Ok(read as usize))
    }
}

/// Bytes that a read would get at once.
pub(super) fn available(pipe: &OwnedHandle) -> io::Result<u32> {
    let mut bytes = 0;
    // SAFETY: the output is a local variable; nothing else is asked for. (PeekNamedPipe function, namedpipeapi.h)
    check(unsafe {
        PeekNamedPipe(
            pipe.as_raw_handle(),
            ptr::null_mut(),
            0,
            ptr::null_mut(),
            &raw mut bytes,
            ptr::null_mut(),
        )
    })?;
    Ok(bytes)
}

#[allow(clippy::cast_possible_truncation)] // 40
const LOCAL_INFORMATION: u32 = size_of::<FILE_PIPE_LOCAL_INFORMATION>() as u32;

/// Whether the other end is closed. There may still be bytes to read.
pub(super) fn is_closing(pipe: &OwnedHandle) -> bool {
    let mut status = IO_STATUS_BLOCK::default();
    let mut information = FILE_PIPE_LOCAL_INFORMATION::default();
    // SAFETY: both places are ours, and the second is as long as is said; the answer is there when the call returns.
    // (NtQueryInformationFile function, ntifs.h: FilePipeLocalInformation; as in libuv's src/win/pipe.c)
    let result = unsafe {
        NtQueryInformationFile(
            pipe.as_raw_handle(),
            &raw mut status,
            (&raw mut information).cast(),
            LOCAL_INFORMATION,
            FilePipeLocalInformation,
        )
    };
    let closing = result >= 0 && information.NamedPipeState == FILE_PIPE_CLOSING_STATE;
    closing || matches!(available(pipe), Err(error) if error.raw_os_error().is_some_and(is_broken))
}

#[allow(clippy::cast_possible_truncation)] // 4
const MODE_INFORMATION: u32 = size_of::<FILE_MODE_INFORMATION>() as u32;

/// Whether a file was opened for overlapped use.
pub(super) fn is_overlapped(file: &OwnedHandle) -> bool {
    let mut status = IO_STATUS_BLOCK::default();
    let mut information = FILE_MODE_INFORMATION::default();
    // SAFETY: both places are ours, and the second is as long as is said. (NtQueryInformationFile function, ntifs.h:
    // FileModeInformation; as in libuv's src/win/pipe.c)
    let result = unsafe {
        NtQueryInformationFile(
            file.as_raw_handle(),
            &raw mut status,
            (&raw mut information).cast(),
            MODE_INFORMATION,
            FileModeInformation,
        )
    };
    result >= 0 && information.Mode & (FILE_SYNCHRONOUS_IO_ALERT | FILE_SYNCHRONOUS_IO_NONALERT) == 0
}

/// An event that is reset when an operation begins, and set when it is over.
pub(super) fn event() -> io::Result<OwnedHandle> {
    // SAFETY: no attributes and no name: nobody inherits or finds it. (CreateEventW function, synchapi.h)
    let event = unsafe { CreateEventW(ptr::null(), 1, 0, ptr::null()) };
    if event.is_null() {
        return Err(io::Error::last_os_error());
    }
    // SAFETY: the call has made it for us.
    Ok(unsafe { OwnedHandle::from_raw_handle(event) })
}

fn ended(error: io::Error) -> io::Result<usize> {
    match error.raw_os_error() {
        Some(code) if is_broken(code) => Ok(0),
        _ => Err(error),
    }
}
