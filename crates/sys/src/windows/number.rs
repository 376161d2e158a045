//! Handles that are given by number.

use std::io;
use std::os::windows::io::{
    BorrowedHandle, BorrowedSocket, FromRawHandle, FromRawSocket, OwnedHandle, OwnedSocket, RawHandle,
};

use windows_sys::Win32::Foundation::{ERROR_INVALID_HANDLE, GetHandleInformation};

use super::class::is_socket;
use super::handle::Handle;
use super::{check, socket};

/// Duplicates an open handle or socket that has another owner. The duplicate is not inherited.
///
/// # Errors
/// `ERROR_INVALID_HANDLE` if it is not open; or the system's error.
pub fn duplicate(number: i32) -> io::Result<Handle> {
    let raw = open_handle(number)?;
    socket::start_up()?;
    // SAFETY: it is open, and not closed during the call: its owner, who has said its number, waits for it.
    let socket = unsafe { BorrowedSocket::borrow_raw(raw as u64) };
    if is_socket(socket) {
        let info = socket::export(&socket, std::process::id())?;
        return socket::import(&info).map(Handle::Socket);
    }
    // SAFETY: the same.
    let handle = unsafe { BorrowedHandle::borrow_raw(raw) };
    handle.try_clone_to_owned().map(Handle::Other)
}

/// Takes over a socket.
///
/// # Safety
/// It must be the caller's to give away: nothing else may close it later.
///
/// # Errors
/// `ERROR_INVALID_HANDLE` if it is not an open socket.
pub unsafe fn adopt_socket(number: i32) -> io::Result<OwnedSocket> {
    let raw = open_handle(number)?;
    socket::start_up()?;
    // SAFETY: it is open, and the caller's.
    let socket = unsafe { BorrowedSocket::borrow_raw(raw as u64) };
    if !is_socket(socket) {
        return Err(not_open());
    }
    // SAFETY: it is a socket, and the caller promises that it is ours from here on.
    Ok(unsafe { OwnedSocket::from_raw_socket(raw as u64) })
}

/// Duplicates an open handle that has another owner. The duplicate is not inherited.
///
/// # Errors
/// Those of [`duplicate`].
pub fn duplicate_handle(number: isize) -> io::Result<OwnedHandle> {
    let raw = open_handle(i32::try_from(number).map_err(|_| not_open())?)?;
    // SAFETY: it is open, and not closed during the call: its owner, who has said its number, waits for it.
    let handle = unsafe { BorrowedHandle::borrow_raw(raw) };
    handle.try_clone_to_owned()
}

/// Takes over a handle.
///
/// # Safety
/// It must be the caller's to give away: nothing else may close it later.
///
/// # Errors
/// `ERROR_INVALID_HANDLE` if it is not open.
pub unsafe fn adopt(number: i32) -> io::Result<OwnedHandle> {
    let raw = open_handle(number)?;
    // SAFETY: it is open, and the caller promises that it is ours from here on.
    Ok(unsafe { OwnedHandle::from_raw_handle(raw) })
}

/// The handle of that number, if it is open. Handles have 32 significant bits at most (Process Handles, Interprocess
/// Communication Between 32-bit and 64-bit Applications), and negative ones have other meanings.
fn open_handle(number: i32) -> io::Result<RawHandle> {
    let raw = usize::try_from(number).map_err(|_| not_open())? as RawHandle;
    let mut flags = 0;
    // SAFETY: the output is a local variable; a handle that is not open makes the call fail.
    // (GetHandleInformation function, handleapi.h)
    check(unsafe { GetHandleInformation(raw, &raw mut flags) })?;
    Ok(raw)
}

#[allow(clippy::cast_possible_wrap)] // 6
fn not_open() -> io::Error {
    io::Error::from_raw_os_error(ERROR_INVALID_HANDLE as i32)
}
