//! recvmsg(2) with descriptors. When some were cut (`MSG_CTRUNC`), nix's own function does not return those that did arrive,
//! which leaks them.

use std::io;
use std::mem::MaybeUninit;
use std::os::fd::{AsRawFd, BorrowedFd, FromRawFd, OwnedFd, RawFd};

use crate::handle_stream::{MAX_HANDLES, Received};

/// Room for the largest transfer: one header and 253 descriptors, with slack for the alignment of any system.
const CONTROL: usize = MAX_HANDLES * size_of::<RawFd>() + 64;

#[repr(C, align(16))]
struct Control([u8; CONTROL]);

#[cfg(target_os = "linux")]
const FLAGS: libc::c_int = libc::MSG_DONTWAIT | libc::MSG_CMSG_CLOEXEC;
#[cfg(not(target_os = "linux"))]
const FLAGS: libc::c_int = libc::MSG_DONTWAIT;

/// Makes one recvmsg(2), which fills the buffers in their order. Descriptors that arrived are appended to `handles`, even if others were cut.
pub(super) fn recvmsg(
    fd: BorrowedFd<'_>,
    buffers: [&mut [u8]; 2],
    handles: &mut Vec<OwnedFd>,
) -> io::Result<Received> {
    // What the kernel does not fill in is not read.
    let mut control = MaybeUninit::<Control>::uninit();
    let mut iov = buffers.map(|buffer| libc::iovec {
        iov_base: buffer.as_mut_ptr().cast(),
        iov_len: buffer.len(),
    });
    // SAFETY: msghdr is plain data for which all zeroes is a valid value.
    let mut header: libc::msghdr = unsafe { std::mem::zeroed() };
    header.msg_iov = iov.as_mut_ptr();
    // An empty buffer costs the kernel less if it does not see it.
    header.msg_iovlen = if iov[1].iov_len == 0 { 1 } else { 2 };
    header.msg_control = control.as_mut_ptr().cast();
    #[allow(clippy::cast_possible_truncation)] // an u32 on macOS; CONTROL is about a thousand
    {
        header.msg_controllen = CONTROL as _;
    }
    // SAFETY: header points at iovecs over the buffers and at `control`, both alive and exclusively ours for the call.
    let bytes = unsafe { libc::recvmsg(fd.as_raw_fd(), &raw mut header, FLAGS) };
    let Ok(bytes) = usize::try_from(bytes) else {
        return Err(io::Error::last_os_error());
    };
    take_descriptors(&header, handles);
    Ok(Received {
        bytes,
        cut: header.msg_flags & libc::MSG_CTRUNC != 0,
    })
}

fn take_descriptors(header: &libc::msghdr, handles: &mut Vec<OwnedFd>) {
    // SAFETY: the kernel filled in header; its control buffer is still alive.
    let mut next = unsafe { libc::CMSG_FIRSTHDR(header) };
    while !next.is_null() {
        // SAFETY: CMSG_FIRSTHDR and CMSG_NXTHDR return null or a whole cmsghdr inside the control buffer.
        let message = unsafe { next.read() };
        if message.cmsg_level == libc::SOL_SOCKET && message.cmsg_type == libc::SCM_RIGHTS {
            // SAFETY: next points at a cmsghdr inside the control buffer.
            let data = unsafe { libc::CMSG_DATA(next) };
            #[allow(clippy::unnecessary_cast)] // cmsg_len is an u32 on macOS
            let length = (message.cmsg_len as usize).saturating_sub(data as usize - next as usize);
            for index in 0..length / size_of::<RawFd>() {
                // SAFETY: index is below the number of descriptors that cmsg_len says follow the header.
                let place = unsafe { data.add(index * size_of::<RawFd>()) };
                // SAFETY: place is inside the control buffer; the read need not be aligned.
                let raw = unsafe { place.cast::<RawFd>().read_unaligned() };
                // SAFETY: the kernel has just installed this descriptor for us; nobody else knows it.
                let handle = unsafe { OwnedFd::from_raw_fd(raw) };
                // Where recvmsg cannot do it, this is as early as possible. It fails only for closed descriptors.
                #[cfg(not(target_os = "linux"))]
                let _ = super::descriptor::set_cloexec(std::os::fd::AsFd::as_fd(&handle));
                handles.push(handle);
            }
        }
        // SAFETY: both belong to the same, living header.
        next = unsafe { libc::CMSG_NXTHDR(header, next) };
    }
}

/// Makes a write to a dead peer fail instead of raising a signal, on systems whose sendmsg(2) has no flag for that.
#[cfg(any(target_os = "macos", target_os = "ios"))]
pub(super) fn no_sigpipe(fd: BorrowedFd<'_>) -> io::Result<()> {
    let on: libc::c_int = 1;
    #[allow(clippy::cast_possible_truncation)] // 4
    let len = size_of::<libc::c_int>() as libc::socklen_t;
    // SAFETY: the option's value is an int that is alive for the call.
    let result = unsafe {
        libc::setsockopt(
            fd.as_raw_fd(),
            libc::SOL_SOCKET,
            libc::SO_NOSIGPIPE,
            (&raw const on).cast(),
            len,
        )
    };
    if result == 0 {
        Ok(())
    } else {
        Err(io::Error::last_os_error())
    }
}
