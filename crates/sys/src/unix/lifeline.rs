//! The end of this process with that of another one.

use std::io;
use std::os::fd::{AsFd, AsRawFd, OwnedFd};
use std::thread;
use std::time::Duration;

use nix::errno::Errno;
use nix::poll::{PollFd, PollFlags, PollTimeout, poll};
use nix::sys::socket::{MsgFlags, recv};

use super::descriptor::set_cloexec;

/// Bytes. The thread calls three functions of the system.
const STACK: usize = 64 * 1024;

/// Ends this process once the other end of `fd`, an end of a socket pair, is closed everywhere: with SIGTERM, which the program may
/// handle, and with SIGKILL after `grace`. Nobody may write to that end. It closes when the process that has it is gone, however it
/// went, and when it calls execve(2), if it is closed on exec.
///
/// A thread of its own waits for that. So it does not matter what the other threads do; and unlike with `PR_SET_PDEATHSIG` of
/// prctl(2), it does not matter which thread of the parent has started this process.
///
/// # Errors
/// What fcntl(2) says, and that the thread could not be started.
pub fn end_with_peer(fd: OwnedFd, grace: Duration) -> io::Result<()> {
    set_cloexec(fd.as_fd())?;
    thread::Builder::new()
        .name("forkwire-parent".to_owned())
        .stack_size(STACK)
        .spawn(move || {
            if wait_for_close(&fd) {
                end(grace);
            }
        })?;
    Ok(())
}

/// Blocks until the other end is closed. False: that cannot be found out any more, because something in this process has closed the
/// descriptor, or uses its number for something else.
fn wait_for_close(fd: &OwnedFd) -> bool {
    loop {
        match poll(
            &mut [PollFd::new(fd.as_fd(), PollFlags::POLLIN)],
            PollTimeout::NONE,
        ) {
            Ok(_) => {}
            Err(Errno::EINTR) => continue,
            Err(_) => return false,
        }
        let mut byte = [0];
        match recv(
            fd.as_raw_fd(),
            &mut byte,
            MsgFlags::MSG_PEEK | MsgFlags::MSG_DONTWAIT,
        ) {
            Ok(0) | Err(Errno::ECONNRESET) => return true,
            Err(Errno::EINTR | Errno::EAGAIN) => {}
            Ok(_) | Err(_) => return false,
        }
    }
}

fn end(grace: Duration) {
    signal(libc::SIGTERM);
    thread::sleep(grace);
    signal(libc::SIGKILL);
    // The first process of a container gets no signal that it does not handle (pid_namespaces(7)).
    // SAFETY: ends the process at once, without handlers that would run beside other threads.
    unsafe { libc::_exit(128 + libc::SIGKILL) }
}

fn signal(number: i32) {
    let Ok(pid) = i32::try_from(std::process::id()) else {
        return;
    };
    // SAFETY: kill(2) takes plain numbers, and the process is this one.
    unsafe { libc::kill(pid, number) };
}
