//! How much room the system has for a thread that waits without sleeping.

/// What the system says about the processors and the demand for them.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Processors {
    /// Processors that this process may use: its affinity and its cgroup's quota count. At least 1.
    pub usable: usize,
    /// Processors of the machine. At least 1.
    pub online: usize,
    /// Threads of the machine that ran or wanted to run, as a mean over the last minute (getloadavg(3)). `None`: unknown.
    pub load: Option<f64>,
    /// Times that this thread had to give way to another one, since its start (`ru_nivcsw` in getrusage(2)). `None`: the
    /// system does not count that for each thread.
    pub switches: Option<u64>,
}

impl Processors {
    /// Asks the system. That costs some system calls and opens files of the cgroup: not to be done for each message.
    pub fn read() -> Self {
        Self {
            usable: std::thread::available_parallelism().map_or(1, usize::from),
            online: online(),
            load: load(),
            switches: switches(),
        }
    }
}

/// Processors of the machine. At least 1.
pub fn online() -> usize {
    // SAFETY: reads a number.
    let count = unsafe { libc::sysconf(libc::_SC_NPROCESSORS_ONLN) };
    usize::try_from(count).map_or(1, |count| count.max(1))
}

fn load() -> Option<f64> {
    let mut averages = [0.0];
    // SAFETY: there is room for the one average that is asked for.
    let count = unsafe { libc::getloadavg(averages.as_mut_ptr(), 1) };
    (count == 1).then_some(averages[0])
}

#[cfg(target_os = "linux")]
fn switches() -> Option<u64> {
    use nix::sys::resource::{UsageWho, getrusage};

    let usage = getrusage(UsageWho::RUSAGE_THREAD).ok()?;
    u64::try_from(usage.involuntary_context_switches()).ok()
}

#[cfg(not(target_os = "linux"))]
fn switches() -> Option<u64> {
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_system_answers_with_numbers_that_can_be_true() {
        let first = Processors::read();
        assert!(first.usable >= 1 && first.usable <= first.online, "{first:?}");
        assert!(first.load.is_none_or(|load| load >= 0.0), "{first:?}");
        let second = Processors::read();
        assert!(second.switches >= first.switches, "{first:?} {second:?}");
    }
}
