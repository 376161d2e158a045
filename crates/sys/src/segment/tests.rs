use std::io::ErrorKind;
#[cfg(target_os = "linux")]
use std::sync::mpsc;
#[cfg(target_os = "linux")]
use std::time::Duration;

use super::*;

#[test]
fn a_length_of_0_is_refused() {
    assert_eq!(Segment::create(0).unwrap_err().kind(), ErrorKind::InvalidInput);
}

#[cfg(not(target_os = "linux"))]
#[test]
fn other_systems_say_that_they_have_no_shared_memory() {
    assert_eq!(Segment::create(1).unwrap_err().kind(), ErrorKind::Unsupported);
}

#[cfg(target_os = "linux")]
mod linux {
    use std::os::fd::{AsRawFd, OwnedFd};

    use nix::fcntl::{FcntlArg, OFlag, SealFlag, fcntl, open};
    use nix::sys::memfd::{MFdFlags, memfd_create};
    use nix::sys::stat::Mode;
    use nix::unistd::ftruncate;

    use super::*;

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
        let memory = Segment::create(10).unwrap();
        assert!(memory.read_at(&mut [0; 11], 0).is_err());
        assert!(memory.write_at(&[0; 1], 10).is_err());
        assert!(memory.write_at(&[0; 2], usize::MAX).is_err());
        assert!(memory.write_at(&[], 10).is_ok());
        assert!(memory.atomic_u32(2).is_none() && memory.atomic_u32(1).is_some());
        assert!(memory.atomic_u64(usize::MAX / 4).is_none());
        assert!(Wait::new(memory, 2, 0, None).is_err());
    }

    #[test]
    fn a_thread_waits_until_it_is_notified() {
        let memory = Segment::create(4096).unwrap();
        let wait = |expected, timeout| Wait::new(Arc::clone(&memory), 1, expected, timeout).unwrap();
        assert_eq!(wait(5, None).block(), WaitOutcome::NotEqual);
        assert_eq!(
            wait(0, Some(Duration::from_millis(1))).block(),
            WaitOutcome::TimedOut
        );
        std::thread::scope(|scope| {
            let waiter = scope.spawn(|| wait(0, None).block());
            memory.atomic_u32(1).unwrap().store(1, Ordering::SeqCst);
            notify(&memory, 1, u32::MAX).unwrap();
            assert!(matches!(
                waiter.join().unwrap(),
                WaitOutcome::Ok | WaitOutcome::NotEqual
            ));
        });
    }

    /// The outcome of a wait that does not block.
    fn outcome(
        memory: &Arc<Segment>,
        index: usize,
        timeout: Option<Duration>,
    ) -> mpsc::Receiver<WaitOutcome> {
        let (done, outcome) = mpsc::channel();
        let wait = Wait::new(Arc::clone(memory), index, 0, timeout).unwrap();
        start(
            wait,
            Box::new(move |outcome| done.send(outcome).unwrap_or_default()),
        )
        .unwrap();
        outcome
    }

    #[test]
    fn many_waits_share_threads_and_each_ends_once() {
        const WAITS: usize = 500;
        let memory = Segment::create(4096).unwrap();
        let outcomes: Vec<_> = (0..WAITS).map(|index| outcome(&memory, index, None)).collect();
        let timed = outcome(&memory, WAITS, Some(Duration::from_millis(5)));
        for index in 0..WAITS {
            memory.atomic_u32(index).unwrap().store(1, Ordering::SeqCst);
            notify(&memory, index, 1).unwrap();
        }
        for outcome in outcomes {
            assert_eq!(outcome.recv(), Ok(WaitOutcome::Ok));
            assert!(
                outcome.recv().is_err(),
                "its callback was called once, and dropped"
            );
        }
        assert_eq!(timed.recv(), Ok(WaitOutcome::TimedOut));
    }

    #[test]
    fn where_the_system_cannot_wait_for_several_numbers_they_are_polled() {
        let memory = Segment::create(4096).unwrap();
        crate::segment::wait::force_polling(true);
        let (first, second) = (outcome(&memory, 0, None), outcome(&memory, 1, None));
        memory.atomic_u32(1).unwrap().store(1, Ordering::SeqCst);
        assert_eq!(second.recv(), Ok(WaitOutcome::Ok));
        memory.atomic_u32(0).unwrap().store(1, Ordering::SeqCst);
        assert_eq!(first.recv(), Ok(WaitOutcome::Ok));
        crate::segment::wait::force_polling(false);
    }

    #[test]
    fn a_cancelled_wait_has_no_outcome() {
        let memory = Segment::create(4096).unwrap();
        let (done, outcome) = mpsc::channel();
        let wait = Wait::new(Arc::clone(&memory), 0, 0, None).unwrap();
        let ticket = start(
            wait,
            Box::new(move |outcome| done.send(outcome).unwrap_or_default()),
        )
        .unwrap();
        cancel(ticket.unwrap());
        assert!(outcome.recv().is_err(), "dropped");
    }

    #[test]
    fn no_wake_up_is_lost_between_two_that_take_turns() {
        const TURNS: i32 = 2_000;
        let memory = Segment::create(4096).unwrap();
        let turn = |mine: i32, until: i32| {
            let word = memory.atomic_i32(0).unwrap();
            for round in (mine..until).step_by(2) {
                while word.load(Ordering::SeqCst) < round {
                    let seen = word.load(Ordering::SeqCst);
                    if seen < round {
                        let (done, outcome) = mpsc::channel();
                        let wait = Wait::new(Arc::clone(&memory), 0, seen, None).unwrap();
                        start(
                            wait,
                            Box::new(move |outcome| done.send(outcome).unwrap_or_default()),
                        )
                        .unwrap();
                        outcome.recv().unwrap();
                    }
                }
                word.store(round + 1, Ordering::SeqCst);
                notify(&memory, 0, u32::MAX).unwrap();
            }
        };
        std::thread::scope(|scope| {
            scope.spawn(|| turn(0, TURNS));
            scope.spawn(|| turn(1, TURNS));
        });
        assert_eq!(memory.atomic_i32(0).unwrap().load(Ordering::SeqCst), TURNS);
    }
}
