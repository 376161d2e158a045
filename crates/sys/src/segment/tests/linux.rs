//! What only a sealed file has.

use std::io::ErrorKind;
use std::os::fd::{AsRawFd, OwnedFd};

use nix::fcntl::{FcntlArg, OFlag, SealFlag, fcntl, open};
use nix::sys::memfd::{MFdFlags, memfd_create};
use nix::sys::stat::Mode;
use nix::unistd::ftruncate;

use super::super::*;

fn memory_file(length: i64, seals: SealFlag) -> OwnedFd {
    let fd = memfd_create(c"test", MFdFlags::MFD_CLOEXEC | MFdFlags::MFD_ALLOW_SEALING).unwrap();
    ftruncate(&fd, length).unwrap();
    fcntl(&fd, FcntlArg::F_ADD_SEALS(seals)).unwrap();
    fd
}

fn reason(fd: OwnedFd) -> String {
    let error = Segment::open(fd).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidInput, "{error}");
    error.to_string()
}

const SIZE: SealFlag = SealFlag::F_SEAL_SHRINK.union(SealFlag::F_SEAL_GROW);

#[test]
fn memory_whose_size_could_change_is_refused() {
    assert_eq!(
        reason(memory_file(10, SealFlag::empty())),
        "its size is not sealed"
    );
    assert_eq!(
        reason(memory_file(10, SealFlag::F_SEAL_GROW)),
        "its size is not sealed"
    );
}

#[test]
fn what_is_not_such_memory_is_refused() {
    assert_eq!(
        reason(std::fs::File::open("/dev/null").unwrap().into()),
        "it is not a memory file"
    );
    let (socket, _) = std::os::unix::net::UnixStream::pair().unwrap();
    assert_eq!(reason(socket.into()), "it is not a memory file");
    assert_eq!(reason(memory_file(0, SIZE)), "it is empty");
    let once = SealFlag::from_bits_retain(0x10);
    assert!(reason(memory_file(10, SIZE | once)).contains("mapped before"));
    let readable = memory_file(10, SIZE);
    let path = format!("/proc/self/fd/{}", readable.as_raw_fd());
    let readable = open(path.as_str(), OFlag::O_RDONLY | OFlag::O_CLOEXEC, Mode::empty()).unwrap();
    assert!(reason(readable).contains("reading and writing"));
}

#[test]
fn memory_has_its_size_for_good_and_is_closed_on_exec() {
    let memory = Segment::create(5000).unwrap();
    let handle = memory.to_handle().unwrap();
    assert!(ftruncate(&handle, 4000).is_err());
    assert!(ftruncate(&handle, 6000).is_err());
    assert_ne!(
        fcntl(&handle, FcntlArg::F_GETFD).unwrap() & nix::libc::FD_CLOEXEC,
        0
    );
    assert_eq!(memory.len(), 5000);
}

#[test]
fn frozen_memory_keeps_its_contents_for_all() {
    let memory = Segment::create(10_000).unwrap();
    memory.write_at(b"before", 9_000).unwrap();
    memory.freeze().unwrap();
    memory.freeze().unwrap();
    assert!(memory.is_frozen());
    let error = memory.write_at(b"after", 9_000).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::PermissionDenied);
    let handle = memory.to_handle().unwrap();
    // Whoever writes all the same writes into a page of its own.
    memory.atomic_u32(0).unwrap().store(7, Ordering::SeqCst);
    drop(memory);
    let memory = Segment::open(handle).unwrap();
    assert!(memory.is_frozen());
    let mut bytes = [0; 6];
    memory.read_at(&mut bytes, 9_000).unwrap();
    assert_eq!(&bytes, b"before");
    assert_eq!(memory.atomic_u32(0).unwrap().load(Ordering::SeqCst), 0);
}

#[test]
fn memory_that_another_mapping_can_write_is_not_frozen() {
    let memory = Segment::create(4096).unwrap();
    let other = system::map(&memory.to_handle().unwrap(), 4096, false).unwrap();
    let error = memory.freeze().unwrap_err();
    assert_eq!(error.kind(), ErrorKind::ResourceBusy);
    assert!(!memory.is_frozen());
    // It is shared again.
    memory.write_at(&[9], 100).unwrap();
    // SAFETY: within the mapping.
    let place = unsafe { other.as_ptr().add(100) };
    // SAFETY: mapped and readable.
    assert_eq!(unsafe { place.read_volatile() }, 9);
    // SAFETY: mapped above, and not used any more.
    unsafe { system::unmap(other, 4096) };
    memory.freeze().unwrap();
}

#[test]
fn memory_that_is_known_is_found_by_any_descriptor_and_keeps_its_own() {
    let memory = Segment::create(4096).unwrap();
    let handle = memory.to_handle().unwrap();
    let path = format!("/proc/self/fd/{}", handle.as_raw_fd());
    let readable = open(path.as_str(), OFlag::O_RDONLY | OFlag::O_CLOEXEC, Mode::empty()).unwrap();
    drop(handle);
    assert!(is_segment(&readable));
    let found = Segment::open(readable).unwrap();
    assert!(Arc::ptr_eq(&memory, &found));
    let handle = found.to_handle().unwrap();
    drop((memory, found));
    Segment::open(handle).unwrap().write_at(&[1], 0).unwrap();
}

/// The flags of the mappings in which the memory lies (`VmFlags` in proc(5)).
fn flags_of(memory: &Segment) -> Vec<String> {
    let maps = std::fs::read_to_string("/proc/self/smaps").unwrap();
    let start = format!("{:x}-", memory.as_ptr() as usize);
    let own = maps.lines().skip_while(|line| !line.starts_with(&start));
    let line = own.map(str::trim).find_map(|line| line.strip_prefix("VmFlags:"));
    line.unwrap().split_whitespace().map(str::to_owned).collect()
}

#[test]
fn memory_that_a_huge_page_fits_into_asks_for_huge_pages() {
    const HUGE: usize = 2 << 20;
    if !std::path::Path::new("/sys/kernel/mm/transparent_hugepage").exists() {
        return; // a kernel without them
    }
    for (length, asks) in [
        (4096, false),
        (HUGE - 1, false),
        (HUGE, true),
        (2 * HUGE + 5, true),
    ] {
        let memory = Segment::create(length).unwrap();
        let has = flags_of(&memory).contains(&"hg".to_owned());
        assert_eq!(has, asks, "{length}");
    }
}
