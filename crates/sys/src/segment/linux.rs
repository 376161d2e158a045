//! Sealed memory files of Linux.

use std::ffi::c_void;
use std::io;
use std::num::NonZeroUsize;
use std::os::fd::{AsFd, AsRawFd, OwnedFd};
use std::ptr::NonNull;

use nix::errno::Errno;
use nix::fcntl::{FcntlArg, OFlag, SealFlag, fcntl};
use nix::sys::memfd::{MFdFlags, memfd_create};
use nix::sys::mman::{MapFlags, MmapAdvise, ProtFlags, madvise, mmap, munmap};
use nix::sys::resource::{Resource, getrlimit};
use nix::sys::stat::fstat;
use nix::sys::statfs::{TMPFS_MAGIC, fstatfs};
use nix::unistd::ftruncate;

use super::Checked;

/// Which file it is, as long as this process has it open or mapped.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Id {
    device: u64,
    inode: u64,
}

/// The size that was checked stays what it is.
const SIZE: SealFlag = SealFlag::F_SEAL_SHRINK.union(SealFlag::F_SEAL_GROW);

/// Nobody writes any more. Mappings that could still write are part of what the kernel checks when it sets the first.
const WRITE: SealFlag = SealFlag::F_SEAL_WRITE;

/// `F_SEAL_FUTURE_WRITE` (linux/fcntl.h): existing mappings can still write.
const FUTURE_WRITE: SealFlag = SealFlag::from_bits_retain(0x10);

/// `MFD_NOEXEC_SEAL` (linux/memfd.h), which includes `MFD_ALLOW_SEALING`. Linux 6.3 warns without it, and may be set to
/// refuse.
const NOEXEC_SEAL: MFdFlags = MFdFlags::from_bits_retain(0x8);

/// The part of this process's descriptors that received memories may hold.
const SHARE: usize = 4;

/// A huge page, in bytes. Where they have other sizes, the advice below is for less than it could be.
const HUGE: usize = 2 << 20;

pub(super) fn create(length: usize) -> io::Result<OwnedFd> {
    let length = i64::try_from(length).map_err(|_| io::Error::from(Errno::EFBIG))?;
    let name = c"forkwire";
    let fd = match memfd_create(name, MFdFlags::MFD_CLOEXEC | NOEXEC_SEAL) {
        Err(Errno::EINVAL) => memfd_create(name, MFdFlags::MFD_CLOEXEC | MFdFlags::MFD_ALLOW_SEALING),
        made => made,
    }?;
    ftruncate(&fd, length)?;
    fcntl(&fd, FcntlArg::F_ADD_SEALS(SIZE))?;
    Ok(fd)
}

/// What a peer sent may be anything.
pub(super) fn check(fd: &OwnedFd) -> io::Result<Checked> {
    let not = |what| Err(io::Error::new(io::ErrorKind::InvalidInput, what));
    let Ok(seals) = fcntl(fd, FcntlArg::F_GET_SEALS).map(SealFlag::from_bits_retain) else {
        return not("it is not a memory file");
    };
    if !seals.contains(SIZE) {
        return not("its size is not sealed");
    }
    let frozen = seals.contains(WRITE);
    if seals.contains(FUTURE_WRITE) && !frozen {
        return not("it can be written only by those who had it mapped before");
    }
    // Pages of hugetlbfs are few: where they run out, touching one raises SIGBUS.
    if fstatfs(fd)?.filesystem_type() != TMPFS_MAGIC {
        return not("it is not on tmpfs");
    }
    let mode = OFlag::from_bits_retain(fcntl(fd, FcntlArg::F_GETFL)?);
    if mode & OFlag::O_ACCMODE != OFlag::O_RDWR {
        return not("its descriptor is not open for reading and writing");
    }
    let stat = fstat(fd)?;
    match usize::try_from(stat.st_size) {
        Ok(length) if length > 0 => Ok(Checked {
            id: Id {
                device: stat.st_dev,
                inode: stat.st_ino,
            },
            length,
            frozen,
        }),
        _ => not("it is empty"),
    }
}

/// Which file it is, without looking at what kind of file. `None`: that takes more than one call.
pub(super) fn identify(fd: &OwnedFd) -> Option<Id> {
    let stat = fstat(fd).ok()?;
    Some(Id {
        device: stat.st_dev,
        inode: stat.st_ino,
    })
}

/// The identity is sufficient.
pub(super) fn is_same(_: &OwnedFd, _: &OwnedFd) -> bool {
    true
}

pub(super) fn map(fd: &OwnedFd, length: usize, frozen: bool) -> io::Result<NonNull<u8>> {
    let size = NonZeroUsize::new(length).ok_or(Errno::EINVAL)?;
    // SAFETY: a new mapping at a place of the kernel's choice changes nothing that is there.
    let address = unsafe { mmap(None, size, access(), flags(frozen), fd, 0) }?;
    advise(address, length);
    Ok(address.cast())
}

/// Asks for huge pages, which are twenty times cheaper to touch for the first time. The system gives them only if its
/// administrator lets it (`shmem_enabled`, Documentation/admin-guide/mm/transhuge.rst). The end of the memory gets none, which
/// would be larger than that.
fn advise(address: NonNull<c_void>, length: usize) {
    let whole = length / HUGE * HUGE;
    if whole > 0 {
        // SAFETY: the range lies in the mapping. Nothing that is there changes, and the kernel may refuse.
        let _ = unsafe { madvise(address, whole, MmapAdvise::MADV_HUGEPAGE) };
    }
}

/// # Safety
/// The mapping is the caller's, has this length, and is not used any more.
pub(super) unsafe fn unmap(address: NonNull<u8>, length: usize) {
    // SAFETY: as the caller says. It cannot fail for a whole mapping (munmap(2)).
    let _ = unsafe { munmap(address.cast(), length) };
}

/// The kernel sets the seal only if nobody has the memory mapped in a way that could write it, so that our own mapping has
/// to change first.
pub(super) fn freeze(fd: &OwnedFd, address: NonNull<u8>, length: usize) -> io::Result<()> {
    remap(fd, address, length, true)?;
    match fcntl(fd, FcntlArg::F_ADD_SEALS(WRITE | SealFlag::F_SEAL_SEAL)) {
        Ok(_) => Ok(()),
        Err(errno) => {
            remap(fd, address, length, false)?;
            Err(errno.into())
        }
    }
}

/// Replaces a mapping in its place, in one step (mmap(2), `MAP_FIXED`).
fn remap(fd: &OwnedFd, address: NonNull<u8>, length: usize, frozen: bool) -> io::Result<()> {
    let size = NonZeroUsize::new(length).ok_or(Errno::EINVAL)?;
    let at = NonZeroUsize::new(address.as_ptr() as usize);
    let flags = flags(frozen) | MapFlags::MAP_FIXED;
    // SAFETY: the place is that of our mapping of the same file, and it stays readable and writable.
    unsafe { mmap(at, size, access(), flags, fd, 0) }?;
    Ok(())
}

/// A write into frozen memory must not end the process, so that it gets a page of its own.
fn flags(frozen: bool) -> MapFlags {
    if frozen {
        MapFlags::MAP_PRIVATE | MapFlags::MAP_NORESERVE
    } else {
        MapFlags::MAP_SHARED
    }
}

fn access() -> ProtFlags {
    ProtFlags::PROT_READ | ProtFlags::PROT_WRITE
}

pub(super) fn duplicate(fd: &OwnedFd) -> io::Result<OwnedFd> {
    crate::unix::duplicate(fd.as_fd().as_raw_fd())
}

/// Descriptors of received memories that stay open.
pub(super) fn most_kept() -> usize {
    let limit = getrlimit(Resource::RLIMIT_NOFILE).map_or(0, |(soft, _)| soft);
    usize::try_from(limit).unwrap_or(usize::MAX) / SHARE
}
