//! Shared memory objects of macOS, whose name is removed as soon as they are made.
//!
//! The kernel sets the size of such an object once, and refuses every other `ftruncate(2)` (XNU, `bsd/kern/posix_shm.c`), so
//! that it needs no seal. There is none against writing either: memory cannot be frozen.

use std::ffi::c_void;
use std::io;
use std::mem::MaybeUninit;
use std::num::NonZeroUsize;
use std::os::fd::{AsFd, AsRawFd, OwnedFd};
use std::ptr::NonNull;

use nix::errno::Errno;
use nix::fcntl::{FcntlArg, OFlag, fcntl};
use nix::sys::mman::{MapFlags, ProtFlags, mmap, munmap, shm_open, shm_unlink};
use nix::sys::resource::{Resource, getrlimit};
use nix::sys::stat::Mode;
use nix::unistd::ftruncate;

use super::Checked;

/// The address of the object in the kernel, in a permuted form: no two that exist have the same.
pub(super) type Id = u64;

/// The part of this process's descriptors that received memories may hold.
const SHARE: usize = 4;

/// Times that another name is tried. Each is random, so that none should be taken.
const TRIES: usize = 8;

/// `PROC_PIDFDPSHMINFO` (`sys/proc_info.h`).
const SHARED_MEMORY: libc::c_int = 5;

/// `struct pshm_fdinfo` (`sys/proc_info.h`).
#[repr(C)]
struct Information {
    /// `struct proc_fileinfo`.
    file: [u64; 3],
    stat: libc::vinfo_stat,
    address: u64,
    name: [u8; 1024],
}

/// The size is rounded up to whole pages.
pub(super) fn create(length: usize) -> io::Result<OwnedFd> {
    let length = i64::try_from(length).map_err(|_| io::Error::from(Errno::EFBIG))?;
    let fd = open_unnamed()?;
    crate::unix::set_cloexec(fd.as_fd())?;
    ftruncate(&fd, length)?;
    Ok(fd)
}

fn open_unnamed() -> io::Result<OwnedFd> {
    let flags = OFlag::O_RDWR | OFlag::O_CREAT | OFlag::O_EXCL;
    for _ in 0..TRIES {
        let name = random_name()?;
        match shm_open(name.as_str(), flags, Mode::S_IRUSR | Mode::S_IWUSR) {
            Ok(fd) => {
                shm_unlink(name.as_str())?;
                return Ok(fd);
            }
            Err(Errno::EEXIST) => {}
            Err(errno) => return Err(errno.into()),
        }
    }
    Err(Errno::EEXIST.into())
}

/// At most 31 bytes (`PSHMNAMLEN`).
fn random_name() -> io::Result<String> {
    let mut random = [0_u8; 8];
    // SAFETY: the buffer has that many bytes. (getentropy(2))
    if unsafe { libc::getentropy(random.as_mut_ptr().cast(), random.len()) } != 0 {
        return Err(io::Error::last_os_error());
    }
    Ok(format!("/forkwire-{:016x}", u64::from_ne_bytes(random)))
}

/// What a peer sent may be anything.
pub(super) fn check(fd: &OwnedFd) -> io::Result<Checked> {
    let not = |what| io::Error::new(io::ErrorKind::InvalidInput, what);
    let information = query(fd).ok_or_else(|| not("it is not a shared memory object"))?;
    let mode = OFlag::from_bits_retain(fcntl(fd, FcntlArg::F_GETFL)?);
    if mode & OFlag::O_ACCMODE != OFlag::O_RDWR {
        return Err(not("its descriptor is not open for reading and writing"));
    }
    match usize::try_from(information.stat.vst_size) {
        Ok(length) if length > 0 => Ok(Checked {
            id: information.address,
            length,
            frozen: false,
        }),
        _ => Err(not("it is empty")),
    }
}

/// `None`: it is something else.
fn query(fd: &OwnedFd) -> Option<Information> {
    let mut information = MaybeUninit::<Information>::zeroed();
    let size = libc::c_int::try_from(size_of::<Information>()).ok()?;
    let place: *mut c_void = information.as_mut_ptr().cast();
    let own = std::process::id().cast_signed();
    // SAFETY: the buffer has the given size; the call fails for a descriptor of another type.
    let written = unsafe { libc::proc_pidfdinfo(own, fd.as_raw_fd(), SHARED_MEMORY, place, size) };
    // SAFETY: zeroes and what the kernel writes are both valid numbers.
    (written == size).then(|| unsafe { information.assume_init() })
}

/// The check says it.
pub(super) fn identify(_: &OwnedFd) -> Option<Id> {
    None
}

/// The identity is sufficient.
pub(super) fn is_same(_: &OwnedFd, _: &OwnedFd) -> bool {
    true
}

pub(super) fn map(fd: &OwnedFd, length: usize, _frozen: bool) -> io::Result<NonNull<u8>> {
    let size = NonZeroUsize::new(length).ok_or(Errno::EINVAL)?;
    let access = ProtFlags::PROT_READ | ProtFlags::PROT_WRITE;
    // SAFETY: a new mapping at a place of the kernel's choice changes nothing that is there.
    let address = unsafe { mmap(None, size, access, MapFlags::MAP_SHARED, fd, 0) }?;
    Ok(address.cast())
}

/// # Safety
/// The mapping is the caller's, has this length, and is not used any more.
pub(super) unsafe fn unmap(address: NonNull<u8>, length: usize) {
    // SAFETY: as the caller says. It cannot fail for a whole mapping (munmap(2)).
    let _ = unsafe { munmap(address.cast(), length) };
}

pub(super) fn freeze(_: &OwnedFd, _: NonNull<u8>, _: usize) -> io::Result<()> {
    Err(super::cannot_freeze())
}

pub(super) fn duplicate(fd: &OwnedFd) -> io::Result<OwnedFd> {
    crate::unix::duplicate(fd.as_fd().as_raw_fd())
}

/// Descriptors of received memories that stay open.
pub(super) fn most_kept() -> usize {
    let limit = getrlimit(Resource::RLIMIT_NOFILE).map_or(0, |(soft, _)| soft);
    usize::try_from(limit).unwrap_or(usize::MAX) / SHARE
}
