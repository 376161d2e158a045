use std::io::ErrorKind;

use super::*;

#[cfg(target_os = "linux")]
mod linux;
mod waits;
#[cfg(windows)]
mod windows;

#[test]
fn a_length_of_0_is_refused() {
    assert_eq!(Segment::create(0).unwrap_err().kind(), ErrorKind::InvalidInput);
}

#[cfg(not(target_os = "linux"))]
#[test]
fn a_system_without_such_a_seal_says_that_it_cannot_freeze_memory() {
    let memory = Segment::create(1).unwrap();
    assert_eq!(memory.freeze().unwrap_err().kind(), ErrorKind::Unsupported);
    assert!(!memory.is_frozen());
    memory.write_at(&[1], 0).unwrap();
}

#[test]
fn memory_is_mapped_once_however_often_it_arrives() {
    let memory = Segment::create(4096).unwrap();
    let again = Segment::open(memory.to_handle().unwrap()).unwrap();
    assert!(Arc::ptr_eq(&memory, &again));
    let found = Segment::at(memory.as_ptr() as usize).unwrap();
    assert!(Arc::ptr_eq(&memory, &found));
    let address = memory.as_ptr() as usize;
    let handle = memory.to_handle().unwrap();
    drop((memory, again, found));
    assert!(Segment::at(address).is_none(), "unmapped with the last reference");
    assert_eq!(Segment::open(handle).unwrap().len(), 4096);
}

#[test]
fn bytes_are_copied_at_every_alignment() {
    let memory = Segment::create(64).unwrap();
    for offset in 0..17 {
        for length in 0..40 {
            let sent: Vec<u8> = (0..length).map(|byte| byte + offset).collect();
            memory.write_at(&[0xee; 64], 0).unwrap();
            memory.write_at(&sent, usize::from(offset)).unwrap();
            let mut all = [0; 64];
            memory.read_at(&mut all, 0).unwrap();
            let mut expected = [0xee; 64];
            expected[usize::from(offset)..][..sent.len()].copy_from_slice(&sent);
            assert_eq!(all, expected);
            let mut part = vec![0; sent.len()];
            memory.read_at(&mut part, usize::from(offset)).unwrap();
            assert_eq!(part, sent);
        }
    }
}

#[test]
fn a_range_beyond_the_memory_is_an_error() {
    let memory = Segment::create(4096 - 2).unwrap();
    // Whole pages, except on Linux.
    let end = memory.len();
    assert!(memory.read_at(&mut vec![0; end + 1], 0).is_err());
    assert!(memory.write_at(&[0; 1], end).is_err());
    assert!(memory.write_at(&[0; 2], usize::MAX).is_err());
    assert!(memory.write_at(&[], end).is_ok());
    assert!(memory.atomic_u32(end / 4).is_none() && memory.atomic_u32(end / 4 - 1).is_some());
    assert!(memory.atomic_u64(usize::MAX / 4).is_none());
    assert!(Wait::new(memory, end / 4, 0, None).is_err());
}
