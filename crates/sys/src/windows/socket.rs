//! Passing sockets to another process. (Shared Sockets, Winsock)

use std::io;
use std::os::windows::io::{AsRawSocket, AsSocket, FromRawSocket, OwnedSocket};
use std::sync::OnceLock;

use windows_sys::Win32::Networking::WinSock::{
    FROM_PROTOCOL_INFO, INVALID_SOCKET, WSA_FLAG_NO_HANDLE_INHERIT, WSA_FLAG_OVERLAPPED, WSADATA,
    WSADuplicateSocketW, WSAGetLastError, WSAPROTOCOL_INFOW, WSASocketW, WSAStartup,
};

/// The size of a `WSAPROTOCOL_INFOW`, in bytes.
pub(super) const INFO: usize = 628;

/// The data with which the process `target` opens the socket too. It must do so exactly once.
pub(super) fn export(socket: &impl AsSocket, target: u32) -> io::Result<Box<[u8; INFO]>> {
    #[allow(clippy::cast_possible_truncation)] // SOCKET is as wide as RawSocket
    let raw = socket.as_socket().as_raw_socket() as usize;
    let mut info = WSAPROTOCOL_INFOW::default();
    // SAFETY: the socket is open and the structure is ours. (WSADuplicateSocketW function, winsock2.h)
    if unsafe { WSADuplicateSocketW(raw, target, &raw mut info) } != 0 {
        return Err(last_error());
    }
    // SAFETY: plain data without padding, of the same size (or this does not compile).
    Ok(Box::new(unsafe {
        std::mem::transmute::<WSAPROTOCOL_INFOW, [u8; INFO]>(info)
    }))
}

/// Opens a socket that was exported for this process, from its `WSAPROTOCOL_INFOW`. It is not inherited.
///
/// # Errors
/// Those of Winsock, for example if it was opened already.
pub fn import(info: &[u8; INFO]) -> io::Result<OwnedSocket> {
    start_up()?;
    // SAFETY: plain data of the same size, of which every value is valid.
    let info = unsafe { std::mem::transmute::<[u8; INFO], WSAPROTOCOL_INFOW>(*info) };
    let flags = WSA_FLAG_OVERLAPPED | WSA_FLAG_NO_HANDLE_INHERIT;
    // SAFETY: the structure is alive for the call; what is wrong in it makes the call fail.
    // (WSASocketW function, winsock2.h)
    let socket = unsafe {
        WSASocketW(
            FROM_PROTOCOL_INFO,
            FROM_PROTOCOL_INFO,
            FROM_PROTOCOL_INFO,
            &raw const info,
            0,
            flags,
        )
    };
    if socket == INVALID_SOCKET {
        return Err(last_error());
    }
    // SAFETY: the call has opened it for us.
    Ok(unsafe { OwnedSocket::from_raw_socket(socket as u64) })
}

/// Winsock requires this call once in a process before all others. More calls do no harm.
pub(super) fn start_up() -> io::Result<()> {
    static RESULT: OnceLock<i32> = OnceLock::new();
    let result = *RESULT.get_or_init(|| {
        let mut data = WSADATA::default();
        // SAFETY: the structure is ours; 2.2 is the version to ask for. (WSAStartup function, winsock.h)
        unsafe { WSAStartup(0x202, &raw mut data) }
    });
    if result == 0 {
        Ok(())
    } else {
        Err(io::Error::from_raw_os_error(result))
    }
}

pub(super) fn last_error() -> io::Error {
    // SAFETY: it takes nothing. (WSAGetLastError function, winsock2.h)
    io::Error::from_raw_os_error(unsafe { WSAGetLastError() })
}
