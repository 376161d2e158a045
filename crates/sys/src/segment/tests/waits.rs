//! Waiting for numbers.

use std::sync::mpsc;
use std::time::Duration;

use super::super::*;

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
fn outcome(memory: &Arc<Segment>, index: usize, timeout: Option<Duration>) -> mpsc::Receiver<WaitOutcome> {
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

#[cfg(target_os = "linux")] // elsewhere it is so always
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
    /// Where numbers are polled, a turn takes a millisecond or more.
    const TURNS: i32 = if cfg!(target_os = "linux") { 2_000 } else { 100 };
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
