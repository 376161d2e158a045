//! Names that cannot be guessed, so that no other process can take them first.

use std::fmt::Write;
use std::io;

use windows_sys::Win32::Security::Cryptography::{BCRYPT_USE_SYSTEM_PREFERRED_RNG, BCryptGenRandom};

/// `\\.\pipe\forkwire-<process id>-<128 random bits>`
pub(super) fn unguessable() -> io::Result<String> {
    let mut random = [0_u8; 16];
    // SAFETY: the buffer is ours and 16 bytes long; no algorithm is to be given with this flag.
    // (BCryptGenRandom function, bcrypt.h)
    let status = unsafe {
        BCryptGenRandom(
            std::ptr::null_mut(),
            random.as_mut_ptr(),
            16,
            BCRYPT_USE_SYSTEM_PREFERRED_RNG,
        )
    };
    if status < 0 {
        return Err(io::Error::other("BCryptGenRandom gave no random numbers"));
    }
    let mut name = format!(r"\\.\pipe\forkwire-{}-", std::process::id());
    for byte in random {
        // Writing to a String cannot fail.
        let _ = write!(name, "{byte:02x}");
    }
    Ok(name)
}

/// UTF-16 with a terminating 0, as the system's calls expect.
pub(super) fn wide(text: &str) -> Vec<u16> {
    text.encode_utf16().chain([0]).collect()
}
