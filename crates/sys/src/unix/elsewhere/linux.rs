use std::fs::File;
use std::io::Read as _;

use nix::sched::{CpuSet, sched_getaffinity, sched_getcpu, sched_setaffinity};
use nix::unistd::Pid;

/// Attempts to give a thread its processors back, should the kernel have no memory for the list.
const ATTEMPTS: usize = 10;

/// The calling thread.
const SELF: Pid = Pid::from_raw(0);

/// Threads of the machine that run or want to run at this moment, the calling one included (`proc_loadavg(5)`). `None`: unknown.
pub fn runnable() -> Option<usize> {
    let mut bytes = [0; 128];
    runnable_in(read("/proc/loadavg", &mut bytes)?)
}

fn runnable_in(loadavg: &str) -> Option<usize> {
    let (runnable, _) = loadavg.split(' ').nth(3)?.split_once('/')?;
    runnable.parse().ok()
}

/// Whether a filter may forbid this thread system calls, or kill it for one (seccomp(2), `proc_pid_status(5)`). True if that
/// is not known.
pub fn is_filtered() -> bool {
    let mut bytes = [0; 4096];
    read("/proc/thread-self/status", &mut bytes).is_none_or(is_filtered_in)
}

fn is_filtered_in(status: &str) -> bool {
    let mode = status.lines().find_map(|line| line.strip_prefix("Seccomp:"));
    mode.is_none_or(|mode| mode.trim() != "0")
}

/// The beginning of a file of text that the kernel writes at the first read, without memory of its own for it.
fn read<'a>(path: &str, bytes: &'a mut [u8]) -> Option<&'a str> {
    let length = File::open(path).ok()?.read(bytes).ok()?;
    // A name that is not UTF-8 makes it unknown.
    std::str::from_utf8(&bytes[..length]).ok()
}

/// Moves the calling thread to another processor, and returns which. It takes some 40 us. For that long it may not run on the
/// present one; afterwards it may run on all again, and the scheduler may move it back. A thread that may not run on all of the
/// machine's processors stays where it is, because whoever has restricted it may change that at the same time. `None`: it stayed.
pub fn leave_processor() -> Option<usize> {
    let present = sched_getcpu().ok()?;
    let mut others = sched_getaffinity(SELF).ok()?;
    let allowed = (0..CpuSet::count()).filter(|&processor| others.is_set(processor).unwrap_or(false));
    if allowed.count() < super::super::processors::online() {
        return None;
    }
    others.unset(present).ok()?;
    // This fails if no other processor is left.
    sched_setaffinity(SELF, &others).ok()?;
    let reached = sched_getcpu().ok();
    // Those that are not online yet are among them, as for any thread that nobody has restricted.
    let all = all();
    (0..ATTEMPTS).find(|_| sched_setaffinity(SELF, &all).is_ok());
    reached.filter(|&reached| reached != present)
}

fn all() -> CpuSet {
    let mut all = CpuSet::new();
    for processor in 0..CpuSet::count() {
        // It is within the bounds.
        let _ = all.set(processor);
    }
    all
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)] // a test may fail anywhere
    use std::thread;

    use super::*;

    #[test]
    fn the_number_of_runnable_threads_is_the_fourth_field() {
        assert_eq!(runnable_in("0.20 0.18 0.12 3/80 11206\n"), Some(3));
        for other in [
            "",
            "0.20 0.18 0.12",
            "0.20 0.18 0.12 x/80 1",
            "0.20 0.18 0.12 3 1",
        ] {
            assert_eq!(runnable_in(other), None, "{other:?}");
        }
    }

    #[test]
    fn this_thread_counts_as_one_that_runs() {
        assert!(runnable().is_none_or(|runnable| runnable >= 1));
    }

    #[test]
    fn only_a_status_that_says_so_has_no_filter() {
        assert!(!is_filtered_in(
            "Name:\tnode\nNoNewPrivs:\t0\nSeccomp:\t0\nSeccomp_filters:\t0\n"
        ));
        for other in ["Seccomp:\t1\n", "Seccomp:\t2\n", "Seccomp_filters:\t0\n", ""] {
            assert!(is_filtered_in(other), "{other:?}");
        }
    }

    #[test]
    fn a_thread_that_leaves_may_run_where_it_could_before() {
        thread::spawn(|| {
            let before = sched_getaffinity(SELF).unwrap();
            for _ in 0..100 {
                let present = sched_getcpu().unwrap();
                let reached = leave_processor();
                assert!(reached.is_none_or(|reached| before.is_set(reached).unwrap()));
                let alone = super::super::super::processors::online() == 1;
                assert!(!alone || reached.is_none(), "{present} {reached:?}");
                assert_eq!(sched_getaffinity(SELF).unwrap(), before);
            }
        })
        .join()
        .unwrap();
    }

    #[test]
    fn a_thread_that_is_bound_to_a_processor_stays_there() {
        thread::spawn(|| {
            let mut bound = CpuSet::new();
            bound.set(sched_getcpu().unwrap()).unwrap();
            sched_setaffinity(SELF, &bound).unwrap();
            assert_eq!(leave_processor(), None);
            assert_eq!(sched_getaffinity(SELF).unwrap(), bound);
        })
        .join()
        .unwrap();
    }
}
