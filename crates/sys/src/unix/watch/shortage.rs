//! Waiting for room to write without a descriptor for the reactor.

use std::mem;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll, Waker};
use std::thread;
use std::time::Duration;

use crate::unix::Socket;

/// How long a thread waits for room. Until it has returned, it keeps the socket open.
const WAIT: Duration = Duration::from_millis(20);

/// Has a thread of its own wait in `poll(2)`.
#[derive(Debug, Default)]
pub(super) struct Shortage(Arc<Mutex<State>>);

#[derive(Debug, Default)]
enum State {
    #[default]
    Idle,
    /// A thread waits, and wakes this task.
    Waiting(Waker),
    /// There may be room, and nobody has been told yet.
    Over,
}

impl Shortage {
    /// Ready when there may be room, or when some time has passed. Only the last task that polled is woken.
    pub(super) fn poll_writable(&self, cx: &mut Context<'_>, socket: &Arc<Socket>) -> Poll<()> {
        let mut state = lock(&self.0);
        match mem::replace(&mut *state, State::Waiting(cx.waker().clone())) {
            State::Waiting(_) => Poll::Pending,
            State::Over => {
                *state = State::Idle;
                Poll::Ready(())
            }
            State::Idle => {
                let (shared, socket) = (Arc::clone(&self.0), Arc::clone(socket));
                let waiting = thread::Builder::new().spawn(move || {
                    // A failed wait ends as one for which there is room: the attempt to write meets the error.
                    let _ = socket.wait(false, true, WAIT);
                    drop(socket);
                    let before = mem::replace(&mut *lock(&shared), State::Over);
                    if let State::Waiting(waker) = before {
                        waker.wake();
                    }
                });
                if waiting.is_err() {
                    // No thread either: the task asks again, after the others.
                    *state = State::Idle;
                    cx.waker().wake_by_ref();
                }
                Poll::Pending
            }
        }
    }
}

fn lock(state: &Mutex<State>) -> std::sync::MutexGuard<'_, State> {
    state.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)] // a test may fail anywhere
    use std::future::poll_fn;
    use std::io::{Read as _, Write as _};
    use std::os::unix::net::UnixStream;

    use super::*;

    #[test]
    fn a_full_socket_is_waited_for_without_another_descriptor() {
        let (ours, mut theirs) = UnixStream::pair().unwrap();
        ours.set_nonblocking(true).unwrap();
        let written = std::iter::from_fn(|| (&ours).write(&[0; 4096]).ok()).sum::<usize>();
        let socket = Arc::new(Socket::from_fd(ours.into()).unwrap());
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        let shortage = Shortage::default();
        runtime.block_on(async {
            let room = || poll_fn(|cx| shortage.poll_writable(cx, &socket));
            room().await; // it is full, so this is the end of a thread's wait
            assert!(!socket.wait(false, true, Duration::ZERO).unwrap());
            theirs.read_exact(&mut vec![0; written]).unwrap();
            room().await;
            assert!(socket.wait(false, true, Duration::ZERO).unwrap());
        });
        assert!(matches!(*lock(&shortage.0), State::Idle));
    }
}
