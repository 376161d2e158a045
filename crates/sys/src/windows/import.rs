//! Handles that this process receives.

use std::io;
use std::os::windows::io::{FromRawHandle, OwnedHandle, RawHandle};

use windows_sys::Win32::Foundation::GetHandleInformation;

use super::check;
use super::handle::Handle;
use super::peer::{Peer, pull};
use super::segment::Record;
use super::socket;

/// Opens the handle of a record.
pub(super) fn import(record: &Record, peer: &Peer) -> io::Result<Handle> {
    match record {
        Record::Socket(info) => socket::import(info).map(Handle::Socket),
        Record::Number(number) => {
            let raw = valid(*number)?;
            match peer {
                Peer::Child { process, .. } => pull(process, raw),
                Peer::Parent { .. } => adopt(raw),
                Peer::Unknown | Peer::Anybody | Peer::OutOfReach(_) => {
                    Err(io::ErrorKind::NotConnected.into())
                }
            }
            .map(Handle::Other)
        }
        Record::Missing => Err(io::ErrorKind::NotFound.into()),
    }
}

/// Handles are below 2^31 (Process Handles, Interprocess Communication Between 32-bit and 64-bit Applications), and
/// larger numbers have other meanings in some calls, such as the current process.
fn valid(number: u64) -> io::Result<RawHandle> {
    match usize::try_from(number) {
        Ok(number) if number != 0 && i32::try_from(number).is_ok() => Ok(number as RawHandle),
        _ => Err(io::Error::new(
            io::ErrorKind::InvalidData,
            "the pipe peer named a value that is not a handle",
        )),
    }
}

/// Takes over a handle that the parent has duplicated into this process.
fn adopt(raw: RawHandle) -> io::Result<OwnedHandle> {
    let mut flags = 0;
    // SAFETY: the output is a local variable; a handle that is not open makes the call fail.
    // (GetHandleInformation function, handleapi.h)
    check(unsafe { GetHandleInformation(raw, &raw mut flags) })?;
    // SAFETY: it is open, and the parent, which may do with this process as it likes, has opened it for us.
    Ok(unsafe { OwnedHandle::from_raw_handle(raw) })
}
