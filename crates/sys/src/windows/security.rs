//! Access to a pipe: only the user that this process runs as may open it.

use std::ffi::c_void;
use std::io;
use std::os::windows::io::{AsRawHandle, FromRawHandle, OwnedHandle};
use std::ptr;

use windows_sys::Win32::Foundation::LocalFree;
use windows_sys::Win32::Security::Authorization::{
    ConvertSidToStringSidW, ConvertStringSecurityDescriptorToSecurityDescriptorW, SDDL_REVISION_1,
};
use windows_sys::Win32::Security::{
    GetTokenInformation, PSECURITY_DESCRIPTOR, SECURITY_ATTRIBUTES, TOKEN_QUERY, TOKEN_USER, TokenUser,
};
use windows_sys::Win32::System::Threading::{GetCurrentProcess, OpenProcessToken};

use super::check;
use super::name::wide;

/// Room for a `TOKEN_USER`, followed by the longest security identifier (`SECURITY_MAX_SID_SIZE` is 68).
const TOKEN_ROOM: usize = 128;

#[repr(C, align(16))]
struct Room([u8; TOKEN_ROOM]);

/// A security descriptor that grants access to the current user alone.
pub(super) struct CurrentUser(PSECURITY_DESCRIPTOR);

impl CurrentUser {
    pub(super) fn new() -> io::Result<Self> {
        // "D:P": a list of who may, that inherits nothing. "GA": everything. (Security Descriptor String Format)
        let text = wide(&format!("D:P(A;;GA;;;{})", current_user()?));
        let mut descriptor = ptr::null_mut();
        // SAFETY: the text ends with 0 and the output is a local variable; the size is not asked for.
        // (ConvertStringSecurityDescriptorToSecurityDescriptorW function, sddl.h)
        check(unsafe {
            ConvertStringSecurityDescriptorToSecurityDescriptorW(
                text.as_ptr(),
                SDDL_REVISION_1,
                &raw mut descriptor,
                ptr::null_mut(),
            )
        })?;
        Ok(Self(descriptor))
    }

    /// For the creation of one object, whose handle is not inherited. Valid while `self` lives.
    pub(super) fn attributes(&self) -> SECURITY_ATTRIBUTES {
        SECURITY_ATTRIBUTES {
            #[allow(clippy::cast_possible_truncation)] // 24
            nLength: size_of::<SECURITY_ATTRIBUTES>() as u32,
            lpSecurityDescriptor: self.0,
            bInheritHandle: 0,
        }
    }
}

impl Drop for CurrentUser {
    fn drop(&mut self) {
        // SAFETY: the call that made it says that it is to be freed so, and it is freed once. (as above)
        unsafe { LocalFree(self.0) };
    }
}

/// The user's security identifier as text (`S-1-5-...`).
fn current_user() -> io::Result<String> {
    let mut room = Room([0; TOKEN_ROOM]);
    let token = token()?;
    let mut needed = 0;
    // SAFETY: the room is ours, aligned for any structure, and as long as is said.
    // (GetTokenInformation function, securitybaseapi.h)
    check(unsafe {
        GetTokenInformation(
            token.as_raw_handle(),
            TokenUser,
            room.0.as_mut_ptr().cast::<c_void>(),
            128,
            &raw mut needed,
        )
    })?;
    // SAFETY: the call has put a TOKEN_USER there. (TOKEN_INFORMATION_CLASS enumeration: TokenUser)
    let user = unsafe { (&raw const room).cast::<TOKEN_USER>().read() };
    let mut text = ptr::null_mut();
    // SAFETY: the identifier lies in the room, which is alive. (ConvertSidToStringSidW function, sddl.h)
    check(unsafe { ConvertSidToStringSidW(user.User.Sid, &raw mut text) })?;
    let mut copy = Vec::new();
    loop {
        // SAFETY: copy.len() is not beyond the text's end, which is the first 0.
        let place = unsafe { text.add(copy.len()) };
        // SAFETY: the same.
        match unsafe { place.read() } {
            0 => break,
            unit => copy.push(unit),
        }
    }
    // SAFETY: the text is to be freed so, and it is freed once. (ConvertSidToStringSidW function, sddl.h)
    unsafe { LocalFree(text.cast()) };
    Ok(String::from_utf16_lossy(&copy))
}

fn token() -> io::Result<OwnedHandle> {
    // SAFETY: it takes nothing and gives a constant. (GetCurrentProcess function, processthreadsapi.h)
    let process = unsafe { GetCurrentProcess() };
    let mut token = ptr::null_mut();
    // SAFETY: the process is this one and the output is a local variable. (OpenProcessToken function, processthreadsapi.h)
    check(unsafe { OpenProcessToken(process, TOKEN_QUERY, &raw mut token) })?;
    // SAFETY: the call has opened it for us.
    Ok(unsafe { OwnedHandle::from_raw_handle(token) })
}
