//! What a descriptor is open on.

use std::io::IsTerminal;
use std::os::fd::AsFd;
#[cfg(target_os = "linux")]
use std::os::fd::{AsRawFd, BorrowedFd};

use nix::fcntl::{FcntlArg, OFlag, fcntl};
use nix::sys::stat::{SFlag, fstat};

use crate::class::{Access, ObjectType};

/// What a descriptor is open on, by fstat(2) and, on Linux, `/proc`.
pub fn object_type(fd: &impl AsFd) -> ObjectType {
    let fd = fd.as_fd();
    let Ok(stat) = fstat(fd) else {
        return ObjectType::Unknown;
    };
    match SFlag::from_bits_truncate(stat.st_mode) & SFlag::S_IFMT {
        SFlag::S_IFREG => ObjectType::File,
        SFlag::S_IFDIR => ObjectType::Directory,
        #[cfg(not(target_os = "linux"))]
        SFlag::S_IFIFO if is_kqueue(fd) => ObjectType::Poller,
        SFlag::S_IFIFO => ObjectType::Pipe,
        SFlag::S_IFSOCK => ObjectType::Socket,
        SFlag::S_IFCHR if fd.is_terminal() => ObjectType::Terminal,
        SFlag::S_IFCHR => ObjectType::CharacterDevice,
        SFlag::S_IFBLK => ObjectType::BlockDevice,
        #[cfg(target_os = "linux")]
        mode if mode.is_empty() => anonymous(fd),
        _ => ObjectType::Other,
    }
}

/// For what a descriptor was opened (`O_ACCMODE`, open(2)).
pub fn access(fd: &impl AsFd) -> Access {
    let flags = fcntl(fd.as_fd(), FcntlArg::F_GETFL).map_or(OFlag::O_RDWR, OFlag::from_bits_retain);
    let mode = flags & OFlag::O_ACCMODE;
    Access {
        read: mode != OFlag::O_WRONLY,
        write: mode == OFlag::O_WRONLY || mode == OFlag::O_RDWR,
    }
}

/// The number of what a descriptor is open on. Sockets keep it through duplicates and other processes. `None` where the system
/// does not number its sockets.
pub fn inode(fd: &impl AsFd) -> Option<u64> {
    #[allow(clippy::useless_conversion)] // narrower on some systems
    let inode = u64::from(fstat(fd.as_fd()).ok()?.st_ino);
    (inode != 0).then_some(inode)
}

/// What has an inode without a type: the kernel's own files (`fs/anon_inodes.c`). Their link in `/proc` has their name.
#[cfg(target_os = "linux")]
fn anonymous(fd: BorrowedFd<'_>) -> ObjectType {
    let link = format!("/proc/self/fd/{}", fd.as_raw_fd());
    match std::fs::read_link(link)
        .ok()
        .as_deref()
        .and_then(|name| name.to_str())
    {
        Some("anon_inode:[eventpoll]") => ObjectType::Poller,
        Some("anon_inode:[io_uring]") => ObjectType::IoUring,
        Some(_) => ObjectType::Other,
        None => ObjectType::Unknown,
    }
}

/// fstat(2) reports a kqueue as a FIFO. kevent(2) takes only a kqueue, and does nothing without events.
#[cfg(not(target_os = "linux"))]
fn is_kqueue(fd: std::os::fd::BorrowedFd<'_>) -> bool {
    use std::os::fd::AsRawFd;
    let now = libc::timespec {
        tv_sec: 0,
        tv_nsec: 0,
    };
    // SAFETY: both lists are empty, and `now` is alive for the call.
    let result = unsafe {
        libc::kevent(
            fd.as_raw_fd(),
            std::ptr::null(),
            0,
            std::ptr::null_mut(),
            0,
            &raw const now,
        )
    };
    result == 0
}

#[cfg(test)]
#[cfg(target_os = "linux")]
#[allow(clippy::unwrap_used)] // a test may fail anywhere
mod tests {
    use std::fs::File;
    use std::os::fd::{FromRawFd, OwnedFd};
    use std::os::unix::net::UnixStream;

    use super::*;

    fn owned(fd: i32) -> OwnedFd {
        assert!(fd >= 0);
        // SAFETY: a system call has just made it; nobody else knows it.
        unsafe { OwnedFd::from_raw_fd(fd) }
    }

    #[test]
    fn a_descriptor_is_called_what_it_is_open_on() {
        let file = File::open("/proc/self/exe").unwrap();
        assert_eq!(object_type(&file), ObjectType::File);
        assert_eq!(object_type(&File::open("/").unwrap()), ObjectType::Directory);
        let null = File::open("/dev/null").unwrap();
        assert_eq!(object_type(&null), ObjectType::CharacterDevice);
        assert_eq!(object_type(&std::io::pipe().unwrap().0), ObjectType::Pipe);
        assert_eq!(object_type(&UnixStream::pair().unwrap().0), ObjectType::Socket);
        let terminal = File::open("/dev/ptmx").unwrap();
        assert_eq!(object_type(&terminal), ObjectType::Terminal);
    }

    #[test]
    fn a_file_of_the_kernel_is_called_by_its_name_in_proc() {
        // SAFETY: no pointers.
        let epoll = owned(unsafe { libc::epoll_create1(libc::EPOLL_CLOEXEC) });
        assert_eq!(object_type(&epoll), ObjectType::Poller);
        assert!(object_type(&epoll).not_sendable().is_some());
        // SAFETY: no pointers.
        let event = owned(unsafe { libc::eventfd(0, libc::EFD_CLOEXEC) });
        assert_eq!(object_type(&event), ObjectType::Other);
        assert_eq!(object_type(&event).not_sendable(), None);
    }

    #[test]
    fn the_ends_of_a_pipe_are_open_for_different_things() {
        let (reader, writer) = std::io::pipe().unwrap();
        let socket = UnixStream::pair().unwrap().0;
        let both = |read, write| Access { read, write };
        assert_eq!(access(&reader), both(true, false));
        assert_eq!(access(&writer), both(false, true));
        assert_eq!(access(&socket), both(true, true));
    }

    #[test]
    fn a_duplicate_has_the_inode_of_its_original() {
        let (a, b) = UnixStream::pair().unwrap();
        let copy = a.try_clone().unwrap();
        assert!(inode(&a).is_some());
        assert_eq!(inode(&a), inode(&copy));
        assert_ne!(inode(&a), inode(&b));
    }
}
